using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security.Cryptography;
using System.Text;

namespace AzTokenRs.Bench;

/// <summary>
/// ConvertFrom-AzToken over a pipeline of tokens, beside Microsoft.IdentityModel.JsonWebTokens called from the same engine.
/// The rounds alternate, so that whatever else the machine does hits all of them.
/// </summary>
internal static class ConvertBench
{
    private const int Tokens = 10_000;
    private const int Rounds = 11;
    private const int WarmUpRounds = 3;

    private const string Constructor = "[Microsoft.IdentityModel.JsonWebTokens.JsonWebToken]::new";

    private static readonly (string Name, string Script)[] s_candidates =
    [
        ("JsonWebToken: constructor and Claims", $"foreach ($t in $tokens) {{ $null = {Constructor}($t).Claims }}"),
        ("ConvertFrom-AzToken", "$tokens | ConvertFrom-AzToken | Out-Null"),
        ("JsonWebToken with Claims, all objects kept", $"$kept = foreach ($t in $tokens) {{ $j = {Constructor}($t); $null = $j.Claims; $j }}"),
        ("ConvertFrom-AzToken, all objects kept", "$kept = $tokens | ConvertFrom-AzToken"),
        ("ConvertFrom-AzToken, and all claims read", "$tokens | ConvertFrom-AzToken | & { process { $null = $_.Claims.Count } }"),
    ];

    internal static int Run(string module)
    {
        // Loaded, so that PowerShell finds the type by its name.
        _ = typeof(Microsoft.IdentityModel.JsonWebTokens.JsonWebToken).Assembly;
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Path.GetFullPath(module)]);
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        runspace.SessionStateProxy.SetVariable("tokens", Enumerable.Range(0, Tokens).Select(MakeToken).ToArray());
        Check(runspace);

        var times = s_candidates.Select(_ => new List<double>()).ToArray();
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            for (var index = 0; index < s_candidates.Length; index++)
            {
                var time = Measure(runspace, s_candidates[index].Script);
                if (round >= 0)
                {
                    times[index].Add(time);
                }
            }
        }

        Report(times);
        return 0;
    }

    private static void Report(List<double>[] times)
    {
        var reference = Median(times[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Tokens} tokens of {MakeToken(0).Length} characters, median of {Rounds} rounds"));
        for (var index = 0; index < times.Length; index++)
        {
            var median = Median(times[index]);
            var line = $"{s_candidates[index].Name,-48} {median,8:F1} us a token   ratio {median / reference:F2}";
            Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Microseconds a token.</summary>
    private static double Measure(Runspace runspace, string script)
    {
        using var powerShell = PowerShell.Create(runspace);
        powerShell.AddScript(script);
        GC.Collect();
        var watch = Stopwatch.StartNew();
        powerShell.Invoke();
        watch.Stop();
        ThrowOnError(powerShell);
        return watch.Elapsed.TotalMicroseconds / Tokens;
    }

    /// <summary>Both read the same, or the times would compare different things.</summary>
    private static void Check(Runspace runspace)
    {
        using var powerShell = PowerShell.Create(runspace);
        powerShell.AddScript($"($tokens | ConvertFrom-AzToken).Count; ($tokens[7] | ConvertFrom-AzToken).Claims['oid']; {Constructor}($tokens[7]).GetClaim('oid').Value");
        var results = powerShell.Invoke();
        ThrowOnError(powerShell);
        if (results is not [{ BaseObject: Tokens }, var ours, var theirs] || !ours.BaseObject.Equals(theirs.BaseObject))
        {
            throw new InvalidOperationException("The two don't read the same.");
        }
    }

    private static void ThrowOnError(PowerShell powerShell)
    {
        if (powerShell.Streams.Error.Count > 0)
        {
            throw new InvalidOperationException(powerShell.Streams.Error[0].ToString());
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>A token as Entra ID makes them, but for the signature, which nobody looks at here.</summary>
    private static string MakeToken(int number)
    {
        var user = new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        const string tenant = "5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401";
        const string header = """{"typ":"JWT","alg":"RS256","x5t":"Zk1pQ0dFd2tRd1Z0b2hKd1B4Q0lfRmFr","kid":"Zk1pQ0dFd2tRd1Z0b2hKd1B4Q0lfRmFr"}""";
        var claims = $$"""
            {"aud":"https://graph.microsoft.com","iss":"https://sts.windows.net/{{tenant}}/","iat":1767222000,"nbf":1767222000,"exp":1767226499,"acct":0,"acr":"1","aio":"{{Random(60)}}","amr":["pwd","mfa"],"app_displayname":"Microsoft Azure PowerShell","appid":"1950a258-227b-4e31-a9cf-717495945fc2","appidacr":"0","family_name":"User","given_name":"Sample","idtyp":"user","ipaddr":"203.0.113.7","name":"Sample User","oid":"{{user}}","platf":"8","puid":"1003200045678901","rh":"{{Random(30)}}","scp":"AuditLog.Read.All Directory.AccessAsUser.All email Group.ReadWrite.All openid profile User.Read","sid":"{{user}}","sub":"{{Random(32)}}","tenant_region_scope":"EU","tid":"{{tenant}}","unique_name":"user{{number}}@contoso.onmicrosoft.com","upn":"user{{number}}@contoso.onmicrosoft.com","uti":"{{Random(16)}}","ver":"1.0","wids":["62e90394-69f5-4237-9190-012177145e10","b79fbf4d-3ef9-4689-8143-76b194e85509"],"xms_tcdt":1600000000}
            """;
        return $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}.{Random(256)}";
    }

    private static string Random(int bytes) => Encode(RandomNumberGenerator.GetBytes(bytes));

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
