using System.Management.Automation;
using System.Security;

namespace AzTokenRs;

/// <summary>A user of a local Entra ID. Everything about it is public.</summary>
public sealed class AzTokenEmulatorUser
{
    internal AzTokenEmulatorUser(string userPrincipalName, string? displayName, string? password)
    {
        UserPrincipalName = userPrincipalName;
        DisplayName = displayName;
        Password = password;
    }

    /// <summary>The name to sign in with.</summary>
    public string UserPrincipalName { get; }

    /// <summary>The name to show.</summary>
    public string? DisplayName { get; }

    /// <summary>The password.</summary>
    public string? Password { get; }

    /// <summary>Name and password for <c>Get-AzToken -Credential</c>; null for a user without a password.</summary>
    public PSCredential? Credential
    {
        get
        {
            if (string.IsNullOrEmpty(Password))
            {
                return null;
            }

            var password = new SecureString();
            foreach (var character in Password!)
            {
                password.AppendChar(character);
            }

            password.MakeReadOnly();
            return new PSCredential(UserPrincipalName, password);
        }
    }

    /// <summary>The name to sign in with.</summary>
    public override string ToString() => UserPrincipalName;
}
