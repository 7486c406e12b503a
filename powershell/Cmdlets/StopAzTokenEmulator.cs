using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Stops a local Entra ID, or all that this process started.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AzTokenEmulator", SupportsShouldProcess = true)]
public sealed class StopAzTokenEmulator : EmulatorCmdlet
{
    /// <summary>The emulators to stop. Default: all that this process started.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [NoTokenTransform(FromPipeline = true)]
    public AzTokenEmulator[]? Emulator { get; set; }

    private protected override void Process()
    {
        foreach (var emulator in Emulator ?? RunningEmulators.All())
        {
            if (ShouldProcess(emulator.Authority))
            {
                emulator.Stop();
            }
        }
    }
}
