using System;
using System.Globalization;
using System.Management.Automation;
using AzTokenRs.Native;

namespace AzTokenRs.Errors;

/// <summary>The one place that makes an <see cref="ErrorRecord"/>, so that IDs and categories stay one set.</summary>
internal static class ErrorRecords
{
    /// <param name="exception">What went wrong.</param>
    /// <param name="target">The input object that it concerns; never a secret, as PowerShell shows it.</param>
    /// <param name="call">The call of the cmdlet, which says what the parameters are called.</param>
    internal static ErrorRecord From(AzTokenException exception, object? target, InvocationInfo? call = null)
    {
        exception.InWordsOf(call);
        // A refused input may be a secret that was passed by mistake.
        var shown = exception.Error == "invalid_parameter" ? null : target;
        var record = new ErrorRecord(exception, ErrorId(exception), Category(exception), shown);
        if (exception.Hint is { } hint)
        {
            // Windows PowerShell shows the message alone, so there the advice stands in it too.
            var message = NativeLoader.IsWindowsPowerShell ? $"{exception.Message} {hint}" : exception.Message;
            record.ErrorDetails = new ErrorDetails(message) { RecommendedAction = hint };
        }

        return record;
    }

    internal static ErrorRecord From(NativeLibraryException exception) =>
        new(exception, exception.ErrorId, ErrorCategory.NotInstalled, NativeMethods.Library);

    internal static ErrorRecord From(AzTokenEmulatorException exception) => new(
        exception,
        exception.ErrorId,
        exception.ErrorId switch
        {
            "EmulatorNotFound" => ErrorCategory.NotInstalled,
            "EmulatorStartFailed" => ErrorCategory.OpenError,
            "EmulatorResponse" => ErrorCategory.ProtocolError,
            "EmulatorNotRunning" => ErrorCategory.ResourceUnavailable,
            _ => ErrorCategory.InvalidArgument,
        },
        null);

    /// <summary>The AADSTS or AADB2C code if the service gave one, else the mistake in the call, the OAuth error or the local failure.</summary>
    private static string ErrorId(AzTokenException exception) => exception.ErrorCodes.Count > 0
        ? CodePrefix(exception.ErrorDescription) + exception.ErrorCodes[0].ToString(CultureInfo.InvariantCulture)
        : exception.ErrorId ?? exception.Error;

    // Azure AD B2C has numbers of its own, which mean something else than Entra ID's.
    private static string CodePrefix(string? description) =>
        description?.TrimStart().StartsWith("AADB2C", StringComparison.Ordinal) == true ? "AADB2C" : "AADSTS";

    private static ErrorCategory Category(AzTokenException exception) => exception.Kind switch
    {
        "invalid_parameter" => ErrorCategory.InvalidArgument,
        "server" => ServerCategory(exception.Error),
        "network" => ErrorCategory.ConnectionError,
        "tls" => ErrorCategory.SecurityError,
        "timeout" => ErrorCategory.OperationTimeout,
        "protocol" => ErrorCategory.ProtocolError,
        "unavailable" => ErrorCategory.ResourceUnavailable,
        "cancelled" => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };

    // The errors of RFC 6749 section 5.2, RFC 8628 section 3.5 and Microsoft's device code page.
    private static ErrorCategory ServerCategory(string error) => error switch
    {
        "access_denied" or "authorization_declined" or "unauthorized_client" => ErrorCategory.PermissionDenied,
        "expired_token" or "code_expired" => ErrorCategory.OperationTimeout,
        "temporarily_unavailable" or "server_error" => ErrorCategory.ResourceUnavailable,
        "invalid_request" or "invalid_scope" or "invalid_resource" or "invalid_tenant" or "bad_verification_code"
            or "unsupported_grant_type" or "unsupported_response_type" => ErrorCategory.InvalidArgument,
        _ => ErrorCategory.AuthenticationError,
    };
}
