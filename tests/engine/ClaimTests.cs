using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Every form in which a claims challenge is given to -Claim.</summary>
public sealed class ClaimTests(Emulator emulator) : GrantTests(emulator)
{
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""";
    private const string Base64 = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzAwMDAwMDAwIn19fQ==";
    private const string Challenge = $"Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{Base64}\"";

    private string Command => $"Get-AzToken {App} -ClientSecret {Emulator.AppSecret}";

    [Theory]
    [InlineData(Claims)]
    [InlineData(Base64)]
    [InlineData(Challenge)]
    public async Task As_text(string claims)
    {
        Session.SetVariable("claims", claims);
        await TokenAsync($"{Command} -Claim $claims");
        Assert.Equal(Claims, (await Emulator.TokenRequestAsync()).Form("claims"));
    }

    [Fact]
    public async Task As_the_error_of_a_call_in_PowerShell_7()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue("Negotiate"));
        response.Headers.WwwAuthenticate.Add(AuthenticationHeaderValue.Parse(Challenge));
        await AssertTakenAsync(new CallException(response));
    }

    [Theory]
    [InlineData($"Bearer realm=\"\", authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize, client_id=\"c\", error=\"insufficient_claims\", claims=\"{Base64}\"")]
    [InlineData($"PoP nonce=\"a,b\", Bearer error = \"insufficient_claims\" , claims = \"{Base64}\"")]
    [InlineData($"Bearer claims={Base64},error=insufficient_claims")]
    [InlineData("Bearer realm=\"x\"", Challenge)]
    [InlineData("Negotiate", "NTLM", Challenge)]
    public async Task As_headers_that_services_really_send(params string[] headers)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        foreach (var header in headers)
        {
            Assert.True(response.Headers.TryAddWithoutValidation("WWW-Authenticate", header));
        }

        await AssertTakenAsync(new CallException(response));
        await AssertTakenAsync(new AggregateException(new InvalidOperationException("x", new CallException(response))));

        // As the header itself, and as Invoke-WebRequest has the headers of a response.
        Session.SetVariable("failed", headers);
        await AssertTakenAsync();
        Session.SetVariable("failed", new Dictionary<string, IEnumerable<string>> { ["www-authenticate"] = headers, ["Date"] = ["now"] });
        await AssertTakenAsync();
    }

    [Fact]
    public async Task As_the_error_of_a_call_in_Windows_PowerShell()
    {
        using var response = new ChallengeResponse();
        await AssertTakenAsync(new WebException("401", null, WebExceptionStatus.ProtocolError, response));
        await AssertTakenAsync(new RuntimeException("x", new WebException("401", null, WebExceptionStatus.ProtocolError, response)));
    }

    [Fact]
    public async Task As_the_errors_of_Az_and_Microsoft_Graph()
    {
        var headers = new Dictionary<string, IEnumerable<string>> { ["WWW-Authenticate"] = [Challenge] };
        await AssertTakenAsync(new CallException(new { Headers = headers }));
        await AssertTakenAsync(new RestException(headers, "{}"));
        await AssertTakenAsync(new RestException(null, $$$"""{"error":{"code":"Unauthorized","message":"claims=\"{{{Base64}}}\""}}"""));
        await AssertTakenAsync(new InvalidOperationException($"Run: Connect-AzAccount -ClaimsChallenge \"{Base64}\""));
    }

    [Fact]
    public async Task As_the_body_of_an_answer()
    {
        var record = new ErrorRecord(new InvalidOperationException("401"), "x", ErrorCategory.NotSpecified, null)
        {
            ErrorDetails = new ErrorDetails($$"""{"error":"interaction_required","claims":"{{Claims.Replace("\"", "\\\"", StringComparison.Ordinal)}}"}"""),
        };
        Session.SetVariable("failed", record);
        await AssertTakenAsync();
        Session.SetVariable("failed", new object[] { new ErrorRecord(new InvalidOperationException("other"), "y", ErrorCategory.NotSpecified, null), record });
        await AssertTakenAsync();
    }

    [Fact]
    public async Task An_error_without_a_challenge_is_refused_in_words()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        foreach (var exception in new Exception[] { new CallException(response), new InvalidOperationException() })
        {
            Session.SetVariable("failed", new ErrorRecord(exception, "x", ErrorCategory.NotSpecified, null));
            using var run = Session.Start($"{Command} -Claim $failed");
            var error = await run.ErrorAsync();
            Assert.Equal("Claim", Assert.IsAssignableFrom<ParameterBindingException>(error.Exception).ParameterName);
            Assert.Contains("no claims challenge", error.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await Emulator.RequestsAsync());
    }

    private async Task AssertTakenAsync(Exception exception)
    {
        Session.SetVariable("failed", new ErrorRecord(exception, "x", ErrorCategory.NotSpecified, null));
        await AssertTakenAsync();
    }

    private async Task AssertTakenAsync()
    {
        await Emulator.ResetAsync();
        await TokenAsync($"{Command} -Claim $failed");
        Assert.Equal(Claims, (await Emulator.TokenRequestAsync()).Form("claims"));
    }

    /// <summary>As those of Invoke-RestMethod and Invoke-MgGraphRequest, which this engine lacks.</summary>
    private sealed class CallException(object response) : Exception
    {
        public object Response { get; } = response;
    }

    /// <summary>As those of the cmdlets of Az and Microsoft.Graph.</summary>
    private sealed class RestException(object? headers, string body) : Exception
    {
        public object? ResponseHeaders { get; } = headers;

        public string ResponseBody { get; } = body;
    }

    /// <summary>As HttpWebResponse, which has no public constructor.</summary>
    private sealed class ChallengeResponse : WebResponse
    {
        public override WebHeaderCollection Headers { get; } = new()
        {
            { "WWW-Authenticate", "Negotiate" },
            { "WWW-Authenticate", Challenge },
        };
    }
}
