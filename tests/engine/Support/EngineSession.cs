using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace AzTokenRs.EngineTests.Support;

/// <summary>A runspace of PowerShell's engine with the module imported.</summary>
internal sealed class EngineSession : IDisposable
{
    private readonly Runspace _runspace;

    internal EngineSession()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Repository.Module]);
        _runspace = RunspaceFactory.CreateRunspace(Host, state);
        _runspace.Open();
        // What the engine could not import, it says in $Error alone.
        var imported = Invoke("$Error; Get-Module AzTokenRs");
        Assert.IsType<PSModuleInfo>(Assert.Single(imported).BaseObject);
        // Colours would stand in the middle of what tests look for.
        Invoke("$PSStyle.OutputRendering = 'PlainText'");
    }

    internal TestHost Host { get; } = new();

    internal RunspaceState State => _runspace.RunspaceStateInfo.State;

    public void Dispose() => _runspace.Dispose();

    internal void Close() => _runspace.Close();

    internal void SetVariable(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    internal void SetLocation(string folder) => _runspace.SessionStateProxy.Path.SetLocation(folder);

    internal object? GetVariable(string name) => _runspace.SessionStateProxy.GetVariable(name);

    /// <summary>Runs a script to its end; it must not fail.</summary>
    internal IReadOnlyList<PSObject> Invoke(string script)
    {
        using var powerShell = PowerShell.Create(_runspace);
        return powerShell.AddScript(script).Invoke();
    }

    /// <summary>Starts a script and goes on.</summary>
    internal ScriptRun Start(string script)
    {
        var powerShell = PowerShell.Create(_runspace);
        powerShell.AddScript(script);
        return new ScriptRun(powerShell);
    }
}
