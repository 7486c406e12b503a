using System.Globalization;
using System.Management.Automation.Host;

namespace PsHost;

/// <summary>The least that PowerShell asks of a host.</summary>
internal sealed class ConsoleHost : PSHost
{
    public override string Name => "pshost";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI { get; } = new ConsoleUserInterface();

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => Environment.ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("pshost has no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("pshost has no prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
