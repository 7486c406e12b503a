using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace PsHost;

/// <summary>Prints: output, information and the like on the standard output, errors on the standard error.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface
{
    private const string NoInput = "pshost runs scripts and can't ask questions.";

    private int _progressWidth;

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleRawUserInterface();

    /// <summary>Colours are for a terminal; files and pipes get the text alone.</summary>
    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override void Write(string value)
    {
        ClearProgress();
        Console.Write(GetOutputString(value, SupportsVirtualTerminal));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value)
    {
        ClearProgress();
        Console.WriteLine(GetOutputString(value, SupportsVirtualTerminal));
    }

    public override void WriteErrorLine(string value)
    {
        ClearProgress();
        Console.Error.WriteLine(GetOutputString(value, !Console.IsErrorRedirected));
    }

    public override void WriteDebugLine(string message) => WriteLine($"DEBUG: {message}");

    public override void WriteVerboseLine(string message) => WriteLine($"VERBOSE: {message}");

    public override void WriteWarningLine(string message) => WriteLine($"WARNING: {message}");

    /// <summary>One line that is overwritten, on a terminal only: in a file it would be noise.</summary>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Console.IsOutputRedirected)
        {
            return;
        }

        ClearProgress();
        if (record.RecordType == ProgressRecordType.Processing)
        {
            var left = record.SecondsRemaining >= 0 ? $" ({record.SecondsRemaining} s left)" : string.Empty;
            var line = $"{record.Activity}: {record.StatusDescription}{left}";
            line = line[..Math.Min(line.Length, Math.Max(1, RawUI.BufferSize.Width - 1))];
            Console.Write(line);
            _progressWidth = line.Length;
        }
    }

    public override string ReadLine() => Console.In.ReadLine() ?? string.Empty;

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException(NoInput);

    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException(NoInput);

    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw new NotSupportedException(NoInput);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException(NoInput);

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw new NotSupportedException(NoInput);

    private void ClearProgress()
    {
        if (_progressWidth > 0)
        {
            Console.Write($"\r{new string(' ', _progressWidth)}\r");
            _progressWidth = 0;
        }
    }
}
