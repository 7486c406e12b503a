using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>What importing does to the process: nothing but to load one managed assembly. Read from Linux' /proc.</summary>
public sealed class ImportTests : IDisposable
{
    // Prints the mapped aztoken libraries, the threads named aztoken, and the number of sockets.
    private const string Report = """
        'maps ' + @([System.IO.File]::ReadAllLines('/proc/self/maps') -match 'aztoken\.so').Count
        'threads ' + @([System.IO.Directory]::GetDirectories('/proc/self/task') |
            ForEach-Object { [System.IO.File]::ReadAllText("$_/comm") } | Where-Object { $_ -like 'aztoken*' }).Count
        'sockets ' + @([System.IO.Directory]::GetFiles('/proc/self/fd') |
            ForEach-Object { [System.IO.FileInfo]::new($_).LinkTarget } | Where-Object { $_ -like 'socket:*' }).Count
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("aztoken-import-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LinuxFact]
    public async Task Importing_loads_no_library_starts_no_thread_and_opens_no_socket()
    {
        var empty = Path.Combine(_folder, "Empty.psm1");
        await File.WriteAllTextAsync(empty, string.Empty);
        var without = await ReportAsync($"Import-Module {PsHostProcess.Quote(empty)}");
        var with = await ReportAsync($"Import-Module {PsHostProcess.Quote(Repository.Module)}; $null = Get-Command Get-AzToken");
        Assert.Equal(["maps 0", "threads 0"], with[..2]);
        Assert.Equal(without, with);
    }

    [LinuxFact]
    public async Task The_first_call_does()
    {
        // Shows that the report of the test above would have seen it.
        var after = await ReportAsync(
            $"Import-Module {PsHostProcess.Quote(Repository.Module)}; try {{ Get-AzToken -DeviceCode -Tenant 'no/tenant' }} catch {{ }}");
        Assert.NotEqual("maps 0", after[0]);
        Assert.NotEqual("threads 0", after[1]);
    }

    [Fact]
    public async Task The_module_can_be_removed_and_imported_again()
    {
        var module = PsHostProcess.Quote(Repository.Module);
        using var process = new PsHostProcess($$"""
            foreach ($i in 1..2) {
                Import-Module {{module}}
                try { Get-AzToken -DeviceCode -Tenant 'no/tenant' } catch { $_.FullyQualifiedErrorId }
                Remove-Module AzTokenRs
            }
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(Enumerable.Repeat("TenantInvalid,AzTokenRs.Cmdlets.GetAzToken", 2), result.Lines);
    }

    private static async Task<string[]> ReportAsync(string script)
    {
        using var process = new PsHostProcess($"{script}\n{Report}");
        var result = await process.EndAsync();
        result.AssertSucceeded();
        return result.Lines;
    }
}
