using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The objects that the cmdlets put out: made in a test, shown, and sent through jobs and files.</summary>
public sealed class ModelTests : IDisposable
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private readonly EngineSession _session = new();
    private readonly TestIssuer _issuer = new();
    private readonly string _text;

    /// <summary>Makes a token with every secret that one can hold.</summary>
    public ModelTests()
    {
        _text = _issuer.Sign(TestIssuer.Claims());
        _session.SetVariable("text", _text);
        _session.SetVariable("token", new AzToken(_text, "Bearer", DateTimeOffset.Now.AddHours(1))
        {
            Resource = "https://graph.microsoft.com",
            Scopes = ["User.Read"],
            RefreshTokenText = "refresh-secret",
            IdTokenText = "id-secret",
            ClientId = "c",
            Authority = "https://login.microsoftonline.com/contoso.com",
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _issuer.Dispose();
        _session.Dispose();
    }

    [Fact]
    public void No_secret_is_written_in_plain_text_by_the_serializer()
    {
        var token = Assert.Single(_session.Invoke("$token"));
        var uri = new AzAuthorizationUri("https://login.microsoftonline.com/t/oauth2/v2.0/authorize?client_id=c", "s", "http://localhost", null, Verifier);
        var challenge = new AzPkceChallenge(Verifier, "c", "S256");
        var xml = PSSerializer.Serialize(new object[] { token, new Hashtable { ["inside"] = token }, uri, challenge }, 4);

        Assert.All(
            new[] { _text, _text.Split('.')[2], "refresh-secret", "id-secret", Verifier },
            secret => Assert.DoesNotContain(secret, xml, StringComparison.Ordinal));
        Assert.Equal(5, xml.Split("<SS N=\"Secure").Length - 1);
        // What is not secret is all there, and outside of the serializer nothing is hidden.
        Assert.Contains("https://graph.microsoft.com", xml, StringComparison.Ordinal);
        Assert.Equal((_text, _text, "refresh-secret", "id-secret"), Values("\"$token\"; $token.Token; $token.RefreshToken; $token.IdToken"));
        Assert.Equal((Verifier, Verifier), (uri.CodeVerifier, challenge.CodeVerifier));
    }

    [Fact]
    public void A_deserialized_token_is_used_like_the_token_it_was()
    {
        var token = Assert.Single(_session.Invoke("$token"));
        _session.SetVariable("restored", PSSerializer.Deserialize(PSSerializer.Serialize(token)));
        Assert.Equal("Deserialized.AzTokenRs.AzToken", Assert.Single(_session.Invoke("$restored.PSTypeNames[0]")).BaseObject);
        Assert.IsType<SecureString>(Assert.Single(_session.Invoke("$restored.SecureToken")).BaseObject);
        Assert.Equal("o", Assert.Single(_session.Invoke("($restored | ConvertFrom-AzToken).Claims.oid")).BaseObject);
        _session.SetVariable("jwks", _issuer.Jwks);
        Assert.Equal(true, Assert.Single(_session.Invoke(
            $"$restored | Test-AzToken -Jwks $jwks -Audience {TestIssuer.Audience} -Tenant {TestIssuer.Tenant}")).BaseObject);
        _session.Invoke("$restored | Out-Default");
        Assert.DoesNotContain("secret\n", _session.Host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_text[..20], _session.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_tells_who_for_what_until_when_at_80_columns()
    {
        _session.Invoke("$token | Out-Default");
        var shown = _session.Host.PlainText;
        Assert.Contains("Identity      : user@contoso.onmicrosoft.com", shown, StringComparison.Ordinal);
        Assert.All(shown.ReplaceLineEndings("\n").Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain("eyJ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Expiry_is_told()
    {
        Assert.Equal(false, Assert.Single(_session.Invoke("$token.IsExpired")).BaseObject);
        var left = Assert.IsType<TimeSpan>(Assert.Single(_session.Invoke("$token.ExpiresIn")).BaseObject);
        Assert.InRange(left.TotalSeconds, 3000, 3600);
        Assert.Equal(0, left.Milliseconds);
        var old = new AzToken(_text, DateTimeOffset.Now.AddSeconds(-90));
        Assert.True(old.IsExpired);
        Assert.InRange(old.ExpiresIn!.Value.TotalSeconds, -200, -90);
    }

    [Fact]
    public void Each_type_can_be_made_in_a_test()
    {
        var made = _session.Invoke("""
            [AzTokenRs.AzToken]::new('not a JWT', [DateTimeOffset]::Now.AddHours(1))
            [AzTokenRs.AzToken]::new($text, $null)
            [AzTokenRs.AzToken]::new('opaque', $null, 'user@contoso.com', 'tenant', 'https://graph.microsoft.com', @('User.Read'))
            [AzTokenRs.AzTokenInfo]::new($text)
            [AzTokenRs.AzTokenTestResult]::new($false, [AzTokenRs.AzTokenCheck[]] @([AzTokenRs.AzTokenCheck]::new('Expires', $false, 'Too late.')))
            [AzTokenRs.AzAuthorizationUri]::new('https://login.microsoftonline.com/t/oauth2/v2.0/authorize?client_id=c', 's', 'http://localhost')
            [AzTokenRs.AzPkceChallenge]::new('v', 'c', 'S256')
            [AzTokenRs.ClaimsDictionary]::new(@{ aud = 'a' })
            """.ReplaceLineEndings("\n"));
        // Claims are enumerated.
        Assert.Equal(8, made.Count);
        Assert.Equal("Bearer not a JWT", ((AzToken)made[0].BaseObject).Headers["Authorization"]);
        var token = (AzToken)made[1].BaseObject;
        Assert.Equal(("user@contoso.onmicrosoft.com", TestIssuer.Audience, false), (token.Identity, token.Resource, token.IsExpired));
        Assert.Equal(["User.Read", "Mail.Read"], token.Scopes);
        Assert.Equal("user@contoso.com", ((AzToken)made[2].BaseObject).Identity);
        Assert.Equal(TestIssuer.Tenant, ((AzTokenInfo)made[3].BaseObject).TenantId);
        Assert.Equal("Expires", Assert.Single(((AzTokenTestResult)made[4].BaseObject).Failed).Name);
        Assert.Equal("c", ((AzAuthorizationUri)made[5].BaseObject).ClientId);
    }

    [Fact]
    public void Any_text_is_not_a_token() => Assert.Equal(
        [true, "hunter2"],
        _session.Invoke("$null -eq ('hunter2' -as [AzTokenRs.AzToken]); try { [AzTokenRs.AzTokenInfo]::new('hunter2') } catch { 'hunter2' }")
            .Select(value => value.BaseObject));

    [Fact]
    public void A_users_own_view_wins_and_breaks_nothing()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Repository.Module]);
        state.Types.Add(new SessionStateTypeEntry(
            new TypeData("AzTokenRs.AzPkceChallenge") { DefaultDisplayPropertySet = new PropertySetData(["CodeChallengeMethod"]) }, isRemove: false));
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        var challenge = Assert.Single(shell.AddScript($"New-AzPkceChallenge {Verifier}").Invoke());

        Assert.Empty(shell.Streams.Error);
        Assert.IsType<AzPkceChallenge>(challenge.BaseObject);
        var standard = (PSMemberSet)challenge.Members["PSStandardMembers"];
        Assert.Equal(["CodeChallengeMethod"], ((PSPropertySet)standard.Members["DefaultDisplayPropertySet"]).ReferencedPropertyNames);
    }

    private (object?, object?, object?, object?) Values(string script)
    {
        var values = _session.Invoke(script).Select(value => value.BaseObject).ToArray();
        return (values[0], values[1], values[2], values[3]);
    }
}
