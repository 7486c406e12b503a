using System.Collections;
using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Json;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Makes the next requests to a local Entra ID fail.</summary>
[Cmdlet(VerbsCommon.Add, "AzTokenEmulatorFault", DefaultParameterSetName = PresetSet)]
public sealed class AddAzTokenEmulatorFault : EmulatorClientCmdlet
{
    private const string PresetSet = "Preset";
    private const string ResponseSet = "Response";
    private const string ConnectionSet = "Connection";
    private const string DelaySet = "Delay";

    /// <summary>A fault by its name.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = PresetSet)]
    [ValidateSet("Throttled", "RequestLoop", "Unavailable", "ProxyPage", "ProxySignIn", "Truncated", "WrongType")]
    [NoTokenTransform]
    public string? Preset { get; set; }

    /// <summary>The HTTP status to answer with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ResponseSet)]
    [ValidateRange(100, 599)]
    [NoTokenTransform]
    public int Status { get; set; }

    /// <summary>The header Retry-After.</summary>
    [Parameter(ParameterSetName = ResponseSet)]
    [ValidateRange(0, int.MaxValue)]
    [NoTokenTransform]
    public int RetryAfterSeconds { get; set; } = -1;

    /// <summary>Further headers.</summary>
    [Parameter(ParameterSetName = ResponseSet)]
    [ValidateNotNull]
    [NoTokenTransform]
    public Hashtable? Header { get; set; }

    /// <summary>The body: a text, or an object that is sent as JSON.</summary>
    [Parameter(ParameterSetName = ResponseSet)]
    [ValidateNotNull]
    [NoTokenTransform]
    public object? Body { get; set; }

    /// <summary>What happens to the connection.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ConnectionSet)]
    [ValidateSet("Close", "Reset", "Hang")]
    [NoTokenTransform]
    public string? Connection { get; set; }

    /// <summary>How long the response is held back.</summary>
    [Parameter(ParameterSetName = PresetSet)]
    [Parameter(ParameterSetName = ResponseSet)]
    [Parameter(Mandatory = true, ParameterSetName = DelaySet)]
    [ValidateRange(1, 3_600_000)]
    [NoTokenTransform]
    public int DelayMilliseconds { get; set; }

    /// <summary>A part of the path of the requests. Default: <c>/token</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Path { get; set; }

    /// <summary>Only requests of this client.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientId { get; set; }

    /// <summary>Only requests to this tenant.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Tenant { get; set; }

    /// <summary>How many requests are hit; 0 is all.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [NoTokenTransform]
    public int Times { get; set; } = 1;

    /// <summary>How many requests are let through first.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [NoTokenTransform]
    public int Skip { get; set; }

    private protected override void Process()
    {
        var emulator = Target();
        using var body = new JsonWriter();
        body.BeginObject();
        WriteMatch(body);
        WriteOutcome(body);
        body.EndObject();
        emulator.Control.Post("faults", body, Cancelled);
    }

    private void WriteMatch(JsonWriter body)
    {
        body.Member("path", Path ?? "/token");
        Member(body, "client_id", ClientId);
        Member(body, "tenant", Tenant);
        Member(body, "times", Times);
        Member(body, "skip", Skip);
    }

    private void WriteOutcome(JsonWriter body)
    {
        Member(body, "preset", SnakeCase(Preset));
        if (Connection is not null)
        {
            body.Member(Connection.ToLowerInvariant(), true);
        }

        if (DelayMilliseconds > 0)
        {
            Member(body, "delay_ms", DelayMilliseconds);
        }

        if (Status > 0)
        {
            Member(body, "status", Status);
        }

        if (RetryAfterSeconds >= 0)
        {
            Member(body, "retry_after", RetryAfterSeconds);
        }

        Member(body, "headers", Header);
        Member(body, "body", Body);
    }

    private static void Member(JsonWriter body, string name, object? value)
    {
        if (value is not null)
        {
            body.Name(name);
            ObjectJson.Write(body, value);
        }
    }

    /// <summary><c>ProxyPage</c> is <c>proxy_page</c> in the control API.</summary>
    internal static string? SnakeCase(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var text = new System.Text.StringBuilder();
        foreach (var character in name)
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }
}
