using System.Diagnostics;
using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Ctrl+C, which in the engine is PowerShell.Stop().</summary>
public sealed class StopTests(Emulator emulator) : EmulatorTests(emulator)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(200);

    private string Command => $"Get-AzToken -DeviceCode -Authority {Emulator.Url}";

    [Fact]
    public async Task Returns_at_once_while_polling_and_nothing_more_is_sent()
    {
        using var run = Session.Start($"{Command} -Tenant {Emulator.Contoso}");
        var code = await run.UserCodeAsync(Emulator);
        await Eventually.TrueAsync("two polls", async () => await PollsAsync(code) >= 2);

        AssertStopsAtOnce(run);
        var polls = await PollsAsync(code);

        // Time passes as another operation's polls, which come at the same pace.
        using var clock = new EngineSession();
        using var other = clock.Start($"{Command} -Tenant {Emulator.Fabrikam}");
        var otherCode = await other.UserCodeAsync(Emulator);
        await Eventually.TrueAsync("five polls", async () => await PollsAsync(otherCode) >= 5);
        Assert.Equal(polls, await PollsAsync(code));
        Assert.Empty(run.Output);
        Assert.Empty(run.Streams.Error);
    }

    [Theory]
    [InlineData("/devicecode")]
    [InlineData("/token")]
    public async Task Returns_at_once_while_the_service_is_silent(string path)
    {
        await Emulator.FaultAsync(new { path, times = 0, hang = true });
        using var run = Session.Start($"{Command} -Tenant {Emulator.Contoso}");
        await Eventually.TrueAsync("the request", async () =>
            (await Emulator.RequestsAsync()).Any(request => request.Path.EndsWith(path, StringComparison.Ordinal)));
        AssertStopsAtOnce(run);
    }

    [Fact]
    public async Task Stops_every_operation_of_a_pipeline()
    {
        using var run = Session.Start($"1..4 | ForEach-Object {{ '{Emulator.Contoso}' }} | {Command}");
        await run.UserCodeAsync(Emulator, messages: 4);
        AssertStopsAtOnce(run);
        var before = (await Emulator.DevicesAsync()).Sum(device => device.Polls);

        using var clock = new EngineSession();
        using var other = clock.Start($"{Command} -Tenant {Emulator.Fabrikam}");
        var otherCode = await other.UserCodeAsync(Emulator);
        await Eventually.TrueAsync("five polls", async () => await PollsAsync(otherCode) >= 5);
        other.Stop();
        Assert.Equal(before, (await Emulator.DevicesAsync()).Where(device => device.UserCode != otherCode).Sum(device => device.Polls));
    }

    [Fact]
    public async Task The_session_can_be_used_again()
    {
        using (var run = Session.Start($"{Command} -Tenant {Emulator.Contoso}"))
        {
            await run.UserCodeAsync(Emulator);
            AssertStopsAtOnce(run);
        }

        using var next = Session.Start($"{Command} -Tenant {Emulator.Contoso}");
        await Emulator.ApproveAsync(await next.UserCodeAsync(Emulator));
        await next.TokenAsync();
    }

    private static void AssertStopsAtOnce(ScriptRun run)
    {
        var watch = Stopwatch.StartNew();
        run.Stop();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_limit);
        Assert.Equal(PSInvocationState.Stopped, run.State);
    }

    private async Task<int> PollsAsync(string userCode) =>
        (await Emulator.DevicesAsync()).Single(device => device.UserCode == userCode).Polls;
}
