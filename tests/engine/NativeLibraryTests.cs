using System.Diagnostics;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// A missing or wrong native library is said in words that name the file and its folder. Each in a process of its own: a
/// library once loaded stays.
/// </summary>
public sealed class NativeLibraryTests : IDisposable
{
    private readonly string _module = Directory.CreateTempSubdirectory("aztoken-module-").FullName;
    private readonly string _library;

    /// <summary>Makes a copy of the module without its native library.</summary>
    public NativeLibraryTests()
    {
        var managed = Directory.EnumerateFiles(Repository.ModuleFolder, "AzTokenRs.psd1")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.ModuleFolder, "bin")));
        foreach (var file in managed)
        {
            var copy = Path.Combine(_module, Path.GetRelativePath(Repository.ModuleFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        _library = Path.Combine(_module, Path.GetRelativePath(Repository.ModuleFolder, Repository.NativeLibrary));
        Directory.CreateDirectory(Path.GetDirectoryName(_library)!);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_module, recursive: true);

    [Fact]
    public async Task A_missing_library()
    {
        var (id, message) = await FailureAsync();
        Assert.Equal("NativeLibraryNotFound,AzTokenRs.Cmdlets.GetAzToken", id);
        AssertNamesFile(message);
        Assert.Contains("is not there", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_library()
    {
        await File.WriteAllTextAsync(_library, "not a library");
        var (id, message) = await FailureAsync();
        Assert.Equal("NativeLibraryMismatch,AzTokenRs.Cmdlets.GetAzToken", id);
        AssertNamesFile(message);
    }

    [Fact]
    public async Task Another_library_of_that_name()
    {
        File.Copy(AnotherLibrary(), _library);
        var (id, message) = await FailureAsync();
        Assert.Equal("NativeLibraryMismatch,AzTokenRs.Cmdlets.GetAzToken", id);
        AssertNamesFile(message);
        Assert.Contains("is not the library of AzTokenRs", message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_library_of_another_version()
    {
        // Rust can't link without a C compiler, so a checkout that was built has one.
        var source = Path.Combine(_module, "other.c");
        await File.WriteAllTextAsync(source, "unsigned int aztoken_abi_version(void) { return 99; }\n");
        using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", _library, source]);
        await compiler.WaitForExitAsync();
        Assert.Equal(0, compiler.ExitCode);

        var (id, message) = await FailureAsync();
        Assert.Equal("NativeLibraryMismatch,AzTokenRs.Cmdlets.GetAzToken", id);
        AssertNamesFile(message);
        Assert.Contains("has version 99 of the interface", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Importing_and_help_work_without_it()
    {
        using var process = new PsHostProcess(
            $"Import-Module {PsHostProcess.Quote(Path.Combine(_module, "AzTokenRs.psd1"))}; (Get-Command Get-AzToken).Name");
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Contains("Get-AzToken", result.Lines);
    }

    private async Task<(string Id, string Message)> FailureAsync()
    {
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Path.Combine(_module, "AzTokenRs.psd1"))}}
            try { Get-AzToken -DeviceCode } catch { $_.FullyQualifiedErrorId; $_.Exception.Message -replace '\s+', ' ' }
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        return (result.Lines[0], string.Join(' ', result.Lines[1..]));
    }

    private void AssertNamesFile(string message)
    {
        Assert.Contains($"'{Path.GetFileName(_library)}'", message, StringComparison.Ordinal);
        Assert.Contains($"'{Path.GetDirectoryName(_library)}'", message, StringComparison.Ordinal);
    }

    // PowerShell's own native helper, which comes with the engine package.
    private static string AnotherLibrary()
    {
        var (system, file) = OperatingSystem.IsWindows() ? ($"win-{Architecture}", "pwrshplugin.dll")
            : OperatingSystem.IsMacOS() ? ("osx", "libpsl-native.dylib")
            : ($"linux-{Architecture}", "libpsl-native.so");
        return Path.Combine(AppContext.BaseDirectory, "runtimes", system, "native", file);
    }

    private static string Architecture =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
}
