using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Each grant that needs no browser, over HTTPS, in one session of a process of its own.</summary>
public sealed class GrantHttpsTests
{
    [Fact]
    public async Task Each_grant_over_HTTPS()
    {
        using var emulator = new Emulator("--https");
        await emulator.RegisterCertificateAsync(Emulator.App);
        var place = $"-Authority {emulator.Https} -Tenant {Emulator.Contoso}";
        var app = $"{place} -ClientId {Emulator.App}";
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $ErrorActionPreference = 'Stop'
            $WarningPreference = 'SilentlyContinue'
            $env:AZTOKEN_CA_BUNDLE = {{PsHostProcess.Quote(emulator.CertificateAuthority)}}
            $password = [securestring]::new()
            '{{Emulator.UserPassword}}'.ToCharArray().ForEach({ $password.AppendChar($_) })
            $credential = [pscredential]::new('{{Emulator.User}}', $password)

            $tokens = @(
                Get-AzToken {{app}} -ClientSecret {{Emulator.AppSecret}}
                Get-AzToken {{app}} -ClientCertificatePath {{PsHostProcess.Quote(TestKeys.Pfx)}} -CertificatePassword {{TestKeys.Password}}
                Get-AzToken {{app}} -ClientCertificatePath {{PsHostProcess.Quote(TestKeys.Pkcs8)}}
                Get-AzToken {{app}} -ClientAssertion {{await emulator.WorkloadTokenAsync()}}
                Get-AzToken {{app}} -ClientAssertion { New-AzClientAssertion {{app}} -ClientCertificatePath {{PsHostProcess.Quote(TestKeys.Pkcs8)}} }
                ($user = Get-AzToken api://{{Emulator.Api}} {{place}} -Credential $credential)
                Get-AzToken -OnBehalfOf -UserAssertion $user {{place}} -ClientId {{Emulator.Api}} -ClientCredential {{Emulator.ApiSecret}}
                $user | Get-AzToken
            )
            $tokens.ForEach({ $_.Authority })
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();

        Assert.Equal(8, result.Lines.Length);
        Assert.All(result.Lines, line => Assert.StartsWith(emulator.Https, line, StringComparison.Ordinal));
        Assert.Equal(8, (await emulator.RequestsAsync()).Count(request => request is { IsToken: true, Status: 200 }));
    }
}
