using System;
using System.Management.Automation;
using AzTokenRs.ClientAuth;
using AzTokenRs.Errors;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>An operation from its start until its outcome has been emitted.</summary>
internal sealed class PendingOperation(Operation operation, object? target, int activityId, ClientProof? proof) : IDisposable
{
    private ProgressRecord? _progress;

    internal Operation Operation { get; } = operation;

    /// <summary>The input object it was started for.</summary>
    internal object? Target { get; } = target;

    /// <summary>The parameters that the input object gave.</summary>
    internal string[] FromPipeline { get; set; } = [];

    /// <summary>How it ended; null while it runs.</summary>
    internal OutcomeEvent? Outcome { get; set; }

    public void Dispose() => Operation.Dispose();

    internal void Answer(QuestionEvent question)
    {
        using var reply = proof?.Answer(question, Target as string)
            ?? Reply.Refuse(Messages.Text(MessageId.CredentialNotAsked));
        Operation.Reply(reply.Bytes, reply.Length);
    }

    /// <summary>Lets the operation do what it has announced.</summary>
    internal void Confirm()
    {
        using var reply = Reply.Answer(string.Empty);
        Operation.Reply(reply.Bytes, reply.Length);
    }

    internal ProgressRecord Progress(ProgressEvent progress, string activity)
    {
        _progress = new ProgressRecord(activityId, activity, progress.Status)
        {
            SecondsRemaining = progress.SecondsLeft,
            PercentComplete = progress.SecondsTotal > 0 ? Percent(progress) : -1,
        };
        return _progress;
    }

    /// <summary>The record that takes the progress off the screen; null if none was shown.</summary>
    internal ProgressRecord? ProgressCompleted()
    {
        if (_progress is { } progress)
        {
            progress.RecordType = ProgressRecordType.Completed;
            _progress = null;
            return progress;
        }

        return null;
    }

    private static int Percent(ProgressEvent progress)
    {
        var passed = progress.SecondsTotal - progress.SecondsLeft;
        return Math.Max(0, Math.Min(100, (int)(100L * passed / progress.SecondsTotal)));
    }
}
