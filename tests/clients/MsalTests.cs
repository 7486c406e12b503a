using AzTokenRs.ClientTests.Support;
using Microsoft.Identity.Client;

namespace AzTokenRs.ClientTests;

/// <summary>MSAL.NET signs in to the emulator by each grant, and classifies its refusals as it does the service's.</summary>
public sealed class MsalTests(SecureEmulator emulator) : IClassFixture<SecureEmulator>
{
    private static readonly string[] s_graphDefault = ["https://graph.microsoft.com/.default"];
    private static readonly string[] s_userRead = ["User.Read"];

    private readonly RecordingHandler _handler = emulator.Handler();

    [Fact]
    public async Task Client_credentials_by_secret()
    {
        var app = Confidential().WithClientSecret(SecureEmulator.ClientSecret).Build();
        var result = await app.AcquireTokenForClient(s_graphDefault).ExecuteAsync();
        AssertToken(result);
        Assert.Null(result.Account);

        var again = await app.AcquireTokenForClient(s_graphDefault).ExecuteAsync();
        Assert.Equal(TokenSource.Cache, again.AuthenticationResultMetadata.TokenSource);
        _handler.AssertStayedHere();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_credentials_by_certificate(bool sendX5C)
    {
        using var certificate = SecureEmulator.ClientCertificate();
        var app = Confidential().WithCertificate(certificate, sendX5C).Build();
        AssertToken(await app.AcquireTokenForClient(s_graphDefault).ExecuteAsync());
        _handler.AssertStayedHere();
    }

    [Fact]
    public async Task Client_credentials_by_federated_assertion()
    {
        var app = Confidential().WithClientAssertion(async (AssertionRequestOptions _) => await emulator.FederatedTokenAsync()).Build();
        AssertToken(await app.AcquireTokenForClient(s_graphDefault).ExecuteAsync());
        _handler.AssertStayedHere();
    }

    [Fact]
    public async Task A_wrong_secret_is_a_service_error()
    {
        var app = Confidential().WithClientSecret("wrong").Build();
        var error = await Assert.ThrowsAsync<MsalServiceException>(
            () => app.AcquireTokenForClient(s_graphDefault).ExecuteAsync());
        Assert.Equal("invalid_client", error.ErrorCode);
        Assert.Equal(401, error.StatusCode);
        Assert.Contains("AADSTS7000215", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_code_then_silent_for_another_resource()
    {
        var app = Public().Build();
        var result = await app.AcquireTokenWithDeviceCode(s_userRead, code => emulator.ApproveAsync(code.UserCode)).ExecuteAsync();
        AssertToken(result);
        Assert.Equal(SecureEmulator.User, result.Account.Username);
        Assert.Equal(emulator.TenantId, result.TenantId);
        Assert.NotNull(result.IdToken);

        string[] management = ["https://management.azure.com/.default"];
        var silent = await app.AcquireTokenSilent(management, result.Account).ExecuteAsync();
        Assert.NotEqual(result.AccessToken, silent.AccessToken);
        Assert.Equal(TokenSource.IdentityProvider, silent.AuthenticationResultMetadata.TokenSource);
        _handler.AssertStayedHere();
    }

    [Fact]
    public async Task On_behalf_of()
    {
        var user = Public().Build();
        string[] api = [$"api://{SecureEmulator.ApiClient}/.default"];
        var incoming = await user.AcquireTokenWithDeviceCode(api, code => emulator.ApproveAsync(code.UserCode)).ExecuteAsync();
        var middle = Confidential(SecureEmulator.ApiClient).WithClientSecret(SecureEmulator.ApiSecret).Build();
        var result = await middle.AcquireTokenOnBehalfOf(s_graphDefault, new UserAssertion(incoming.AccessToken)).ExecuteAsync();
        AssertToken(result);
        Assert.Equal(SecureEmulator.User, result.Account.Username);
        _handler.AssertStayedHere();
    }

#pragma warning disable CS0618 // Deprecated at Microsoft, and still what the password grant is measured by.
    [Fact]
    public async Task Password()
    {
        var result = await Public().Build()
            .AcquireTokenByUsernamePassword(s_userRead, SecureEmulator.User, SecureEmulator.Password).ExecuteAsync();
        AssertToken(result);
        Assert.Equal(SecureEmulator.User, result.Account.Username);
        _handler.AssertStayedHere();
    }

    [Theory]
    [InlineData("user@contoso.onmicrosoft.com", "wrong", "AADSTS50126", UiRequiredExceptionClassification.None)]
    [InlineData("mfa@contoso.onmicrosoft.com", SecureEmulator.Password, "AADSTS50076", UiRequiredExceptionClassification.BasicAction)]
    [InlineData("expired@contoso.onmicrosoft.com", SecureEmulator.Password, "AADSTS50055", UiRequiredExceptionClassification.UserPasswordExpired)]
    [InlineData("policy@contoso.onmicrosoft.com", SecureEmulator.Password, "AADSTS53003", UiRequiredExceptionClassification.MessageOnly)]
    public async Task What_a_person_must_mend_is_classified(
        string user, string password, string number, UiRequiredExceptionClassification classification)
    {
        var error = await Assert.ThrowsAnyAsync<MsalUiRequiredException>(
            () => Public().Build().AcquireTokenByUsernamePassword(s_userRead, user, password).ExecuteAsync());
        Assert.Contains(number, error.Message, StringComparison.Ordinal);
        Assert.Equal(classification, error.Classification);
    }
#pragma warning restore CS0618

    private ConfidentialClientApplicationBuilder Confidential(string clientId = SecureEmulator.ConfidentialClient) =>
        ConfidentialClientApplicationBuilder.Create(clientId)
            .WithAuthority(emulator.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithHttpClientFactory(_handler);

    private PublicClientApplicationBuilder Public() =>
        PublicClientApplicationBuilder.Create(SecureEmulator.PublicClient)
            .WithAuthority(emulator.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithHttpClientFactory(_handler);

    private static void AssertToken(AuthenticationResult result)
    {
        Assert.StartsWith("ey", result.AccessToken, StringComparison.Ordinal);
        Assert.Equal("Bearer", result.TokenType);
        Assert.True(result.ExpiresOn > DateTimeOffset.UtcNow.AddMinutes(10));
    }
}
