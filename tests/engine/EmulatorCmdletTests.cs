using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The cmdlets around the local Entra ID. Every emulator of a test is stopped at its end.</summary>
public sealed class EmulatorCmdletTests : IDisposable
{
    private const string AppToken =
        $"Get-AzToken -Authority $emulator -Tenant $emulator.Tenant -ClientId {Emulator.App} -ClientSecret {Emulator.AppSecret}";

    private readonly EngineSession _session = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Invoke("Stop-AzTokenEmulator");
        _session.Dispose();
    }

    [Theory]
    [InlineData("", "http://")]
    [InlineData("-Https", "https://")]
    public async Task A_started_emulator_is_an_authority(string parameters, string scheme)
    {
        var token = await TokenAsync($"$emulator = Start-AzTokenEmulator {parameters}; {AppToken}");

        Assert.StartsWith(scheme, token.Authority, StringComparison.Ordinal);
        Assert.Equal(token.TenantId, Value("$emulator.TenantId"));
        Assert.StartsWith(scheme, (string)Value("\"$emulator\"")!, StringComparison.Ordinal);
        Assert.Equal(true, Value($"({AppToken} | Test-AzToken -Authority $emulator -Audience https://graph.microsoft.com)"));
    }

    [Fact]
    public async Task Its_certificate_authority_is_trusted_in_requests_to_it_alone()
    {
        using var other = new Emulator("--https");
        Start("-Https");
        using var run = _session.Start(AppToken.Replace("$emulator ", $"{other.Https} ", StringComparison.Ordinal));
        var error = await run.ErrorAsync();

        Assert.Equal(ErrorCategory.SecurityError, error.CategoryInfo.Category);
        Assert.Equal("tls", Assert.IsType<AzTokenException>(error.Exception).Kind);
    }

    [Fact]
    public async Task A_refresh_token_and_the_metadata_are_had_by_HTTPS_too()
    {
        Start("-Https");
        _session.Invoke("Approve-AzTokenEmulatorSignIn");
        var token = await TokenAsync("Get-AzToken -DeviceCode -Authority $emulator -Tenant $emulator.Tenant | Get-AzToken");

        Assert.Equal(Emulator.User, token.Identity);
        Assert.StartsWith(
            (string)Value("$emulator.Authority")!,
            (string)Value("(Get-AzOpenIdConfiguration $emulator.Tenant -Authority $emulator).issuer")!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Its_users_and_apps_can_be_used_as_they_are()
    {
        Start();
        Assert.Equal("contoso.onmicrosoft.com", Value("$emulator.Tenant"));
        Assert.Equal(
            Emulator.UserPassword, Value("($emulator.Users | Where-Object UserPrincipalName -EQ user@contoso.onmicrosoft.com).Password"));
        Assert.Equal(
            Emulator.AppSecret, Value($"($emulator.Clients | Where-Object ClientId -EQ {Emulator.App}).Secret"));
        Assert.Equal(
            Emulator.User,
            Value("(Get-AzToken -Authority $emulator -Tenant $emulator.Tenant -Credential $emulator.Users[0].Credential -WarningAction Ignore).Identity"));
    }

    [Fact]
    public async Task A_hashtable_or_a_file_is_the_whole_directory()
    {
        const string directory = "@{ tenants = @(@{ domain = 'fourthcoffee.example' }); users = @(@{ user_principal_name = 'ada@fourthcoffee.example' }) }";
        Start($"-Configuration {directory}");
        Assert.Equal("fourthcoffee.example", Value("$emulator.Tenant"));
        Assert.Equal("ada@fourthcoffee.example", Value("\"$($emulator.Users)\""));

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "{\n\"tenants\": [{ \"domain\": \"contoso.com\" }],\n\"users\": 1 }");
            using var run = _session.Start($"Start-AzTokenEmulator {PsHostProcess.Quote(file)}");
            var error = await run.ErrorAsync();
            Assert.Equal("EmulatorStartFailed,AzTokenRs.Cmdlets.StartAzTokenEmulator", error.FullyQualifiedErrorId);
            Assert.Contains("line 3", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("users", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        using var other = new Emulator();
        using var run = _session.Start($"Start-AzTokenEmulator -Port {new Uri(other.Url).Port}");
        var error = await run.ErrorAsync();

        Assert.Equal("EmulatorStartFailed,AzTokenRs.Cmdlets.StartAzTokenEmulator", error.FullyQualifiedErrorId);
        Assert.DoesNotContain("entra-emulator:", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ends_it_and_WhatIf_does_not()
    {
        Start();
        _session.Invoke("$emulator | Stop-AzTokenEmulator -WhatIf");
        Assert.Equal(true, Value("$emulator.IsRunning"));
        _session.Invoke("$emulator | Stop-AzTokenEmulator");
        Assert.Equal(false, Value("$emulator.IsRunning"));

        using var run = _session.Start("Get-AzTokenEmulatorRequest -Emulator $emulator");
        var error = await run.ErrorAsync();
        Assert.Equal("EmulatorNotRunning,AzTokenRs.Cmdlets.GetAzTokenEmulatorRequest", error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task Of_several_one_is_named()
    {
        Start();
        Start();
        using var run = _session.Start("Get-AzTokenEmulatorRequest");
        Assert.Equal("EmulatorAmbiguous,AzTokenRs.Cmdlets.GetAzTokenEmulatorRequest", (await run.ErrorAsync()).FullyQualifiedErrorId);
        Assert.Empty(_session.Invoke("Get-AzTokenEmulatorRequest -Emulator $emulator"));
    }

    [Fact]
    public async Task Requests_are_shown_as_they_were_sent()
    {
        Start();
        await TokenAsync($"{AppToken} -Resource https://vault.azure.net");
        Assert.Equal("https://vault.azure.net/.default", Value("(Get-AzTokenEmulatorRequest */TOKEN).Form.scope"));
        Assert.Equal(200, Value($"(Get-AzTokenEmulatorRequest -ClientId {Emulator.App}).Status"));
        Assert.Empty(_session.Invoke("Get-AzTokenEmulatorRequest -Path */devicecode"));
        Assert.NotEmpty(_session.Invoke("Get-AzTokenEmulatorRequest -Clear"));
        Assert.Empty(_session.Invoke("Get-AzTokenEmulatorRequest"));
    }

    [Theory]
    [InlineData("Throttled -Skip 1", "server", 429)]
    [InlineData("-Status 418 -Body @{ error = 'invalid_grant' }", "server", 418)]
    [InlineData("ProxySignIn", "protocol", 200)]
    public async Task A_fault_hits_one_request(string fault, string kind, int status)
    {
        Start();
        var skipped = fault.Contains("-Skip", StringComparison.Ordinal);
        _session.Invoke($"Add-AzTokenEmulatorFault {fault}");
        if (skipped)
        {
            await TokenAsync(AppToken);
        }

        using var run = _session.Start(AppToken);
        var exception = Assert.IsType<AzTokenException>((await run.ErrorAsync()).Exception);
        Assert.Equal((kind, status), (exception.Kind, exception.HttpStatus));
        await TokenAsync(AppToken);
    }

    [Fact]
    public async Task A_fault_is_for_one_client_or_tenant()
    {
        Start();
        _session.Invoke($"Add-AzTokenEmulatorFault -Connection Close -ClientId {Emulator.Api} -Times 0");
        _session.Invoke($"Add-AzTokenEmulatorFault Unavailable -Tenant {Emulator.Fabrikam} -Times 0");
        await TokenAsync(AppToken);
    }

    [Theory]
    [InlineData("Decline", "AADSTS65004")]
    [InlineData("Expire", "AADSTS70020")]
    public async Task A_person_can_decide_otherwise(string decision, string id)
    {
        Start();
        _session.Invoke($"Approve-AzTokenEmulatorSignIn -Decision {decision}");
        using var run = _session.Start("Get-AzToken -DeviceCode -Authority $emulator -Tenant $emulator.Tenant");
        Assert.StartsWith(id, (await run.ErrorAsync()).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_people_sign_in_one_after_the_other()
    {
        Start();
        _session.Invoke("Approve-AzTokenEmulatorSignIn -Username admin@contoso.onmicrosoft.com; Approve-AzTokenEmulatorSignIn");
        const string signIn = "Get-AzToken -DeviceCode -Authority $emulator -Tenant $emulator.Tenant";
        Assert.Equal("admin@contoso.onmicrosoft.com", (await TokenAsync(signIn)).Identity);
        Assert.Equal(Emulator.User, (await TokenAsync(signIn)).Identity);
    }

    [Fact]
    public async Task The_page_of_the_next_sign_in_is_answered_at_once()
    {
        Start();
        _session.Invoke(
            $"$request = New-AzAuthorizationUri -Authority $emulator -Tenant $emulator.Tenant -ClientId {Emulator.AzurePowerShell} -RedirectUri http://localhost:1/ -ResponseMode query; "
            + "Approve-AzTokenEmulatorSignIn -Username admin@contoso.onmicrosoft.com");
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var response = await client.GetAsync(new Uri((string)Value("$request.Uri")!));
        Assert.StartsWith("http://localhost:1/?", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains((string)Value("$request.State")!, response.Headers.Location.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authorize_URL_gives_its_response()
    {
        Start();
        _session.Invoke(
            $"$request = New-AzAuthorizationUri -Authority $emulator -Tenant $emulator.Tenant -ClientId {Emulator.WebApp} -RedirectUri {Emulator.WebAppRedirectUri}; "
            + "$response = $request | Approve-AzTokenEmulatorSignIn -PassThru");
        Assert.Equal(Value("$request.State"), Value("$response.Form.state"));
        Assert.Equal(Emulator.WebAppRedirectUri, Value("\"$response\""));

        using var run = _session.Start("$request | Approve-AzTokenEmulatorSignIn");
        Assert.Contains("-PassThru", (await run.ErrorAsync()).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interactive_sign_in_is_completed_at_its_URL()
    {
        Start();
        var emulator = ((PSObject)_session.GetVariable("emulator")!).BaseObject;
        using var run = _session.Start("Get-AzToken -Interactive -NoBrowser -Authority $emulator -Tenant $emulator.Tenant");
        var uri = await run.SignInUriAsync();
        using (var other = new EngineSession())
        {
            other.SetVariable("emulator", emulator);
            other.Invoke($"Approve-AzTokenEmulatorSignIn -Emulator $emulator -Uri {PsHostProcess.Quote(uri)} -Username admin@contoso.onmicrosoft.com");
        }

        Assert.Equal("admin@contoso.onmicrosoft.com", (await run.TokenAsync()).Identity);
    }

    [Fact]
    public void A_token_has_the_claims_that_a_test_needs()
    {
        Start("-Https");
        const string token = "New-AzTokenEmulatorToken api://" + Emulator.Api + " -Claim @{ roles = @('Reports.Read'); answer = 42 }";
        Assert.Equal("Reports.Read", Value($"({token}).Claims['roles']"));
        Assert.Equal(42L, Value($"({token}).Claims['answer']"));
        Assert.Equal(true, Value($"{token} | Test-AzToken -Authority $emulator"));
        Assert.Equal(Emulator.User, Value($"(New-AzTokenEmulatorToken -Username {Emulator.User}).Identity"));
    }

    [Theory]
    [InlineData("-Defect Expired")]
    [InlineData("-Defect NotYetValid")]
    [InlineData("-Defect WrongAudience")]
    [InlineData("-Defect WrongIssuer")]
    [InlineData("-Defect BadSignature")]
    [InlineData("-Defect UnknownKey")]
    [InlineData("-LifetimeSeconds -3600")]
    public void A_token_with_a_defect_is_refused(string defect)
    {
        Start();
        const string check = "Test-AzToken -Authority $emulator -Audience https://graph.microsoft.com";
        Assert.Equal(true, Value($"New-AzTokenEmulatorToken | {check}"));
        Assert.Equal(false, Value($"New-AzTokenEmulatorToken {defect} | {check}"));
    }

    private void Start(string parameters = "") => _session.Invoke($"$emulator = Start-AzTokenEmulator {parameters}");

    private object? Value(string script) => Assert.Single(_session.Invoke(script))?.BaseObject;

    private async Task<AzToken> TokenAsync(string script)
    {
        using var run = _session.Start(script);
        return await run.TokenAsync();
    }
}
