using System.Diagnostics;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// HTTPS with a CA that the machine doesn't know. What is trusted comes from <c>$env:</c>, so each session has a process
/// of its own.
/// </summary>
public sealed class HttpsTests
{
    [Theory]
    [InlineData("AZTOKEN_CA_BUNDLE")]
    [InlineData("SSL_CERT_FILE")]
    public async Task A_CA_that_the_running_session_names_is_trusted_as_long_as_it_is_named(string variable)
    {
        using var emulator = new Emulator("--https");
        var command = $"Get-AzToken -DeviceCode -Authority {emulator.Https} -Tenant {Emulator.Contoso}";
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            {{command}} -ErrorAction SilentlyContinue -ErrorVariable before
            $before[0].FullyQualifiedErrorId
            $env:{{variable}} = {{PsHostProcess.Quote(emulator.CertificateAuthority)}}
            $token = {{command}}
            $token.Authority
            $env:{{variable}} = $null
            {{command}} -ErrorAction SilentlyContinue -ErrorVariable after
            $after[0].FullyQualifiedErrorId
            """);
        var device = await Eventually.GetAsync(
            "a device code", async () => await emulator.DevicesAsync() is [var first, ..] ? first : null);
        await emulator.ApproveAsync(device.UserCode);

        var result = await process.EndAsync();
        result.AssertSucceeded();
        const string refused = "certificate_unknown_issuer,AzTokenRs.Cmdlets.GetAzToken";
        Assert.Equal(refused, result.Lines[0]);
        Assert.StartsWith(emulator.Https, result.Lines[^2], StringComparison.Ordinal);
        Assert.Equal(refused, result.Lines[^1]);
    }

    [Theory]
    [InlineData("unknown-ca", "certificate_unknown_issuer", "SecurityError", "from an issuer that isn't trusted here.*AZTOKEN_CA_BUNDLE")]
    [InlineData("wrong-name", "certificate_name_mismatch", "SecurityError", "certificate for another name")]
    [InlineData("expired", "certificate_expired", "SecurityError", "certificate that has expired")]
    [InlineData("tls11", "tls_failed", "SecurityError", "supports only TLS 1.1 or earlier")]
    [InlineData("stall", "timeout", "OperationTimeout", "Timed out after 3 s")]
    public async Task Each_way_to_fail_has_its_error(string fault, string error, string category, string text)
    {
        using var emulator = new Emulator($"--https --tls-fault {fault}");
        // Short only where it is what ends the wait: a busy machine takes its time for the others.
        var limit = fault == "stall" ? 3 : 60;
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:AZTOKEN_CA_BUNDLE = {{PsHostProcess.Quote(emulator.CertificateAuthority)}}
            Get-AzToken -DeviceCode -Authority {{emulator.Https}} -Tenant {{Emulator.Contoso}} -TimeoutSeconds {{limit}} -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.Count
            $failed[0].FullyQualifiedErrorId
            "$($failed[0].CategoryInfo.Category)"
            "$($failed[0]) $($failed[0].ErrorDetails.RecommendedAction)"
            """);
        var watch = Stopwatch.StartNew();
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(["1", $"{error},AzTokenRs.Cmdlets.GetAzToken", category], result.Lines[..3]);
        Assert.Matches(text, result.Lines[3]);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Empty(await emulator.RequestsAsync());
    }

    [Theory]
    [InlineData("AZTOKEN_CA_BUNDLE", "CA")]
    [InlineData("SSL_CERT_FILE", "./CA")]
    [InlineData("SSL_CERT_DIR", "nowhere:.")]
    public async Task A_relative_path_is_relative_to_the_sessions_folder(string variable, string value)
    {
        using var emulator = new Emulator("--https");
        var folder = Directory.CreateTempSubdirectory();
        var copy = Path.Combine(folder.FullName, "CA");
        File.Copy(emulator.CertificateAuthority, copy);
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:SSL_CERT_FILE = $env:SSL_CERT_DIR = $null
            [void]$ExecutionContext.SessionState.Path.SetLocation({{PsHostProcess.Quote(folder.FullName)}})
            $env:{{variable}} = '{{value.Replace(':', Path.PathSeparator)}}'
            (Get-AzOpenIdConfiguration -Authority {{emulator.Https}} -Tenant {{Emulator.Contoso}}).token_endpoint
            """);
        var result = await process.EndAsync();
        folder.Delete(recursive: true);
        result.AssertSucceeded();
        Assert.StartsWith(emulator.Https, result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SSL_CERT_FILE_that_leads_nowhere_is_a_warning()
    {
        using var emulator = new Emulator("--https");
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:SSL_CERT_DIR = $null
            $env:SSL_CERT_FILE = '/nonexistent/cacert.pem'
            Get-AzOpenIdConfiguration -Authority {{emulator.Https}} -Tenant {{Emulator.Contoso}} -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable failed
            $warnings.Count
            "$warnings"
            $failed[0].FullyQualifiedErrorId
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal("1", result.Lines[0]);
        Assert.Contains("SSL_CERT_FILE: ", result.Lines[1], StringComparison.Ordinal);
        Assert.Contains("Only the system's certificates are trusted", result.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("certificate_unknown_issuer,", result.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'nowhere.pem'", "NotFound", "the file can't be read")]
    [InlineData("(Get-Module AzTokenRs).Path", "Unreadable", "the file has no usable certificate")]
    public async Task A_bundle_that_cannot_be_used_is_named(string value, string reason, string text)
    {
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:AZTOKEN_CA_BUNDLE = {{value}}
            try { Get-AzToken -DeviceCode -Authority https://localhost:1 } catch { $_.FullyQualifiedErrorId; "$_" }
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal($"EnvironmentVariable{reason},AzTokenRs.Cmdlets.GetAzToken", result.Lines[0]);
        Assert.StartsWith("AZTOKEN_CA_BUNDLE: ", result.Lines[1], StringComparison.Ordinal);
        Assert.Contains(text, result.Lines[1], StringComparison.Ordinal);
    }
}
