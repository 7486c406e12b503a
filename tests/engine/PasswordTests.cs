using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The password grant: it works, it warns, and what it can't do is said in plain words.</summary>
public sealed class PasswordTests(Emulator emulator) : GrantTests(emulator)
{
    private string Command => $"Get-AzToken {Place} -Credential $credential";

    [Fact]
    public async Task A_user_gets_a_token_and_a_warning()
    {
        SetCredential(Emulator.User, Emulator.UserPassword);
        using var run = Session.Start($"{Command} {ShowAll}");
        var token = await run.TokenAsync();

        Assert.Equal(Emulator.User, token.Identity);
        Assert.NotNull(token.RefreshToken);
        Assert.Contains("MFA", Assert.Single(run.Streams.Warning).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Emulator.UserPassword, run.Everything() + Session.Host.Text, StringComparison.Ordinal);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal("password", request.Form("grant_type"));
        Assert.Equal(Emulator.User, request.Form("username"));
        Assert.Equal(Emulator.UserPassword, request.Form("password"));
        Assert.Equal(Emulator.AzurePowerShell, request.Form("client_id"));
    }

    [Fact]
    public async Task With_WarningAction_Stop_the_password_is_not_sent()
    {
        SetCredential(Emulator.User, Emulator.UserPassword);
        using var run = Session.Start($"{Command} -WarningAction Stop");
        await Assert.ThrowsAsync<ActionPreferenceStopException>(run.EndAsync);

        Assert.Contains("MFA", Assert.Single(run.Streams.Warning).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await Emulator.RequestsAsync(), request => request.IsToken);
    }

    [Fact]
    public async Task A_confidential_client_proves_itself()
    {
        SetCredential(Emulator.User, Emulator.UserPassword);
        await TokenAsync($"{Command} -ClientId {Emulator.App} -ClientCredential {Emulator.AppSecret}", Emulator.AppSecret, Emulator.UserPassword);
        Assert.Equal(Emulator.AppSecret, (await Emulator.TokenRequestAsync()).Form("client_secret"));
    }

    [Theory]
    [InlineData("user@contoso.onmicrosoft.com", "not-the-password", 50126)]
    [InlineData("user@federated.example", Emulator.UserPassword, 50126)]
    [InlineData("nobody@contoso.onmicrosoft.com", Emulator.UserPassword, 50034)]
    [InlineData("blocked@contoso.onmicrosoft.com", Emulator.UserPassword, 50057)]
    [InlineData("expired@contoso.onmicrosoft.com", Emulator.UserPassword, 50055)]
    [InlineData("locked@contoso.onmicrosoft.com", Emulator.UserPassword, 50053)]
    [InlineData("mfa@contoso.onmicrosoft.com", Emulator.UserPassword, 50076)]
    [InlineData("newmfa@contoso.onmicrosoft.com", Emulator.UserPassword, 50079)]
    [InlineData("policy@contoso.onmicrosoft.com", Emulator.UserPassword, 53003)]
    public async Task Each_refusal_has_its_number_and_plain_words(string user, string password, int code)
    {
        SetCredential(user, password);
        await RefusedAsync(Command, code, password);

        // A wrong password that is sent twice counts twice.
        Assert.Single(await Emulator.RequestsAsync(), request => request.IsToken);
    }

    [Fact]
    public async Task A_client_that_is_not_public()
    {
        SetCredential(Emulator.User, Emulator.UserPassword);
        await RefusedAsync($"{Command} -ClientId {Emulator.App}", 7000218, Emulator.UserPassword);
    }

    [Theory]
    [InlineData("user", "p", "contoso.com", "username", "user principal name")]
    [InlineData("user@contoso.com", "p", "common", "tenant", "personal accounts")]
    [InlineData("user@contoso.com", "p", "consumers", "tenant", "personal accounts")]
    [InlineData("user@contoso.com", "", "contoso.com", "password", "must not be empty")]
    public Task What_can_not_work_is_refused_before_it_is_sent(string user, string password, string tenant, string name, string words)
    {
        SetCredential(user, password);
        return RefusedLocallyAsync($"Get-AzToken -Authority {Emulator.Url} -Tenant {tenant} -Credential $credential", name, words);
    }

    private void SetCredential(string user, string password) =>
        Session.SetVariable("credential", new PSCredential(user, new NetworkCredential(string.Empty, password).SecurePassword));
}
