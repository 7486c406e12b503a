using System.IO;
using System.Management.Automation;

namespace AzTokenRs;

/// <summary>
/// The format file, for what a list of properties (<see cref="DefaultView"/>) can't show. It is a module of its own, imported
/// when the first such result comes: reading it would take most of this module's import.
/// </summary>
internal static class Views
{
    private const string Module = "AzTokenRs.Views";

    /// <summary>Makes this runspace know the views. Without them, results are shown as PowerShell thinks best.</summary>
    internal static void Load()
    {
        var folder = Path.GetDirectoryName(typeof(Views).Assembly.Location)!;
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Import-Module")
            .AddParameter("Name", Path.Combine(folder, Module + ".psd1"))
            .AddParameter("Global")
            .AddParameter("Verbose", false)
            .AddParameter("ErrorAction", ActionPreference.Ignore);
        shell.Invoke();
    }
}
