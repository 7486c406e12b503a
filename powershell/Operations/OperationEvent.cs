using AzTokenRs.Json;

namespace AzTokenRs.Operations;

/// <summary>What an operation reports. Exactly one <see cref="OutcomeEvent"/> ends it.</summary>
internal abstract class OperationEvent;

internal sealed class TraceEvent(string level, string text) : OperationEvent
{
    internal bool IsDebug { get; } = level == "debug";

    internal string Text { get; } = text;
}

internal sealed class WarningEvent(string text, bool confirm) : OperationEvent
{
    internal string Text { get; } = text;

    /// <summary>Whether the operation waits until it is told to go on.</summary>
    internal bool Confirm { get; } = confirm;
}

/// <summary>Something that the user has to read now.</summary>
internal sealed class MessageEvent(string text, bool confirm) : OperationEvent
{
    internal string Text { get; } = text;

    /// <summary>Whether the operation waits until it is told to go on.</summary>
    internal bool Confirm { get; } = confirm;
}

internal sealed class ProgressEvent(string activity, string status, int secondsLeft, int secondsTotal) : OperationEvent
{
    internal string Activity { get; } = activity;

    internal string Status { get; } = status;

    internal int SecondsLeft { get; } = secondsLeft;

    internal int SecondsTotal { get; } = secondsTotal;
}

/// <summary>Something that has to be answered before the operation goes on.</summary>
internal abstract class QuestionEvent : OperationEvent;

/// <summary>Asks for a signature by the key of a certificate.</summary>
internal sealed class SignQuestion(string algorithm, string data) : QuestionEvent
{
    internal string Algorithm { get; } = algorithm;

    internal string Data { get; } = data;
}

/// <summary>Asks for a fresh client assertion.</summary>
internal sealed class AssertionQuestion : QuestionEvent;

/// <summary>The last event: a token, the result of an operation that gives none, or the reason for there being neither.</summary>
internal sealed class OutcomeEvent : OperationEvent
{
    internal OutcomeEvent(AzToken token) => Token = token;

    internal OutcomeEvent(JsonObject result) => Result = result;

    internal OutcomeEvent(AzTokenException error) => Error = error;

    internal AzToken? Token { get; }

    internal JsonObject? Result { get; }

    internal AzTokenException? Error { get; }
}
