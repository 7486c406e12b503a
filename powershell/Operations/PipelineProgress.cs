using System;
using System.Globalization;
using System.Management.Automation;

namespace AzTokenRs.Operations;

/// <summary>How far a pipeline of several input objects has come: a progress bar with count and rate, and a summary of failures.</summary>
internal sealed class PipelineProgress(string activity, Func<TimeSpan> elapsed)
{
    /// <summary>The progress of each operation has the operation's number, from 1.</summary>
    private const int ActivityId = 0;

    // A pipeline that is over at once needs no progress bar.
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private TimeSpan _next = s_first;
    private bool _isShown;
    private int _done;
    private int _failed;

    /// <summary>Counts an input object; the record to show, if it is time for one.</summary>
    internal ProgressRecord? Count(bool failed)
    {
        _done++;
        _failed += failed ? 1 : 0;
        var now = elapsed();
        if (_done < 2 || now < _next)
        {
            return null;
        }

        _next = now + s_interval;
        _isShown = true;
        return new ProgressRecord(ActivityId, activity, Status(now));
    }

    /// <summary>The record that takes the progress bar off the screen; null if none is there.</summary>
    internal ProgressRecord? Completed() =>
        _isShown ? new ProgressRecord(ActivityId, activity, Status(elapsed())) { RecordType = ProgressRecordType.Completed } : null;

    /// <summary>How many of several failed; null if none did.</summary>
    internal string? Failures() => _done > 1 && _failed > 0
        ? string.Format(CultureInfo.InvariantCulture, "{0} of {1} failed. The errors say which, and why.", _failed, _done)
        : null;

    private string Status(TimeSpan now) => string.Format(
        CultureInfo.InvariantCulture, "{0} done, {1} failed, {2:0.0} per second", _done, _failed, _done / Math.Max(now.TotalSeconds, 0.001));
}
