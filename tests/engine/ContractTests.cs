using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using AzTokenRs.Cmdlets;
using AzTokenRs.EngineTests.Support;
using AzTokenRs.Operations;

namespace AzTokenRs.EngineTests;

/// <summary>The golden files in tests/contract, which the Rust tests read as well: both sides speak of the same JSON.</summary>
public sealed class ContractTests
{
    private readonly OperationEvent[] _events = JsonNode.Parse(Golden("events.json"))!.AsArray()
        .Select(node => EventReader.Read(Encoding.UTF8.GetBytes(node!.ToJsonString()))!)
        .ToArray();

    [Fact]
    public void The_cmdlet_writes_the_golden_request()
    {
        var cmdlet = new GetAzToken
        {
            DeviceCode = true,
            Culture = "sv-SE",
            Authority = "http://localhost:4711/contoso.onmicrosoft.com",
            Cloud = "Public",
            Tenant = "contoso.onmicrosoft.com",
            ClientId = Emulator.AzurePowerShell,
            Resource = "https://graph.microsoft.com",
            Scope = ["User.Read", "Mail.Read"],
            Claim = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""",
            CorrelationId = Guid.Parse("b7a0e1de-2a44-4d2c-8a4e-0d9d3f1f7a01"),
            TimeoutSeconds = 300,
            ExtraParameter = new Hashtable { ["slice"] = "tést \"quoted\" 🔑\n" },
        };
        var environment = new Dictionary<string, string>
        {
            ["AZURE_TENANT_ID"] = Emulator.Fabrikam,
            ["https_proxy"] = "http://127.0.0.1:3128",
        };
        AssertJson(Golden("device_code.request.json"), Write(cmdlet, environment));
    }

    [Fact]
    public void What_is_not_given_is_left_out() =>
        AssertJson("""{"options":{"environment":{}},"parameters":{}}""", Write(new GetAzToken { DeviceCode = true }, []));

    [Fact]
    public void A_request_is_zeroed_when_it_is_disposed()
    {
        var request = new GetAzToken { Tenant = Emulator.Contoso }.BuildDeviceCode();
        request.Options.Add("tenant", Emulator.Contoso);
        request.Finish(out var json, out var length);
        Assert.Contains((byte)'c', json[..length]);
        request.Dispose();
        Assert.All(json, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Each_golden_event_is_read() => Assert.Equal(
        [
            typeof(TraceEvent), typeof(TraceEvent), typeof(WarningEvent), typeof(MessageEvent), typeof(ProgressEvent),
            typeof(OutcomeEvent), typeof(OutcomeEvent), typeof(OutcomeEvent), typeof(SignQuestion), typeof(AssertionQuestion),
            typeof(OutcomeEvent), typeof(MessageEvent),
        ],
        _events.Select(golden => golden.GetType()));

    [Fact]
    public void Traces_warnings_messages_and_progress()
    {
        Assert.False(Assert.IsType<TraceEvent>(_events[0]).IsDebug);
        Assert.True(Assert.IsType<TraceEvent>(_events[1]).IsDebug);
        Assert.Equal("The service asks to slow down.", Assert.IsType<WarningEvent>(_events[2]).Text);
        Assert.Contains("ABCD-EFGH", Assert.IsType<MessageEvent>(_events[3]).Text, StringComparison.Ordinal);
        var progress = Assert.IsType<ProgressEvent>(_events[4]);
        Assert.Equal((899, 900), (progress.SecondsLeft, progress.SecondsTotal));
    }

    [Fact]
    public void The_token()
    {
        // Claims are decoded by the native library, which only PowerShell's engine finds.
        using var session = new EngineSession();
        var token = Assert.IsType<OutcomeEvent>(_events[5]).Token!;
        Assert.EndsWith(".c2lnbmF0dXJl", token.ToString(), StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1767225600), token.ExpiresOn);
        Assert.Null(token.ExtendedExpiresOn);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1767222000), token.RefreshOn);
        Assert.Equal(["User.Read", "https://graph.microsoft.com/.default"], token.Scopes);
        Assert.Equal("refresh-token", token.RefreshToken);
        Assert.Null(token.IdToken);
        Assert.Equal("1", token.FamilyId);
        Assert.Equal("user@contoso.onmicrosoft.com", token.Identity);

        var claims = token.Claims!;
        Assert.Equal(["aud", "exp", "amr", "name", "xms_tcdt", "deep", "aio"], claims.Keys.Cast<string>());
        Assert.Equal(1767225600L, claims["exp"]);
        Assert.Equal(["pwd", "mfa"], Assert.IsType<object[]>(claims["amr"]));
        Assert.Equal("Sample ä \"quoted\" 😀", claims["name"]);
        Assert.Equal(1.5, claims["xms_tcdt"]);
        var list = Assert.IsType<object[]>(Assert.IsType<ClaimsDictionary>(claims["deep"])["list"]);
        Assert.Null(Assert.IsType<ClaimsDictionary>(list[0])["a"]);
        Assert.Equal(true, list[1]);
        Assert.Equal(string.Empty, claims["aio"]);
    }

    [Fact]
    public void An_ID_token_alone()
    {
        using var session = new EngineSession();
        var token = Assert.IsType<OutcomeEvent>(_events[10]).Token!;
        Assert.Null(token.Token);
        Assert.Null(token.TokenType);
        Assert.NotNull(token.IdToken);
        Assert.Equal("n", token.Claims!["nonce"]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1767225600), token.ExpiresOn);
    }

    [Theory]
    [InlineData("""{"event":"token","access_token":null,"id_token":null,"token_type":null,"expires_on":1}""")]
    [InlineData("""{"event":"token","token_type":"Bearer","expires_on":1}""")]
    public void What_is_no_token_is_not_taken_for_one(string json) =>
        Assert.Throws<FormatException>(() => EventReader.Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("AADB2C90225: The username or password provided in the request are invalid.", "AADB2C90225")]
    [InlineData("AADSTS90225: x", "AADSTS90225")]
    [InlineData("Anything else", "AADSTS90225")]
    public void The_number_of_an_error_has_its_services_name(string description, string id)
    {
        var json = $$"""{"event":"error","kind":"server","error":"access_denied","message":"x","error_description":"{{description}}","error_codes":[90225]}""";
        var error = Assert.IsType<OutcomeEvent>(EventReader.Read(Encoding.UTF8.GetBytes(json))).Error!;
        Assert.Equal(id, Errors.ErrorRecords.From(error, null).FullyQualifiedErrorId);
    }

    [Fact]
    public void A_lifetime_that_nobody_says_is_unknown()
    {
        var json = """{"event":"token","access_token":"a","token_type":"Bearer","expires_on":null}""";
        var token = Assert.IsType<OutcomeEvent>(EventReader.Read(Encoding.UTF8.GetBytes(json))).Token!;
        Assert.Null(token.ExpiresOn);
    }

    [Fact]
    public void The_address_of_a_sign_in_is_a_message() => Assert.EndsWith(
        "/oauth2/v2.0/authorize?client_id=x", Assert.IsType<MessageEvent>(_events[11]).Text, StringComparison.Ordinal);

    [Fact]
    public void The_service_error()
    {
        var error = Assert.IsType<OutcomeEvent>(_events[6]).Error!;
        Assert.Equal(("server", "invalid_grant"), (error.Kind, error.Error));
        Assert.Equal([50076, 50079], error.ErrorCodes);
        Assert.Contains("\r\n", error.ErrorDescription, StringComparison.Ordinal);
        Assert.Equal("basic_action", error.SubError);
        Assert.Equal(TimeSpan.FromSeconds(5), error.RetryAfter);
        Assert.Equal("""{"access_token":{"capolids":{"essential":true}}}""", error.Claims);
        Assert.Equal("https://login.microsoftonline.com/error?code=50076", error.ErrorUri);
        Assert.Equal("b7a0e1de-2a44-4d2c-8a4e-0d9d3f1f7a01", error.CorrelationId);
        Assert.Equal("0f2c1d9a-41c5-4b0e-9b8a-6a3c51f20100", error.TraceId);
        Assert.Equal("2026-01-02 03:04:05Z", error.Timestamp);
        Assert.Equal(400, error.HttpStatus);
        Assert.False(error.Retryable);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public void The_question_for_a_signature()
    {
        var question = Assert.IsType<SignQuestion>(_events[8]);
        Assert.Equal("PS256", question.Algorithm);
        Assert.StartsWith("eyJhbGci", question.Data, StringComparison.Ordinal);
    }

    [Fact]
    public void The_local_error()
    {
        var error = Assert.IsType<OutcomeEvent>(_events[7]).Error!;
        Assert.Equal(("invalid_parameter", "tenant"), (error.Kind, error.Parameter));
        Assert.Empty(error.ErrorCodes);
        Assert.Null(error.HttpStatus);
        Assert.Null(error.Hint);
    }

    private static string Golden(string file) => File.ReadAllText(Repository.File("tests", "contract", file));

    private static string Write(GetAzToken cmdlet, Dictionary<string, string> environment)
    {
        using var request = cmdlet.BuildDeviceCode();
        cmdlet.AddCommon(request, environment);
        request.Finish(out var json, out var length);
        return Encoding.UTF8.GetString(json, 0, length);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
