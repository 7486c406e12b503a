using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AzTokenRs.Tokens;

namespace AzTokenRs.ClientAuth;

/// <summary>Finds the certificate that a parameter names.</summary>
internal static class CertificateSource
{
    private const string FileParameter = "client_certificate_path";

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
        var file = isText ? "(text)" : Resolve(path, location);
        var contents = isText ? Encoding.UTF8.GetBytes(path) : Read(file);
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
            return new CertificateProof(OpenPfx(pfx ?? contents, file, password), owned: true, options);
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

    /// <summary>A certificate in the user's store, otherwise in the machine's.</summary>
    /// <exception cref="AzTokenException">It isn't there, or can't be used.</exception>
    internal static ClientProof FromStore(string thumbprint, CertificateOptions options)
    {
        // What is copied from a certificate's window has blanks and a hidden mark in front.
        var digits = new string(thumbprint.Where(Uri.IsHexDigit).ToArray());
        var certificate = Find(digits, StoreLocation.CurrentUser) ?? Find(digits, StoreLocation.LocalMachine);
        return certificate is null
            ? throw AzTokenException.InvalidParameter(
                "certificate_thumbprint",
                $"no certificate with the thumbprint '{thumbprint}' is in the user's or the machine's store 'My'.")
            : new CertificateProof(certificate, owned: true, options);
    }

    private static string Resolve(string path, PathIntrinsics location)
    {
        try
        {
            var file = location.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem" ? file : throw Refuse($"'{path}' is not a path of the file system.");
        }
        catch (Exception exception) when (exception is SessionStateException or ProviderInvocationException or NotSupportedException)
        {
            throw Refuse($"'{path}' is not a path: {exception.Message}");
        }
    }

    private static byte[] Read(string file)
    {
        try
        {
            return new FileInfo(file).Length <= LargestFile
                ? File.ReadAllBytes(file)
                : throw Refuse($"the file '{file}' is too large to be a certificate.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SecurityException)
        {
            throw Refuse($"the file '{file}' can't be read: {exception.Message}");
        }
    }

    private static X509Certificate2 OpenPfx(byte[] contents, string file, SecureString? password)
    {
        // macOS has no keys outside a keychain, and refuses the flag; .NET makes a temporary keychain there.
        var flags = RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? X509KeyStorageFlags.DefaultKeySet : EphemeralKeySet;
        try
        {
            return new X509Certificate2(contents, password, flags);
        }
        catch (CryptographicException)
        {
            throw Refuse(password is null
                ? $"the file '{file}' can't be opened: it is neither PFX nor PEM, or needs -CertificatePassword."
                : $"the file '{file}' can't be opened: the password is wrong, or it is neither PFX nor PEM.");
        }
    }

    private static X509Certificate2? Find(string thumbprint, StoreLocation location)
    {
        using var store = new X509Store(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException)
        {
            // There is no such store here: Linux has none for the machine, a new user none at all.
            return null;
        }

        var found = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false)
            .Cast<X509Certificate2>().OrderByDescending(certificate => certificate.HasPrivateKey).ToArray();
        foreach (var other in found.Skip(1))
        {
            other.Dispose();
        }

        return found.FirstOrDefault();
    }

    private static AzTokenException Refuse(string problem) => AzTokenException.InvalidParameter(FileParameter, problem);
}
