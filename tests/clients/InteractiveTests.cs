using AzTokenRs.ClientTests.Support;
using AzTokenRs.EngineTests.Support;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Identity.Client;

namespace AzTokenRs.ClientTests;

/// <summary>
/// MSAL.NET and Azure.Identity open the system's browser, which is the test: it asks the emulator and brings the answer to their
/// listeners. And a web app with MSAL.NET redeems a code.
/// </summary>
public sealed class InteractiveTests(SecureEmulator emulator, Desktop desktop)
    : IClassFixture<SecureEmulator>, IClassFixture<Desktop>
{
    private const string Listener = "http://localhost";
    private static readonly string[] s_graph = ["https://graph.microsoft.com/.default"];
    private static readonly string[] s_userRead = ["User.Read"];

    private readonly RecordingHandler _handler = emulator.Handler();

    [UnixFact]
    public async Task Msal_signs_in_and_then_silently()
    {
        var app = Public();
        var acquiring = app.AcquireTokenInteractive(s_userRead).WithUseEmbeddedWebView(false).ExecuteAsync();
        await BrowseAsync("approve");
        var result = await acquiring;

        Assert.Equal(SecureEmulator.User, result.Account.Username);
        Assert.Equal(emulator.TenantId, result.TenantId);
        Assert.NotNull(result.IdToken);
        var silent = await app.AcquireTokenSilent(["https://management.azure.com/.default"], result.Account).ExecuteAsync();
        Assert.Equal(TokenSource.IdentityProvider, silent.AuthenticationResultMetadata.TokenSource);
        _handler.AssertStayedHere();
    }

    [UnixTheory]
    [InlineData("cancel", MsalError.AuthenticationCanceledError)]
    [InlineData("decline", MsalError.AccessDenied)]
    public async Task Msal_hears_that_the_person_does_not_want_to(string decision, string code)
    {
        var acquiring = Public().AcquireTokenInteractive(s_userRead).WithUseEmbeddedWebView(false).ExecuteAsync();
        await BrowseAsync(decision);
        var error = await Assert.ThrowsAnyAsync<MsalException>(() => acquiring);
        Assert.Equal(code, error.ErrorCode);
        Assert.Empty(_handler.Seen);
    }

    [UnixFact]
    public async Task Interactive_browser_credential()
    {
        var credential = new InteractiveBrowserCredential(new InteractiveBrowserCredentialOptions
        {
            AuthorityHost = new Uri(emulator.Url),
            TenantId = emulator.TenantId,
            ClientId = SecureEmulator.PublicClient,
            RedirectUri = new Uri(Listener),
            DisableInstanceDiscovery = true,
            Transport = new HttpClientTransport(_handler),
        });
        var acquiring = credential.GetTokenAsync(new TokenRequestContext(s_graph), CancellationToken.None).AsTask();
        await BrowseAsync("approve");

        Assert.StartsWith("ey", (await acquiring).Token, StringComparison.Ordinal);
        _handler.AssertStayedHere();
    }

    [Fact]
    public async Task A_web_app_of_Msal_redeems_its_code_with_PKCE()
    {
        var app = ConfidentialClientApplicationBuilder.Create(SecureEmulator.ConfidentialClient)
            .WithClientSecret(SecureEmulator.ClientSecret)
            .WithAuthority(emulator.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithRedirectUri(Listener)
            .WithHttpClientFactory(_handler)
            .Build();
        var uri = await app.GetAuthorizationRequestUrl(s_userRead).WithPkce(out var verifier).ExecuteAsync();
        var answer = await emulator.AuthorizeAsync(uri.ToString());
        var redeeming = app.AcquireTokenByAuthorizationCode(s_userRead, answer["code"]);
        var error = await Assert.ThrowsAnyAsync<MsalServiceException>(() => redeeming.WithPkceCodeVerifier(verifier + "x").ExecuteAsync());
        Assert.Contains("AADSTS501481", error.Message, StringComparison.Ordinal);

        answer = await emulator.AuthorizeAsync(uri.ToString());
        var result = await app.AcquireTokenByAuthorizationCode(s_userRead, answer["code"]).WithPkceCodeVerifier(verifier).ExecuteAsync();
        Assert.Equal(SecureEmulator.User, result.Account.Username);
        _handler.AssertStayedHere();
    }

    /// <summary>Opens what the library opens, and brings the answer where it waits.</summary>
    private async Task BrowseAsync(string decision)
    {
        var answer = await emulator.AuthorizeAsync(await desktop.Browser.AddressAsync(), decision);
        Assert.True(answer.Uri.IsLoopback, answer.Uri.Host);
        await answer.DeliverAsync();
    }

    private IPublicClientApplication Public() => PublicClientApplicationBuilder.Create(SecureEmulator.PublicClient)
        .WithAuthority(emulator.Authority, validateAuthority: false)
        .WithInstanceDiscovery(false)
        .WithRedirectUri(Listener)
        .WithHttpClientFactory(_handler)
        .Build();
}
