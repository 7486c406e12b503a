using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// Proxies, with a real one between: a host that no DNS knows is reached through it or not at all. In processes of their
/// own, as <c>$env:</c> belongs to the process.
/// </summary>
public sealed class TinyproxyTests
{
    private const string Host = "login.contoso.test";
    private const string User = "proxy-user";
    private const string Password = "hunter2";

    // A daemon of the emulator's, as it needs nobody at a browser.
    private const string ClientId = "41d90b7e-2a63-4f58-9c17-d5b8e0a6f734";
    private const string ClientSecret = "emulator-only-daemon-secret";

    // Prints the outcome of one call in one line.
    private const string Try = """
        function Try-Token([hashtable]$more = @{}) {
            $token = Get-AzToken @call @more -ErrorAction SilentlyContinue -ErrorVariable failed
            if ($token) { "token $($token.Authority)" } else { "$($failed[0].FullyQualifiedErrorId) $($failed[0].CategoryInfo.Category) $($failed[0]) $($failed[0].ErrorDetails.RecommendedAction)" }
        }
        """;

    [ProxyFact]
    public async Task A_proxy_of_the_session_is_used_but_for_the_hosts_of_NO_PROXY()
    {
        using var names = new NameServer();
        using var proxy = Tinyproxy.Start($"Upstream http 127.0.0.1:{names.Port} \"{Host}\"");
        var lines = await RunAsync($$"""
            Try-Token
            $env:HTTP_PROXY = '{{proxy.Url}}'
            Try-Token
            $env:HTTPS_PROXY = '{{proxy.Url}}'
            Try-Token
            $env:NO_PROXY = '.contoso.test'
            Try-Token
            $env:NO_PROXY = 'contoso.example'
            Try-Token
            $env:HTTPS_PROXY = $null
            Try-Token
            """);
        Assert.Equal(6, lines.Length);
        foreach (var direct in new[] { 0, 1, 3, 5 })
        {
            AssertFailed(lines[direct], "name_not_resolved", "doesn't resolve");
        }

        Assert.StartsWith($"token https://{Host}", lines[2], StringComparison.Ordinal);
        Assert.StartsWith($"token https://{Host}", lines[4], StringComparison.Ordinal);
        Assert.InRange(names.Tunnels, 1, 2);
    }

    [ProxyFact]
    public async Task A_proxy_that_wants_a_password()
    {
        using var names = new NameServer();
        using var proxy = Tinyproxy.Start($"Upstream http 127.0.0.1:{names.Port} \"{Host}\"\nBasicAuth {User} {Password}");
        var lines = await RunAsync($$"""
            function New-Credential($password) {
                [System.Management.Automation.PSCredential]::new('{{User}}', [System.Net.NetworkCredential]::new('', $password).SecurePassword)
            }
            Try-Token @{ Proxy = '{{proxy.Url}}'; ProxyCredential = New-Credential '{{Password}}' }
            Try-Token @{ Proxy = '{{proxy.Url}}'; ProxyCredential = New-Credential 'hunter3' }
            Try-Token @{ Proxy = '{{proxy.Url}}' }
            $env:HTTPS_PROXY = 'http://{{User}}:{{Password}}@127.0.0.1:{{proxy.Port}}'
            Try-Token
            $env:HTTPS_PROXY = 'http://{{User}}:hunter3@127.0.0.1:{{proxy.Port}}'
            Try-Token
            """);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith($"token https://{Host}", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"token https://{Host}", lines[3], StringComparison.Ordinal);
        foreach (var refused in new[] { 1, 2, 4 })
        {
            AssertFailed(lines[refused], "proxy_failed", "user name and password");
            Assert.DoesNotContain("hunter", lines[refused], StringComparison.Ordinal);
        }
    }

    [ProxyFact]
    public async Task A_proxy_that_refuses_or_is_not_there()
    {
        // It only leads to the usual port of HTTPS.
        using var proxy = Tinyproxy.Start("ConnectPort 443");
        var lines = await RunAsync($$"""
            Try-Token @{ Proxy = '{{proxy.Url}}' }
            $env:HTTPS_PROXY = '{{proxy.Url}}'
            Try-Token
            Try-Token @{ Proxy = 'http://127.0.0.1:{{Loopback.ClosedPort()}}' }
            """);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => AssertFailed(line, "proxy_failed", $"The proxy didn't connect to {Host}"));
    }

    private static void AssertFailed(string line, string error, string words)
    {
        Assert.StartsWith($"{error},AzTokenRs.Cmdlets.GetAzToken ConnectionError ", line, StringComparison.Ordinal);
        Assert.Contains(Host, line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    private static async Task<string[]> RunAsync(string script)
    {
        using var emulator = new Emulator($"--https --tls-name {Host}");
        var authority = new UriBuilder(emulator.Https) { Host = Host }.Uri.GetLeftPart(UriPartial.Authority);
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            $env:AZTOKEN_CA_BUNDLE = {{PsHostProcess.Quote(emulator.CertificateAuthority)}}
            $env:HTTPS_PROXY = $env:HTTP_PROXY = $env:ALL_PROXY = $env:NO_PROXY = $null
            $env:https_proxy = $env:http_proxy = $env:all_proxy = $env:no_proxy = $null
            $call = @{ Authority = '{{authority}}'; Tenant = '{{Emulator.Contoso}}'; ClientId = '{{ClientId}}'; ClientSecret = '{{ClientSecret}}' }
            {{Try}}
            {{script}}
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        return result.Lines;
    }
}
