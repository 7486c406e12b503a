using System;
using System.Collections.Generic;

namespace AzTokenRs.Operations;

/// <summary>
/// The environment variables that a request carries. The native library never reads the environment itself: on Linux
/// and macOS it would not see what a session sets by <c>$env:NAME</c>, which .NET keeps to itself.
/// </summary>
internal static class SessionEnvironment
{
    // Which browser opens, found on which PATH, on which display; the certificates.
    private static readonly string[] s_names =
    [
        "BROWSER", "DBUS_SESSION_BUS_ADDRESS", "DESKTOP_SESSION", "DISPLAY", "GNOME_DESKTOP_SESSION_ID", "KDE_FULL_SESSION",
        "KDE_SESSION_VERSION", "PATH", "SSH_CONNECTION", "SSH_TTY", "SSL_CERT_DIR", "SSL_CERT_FILE", "SUDO_USER", "SystemRoot",
        "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "XAUTHORITY",
    ];

    private static readonly string[] s_prefixes = ["AZTOKEN_", "AZURE_", "IDENTITY_", "MSI_", "XDG_"];

    /// <summary>Proxies are written in either case on Unix: <c>https_proxy</c>, <c>NO_PROXY</c>.</summary>
    private const string ProxySuffix = "_PROXY";

    // Loops where LINQ would be shorter: over value types, each of its methods is compiled anew in every process, and
    // this is on the way of the first call.
    internal static IReadOnlyDictionary<string, string> Read()
    {
        var all = Environment.GetEnvironmentVariables();
        var names = new string[all.Count];
        all.Keys.CopyTo(names, 0);
        Array.Sort(names, StringComparer.Ordinal);
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (Matters(name))
            {
                read.Add(name, (string?)all[name] ?? string.Empty);
            }
        }

        return read;
    }

    private static bool Matters(string name)
    {
        foreach (var known in s_names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        foreach (var prefix in s_prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return name.EndsWith(ProxySuffix, StringComparison.OrdinalIgnoreCase);
    }
}
