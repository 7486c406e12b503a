using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AzTokenRs.ClientAuth;

/// <summary>What a certificate says openly.</summary>
internal sealed class CertificateFacts
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    internal CertificateFacts(X509Certificate2 certificate)
    {
        Subject = certificate.Subject;
        Thumbprint = certificate.Thumbprint;
        NotAfter = certificate.NotAfter;
    }

    internal string Subject { get; }

    internal string Thumbprint { get; }

    internal DateTime NotAfter { get; }

    internal string Description => FormattableString.Invariant($"{Subject}, expires {NotAfter:yyyy-MM-dd}");

    /// <summary>The first certificate of a PEM text; null if there is none that can be read.</summary>
    internal static CertificateFacts? OfPem(char[] pem)
    {
        var start = IndexOf(pem, Begin, 0);
        var end = start < 0 ? -1 : IndexOf(pem, End, start);
        if (end < 0)
        {
            return null;
        }

        start += Begin.Length;
        try
        {
            using var certificate = new X509Certificate2(Convert.FromBase64CharArray(pem, start, end - start));
            return new CertificateFacts(certificate);
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            // The native library says what is wrong with it.
            return null;
        }
    }

    private static int IndexOf(char[] text, string searched, int from)
    {
        for (var index = from; index <= text.Length - searched.Length; index++)
        {
            var length = 0;
            while (length < searched.Length && text[index + length] == searched[length])
            {
                length++;
            }

            if (length == searched.Length)
            {
                return index;
            }
        }

        return -1;
    }
}
