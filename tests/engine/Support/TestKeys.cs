using System.Security.Cryptography.X509Certificates;

namespace AzTokenRs.EngineTests.Support;

/// <summary>The public certificate and key of tests/keys, in every form.</summary>
internal static class TestKeys
{
    internal const string Password = "test-password";

    internal static string Pfx { get; } = File("client.pfx");

    internal static string Pkcs8 { get; } = File("client.pkcs8.pem");

    internal static string Encrypted { get; } = File("client.encrypted.pem");

    /// <summary>With its key.</summary>
    internal static X509Certificate2 Certificate { get; } = X509CertificateLoader.LoadPkcs12FromFile(Pfx, Password);

    internal static string File(string name) => Repository.File("tests", "keys", name);
}
