using System.Numerics;
using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>ConvertFrom-AzToken reads a token as people have it; Test-AzToken stays strict and says what is wrong.</summary>
public sealed class PastedTokenTests : IDisposable
{
    private readonly EngineSession _session = new();
    private readonly TestIssuer _issuer = new();
    private readonly string _text;

    /// <summary>Makes a good token.</summary>
    public PastedTokenTests()
    {
        _text = _issuer.Sign(TestIssuer.Claims());
        _session.SetVariable("text", _text);
        _session.SetVariable("jwks", _issuer.Jwks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _issuer.Dispose();
        _session.Dispose();
    }

    [Theory]
    [InlineData("\"`\"$text`\",\"")]
    [InlineData("\"'$text'\"")]
    [InlineData("\"Authorization: Bearer $text\"")]
    [InlineData("\"authorization:`tbearer`t$text`r`n\"")]
    [InlineData("\"{`\"token_type`\":`\"Bearer`\",`\"access_token`\":`\"$text`\"}\"")]
    [InlineData("$text.Insert(50, \"`r`n\").Insert(120, \"`n  \")")]
    [InlineData("$text.Replace('.', '=.')")]
    [InlineData("$text.Substring(0, $text.LastIndexOf('.'))")]
    [InlineData("$text.Substring(0, $text.Length - 7)")]
    [InlineData("([char]0xFEFF + $text + [char]0x200B)")]
    [InlineData("@{ access_token = $text; token_type = 'Bearer' }")]
    [InlineData("@{ Access_Token = \"Bearer $text\" }")]
    [InlineData("@{ Authorization = \"Bearer $text\" }")]
    [InlineData("([pscustomobject]@{ accessToken = $text; expiresOn = 'x' })")]
    [InlineData("([pscustomobject]@{ access_token = ''; id_token = $text })")]
    public void Reading_takes_what_stands_around_a_token(string form)
    {
        Assert.Equal(["o"], Values($"(ConvertFrom-AzToken {form}).Claims.oid"));
        Assert.Equal(["o"], Values($"({form} | ConvertFrom-AzToken).Claims.oid"));
    }

    [Theory]
    [InlineData("\"`\"$text`\"\"", "a character that isn't")]
    [InlineData("$text.Insert(50, \"`r`n\")", "white space")]
    [InlineData("$text.Replace('.', '=.')", "padding")]
    [InlineData("$text.Substring(0, $text.LastIndexOf('.'))", "found 2")]
    public void Testing_stays_strict_and_says_what_makes_the_text_unfit(string form, string words)
    {
        var shown = string.Join(' ', Values(
            $"Test-AzToken {form} -Jwks $jwks -Audience {TestIssuer.Audience} -Tenant {TestIssuer.Tenant} -Detailed | ForEach-Object {{ $_.IsValid; $_.Checks.Detail }} | Where-Object {{ $null -ne $_ }}"));
        Assert.StartsWith("False", shown, StringComparison.Ordinal);
        Assert.Contains(words, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_keep_all_their_digits()
    {
        var token = Token("""{"max":9223372036854775807,"more":9223372036854775808,"least":-9223372036854775809,"huge":123456789012345678901234567890,"list":[18446744073709551615],"half":0.5,"oid":"o"}""");
        _session.SetVariable("numbers", token);
        var claims = Assert.IsType<AzTokenInfo>(Assert.Single(Values("ConvertFrom-AzToken $numbers"))).Claims!;
        Assert.Equal(long.MaxValue, claims["max"]);
        Assert.Equal(BigInteger.Parse("9223372036854775808", null), claims["more"]);
        Assert.Equal(BigInteger.Parse("-9223372036854775809", null), claims["least"]);
        Assert.Equal([new BigInteger(ulong.MaxValue)], Assert.IsType<object[]>(claims["list"]));
        Assert.Equal(0.5, claims["half"]);
        Assert.Equal(["123456789012345678901234567890"], Values("\"$((ConvertFrom-AzToken $numbers).Claims.huge)\""));
        var explained = Values("ConvertFrom-AzToken $numbers -Explain | ForEach-Object Value");
        Assert.Contains("123456789012345678901234567890", explained);
        Assert.Contains("18446744073709551615", explained);
        Assert.Contains("9223372036854775808", (string)Assert.Single(Values("ConvertFrom-AzToken $numbers -AsJson")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_is_badly_written_costs_itself_alone()
    {
        _session.SetVariable("odd", Token("""{"a":"x\ud800y","b":"it\'s","c":"\x41","d":"tab	here","e":"😀 \ud83d\ude00","oid":"o","scp":["User.Read","Mail.Read"]}"""));
        var info = Assert.IsType<AzTokenInfo>(Assert.Single(Values("ConvertFrom-AzToken $odd")));
        var claims = info.Claims!;
        Assert.Equal(("x\uFFFDy", "it\uFFFD's", "\uFFFDx41"), (claims["a"], claims["b"], claims["c"]));
        Assert.Equal(("tab\there", "😀 😀", "o"), (claims["d"], claims["e"], claims["oid"]));
        Assert.Equal(["User.Read", "Mail.Read"], info.Scopes);
        Assert.NotEmpty(Values("ConvertFrom-AzToken $odd -Explain"));
        Assert.Contains("Mail.Read", (string)Assert.Single(Values("ConvertFrom-AzToken $odd -AsJson")), StringComparison.Ordinal);
    }

    private static string Token(string claims) =>
        $"{TestIssuer.Encode("""{"alg":"none"}"""u8.ToArray())}.{TestIssuer.Encode(Encoding.UTF8.GetBytes(claims))}.";

    private object[] Values(string script) => [.. _session.Invoke(script).Select(value => value.BaseObject)];
}
