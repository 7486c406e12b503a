using System.Management.Automation;
using System.Net;
using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>-Proxy and -ProxyCredential. The emulator itself plays the proxy: over HTTP one gets the whole request.</summary>
public sealed class ProxyTests(Emulator emulator) : GrantTests(emulator)
{
    private const string ProxyPassword = "proxy-secret";

    // Nothing listens there: what answers was reached by the proxy.
    private static string Command =>
        $"Get-AzToken -Authority http://localhost:1 -Tenant {Emulator.Contoso} -ClientId {Emulator.App} -ClientSecret {Emulator.AppSecret}";

    [Fact]
    public async Task The_proxy_is_used_for_loopback_too()
    {
        await TokenAsync($"{Command} -Proxy {Emulator.Url}");
        Assert.Null((await Emulator.TokenRequestAsync()).Header("proxy-authorization"));
    }

    [Fact]
    public async Task The_proxy_gets_its_user_name_and_password()
    {
        Session.SetVariable("credential", new PSCredential("user", new NetworkCredential(string.Empty, ProxyPassword).SecurePassword));
        await TokenAsync($"{Command} -Proxy {Emulator.Url} -ProxyCredential $credential", ProxyPassword);

        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{ProxyPassword}"));
        Assert.Equal($"Basic {basic}", (await Emulator.TokenRequestAsync()).Header("proxy-authorization"));
    }

    [Fact]
    public async Task Without_it_the_authority_is_not_reached()
    {
        var error = await ErrorAsync(Command, Emulator.AppSecret);
        Assert.Equal("connection_refused,AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("ftp://proxy.contoso.com")]
    public Task What_is_no_proxy_is_refused(string proxy) =>
        RefusedLocallyAsync($"{Command} -Proxy {proxy}", "proxy", "must start with http://", Emulator.AppSecret);
}
