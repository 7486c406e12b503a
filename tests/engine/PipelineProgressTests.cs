using System.Management.Automation;
using AzTokenRs.Operations;

namespace AzTokenRs.EngineTests;

/// <summary>The progress of a pipeline, on a clock of the test's own.</summary>
public sealed class PipelineProgressTests
{
    private TimeSpan _now;

    [Fact]
    public void Count_failures_and_rate_are_shown_from_the_first_second_on_four_times_a_second()
    {
        var progress = new PipelineProgress("Get-AzToken", () => _now);
        var shown = new List<string>();
        for (var number = 1; number <= 100; number++)
        {
            _now = TimeSpan.FromMilliseconds(number * 50);
            if (progress.Count(failed: number % 10 == 0) is { } record)
            {
                Assert.Equal(("Get-AzToken", ProgressRecordType.Processing), (record.Activity, record.RecordType));
                shown.Add(record.StatusDescription);
            }
        }

        Assert.Equal("20 done, 2 failed, 20.0 per second", shown[0]);
        Assert.Equal(17, shown.Count);
        Assert.Equal(ProgressRecordType.Completed, progress.Completed()!.RecordType);
        Assert.Equal("10 of 100 failed. The errors say which, and why.", progress.Failures());
    }

    [Fact]
    public void A_short_pipeline_and_a_single_object_show_nothing()
    {
        var progress = new PipelineProgress("Get-AzToken", () => _now);
        _now = TimeSpan.FromSeconds(60);
        Assert.Null(progress.Count(failed: true));
        Assert.Null(progress.Completed());
        Assert.Null(progress.Failures());

        var two = new PipelineProgress("Get-AzToken", () => TimeSpan.FromMilliseconds(999));
        Assert.Null(two.Count(failed: false));
        Assert.Null(two.Count(failed: false));
        Assert.Null(two.Completed());
        Assert.Null(two.Failures());
    }
}
