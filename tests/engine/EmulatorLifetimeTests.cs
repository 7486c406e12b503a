using System.Diagnostics;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// How long an emulator of Start-AzTokenEmulator lives and what it changes. Each in a process of its own, to which the emulator
/// and the environment belong.
/// </summary>
public sealed class EmulatorLifetimeTests
{
    private static readonly string s_import = $"Import-Module {PsHostProcess.Quote(Repository.Module)}; ";

    [Fact]
    public async Task It_ends_with_the_session()
    {
        using var process = new PsHostProcess(s_import + "(Start-AzTokenEmulator).ProcessId");
        var result = await process.EndAsync();
        result.AssertSucceeded();
        await AssertEndsAsync(int.Parse(Assert.Single(result.Lines), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task It_ends_when_the_session_is_killed()
    {
        var folder = Directory.CreateTempSubdirectory("aztoken-emulator-").FullName;
        var written = Path.Combine(folder, "pid");
        try
        {
            using (new PsHostProcess(
                s_import + $"$emulator = Start-AzTokenEmulator; [IO.File]::WriteAllText({PsHostProcess.Quote(written)}, \"$($emulator.ProcessId).\"); [Threading.Thread]::Sleep(600000)"))
            {
                var text = await Eventually.GetAsync(
                    "the ID of the emulator",
                    () => Task.FromResult(File.Exists(written) && File.ReadAllText(written) is [>= '0' and <= '9', .., '.'] whole ? whole : null));
                var id = int.Parse(text.TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
                Assert.False(Process.GetProcessById(id).HasExited);
                File.WriteAllText(written, id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            await AssertEndsAsync(int.Parse(File.ReadAllText(written), System.Globalization.CultureInfo.InvariantCulture));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task SetEnvironment_leads_commands_to_it_until_it_is_stopped()
    {
        using var process = new PsHostProcess(s_import + $$"""
            $env:AZURE_TENANT_ID = 'before'
            $emulator = Start-AzTokenEmulator -Https -SetEnvironment
            $token = Get-AzToken -ClientId {{Emulator.App}} -ClientCredential {{Emulator.AppSecret}}
            $token.Authority.StartsWith($emulator.Authority)
            $env:NODE_EXTRA_CA_CERTS -eq $emulator.CertificateAuthority
            Stop-AzTokenEmulator
            "$env:AZURE_AUTHORITY_HOST|$env:AZURE_TENANT_ID|$env:AZTOKEN_CA_BUNDLE"
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(["True", "True", "|before|"], result.Lines);
    }

    [Fact]
    public async Task Without_SetEnvironment_the_session_stays_as_it_is()
    {
        using var process = new PsHostProcess(s_import + """
            function Get-Environment {
                ([Environment]::GetEnvironmentVariables().GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) -join "`n"
            }
            $before = Get-Environment
            $emulator = Start-AzTokenEmulator -Https
            $before -ceq (Get-Environment)
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(["True"], result.Lines);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var module = Directory.CreateTempSubdirectory("aztoken-module-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(module, "bin"));
            File.Copy(Repository.Module, Path.Combine(module, "AzTokenRs.psd1"));
            File.Copy(Repository.ModuleAssembly, Path.Combine(module, "bin", "AzTokenRs.dll"));
            using var process = new PsHostProcess($$"""
                Import-Module {{PsHostProcess.Quote(Path.Combine(module, "AzTokenRs.psd1"))}}
                try { Start-AzTokenEmulator } catch { $_.FullyQualifiedErrorId; $_.Exception.Message -replace '\s+', ' ' }
                """);
            var result = await process.EndAsync();
            result.AssertSucceeded();
            Assert.Equal("EmulatorNotFound,AzTokenRs.Cmdlets.StartAzTokenEmulator", result.Lines[0]);
            Assert.Contains(Path.Combine(module, "bin"), result.Lines[1], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(module, recursive: true);
        }
    }

    private static Task AssertEndsAsync(int id) => Eventually.TrueAsync(
        "the end of the emulator",
        () => Task.FromResult(!Process.GetProcesses().Any(process => process.Id == id && process.ProcessName.StartsWith("entra-emulator", StringComparison.Ordinal))));
}
