using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AzTokenRs.Errors;
using AzTokenRs.Json;
using AzTokenRs.Operations;

namespace AzTokenRs.ClientAuth;

/// <summary>A certificate that signs here, through .NET: its key is never exported and may be in a store or on a card.</summary>
internal sealed class CertificateProof : ClientProof
{
    private const string Pss = "PS256";
    private const string Pkcs1 = "RS256";

    private readonly X509Certificate2? _owned;
    private readonly RSA _key;
    private readonly string _encoded;
    private readonly bool _sendChain;
    private readonly string? _algorithm;

    /// <param name="certificate">The certificate with its private key. What is needed of it is copied.</param>
    /// <param name="owned">Whether this object disposes of it.</param>
    /// <param name="options">How it is used.</param>
    /// <exception cref="AzTokenException">It can't be used.</exception>
    internal CertificateProof(X509Certificate2 certificate, bool owned, CertificateOptions options)
    {
        _owned = owned ? certificate : null;
        _sendChain = options.SendChain;
        if (certificate.Handle == IntPtr.Zero)
        {
            throw Refuse(MessageId.CertificateDisposed, options);
        }

        Check(certificate, DateTime.Now, options);
        _key = PrivateKey(certificate, options);

        // PS256 is the native library's default, which gives AD FS RS256.
        var algorithm = TryToSign(_key, options);
        _algorithm = options.Algorithm is null && algorithm == Pss ? null : algorithm;
        _encoded = Convert.ToBase64String(certificate.RawData);
        Certificate = new CertificateFacts(certificate);
    }

    /// <inheritdoc/>
    internal override string Kind => "Certificate";

    /// <inheritdoc/>
    internal override CertificateFacts Certificate { get; }

    private protected override void Release()
    {
        _key.Dispose();
        _owned?.Dispose();
    }

    /// <inheritdoc/>
    internal override Reply Answer(QuestionEvent question, string? tenant)
    {
        if (question is not SignQuestion sign)
        {
            return base.Answer(question, tenant);
        }

        try
        {
            // One credential may serve several runspaces, and a key is for one thread at a time.
            lock (_key)
            {
                return Reply.Answer(Base64Url(Sign(_key, sign.Algorithm, Encoding.ASCII.GetBytes(sign.Data))));
            }
        }
        catch (Exception exception) when (exception is CryptographicException or ObjectDisposedException)
        {
            return Reply.Refuse(Messages.Text(MessageId.SignatureFailed, sign.Algorithm, exception.Message));
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
        json.Write([_encoded]);
        json.Member("send_chain", _sendChain);
        if (_algorithm is not null)
        {
            json.Member("algorithm", _algorithm);
        }
    }

    private static void Check(X509Certificate2 certificate, DateTime now, CertificateOptions options)
    {
        using var publicKey = certificate.GetRSAPublicKey()
            ?? throw Refuse(MessageId.CertificateKeyUnsupported, options);
        if (publicKey.KeySize is < 2048 or > 4096)
        {
            throw Refuse(MessageId.CertificateKeySizeUnsupported, options, publicKey.KeySize);
        }

        if (certificate.NotAfter < now)
        {
            throw Refuse(MessageId.CertificateExpired, options, Date(certificate.NotAfter));
        }

        if (certificate.NotBefore > now)
        {
            throw Refuse(MessageId.CertificateNotYetValid, options, Date(certificate.NotBefore));
        }
    }

    private static RSA PrivateKey(X509Certificate2 certificate, CertificateOptions options)
    {
        if (!certificate.HasPrivateKey)
        {
            throw Refuse(MessageId.CertificateKeyMissing, options);
        }

        try
        {
            return certificate.GetRSAPrivateKey() ?? throw Refuse(MessageId.CertificateKeyUnsupported, options);
        }
        catch (CryptographicException exception)
        {
            throw Refuse(MessageId.CertificateKeyUnusable, options, exception.Message);
        }
    }

    // A key may be there and still not sign: that is found out now, not after the user has signed in.
    private static string TryToSign(RSA key, CertificateOptions options)
    {
        try
        {
            var algorithm = options.Algorithm ?? BestAlgorithm(key);
            if (algorithm != Pss || options.Algorithm is not null)
            {
                Sign(key, algorithm, [0]);
            }

            return algorithm;
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException)
        {
            key.Dispose();
            throw Refuse(MessageId.CertificateKeyUnusable, options, exception.Message);
        }
    }

    private static byte[] Sign(RSA key, string algorithm, byte[] data) => key.SignData(
        data, HashAlgorithmName.SHA256, algorithm == Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

    private static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static AzTokenException Refuse(MessageId id, CertificateOptions options, object? detail = null) =>
        AzTokenException.InCall(id, options.Parameter, options.Parameter, detail);
}
