using AzTokenRs.EngineTests.Support;
using AzTokenRs.Operations;

namespace AzTokenRs.EngineTests;

/// <summary>-AuthorizationResponse: the URL that came back, checked against the request.</summary>
public sealed class RedirectResponseTests(Emulator emulator) : GrantTests(emulator)
{
    private const string Secret = "emulator-only-web-secret";
    private static readonly AzAuthorizationUri s_request =
        new("https://login.microsoftonline.com/t/oauth2/v2.0/authorize?client_id=c", "the state", "https://app.contoso.example/signin");

    [Theory]
    [InlineData("https://app.contoso.example/signin?code=c%2Fd%3D&state=the+state&session_state=s#")]
    [InlineData("https://app.contoso.example/signin?x=1#code=c%2Fd%3D&state=the%20state")]
    [InlineData("code=c%2Fd%3D&state=the+state")]
    [InlineData(" ?state=the+state&code=c/d= \n")]
    public void Every_form_of_a_response_is_read(string response) =>
        Assert.Equal("c/d=", new RedirectResponse(SecureText.Secure(response)).CodeFor(s_request));

    [Theory]
    [InlineData("https://a/?code=hunter2&state=another", "state_mismatch")]
    [InlineData("https://a/?code=hunter2", "state_mismatch")]
    [InlineData("https://a/?code=hunter2&state=the+State", "state_mismatch")]
    [InlineData("https://a/?error=access_denied&state=another", "state_mismatch")]
    [InlineData("https://a/?error=access_denied&error_description=AADSTS65004%3A+declined&state=the+state", "access_denied")]
    [InlineData("https://a/?access_token=hunter2&state=the+state", "invalid_parameter")]
    [InlineData("https://a/", "invalid_parameter")]
    [InlineData("hunter2", "invalid_parameter")]
    public void What_is_no_answer_to_the_request_is_refused_without_quoting_it(string response, string error)
    {
        var exception = Assert.Throws<AzTokenException>(() => new RedirectResponse(SecureText.Secure(response)).CodeFor(s_request));
        Assert.Equal(error, exception.Error);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
        if (error == "access_denied")
        {
            Assert.Equal([65004], exception.ErrorCodes);
        }
    }

    [Fact]
    public async Task The_code_is_redeemed_for_the_request_it_was_made_for()
    {
        Session.Invoke(
            $"$request = New-AzAuthorizationUri {Place} -ClientId {Emulator.WebApp} -RedirectUri https://app.contoso.example/signin -ResponseMode query "
            + "-Resource https://management.azure.com");
        var uri = (AzAuthorizationUri)Assert.Single(Session.Invoke("$request")).BaseObject;
        var answer = await Emulator.AuthorizeAsync(uri.Uri);
        Session.SetVariable("response", $"{answer.Uri}?{string.Join('&', answer.Fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"))}");
        var token = await TokenAsync($"$request | Get-AzToken -AuthorizationResponse $response -ClientCredential {Secret}", Secret);

        Assert.Equal((Emulator.User, "https://management.azure.com"), (token.Identity, token.Resource));
        var form = await Emulator.TokenRequestAsync();
        Assert.Equal(uri.CodeVerifier, form.Form("code_verifier"));
        Assert.Equal(uri.RedirectUri, form.Form("redirect_uri"));
    }
}
