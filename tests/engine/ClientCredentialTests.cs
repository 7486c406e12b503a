using System.Management.Automation;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>New-AzClientCredential, and what -ClientCredential takes in every grant.</summary>
public sealed class ClientCredentialTests(Emulator emulator) : GrantTests(emulator)
{
    private const string Secret = Emulator.AppSecret;

    private static string Pfx => $"-ClientCertificatePath '{TestKeys.Pfx}' -CertificatePassword {TestKeys.Password}";

    public static TheoryData<string, string> Sources { get; } = new()
    {
        { $"'{Secret}'", "Secret" },
        { "$secure", "Secret" },
        { $"-ClientSecret '{Secret}' -ClientId {Emulator.App}", "Secret" },
        { "-Certificate $certificate", "Certificate" },
        { Pfx, "Certificate" },
        { $"-CertificatePath '{TestKeys.Encrypted}' -CertificatePassword {TestKeys.Password} -SendCertificateChain -CertificateAlgorithm RS256", "Certificate" },
        { $"-ClientCertificatePath '{TestKeys.Pkcs8}'", "Certificate" },
        { "-Assertion $assertion", "Assertion" },
        { "-ClientAssertion { $assertion }", "Assertion" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Each_source_makes_a_credential_for_many_calls(string source, string kind)
    {
        await PrepareAsync();
        var credential = Make(source);

        Assert.Equal(kind, credential.Kind);
        Assert.Equal(kind == "Certificate" ? TestKeys.Certificate.Thumbprint : null, credential.Thumbprint);
        for (var time = 0; time < 2; time++)
        {
            var token = await TokenAsync($"Get-AzToken {App} -ClientCredential $made", Secret);
            Assert.Equal(Emulator.App, token.ClientId);
        }
    }

    [Fact]
    public async Task The_newest_valid_certificate_of_a_subject()
    {
        await PrepareAsync();
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        using var older = Kept(-20, 20);
        using var newer = Kept(-10, 10);
        using var expired = Kept(-5, -1);
        store.AddRange([older, newer, expired]);
        try
        {
            Assert.Equal(newer.Thumbprint, Make("-CertificateSubject 'CN=AzTokenRs subject'").Thumbprint);
            Assert.Equal(newer.Thumbprint, Make("-Subject 'aztokenrs SUBJECT'").Thumbprint);
            Assert.Equal(older.Thumbprint, Make($"-Thumbprint {older.Thumbprint}").Thumbprint);
            Session.SetVariable("typed", "New-AzClientCredential -CertificateThumbprint AzTokenRs");
            Assert.Contains(
                newer.Thumbprint,
                Session.Invoke("(TabExpansion2 $typed $typed.Length).CompletionMatches.CompletionText").Select(text => (string)text.BaseObject));
        }
        finally
        {
            store.RemoveRange([older, newer, expired]);
        }

        var error = await ErrorAsync("New-AzClientCredential -CertificateSubject 'CN=AzTokenRs subject'");
        Assert.Equal("CertificateSubjectNotFound,AzTokenRs.Cmdlets.NewAzClientCredential", error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task The_secret_is_prompted_for_once_and_not_shown()
    {
        Session.Host.Secrets.Enqueue(Secret);
        using var run = Session.Start($$"""
            $made = New-AzClientCredential -PromptForSecret -ClientId {{Emulator.App}} {{ShowAll}}
            '{{Emulator.Contoso}}', '{{Emulator.Contoso}}' | Get-AzToken -Authority {{Emulator.Url}} -ClientCredential $made {{ShowAll}}
            """);
        await run.EndAsync();

        Assert.True(run.Streams.Error.Count == 0, run.Everything());
        Assert.Equal(2, run.Output.Count);
        Assert.Contains($"Client secret of {Emulator.App}: ", Session.Host.Lines);
        Assert.DoesNotContain(Secret, run.Everything() + Session.Host.Text, StringComparison.Ordinal);
        Assert.All((await Emulator.RequestsAsync()).Where(request => request.IsToken), request => Assert.Equal(Secret, request.Form("client_secret")));
    }

    [Theory]
    [InlineData("-PromptForSecret", "ClientSecretPromptUnavailable", "can't prompt in this session")]
    [InlineData("' '", "ClientSecretInvalid", "-ClientSecret is empty")]
    [InlineData("-ClientAssertion not-a-jwt", "ClientAssertionInvalid", "three parts")]
    [InlineData("-ClientCertificatePath no-such.pfx", "CertificateFileNotFound", "no-such.pfx' doesn't exist")]
    [InlineData("-ClientCertificatePath Variable:x", "CertificatePathInvalid", "isn't a file system path")]
    [InlineData("-ClientCertificatePath $keys/client.pfx", "CertificateFileInvalid", "neither a PFX nor a PEM")]
    [InlineData("-ClientCertificatePath $keys/client.pfx -CertificatePassword wrong", "CertificatePasswordInvalid", "-CertificatePassword is wrong")]
    [InlineData("-ClientCertificatePath $keys/client.encrypted.pem", "CertificatePasswordMissing", "-CertificatePassword is")]
    [InlineData("-ClientCertificatePath $keys/client.ec.pem", "ClientCertificatePath", "RSA")]
    [InlineData("-CertificateThumbprint 00", "CertificateNotFound", "thumbprint '00'")]
    [InlineData("-ClientCertificate $disposed", "CertificateDisposed", "has been disposed of")]
    [InlineData("-ClientCertificate $public", "CertificateKeyMissing", "no private key")]
    [InlineData("$credential -ClientId other", "ClientIdConflict", "-ClientId is other")]
    public async Task What_can_not_be_used_is_told_at_once(string source, string id, string words)
    {
        SetVariables();
        using var run = Session.Start($"New-AzClientCredential {source}; 'not reached' | Out-Null");
        var error = await run.ErrorAsync();

        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.EndsWith(",AzTokenRs.Cmdlets.NewAzClientCredential", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.Null(error.TargetObject);
    }

    [Theory]
    [InlineData("'emulator-only-client-secret'")]
    [InlineData("$secure")]
    [InlineData("$credential")]
    [InlineData("$certificate")]
    [InlineData("{ $assertion }")]
    public async Task What_is_a_credential_by_itself_is_taken(string value)
    {
        await PrepareAsync();
        await TokenAsync($"Get-AzToken {App} -ClientCredential {value}", Secret);
        Assert.Equal("client_credentials", (await Emulator.TokenRequestAsync()).Form("grant_type"));
    }

    [Theory]
    [InlineData("5", "isn't a client credential")]
    [InlineData("$token", "isn't a client credential")]
    [InlineData("$restored", "comes from a job, a remote session or a file")]
    public async Task What_is_none_is_refused_in_words(string value, string words)
    {
        await PrepareAsync();
        Session.SetVariable("token", new AzToken("s3cret-token-text", "Bearer", DateTimeOffset.Now));
        Session.SetVariable("restored", PSSerializer.Deserialize(PSSerializer.Serialize(Make($"'{Secret}'"))));
        using var run = Session.Start($"Get-AzToken {App} -ClientCredential {value}");
        var error = await run.ErrorAsync();
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_shows_and_carries_no_secret()
    {
        await PrepareAsync();
        foreach (var source in new[] { $"'{Secret}'", Pfx, "-ClientAssertion $assertion" })
        {
            var credential = Make(source);
            var shown = string.Join('\n', Session.Invoke("$made.PSObject.Properties | ForEach-Object { \"$($_.Name)=$($_.Value)\" }"))
                + credential + PSSerializer.Serialize(credential);
            Assert.Contains($"Kind={credential.Kind}", shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
            Assert.DoesNotContain("eyJ", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_tenant_is_in_the_script_blocks_underscore()
    {
        await PrepareAsync();
        var seen = new System.Collections.ArrayList();
        Session.SetVariable("seen", seen);
        using var run = Session.Start($$"""
            '{{Emulator.Contoso}}', '{{Emulator.TenantId}}' | Get-AzToken -Authority {{Emulator.Url}} -ClientId {{Emulator.App}} -ClientAssertion { $null = $seen.Add($_); $assertion }
            """);
        await run.EndAsync();

        Assert.Empty(run.Streams.Error);
        Assert.Equal([Emulator.Contoso, Emulator.TenantId], seen.Cast<string>().Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task A_script_block_of_another_runspace_is_refused_and_does_not_hang()
    {
        await PrepareAsync();
        Make("-ClientAssertion { $assertion }");
        using var other = new EngineSession();
        other.SetVariable("made", Session.GetVariable("made"));
        using var run = other.Start($"Get-AzToken {App} -ClientCredential $made");
        var error = await run.ErrorAsync();
        Assert.Contains("belongs to another runspace", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_may_be_disposed_of_once_it_is_a_credential()
    {
        await PrepareAsync();
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(TestKeys.Pfx, TestKeys.Password);
        Session.SetVariable("certificate", certificate);
        Make("-ClientCertificate $certificate");
        certificate.Dispose();
        await TokenAsync($"Get-AzToken {App} -ClientCredential $made");
    }

    [Fact]
    public async Task A_default_for_a_users_sign_in_does_not_take_over_an_apps_call()
    {
        await PrepareAsync();
        using var run = Session.Start($"$PSDefaultParameterValues['Get-AzToken:DeviceCode'] = $true; Get-AzToken {App} -ClientSecret {Secret}");
        Assert.Equal(Emulator.App, (await run.TokenAsync()).ClientId);
        Assert.Equal("client_credentials", (await Emulator.TokenRequestAsync()).Form("grant_type"));
    }

    [Fact]
    public async Task A_credential_knows_its_client()
    {
        await PrepareAsync();
        Make($"-ClientSecret {Secret} -ClientId {Emulator.App}");
        await TokenAsync($"Get-AzToken {Place} -ClientCredential $made");
        Assert.Equal(Emulator.App, (await Emulator.TokenRequestAsync()).Form("client_id"));
        var error = await ErrorAsync($"Get-AzToken {Place} -ClientId other -ClientCredential $made", Secret);
        Assert.Equal("ClientIdConflict,AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task A_CSV_of_tenants_and_clients()
    {
        await PrepareAsync();
        Session.SetVariable("rows", new[]
        {
            new { Tenant = Emulator.Contoso, ClientId = Emulator.App },
            new { Tenant = Emulator.Contoso, ClientId = string.Empty },
            new { Tenant = Emulator.Contoso, ClientId = Emulator.App },
        });
        using var run = Session.Start($"$rows | Get-AzToken -Authority {Emulator.Url} -ClientSecret {Secret}");
        await run.EndAsync();

        Assert.Equal(2, run.Output.Count);
        Assert.Equal("ClientIdInvalid,AzTokenRs.Cmdlets.GetAzToken", Assert.Single(run.Streams.Error).FullyQualifiedErrorId);
    }

    private AzClientCredential Make(string source)
    {
        Session.Invoke($"$Error.Clear(); $made = New-AzClientCredential {source}");
        Assert.True(Session.GetVariable("made") is not null, string.Join('\n', Session.Invoke("$Error")));
        return Assert.IsType<AzClientCredential>(PSObject.AsPSObject(Session.GetVariable("made")).BaseObject);
    }

    private async Task PrepareAsync()
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        SetVariables();
        Session.SetVariable("assertion", await Emulator.WorkloadTokenAsync());
    }

    private void SetVariables()
    {
        var secure = new NetworkCredential(string.Empty, Secret).SecurePassword;
        var disposed = X509CertificateLoader.LoadPkcs12FromFile(TestKeys.Pfx, TestKeys.Password);
        disposed.Dispose();
        Session.SetVariable("secure", secure);
        Session.SetVariable("credential", new PSCredential(Emulator.App, secure));
        Session.SetVariable("certificate", TestKeys.Certificate);
        Session.SetVariable("public", X509CertificateLoader.LoadCertificate(TestKeys.Certificate.RawData));
        Session.SetVariable("disposed", disposed);
        Session.SetVariable("keys", Repository.File("tests", "keys"));
    }

    private static X509Certificate2 Kept(int from, int until)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=AzTokenRs subject", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.Now.AddDays(from), DateTimeOffset.Now.AddDays(until));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.PersistKeySet);
    }
}
