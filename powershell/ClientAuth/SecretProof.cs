using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs.ClientAuth;

/// <summary>A client secret.</summary>
internal sealed class SecretProof(SecureString secret) : ClientProof
{
    private protected override void WriteMembers(JsonWriter json)
    {
        json.Member("kind", "secret");
        json.Member("secret", secret);
    }
}
