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

/// <summary>The golden request of each grant that needs no browser and of each proof; the Rust tests read them as well.</summary>
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
        cmdlet.ClientSecret = new PSCredential(Emulator.App, Secure("sécret \"quoted\""));
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
        cmdlet.ClientSecret = Secure("secret");
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
        cmdlet.ClientSecret = Secure("secret");
        return cmdlet.BuildRefreshToken();
    });

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

    private static GrantRequest Request(StartOperation start, ClientProof proof)
    {
        var request = new GrantRequest(start);
        request.Add("client_auth", proof);
        return request;
    }

    private static void AssertGolden(string name, Func<GetAzToken, GrantRequest> build)
    {
        using var cmdlet = new GetAzToken { Tenant = Emulator.Contoso, ClientId = Emulator.App };
        using var request = build(cmdlet);
        cmdlet.AddCommon(request, new Dictionary<string, string>());
        request.Finish(out var json, out var length);
        var written = Encoding.UTF8.GetString(json, 0, length);
        var golden = File.ReadAllText(Repository.File("tests", "contract", $"{name}.request.json"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(golden), JsonNode.Parse(written)), written);
    }

    private static SecureString Secure(string text) => new NetworkCredential(string.Empty, text).SecurePassword;
}
