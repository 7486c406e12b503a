using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>What the cmdlets that read tokens take as one, what they refuse, and what they never show.</summary>
public sealed class TokenInputTests : IDisposable
{
    private readonly EngineSession _session = new();
    private readonly TestIssuer _issuer = new();
    private readonly string _text;

    /// <summary>Makes a good token in several forms.</summary>
    public TokenInputTests()
    {
        _text = _issuer.Sign(TestIssuer.Claims());
        _session.SetVariable("text", _text);
        _session.SetVariable("jwks", _issuer.Jwks);
        _session.SetVariable("token", new AzToken(_text, "Bearer", DateTimeOffset.Now.AddHours(1)));
        _session.SetVariable("secure", new NetworkCredential(string.Empty, $" bearer  {_text}\r\n").SecurePassword);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _issuer.Dispose();
        _session.Dispose();
    }

    public static TheoryData<string, string, string> Arguments()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var cmdlet in new[] { "Test-AzToken", "Get-AzOpenIdConfiguration" })
        {
            foreach (var (name, contract) in ParameterTable.Of(cmdlet))
            {
                // What may come from the pipeline is refused by the cmdlet: WrongPlaceTests.
                if (contract.Pipeline is not null || contract.Type.EndsWith("SwitchParameter", StringComparison.Ordinal))
                {
                    continue;
                }

                data.Add(cmdlet, name, "$secure");
                data.Add(cmdlet, name, "$token");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task A_token_is_refused_where_none_is_meant(string cmdlet, string parameter, string value)
    {
        var first = cmdlet == "Test-AzToken" ? "$text" : string.Empty;
        using var run = _session.Start($"{cmdlet} {first} -{parameter} {value}");
        var error = await run.ErrorAsync();

        Assert.Equal(parameter, Assert.IsAssignableFrom<ParameterBindingException>(error.Exception).ParameterName);
        AssertNotShown(run.Everything());
    }

    [Theory]
    [InlineData("$secure")]
    [InlineData("\" Bearer $text `r`n\"")]
    [InlineData("$token")]
    [InlineData("[pscustomobject]@{ token_type = 'Bearer'; access_token = $text }")]
    [InlineData("[pscustomobject]@{ Token = $secure; UserId = 'user' }")]
    public void Both_cmdlets_take_every_form_and_several_at_once(string form)
    {
        const string keys = $"-Jwks $jwks -Audience {TestIssuer.Audience} -Tenant {TestIssuer.Tenant}";
        Assert.Equal([true, true], Values($"$form = {form}; Test-AzToken $form, $form {keys}"));
        Assert.Equal([true], Values($"$form | Test-AzToken {keys}"));
        Assert.Equal(["o", "o"], Values("ConvertFrom-AzToken $form, $form | ForEach-Object { $_.Claims.oid }"));
        Assert.Equal(["o"], Values("($form | ConvertFrom-AzToken).Claims.oid"));
    }

    [Theory]
    [InlineData("ConvertFrom-AzToken", "42", "System.Int32")]
    [InlineData("ConvertFrom-AzToken", "([pscustomobject]@{ Secret = $text })", "a string, a SecureString or an AzToken")]
    [InlineData("ConvertFrom-AzToken", "($text * 2000)", "1 MiB")]
    [InlineData("ConvertFrom-AzToken", "$null", "empty")]
    [InlineData("Test-AzToken", "42", "System.Int32")]
    [InlineData("Test-AzToken", "($text * 2000)", "1 MiB")]
    [InlineData("Test-AzToken", "$null", "empty")]
    public async Task What_is_no_token_is_refused_in_words(string cmdlet, string value, string words)
    {
        using var run = _session.Start($"{cmdlet} {value}");
        var error = await run.ErrorAsync();

        var exception = Assert.IsType<AzTokenException>(error.Exception);
        Assert.Equal("invalid_token", exception.Error);
        exception.AssertNames("token");
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        AssertNotShown(run.Everything());
    }

    [Fact]
    public void The_views_of_a_verdict_tell_every_check_and_show_no_token()
    {
        _session.Invoke("Test-AzToken $text api://another -Jwks $jwks -Detailed | ForEach-Object Report | Out-Default; (Test-AzToken $text -Jwks $jwks -Detailed).Checks | Out-Default");
        Assert.Contains("Audience failed: The audience is api://sample;", Shown(), StringComparison.Ordinal);
        Assert.Contains("IssuedAt passed: ", Shown(), StringComparison.Ordinal);
        Assert.Contains("Detail", Shown(), StringComparison.Ordinal);
        AssertNotShown(string.Empty);
    }

    [Fact]
    public void Explained_values_have_meanings_too()
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims(
            ("azpacr", "1"), ("amr", new[] { "pwd", "mfa" }), ("wids", "62e90394-69f5-4237-9190-012177145e10"), ("aud", "https://graph.microsoft.com/"))));
        Assert.Equal(
            ["by a client secret", "a password", "several factors", "Global Administrator", "Microsoft Graph"],
            new[] { ("azpacr", "by a client secret"), ("amr", "a password"), ("amr", "several factors"), ("wids", "Global Administrator"), ("aud", "Microsoft Graph") }
                .Where(pair => Meaning(pair.Item1).Contains($": {pair.Item2}.", StringComparison.Ordinal))
                .Select(pair => pair.Item2));
    }

    [Fact]
    public void Control_characters_of_a_token_do_not_reach_the_terminal()
    {
        _session.SetVariable("text", _issuer.Sign(TestIssuer.Claims(("name", "\u001b[31mred\u009b"), ("\u001b]0;x", "\u0007"))));
        var rows = Values("ConvertFrom-AzToken $text -Explain | ForEach-Object { $_.Claim; $_.Value; $_.Meaning }").Cast<string>();
        Assert.All(rows, row => Assert.DoesNotContain(row, char.IsControl));
        Assert.All(
            Values("ConvertFrom-AzToken $text -Explain").Cast<string>(),
            line => Assert.DoesNotContain(line, character => char.IsControl(character) && character != '\n'));
        var json = (string)Assert.Single(Values("ConvertFrom-AzToken $text -AsJson"));
        Assert.DoesNotContain(json, character => char.IsControl(character) && character != '\n');
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal("\u001b[31mred\u009b", document.RootElement.GetProperty("payload").GetProperty("name").GetString());
    }

    [Fact]
    public void An_AzToken_reads_its_claims_by_the_same_decoder()
    {
        Assert.Equal(
            ["user@contoso.onmicrosoft.com", TestIssuer.Tenant, "o"],
            Values("$token.Identity; $token.TenantId; $token.Claims['oid']"));
        var opaque = new AzToken("EwBIA8l6BAAUopaque", "Bearer", DateTimeOffset.Now);
        Assert.Null(opaque.Claims);
        Assert.Null(opaque.Identity);
        Assert.Null(opaque.TenantId);
    }

    private string Meaning(string claim) =>
        (string)Assert.Single(Values($"(ConvertFrom-AzToken $text -Explain | Where-Object Claim -eq {claim}).Meaning"));

    private object[] Values(string script) => [.. _session.Invoke(script).Select(value => value.BaseObject)];

    /// <summary>What the host was told to show, without the lines that a narrow screen makes of it.</summary>
    private string Shown() => string.Join(' ', _session.Host.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private void AssertNotShown(string text)
    {
        foreach (var part in _text.Split('.'))
        {
            Assert.DoesNotContain(part, text, StringComparison.Ordinal);
            Assert.DoesNotContain(part, _session.Host.Text, StringComparison.Ordinal);
        }
    }
}
