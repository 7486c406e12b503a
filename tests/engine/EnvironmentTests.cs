using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// What a session sets by <c>$env:</c> while it runs reaches the request. In a process of its own, as the environment
/// belongs to the process.
/// </summary>
public sealed class EnvironmentTests(Emulator emulator) : IClassFixture<Emulator>
{
    [Fact]
    public async Task The_authority_and_the_tenant_come_from_the_environment()
    {
        await emulator.ResetAsync();
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            try { Get-AzToken -DeviceCode -Authority http://127.0.0.1:1 -Tenant 'no/tenant' } catch { }
            $env:AZURE_AUTHORITY_HOST = '{{emulator.Url}}'
            $env:AZURE_TENANT_ID = '{{Emulator.Fabrikam}}'
            $token = Get-AzToken -DeviceCode
            $token.Authority
            """);
        var device = await Eventually.GetAsync(
            "a device code", async () => await emulator.DevicesAsync() is [var first, ..] ? first : null);
        Assert.Contains($"/{Emulator.Fabrikam}/", (await emulator.DeviceCodeRequestAsync()).Path, StringComparison.Ordinal);
        await emulator.ApproveAsync(device.UserCode);

        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.StartsWith(emulator.Url, result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_wins_over_the_environment()
    {
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:AZURE_AUTHORITY_HOST = 'http://127.0.0.1:1'
            $env:AZURE_TENANT_ID = '{{Emulator.Contoso}}'
            Get-AzToken -DeviceCode -Authority {{emulator.Url}} -Tenant nowhere.example -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(["AADSTS90002,AzTokenRs.Cmdlets.GetAzToken"], result.Lines);
    }

    [Fact]
    public async Task A_proxy_of_the_session_is_used()
    {
        // Nothing listens there: that the proxy failed shows that it was asked.
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:https_proxy = 'http://127.0.0.1:1'
            Get-AzToken -DeviceCode -Authority https://login.contoso.example -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(["proxy_failed,AzTokenRs.Cmdlets.GetAzToken"], result.Lines);
    }
}
