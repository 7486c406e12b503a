using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Every way in which the device code grant fails, as a script sees it.</summary>
public sealed class DeviceCodeErrorTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Cmdlet = "AzTokenRs.Cmdlets.GetAzToken";
    private const string TraceId = "0f2c1d9a-41c5-4b0e-9b8a-6a3c51f20100";
    private const string CorrelationId = "b7a0e1de-2a44-4d2c-8a4e-0d9d3f1f7a01";
    private const string Timestamp = "2026-01-02 03:04:05Z";

    private string Command => $"Get-AzToken -DeviceCode -Authority {Emulator.Url} -Tenant {Emulator.Contoso}";

    [Theory]
    [InlineData("authorization_declined", 70018, ErrorCategory.PermissionDenied)]
    [InlineData("access_denied", 65004, ErrorCategory.PermissionDenied)]
    [InlineData("expired_token", 70020, ErrorCategory.OperationTimeout)]
    [InlineData("code_expired", 70019, ErrorCategory.OperationTimeout)]
    [InlineData("bad_verification_code", 70018, ErrorCategory.InvalidArgument)]
    [InlineData("invalid_grant", 50057, ErrorCategory.AuthenticationError)]
    [InlineData("interaction_required", 50076, ErrorCategory.AuthenticationError)]
    [InlineData("invalid_client", 7000218, ErrorCategory.AuthenticationError)]
    [InlineData("unauthorized_client", 700016, ErrorCategory.PermissionDenied)]
    [InlineData("invalid_scope", 70011, ErrorCategory.InvalidArgument)]
    public async Task A_refusal_while_polling_has_the_services_fields(string error, int code, ErrorCategory category)
    {
        await Emulator.FaultAsync(new { path = "/token", times = 0, status = 400, body = Body(error, code) });
        using var run = Session.Start(Command);
        var record = await run.ErrorAsync();

        Assert.Equal($"AADSTS{code},{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal(category, record.CategoryInfo.Category);
        Assert.Equal(Emulator.Contoso, record.TargetObject);
        var exception = Assert.IsType<AzTokenException>(record.Exception);
        Assert.Equal("server", exception.Kind);
        Assert.Equal(error, exception.Error);
        Assert.Equal([code], exception.ErrorCodes);
        Assert.Equal(400, exception.HttpStatus);
        Assert.Equal(TraceId, exception.TraceId);
        Assert.Equal(CorrelationId, exception.CorrelationId);
        Assert.Equal(Timestamp, exception.Timestamp);
        Assert.Equal("basic_action", exception.SubError);
        Assert.StartsWith($"AADSTS{code}: ", exception.ErrorDescription, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Message);
    }

    [Theory]
    [InlineData("authorization_declined")]
    [InlineData("access_denied")]
    [InlineData("expired_token")]
    [InlineData("code_expired")]
    [InlineData("bad_verification_code")]
    public async Task Without_a_number_the_OAuth_error_is_the_id(string error)
    {
        await Emulator.FaultAsync(new { path = "/token", times = 0, status = 400, body = new { error } });
        using var run = Session.Start(Command);
        var record = await run.ErrorAsync();

        Assert.Equal($"{error},{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Empty(Assert.IsType<AzTokenException>(record.Exception).ErrorCodes);
    }

    [Fact]
    public async Task Pending_is_no_error_and_polling_goes_on()
    {
        await Emulator.FaultAsync(new { path = "/token", times = 2, status = 400, body = Body("authorization_pending", 70016) });
        using var run = Session.Start(Command);
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        await run.TokenAsync();

        Assert.Equal([400, 400, 200], (await Emulator.RequestsAsync()).Where(request => request.IsToken).Select(request => request.Status));
    }

    [Fact]
    public async Task Slow_down_lengthens_the_wait_for_the_next_poll()
    {
        // Five more seconds (RFC 8628 section 3.5) are more than the limit of two, while the usual wait of 100 ms
        // would make some twenty polls in that time.
        await Emulator.FaultAsync(new { path = "/token", times = 1, status = 400, body = Body("slow_down", 70016) });
        using var run = Session.Start($"{Command} -TimeoutSeconds 2");
        var record = await run.ErrorAsync();

        Assert.Equal($"timeout,{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.OperationTimeout, record.CategoryInfo.Category);
        Assert.Single(await Emulator.RequestsAsync(), request => request.IsToken);
    }

    [Fact]
    public async Task The_user_declines()
    {
        using var run = Session.Start(Command);
        await Emulator.DeclineAsync(await run.UserCodeAsync(Emulator));
        var record = await run.ErrorAsync();

        Assert.Equal(ErrorCategory.PermissionDenied, record.CategoryInfo.Category);
        Assert.Equal("authorization_declined", Assert.IsType<AzTokenException>(record.Exception).Error);
    }

    [Fact]
    public async Task The_code_expires()
    {
        using var run = Session.Start(Command);
        await Emulator.ExpireAsync(await run.UserCodeAsync(Emulator));
        var record = await run.ErrorAsync();

        Assert.Equal(ErrorCategory.OperationTimeout, record.CategoryInfo.Category);
        Assert.Equal("expired_token", Assert.IsType<AzTokenException>(record.Exception).Error);
    }

    [Theory]
    [InlineData("/devicecode")]
    [InlineData("/token")]
    public async Task An_error_body_on_status_200_is_an_error(string path)
    {
        await Emulator.FaultAsync(new { path, times = 0, status = 200, body = Body("invalid_grant", 50057) });
        using var run = Session.Start(Command);
        var record = await run.ErrorAsync();

        Assert.Equal($"AADSTS50057,{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal(200, Assert.IsType<AzTokenException>(record.Exception).HttpStatus);
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_a_protocol_error()
    {
        await Emulator.FaultAsync(new { path = "/token", times = 0, status = 200, body = "<html>maintenance</html>" });
        using var run = Session.Start(Command);
        var record = await run.ErrorAsync();

        Assert.Equal($"invalid_response,{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ProtocolError, record.CategoryInfo.Category);
    }

    [Fact]
    public async Task An_unknown_tenant()
    {
        using var run = Session.Start($"Get-AzToken -DeviceCode -Authority {Emulator.Url} -Tenant nowhere.example");
        var record = await run.ErrorAsync();

        Assert.Equal($"AADSTS90002,{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal("nowhere.example", record.TargetObject);
        Assert.NotEmpty(record.ErrorDetails.RecommendedAction);
        Assert.Equal(record.ErrorDetails.RecommendedAction, Assert.IsType<AzTokenException>(record.Exception).Hint);
    }

    [Fact]
    public async Task The_advice_is_shown_once()
    {
        using var run = Session.Start($"Get-AzToken -DeviceCode -Authority {Emulator.Url} -Tenant nowhere.example 2>&1 | Out-Default");
        await run.EndAsync();
        Assert.Equal(2, Session.Host.Text.Split("Check -Tenant").Length);
    }

    [Fact]
    public async Task An_unknown_client()
    {
        using var run = Session.Start($"{Command} -ClientId 11111111-2222-3333-4444-555555555555");
        var record = await run.ErrorAsync();

        Assert.Equal($"AADSTS700038,{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.PermissionDenied, record.CategoryInfo.Category);
        Assert.Equal("unauthorized_client", Assert.IsType<AzTokenException>(record.Exception).Error);
    }

    [Fact]
    public async Task A_refused_connection()
    {
        using var run = Session.Start(
            $"Get-AzToken -DeviceCode -Authority http://127.0.0.1:{Loopback.ClosedPort()} -Tenant {Emulator.Contoso}");
        var record = await run.ErrorAsync();

        Assert.Equal($"connection_refused,{Cmdlet}", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ConnectionError, record.CategoryInfo.Category);
        Assert.True(Assert.IsType<AzTokenException>(record.Exception).Retryable);
    }

    [Theory]
    [InlineData("-Authority http://login.example.com", "authority")]
    [InlineData("-Tenant 'no/tenant'", "tenant")]
    [InlineData("-Claim 'not json'", "claims")]
    [InlineData("-ExtraParameter @{ client_id = 'x' }", "extra_parameters")]
    public async Task A_wrong_value_is_named_and_nothing_is_sent(string parameters, string name)
    {
        var authority = parameters.Contains("-Authority", StringComparison.Ordinal) ? string.Empty : $"-Authority {Emulator.Url}";
        using var run = Session.Start($"Get-AzToken -DeviceCode {authority} {parameters}");
        var record = await run.ErrorAsync();

        Assert.EndsWith($"Invalid,{Cmdlet}", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, record.CategoryInfo.Category);
        Assert.IsType<AzTokenException>(record.Exception).AssertNames(name);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Fact]
    public async Task ErrorAction_Stop_makes_it_terminating()
    {
        using var run = Session.Start($"Get-AzToken -DeviceCode -Authority {Emulator.Url} -Tenant nowhere.example -ErrorAction Stop");
        var exception = await Assert.ThrowsAsync<ActionPreferenceStopException>(run.EndAsync);
        Assert.Equal($"AADSTS90002,{Cmdlet}", exception.ErrorRecord.FullyQualifiedErrorId);
    }

    private static object Body(string error, int code) => new
    {
        error,
        error_description = $"AADSTS{code}: A description of {error}.\r\nTrace ID: {TraceId}\r\nCorrelation ID: {CorrelationId}\r\nTimestamp: {Timestamp}",
        error_codes = new[] { code },
        timestamp = Timestamp,
        trace_id = TraceId,
        correlation_id = CorrelationId,
        suberror = "basic_action",
    };
}
