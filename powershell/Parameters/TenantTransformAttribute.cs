using System;
using System.Collections;
using System.Management.Automation;
using System.Security;

namespace AzTokenRs.Parameters;

/// <summary>
/// Takes an AzToken, or the address that a code was got at, as its tenant. It must not be refused here: PowerShell names the object from the pipeline in the
/// error of a failed binding, by its ToString(), which is the token.
/// </summary>
internal sealed class TenantTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>Stands for a token whose tenant is not known. No tenant has such a name.</summary>
    internal const string Unknown = "<unknown>";

    private static readonly NoTokenTransformAttribute s_others = new();

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value switch
        {
            AzToken token => token.TenantId ?? Unknown,
            AzAuthorizationUri uri => uri.Tenant,
            string or Guid or IEnumerable or SecureString or null => s_others.Transform(engineIntrinsics, inputData),
            _ => throw NoTenant(value),
        };
    }

    // An object of the pipeline with, say, a refresh token: its text would name every property. The inner exception tells
    // PowerShell that the object doesn't fit here, and may fit elsewhere.
    private static ArgumentTransformationMetadataException NoTenant(object value)
    {
        var message = $"Give a tenant by its ID or domain name; this is a {value.GetType().FullName}.";
        return new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message));
    }
}
