using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>New-AzAuthorizationUri: it makes addresses, and sends nothing.</summary>
public sealed class AuthorizationUriTests : IDisposable
{
    private const string Place = "-Authority https://login.contoso.example -Tenant contoso.com";

    private const string RedirectUri = "https://app.contoso.example/signin";

    private readonly EngineSession _session = new();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_address_asks_for_a_code_with_PKCE()
    {
        var uri = New(string.Empty);
        var asked = Asked(uri);

        Assert.StartsWith("https://login.contoso.example/contoso.com/oauth2/v2.0/authorize?", uri.Uri, StringComparison.Ordinal);
        Assert.Equal("code", asked["response_type"]);
        Assert.Equal(RedirectUri, asked["redirect_uri"]);
        Assert.Equal("https://graph.microsoft.com/.default openid profile offline_access", asked["scope"]);
        Assert.Equal(uri.State, asked["state"]);
        Assert.Equal("S256", asked["code_challenge_method"]);
        Assert.Equal(TestIssuer.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(uri.CodeVerifier!))), asked["code_challenge"]);
        Assert.DoesNotContain("nonce", asked.Keys);
        Assert.Null(uri.Nonce);
        Assert.Equal(Emulator.AzurePowerShell, uri.ClientId);
        Assert.Equal("https://login.contoso.example/contoso.com", uri.Authority);
        Assert.Equal(uri.Uri, uri.ToString());
    }

    [Theory]
    [InlineData("code", true, false)]
    [InlineData("code id_token", true, true)]
    [InlineData("code id_token token", true, true)]
    [InlineData("id_token", false, true)]
    [InlineData("token id_token", false, true)]
    [InlineData("token", false, false)]
    public void Each_response_type_has_what_it_needs(string responseType, bool hasVerifier, bool hasNonce)
    {
        var uri = New($"-ResponseType '{responseType}'");
        var asked = Asked(uri);
        Assert.Equal(responseType.Split(' ').Order(StringComparer.Ordinal), asked["response_type"].Split(' '));
        Assert.Equal((hasVerifier, hasNonce), (uri.CodeVerifier is not null, uri.Nonce is not null));
        Assert.Equal(hasVerifier, asked.ContainsKey("code_challenge"));
        Assert.Equal(uri.Nonce, asked.GetValueOrDefault("nonce"));
    }

    [Fact]
    public void What_is_given_stands_in_the_address()
    {
        const string claims = """{"id_token":{"auth_time":{"essential":true}}}""";
        _session.SetVariable("claims", claims);
        var uri = New(
            $"https://management.azure.com user_impersonation -ClientId {Emulator.App} -ResponseType 'code id_token' -ResponseMode Form_Post "
            + $"-Prompt Consent -LoginHint 'user+x@contoso.com' -DomainHint contoso.com -State 'my state&x=1' -Nonce n0nce "
            + $"-CodeVerifier {PkceChallengeTests.Verifier} -CodeChallengeMethod plain -Claim $claims -ExtraParameter @{{ mkt = 'sv-SE' }}");
        var asked = Asked(uri);

        Assert.StartsWith("https://management.azure.com/user_impersonation ", asked["scope"], StringComparison.Ordinal);
        var expected = new Dictionary<string, string>
        {
            ["client_id"] = Emulator.App, ["response_mode"] = "form_post", ["prompt"] = "consent", ["login_hint"] = "user+x@contoso.com",
            ["domain_hint"] = "contoso.com", ["state"] = "my state&x=1", ["nonce"] = "n0nce", ["claims"] = claims, ["mkt"] = "sv-SE",
            ["code_challenge"] = PkceChallengeTests.Verifier, ["code_challenge_method"] = "plain",
        };
        Assert.Equal(expected, asked.Where(field => expected.ContainsKey(field.Key)).ToDictionary());
        Assert.Equal(("my state&x=1", "n0nce", PkceChallengeTests.Verifier), (uri.State, uri.Nonce, uri.CodeVerifier));
    }

    [Fact]
    public void Each_address_has_values_of_its_own()
    {
        var (first, second) = (New("-ResponseType 'code id_token'"), New("-ResponseType 'code id_token'"));
        Assert.NotEqual(first.State, second.State);
        Assert.NotEqual(first.Nonce, second.Nonce);
        Assert.NotEqual(first.CodeVerifier, second.CodeVerifier);
    }

    [Fact]
    public void Tenants_come_from_the_pipeline()
    {
        var uris = _session.Invoke($"'contoso.com', 'fabrikam.com' | New-AzAuthorizationUri -Cloud usgov -RedirectUri {RedirectUri}")
            .Select(output => ((AzAuthorizationUri)output.BaseObject).Authority);
        Assert.Equal(["https://login.microsoftonline.us/contoso.com", "https://login.microsoftonline.us/fabrikam.com"], uris);
    }

    [Fact]
    public void The_default_view_has_no_verifier()
    {
        _session.Invoke($"New-AzAuthorizationUri {Place} -RedirectUri {RedirectUri} -CodeVerifier {PkceChallengeTests.Verifier} | Out-Default");
        // A long address goes over several lines.
        var shown = string.Concat(_session.Host.Lines.Select(line => line.Trim()));
        Assert.Contains("/authorize?", shown, StringComparison.Ordinal);
        Assert.Contains("State", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(PkceChallengeTests.Verifier, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-ResponseType 'code token'", "response_type")]
    [InlineData("-ResponseType nonsense", "response_type")]
    [InlineData("-ResponseType id_token -ResponseMode query", "response_mode")]
    [InlineData("-CodeVerifier secret123", "code_verifier")]
    [InlineData("-ExtraParameter @{ state = 'x' }", "extra_parameters")]
    [InlineData("-Tenant no/tenant", "tenant")]
    public async Task What_cannot_be_asked_is_refused_by_name(string parameters, string name)
    {
        using var run = _session.Start($"New-AzAuthorizationUri -RedirectUri {RedirectUri} {parameters}");
        var error = await run.ErrorAsync();
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.IsType<AzTokenException>(error.Exception).AssertNames(name);
        Assert.DoesNotContain("secret123", run.Everything(), StringComparison.Ordinal);
    }

    private AzAuthorizationUri New(string parameters) => Assert.IsType<AzAuthorizationUri>(
        Assert.Single(_session.Invoke($"New-AzAuthorizationUri {Place} -RedirectUri {RedirectUri} {parameters}")).BaseObject);

    private static Dictionary<string, string> Asked(AzAuthorizationUri uri) => BrowserAnswer.FieldsOf(new Uri(uri.Uri).Query);
}
