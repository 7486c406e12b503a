using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text.RegularExpressions;

namespace AzTokenRs.EngineTests.Support;

/// <summary>A host that keeps what it is told to show.</summary>
internal sealed class TestHost : PSHost
{
    private readonly TestUserInterface _ui = new();

    public override string Name => "AzTokenRs tests";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.GetCultureInfo("en-US");

    /// <summary>All that was shown, line by line.</summary>
    internal IReadOnlyCollection<string> Lines => _ui.Lines;

    internal string Text => string.Join('\n', Lines);

    /// <summary>Likewise, without colours.</summary>
    internal string PlainText => Regex.Replace(Text, "\u001b\\[[0-9;]*m", string.Empty);

    internal IReadOnlyCollection<ProgressRecord> Progress => _ui.Progress;

    /// <summary>What a person will type when asked for secrets.</summary>
    internal ConcurrentQueue<string> Secrets => _ui.Secrets;

    public override void SetShouldExit(int exitCode)
    {
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    private sealed class TestUserInterface : PSHostUserInterface
    {
        internal ConcurrentQueue<string> Lines { get; } = new();

        internal ConcurrentQueue<ProgressRecord> Progress { get; } = new();

        internal ConcurrentQueue<string> Secrets { get; } = new();

        public override PSHostRawUserInterface? RawUI => null;

        public override void Write(string value) => Lines.Enqueue(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
            Lines.Enqueue(value);

        public override void WriteLine(string value) => Lines.Enqueue(value);

        public override void WriteErrorLine(string value) => Lines.Enqueue($"ERROR: {value}");

        public override void WriteDebugLine(string message) => Lines.Enqueue($"DEBUG: {message}");

        public override void WriteVerboseLine(string message) => Lines.Enqueue($"VERBOSE: {message}");

        public override void WriteWarningLine(string message) => Lines.Enqueue($"WARNING: {message}");

        public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Enqueue(record);

        public override string ReadLine() => throw new NotSupportedException();

        public override SecureString ReadLineAsSecureString() => Secrets.TryDequeue(out var secret)
            ? new System.Net.NetworkCredential(string.Empty, secret).SecurePassword
            : throw new NotSupportedException("There is nobody to ask.");

        public override Dictionary<string, PSObject> Prompt(
            string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException();

        public override int PromptForChoice(
            string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption,
            string message,
            string userName,
            string targetName,
            PSCredentialTypes allowedCredentialTypes,
            PSCredentialUIOptions options) => throw new NotSupportedException();
    }
}
