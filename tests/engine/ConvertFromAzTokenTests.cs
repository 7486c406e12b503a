using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>ConvertFrom-AzToken: what a token says of itself.</summary>
public sealed class ConvertFromAzTokenTests : IDisposable
{
    private readonly EngineSession _session = new();
    private readonly TestIssuer _issuer = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        _issuer.Dispose();
        _session.Dispose();
    }

    [Theory]
    [InlineData("ConvertFrom-AzToken $text")]
    [InlineData("$text | ConvertFrom-AzToken")]
    [InlineData("$text | ConvertFrom-Jwt")]
    [InlineData("ConvertFrom-AzToken \"Bearer $text\"")]
    [InlineData("ConvertFrom-AzToken $secure")]
    [InlineData("$secure | ConvertFrom-AzToken")]
    [InlineData("$token | ConvertFrom-AzToken")]
    public void Every_form_of_a_token_is_read(string command)
    {
        var text = _issuer.Sign(TestIssuer.Claims());
        _session.SetVariable("text", text);
        _session.SetVariable("secure", new NetworkCredential(string.Empty, text).SecurePassword);
        _session.SetVariable("token", new AzToken(text, "Bearer", DateTimeOffset.Now));
        var info = Assert.IsType<AzTokenInfo>(Assert.Single(_session.Invoke(command)).BaseObject);

        Assert.Equal(AzTokenKind.AccessTokenV2, info.Kind);
        Assert.Equal(["typ", "alg", "kid"], info.Header.Keys.Cast<string>());
        Assert.Equal("aud", info.Claims!.Keys.Cast<string>().First());
        Assert.Equal(("RS256", TestIssuer.KeyId), (info.Algorithm, info.KeyId));
        Assert.Equal(["User.Read", "Mail.Read"], info.Scopes);
        Assert.Equal([TestIssuer.Audience], info.Audience);
        Assert.Equal(["Reader"], Assert.IsType<object[]>(info.Claims["roles"]));
        Assert.Equal(("user@contoso.onmicrosoft.com", TestIssuer.Tenant), (info.Identity, info.TenantId));
    }

    [Fact]
    public void Times_are_local_and_expiry_is_told()
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 100);
        var info = Read(_issuer.Sign(TestIssuer.Claims(("exp", end.ToUnixTimeSeconds()))));
        Assert.Equal(end.ToLocalTime(), info.ExpiresOn);
        Assert.Equal(TimeZoneInfo.Local.GetUtcOffset(end), info.ExpiresOn!.Value.Offset);
        Assert.True(info.IsExpired);
        Assert.InRange(info.ExpiresIn!.Value.TotalSeconds, -200, -100);
        Assert.False(Read(_issuer.Sign(TestIssuer.Claims())).IsExpired);

        var strange = Read(_issuer.Sign(TestIssuer.Claims(("exp", "soon"), ("nbf", 1e300))));
        Assert.Null(strange.ExpiresOn);
        Assert.Null(strange.NotBefore);
        Assert.False(strange.IsExpired);
    }

    [Theory]
    [InlineData("1.0", "appid", AzTokenKind.AccessTokenV1)]
    [InlineData("2.0", "azp", AzTokenKind.AccessTokenV2)]
    public void The_kind_is_told(string version, string client, AzTokenKind kind)
    {
        var claims = TestIssuer.Claims(("azp", null), ("ver", version), (client, "c"));
        Assert.Equal(kind, Read(_issuer.Sign(claims)).Kind);
    }

    [Fact]
    public void As_json_the_members_keep_their_order()
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims()));
        var json = (string)Assert.Single(_session.Invoke("ConvertFrom-AzToken $text -AsJson")).BaseObject;
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(["header", "payload"], document.RootElement.EnumerateObject().Select(member => member.Name.ToLowerInvariant()));
        Assert.True(json.IndexOf("\"aud\"", StringComparison.Ordinal) < json.IndexOf("\"ver\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Explained_each_known_claim_has_a_meaning()
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims(("zzz", 1))));
        var rows = _session.Invoke("ConvertFrom-AzToken $text -Explain");
        Assert.Equal(3 + 13, rows.Count);
        string Of(string claim, string property) =>
            (string)rows.Single(row => claim.Equals(row.Properties["Claim"].Value)).Properties[property].Value;
        foreach (var name in new[] { "alg", "kid", "aud", "iss", "exp", "azp", "oid", "scp", "roles", "tid", "ver" })
        {
            Assert.True(Of(name, "Meaning").Length > 15, name);
        }

        // Times read as dates.
        Assert.Contains($"{DateTimeOffset.Now.Year}", Of("iat", "Value"), StringComparison.Ordinal);
        Assert.Equal(("Header", "Claims"), (Of("alg", "Section"), Of("aud", "Section")));
    }

    [Fact]
    public void An_explanation_fits_80_columns_and_breaks_between_words()
    {
        var claims = TestIssuer.Claims(("a_claim_with_a_long_name_of_its_own", new string('x', 100)), ("groups", new[] { TestIssuer.Tenant, TestIssuer.Tenant }));
        _session.SetVariable("text", _issuer.Sign(claims));
        _session.Invoke("ConvertFrom-AzToken $text -Explain | Out-Default");
        var lines = _session.Host.PlainText.ReplaceLineEndings("\n").Split('\n');

        Assert.Equal(["Header", "Claims"], lines.Where(line => line.Length > 0 && line[0] != ' '));
        // A word that is longer than a line is the only reason for a longer line, and it stands alone, or after the name.
        Assert.All(lines.Where(line => line.Length >= 80), line => Assert.InRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2));
        var words = lines.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        var expected = _session.Invoke("ConvertFrom-AzToken $text -Explain | ForEach-Object { $_.Claim; $_.Value; $_.Meaning }")
            .SelectMany(value => value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(expected, word => Assert.Contains(word, words));
    }

    [Fact]
    public void An_explanation_needs_no_module_and_no_command_of_the_session()
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims()));
        var before = _session.Invoke("Get-Module -All | ForEach-Object Path").Count;
        _session.Invoke("ConvertFrom-AzToken $text -Explain | Out-Default");
        Assert.Equal(before, _session.Invoke("Get-Module -All | ForEach-Object Path").Count);

        var cmdlet = new SessionStateCmdletEntry("ConvertFrom-AzToken", typeof(Cmdlets.ConvertFromAzToken), null);
        var state = InitialSessionState.Create();
        state.Commands.Add(cmdlet);
        using var empty = RunspaceFactory.CreateRunspace(state);
        empty.Open();
        using var explain = PowerShell.Create(empty);
        var lines = explain.AddCommand("ConvertFrom-AzToken").AddParameter("Token", _issuer.Sign(TestIssuer.Claims())).AddParameter("Explain").Invoke();
        Assert.Empty(explain.Streams.Error);
        Assert.Contains(lines, line => line.ToString().Contains("Audience: the resource", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("$text | ConvertFrom-AzToken | ForEach-Object { $_.Claims } | Where-Object Key -eq tid | ForEach-Object Value")]
    [InlineData("(ConvertFrom-AzToken $text).Claims['tid']")]
    [InlineData("(ConvertFrom-AzToken $text).Claims.tid")]
    [InlineData("$value = $null; $null = (ConvertFrom-AzToken $text).Claims.TryGetValue('tid', [ref] $value); $value")]
    public void Claims_are_read_as_scripts_do(string script)
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims()));
        Assert.Equal(TestIssuer.Tenant, Assert.Single(_session.Invoke(script)).BaseObject);
    }

    [Fact]
    public void What_people_look_for_comes_first()
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims()));
        _session.Invoke("ConvertFrom-AzToken $text | Out-Default");
        var names = _session.Host.PlainText.Split('\n').Where(line => line.Contains(" : ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]);
        Assert.Equal(["Identity", "Audience", "Scopes", "Roles", "ExpiresOn"], names.Take(5));
    }

    [Fact]
    public void An_encrypted_token_shows_its_header_and_says_why_no_more()
    {
        var header = TestIssuer.Encode(Encoding.UTF8.GetBytes("""{"alg":"RSA-OAEP","enc":"A256GCM"}"""));
        _session.SetVariable("text", $"{header}.YQ.YQ.YQ.YQ");
        var info = (AzTokenInfo)Assert.Single(_session.Invoke("ConvertFrom-AzToken $text -WarningVariable told -WarningAction SilentlyContinue")).BaseObject;
        Assert.Equal(AzTokenKind.Encrypted, info.Kind);
        Assert.Equal("A256GCM", info.Header["enc"]);
        Assert.Null(info.Claims);
        Assert.Contains("encrypted", Assert.Single(_session.Invoke("\"$told\"")).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EwBIA8l6BAAUopaquetoken", "personal")]
    [InlineData("hunter2.hunter2", "JWT")]
    [InlineData("", "token")]
    [InlineData("a.b.c", "token")]
    public async Task What_is_no_token_is_an_error_in_words_that_does_not_quote_it(string text, string word)
    {
        _session.SetVariable("text", text);
        using var run = _session.Start("ConvertFrom-AzToken $text");
        var error = await run.ErrorAsync();
        Assert.Contains(word, error.Exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        if (text.Length > 5)
        {
            Assert.DoesNotContain(text, error.ToString() + error.CategoryInfo + error.TargetObject, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_bad_token_stops_nothing()
    {
        _session.SetVariable("tokens", new object?[] { _issuer.Sign(TestIssuer.Claims()), "hunter2", null, _issuer.Sign(TestIssuer.Claims()) });
        var read = _session.Invoke("$tokens | ConvertFrom-AzToken -ErrorAction SilentlyContinue -ErrorVariable failed; $failed.Count");
        Assert.Equal(3, read.Count);
        Assert.Equal(2, read[2].BaseObject);
    }

    [Fact]
    public void The_view_shows_no_token()
    {
        var text = _issuer.Sign(TestIssuer.Claims());
        _session.SetVariable("text", text);
        _session.Invoke("ConvertFrom-AzToken $text | Out-Default");
        Assert.Contains("Kind", _session.Host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('.')[2], _session.Host.Text, StringComparison.Ordinal);
    }

    private AzTokenInfo Read(string text)
    {
        _session.SetVariable("text", text);
        return (AzTokenInfo)Assert.Single(_session.Invoke("ConvertFrom-AzToken $text")).BaseObject;
    }
}
