using System;
using System.Linq;
using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Gets the requests that a local Entra ID has received.</summary>
[Cmdlet(VerbsCommon.Get, "AzTokenEmulatorRequest")]
[OutputType(typeof(AzTokenEmulatorRequest))]
public sealed class GetAzTokenEmulatorRequest : EmulatorClientCmdlet
{
    /// <summary>Only requests with this path; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [NoTokenTransform]
    public string? Path { get; set; }

    /// <summary>Only requests of this client.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientId { get; set; }

    /// <summary>Whether the emulator forgets all requests afterwards.</summary>
    [Parameter]
    public SwitchParameter Clear { get; set; }

    private protected override void Process()
    {
        var emulator = Target();
        var answer = emulator.Control.Get("requests", Cancelled);
        AzTokenEmulatorRequest[] requests;
        try
        {
            requests = answer.Elements().Select(AzTokenEmulatorRequest.Read).ToArray();
        }
        catch (FormatException exception)
        {
            throw EmulatorControl.Unreadable(exception);
        }

        if (Clear)
        {
            emulator.Control.Delete("requests", Cancelled);
        }

        var path = Path is null ? null : new WildcardPattern(Path, WildcardOptions.IgnoreCase);
        foreach (var request in requests)
        {
            if (path?.IsMatch(request.Path) != false && IsOfClient(request))
            {
                WriteObject(request);
            }
        }
    }

    private bool IsOfClient(AzTokenEmulatorRequest request) =>
        ClientId is null || string.Equals(ClientId, request.ClientId, StringComparison.OrdinalIgnoreCase);
}
