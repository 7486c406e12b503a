using System;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using AzTokenRs.Errors;

namespace AzTokenRs.ClientAuth;

/// <summary>Asks a person for a client secret, without showing it.</summary>
internal static class SecretPrompt
{
    /// <exception cref="AzTokenException">The host can't prompt.</exception>
    internal static SecureString Ask(PSHost host, string? clientId)
    {
        try
        {
            host.UI.Write(clientId is null ? "Client secret: " : $"Client secret of {clientId}: ");
            return host.UI.ReadLineAsSecureString();
        }
        catch (Exception exception) when (exception is HostException or InvalidOperationException or NotImplementedException or NotSupportedException)
        {
            throw AzTokenException.InCall(
                MessageId.ClientSecretPromptUnavailable, "PromptForSecret", exception.Message.TrimEnd('.') + ".");
        }
    }
}
