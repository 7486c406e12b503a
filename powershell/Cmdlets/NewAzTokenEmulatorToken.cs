using System;
using System.Collections;
using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Json;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Makes a token of a local Entra ID without a sign-in, right or wrong as a test needs it.</summary>
[Cmdlet(VerbsCommon.New, "AzTokenEmulatorToken")]
[OutputType(typeof(AzToken))]
public sealed class NewAzTokenEmulatorToken : EmulatorClientCmdlet
{
    /// <summary>The API that the token is for, by its URI or ID.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Audience { get; set; }

    /// <summary>The client that the token is issued to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientId { get; set; }

    /// <summary>The user. Without one, it is an app's own token.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Username { get; set; }

    /// <summary>The tenant that issues the token.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Tenant { get; set; }

    /// <summary>Delegated permissions.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    public string[]? Scope { get; set; }

    /// <summary>App roles.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    public string[]? Role { get; set; }

    /// <summary>Claims to add or to replace; null removes one.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    public Hashtable? Claim { get; set; }

    /// <summary>How long the token is valid; negative for one that has expired.</summary>
    [Parameter]
    [NoTokenTransform]
    public int LifetimeSeconds { get; set; }

    /// <summary>What is wrong with the token.</summary>
    [Parameter]
    [ValidateSet("Expired", "NotYetValid", "WrongAudience", "WrongIssuer", "BadSignature", "UnknownKey")]
    [NoTokenTransform]
    public string? Defect { get; set; }

    private protected override void Process()
    {
        var emulator = Target();
        using var body = new JsonWriter();
        body.BeginObject();
        body.Member("base", emulator.Authority);
        Member(body, "audience", Audience);
        Member(body, "client_id", ClientId);
        Member(body, "username", Username);
        Member(body, "tenant", Tenant);
        Member(body, "scopes", Scope);
        Member(body, "roles", Role);
        Member(body, "claims", Claim);
        Member(body, "lifetime_seconds", MyInvocation.BoundParameters.ContainsKey(nameof(LifetimeSeconds)) ? LifetimeSeconds : null);
        Member(body, "defect", AddAzTokenEmulatorFault.SnakeCase(Defect));
        body.EndObject();
        var answer = emulator.Control.Post("tokens", body, Cancelled);
        try
        {
            WriteObject(Token(new JsonObject(answer)));
        }
        catch (FormatException exception)
        {
            throw EmulatorControl.Unreadable(exception);
        }
    }

    private static AzToken Token(JsonObject answer)
    {
        var claims = new JsonObject(answer.RequiredObject("claims"));
        var expiresOn = DateTimeOffset.FromUnixTimeSeconds(claims.Integer("exp") ?? 0).ToLocalTime();
        return new AzToken(answer.RequiredText("token"), "Bearer", expiresOn)
        {
            ClientId = claims.Text("azp") ?? claims.Text("appid"),
            Scopes = claims.Text("scp")?.Split(' ') ?? claims.Texts("roles"),
        };
    }

    private static void Member(JsonWriter body, string name, object? value)
    {
        if (value is not null)
        {
            body.Name(name);
            ObjectJson.Write(body, value);
        }
    }
}
