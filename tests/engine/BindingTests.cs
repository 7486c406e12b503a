using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>A token or a SecureString never becomes the text of a parameter, and is never shown.</summary>
public sealed class BindingTests : EmulatorTests
{
    private const string Secret = "eyJ0b2tlbiI6InNlY3JldCJ9.body.signature";

    /// <summary>Makes a token that no one issued.</summary>
    public BindingTests(Emulator emulator)
        : base(emulator)
    {
        Session.SetVariable("token", new AzToken(Secret, "Bearer", DateTimeOffset.Now.AddHours(1))
        {
            TenantId = "nowhere.example",
            RefreshTokenText = Secret,
        });
        Session.SetVariable("opaque", new AzToken(Secret, "Bearer", DateTimeOffset.Now.AddHours(1)));
        Session.SetVariable("secure", new NetworkCredential(string.Empty, Secret).SecurePassword);
    }

    public static TheoryData<string, string> Arguments()
    {
        var data = new TheoryData<string, string>();
        foreach (var (name, contract) in ParameterTable.Of("Get-AzToken"))
        {
            // What may come from the pipeline is refused by the cmdlet itself, below.
            if (contract.Pipeline is not null)
            {
                continue;
            }

            if (contract.Type is "System.Object" or "AzTokenRs.AzClientCredential" || contract.Type.EndsWith("SecureString", StringComparison.Ordinal))
            {
                // A secret: a SecureString is right there, and a token where it is one that is meant.
                if (name != "UserAssertion")
                {
                    data.Add(name, "$token");
                }
            }
            else if (!contract.Type.EndsWith("SwitchParameter", StringComparison.Ordinal))
            {
                data.Add(name, "$secure");
                data.Add(name, "$token");
                if (contract.Type == "System.String[]")
                {
                    data.Add(name, "@('x', $token)");
                    data.Add(name, "@('x', $secure)");
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task An_argument_is_refused(string parameter, string value)
    {
        var sets = ParameterTable.Of("Get-AzToken")[parameter].Sets;
        var grant = sets is null || sets.Contains("DeviceCode") ? "-DeviceCode" : string.Empty;
        using var run = Session.Start($"Get-AzToken {grant} -Authority {Emulator.Url} -{parameter} {value}"
            .Replace($"-Authority {Emulator.Url} -Authority", "-Authority", StringComparison.Ordinal));
        var error = await run.ErrorAsync();

        var exception = Assert.IsAssignableFrom<ParameterBindingException>(error.Exception);
        Assert.Equal(parameter, exception.ParameterName);
        Assert.Contains(value.Contains("token", StringComparison.Ordinal) ? "AzToken" : "SecureString", exception.Message, StringComparison.Ordinal);
        AssertNotShown(run.Everything());
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Theory]
    [InlineData("$secure | Get-AzToken -DeviceCode", "TenantIsSecret")]
    [InlineData("$jwt | Get-AzToken -DeviceCode", "TenantIsSecret")]
    [InlineData("Get-AzToken -DeviceCode -Tenant $secure", "TenantIsSecret")]
    [InlineData("Get-AzToken -DeviceCode -Tenant @($token)", "TenantIsSecret")]
    [InlineData("Get-AzToken -DeviceCode -ClientId $token", "ClientIdInvalid")]
    [InlineData("Get-AzToken -DeviceCode -ClientId $jwt", "ClientIdInvalid")]
    [InlineData("Get-AzToken -Interactive -RedirectUri $secure", "RedirectUriInvalid")]
    [InlineData("Get-AzToken -AuthorizationCode c -RedirectUri http://localhost -CodeVerifier $token", "CodeVerifierInvalid")]
    [InlineData("Get-AzToken -RefreshToken 5", "RefreshTokenInvalid")]
    [InlineData("Get-AzToken -RefreshToken r -InputObject $secure", "InputObjectInvalid")]
    [InlineData("$jwt | Get-AzToken -Tenant t -DeviceCode", "InputObjectUnsupported")]
    [InlineData("[pscustomobject]@{ Note = $jwt } | Get-AzToken -DeviceCode", "InputObjectUnsupported")]
    public async Task What_may_come_from_the_pipeline_is_refused_by_the_cmdlet(string command, string id)
    {
        Session.SetVariable("jwt", Secret + new string('x', 30));
        using var run = Session.Start($"{command} -Authority {Emulator.Url}");
        var error = await run.ErrorAsync();

        Assert.Equal($"{id},AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.Null(error.TargetObject);
        AssertNotShown(run.Everything());
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Theory]
    [InlineData("$token | Get-AzToken")]
    [InlineData("[pscustomobject]@{ Tenant = $token } | Get-AzToken")]
    [InlineData("Get-AzToken -Tenant $token")]
    public async Task A_token_given_as_tenant_is_taken_as_its_tenant(string command)
    {
        using var run = Session.Start($"{command} -DeviceCode -Authority {Emulator.Url} -Verbose");
        var error = await run.ErrorAsync();

        Assert.Equal("nowhere.example", error.TargetObject);
        AssertNotShown(run.Everything());
        Assert.All(await Emulator.RequestsAsync(), request => AssertNotShown(request.Text));
    }

    [Theory]
    [InlineData("$token")]
    [InlineData("$secure")]
    public async Task What_is_no_address_of_a_code_is_not_shown(string value)
    {
        using var run = Session.Start(
            $"{value} | Get-AzToken -AuthorizationCode c0de -RedirectUri http://localhost -Authority {Emulator.Url} -Verbose");
        await run.ErrorAsync();

        AssertNotShown(run.Everything());
        Assert.All(await Emulator.RequestsAsync(), request => AssertNotShown(request.Text));
    }

    [Theory]
    [InlineData("$opaque | Get-AzToken")]
    [InlineData("Get-AzToken -Tenant $opaque")]
    public async Task A_token_without_a_tenant_is_refused(string command)
    {
        using var run = Session.Start($"{command} -DeviceCode -Authority {Emulator.Url}");
        var error = await run.ErrorAsync();

        Assert.IsType<AzTokenException>(error.Exception).AssertNames("tenant");
        AssertNotShown(run.Everything());
        Assert.Empty(await Emulator.RequestsAsync());
    }

    private void AssertNotShown(string text)
    {
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[..12], text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[..12], Session.Host.Text, StringComparison.Ordinal);
    }
}
