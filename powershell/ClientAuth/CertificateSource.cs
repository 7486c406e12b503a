using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AzTokenRs.ClientAuth;

/// <summary>Finds the certificate that a parameter names.</summary>
internal static class CertificateSource
{
    private const string FileParameter = "client_certificate_path";

    /// <summary>More than any certificate file has; keeps a wrong path from being read into memory.</summary>
    private const long LargestFile = 1 << 20;

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
        var file = Resolve(path, location);
        var contents = Read(file);
        try
        {
            // Bytes above ASCII come through as such in Latin-1, so a PFX is never taken for PEM or damaged.
            if (Encoding.ASCII.GetString(contents).Contains("-----BEGIN "))
            {
                return new PemProof(Encoding.UTF8.GetChars(contents), password, options);
            }

            return new CertificateProof(OpenPfx(contents, file, password), owned: true, options);
        }
        finally
        {
            Array.Clear(contents, 0, contents.Length);
        }
    }

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
