using System;
using AzTokenRs.Json;

namespace AzTokenRs.Operations;

/// <summary>Turns an event of the native library (docs/abi.md) into a value.</summary>
internal static class EventReader
{
    /// <summary>Null for an event of a kind that this version doesn't know, which is one to pass over.</summary>
    /// <exception cref="FormatException">The event is not what docs/abi.md says.</exception>
    internal static OperationEvent? Read(byte[] json)
    {
        var members = new JsonObject(JsonValue.Parse(json));
        return members.RequiredText("event") switch
        {
            "trace" => new TraceEvent(members.RequiredText("level"), members.RequiredText("text")),
            "warning" => new WarningEvent(members.RequiredText("text"), members.Flag("confirm")),
            "message" => new MessageEvent(members.RequiredText("text"), members.Flag("confirm")),
            "progress" => ReadProgress(members),
            "sign" => new SignQuestion(members.RequiredText("algorithm"), members.RequiredText("data")),
            "assertion_request" => new AssertionQuestion(),
            "token" => new OutcomeEvent(ReadToken(members)),
            // A copy: the event's bytes are overwritten once it has been read.
            "result" => new OutcomeEvent(new JsonObject(JsonValue.Parse((byte[])json.Clone()))),
            "error" => new OutcomeEvent(ReadError(members)),
            _ => null,
        };
    }

    /// <summary>The failure to report when an event can't be read, so that a defect is an error like any other.</summary>
    internal static OutcomeEvent Unreadable(string problem) =>
        new(new AzTokenException("internal", "internal_error", $"An event of the native library can't be read: {problem}", []));

    private static ProgressEvent ReadProgress(JsonObject members) => new(
        members.RequiredText("activity"),
        members.RequiredText("status"),
        (int)(members.Integer("seconds_left") ?? -1),
        (int)(members.Integer("seconds_total") ?? 0));

    private static AzToken ReadToken(JsonObject members)
    {
        var accessToken = members.Text("access_token");
        // An ID token may come alone; nothing at all is no token.
        var idToken = accessToken is null ? members.RequiredText("id_token") : members.Text("id_token");
        return new AzToken(accessToken, members.Text("token_type"), Time(members, "expires_on"))
        {
            ExtendedExpiresOn = Time(members, "extended_expires_on"),
            RefreshOn = Time(members, "refresh_on"),
            Identity = members.Text("identity"),
            TenantId = members.Text("tenant_id"),
            Resource = members.Text("resource"),
            Scopes = members.Texts("scopes"),
            RefreshTokenText = members.Text("refresh_token"),
            IdTokenText = idToken,
            ClientId = members.Text("client_id"),
            Authority = members.Text("authority"),
            FamilyId = members.Text("family_id"),
            CorrelationId = members.Text("correlation_id"),
        };
    }

    private static AzTokenException ReadError(JsonObject members) => new(
        members.RequiredText("kind"),
        members.RequiredText("error"),
        // A grant and a switch of ours that have no request member of the same name.
        members.RequiredText("message").Replace("`device_code`", "-DeviceCode").Replace("`open_browser`", "-NoBrowser"),
        members.Integers("error_codes"))
    {
        ErrorDescription = members.Text("error_description"),
        SubError = members.Text("suberror"),
        Claims = members.Text("claims"),
        ErrorUri = members.Text("error_uri"),
        CorrelationId = members.Text("correlation_id"),
        TraceId = members.Text("trace_id"),
        Timestamp = members.Text("timestamp"),
        HttpStatus = (int?)members.Integer("http_status"),
        Retryable = members.Flag("retryable"),
        RetryAfter = members.Integer("retry_after") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Hint = members.Text("hint"),
        Parameter = members.Text("parameter"),
        Reason = members.Text("reason"),
        Problem = members.Text("problem"),
    };

    private static DateTimeOffset? Time(JsonObject members, string name) =>
        members.Integer(name) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToLocalTime() : null;
}
