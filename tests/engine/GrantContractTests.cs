using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Json.Nodes;
using AzTokenRs.ClientAuth;
using AzTokenRs.Cmdlets;
using AzTokenRs.EngineTests.Support;
using AzTokenRs.Native;
using AzTokenRs.Operations;

namespace AzTokenRs.EngineTests;

/// <summary>The golden request of each grant and of each proof; the Rust tests read them as well.</summary>
public sealed class GrantContractTests
{
    private const string Pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    [Fact]
    public void A_secret_and_a_proxy() => AssertGolden("client_credentials", cmdlet =>
    {
        cmdlet.ClientSecret = Secure("sécret \"quoted\"");
        cmdlet.Resource = "https://management.azure.com";
        cmdlet.Proxy = new Uri("http://proxy.contoso.com:8080");
        cmdlet.ProxyCredential = new PSCredential("proxy-user", Secure("proxy-password"));
        return cmdlet.BuildClientCredentials();
    });

    [Fact]
    public void A_credential_names_the_client() => AssertGolden("client_credentials", cmdlet =>
    {
        cmdlet.ClientId = null;
        cmdlet.ClientCredential = new AzClientCredential(Secure("sécret \"quoted\""), Emulator.App);
        cmdlet.Resource = "https://management.azure.com";
        cmdlet.Proxy = new Uri("http://proxy.contoso.com:8080");
        cmdlet.ProxyCredential = new PSCredential("proxy-user", Secure("proxy-password"));
        return cmdlet.BuildClientCredentials();
    });

    [Fact]
    public void A_PEM_file()
    {
        using var proof = new PemProof(Pem.ToCharArray(), Secure(TestKeys.Password), new CertificateOptions(true, "rs256"));
        AssertGolden("client_credentials.certificate", _ => Request(NativeMethods.aztoken_client_credentials, proof));
    }

    [Fact]
    public void A_certificate_that_signs_here() => AssertGolden("client_credentials.external_certificate", cmdlet =>
    {
        cmdlet.ClientCertificate = TestKeys.Certificate;
        return cmdlet.BuildClientCredentials();
    });

    [Fact]
    public void A_client_assertion() => AssertGolden("client_credentials.assertion", cmdlet =>
    {
        cmdlet.ClientAssertion = Secure("a.b.c");
        return cmdlet.BuildClientCredentials();
    });

    [Fact]
    public void A_script_block_for_assertions() => AssertGolden("client_credentials.assertion_request", cmdlet =>
    {
        cmdlet.ClientAssertion = ScriptBlock.Create("'a.b.c'");
        return cmdlet.BuildClientCredentials();
    });

    [Fact]
    public void On_behalf_of() => AssertGolden("on_behalf_of", cmdlet =>
    {
        cmdlet.UserAssertion = Secure("u.s.r");
        cmdlet.ClientCredential = new AzClientCredential(Secure("secret"));
        cmdlet.Scope = ["User.Read"];
        return cmdlet.BuildOnBehalfOf();
    });

    [Fact]
    public void Password() => AssertGolden("password", cmdlet =>
    {
        cmdlet.Credential = new PSCredential(Emulator.User, Secure("pässword"));
        return cmdlet.BuildPassword();
    });

    [Fact]
    public void Refresh_token() => AssertGolden("refresh_token", cmdlet =>
    {
        cmdlet.RefreshToken = Secure("refresh-token");
        cmdlet.ClientCredential = new AzClientCredential(Secure("secret"));
        return cmdlet.BuildRefreshToken();
    });

    [Fact]
    public void Authorization_code_in_a_browser() => AssertGolden("authorization_code", cmdlet =>
    {
        SetBrowser(cmdlet, "http://localhost:8400/myapp/", "Form_Post");
        cmdlet.Prompt = "Login";
        cmdlet.DomainHint = Emulator.Contoso;
        cmdlet.NoBrowser = true;
        cmdlet.Resource = "https://graph.microsoft.com";
        cmdlet.Scope = ["User.Read", "https://management.azure.com/user_impersonation"];
        return cmdlet.BuildInteractive();
    });

    [Fact]
    public void Authorization_code_that_came_elsewhere() => AssertGolden("authorization_code.redeem", cmdlet =>
    {
        cmdlet.AuthorizationCode = Secure("0.AQIAQlcOnoz");
        cmdlet.RedirectUri = "https://app.contoso.com/signin";
        cmdlet.CodeVerifier = Secure(PkceChallengeTests.Verifier);
        cmdlet.ClientCredential = new AzClientCredential(Secure("secret"));
        return cmdlet.BuildAuthorizationCode();
    });

    [Fact]
    public void Implicit() => AssertGolden("implicit", cmdlet =>
    {
        SetBrowser(cmdlet, "http://localhost/myapp/", "fragment");
        cmdlet.Prompt = "none";
        cmdlet.DomainHint = "organizations";
        return cmdlet.BuildImplicit();
    });

    [Fact]
    public void Authorization_uri()
    {
        using var request = new NewAzAuthorizationUri
        {
            Authority = "http://localhost:4711",
            Tenant = Emulator.Contoso,
            ClientId = Emulator.App,
            Resource = "https://graph.microsoft.com",
            Scope = ["User.Read", "Mail.Read"],
            Claim = """{"id_token":{"auth_time":{"essential":true}}}""",
            ExtraParameter = new Hashtable { ["slice"] = "tést" },
            RedirectUri = "https://app.contoso.com/signin",
            ResponseType = "code id_token",
            ResponseMode = "FORM_POST",
            Prompt = "Consent",
            LoginHint = Emulator.User,
            DomainHint = Emulator.Contoso,
            State = "state",
            Nonce = "nonce",
            CodeVerifier = Secure(PkceChallengeTests.Verifier),
            CodeChallengeMethod = "S256",
        }.BuildRequest(new Dictionary<string, string> { ["AZURE_TENANT_ID"] = Emulator.Fabrikam });
        AssertGolden("authorization_uri", request);
    }

    [Fact]
    public void Pkce_challenge_of_a_new_verifier()
    {
        using var request = new NewAzPkceChallenge { Method = "plain", Length = 64 }.BuildRequest();
        AssertGolden("pkce_new", request);
    }

    [Fact]
    public void Pkce_challenge_of_a_given_verifier()
    {
        using var request = new NewAzPkceChallenge
        {
            Method = "S256",
            CodeVerifier = Secure(PkceChallengeTests.Verifier),
        }.BuildRequest();
        AssertGolden("pkce_new.given", request);
    }

    [Fact]
    public void The_assertion_by_itself()
    {
        using var proof = new CertificateProof(TestKeys.Certificate, owned: false, new CertificateOptions(true, "RS256"));
        AssertGolden("client_assertion", _ => Request(NativeMethods.aztoken_client_assertion, proof));
    }

    [Fact]
    public void A_PEM_is_overwritten_when_it_is_given_back()
    {
        var pem = Pem.ToCharArray();
        new PemProof(pem, null, new CertificateOptions(false, null)).Dispose();
        Assert.All(pem, character => Assert.Equal('\0', character));
    }

    [Theory]
    [InlineData("http://proxy.contoso.com:8080/", "https://login.microsoftonline.com/contoso.com", "http://proxy.contoso.com:8080/")]
    [InlineData("http://proxy.contoso.com:8080/", "http://localhost:4711", null)]
    [InlineData("http://proxy.contoso.com:8080/", "no address", null)]
    [InlineData(null, "https://login.microsoftonline.com", null)]
    public void The_proxy_of_the_operating_system(string? proxy, string authority, string? expected) =>
        Assert.Equal(expected, SystemProxy.For(authority, new WebProxy(proxy)));

    private static GrantRequest Request(RequestFunction start, ClientProof proof)
    {
        var request = new GrantRequest(start);
        request.AddClientAuth(proof);
        return request;
    }

    private static void AssertGolden(string name, Func<GetAzToken, GrantRequest> build)
    {
        using var cmdlet = new GetAzToken { Tenant = Emulator.Contoso, ClientId = Emulator.App };
        using var request = build(cmdlet);
        cmdlet.AddCommon(request, new Dictionary<string, string>());
        AssertGolden(name, request);
    }

    private static void SetBrowser(GetAzToken cmdlet, string redirectUri, string responseMode)
    {
        cmdlet.RedirectUri = redirectUri;
        cmdlet.ResponseType = "Code ID_token";
        cmdlet.ResponseMode = responseMode;
        cmdlet.LoginHint = Emulator.User;
        cmdlet.ClientCredential = new AzClientCredential(Secure("secret"));
    }

    private static void AssertGolden(string name, GrantRequest request)
    {
        request.Finish(out var json, out var length);
        var written = Encoding.UTF8.GetString(json, 0, length);
        var golden = File.ReadAllText(Repository.File("tests", "contract", $"{name}.request.json"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(golden), JsonNode.Parse(written)), written);
    }

    private static SecureString Secure(string text) => new NetworkCredential(string.Empty, text).SecurePassword;
}
