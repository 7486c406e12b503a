using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The refresh token grant: from the text, and from an AzToken with all that belongs to it.</summary>
public sealed class RefreshTokenTests(Emulator emulator) : GrantTests(emulator)
{
    private const string AzureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

    [Theory]
    [InlineData("$text")]
    [InlineData("$secure")]
    public async Task The_text_of_a_refresh_token_gives_a_new_token(string value)
    {
        var first = await SignInAsync(string.Empty);
        Session.SetVariable("text", first.RefreshToken);
        Session.SetVariable("secure", new NetworkCredential(string.Empty, first.RefreshToken).SecurePassword);
        var token = await TokenAsync($"Get-AzToken -RefreshToken {value} {Place}", first.RefreshToken!);

        Assert.Equal(Emulator.User, token.Identity);
        Assert.NotEqual(first.RefreshToken, token.RefreshToken);
        Assert.Equal("1", token.FamilyId);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal("refresh_token", request.Form("grant_type"));
        Assert.Equal(first.RefreshToken, request.Form("refresh_token"));
        Assert.Equal(Emulator.AzurePowerShell, request.Form("client_id"));
    }

    [Theory]
    [InlineData("$first | Get-AzToken https://management.azure.com")]
    [InlineData("Get-AzToken https://management.azure.com -RefreshToken $first")]
    [InlineData("$stored | Get-AzToken https://management.azure.com")]
    [InlineData("Get-AzToken https://management.azure.com -RefreshToken $stored")]
    public async Task A_token_brings_its_client_and_authority_for_another_resource(string command)
    {
        // Not Azure PowerShell and not the public cloud: neither is a default.
        var first = await SignInAsync($"-ClientId {AzureCli}");
        Session.SetVariable("first", first);
        Session.SetVariable("stored", Stored(first));
        var token = await TokenAsync(command, first.RefreshToken!, first.Token!);

        Assert.Equal(first.Authority, token.Authority);
        Assert.Equal(AzureCli, token.ClientId);
        Assert.StartsWith("https://management.azure.com", (string)token.Claims!["aud"]!, StringComparison.Ordinal);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal($"/{Emulator.Contoso}/oauth2/v2.0/token", request.Path);
        Assert.Equal(AzureCli, request.Form("client_id"));
    }

    // As Export-Clixml, jobs and remoting do it.
    private static PSObject Stored(AzToken token) =>
        Assert.IsType<PSObject>(PSSerializer.Deserialize(PSSerializer.Serialize(token)));

    [Fact]
    public async Task Fewer_scopes_of_the_same_resource()
    {
        var first = await SignInAsync(string.Empty);
        Assert.Contains("Directory.AccessAsUser.All", (string)first.Claims!["scp"]!, StringComparison.Ordinal);
        Session.SetVariable("first", first);
        var token = await TokenAsync("$first | Get-AzToken -Scope User.Read", first.RefreshToken!);

        Assert.Equal("https://graph.microsoft.com/User.Read openid profile offline_access", (await Emulator.TokenRequestAsync()).Form("scope"));
        Assert.DoesNotContain("Directory.AccessAsUser.All", (string)token.Claims!["scp"]!, StringComparison.Ordinal);
        Assert.Contains("User.Read", token.Scopes);
    }

    [Fact]
    public async Task What_is_given_wins_over_what_the_token_brings()
    {
        Session.SetVariable("first", await SignInAsync($"-ClientId {AzureCli}"));
        await TokenAsync($"$first | Get-AzToken -Tenant {Emulator.TenantId} -ClientId {Emulator.AzurePowerShell}");

        var request = await Emulator.TokenRequestAsync();
        Assert.Equal($"/{Emulator.TenantId}/oauth2/v2.0/token", request.Path);
        Assert.Equal(Emulator.AzurePowerShell, request.Form("client_id"));
    }

    [Fact]
    public async Task With_an_authority_of_its_own_the_tokens_tenant_stays()
    {
        Session.SetVariable("first", await SignInAsync(string.Empty));
        await TokenAsync($"$first | Get-AzToken -Authority {Emulator.Url}");
        Assert.Equal($"/{Emulator.TenantId}/oauth2/v2.0/token", (await Emulator.TokenRequestAsync()).Path);
    }

    [Fact]
    public async Task An_object_with_a_refresh_token_binds_by_property_name()
    {
        var first = await SignInAsync(string.Empty);
        Session.SetVariable("row", new { first.RefreshToken, Tenant = Emulator.Contoso });
        await TokenAsync($"$row | Get-AzToken -Authority {Emulator.Url}", first.RefreshToken!);
    }

    [Fact]
    public async Task A_pipeline_of_tokens_is_renewed_one_by_one()
    {
        Session.SetVariable("first", await SignInAsync($"-ClientId {AzureCli}"));
        Session.SetVariable("second", await SignInAsync(string.Empty));
        using var run = Session.Start("$first, $second, $first | Get-AzToken");
        await run.EndAsync();

        Assert.Empty(run.Streams.Error);
        Assert.Equal(
            [AzureCli, Emulator.AzurePowerShell, AzureCli],
            run.Output.Select(output => ((AzToken)output.BaseObject).ClientId));
    }

    [Fact]
    public async Task An_old_refresh_token_stays_good()
    {
        var first = await SignInAsync(string.Empty);
        Session.SetVariable("first", first);
        for (var time = 0; time < 3; time++)
        {
            Assert.NotEqual(first.RefreshToken, (await TokenAsync("$first | Get-AzToken")).RefreshToken);
        }
    }

    [Fact]
    public async Task A_confidential_client_proves_itself()
    {
        var first = await SignInAsync($"-ClientId {Emulator.App} -ClientCredential {Emulator.AppSecret}");
        Session.SetVariable("first", first);
        await RefusedAsync("Get-AzToken -RefreshToken $first", 7000218);
        await Emulator.ResetAsync();
        await TokenAsync($"$first | Get-AzToken -ClientCredential {Emulator.AppSecret}", Emulator.AppSecret);
        Assert.Equal("refresh_token", (await Emulator.TokenRequestAsync()).Form("grant_type"));
    }

    [Theory]
    [InlineData("expire", 700082)]
    [InlineData("revoke", 50173)]
    [InlineData("sign_in_frequency", 70043)]
    [InlineData("expire_old", 70008)]
    public async Task Each_end_of_a_refresh_token_has_its_number_and_plain_words(string fate, int code)
    {
        var first = await SignInAsync(string.Empty);
        Session.SetVariable("first", first);
        await Emulator.RefreshTokensAsync(fate);
        var exception = await RefusedAsync("$first | Get-AzToken", code, first.RefreshToken!);

        Assert.Equal("invalid_grant", exception.Error);
        Assert.Contains("ign in again", exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_a_refresh_token_is_refused_in_words()
    {
        Session.SetVariable("app", await TokenAsync($"Get-AzToken {App} -ClientSecret {Emulator.AppSecret}"));
        await Emulator.ResetAsync();
        await RefusedLocallyAsync("$app | Get-AzToken", "refresh_token", "has no refresh token");
        await RefusedLocallyAsync("Get-AzToken -RefreshToken $app", "refresh_token", "has no refresh token");
    }

    [Fact]
    public Task An_empty_one() => RefusedLocallyAsync($"Get-AzToken {Place} -RefreshToken ' '", "refresh_token", "must not be empty");
}
