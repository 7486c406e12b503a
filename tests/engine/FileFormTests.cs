using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Certificates, keys and key sets in the forms that Windows, Key Vault and pipelines write them.</summary>
public sealed class FileFormTests(Emulator emulator) : GrantTests(emulator), IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aztoken-forms-");

    public static TheoryData<string> Encodings { get; } =
        ["utf-8", "utf-8-mark", "utf-16", "utf-16-mark", "utf-16BE-mark", "one-line", "crlf", "escaped", "no-last-line-end"];

    /// <inheritdoc/>
    public new Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_PEM_file_in_any_encoding(string encoding)
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        foreach (var file in new[] { "client.pkcs1.pem", "client.encrypted.pem" })
        {
            var path = Write(file, Encoded(await File.ReadAllTextAsync(TestKeys.File(file)), encoding));
            var password = file.Contains("encrypted", StringComparison.Ordinal) ? $"-CertificatePassword {TestKeys.Password}" : string.Empty;
            await TokenAsync($"Get-AzToken {App} -ClientCertificatePath '{path}' {password}", TestKeys.Password);
        }
    }

    [Theory]
    [InlineData("utf-8", 76)]
    [InlineData("utf-8-mark", 100_000)]
    [InlineData("utf-16-mark", 64)]
    public async Task A_PFX_as_base64_text_as_Key_Vault_hands_it_out(string encoding, int width)
    {
        await Emulator.RegisterCertificateAsync(Emulator.App);
        var base64 = Convert.ToBase64String(await File.ReadAllBytesAsync(TestKeys.Pfx));
        var lines = string.Join("\r\n", base64.Chunk(width).Select(line => new string(line)));
        var path = Write("app.txt", Encoded(lines, encoding));
        var token = $"Get-AzToken {App} -CertificatePassword {TestKeys.Password} -ClientCertificatePath";
        await TokenAsync($"{token} '{path}'", TestKeys.Password, base64[..40]);

        // The text itself, as it comes from a variable.
        Session.SetVariable("secret", lines);
        await TokenAsync($"{token} $secret", TestKeys.Password, base64[..40]);
        Session.SetVariable("secret", await File.ReadAllTextAsync(TestKeys.Encrypted));
        await TokenAsync($"{token} $secret", TestKeys.Password);
    }

    [Fact]
    public async Task A_certificate_as_text_is_never_shown_as_a_path()
    {
        var base64 = Convert.ToBase64String(await File.ReadAllBytesAsync(TestKeys.Pfx));
        Session.SetVariable("secret", base64);
        using var run = Session.Start($"Get-AzToken {App} -ClientCertificatePath $secret -CertificatePassword wrong");
        await run.ErrorAsync();
        Assert.DoesNotContain(base64[..40], run.Everything(), StringComparison.Ordinal);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_key_set_in_any_encoding(string encoding)
    {
        if (encoding is "escaped" or "one-line")
        {
            return;
        }

        using var issuer = new TestIssuer();
        var json = issuer.Jwks.Replace(",", ",\n", StringComparison.Ordinal) + "\n";
        Session.SetVariable("text", issuer.Sign(TestIssuer.Claims()));
        Session.SetVariable("path", Write("keys.json", Encoded(json, encoding)));
        Session.SetVariable("json", "\uFEFF" + json);
        foreach (var jwks in new[] { "$path", "$json" })
        {
            var result = Assert.Single(Session.Invoke($"Test-AzToken $text -Jwks {jwks} -Audience {TestIssuer.Audience} -Tenant {TestIssuer.Tenant}"));
            Assert.Equal(true, result.BaseObject);
        }
    }

    private static byte[] Encoded(string text, string encoding) => encoding switch
    {
        "utf-8-mark" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
        "utf-16" => Encoding.Unicode.GetBytes(text),
        "utf-16-mark" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
        "utf-16BE-mark" => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)],
        "one-line" => Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ")),
        "crlf" => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")),
        "escaped" => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\\n")),
        "no-last-line-end" => Encoding.UTF8.GetBytes(text.TrimEnd()),
        _ => Encoding.UTF8.GetBytes(text),
    };

    private string Write(string name, byte[] contents)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, contents);
        return path;
    }
}
