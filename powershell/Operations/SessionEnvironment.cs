using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Runtime.InteropServices;

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

    /// <summary>Variables that hold a path, or several as <c>PATH</c> has them.</summary>
    private static readonly string[] s_paths = ["AZTOKEN_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"];

    /// <summary>Names have no case on Windows.</summary>
    private static readonly StringComparer s_comparer =
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    // Loops where LINQ would be shorter: over value types, each of its methods is compiled anew in every process, and
    // this is on the way of the first call.
    /// <summary>Reads the variables. Paths that are relative are so to the session's folder, which native code doesn't know.</summary>
    internal static IReadOnlyDictionary<string, string> Read(PathIntrinsics? paths)
    {
        var all = Environment.GetEnvironmentVariables();
        var names = new string[all.Count];
        all.Keys.CopyTo(names, 0);
        Array.Sort(names, StringComparer.Ordinal);
        var read = new Dictionary<string, string>(s_comparer);
        foreach (var name in names)
        {
            if (Matters(name))
            {
                var value = (string?)all[name] ?? string.Empty;
                read[name] = paths is not null && Contains(s_paths, name) ? Absolute(value, paths) : value;
            }
        }

        return read;
    }

    private static bool Matters(string name)
    {
        if (Contains(s_names, name))
        {
            return true;
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

    private static bool Contains(string[] names, string name)
    {
        foreach (var known in names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string Absolute(string value, PathIntrinsics paths)
    {
        var parts = value.Split(Path.PathSeparator);
        for (var index = 0; index < parts.Length; index++)
        {
            var part = parts[index].Trim();
            if (part.Length > 0 && part.IndexOfAny(Path.GetInvalidPathChars()) < 0 && !Path.IsPathRooted(part))
            {
                parts[index] = Path.Combine(paths.CurrentFileSystemLocation.ProviderPath, part);
            }
        }

        return string.Join(Path.PathSeparator.ToString(), parts);
    }
}
