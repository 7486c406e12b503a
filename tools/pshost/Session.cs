using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PsHost;

/// <summary>A runspace on the console. Ctrl+C stops what runs in it.</summary>
internal sealed class Session : IDisposable
{
    private readonly Runspace _runspace;
    private PowerShell? _running;

    internal Session()
    {
        _runspace = RunspaceFactory.CreateRunspace(new ConsoleHost(), InitialSessionState.CreateDefault2());
        _runspace.Open();
        Console.CancelKeyPress += Stop;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= Stop;
        _runspace.Dispose();
    }

    internal void SetVariable(string name, object value) => _runspace.SessionStateProxy.SetVariable(name, value);

    internal object? GetVariable(string name) => _runspace.SessionStateProxy.GetVariable(name);

    /// <summary>Runs a script, with all that it writes on the console. False if it was ended by an error or Ctrl+C.</summary>
    internal bool Run(string script)
    {
        using var powerShell = PowerShell.Create(_runspace);
        powerShell.AddScript(script).AddCommand("Out-Default");
        // Errors go through Out-Default as well, which is how they get PowerShell's own look.
        powerShell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        _running = powerShell;
        try
        {
            powerShell.Invoke();
        }
        catch (PipelineStoppedException)
        {
            // Told by the state as well, which is how most stops show.
        }
        catch (RuntimeException exception)
        {
            Show(exception.ErrorRecord);
            return false;
        }
        finally
        {
            _running = null;
        }

        if (powerShell.InvocationStateInfo.State == PSInvocationState.Completed)
        {
            return true;
        }

        Console.Error.WriteLine("Stopped.");
        return false;
    }

    private void Show(ErrorRecord error)
    {
        using var powerShell = PowerShell.Create(_runspace);
        powerShell.AddCommand("Out-Default").Invoke(new[] { error });
    }

    private void Stop(object? sender, ConsoleCancelEventArgs args)
    {
        if (_running is { } running)
        {
            args.Cancel = true;
            running.BeginStop(null, null);
        }
    }
}
