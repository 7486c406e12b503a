using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Many tenants in one pipeline.</summary>
public sealed class PipelineTests(Emulator emulator) : EmulatorTests(emulator)
{
    private string Command => $"Get-AzToken -DeviceCode -Authority {Emulator.Url}";

    [Fact]
    public async Task Tokens_come_in_the_order_of_the_input()
    {
        using var run = Session.Start($"'{Emulator.Contoso}', '{Emulator.Fabrikam}' | {Command}");
        await run.UserCodeAsync(Emulator, messages: 2);
        var first = await CodeOfAsync(Emulator.Contoso);
        var second = await CodeOfAsync(Emulator.Fabrikam);

        // The second is had before the first, and waits for its turn.
        await Emulator.ApproveAsync(second);
        await Eventually.TrueAsync("the second token", async () =>
            (await Emulator.RequestsAsync()).Any(request => request.IsToken && request.Status == 200));
        Assert.Equal(0, run.OutputCount);
        Assert.All([Emulator.Contoso, Emulator.Fabrikam], tenant => Assert.Single(run.Messages, message => message.StartsWith($"{tenant}: ", StringComparison.Ordinal)));
        await Emulator.ApproveAsync(first);
        await run.EndAsync();

        var tokens = run.Output.Select(output => Assert.IsType<AzToken>(output.BaseObject)).ToArray();
        Assert.Equal(2, tokens.Length);
        Assert.Equal(Emulator.TenantId, tokens[0].TenantId);
        Assert.NotEqual(Emulator.TenantId, tokens[1].TenantId);
    }

    [Fact]
    public async Task One_bad_tenant_stops_nothing()
    {
        using var run = Session.Start($"'{Emulator.Contoso}', 'nowhere.example', '{Emulator.Fabrikam}' | {Command}");
        await run.UserCodeAsync(Emulator, messages: 2);
        await Emulator.ApproveAsync(await CodeOfAsync(Emulator.Contoso));
        await Emulator.ApproveAsync(await CodeOfAsync(Emulator.Fabrikam));
        await run.EndAsync();

        Assert.Equal(2, run.Output.Count);
        Assert.Equal("nowhere.example", Assert.Single(run.Streams.Error).TargetObject);
        Assert.StartsWith("1 of 3 failed.", Assert.Single(run.Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_ThrottleLimit_run_at_once()
    {
        using var run = Session.Start($"1..3 | ForEach-Object {{ '{Emulator.Contoso}' }} | {Command} -ThrottleLimit 2");
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator, messages: 2));
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator, messages: 3));
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator, messages: 1));
        await run.EndAsync();

        Assert.Equal(3, run.Output.Count);
        var requests = await Emulator.RequestsAsync();
        var firstToken = requests.First(request => request.IsToken && request.Status == 200).Number;
        var started = requests.Where(request => request.IsDeviceCode).Select(request => request.Number).ToArray();
        Assert.Equal(3, started.Length);
        Assert.True(started[1] < firstToken && firstToken < started[2], "The third started before one had ended.");
    }

    [Fact]
    public async Task Hundreds_of_tenants_are_answered_one_by_one_in_order()
    {
        using var run = Session.Start($"1..300 | ForEach-Object {{ \"tenant$_.example\" }} | {Command}");
        await run.EndAsync();

        Assert.Equal(
            Enumerable.Range(1, 300).Select(number => $"tenant{number}.example"),
            run.Streams.Error.Select(error => (string)error.TargetObject));
        Assert.All(run.Streams.Error, error => Assert.StartsWith("AADSTS90002,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Tenant")]
    [InlineData("TenantId")]
    public async Task Objects_bind_by_property_name(string property)
    {
        using var run = Session.Start($"[pscustomobject]@{{ {property} = 'nowhere.example'; Name = 'x' }} | {Command}");
        Assert.Equal("nowhere.example", (await run.ErrorAsync()).TargetObject);
    }

    [Fact]
    public async Task A_command_that_wants_no_more_ends_the_rest()
    {
        using var run = Session.Start(
            $"'nowhere.example', '{Emulator.Contoso}' | {Command} -ErrorAction Stop");
        await Assert.ThrowsAsync<System.Management.Automation.ActionPreferenceStopException>(run.EndAsync);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Runspaces_work_side_by_side()
    {
        using var other = new EngineSession();
        using var run = Session.Start($"{Command} -Tenant {Emulator.Contoso}");
        using var otherRun = other.Start($"{Command} -Tenant {Emulator.Fabrikam}");
        var code = await run.UserCodeAsync(Emulator);
        await Emulator.ApproveAsync(await otherRun.UserCodeAsync(Emulator));
        var second = await otherRun.TokenAsync();
        await Emulator.ApproveAsync(code);
        var first = await run.TokenAsync();

        Assert.NotEqual(first.TenantId, second.TenantId);
        Assert.NotEqual(first.CorrelationId, second.CorrelationId);
    }

    private async Task<string> CodeOfAsync(string tenant)
    {
        var requests = await Emulator.RequestsAsync();
        var path = requests.Last(request => request.IsDeviceCode && request.Path.Contains(tenant, StringComparison.Ordinal)).Path;
        return (await Emulator.DevicesAsync()).Last(device => path.Contains(device.Tenant, StringComparison.Ordinal)).UserCode;
    }
}
