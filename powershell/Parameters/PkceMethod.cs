using System;

namespace AzTokenRs.Parameters;

/// <summary>The methods of RFC 7636 section 4.3, which knows them in one spelling; PowerShell takes any.</summary>
internal static class PkceMethod
{
    private const string S256 = "S256";

    internal static string? Canonical(string? method) =>
        S256.Equals(method, StringComparison.OrdinalIgnoreCase) ? S256 : method?.ToLowerInvariant();
}
