using AzTokenRs.EngineTests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AzTokenRs.EngineTests;

/// <summary>Microsoft's own validator and Test-AzToken give the same verdict on every token, good and bad.</summary>
public sealed class AgreementTests(Emulator emulator) : GrantTests(emulator)
{
    private const string Version1 = $"https://sts.windows.net/{TestIssuer.Tenant}/";

    private static readonly string[] s_algorithms = ["RS256"];

    [Fact]
    public async Task On_tokens_of_a_key_of_our_own()
    {
        using var issuer = new TestIssuer();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var good = issuer.Sign(TestIssuer.Claims());
        (string Name, string Token, bool Valid)[] tokens =
        [
            ("good", good, true),
            ("two audiences", issuer.Sign(TestIssuer.Claims(("aud", new[] { "api://x", TestIssuer.Audience }))), true),
            ("a little expired", issuer.Sign(TestIssuer.Claims(("nbf", now - 900), ("exp", now - 100))), true),
            ("a little early", issuer.Sign(TestIssuer.Claims(("nbf", now + 100))), true),
            ("expired", issuer.Sign(TestIssuer.Claims(("nbf", now - 2000), ("exp", now - 1000))), false),
            ("not yet valid", issuer.Sign(TestIssuer.Claims(("nbf", now + 1000))), false),
            ("no expiry", issuer.Sign(TestIssuer.Claims(("exp", null))), false),
            ("another audience", issuer.Sign(TestIssuer.Claims(("aud", "api://another"))), false),
            ("no audience", issuer.Sign(TestIssuer.Claims(("aud", null))), false),
            ("another issuer", issuer.Sign(TestIssuer.Claims(("iss", "https://evil.example/"))), false),
            ("no issuer", issuer.Sign(TestIssuer.Claims(("iss", null))), false),
            ("header changed", TestIssuer.Tamper(good, 0), false),
            ("claims changed", TestIssuer.Tamper(good, 1), false),
            ("signature changed", TestIssuer.Tamper(good, 2), false),
            ("signature empty", good[..(good.LastIndexOf('.') + 1)], false),
            ("none", TestIssuer.Unsigned(TestIssuer.Claims(), "none"), false),
            ("None", TestIssuer.Unsigned(TestIssuer.Claims(), "None"), false),
            ("HS256 by the public key", issuer.Confuse(TestIssuer.Claims()), false),
            ("version 1.0", issuer.Sign(TestIssuer.Claims(("iss", Version1), ("ver", "1.0"), ("azp", null), ("appid", "c"))), true),
            ("unknown key", issuer.Sign(TestIssuer.Claims(), keyId: "another"), false),
            ("RS512 named, RS256 signed", issuer.Sign(TestIssuer.Claims(), "RS512"), false),
            ("not a token", "hunter2", false),
        ];
        var keys = new JsonWebKeySet(issuer.Jwks).GetSigningKeys();
        Session.SetVariable("jwks", issuer.Jwks);
        foreach (var (name, token, valid) in tokens)
        {
            var theirs = await TheirsAsync(token, keys, TestIssuer.Audience, TestIssuer.Issuer, Version1);
            var ours = Ours(token, $"-Jwks $jwks -Tenant {TestIssuer.Tenant} -Audience {TestIssuer.Audience}");
            Assert.Equal((name, valid, valid), (name, theirs, ours));
        }
    }

    [Theory]
    [InlineData("https://graph.microsoft.com")]
    [InlineData($"api://{Emulator.Api}")]
    public async Task On_an_apps_tokens_of_the_emulator(string resource) =>
        await AssertAgreedAsync(await TokenAsync($"Get-AzToken {App} -ClientSecret {Emulator.AppSecret} -Resource {resource}"));

    [Fact]
    public async Task On_a_users_token_of_the_emulator() => await AssertAgreedAsync(await SignInAsync(string.Empty));

    private async Task AssertAgreedAsync(AzToken token)
    {
        var (issuer, audience) = ((string)token.Claims!["iss"]!, (string)token.Claims["aud"]!);
        using var client = new HttpClient();
        var keys = new JsonWebKeySet(await client.GetStringAsync(new Uri($"{Emulator.Url}/{Emulator.TenantId}/discovery/v2.0/keys"))).GetSigningKeys();
        var signed = token.Token!;
        foreach (var (text, valid) in new[]
        {
            (signed, true),
            (TestIssuer.Tamper(signed, 0), false),
            (TestIssuer.Tamper(signed, 1), false),
            (TestIssuer.Tamper(signed, 2), false),
        })
        {
            Assert.Equal(valid, await TheirsAsync(text, keys, audience, issuer));
            Assert.Equal(valid, Ours(text, $"{Place} -Audience {audience}"));
        }
    }

    private static async Task<bool> TheirsAsync(string token, IList<SecurityKey> keys, string audience, params string[] issuers)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            // Otherwise an ID that no key has is passed over, and each key is tried.
            TryAllIssuerSigningKeys = false,
            ValidIssuers = issuers,
            ValidAudience = audience,
            ValidAlgorithms = s_algorithms,
            ClockSkew = TimeSpan.FromSeconds(300),
        });
        return result.IsValid;
    }

    private bool Ours(string token, string parameters)
    {
        Session.SetVariable("candidate", token);
        var verdict = Session.Invoke($"Test-AzToken $candidate {parameters} -ErrorAction SilentlyContinue");
        return verdict.Count == 1 && (bool)verdict[0].BaseObject;
    }
}
