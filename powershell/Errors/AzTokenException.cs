using System;
using System.Collections.Generic;

namespace AzTokenRs;

/// <summary>Why no token was had, with the fields of the service's answer. Holds no secret.</summary>
public sealed class AzTokenException : Exception
{
    internal AzTokenException(string kind, string error, string message, IReadOnlyList<long> errorCodes)
        : base(message)
    {
        Kind = kind;
        Error = error;
        ErrorCodes = errorCodes;
    }

    /// <summary>A value that can't be used, found here rather than in the native library, which words it likewise.</summary>
    internal static AzTokenException InvalidParameter(string parameter, string problem) =>
        new("invalid_parameter", "invalid_parameter", $"{parameter}: {problem}", []) { Parameter = parameter };

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

    /// <summary>The claims that the service demands, for <c>-Claim</c>.</summary>
    public string? Claims { get; internal set; }

    /// <summary>A page about the error.</summary>
    public string? ErrorUri { get; internal set; }

    /// <summary>The ID of the request.</summary>
    public string? CorrelationId { get; internal set; }

    /// <summary>The service's ID of its answer.</summary>
    public string? TraceId { get; internal set; }

    /// <summary>The service's time, as it wrote it.</summary>
    public string? Timestamp { get; internal set; }

    /// <summary>The HTTP status of the answer.</summary>
    public int? HttpStatus { get; internal set; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool Retryable { get; internal set; }

    /// <summary>How long the service asks to wait before the next call.</summary>
    public TimeSpan? RetryAfter { get; internal set; }

    /// <summary>What to do about it, in plain words.</summary>
    public string? Hint { get; internal set; }

    /// <summary>The parameter that is wrong.</summary>
    public string? Parameter { get; internal set; }
}
