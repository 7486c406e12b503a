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

    [Fact]
    public Task As_the_error_of_a_call_in_Windows_PowerShell() =>
        AssertTakenAsync(new CallException(new { Headers = new WebHeaderCollection { ["WWW-Authenticate"] = Challenge } }));

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
        await TokenAsync($"{Command} -Claim $failed");
        Assert.Equal(Claims, (await Emulator.TokenRequestAsync()).Form("claims"));
    }

    /// <summary>As those of Invoke-RestMethod, which this engine lacks.</summary>
    private sealed class CallException(object response) : Exception
    {
        public object Response { get; } = response;
    }
}
