using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using AzTokenRs.ClientAuth;

namespace AzTokenRs.Parameters;

/// <summary>
/// Offers values that contain what was typed, or whose meaning does: those that begin with it come first.
/// </summary>
public abstract class ListCompleter : IArgumentCompleter
{
    private protected ListCompleter()
    {
    }

    /// <param name="bound">The parameters that were typed already.</param>
    private protected abstract IEnumerable<(string Value, string Meaning)> Values(IDictionary bound);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return Values(fakeBoundParameters)
            .Select(entry => (entry.Value, entry.Meaning, Rank: Rank(entry, typed)))
            .Where(entry => entry.Rank < NoMatch)
            .OrderBy(entry => entry.Rank)
            .Select(entry => new CompletionResult(
                Quoted(entry.Value), ListText(entry.Value, entry.Meaning), CompletionResultType.ParameterValue, entry.Meaning));
    }

    /// <summary>What the list of choices shows for a value.</summary>
    private protected virtual string ListText(string value, string meaning) => value;

    private const int NoMatch = 3;

    private static int Rank((string Value, string Meaning) entry, string typed) =>
        entry.Value.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0
        : Contains(entry.Value, typed) ? 1
        : Contains(entry.Meaning, typed) ? 2
        : NoMatch;

    private static bool Contains(string text, string typed) => text.IndexOf(typed, StringComparison.OrdinalIgnoreCase) >= 0;

    private static string Quoted(string value) =>
        value.IndexOfAny([' ', ',', '=', ';', '\'']) >= 0 ? $"'{value.Replace("'", "''")}'" : value;
}

/// <summary>The names that stand for more than one tenant.</summary>
public sealed class TenantCompleter : ListCompleter
{
    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
    [
        ("organizations", "Any work or school account"),
        ("common", "Any work, school or personal account"),
        ("consumers", "Personal Microsoft accounts"),
    ];
}

/// <summary>What the authorization endpoint can be asked for, as the grant takes it.</summary>
public sealed class ResponseTypeCompleter : ListCompleter
{
    private static readonly (string Value, string Meaning)[] s_all =
    [
        ("code", "A code, which is redeemed for tokens"),
        ("code id_token", "A code, and an ID token at once"),
        ("code id_token token", "A code and both tokens; not known to work with the service"),
        ("id_token", "An ID token alone"),
        ("id_token token", "An ID token and an access token"),
        ("token", "An access token alone"),
    ];

    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
        s_all.Where(entry =>
            !(bound.Contains("Interactive") && !entry.Value.StartsWith("code", StringComparison.Ordinal))
            && !(bound.Contains("Implicit") && entry.Value == "code"));
}

/// <summary>The hints that name no single domain.</summary>
public sealed class DomainHintCompleter : ListCompleter
{
    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
    [
        ("organizations", "Work or school accounts"),
        ("consumers", "Personal Microsoft accounts"),
    ];
}

/// <summary>Resources that tokens are often asked for, as the cloud of <c>-Cloud</c> calls them.</summary>
public sealed class ResourceCompleter : ListCompleter
{
    private const string Graph = "Microsoft Graph";
    private const string ResourceManager = "Azure Resource Manager";

    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
        (bound["Cloud"] as string)?.ToLowerInvariant() switch
        {
            "usgov" =>
            [
                ("https://graph.microsoft.us", Graph),
                ("https://dod-graph.microsoft.us", Graph + " of the Department of Defense"),
                ("https://management.usgovcloudapi.net", ResourceManager),
            ],
            "china" =>
            [
                ("https://microsoftgraph.chinacloudapi.cn", Graph),
                ("https://management.chinacloudapi.cn", ResourceManager),
            ],
            "bleu" =>
            [
                ("https://graph.svc.sovcloud.fr", Graph),
                ("https://management.sovcloud-api.fr", ResourceManager),
            ],
            "delos" =>
            [
                ("https://graph.svc.sovcloud.de", Graph),
                ("https://management.sovcloud-api.de", ResourceManager),
            ],
            "govsg" => [("https://graph.svc.sovcloud.sg", Graph)],
            _ =>
            [
                ("https://graph.microsoft.com", Graph),
                ("https://management.azure.com", ResourceManager),
                ("https://vault.azure.net", "Azure Key Vault"),
                ("https://storage.azure.com", "Azure Storage"),
                ("https://database.windows.net/", "Azure SQL Database"),
                ("https://api.loganalytics.io", "Log Analytics"),
                ("https://outlook.office365.com", "Exchange Online"),
                ("https://analysis.windows.net/powerbi/api", "Power BI"),
                ("499b84ac-1321-427f-aa17-267ca6975798", "Azure DevOps"),
            ],
        };
}

/// <summary>The languages and regions that this machine knows.</summary>
public sealed class CultureCompleter : ListCompleter
{
    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
        CultureInfo.GetCultures(CultureTypes.SpecificCultures)
            .Select(culture => (culture.Name, culture.EnglishName))
            .OrderBy(culture => culture.Name, StringComparer.Ordinal);
}

/// <summary>Microsoft's own public clients, which exist in every tenant.</summary>
public sealed class ClientIdCompleter : ListCompleter
{
    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
    [
        ("1950a258-227b-4e31-a9cf-717495945fc2", "Microsoft Azure PowerShell (default)"),
        ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"),
        ("14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph Command Line Tools (Graph PowerShell)"),
    ];

    private protected override string ListText(string value, string meaning) => meaning;
}

/// <summary>The thumbprints of the certificates with a private key in the stores.</summary>
public sealed class ThumbprintCompleter : ListCompleter
{
    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
        CertificateStores.WithPrivateKey().Select(certificate => (certificate.Thumbprint, certificate.Description));

    private protected override string ListText(string value, string meaning) => meaning;
}

/// <summary>The subjects of the certificates with a private key in the stores.</summary>
public sealed class SubjectCompleter : ListCompleter
{
    private protected override IEnumerable<(string Value, string Meaning)> Values(IDictionary bound) =>
        CertificateStores.WithPrivateKey().Select(certificate => (certificate.Subject, certificate.Description)).Distinct();
}
