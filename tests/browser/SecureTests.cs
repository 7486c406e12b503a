using AzTokenRs.BrowserTests.Support;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.BrowserTests;

/// <summary>From pages over HTTPS, as the service has them, back to the plain HTTP of the listener.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class SecureTests(Emulator emulator, Chromium chromium) : ChromiumTests(emulator, chromium)
{
    [Theory]
    [InlineData("form_post")]
    [InlineData("query")]
    [InlineData("fragment")]
    public async Task Signs_in_by_every_mode(string mode)
    {
        using var secure = new Emulator("--https");
        await using var person = await PersonAsync();
        // The environment belongs to the process, and so to the tests that follow.
        Session.SetVariable("env:SSL_CERT_FILE", secure.CertificateAuthority);
        try
        {
            var token = await SignInAsync(
                person,
                $"Get-AzToken -Interactive -Authority {secure.Https} -Tenant {Emulator.Contoso} -ResponseMode {mode}",
                () => person.SignInAsync());

            Assert.Equal(Emulator.User, token.Identity);
            Assert.StartsWith(secure.Https, token.Authority, StringComparison.Ordinal);
        }
        finally
        {
            Session.SetVariable("env:SSL_CERT_FILE", null);
        }
    }
}
