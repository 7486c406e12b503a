using System;
using System.Collections.Generic;
using System.Linq;

namespace AzTokenRs.Emulation;

/// <summary>
/// The emulators that this process started. They are kept here until they are stopped: an object that nobody holds any more
/// would close the program's standard input, which ends it.
/// </summary>
internal static class RunningEmulators
{
    private const string AuthorityHost = "AZURE_AUTHORITY_HOST";

    /// <summary>The environment variable by which a request names further certificate authorities.</summary>
    private const string CertificateAuthorities = "AZTOKEN_CA_BUNDLE";

    private static readonly List<AzTokenEmulator> s_running = [];

    internal static void Add(AzTokenEmulator emulator)
    {
        lock (s_running)
        {
            s_running.Add(emulator);
        }
    }

    internal static void Remove(AzTokenEmulator emulator)
    {
        lock (s_running)
        {
            s_running.Remove(emulator);
        }
    }

    internal static AzTokenEmulator[] All()
    {
        lock (s_running)
        {
            s_running.RemoveAll(emulator => !emulator.IsRunning);
            return s_running.ToArray();
        }
    }

    /// <summary>
    /// The environment of a request to this authority: when that is an emulator with HTTPS, the request trusts the emulator's
    /// certificate authority, and nothing else does.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Trust(
        string? authority, string? cloud, IReadOnlyDictionary<string, string> environment)
    {
        lock (s_running)
        {
            if (s_running.Count == 0)
            {
                return environment;
            }
        }

        var address = authority
            ?? (cloud is null && environment.TryGetValue(AuthorityHost, out var host) ? host : null);
        var emulator = All().FirstOrDefault(candidate => candidate.CertificateAuthority is not null && candidate.Is(address));
        if (emulator is null)
        {
            return environment;
        }

        var trusting = environment.ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);
        trusting[CertificateAuthorities] = emulator.CertificateAuthority!;
        return trusting;
    }
}
