using AzTokenRs.Native;
using AzTokenRs.Operations;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The client credentials grant (RFC 6749 section 4.4): an app's own token. Its parameters are the credentials of
/// GetAzToken.ClientAuth.cs, each of which chooses the grant when no other does.
/// </summary>
public sealed partial class GetAzToken
{
    internal GrantRequest BuildClientCredentials() => WithProof(new GrantRequest(NativeMethods.aztoken_client_credentials));
}
