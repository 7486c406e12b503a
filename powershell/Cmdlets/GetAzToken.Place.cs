using System;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// Where a request goes and as which client, which an object from the pipeline may know: a refresh token or a code is valid
/// at one authority, for one client. Explicit parameters override it.
/// </summary>
public sealed partial class GetAzToken
{
    private string? KnownAuthority => Renewed?.Authority ?? AuthorizationUri?.Authority;

    private string? KnownClientId => Renewed?.ClientId ?? AuthorizationUri?.ClientId;

    /// <summary>
    /// Authority and tenant: those given, else those of the object. Its authority has a tenant of its own, which may be
    /// another name of <see cref="AzToken.TenantId"/>.
    /// </summary>
    private (string? Authority, string? Tenant) Place()
    {
        if (KnownAuthority is not { } known || Authority is not null || Cloud is not null)
        {
            return (Authority, Tenant);
        }

        return IsOnCommandLine(nameof(Tenant)) ? (HostOf(known), Tenant) : (known, null);
    }

    // Only a tenant is taken off: AD FS and the policies of B2C are paths that belong to the host.
    private static string HostOf(string authority)
    {
        var uri = new Uri(authority);
        var isTenant = uri.Segments.Length == 2 && uri.Segments[1] != "adfs";
        return isTenant ? uri.GetLeftPart(UriPartial.Authority) : authority;
    }
}
