using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace AzTokenRs.Operations;

/// <summary>
/// The environment variables that a request carries. The native library never reads the environment itself: on Linux
/// and macOS it would not see what a session sets by <c>$env:NAME</c>, which .NET keeps to itself.
/// </summary>
internal static class SessionEnvironment
{
    private static readonly string[] s_names = ["BROWSER", "SSL_CERT_DIR", "SSL_CERT_FILE"];

    private static readonly string[] s_prefixes = ["AZTOKEN_", "AZURE_", "IDENTITY_", "MSI_"];

    /// <summary>Proxies are written in either case on Unix: <c>https_proxy</c>, <c>NO_PROXY</c>.</summary>
    private const string ProxySuffix = "_PROXY";

    internal static IEnumerable<KeyValuePair<string, string>> Read() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(entry => new KeyValuePair<string, string>((string)entry.Key, (string?)entry.Value ?? string.Empty))
        .Where(variable => Matters(variable.Key))
        .OrderBy(variable => variable.Key, StringComparer.Ordinal);

    private static bool Matters(string name) =>
        s_names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || name.EndsWith(ProxySuffix, StringComparison.OrdinalIgnoreCase);
}
