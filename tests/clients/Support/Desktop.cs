using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.ClientTests.Support;

/// <summary>
/// A desktop, as far as a program can tell: a display, and an <c>xdg-open</c> on PATH that hands the address to the test. The
/// environment is the process's: the tests that need it are one class, and come one after another.
/// </summary>
public sealed class Desktop : IDisposable
{
    private readonly Dictionary<string, string?> _before = [];

    /// <summary>Puts it up.</summary>
    public Desktop()
    {
        Set("PATH", Browser.Folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        Set("DISPLAY", ":0");
        // A browser is opened for a person, and not for root.
        Set("SUDO_USER", null);
    }

    internal ScriptedBrowser Browser { get; } = new("xdg-open");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        Browser.Dispose();
    }

    private void Set(string name, string? value)
    {
        _before[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
