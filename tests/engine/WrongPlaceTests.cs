using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// Every parameter of every cmdlet with a token, a token from a file, a SecureString and a JWT: as an argument, as a property
/// of a pipeline object, and as the pipeline object. Whatever happens, the secret is in no error, stream or URL.
/// </summary>
public sealed class WrongPlaceTests : EmulatorTests
{
    private const string Jwt =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4IiwidGlkIjoibm93aGVyZSJ9.c2VjcmV0LXNpZ25hdHVyZS1vZi1hLXRva2Vu";

    /// <summary>All but those of the emulator, whose tokens are no secrets and which would start programs here.</summary>
    public static TheoryData<string> Cmdlets =>
        [.. ParameterTable.Names.Where(cmdlet => !cmdlet.Contains("Emulator", StringComparison.Ordinal))];

    private static readonly string RefreshToken = "1." + string.Concat(Enumerable.Repeat("S3cretRefreshToken_", 8));

    private static readonly string[] s_values = ["$token", "$stored", "$secure", "$jwt", "$refresh", "@('x', $jwt)"];

    private static readonly Dictionary<string, string> s_grants = new()
    {
        ["AuthorizationCode"] = "-AuthorizationCode c0de -RedirectUri http://localhost",
        ["AuthorizationResponse"] = "-AuthorizationResponse 'code=c0de&state=s' "
            + "-AuthorizationUri ([AzTokenRs.AzAuthorizationUri]::new('http://localhost/t/oauth2/v2.0/authorize', 's', 'http://localhost'))",
        ["ClientCertificate"] = "-ClientCertificate $certificate -Tenant t -ClientId c",
        ["ClientCertificatePath"] = "-ClientCertificatePath nowhere.pfx -Tenant t -ClientId c",
        ["ClientAssertion"] = "-ClientAssertion { 'a.b.c' } -Tenant t -ClientId c",
        ["ClientCredential"] = "-ClientCredential hunter2 -Tenant t -ClientId c",
        ["ClientSecret"] = "-ClientSecret hunter2 -Tenant t -ClientId c",
        ["DeviceCode"] = "-DeviceCode",
        ["Implicit"] = "-Implicit -NoBrowser",
        ["Interactive"] = "-Interactive -NoBrowser",
        ["OnBehalfOf"] = "-OnBehalfOf -UserAssertion a.b.c -ClientCredential hunter2 -ClientId c",
        ["Password"] = "-Credential $credential",
        ["RefreshToken"] = "-RefreshToken r3fresh",
    };

    /// <summary>Makes the secrets.</summary>
    public WrongPlaceTests(Emulator emulator)
        : base(emulator)
    {
        var token = new AzToken(Jwt, "Bearer", DateTimeOffset.Now.AddHours(1)) { RefreshTokenText = RefreshToken };
        Session.SetVariable("token", token);
        Session.SetVariable("stored", PSSerializer.Deserialize(PSSerializer.Serialize(token)));
        Session.SetVariable("secure", new NetworkCredential(string.Empty, Jwt).SecurePassword);
        Session.SetVariable("jwt", Jwt);
        Session.SetVariable("refresh", RefreshToken);
        Session.SetVariable("certificate", TestKeys.Certificate);
        Session.SetVariable("credential", new PSCredential("user@contoso.com", new NetworkCredential(string.Empty, "hunter2").SecurePassword));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public async Task No_secret_is_shown_or_sent_in_a_URL(string cmdlet)
    {
        // A sign-in must not wait for a person.
        await Emulator.FaultAsync(new { path = "/devicecode", times = 0, status = 400, body = new { error = "invalid_request" } });
        var leaks = new List<string>();
        var calls = 0;
        foreach (var (name, contract) in ParameterTable.Of(cmdlet))
        {
            foreach (var value in s_values)
            {
                foreach (var command in Calls(cmdlet, name, contract, value))
                {
                    calls++;
                    leaks.AddRange(await LeaksOfAsync(command, isUrl: cmdlet == "New-AzAuthorizationUri"));
                }
            }
        }

        var sent = (await Emulator.RequestsAsync()).Select(request => request.Path + request.QueryText);
        leaks.AddRange(sent.Where(IsSecretIn).Select(url => $"sent: {url}"));
        Assert.True(calls > 10, "Nothing was tried.");
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Distinct()));
    }

    private IEnumerable<string> Calls(string cmdlet, string name, ParameterContract contract, string value)
    {
        var call = $"{cmdlet} {Without(name, Others(cmdlet, name, contract))}";
        yield return contract.Type.EndsWith("SwitchParameter", StringComparison.Ordinal)
            ? $"{call} -{name}:{value}"
            : $"{call} -{name} {value}";
        if (contract.Pipeline is not null)
        {
            yield return $"[pscustomobject]@{{ {name} = {value} }} | {call}";
            yield return $"[pscustomobject]@{{ {name} = {value}; Note = $jwt }} | {call}";
            yield return $"[pscustomobject]@{{ Note = {value} }} | {call}";
            yield return $"{value} | {call}";
        }
    }

    // What the call needs beside the parameter.
    private string Others(string cmdlet, string name, ParameterContract contract)
    {
        var place = $"-Authority {Emulator.Url}";
        return cmdlet switch
        {
            "Get-AzToken" => $"{place} -TimeoutSeconds 1 {s_grants[Grant(contract)]}",
            "New-AzAuthorizationUri" => $"{place} -Tenant t -ClientId c -RedirectUri http://localhost",
            "New-AzClientAssertion" => $"{place} -Tenant t -ClientId c " + (name.StartsWith("Client", StringComparison.Ordinal) && name != "ClientId"
                ? string.Empty : $"-ClientCertificatePath '{TestKeys.Pkcs8}'"),
            "New-AzClientCredential" => contract.Sets?.Contains("ClientCertificatePath") == true
                ? $"-ClientCertificatePath '{TestKeys.Pkcs8}'" : contract.Sets is null ? "-ClientSecret hunter2" : string.Empty,
            "ConvertFrom-AzToken" => name == "Token" ? string.Empty : "-Token a.b.c",
            "Test-AzToken" => $"{place} -TimeoutSeconds 1 " + (name == "Token" ? string.Empty : "-Token a.b.c"),
            "Get-AzOpenIdConfiguration" => $"{place} -TimeoutSeconds 1",
            _ => string.Empty,
        };
    }

    private static string Grant(ParameterContract contract) =>
        contract.Sets is null ? "ClientCredential" : contract.Mandatory?.FirstOrDefault() ?? contract.Sets[0];

    // The parameter is given once.
    private static string Without(string name, string arguments) => System.Text.RegularExpressions.Regex.Replace(
        arguments, $@"(^|\s)-{name}( (\{{[^}}]*\}}|'[^']*'|[^\s-]\S*))?(?=\s|$)", " ");

    private async Task<List<string>> LeaksOfAsync(string command, bool isUrl)
    {
        var leaks = new List<string>();
        using var run = Session.Start($"{command} -Verbose -Debug -WarningAction Continue");
        try
        {
            await run.EndAsync();
        }
        catch (RuntimeException exception)
        {
            Look("thrown", exception.ToString());
        }

        Look("streams", run.Everything());
        foreach (var error in run.Streams.Error)
        {
            Look("target", error.TargetObject is null ? string.Empty : error.TargetObject + PSSerializer.Serialize(error.TargetObject));
            Look("details", error.ErrorDetails?.ToString() ?? string.Empty);
        }

        if (isUrl)
        {
            Look("URL", string.Join('\n', run.Output.Select(output => output.ToString())));
        }

        return leaks;

        void Look(string where, string text)
        {
            if (IsSecretIn(text))
            {
                leaks.Add($"{where}: {command}");
            }
        }
    }

    private static bool IsSecretIn(string text) =>
        text.Contains(Jwt[..20], StringComparison.OrdinalIgnoreCase) || text.Contains(RefreshToken[..20], StringComparison.OrdinalIgnoreCase);
}
