using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using AzTokenRs.Errors;
using AzTokenRs.Parameters;

namespace AzTokenRs;

/// <summary>Why a request failed, with the fields of the service's response. Holds no secret.</summary>
public sealed class AzTokenException : Exception
{
    private string _message;

    internal AzTokenException(string kind, string error, string message, IReadOnlyList<long> errorCodes)
    {
        _message = message;
        Kind = kind;
        Error = error;
        ErrorCodes = errorCodes;
    }

    /// <summary>A mistake in the call that was found here, before the native library was asked.</summary>
    /// <param name="id">The error ID and the text.</param>
    /// <param name="parameter">The parameter, without its dash.</param>
    /// <param name="arguments">What fills the text's placeholders.</param>
    internal static AzTokenException InCall(MessageId id, string? parameter, params object?[] arguments) =>
        new("invalid_parameter", "invalid_parameter", Messages.Text(id, arguments), [])
        {
            ErrorId = id.ToString(),
            Parameter = parameter,
        };

    /// <summary>A value that can't be used, found here rather than in the native library, which words it likewise.</summary>
    internal static AzTokenException InvalidParameter(string parameter, string problem) =>
        new("invalid_parameter", "invalid_parameter", $"{parameter}: {problem}", []) { Parameter = parameter, Problem = problem };

    /// <inheritdoc/>
    public override string Message => _message;

    /// <summary>
    /// The sort of failure: <c>invalid_parameter</c>, <c>server</c>, <c>network</c>, <c>tls</c>, <c>timeout</c>,
    /// <c>protocol</c>, <c>unavailable</c>, <c>cancelled</c> or <c>internal</c>.
    /// </summary>
    public string Kind { get; }

    /// <summary>The OAuth error, such as <c>invalid_grant</c>, or the name of a local failure.</summary>
    public string Error { get; }

    /// <summary>The service's own description.</summary>
    public string? ErrorDescription { get; internal set; }

    /// <summary>The AADSTS codes as numbers.</summary>
    public IReadOnlyList<long> ErrorCodes { get; }

    /// <summary>The service's closer classification.</summary>
    public string? SubError { get; internal set; }

    /// <summary>The claims that the service requires, for <c>-Claim</c>.</summary>
    public string? Claims { get; internal set; }

    /// <summary>A page about the error.</summary>
    public string? ErrorUri { get; internal set; }

    /// <summary>The ID of the request.</summary>
    public string? CorrelationId { get; internal set; }

    /// <summary>The service's ID of its response.</summary>
    public string? TraceId { get; internal set; }

    /// <summary>The service's time, as it wrote it.</summary>
    public string? Timestamp { get; internal set; }

    /// <summary>The HTTP status of the response.</summary>
    public int? HttpStatus { get; internal set; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool Retryable { get; internal set; }

    /// <summary>How long the service asks to wait before the next call.</summary>
    public TimeSpan? RetryAfter { get; internal set; }

    /// <summary>What to do about it, in plain words.</summary>
    public string? Hint { get; internal set; }

    /// <summary>The parameter that is wrong, such as <c>ClientId</c>.</summary>
    public string? Parameter { get; internal set; }

    /// <summary>Why the parameter is wrong: <c>missing</c>, <c>invalid</c>, <c>conflict</c> and the like.</summary>
    internal string? Reason { get; set; }

    /// <summary>The message without the parameter in front.</summary>
    internal string? Problem { get; set; }

    /// <summary>The error ID, where it isn't made from the fields.</summary>
    internal string? ErrorId { get; set; }

    /// <summary>
    /// Names parameters instead of request members, now that it is known which cmdlet was called and how. A second time, it
    /// does nothing.
    /// </summary>
    internal AzTokenException InWordsOf(InvocationInfo? call)
    {
        if (ErrorId is not null)
        {
            return this;
        }

        if (Parameter is { } member && ParameterNames.Of(member, call) is { } name)
        {
            var problem = Problem ?? WithoutMember(_message, member);
            _message = problem is null ? _message : $"-{name}{Joint(problem)}{problem}";
            Parameter = name;
            Reason = ReasonIn(problem) is "missing" ? "missing" : Reason ?? "invalid";
            ErrorId = Error == "invalid_parameter" ? name + Pascal(Reason) : Error;
        }

        else if (Error == "invalid_parameter" && Parameter is { } variable && !variable.Any(char.IsLower))
        {
            Reason ??= ReasonIn(Problem);
            ErrorId = "EnvironmentVariable" + Pascal(Reason);
        }

        _message = ParameterNames.InText(_message, call);
        Hint = Hint is null ? null : ParameterNames.InText(Hint, call);
        return this;
    }

    private static string? WithoutMember(string message, string member) =>
        message.StartsWith(member + ": ", StringComparison.Ordinal) ? message.Substring(member.Length + 2) : null;

    // "-ClientId is required", but "-Proxy: the URL has a user name".
    private static string Joint(string problem)
    {
        foreach (var verb in s_verbs)
        {
            if (problem.StartsWith(verb, StringComparison.Ordinal))
            {
                return " ";
            }
        }

        return ": ";
    }

    private static readonly string[] s_verbs =
    [
        "is ", "isn't ", "must ", "can't ", "has ", "have ", "holds ", "requires ", "doesn't ", "goes ", "names ", "needs ",
        "accepts ", "belongs ", "contains ", "works ",
    ];

    private static string ReasonIn(string? problem) =>
        problem?.StartsWith("is required", StringComparison.Ordinal) == true
        || problem?.StartsWith("is needed", StringComparison.Ordinal) == true ? "missing" : "invalid";

    private static string Pascal(string reason)
    {
        var words = reason.Split('_');
        for (var index = 0; index < words.Length; index++)
        {
            words[index] = char.ToUpperInvariant(words[index][0]) + words[index].Substring(1);
        }

        return string.Concat(words);
    }
}
