using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>New-AzPkceChallenge.</summary>
public sealed class PkceChallengeTests : IDisposable
{
    /// <summary>The verifier of RFC 7636 appendix B.</summary>
    internal const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private readonly EngineSession _session = new();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("$text")]
    [InlineData("-CodeVerifier $text -Method s256")]
    [InlineData("$secure")]
    public void The_example_of_the_RFC(string parameters)
    {
        _session.SetVariable("text", Verifier);
        _session.SetVariable("secure", new NetworkCredential(string.Empty, Verifier).SecurePassword);
        var made = New(parameters);
        Assert.Equal((Verifier, Challenge, "S256"), (made.CodeVerifier, made.CodeChallenge, made.CodeChallengeMethod));
    }

    [Fact]
    public void The_plain_method_sends_the_verifier_itself()
    {
        var made = New($"{Verifier} -Method Plain");
        Assert.Equal((Verifier, "plain"), (made.CodeChallenge, made.CodeChallengeMethod));
    }

    [Fact]
    public void A_new_verifier_is_another_each_time_with_the_challenge_of_it()
    {
        var made = New(string.Empty);
        Assert.Matches("^[A-Za-z0-9._~-]{43,128}$", made.CodeVerifier);
        Assert.Equal(made.CodeChallenge, New(made.CodeVerifier).CodeChallenge);
        Assert.NotEqual(made.CodeVerifier, New(string.Empty).CodeVerifier);
    }

    [Theory]
    [InlineData(43)]
    [InlineData(128)]
    public void A_new_verifier_is_as_long_as_asked(int length) => Assert.Equal(length, New($"-Length {length}").CodeVerifier.Length);

    [Theory]
    [InlineData("-Length 42", "Length")]
    [InlineData("-Length 129", "Length")]
    [InlineData("-Method S512", "Method")]
    public async Task A_value_out_of_range_is_refused_by_name(string parameters, string name)
    {
        using var run = _session.Start($"New-AzPkceChallenge {parameters}");
        var error = await run.ErrorAsync();
        Assert.Equal(name, Assert.IsAssignableFrom<ParameterBindingException>(error.Exception).ParameterName);
    }

    [Theory]
    [InlineData("secret123", "43 to 128")]
    [InlineData("dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk=", "43 to 128")]
    public async Task What_is_no_verifier_is_refused_without_being_shown(string verifier, string words)
    {
        using var run = _session.Start($"New-AzPkceChallenge '{verifier}'");
        var error = await run.ErrorAsync();
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.IsType<AzTokenException>(error.Exception).AssertNames("code_verifier");
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(verifier, run.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_verifier_has_its_length()
    {
        using var run = _session.Start($"New-AzPkceChallenge {Verifier} -Length 64");
        Assert.IsType<AzTokenException>((await run.ErrorAsync()).Exception).AssertNames("length");
    }

    [Fact]
    public void The_default_view_shows_the_challenge_alone()
    {
        _session.Invoke($"New-AzPkceChallenge {Verifier} | Out-Default");
        Assert.Contains(Challenge, _session.Host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Verifier, _session.Host.Text, StringComparison.Ordinal);
    }

    private AzPkceChallenge New(string parameters) =>
        Assert.IsType<AzPkceChallenge>(Assert.Single(_session.Invoke($"New-AzPkceChallenge {parameters}")).BaseObject);
}
