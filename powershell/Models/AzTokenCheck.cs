using System.Linq;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>One check of a token.</summary>
public sealed class AzTokenCheck
{
    /// <summary>Makes a check, for tests that replace Test-AzToken.</summary>
    public AzTokenCheck(string name, bool? passed, string detail)
    {
        Name = name;
        Passed = passed;
        Detail = detail;
    }

    /// <summary>
    /// <c>Format</c>, <c>Algorithm</c>, <c>Key</c>, <c>Signature</c>, <c>Issuer</c>, <c>Audience</c>, <c>NotBefore</c>,
    /// <c>Expires</c> or <c>IssuedAt</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>Null where it was not made; <see cref="Detail"/> says why.</summary>
    public bool? Passed { get; }

    /// <summary>Why, in a sentence.</summary>
    public string Detail { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var outcome = Passed switch { true => "passed", false => "failed", null => "not made" };
        return $"{Name} {outcome}: {Detail}";
    }

    internal static AzTokenCheck Read(JsonObject check) =>
        new(PascalCase(check.RequiredText("name")), check.Find("passed", JsonKind.Boolean)?.GetBoolean(), check.RequiredText("detail"));

    // not_before, as docs/abi.md has it, is NotBefore in PowerShell.
    private static string PascalCase(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
}
