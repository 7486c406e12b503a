using System;
using System.Collections.Generic;

namespace AzTokenRs.Emulation;

/// <summary>The environment variables that lead programs of this session to an emulator.</summary>
internal sealed class EmulatorEnvironment
{
    private readonly Dictionary<string, (string? Before, string Set)> _variables = new(StringComparer.Ordinal);

    internal static EmulatorEnvironment Set(AzTokenEmulator emulator)
    {
        var environment = new EmulatorEnvironment();
        environment.Set("AZURE_AUTHORITY_HOST", emulator.Authority);
        environment.Set("AZURE_TENANT_ID", emulator.TenantId);
        if (emulator.CertificateAuthority is { } file)
        {
            // Both add to what is trusted already; SSL_CERT_FILE would take its place.
            environment.Set("AZTOKEN_CA_BUNDLE", file);
            environment.Set("NODE_EXTRA_CA_CERTS", file);
        }

        return environment;
    }

    /// <summary>Puts back what was there before; what was changed since is the user's.</summary>
    internal void Restore()
    {
        foreach (var variable in _variables)
        {
            if (Environment.GetEnvironmentVariable(variable.Key) == variable.Value.Set)
            {
                Environment.SetEnvironmentVariable(variable.Key, variable.Value.Before);
            }
        }

        _variables.Clear();
    }

    private void Set(string name, string value)
    {
        _variables[name] = (Environment.GetEnvironmentVariable(name), value);
        Environment.SetEnvironmentVariable(name, value);
    }
}
