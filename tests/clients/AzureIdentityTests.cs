using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using AzTokenRs.ClientTests.Support;

namespace AzTokenRs.ClientTests;

/// <summary>Azure.Identity's credentials get their tokens from the emulator.</summary>
public sealed class AzureIdentityTests(SecureEmulator emulator) : IClassFixture<SecureEmulator>
{
    private static readonly TokenRequestContext s_graph = new(["https://graph.microsoft.com/.default"]);

    private readonly RecordingHandler _handler = emulator.Handler();

    [Fact]
    public async Task Client_secret_credential() => await AssertTokenAsync(new ClientSecretCredential(
        emulator.TenantId, SecureEmulator.ConfidentialClient, SecureEmulator.ClientSecret, Options(new ClientSecretCredentialOptions
        {
            DisableInstanceDiscovery = true,
        })));

    [Fact]
    public async Task Client_certificate_credential() => await AssertTokenAsync(new ClientCertificateCredential(
        emulator.TenantId,
        SecureEmulator.ConfidentialClient,
        SecureEmulator.ClientCertificatePath(),
        Options(new ClientCertificateCredentialOptions { DisableInstanceDiscovery = true })));

    [Fact]
    public async Task Client_assertion_credential() => await AssertTokenAsync(new ClientAssertionCredential(
        emulator.TenantId,
        SecureEmulator.ConfidentialClient,
        _ => emulator.FederatedTokenAsync(),
        Options(new ClientAssertionCredentialOptions { DisableInstanceDiscovery = true })));

    [Fact]
    public async Task Device_code_credential()
    {
        var options = Options(new DeviceCodeCredentialOptions
        {
            DisableInstanceDiscovery = true,
            TenantId = emulator.TenantId,
            ClientId = SecureEmulator.PublicClient,
            DeviceCodeCallback = (code, _) => emulator.ApproveAsync(code.UserCode),
        });
        await AssertTokenAsync(new DeviceCodeCredential(options));
    }

    [Fact]
    public async Task On_behalf_of_credential()
    {
        var user = new DeviceCodeCredential(Options(new DeviceCodeCredentialOptions
        {
            DisableInstanceDiscovery = true,
            TenantId = emulator.TenantId,
            ClientId = SecureEmulator.PublicClient,
            DeviceCodeCallback = (code, _) => emulator.ApproveAsync(code.UserCode),
        }));
        var incoming = await user.GetTokenAsync(
            new TokenRequestContext([$"api://{SecureEmulator.ApiClient}/.default"]), CancellationToken.None);
        await AssertTokenAsync(new OnBehalfOfCredential(
            emulator.TenantId,
            SecureEmulator.ApiClient,
            SecureEmulator.ApiSecret,
            incoming.Token,
            Options(new OnBehalfOfCredentialOptions { DisableInstanceDiscovery = true })));
    }

#pragma warning disable CS0618 // Deprecated at Microsoft, and still what the password grant is measured by.
    [Fact]
    public async Task Username_password_credential() => await AssertTokenAsync(new UsernamePasswordCredential(
        SecureEmulator.User,
        SecureEmulator.Password,
        emulator.TenantId,
        SecureEmulator.PublicClient,
        Options(new UsernamePasswordCredentialOptions { DisableInstanceDiscovery = true })));
#pragma warning restore CS0618

    [Fact]
    public async Task A_wrong_secret_fails_with_the_services_words()
    {
        var credential = new ClientSecretCredential(
            emulator.TenantId,
            SecureEmulator.ConfidentialClient,
            "wrong",
            Options(new ClientSecretCredentialOptions { DisableInstanceDiscovery = true }));
        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(
            async () => await credential.GetTokenAsync(s_graph, CancellationToken.None));
        Assert.Contains("AADSTS7000215", error.InnerException!.Message, StringComparison.Ordinal);
    }

    private T Options<T>(T options)
        where T : TokenCredentialOptions
    {
        options.AuthorityHost = new Uri(emulator.Url);
        options.Transport = new HttpClientTransport(_handler);
        options.Retry.MaxRetries = 0;
        return options;
    }

    private async Task AssertTokenAsync(TokenCredential credential)
    {
        var token = await credential.GetTokenAsync(s_graph, CancellationToken.None);
        Assert.StartsWith("ey", token.Token, StringComparison.Ordinal);
        Assert.True(token.ExpiresOn > DateTimeOffset.UtcNow.AddMinutes(10));
        _handler.AssertStayedHere();
    }
}
