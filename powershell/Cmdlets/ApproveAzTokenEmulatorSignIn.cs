using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net.Http;
using AzTokenRs.Emulation;
using AzTokenRs.Json;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Plays the person who signs in to a local Entra ID: with a device code, or at an authorize URL.</summary>
[Cmdlet(VerbsLifecycle.Approve, "AzTokenEmulatorSignIn", DefaultParameterSetName = NextSet)]
[OutputType(typeof(AzTokenEmulatorSignInResponse))]
public sealed class ApproveAzTokenEmulatorSignIn : EmulatorClientCmdlet
{
    private const string NextSet = "Next";
    private const string UserCodeSet = "UserCode";
    private const string UriSet = "Uri";

    /// <summary>How many sign-ins of later commands are answered; 0 is all.</summary>
    [Parameter(ParameterSetName = NextSet)]
    [ValidateRange(0, int.MaxValue)]
    [NoTokenTransform]
    public int Times { get; set; } = 1;

    /// <summary>The code that the message to the user shows.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = UserCodeSet)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? UserCode { get; set; }

    /// <summary>The authorize URL that a browser would open.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Uri { get; set; }

    /// <summary>Whether to put out the response instead of taking it to the redirect URI.</summary>
    [Parameter(ParameterSetName = UriSet)]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Who signs in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Username { get; set; }

    /// <summary>What the person does.</summary>
    [Parameter]
    [ValidateSet(SignInDecision.Approve, SignInDecision.Decline, SignInDecision.Cancel, SignInDecision.Expire)]
    [NoTokenTransform]
    public string Decision { get; set; } = SignInDecision.Approve;

    private protected override void Process()
    {
        var emulator = Target();
        var impossible = ParameterSetName switch
        {
            UriSet => SignInDecision.Expire,
            UserCodeSet => SignInDecision.Cancel,
            _ => null,
        };
        if (Decision.Equals(impossible, StringComparison.OrdinalIgnoreCase))
        {
            throw new AzTokenEmulatorException("DecisionInvalid", $"-Decision {impossible} is not possible with -{ParameterSetName}.");
        }

        switch (ParameterSetName)
        {
            case UriSet:
                Visit(emulator);
                break;
            case UserCodeSet:
                emulator.Decide(UserCode!, Username, Decision, Cancelled);
                break;
            default:
                Prepare(emulator);
                break;
        }
    }

    /// <summary>The emulator answers the next sign-ins by itself: the thread that runs a test waits for the token meanwhile.</summary>
    private void Prepare(AzTokenEmulator emulator)
    {
        using var body = new JsonWriter();
        body.BeginObject();
        body.Member("decision", Decision.ToLowerInvariant());
        body.Name("times");
        body.Write(Times);
        if (Username is not null)
        {
            body.Member("username", Username);
        }

        body.EndObject();
        emulator.Control.Post("sign_ins", body, Cancelled);
    }

    private void Visit(AzTokenEmulator emulator)
    {
        var response = Response(emulator);
        if (PassThru)
        {
            WriteObject(response);
            return;
        }

        if (!System.Uri.TryCreate(response.Uri, UriKind.Absolute, out var target) || !target.IsLoopback)
        {
            throw new AzTokenEmulatorException(
                "UriUnsupported", $"The redirect URI {target?.GetLeftPart(UriPartial.Path)} is not on this machine. Use -PassThru to get the response.");
        }

        using var form = response.Form is { } fields ? new FormUrlEncodedContent(Pairs(fields)) : null;
        EmulatorControl.Deliver(response.Method, response.Uri, form, Cancelled);
    }

    private AzTokenEmulatorSignInResponse Response(AzTokenEmulator emulator)
    {
        using var body = new JsonWriter();
        body.BeginObject();
        body.Member("uri", Uri!);
        body.Member("decision", Decision.ToLowerInvariant());
        if (Username is not null)
        {
            body.Member("username", Username);
        }

        body.EndObject();
        var answer = emulator.Control.Post("authorize", body, Cancelled);
        try
        {
            var members = new JsonObject(answer);
            var form = members.Find("form", JsonKind.Object) is null ? null : AzTokenEmulatorRequest.Fields(members, "form");
            return new AzTokenEmulatorSignInResponse(members.RequiredText("method"), members.RequiredText("uri"), form);
        }
        catch (FormatException exception)
        {
            throw EmulatorControl.Unreadable(exception);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(Hashtable fields) => fields.Cast<DictionaryEntry>()
        .Select(field => new KeyValuePair<string, string>((string)field.Key, Convert.ToString(field.Value, System.Globalization.CultureInfo.InvariantCulture)!));
}
