using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AzTokenRs.ClientAuth;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The client credentials grant with a certificate, from everywhere that one may come from.</summary>
public sealed class ClientCertificateTests(Emulator emulator) : GrantTests(emulator)
{
    public static TheoryData<string, string> Sources { get; } = new()
    {
        { "X509Certificate2", "-ClientCertificate $certificate" },
        { "PFX", $"-ClientCertificatePath '{TestKeys.Pfx}' -CertificatePassword {TestKeys.Password}" },
        { "PKCS#1", $"-ClientCertificatePath '{TestKeys.File("client.pkcs1.pem")}'" },
        { "PKCS#8", $"-ClientCertificatePath '{TestKeys.Pkcs8}'" },
        { "encrypted PKCS#8", $"-ClientCertificatePath '{TestKeys.Encrypted}' -CertificatePassword {TestKeys.Password}" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_certificate_proves_the_app(string source, string parameters)
    {
        Assert.NotEmpty(source);
        await Emulator.RegisterCertificateAsync(Emulator.App);
        Session.SetVariable("certificate", TestKeys.Certificate);
        var token = await TokenAsync($"Get-AzToken {App} {parameters}", TestKeys.Password);

        Assert.Equal(Emulator.App, token.ClientId);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", request.Form("client_assertion_type"));
        var (header, claims) = Decode(request.Form("client_assertion")!);
        Assert.Equal("PS256", (string?)header["alg"]);
        Assert.Equal(Thumbprint(HashAlgorithmName.SHA256), (string?)header["x5t#S256"]);
        Assert.Null(header["x5c"]);
        Assert.Equal($"{Emulator.Url}/{Emulator.Contoso}/oauth2/v2.0/token", (string?)claims["aud"]);
        Assert.Equal(Emulator.App, (string?)claims["iss"]);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task RS256_with_the_certificate_along(string source, string parameters)
    {
        Assert.NotEmpty(source);
        await Emulator.RegisterCertificateAsync(Emulator.App);
        Session.SetVariable("certificate", TestKeys.Certificate);
        await TokenAsync($"Get-AzToken {App} {parameters} -CertificateAlgorithm rs256 -SendCertificateChain", TestKeys.Password);

        var (header, _) = Decode((await Emulator.TokenRequestAsync()).Form("client_assertion")!);
        Assert.Equal("RS256", (string?)header["alg"]);
        Assert.Equal(Thumbprint(HashAlgorithmName.SHA1), (string?)header["x5t"]);
        Assert.Equal(Convert.ToBase64String(TestKeys.Certificate.RawData), (string?)Assert.Single(header["x5c"]!.AsArray()));
    }

    [Fact]
    public async Task A_certificate_in_the_users_store_by_its_thumbprint()
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        using var kept = X509CertificateLoader.LoadPkcs12FromFile(
            TestKeys.Pfx, TestKeys.Password, X509KeyStorageFlags.PersistKeySet);
        store.Add(kept);
        try
        {
            // As it is copied from a certificate's window: blanks, and a hidden mark in front.
            var copied = "\u200e" + string.Join(' ', kept.Thumbprint.ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));
            await TokenAsync($"Get-AzToken {App} -ClientCredential (New-AzClientCredential -CertificateThumbprint '{copied}')");
        }
        finally
        {
            store.Remove(kept);
        }

        await Emulator.ResetAsync();
        await RefusedLocallyAsync($"New-AzClientCredential -CertificateThumbprint {kept.Thumbprint}", "CertificateThumbprint", kept.Thumbprint);
    }

    [Fact]
    public async Task A_relative_path_is_relative_to_the_sessions_location()
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        Session.SetLocation(Repository.File("tests", "keys"));
        await TokenAsync($"Get-AzToken {App} -ClientCertificatePath ./client.pkcs8.pem");
    }

    [Fact]
    public async Task One_certificate_signs_for_many_tenants_each_time_anew()
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        Session.SetVariable("certificate", TestKeys.Certificate);
        using var run = Session.Start(
            $"1..3 | ForEach-Object {{ '{Emulator.Contoso}' }} | Get-AzToken -Authority {Emulator.Url} -ClientId {Emulator.App} -ClientCertificate $certificate");
        await run.EndAsync();

        Assert.Empty(run.Streams.Error);
        Assert.Equal(3, run.Output.Count);
        var assertions = (await Emulator.RequestsAsync()).Where(request => request.IsToken).Select(request => request.Form("client_assertion"));
        Assert.Equal(3, assertions.Distinct().Count());

        // The caller's certificate is still the caller's.
        using var key = TestKeys.Certificate.GetRSAPrivateKey();
        Assert.NotEmpty(key!.SignData([1], HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    [Fact]
    public Task A_certificate_that_the_app_does_not_have()
    {
        using var other = SelfSigned(DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(1));
        Session.SetVariable("other", X509CertificateLoader.LoadPkcs12(other.Export(X509ContentType.Pfx), null));
        return RefusedAsync($"Get-AzToken {App} -ClientCertificate $other", 700027);
    }

    [Theory]
    [InlineData("client.pfx", "", "ClientCertificatePath", "requires -CertificatePassword")]
    [InlineData("client.pfx", "-CertificatePassword wrong-password", "ClientCertificatePath", "-CertificatePassword is wrong")]
    [InlineData("client.encrypted.pem", "", "client_certificate_password", "-CertificatePassword is ")]
    [InlineData("client.encrypted.pem", "-CertificatePassword wrong-password", "client_certificate_password", "doesn't open")]
    [InlineData("client.legacy-encrypted.pem", "-CertificatePassword wrong-password", "client_certificate", "openssl pkcs8")]
    [InlineData("client.ec.pem", "", "client_certificate", "must be RSA")]
    [InlineData("client.mismatched.pem", "", "client_certificate", "doesn't belong")]
    [InlineData("README.md", "", "ClientCertificatePath", "neither a PFX nor a PEM")]
    [InlineData("no-such-file.pem", "", "ClientCertificatePath", "no-such-file.pem")]
    public Task A_file_that_can_not_be_used(string file, string password, string parameter, string words) => RefusedLocallyAsync(
        $"Get-AzToken {App} -ClientCertificatePath '{TestKeys.File(file)}' {password}", parameter, words, "wrong-password");

    [Theory]
    [InlineData("Variable:x", "isn't a file system path")]
    [InlineData("nodrive:/x", "isn't a file system path")]
    public Task A_path_that_is_none(string path, string words) =>
        RefusedLocallyAsync($"Get-AzToken {App} -ClientCertificatePath {path}", "ClientCertificatePath", words);

    [Fact]
    public Task Without_a_private_key()
    {
        Session.SetVariable("public", X509CertificateLoader.LoadCertificate(TestKeys.Certificate.RawData));
        return RefusedLocallyAsync($"Get-AzToken {App} -ClientCertificate $public", "client_certificate", "no private key");
    }

    [Theory]
    [InlineData(-10, -1, "expired on")]
    [InlineData(1, 10, "valid from")]
    public Task Outside_its_time(int from, int until, string words)
    {
        Session.SetVariable("certificate", SelfSigned(DateTimeOffset.Now.AddDays(from), DateTimeOffset.Now.AddDays(until)));
        return RefusedLocallyAsync($"Get-AzToken {App} -ClientCertificate $certificate", "client_certificate", words);
    }

    [Fact]
    public Task A_small_key()
    {
        using var key = RSA.Create(1024);
        var request = new CertificateRequest("CN=small", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Session.SetVariable("small", request.CreateSelfSigned(DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(1)));
        return RefusedLocallyAsync($"Get-AzToken {App} -ClientCertificate $small", "client_certificate", "2048 to 4096");
    }

    [Fact]
    public Task A_key_that_is_not_RSA()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ec", key, HashAlgorithmName.SHA256);
        Session.SetVariable("ec", request.CreateSelfSigned(DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now.AddDays(1)));
        return RefusedLocallyAsync($"Get-AzToken {App} -ClientCertificate $ec", "client_certificate", "RSA keys only");
    }

    [Fact]
    public void A_key_that_can_not_do_PSS_signs_by_RS256()
    {
        using var able = RSA.Create(2048);
        using var unable = new Pkcs1Only();
        Assert.Equal("PS256", CertificateProof.BestAlgorithm(able));
        Assert.Equal("RS256", CertificateProof.BestAlgorithm(unable));
    }

    private static X509Certificate2 SelfSigned(DateTimeOffset from, DateTimeOffset until)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=made here", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(from, until);
    }

    private static string Thumbprint(HashAlgorithmName algorithm) =>
        Base64Url(TestKeys.Certificate.GetCertHash(algorithm));

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static (JsonNode Header, JsonNode Claims) Decode(string jwt)
    {
        var parts = jwt.Split('.');
        return (Json(parts[0]), Json(parts[1]));

        static JsonNode Json(string part) =>
            JsonNode.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part)))!;
    }

    /// <summary>As a key of an old cryptographic provider answers.</summary>
    private sealed class Pkcs1Only : RSA
    {
        public override RSAParameters ExportParameters(bool includePrivateParameters) => throw new CryptographicException();

        public override void ImportParameters(RSAParameters parameters) => throw new CryptographicException();

        public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
            padding == RSASignaturePadding.Pkcs1 ? new byte[256] : throw new CryptographicException("The padding is not supported.");

        protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
            SHA256.HashData(data.AsSpan(offset, count));
    }
}
