using System;
using System.Globalization;
using System.Management.Automation;
using System.Security;

namespace AzTokenRs;

/// <summary>
/// What PowerShell makes of an AzToken that has been through a job, remoting or Export-Clixml: an object with the same
/// properties and another type, whose secrets are SecureStrings.
/// </summary>
internal static class DeserializedToken
{
    private const string TypeName = "Deserialized.AzTokenRs.AzToken";

    /// <summary>The AzToken that the object was, as far as its use needs it; null for anything else.</summary>
    internal static AzToken? Restore(object? value)
    {
        if (value is not PSObject bag || !bag.TypeNames.Contains(TypeName))
        {
            return null;
        }

        return new AzToken(Secret(bag, nameof(AzToken.SecureToken)), Text(bag, nameof(AzToken.TokenType)), Time(bag, nameof(AzToken.ExpiresOn)))
        {
            Identity = Text(bag, nameof(AzToken.Identity)),
            TenantId = Text(bag, nameof(AzToken.TenantId)),
            Resource = Text(bag, nameof(AzToken.Resource)),
            RefreshTokenText = Secret(bag, nameof(AzToken.SecureRefreshToken)),
            IdTokenText = Secret(bag, nameof(AzToken.SecureIdToken)),
            ClientId = Text(bag, nameof(AzToken.ClientId)),
            Authority = Text(bag, nameof(AzToken.Authority)),
            FamilyId = Text(bag, nameof(AzToken.FamilyId)),
        };
    }

    private static string? Text(PSObject bag, string name) => bag.Properties[name]?.Value as string;

    private static string? Secret(PSObject bag, string name) =>
        bag.Properties[name]?.Value is SecureString secret ? SecureText.Plain(secret) : null;

    // A DateTimeOffset comes back as an object with its text, written in the invariant culture.
    private static DateTimeOffset? Time(PSObject bag, string name) =>
        DateTimeOffset.TryParse(bag.Properties[name]?.Value?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
}
