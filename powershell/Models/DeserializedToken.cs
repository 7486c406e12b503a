using System;
using System.Management.Automation;

namespace AzTokenRs;

/// <summary>
/// What PowerShell makes of an AzToken that has been through a job, remoting or Export-Clixml: an object with the same
/// properties and another type.
/// </summary>
internal static class DeserializedToken
{
    private const string TypeName = "Deserialized.AzTokenRs.AzToken";

    /// <summary>The AzToken that the object was, as far as its renewal needs it; null for anything else.</summary>
    internal static AzToken? Restore(object? value)
    {
        if (value is not PSObject bag || !bag.TypeNames.Contains(TypeName))
        {
            return null;
        }

        return new AzToken(Text(bag, nameof(AzToken.Token)), Text(bag, nameof(AzToken.TokenType)), DateTimeOffset.MinValue)
        {
            Identity = Text(bag, nameof(AzToken.Identity)),
            TenantId = Text(bag, nameof(AzToken.TenantId)),
            RefreshToken = Text(bag, nameof(AzToken.RefreshToken)),
            IdToken = Text(bag, nameof(AzToken.IdToken)),
            ClientId = Text(bag, nameof(AzToken.ClientId)),
            Authority = Text(bag, nameof(AzToken.Authority)),
            FamilyId = Text(bag, nameof(AzToken.FamilyId)),
        };
    }

    private static string? Text(PSObject bag, string name) => bag.Properties[name]?.Value as string;
}
