using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace AzTokenRs.Bench;

/// <summary>
/// Import, first call and memory of the module beside a compiled module that does nothing. Each measurement has a process
/// of its own, and they alternate, so that whatever else the machine does hits both.
/// </summary>
internal static class StartBench
{
    private const int Rounds = 15;

    internal static int Run(string module, string emptyModule, Authority authority)
    {
        Environment.SetEnvironmentVariable("AZTOKEN_CA_BUNDLE", authority.Bundle);
        string[][] candidates =
        [
            ["bare"],
            ["empty", emptyModule, "Invoke-Empty"],
            ["ours", module, $"Get-AzToken -Authority {authority.Url} -Tenant contoso.onmicrosoft.com -ClientId {authority.ClientId} -ClientSecret {authority.ClientSecret}"],
        ];
        var all = candidates.Select(_ => new List<Sample>()).ToArray();
        for (var round = -1; round < Rounds; round++)
        {
            for (var index = 0; index < candidates.Length; index++)
            {
                var sample = Measure(candidates[index]);
                // The first of each fills the system's file cache.
                if (round >= 0)
                {
                    all[index].Add(sample);
                }
            }
        }

        var (bare, empty, ours) = (Median(all[0]), Median(all[1]), Median(all[2]));
        Console.WriteLine($"Each in {Rounds} fresh processes, medians");
        Report("import, empty compiled module", empty.Import, null, "ms");
        Report("import, AzTokenRs", ours.Import, ours.Import - empty.Import, "ms");
        Report("first call, empty cmdlet", empty.Call, null, "ms");
        Report("first call, a token over HTTPS", ours.Call, ours.Call - empty.Call, "ms");
        Report("memory, engine alone", bare.Memory, null, "MB");
        Report("memory, with an empty module called", empty.Memory, empty.Memory - bare.Memory, "MB");
        Report("memory, with a token had", ours.Memory, ours.Memory - bare.Memory, "MB");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"ratios: import {ours.Import / empty.Import:F2}, first call {ours.Call / empty.Call:F2}"));
        return 0;
    }

    /// <summary>In the process of one measurement: <c>bare</c>, or a name, a module and a call. Prints its numbers.</summary>
    internal static int RunOnce(string[] candidate)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // What any session has done before it imports a module.
        Time(runspace, "1..3 | ForEach-Object { $_ } | Out-Null; $null = Get-Module");
        var (import, call) = (0.0, 0.0);
        if (candidate is [_, var module, var script])
        {
            import = Time(runspace, $"Import-Module '{module}'");
            call = Time(runspace, script, results: 1);
        }

        var memory = Environment.WorkingSet / (1024.0 * 1024.0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{import} {call} {memory}"));
        return 0;
    }

    private static double Time(Runspace runspace, string script, int results = 0)
    {
        using var powerShell = PowerShell.Create(runspace);
        powerShell.AddScript(script);
        var watch = Stopwatch.StartNew();
        var output = powerShell.Invoke();
        watch.Stop();
        if (powerShell.Streams.Error.Count > 0 || output.Count != results)
        {
            throw new InvalidOperationException($"'{script}' gave {output.Count} results. {string.Join(' ', powerShell.Streams.Error)}");
        }

        return watch.Elapsed.TotalMilliseconds;
    }

    private static Sample Measure(string[] candidate)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(StartBench).Assembly.Location, "once", .. candidate]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The measurement of {candidate[0]} failed.");
        }

        var numbers = output.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new Sample(numbers[0], numbers[1], numbers[2]);
    }

    private static Sample Median(List<Sample> samples) => new(
        Median(samples.Select(sample => sample.Import)),
        Median(samples.Select(sample => sample.Call)),
        Median(samples.Select(sample => sample.Memory)));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static void Report(string name, double value, double? over, string unit)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{name,-40} {value,8:F1} {unit}");
        Console.WriteLine(over is { } difference
            ? line + string.Create(CultureInfo.InvariantCulture, $"   {difference:+0.0;-0.0} {unit}")
            : line);
    }

    /// <summary>Where the token comes from: the emulator, and one of its clients.</summary>
    internal sealed record Authority(string Url, string Bundle, string ClientId, string ClientSecret);

    private sealed record Sample(double Import, double Call, double Memory);
}
