using System.Collections;
using System.Collections.Generic;
using AzTokenRs.Tokens;

namespace AzTokenRs;

/// <summary>A member of a token's header or claims, in words.</summary>
public sealed class ClaimExplanation
{
    private ClaimExplanation(string section, string claim, object? value)
    {
        Section = section;
        Claim = ClaimText.Printable(claim);
        Value = ClaimText.Of(claim, value);
        Meaning = ClaimText.Meaning(section, claim, value);
    }

    /// <summary><c>Header</c> or <c>Claims</c>.</summary>
    public string Section { get; }

    /// <summary>Its name.</summary>
    public string Claim { get; }

    /// <summary>Its value as text; times as dates.</summary>
    public string Value { get; }

    /// <summary>What it means.</summary>
    public string Meaning { get; }

    internal static IEnumerable<ClaimExplanation> Of(AzTokenInfo token)
    {
        foreach (DictionaryEntry member in token.Header)
        {
            yield return new ClaimExplanation(ClaimText.Header, (string)member.Key, member.Value);
        }

        if (token.Claims is not { } claims)
        {
            yield break;
        }

        foreach (DictionaryEntry claim in claims)
        {
            yield return new ClaimExplanation(ClaimText.Claims, (string)claim.Key, claim.Value);
        }
    }
}
