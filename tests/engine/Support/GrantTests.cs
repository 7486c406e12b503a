using System.Management.Automation;

namespace AzTokenRs.EngineTests.Support;

/// <summary>Base of the tests of a grant: what each of them has to show.</summary>
public abstract class GrantTests : EmulatorTests
{
    private protected GrantTests(Emulator emulator)
        : base(emulator)
    {
    }

    // With -Debug, PowerShell asks at each warning whether to go on.
    private protected const string ShowAll = "-Verbose -Debug -WarningAction Continue";

    /// <summary>Authority and tenant.</summary>
    private protected string Place => $"-Authority {Emulator.Url} -Tenant {Emulator.Contoso}";

    /// <summary>Authority, tenant, and the confidential app.</summary>
    private protected string App => $"{Place} -ClientId {Emulator.App}";

    /// <summary>Runs a command with everything shown, and gives its token, having looked for secrets in what was shown.</summary>
    private protected async Task<AzToken> TokenAsync(string command, params string[] secrets)
    {
        using var run = Session.Start($"{command} {ShowAll}");
        var token = await run.TokenAsync();
        AssertNotShown(run, [token.Token!, .. secrets]);
        return token;
    }

    /// <summary>Runs a command with everything shown, and gives its error, having looked for secrets in what was shown.</summary>
    private protected async Task<ErrorRecord> ErrorAsync(string command, params string[] secrets)
    {
        using var run = Session.Start($"{command} {ShowAll}");
        var error = await run.ErrorAsync();
        AssertNotShown(run, secrets);
        return error;
    }

    /// <summary>The service refuses with this number.</summary>
    private protected async Task<AzTokenException> RefusedAsync(string command, int code, params string[] secrets)
    {
        var error = await ErrorAsync(command, secrets);
        Assert.Equal($"AADSTS{code},AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        var exception = Assert.IsType<AzTokenException>(error.Exception);
        Assert.Equal("server", exception.Kind);
        Assert.NotNull(exception.Hint);
        return exception;
    }

    /// <summary>A request member is wrong, in words, and nothing is sent.</summary>
    private protected async Task RefusedLocallyAsync(string command, string parameter, string words, params string[] secrets)
    {
        var error = await ErrorAsync(command, secrets);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.IsType<AzTokenException>(error.Exception).AssertNames(parameter);
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    /// <summary>A user's token by the device code grant.</summary>
    private protected async Task<AzToken> SignInAsync(string parameters)
    {
        using var run = Session.Start($"Get-AzToken -DeviceCode {Place} {parameters}");
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        var token = await run.TokenAsync();
        await Emulator.ResetAsync();
        return token;
    }

    private protected void AssertNotShown(ScriptRun run, IEnumerable<string> secrets)
    {
        var shown = run.Everything() + Session.Host.Text;
        Assert.NotEmpty(shown);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
    }
}
