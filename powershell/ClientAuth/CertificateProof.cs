using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AzTokenRs.Json;
using AzTokenRs.Operations;

namespace AzTokenRs.ClientAuth;

/// <summary>A certificate that signs here, through .NET: its key is never exported and may lie in a store or on a card.</summary>
internal sealed class CertificateProof : ClientProof
{
    private const string Pss = "PS256";
    private const string Pkcs1 = "RS256";

    private readonly X509Certificate2 _certificate;
    private readonly bool _owned;
    private readonly RSA _key;
    private readonly bool _sendChain;
    private readonly string _algorithm;

    /// <param name="certificate">The certificate with its private key.</param>
    /// <param name="owned">Whether it is this object's to dispose of.</param>
    /// <param name="options">How it is used.</param>
    /// <exception cref="AzTokenException">It can't be used.</exception>
    internal CertificateProof(X509Certificate2 certificate, bool owned, CertificateOptions options)
    {
        _certificate = certificate;
        _owned = owned;
        _sendChain = options.SendChain;
        _key = UsableKey(certificate, DateTime.Now);
        _algorithm = options.Algorithm ?? BestAlgorithm(_key);
    }

    private protected override void Release()
    {
        _key.Dispose();
        if (_owned)
        {
            _certificate.Dispose();
        }
    }

    /// <inheritdoc/>
    internal override Reply Answer(QuestionEvent question)
    {
        if (question is not SignQuestion sign)
        {
            return base.Answer(question);
        }

        try
        {
            return Reply.Answer(Base64Url(Sign(_key, sign.Algorithm, Encoding.ASCII.GetBytes(sign.Data))));
        }
        catch (CryptographicException exception)
        {
            return Reply.Refuse($"The certificate's key could not sign by {sign.Algorithm}: {exception.Message}");
        }
    }

    /// <summary>
    /// PS256, which Microsoft recommends, if the key can do it: keys of old cryptographic providers and some cards can't,
    /// which only trying tells.
    /// </summary>
    internal static string BestAlgorithm(RSA key)
    {
        try
        {
            Sign(key, Pss, [0]);
            return Pss;
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException)
        {
            return Pkcs1;
        }
    }

    private protected override void WriteMembers(JsonWriter json)
    {
        json.Member("kind", "external_certificate");
        json.Name("certificates");
        json.Write([Convert.ToBase64String(_certificate.RawData)]);
        json.Member("send_chain", _sendChain);
        json.Member("algorithm", _algorithm);
    }

    private static RSA UsableKey(X509Certificate2 certificate, DateTime now)
    {
        using var publicKey = certificate.GetRSAPublicKey();
        if (publicKey is null)
        {
            throw Refuse("its key is not an RSA key; the service takes RSA keys only.");
        }

        if (publicKey.KeySize is < 2048 or > 4096)
        {
            throw Refuse(FormattableString.Invariant($"its key has {publicKey.KeySize} bits; it must be RSA of 2048 to 4096 bits."));
        }

        if (certificate.NotAfter < now)
        {
            throw Refuse($"it expired on {Date(certificate.NotAfter)}. Make a new one, and upload it to the app.");
        }

        if (certificate.NotBefore > now)
        {
            throw Refuse($"it is valid from {Date(certificate.NotBefore)} only. Check this machine's clock.");
        }

        return PrivateKey(certificate);
    }

    private static RSA PrivateKey(X509Certificate2 certificate)
    {
        if (!certificate.HasPrivateKey)
        {
            throw Refuse("it has no private key, so it can't sign. Give the one with the key, such as a PFX file.");
        }

        try
        {
            return certificate.GetRSAPrivateKey() ?? throw Refuse("its private key is not an RSA key.");
        }
        catch (CryptographicException exception)
        {
            throw Refuse($"its private key can't be used: {exception.Message}");
        }
    }

    private static byte[] Sign(RSA key, string algorithm, byte[] data) => key.SignData(
        data, HashAlgorithmName.SHA256, algorithm == Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

    private static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static AzTokenException Refuse(string problem) =>
        AzTokenException.InvalidParameter("client_certificate", problem);
}
