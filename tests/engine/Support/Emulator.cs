using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AzTokenRs.EngineTests.Support;

/// <summary>A local Entra ID in a process of its own. It ends when this process does, at the latest.</summary>
public sealed class Emulator : IDisposable
{
    internal const string Contoso = "contoso.onmicrosoft.com";
    internal const string Fabrikam = "fabrikam.onmicrosoft.com";
    internal const string AzurePowerShell = "1950a258-227b-4e31-a9cf-717495945fc2";

    internal const string User = "user@contoso.onmicrosoft.com";
    internal const string UserPassword = "Emulator-only-1";

    /// <summary>A confidential app with a secret, a certificate and a federated credential.</summary>
    internal const string App = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93";
    internal const string AppSecret = "emulator-only-client-secret";
    internal const string ExpiredAppSecret = "emulator-only-expired-secret";
    internal const string FederatedSubject = "system:serviceaccount:sample:Workload";

    /// <summary>An API, which is a confidential app too.</summary>
    internal const string Api = "e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f";
    internal const string ApiSecret = "emulator-only-api-secret";

    /// <summary>A confidential app with pages, to which tokens come straight from the sign-in page too.</summary>
    internal const string WebApp = "d5a91c37-604e-4f8b-92b3-7c1e0d6f4a58";
    internal const string WebAppSecret = "emulator-only-web-secret";
    internal const string WebAppRedirectUri = "https://app.contoso.example/signin";

    // The service's lifetimes and intervals are no part of these tests: polls come as fast as is allowed.
    private const string Arguments = "--test-keys --exit-on-stdin-close --interval 0";

    private readonly Process _process;
    private readonly HttpClient _client;

    /// <summary>Starts one and waits until it says where it listens.</summary>
    public Emulator()
        : this(string.Empty)
    {
    }

    /// <summary>Starts one with further options.</summary>
    internal Emulator(string options)
    {
        _process = Process.Start(new ProcessStartInfo(Repository.Emulator, $"{Arguments} {options}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("The emulator ended before it was ready.");
        var ready = JsonNode.Parse(line)!;
        Url = (string)ready["url"]!;
        TenantId = (string)ready["tenant_id"]!;
        Https = (string?)ready["https"] ?? string.Empty;
        CertificateAuthority = (string?)ready["ca"] ?? string.Empty;
        _client = new HttpClient { BaseAddress = new Uri((string)ready["control"]! + "/") };
    }

    /// <summary>The authority's host.</summary>
    public string Url { get; }

    /// <summary>The ID of the tenant Contoso.</summary>
    public string TenantId { get; }

    /// <summary>The authority's host by HTTPS; empty without <c>--https</c>.</summary>
    internal string Https { get; }

    /// <summary>The file with the CA that signed its certificate.</summary>
    internal string CertificateAuthority { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>Forgets faults and requests of the test before.</summary>
    internal async Task ResetAsync()
    {
        (await _client.DeleteAsync(new Uri("faults", UriKind.Relative))).EnsureSuccessStatusCode();
        (await _client.DeleteAsync(new Uri("requests", UriKind.Relative))).EnsureSuccessStatusCode();
    }

    internal Task ApproveAsync(string userCode) => PostAsync("device/approve", new { user_code = userCode });

    internal Task DeclineAsync(string userCode) => PostAsync("device/decline", new { user_code = userCode });

    internal Task ExpireAsync(string userCode) => PostAsync("device/expire", new { user_code = userCode });

    internal Task FaultAsync(object fault) => PostAsync("faults", fault);

    /// <summary>A person opens the address of a sign-in and does what is asked; what the browser then brings where.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="decision">What the person does: <c>approve</c>, <c>decline</c> or <c>cancel</c>.</param>
    internal async Task<BrowserAnswer> AuthorizeAsync(string uri, string decision = "approve") =>
        BrowserAnswer.Read(await PersonAsync(uri, decision, HttpStatusCode.OK));

    /// <summary>The number on the page that a person sees where the service doesn't send the browser back.</summary>
    internal async Task<int> ErrorPageAsync(string uri) =>
        (int)(await PersonAsync(uri, "approve", HttpStatusCode.BadRequest))["error_page"]!["number"]!;

    /// <summary>Makes all refresh tokens go wrong: <c>expire</c>, <c>revoke</c>, <c>sign_in_frequency</c> or <c>expire_old</c>.</summary>
    internal Task RefreshTokensAsync(string fate) => PostAsync($"refresh_tokens/{fate}", new { });

    /// <summary>Uploads the certificate of tests/keys to an app.</summary>
    internal Task RegisterCertificateAsync(string clientId) => PostAsync(
        $"apps/{clientId}/certificates", new { certificate = Convert.ToBase64String(TestKeys.Certificate.RawData) });

    /// <summary>A token for a workload, by the emulator's other issuer.</summary>
    internal async Task<string> WorkloadTokenAsync(string subject = FederatedSubject)
    {
        using var response = await _client.PostAsJsonAsync(
            new Uri("issuer/token", UriKind.Relative), new { sub = subject }, JsonSerializerOptions.Default);
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
    }

    /// <summary>The one request to the token endpoint.</summary>
    internal async Task<ReceivedRequest> TokenRequestAsync() =>
        Assert.Single(await RequestsAsync(), request => request.IsToken);

    internal async Task<IReadOnlyList<Device>> DevicesAsync() =>
        (await GetAsync("device")).Select(node => new Device(
            (string)node!["user_code"]!, (string)node["tenant"]!, (string)node["scope"]!, (int)node["polls"]!)).ToArray();

    internal async Task<IReadOnlyList<ReceivedRequest>> RequestsAsync() =>
        (await GetAsync("requests")).Select(node => new ReceivedRequest(node!)).ToArray();

    internal async Task<ReceivedRequest> DeviceCodeRequestAsync() =>
        Assert.Single(await RequestsAsync(), request => request.IsDeviceCode);

    private async Task<JsonNode> PersonAsync(string uri, string decision, HttpStatusCode expected)
    {
        using var response = await _client.PostAsJsonAsync(
            new Uri("authorize", UriKind.Relative), new { uri, decision }, JsonSerializerOptions.Default);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonArray> GetAsync(string path) =>
        (await _client.GetFromJsonAsync<JsonArray>(new Uri(path, UriKind.Relative)))!;

    private async Task PostAsync(string path, object body)
    {
        using var response = await _client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Default);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>A device code that the emulator gave out.</summary>
internal sealed record Device(string UserCode, string Tenant, string Scope, int Polls);

/// <summary>A request that the emulator saw.</summary>
internal sealed class ReceivedRequest(JsonNode node)
{
    internal int Number => (int)node["n"]!;

    internal string Path => (string)node["path"]!;

    /// <summary>Null while the request is unanswered.</summary>
    internal int? Status => (int?)node["status"];

    internal bool IsDeviceCode => Path.EndsWith("/devicecode", StringComparison.Ordinal);

    internal bool IsToken => Path.EndsWith("/token", StringComparison.Ordinal);

    /// <summary>The whole request, for checks that something is nowhere in it.</summary>
    internal string Text => node.ToJsonString();

    internal string? Form(string name) => (string?)node["form"]?[name];

    internal IEnumerable<string> FormNames => node["form"]!.AsObject().Select(pair => pair.Key);

    internal string? Header(string name) => (string?)node["headers"]?[name];

    internal string QueryText => node["query"]?.ToJsonString() ?? string.Empty;

    internal string? Query(string name) => (string?)node["query"]?[name];
}
