using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The device code grant, from the command to the token.</summary>
public sealed class DeviceCodeTests(Emulator emulator) : EmulatorTests(emulator)
{
    private string Command => $"Get-AzToken -DeviceCode -Authority {Emulator.Url} -Tenant {Emulator.Contoso}";

    [Fact]
    public async Task Returns_the_token_of_the_user_who_approves()
    {
        using var run = Session.Start(Command);
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();

        Assert.Equal("user@contoso.onmicrosoft.com", token.Identity);
        Assert.Equal(Emulator.TenantId, token.TenantId);
        Assert.Equal("Bearer", token.TokenType);
        Assert.Equal(Emulator.AzurePowerShell, token.ClientId);
        Assert.InRange(token.ExpiresOn!.Value, DateTimeOffset.Now.AddMinutes(1), DateTimeOffset.Now.AddDays(2));
        Assert.Equal(TimeZoneInfo.Local.GetUtcOffset(token.ExpiresOn.Value), token.ExpiresOn.Value.Offset);
        Assert.NotEmpty(token.Scopes);
        Assert.NotNull(token.RefreshToken);
        Assert.Equal(3, token.IdToken!.Split('.').Length);
        Assert.Equal("1", token.FamilyId);
        Assert.True(Guid.TryParse(token.CorrelationId, CultureInfo.InvariantCulture, out _), token.CorrelationId);
        Assert.StartsWith(Emulator.Url, token.Authority, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_accepted_by_Graph()
    {
        using var run = Session.Start(Command);
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();

        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse((string)token.Headers["Authorization"]!);
        using var answer = await client.GetAsync(new Uri($"{Emulator.Url}/v1.0/me"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("user@contoso.onmicrosoft.com", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_converts_to_its_text_in_every_form()
    {
        using var run = Session.Start(Command);
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();
        Session.SetVariable("token", token);

        Assert.Equal(token.Token, Assert.Single(Session.Invoke("\"$token\"")).BaseObject);
        Assert.Equal($"Bearer {token.Token}", Assert.Single(Session.Invoke("$token.Headers.Authorization")).BaseObject);
        Assert.Equal(token.Token, new NetworkCredential(string.Empty, token.SecureToken).Password);
    }

    [Fact]
    public async Task Claims_are_read_in_the_order_of_the_token()
    {
        using var run = Session.Start(Command);
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();
        Session.SetVariable("token", token);

        Assert.Equal("https://graph.microsoft.com", Assert.Single(Session.Invoke("$token.Claims['aud'].TrimEnd('/')")).BaseObject);
        Assert.Equal(Emulator.TenantId, Assert.Single(Session.Invoke("$token.Claims.tid")).BaseObject);
        Assert.Null(token.Claims!["no such claim"]);
        Assert.Equal(PayloadNames(token.Token!), token.Claims.Keys.Cast<string>());
        Assert.Equal(token.ExpiresOn!.Value.ToUnixTimeSeconds(), Assert.IsType<long>(token.Claims["exp"]), 60.0);
    }

    [Fact]
    public async Task The_message_is_one_host_record_before_the_token_and_not_in_the_output()
    {
        using var run = Session.Start($"{Command} -InformationVariable kept -InformationAction SilentlyContinue");
        var code = await run.UserCodeAsync(Emulator);
        Assert.Equal(0, run.OutputCount);
        Assert.Contains(Session.Host.Lines, line => line.Contains(code, StringComparison.Ordinal));
        await Emulator.ApproveAsync(code);
        await run.TokenAsync();

        var record = Assert.Single(run.Streams.Information);
        Assert.Equal(["PSHOST"], record.Tags);
        var message = Assert.IsType<HostInformationMessage>(record.MessageData).Message;
        Assert.Contains($"{Emulator.Url}/devicelogin", message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Single(Session.Invoke("$kept.MessageData.Message")).BaseObject);
        Assert.Single(Session.Host.Lines, line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_view_shows_no_secret()
    {
        using var run = Session.Start($"{Command} -OutVariable token | Out-Default");
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        await run.EndAsync();

        var token = Assert.IsType<AzToken>(Assert.Single(Session.Invoke("$token")).BaseObject);
        AssertNoSecret(token, Session.Host.Text);
        Assert.Contains("user@contoso.onmicrosoft.com", Session.Host.Text, StringComparison.Ordinal);
        Assert.Contains("ExpiresOn", Session.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_goes_with_the_token_into_a_session_without_the_module()
    {
        using var run = Session.Start(Command);
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();

        // The bare object, as a program that hosts PowerShell would pass it on.
        using var other = new EngineSession();
        other.Invoke("Remove-Module AzTokenRs");
        other.SetVariable("token", token);
        other.Invoke("$token, @($token) | Out-Default");
        AssertNoSecret(token, other.Host.Text);
        Assert.Contains("user@contoso.onmicrosoft.com", other.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_and_debug_show_what_is_sent_and_no_secret()
    {
        using var run = Session.Start($"$DebugPreference = 'Continue'; {Command} -Verbose -Scope User.Read");
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();

        var verbose = string.Join('\n', run.Streams.Verbose);
        Assert.Contains(Emulator.Url, verbose, StringComparison.Ordinal);
        Assert.Contains(Emulator.AzurePowerShell, verbose, StringComparison.Ordinal);
        Assert.Contains("User.Read", verbose, StringComparison.Ordinal);
        Assert.Contains(token.CorrelationId!, verbose, StringComparison.Ordinal);
        AssertNoSecret(token, run.Everything() + Session.Host.Text);
        var deviceCode = (await Emulator.RequestsAsync()).First(request => request.IsToken).Form("device_code")!;
        Assert.DoesNotContain(deviceCode, run.Everything() + Session.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_says_how_long_is_left_and_goes_away()
    {
        using var run = Session.Start(Command);
        var code = await run.UserCodeAsync(Emulator);
        await Eventually.TrueAsync("progress", () => Task.FromResult(run.Streams.Progress.Count > 0));
        await Emulator.ApproveAsync(code);
        await run.TokenAsync();

        Assert.InRange(run.Streams.Progress[0].SecondsRemaining, 1, 900);
        Assert.Equal(ProgressRecordType.Completed, run.Streams.Progress[^1].RecordType);
    }

    [Fact]
    public async Task What_is_given_reaches_the_service()
    {
        var correlation = Guid.NewGuid();
        using var run = Session.Start(
            $"Get-AzToken https://management.azure.com user_impersonation -DeviceCode -Authority {Emulator.Url} "
            + $"-Tenant {Emulator.Contoso} -ClientId 04b07795-8ddb-461a-bbee-02f9e1bf7b46 -Culture sv-SE -CorrelationId {correlation} "
            + "-ExtraParameter @{ dc = 'ESTS-PUB-WUS2'; slice = 7 }");
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();

        var request = await Emulator.DeviceCodeRequestAsync();
        Assert.Equal("04b07795-8ddb-461a-bbee-02f9e1bf7b46", request.Form("client_id"));
        Assert.Equal(
            "https://management.azure.com/user_impersonation openid profile offline_access", request.Form("scope"));
        Assert.Equal("sv-SE", request.Form("mkt") ?? request.Query("mkt"));
        Assert.Equal("ESTS-PUB-WUS2", request.Form("dc"));
        Assert.Equal("7", request.Form("slice"));
        Assert.Contains(correlation.ToString(), request.Text, StringComparison.Ordinal);
        Assert.Equal(correlation.ToString(), token.CorrelationId);
    }

    [Fact]
    public async Task A_SecureString_in_ExtraParameter_is_sent_and_never_shown()
    {
        const string secret = "påss\"w\\örd 🔑";
        Session.SetVariable("secret", new NetworkCredential(string.Empty, secret).SecurePassword);
        using var run = Session.Start(
            $"$DebugPreference = 'Continue'; {Command} -Verbose -ExtraParameter @{{ dc_secret = $secret }}");
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        await run.TokenAsync();

        Assert.Equal(secret, (await Emulator.DeviceCodeRequestAsync()).Form("dc_secret"));
        Assert.DoesNotContain(secret, run.Everything() + Session.Host.Text, StringComparison.Ordinal);
    }

    private static void AssertNoSecret(AzToken token, string text)
    {
        foreach (var secret in new[] { token.Token, token.RefreshToken, token.IdToken }.OfType<string>())
        {
            Assert.DoesNotContain(secret[..40], text, StringComparison.Ordinal);
        }
    }

    private static string[] PayloadNames(string token)
    {
        var payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        var json = Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '='));
        return System.Text.Json.JsonDocument.Parse(json).RootElement.EnumerateObject().Select(member => member.Name).ToArray();
    }
}
