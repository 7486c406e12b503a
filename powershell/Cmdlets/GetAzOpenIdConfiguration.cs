using System.Management.Automation;
using AzTokenRs.Json;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Gets what an authority says of itself: its endpoints, its issuer, and so a tenant's ID.</summary>
[Cmdlet(VerbsCommon.Get, "AzOpenIdConfiguration")]
[OutputType(OutputTypeName)]
public sealed class GetAzOpenIdConfiguration : AuthorityCmdlet
{
    private const string OutputTypeName = "AzTokenRs.OpenIdConfiguration";

    /// <summary>The tenants to ask about.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("TenantId")]
    [AllowNull]
    [AllowEmptyString]
    [TenantTransform]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>Which of the two documents of an authority.</summary>
    [Parameter]
    [ValidateSet("1.0", "2.0")]
    [NoTokenTransform]
    public string? Version { get; set; }

    /// <summary>Any object with properties for other parameters.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (RefusedInput(Tenant) is { } refusal)
        {
            Report(refusal, null);
            return;
        }

        using var request = NewRequest(NativeMethods.aztoken_openid_configuration, Tenant);
        request.Parameters.Add("version", Version);
        Submit(request, Tenant);
    }

    private protected override object FromResult(JsonObject result)
    {
        var output = new PSObject();
        output.TypeNames.Insert(0, OutputTypeName);
        output.Properties.Add(new PSNoteProperty("TenantId", result.Text("tenant_id")));
        JsonObjects.AddMembers(output, result.RequiredObject("document"));
        return output;
    }
}
