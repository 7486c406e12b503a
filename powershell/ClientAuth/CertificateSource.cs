using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AzTokenRs.Errors;
using AzTokenRs.Tokens;

namespace AzTokenRs.ClientAuth;

/// <summary>Finds the certificate that a parameter names.</summary>
internal static class CertificateSource
{
    /// <summary>More than any certificate file has; keeps a wrong path from being read into memory.</summary>
    private const long LargestFile = 1 << 20;

    private const string PemBegin = "-----BEGIN ";

    /// <summary>A PFX is longer, and starts with MI: the tag and the length of its DER.</summary>
    private const int LongestBase64Path = 1000;

    /// <summary>
    /// X509KeyStorageFlags.EphemeralKeySet, which netstandard2.0 lacks and .NET Framework 4.7.2 has: the key is kept in
    /// memory and written to no key store.
    /// </summary>
    private const X509KeyStorageFlags EphemeralKeySet = (X509KeyStorageFlags)32;

    /// <summary>A PFX or PEM file.</summary>
    /// <exception cref="AzTokenException">It can't be used.</exception>
    internal static ClientProof FromFile(
        string path, PathIntrinsics location, SecureString? password, CertificateOptions options)
    {
        // A secret of Key Vault is the certificate itself, and no message may show it as a path.
        var isText = IsContents(path);
        var file = isText ? "(text)" : Resolve(path, location, options);
        var contents = isText ? Encoding.UTF8.GetBytes(path) : Read(file, options);
        var text = FileText.Decode(contents);
        byte[]? pfx = null;
        try
        {
            if (FileText.Contains(text, PemBegin))
            {
                // The proof owns its text.
                return new PemProof((char[])text.Clone(), password, options);
            }

            pfx = FileText.FromBase64(text);
            return new CertificateProof(OpenPfx(pfx ?? contents, file, password, options), owned: true, options);
        }
        finally
        {
            Array.Clear(contents, 0, contents.Length);
            Array.Clear(text, 0, text.Length);
            Array.Clear(pfx ?? [], 0, pfx?.Length ?? 0);
        }
    }

    /// <summary>Whether the text of a path is what a file would hold: PEM, or a PFX in base64.</summary>
    private static bool IsContents(string path) =>
        path.Contains(PemBegin)
        || (path.Length > LongestBase64Path && path.TrimStart().StartsWith("MI", StringComparison.Ordinal)
            && FileText.FromBase64(path.ToCharArray()) is not null);

    /// <summary>A certificate in the user's store, else in the machine's.</summary>
    /// <exception cref="AzTokenException">It isn't there, or can't be used.</exception>
    internal static ClientProof FromStore(string thumbprint, CertificateOptions options)
    {
        // What is copied from a certificate's window has blanks and a hidden mark in front.
        var digits = new string(thumbprint.Where(Uri.IsHexDigit).ToArray());
        var certificate = CertificateStores.Find(certificate =>
            string.Equals(certificate.Thumbprint, digits, StringComparison.OrdinalIgnoreCase) ? Keys(certificate) : null)
            ?? throw Refuse(MessageId.CertificateNotFound, options, thumbprint);
        return new CertificateProof(certificate, owned: true, options);
    }

    /// <summary>The newest valid certificate of a subject, so that a renewed one is used without a change to the script.</summary>
    /// <param name="subject">The whole subject (<c>CN=app, O=Contoso</c>) or its common name.</param>
    /// <param name="options">How it is used.</param>
    /// <exception cref="AzTokenException">It isn't there, or can't be used.</exception>
    internal static ClientProof FromSubject(string subject, CertificateOptions options)
    {
        var now = DateTime.Now;
        var certificate = CertificateStores.Find(certificate =>
            certificate.HasPrivateKey && certificate.NotBefore <= now && certificate.NotAfter >= now && HasSubject(certificate, subject)
                ? certificate.NotBefore.Ticks
                : null)
            ?? throw Refuse(MessageId.CertificateSubjectNotFound, options, subject);
        return new CertificateProof(certificate, owned: true, options);
    }

    private static bool HasSubject(X509Certificate2 certificate, string subject) =>
        string.Equals(certificate.Subject, subject, StringComparison.OrdinalIgnoreCase)
        || string.Equals(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), subject, StringComparison.OrdinalIgnoreCase);

    private static long? Keys(X509Certificate2 certificate) => certificate.HasPrivateKey ? 1 : 0;

    private static string Resolve(string path, PathIntrinsics location, CertificateOptions options)
    {
        try
        {
            var file = location.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem"
                ? file
                : throw Refuse(MessageId.CertificatePathInvalid, options, path, $"It belongs to the provider {provider.Name}.");
        }
        catch (Exception exception) when (exception is SessionStateException or ProviderInvocationException or NotSupportedException)
        {
            throw Refuse(MessageId.CertificatePathInvalid, options, path, exception.Message);
        }
    }

    private static byte[] Read(string file, CertificateOptions options)
    {
        try
        {
            return new FileInfo(file).Length <= LargestFile
                ? File.ReadAllBytes(file)
                : throw Refuse(MessageId.CertificateFileTooLarge, options, file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refuse(MessageId.CertificateFileNotFound, options, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SecurityException)
        {
            throw Refuse(MessageId.CertificateFileUnreadable, options, file, exception.Message);
        }
    }

    private static X509Certificate2 OpenPfx(byte[] contents, string file, SecureString? password, CertificateOptions options)
    {
        // macOS has no keys outside a keychain, and refuses the flag; .NET makes a temporary keychain there.
        var flags = RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? X509KeyStorageFlags.DefaultKeySet : EphemeralKeySet;
        try
        {
            return new X509Certificate2(contents, password, flags);
        }
        catch (CryptographicException)
        {
            var id = password is null ? MessageId.CertificateFileInvalid : MessageId.CertificatePasswordInvalid;
            throw Refuse(id, options, file);
        }
    }

    private static AzTokenException Refuse(MessageId id, CertificateOptions options, params object?[] details) =>
        AzTokenException.InCall(id, options.Parameter, [options.Parameter, .. details]);
}
