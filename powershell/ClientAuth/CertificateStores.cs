using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AzTokenRs.ClientAuth;

/// <summary>The store My of the current user, then of the local machine.</summary>
internal static class CertificateStores
{
    private static readonly StoreLocation[] s_locations = [StoreLocation.CurrentUser, StoreLocation.LocalMachine];

    /// <summary>The certificate with the highest rank in the first store that has one; the caller disposes of it.</summary>
    /// <param name="rank">Null for a certificate that doesn't match.</param>
    internal static X509Certificate2? Find(Func<X509Certificate2, long?> rank)
    {
        foreach (var location in s_locations)
        {
            var certificates = Open(location);
            var found = certificates.Select(certificate => (certificate, rank: rank(certificate)))
                .Where(candidate => candidate.rank is not null)
                .OrderByDescending(candidate => candidate.rank)
                .Select(candidate => candidate.certificate)
                .FirstOrDefault();
            foreach (var other in certificates.Where(certificate => certificate != found))
            {
                other.Dispose();
            }

            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>What certificates there are, for completion.</summary>
    internal static CertificateFacts[] WithPrivateKey() => [.. s_locations.SelectMany(Facts)];

    private static CertificateFacts[] Facts(StoreLocation location)
    {
        var certificates = Open(location);
        try
        {
            return [.. certificates.Where(certificate => certificate.HasPrivateKey).Select(certificate => new CertificateFacts(certificate))];
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static X509Certificate2[] Open(StoreLocation location)
    {
        using var store = new X509Store(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return [.. store.Certificates.Cast<X509Certificate2>()];
        }
        catch (CryptographicException)
        {
            // The store doesn't exist: Linux has none for the machine, a new user none at all.
            return [];
        }
    }
}
