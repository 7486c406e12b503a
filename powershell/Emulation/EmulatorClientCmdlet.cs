using System.Management.Automation;
using AzTokenRs.Parameters;

namespace AzTokenRs.Emulation;

/// <summary>Base of the cmdlets that ask something of an emulator that runs.</summary>
public abstract class EmulatorClientCmdlet : EmulatorCmdlet
{
    private protected EmulatorClientCmdlet()
    {
    }

    /// <summary>The emulator. Default: the one that this process started.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    public AzTokenEmulator? Emulator { get; set; }

    /// <exception cref="AzTokenEmulatorException">None was given, and not exactly one is running.</exception>
    private protected AzTokenEmulator Target()
    {
        if (Emulator is not null)
        {
            return Emulator.IsRunning ? Emulator : throw NotRunning($"The emulator at {Emulator} has ended.");
        }

        var running = RunningEmulators.All();
        return running.Length switch
        {
            1 => running[0],
            0 => throw NotRunning("No emulator is running."),
            _ => throw new AzTokenEmulatorException(
                "EmulatorAmbiguous", $"{running.Length} emulators are running. Specify one with -Emulator."),
        };
    }

    private static AzTokenEmulatorException NotRunning(string problem) =>
        new("EmulatorNotRunning", $"{problem} Start one with Start-AzTokenEmulator.");
}
