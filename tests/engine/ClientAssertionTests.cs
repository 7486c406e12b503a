using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Client assertions made elsewhere: federated credentials, and New-AzClientAssertion.</summary>
public sealed class ClientAssertionTests(Emulator emulator) : GrantTests(emulator)
{
    private static string Certificate => $"-ClientCertificatePath '{TestKeys.Pkcs8}'";

    [Theory]
    [InlineData("$text")]
    [InlineData("$secure")]
    [InlineData("{ $text }")]
    [InlineData("{ $secure }")]
    public async Task A_token_of_another_issuer_proves_the_app(string value)
    {
        var assertion = await Emulator.WorkloadTokenAsync();
        Session.SetVariable("text", assertion);
        Session.SetVariable("secure", new NetworkCredential(string.Empty, assertion).SecurePassword);
        var token = await TokenAsync($"Get-AzToken {App} -ClientAssertion {value}", assertion);

        Assert.Equal(Emulator.App, token.ClientId);
        Assert.Equal(assertion, (await Emulator.TokenRequestAsync()).Form("client_assertion"));
    }

    [Fact]
    public async Task A_script_block_is_asked_for_each_token()
    {
        Session.SetVariable("tokens", new[] { await Emulator.WorkloadTokenAsync(), await Emulator.WorkloadTokenAsync() });
        Session.SetVariable("state", new int[1]);
        using var run = Session.Start($$"""
            1..2 | ForEach-Object { '{{Emulator.Contoso}}' } | Get-AzToken -Authority {{Emulator.Url}} -ClientId {{Emulator.App}} -ThrottleLimit 1 -ClientAssertion { $tokens[$state[0]++] }
            """);
        await run.EndAsync();

        Assert.Empty(run.Streams.Error);
        Assert.Equal(2, run.Output.Count);
        Assert.Equal(2, ((int[])Session.GetVariable("state")!)[0]);
    }

    [Fact]
    public async Task A_script_block_may_get_a_token_itself()
    {
        // As with a managed identity: one token is the assertion for another.
        await Emulator.RegisterCertificateAsync(Emulator.App);
        using var run = Session.Start($$"""
            Get-AzToken {{App}} -ClientAssertion { New-AzClientAssertion {{App}} {{Certificate}} -AsSecureString }
            """);
        Assert.Equal(Emulator.App, (await run.TokenAsync()).ClientId);
    }

    [Theory]
    [InlineData("{ throw 'no luck today' }", "no luck today")]
    [InlineData("{ }", "must return one JWT")]
    [InlineData("{ 'a.b.c', 'd.e.f' }", "must return one JWT")]
    [InlineData("{ 5 }", "must return one JWT")]
    public async Task A_script_block_that_gives_none(string script, string words)
    {
        var error = await ErrorAsync($"Get-AzToken {App} -ClientAssertion {script}");

        Assert.Equal("callback_failed,AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Theory]
    [InlineData("not-a-jwt")]
    [InlineData("{ 'not-a-jwt' }")]
    public Task What_is_no_JWT_is_refused(string value) =>
        RefusedLocallyAsync($"Get-AzToken {App} -ClientAssertion {value}", "client_assertion", "three parts");

    [Fact]
    public async Task The_wrong_workload()
    {
        var assertion = await Emulator.WorkloadTokenAsync("system:serviceaccount:sample:other");
        await RefusedAsync($"Get-AzToken {App} -ClientAssertion {assertion}", 700213, assertion);
    }

    [Fact]
    public async Task An_assertion_made_by_hand_is_accepted()
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        var assertion = (string)Assert.Single(Session.Invoke($"New-AzClientAssertion {App} {Certificate}")).BaseObject;
        Assert.Empty(await Emulator.RequestsAsync());

        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Emulator.App,
            ["scope"] = "https://graph.microsoft.com/.default",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        });
        using var answer = await client.PostAsync(new Uri($"{Emulator.Url}/{Emulator.Contoso}/oauth2/v2.0/token"), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_assertion_by_a_certificate_object_for_many_tenants()
    {
        Session.SetVariable("certificate", TestKeys.Certificate);
        var assertions = Session.Invoke(
            $"'{Emulator.Contoso}', '{Emulator.Fabrikam}' | New-AzClientAssertion {Emulator.App} -Authority {Emulator.Url} -ClientCertificate $certificate");

        Assert.Equal(2, assertions.Select(assertion => (string)assertion.BaseObject).Distinct().Count());
        Assert.All(assertions, assertion => Assert.Equal(3, ((string)assertion.BaseObject).Split('.').Length));
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Theory]
    [InlineData("-ClientCertificatePath no-such-file", "ClientCertificatePath")]
    [InlineData("-ClientCredential s", "client_auth")]
    [InlineData("-Tenant 'no/tenant'", "tenant")]
    [InlineData("", "client_id")]
    public async Task An_assertion_that_can_not_be_made(string parameters, string name)
    {
        var certificate = parameters.Contains("-C", StringComparison.Ordinal) ? string.Empty : Certificate;
        var client = parameters.Length == 0 ? string.Empty : "-ClientId c";
        using var run = Session.Start($"New-AzClientAssertion {client} {parameters} {certificate}");
        Assert.IsType<AzTokenException>((await run.ErrorAsync()).Exception).AssertNames(name);
    }
}
