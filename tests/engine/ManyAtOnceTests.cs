using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Many sessions, threads and operations in one process.</summary>
public sealed class ManyAtOnceTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const int Flows = 32;

    private HashSet<string> _old = [];

    private string Command => $"Get-AzToken -DeviceCode -Authority {Emulator.Url}";

    [Fact]
    public async Task Two_runspaces_each_get_their_own()
    {
        using var other = new EngineSession();
        using var first = Session.Start($"{Command} -Tenant {Emulator.Contoso}");
        using var second = other.Start($"{Command} -Tenant {Emulator.Fabrikam}");
        var firstCode = await first.UserCodeAsync(Emulator);
        var secondCode = await second.UserCodeAsync(Emulator);
        await Emulator.ApproveAsync(secondCode);
        var secondToken = await second.TokenAsync();
        Assert.Equal(0, first.OutputCount);
        await Emulator.ApproveAsync(firstCode);
        var firstToken = await first.TokenAsync();

        Assert.Equal(Emulator.TenantId, firstToken.TenantId);
        Assert.NotEqual(Emulator.TenantId, secondToken.TenantId);
        Assert.DoesNotContain(secondCode, Assert.Single(first.Messages), StringComparison.Ordinal);
        Assert.DoesNotContain(firstCode, Assert.Single(second.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForEach_Object_Parallel_with_32_sign_ins()
    {
        await RememberCodesAsync();
        Session.SetVariable("module", Repository.Module);
        using var run = Session.Start($$"""
            1..{{Flows}} | ForEach-Object -ThrottleLimit {{Flows}} -Parallel {
                Import-Module $using:module
                {{Command}} -Tenant {{Emulator.Contoso}}
            }
            """);
        // One by one, so that only a standstill fails: so many runspaces take a while.
        for (var count = 1; count <= Flows; count++)
        {
            await Eventually.TrueAsync($"sign-in {count}", async () => (await NewCodesAsync()).Length >= count);
        }

        foreach (var code in await NewCodesAsync())
        {
            await Emulator.ApproveAsync(code);
        }

        await run.EndAsync();
        Assert.True(run.Streams.Error.Count == 0, run.Everything());
        var tokens = run.Output.Select(output => Assert.IsType<AzToken>(output.BaseObject)).ToArray();
        Assert.Equal(Flows, tokens.Select(token => token.CorrelationId).Distinct().Count());
        Assert.Equal(Flows, tokens.Length);
    }

    [Fact]
    public async Task Removing_and_importing_the_module_elsewhere_disturbs_nobody()
    {
        using var other = new EngineSession();
        using var run = Session.Start($"{Command} -Tenant {Emulator.Contoso}");
        var code = await run.UserCodeAsync(Emulator);
        for (var times = 0; times < 2; times++)
        {
            other.Invoke("Remove-Module AzTokenRs");
            Assert.Empty(other.Invoke("Get-Module AzTokenRs"));
            other.Invoke($"Import-Module {PsHostProcess.Quote(Repository.Module)}");
            using var next = other.Start($"{Command} -Tenant {Emulator.Fabrikam}");
            await Emulator.ApproveAsync(await next.UserCodeAsync(Emulator));
            await next.TokenAsync();
        }

        await Emulator.ApproveAsync(code);
        await run.TokenAsync();
    }

    [Fact]
    public async Task A_runspace_closed_in_the_middle_ends_its_sign_ins()
    {
        await RememberCodesAsync();
        using var closed = new EngineSession();
        using var run = closed.Start($"'{Emulator.Contoso}', '{Emulator.Contoso}' | {Command}");
        await run.UserCodeAsync(Emulator, messages: 2);
        var own = await NewCodesAsync();

        var watch = Stopwatch.StartNew();
        closed.Close();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(RunspaceState.Closed, closed.State);
        // The runspace is closed a moment before its pipeline says that it has stopped.
        await Eventually.TrueAsync("the end of the pipeline", () => Task.FromResult(run.State == PSInvocationState.Stopped));
        var polls = await PollsAsync(own);

        // Time passes as another sign-in's polls, which come at the same pace.
        using var next = Session.Start($"{Command} -Tenant {Emulator.Fabrikam}");
        var code = await next.UserCodeAsync(Emulator);
        await Eventually.TrueAsync("five polls", async () => await PollsAsync([code]) >= 5);
        Assert.Equal(polls, await PollsAsync(own));
        await Emulator.ApproveAsync(code);
        await next.TokenAsync();
    }

    [LinuxFact]
    public async Task Thousands_of_operations_take_no_more_memory_than_some()
    {
        // Each goes through the cmdlet, the native library and back. In a process of its own, whose memory is no other
        // test's. The first thousands fill caches, compile code and let the heap find its size.
        using var process = new PsHostProcess($$"""
            Import-Module {{PsHostProcess.Quote(Repository.Module)}}
            function Use-Module {
                foreach ($i in 1..5000) { 'no/tenant' | Get-AzToken -DeviceCode -ErrorAction Ignore }
            }
            function Get-ResidentKilobytes {
                foreach ($i in 1..3) { [GC]::Collect(); [GC]::WaitForPendingFinalizers() }
                [int]([System.IO.File]::ReadAllText('/proc/self/status') -replace '(?s).*VmRSS:\s+(\d+) kB.*', '$1')
            }
            foreach ($i in 1..4) { Use-Module; Get-ResidentKilobytes }
            """);
        var result = await process.EndAsync();
        result.AssertSucceeded();
        var sizes = result.Lines.Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4, sizes.Length);
        // What the heap takes for itself it takes at times; operations that kept half a kilobyte each would take 2.5 MB every time.
        var growth = sizes.Zip(sizes.Skip(1), (before, after) => after - before);
        Assert.True(growth.Min() < 2 * 1024, $"Resident after each 5,000 operations: {string.Join(", ", sizes)} kB.");
    }

    /// <summary>The emulator keeps the codes of other tests.</summary>
    private async Task RememberCodesAsync() => _old = (await Emulator.DevicesAsync()).Select(device => device.UserCode).ToHashSet();

    private async Task<string[]> NewCodesAsync() =>
        (await Emulator.DevicesAsync()).Select(device => device.UserCode).Where(code => !_old.Contains(code)).ToArray();

    private async Task<int> PollsAsync(string[] codes) =>
        (await Emulator.DevicesAsync()).Where(device => codes.Contains(device.UserCode)).Sum(device => device.Polls);
}
