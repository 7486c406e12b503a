namespace AzTokenRs.EngineTests.Support;

/// <summary>Where the things under test are.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    /// <summary>The module's manifest: AZTOKEN_MODULE, or the checkout's.</summary>
    internal static string Module { get; } =
        Path.GetFullPath(Variable("AZTOKEN_MODULE") ?? Path.Combine(Root, "AzTokenRs.psd1"));

    internal static string ModuleFolder => Path.GetDirectoryName(Module)!;

    internal static string ModuleAssembly => Path.Combine(ModuleFolder, "bin", "AzTokenRs.dll");

    /// <summary>The folder and file name of the native library on this platform.</summary>
    internal static string NativeLibrary { get; } = NativeLibraryPath();

    /// <summary>The emulator's program: AZTOKEN_EMULATOR, or the checkout's debug build.</summary>
    internal static string Emulator { get; } = Path.GetFullPath(
        Variable("AZTOKEN_EMULATOR")
        ?? Path.Combine(Root, "target", "debug", OperatingSystem.IsWindows() ? "entra-emulator.exe" : "entra-emulator"));

    internal static string File(params string[] path) => Path.Combine([Root, .. path]);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string NativeLibraryPath()
    {
        var (system, extension) = OperatingSystem.IsWindows() ? ("win", "dll")
            : OperatingSystem.IsMacOS() ? ("osx", "dylib")
            : ("linux", "so");
        var architecture = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return Path.Combine(ModuleFolder, "bin", $"{system}-{architecture}", $"aztoken.{extension}");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "AzTokenRs.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests don't lie inside a checkout of AzTokenRs.");
    }
}
