namespace AzTokenRs.EngineTests.Support;

/// <summary>
/// A program in place of a browser, for a Unix: a script that hands the address which it is told to open to the test.
/// </summary>
internal sealed class ScriptedBrowser : IDisposable
{
    private readonly string _opened;

    internal ScriptedBrowser(string name)
    {
        _opened = Path.Combine(Folder, "opened");
        Program = Path.Combine(Folder, name);
        // Moved into place, so that the test never reads half an address.
        File.WriteAllText(Program, $"#!/bin/sh\nprintf '%s' \"$*\" > '{_opened}.part' && mv '{_opened}.part' '{_opened}'\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The script's file, in a folder of its own.</summary>
    internal string Program { get; }

    /// <summary>Whether it was told to open an address.</summary>
    internal bool WasOpened => File.Exists(_opened) || File.Exists(_opened + ".part");

    internal string Folder { get; } = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Waits until it is told to open an address, and gives that.</summary>
    internal async Task<string> AddressAsync()
    {
        var address = await Eventually.GetAsync("the browser", async () => File.Exists(_opened) ? await File.ReadAllTextAsync(_opened) : null);
        File.Delete(_opened);
        return address;
    }
}
