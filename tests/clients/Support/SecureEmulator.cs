using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.ClientTests.Support;

/// <summary>The emulator over HTTPS, with HTTP clients that trust its CA and nothing else, and go nowhere else.</summary>
public sealed class SecureEmulator : IDisposable
{
    internal const string Tenant = "contoso.onmicrosoft.com";
    internal const string PublicClient = "2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21";
    internal const string ConfidentialClient = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93";
    internal const string ClientSecret = "emulator-only-client-secret";
    internal const string ApiClient = "e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f";
    internal const string ApiSecret = "emulator-only-api-secret";
    internal const string User = "user@contoso.onmicrosoft.com";
    internal const string Password = "Emulator-only-1";
    internal const string CertificatePassword = "emulator-only-password";

    private readonly Process _process;
    private readonly X509Certificate2 _authority;
    private readonly HttpClient _control;

    /// <summary>Starts one and waits until it says where it listens.</summary>
    public SecureEmulator()
    {
        var program = Environment.GetEnvironmentVariable("AZTOKEN_EMULATOR") ?? Find("target/debug/entra-emulator");
        _process = Process.Start(new ProcessStartInfo(program, "--test-keys --https --exit-on-stdin-close --interval 1")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("The emulator ended before it was ready.");
        var ready = JsonNode.Parse(line)!;
        Url = (string)ready["https"]!;
        TenantId = (string)ready["tenant_id"]!;
        _authority = X509CertificateLoader.LoadCertificateFromFile((string)ready["ca"]!);
        _control = new HttpClient { BaseAddress = new Uri((string)ready["control"]! + "/") };
    }

    /// <summary>Such as https://localhost:4711.</summary>
    public string Url { get; }

    /// <summary>The ID of the tenant.</summary>
    public string TenantId { get; }

    internal string Authority => $"{Url}/{TenantId}";

    /// <summary>The certificate that the confidential client is registered with, with its key.</summary>
    internal static X509Certificate2 ClientCertificate() => X509CertificateLoader.LoadPkcs12FromFile(
        Find("rust/entra-emulator/keys/PUBLIC-TEST-CLIENT.pfx"), CertificatePassword);

    internal static string ClientCertificatePath() => Find("rust/entra-emulator/keys/PUBLIC-TEST-CLIENT.pkcs8.pem");

    /// <inheritdoc/>
    public void Dispose()
    {
        _control.Dispose();
        _authority.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    internal RecordingHandler Handler() => new(_authority);

    internal async Task ApproveAsync(string userCode)
    {
        using var response = await _control.PostAsJsonAsync(
            new Uri("device/approve", UriKind.Relative), new Dictionary<string, string> { ["user_code"] = userCode });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A person opens the address of a sign-in and does what is asked; what the browser then brings where.</summary>
    internal async Task<BrowserAnswer> AuthorizeAsync(string uri, string decision = "approve")
    {
        using var response = await _control.PostAsJsonAsync(
            new Uri("authorize", UriKind.Relative), new Dictionary<string, string> { ["uri"] = uri, ["decision"] = decision });
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        return BrowserAnswer.Read(JsonNode.Parse(answer)!);
    }

    /// <summary>A token of the issuer that the confidential client trusts.</summary>
    internal async Task<string> FederatedTokenAsync()
    {
        using var response = await _control.PostAsJsonAsync(
            new Uri("issuer/token", UriKind.Relative), new Dictionary<string, string>());
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
        return (string)answer!["token"]!;
    }

    private static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, path);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"{path} was not found in the checkout.");
    }
}
