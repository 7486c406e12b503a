using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// Which browser is opened, and where there is none. In a process of its own, as a session's environment belongs to the
/// process.
/// </summary>
public sealed class InteractiveBrowserTests(Emulator emulator) : IClassFixture<Emulator>
{
    // What the machine that runs the tests has is not there.
    private const string NoDesktop = """
        $env:BROWSER = $env:DISPLAY = $env:WAYLAND_DISPLAY = $env:WSL_DISTRO_NAME = $env:SSH_CONNECTION = $env:SSH_TTY = $env:SUDO_USER = $null
        """;

    [UnixFact]
    public async Task The_browser_that_the_session_names_is_given_the_address_and_no_secret()
    {
        using var browser = new ScriptedBrowser("my browser");
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            {{NoDesktop}}
            $env:BROWSER = {{PsHostProcess.Quote(browser.Program)}}
            $token = Get-AzToken -Interactive -Authority {{emulator.Url}} -Tenant {{Emulator.Contoso}} 6> $null
            $token.Identity
            """);
        var uri = await browser.AddressAsync();
        Assert.DoesNotContain("verifier", uri, StringComparison.Ordinal);
        await (await emulator.AuthorizeAsync(uri)).DeliverAsync();

        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal([Emulator.User], result.Lines);
    }

    // A host without prompts: the first question ends the command.
    [UnixTheory]
    [InlineData("-Interactive", "$DebugPreference = 'Inquire'")]
    [InlineData("-Implicit", "$WarningPreference = 'Stop'")]
    [InlineData("-Interactive", "$InformationPreference = 'Ignore'; $DebugPreference = 'Stop'")]
    public async Task What_stops_the_command_stops_it_before_the_browser_opens(string grant, string preference)
    {
        using var browser = new ScriptedBrowser("browser");
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            {{NoDesktop}}
            $env:BROWSER = {{PsHostProcess.Quote(browser.Program)}}
            {{preference}}
            try { Get-AzToken {{grant}} -Authority {{emulator.Url}} -Tenant {{Emulator.Contoso}} -TimeoutSeconds 20 } catch { 'stopped' }
            """);
        var result = await process.EndAsync();

        Assert.Equal("stopped", result.Lines[^1]);
        Assert.False(browser.WasOpened);
    }

    [UnixTheory]
    [InlineData("$env:SSH_CONNECTION = '192.0.2.1 50000 192.0.2.2 22'", "SSH")]
    [InlineData("", "display")]
    [InlineData("$env:DISPLAY = ':0'; $env:SUDO_USER = 'user'", "sudo")]
    [InlineData("$env:BROWSER = '/nowhere/browser'", "BROWSER")]
    [InlineData("$env:BROWSER = '/bin/false'", "/bin/false failed")]
    [InlineData("$env:DISPLAY = ':0'; $env:PATH = '/nowhere'", "no browser is on PATH")]
    public async Task Where_there_is_no_browser_DeviceCode_is_offered(string environment, string words)
    {
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            {{NoDesktop}}
            {{environment}}
            Get-AzToken -Interactive -Authority {{emulator.Url}} -ErrorAction SilentlyContinue -ErrorVariable failed 6> $null
            $failed[0].FullyQualifiedErrorId
            [string]$failed[0].CategoryInfo.Category
            [string]$failed[0]
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        Assert.Equal(["browser_unavailable,AzTokenRs.Cmdlets.GetAzToken", "ResourceUnavailable"], result.Lines[..2]);
        var message = string.Join(' ', result.Lines[2..]);
        Assert.All([words, "-DeviceCode", "-NoBrowser"], word => Assert.Contains(word, message, StringComparison.Ordinal));
    }
}
