using System.Runtime.InteropServices;
using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs.ClientAuth;

/// <summary>A client secret.</summary>
internal sealed class SecretProof(SecureString secret) : ClientProof
{
    /// <inheritdoc/>
    internal override string Kind => "Secret";

    /// <summary>Whether it is nothing but white space, as an unset variable gives it.</summary>
    internal bool IsEmpty
    {
        get
        {
            var copy = Marshal.SecureStringToGlobalAllocUnicode(secret);
            try
            {
                for (var index = 0; index < secret.Length; index++)
                {
                    if (!char.IsWhiteSpace((char)Marshal.ReadInt16(copy, index * sizeof(char))))
                    {
                        return false;
                    }
                }

                return true;
            }
            finally
            {
                Marshal.ZeroFreeGlobalAllocUnicode(copy);
            }
        }
    }

    private protected override void WriteMembers(JsonWriter json)
    {
        json.Member("kind", "secret");
        json.Member("secret", secret);
    }
}
