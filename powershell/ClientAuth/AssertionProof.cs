using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs.ClientAuth;

/// <summary>A client assertion made elsewhere: a federated token, or a JWT that was signed by hand.</summary>
internal sealed class AssertionProof(SecureString assertion) : ClientProof
{
    /// <inheritdoc/>
    internal override string Kind => "Assertion";

    internal SecureString Value => assertion;

    private protected override void WriteMembers(JsonWriter json)
    {
        json.Member("kind", "assertion");
        json.Member("assertion", assertion);
    }
}
