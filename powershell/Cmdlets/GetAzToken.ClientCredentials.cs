using System;
using System.Management.Automation;
using AzTokenRs.Native;
using AzTokenRs.Operations;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The client credentials grant (RFC 6749 section 4.4): an app's own token. Its parameters are the proofs of
/// GetAzToken.ClientAuth.cs, each of which chooses the grant.
/// </summary>
public sealed partial class GetAzToken
{
    internal GrantRequest BuildClientCredentials() => WithProof(new GrantRequest(NativeMethods.aztoken_client_credentials));

    /// <summary>The client ID: the given one, or the user name of a credential with the secret.</summary>
    private string? OwnClientId()
    {
        if (ClientSecret is not PSCredential credential)
        {
            return ClientId;
        }

        if (ClientId is not null && !string.Equals(ClientId, credential.UserName, StringComparison.OrdinalIgnoreCase))
        {
            throw AzTokenException.InvalidParameter(
                "client_id", $"the credential of -ClientSecret names another client, '{credential.UserName}'. Give one of them.");
        }

        return credential.UserName;
    }

    /// <summary>Adds what proves the client. The request is not left behind when that fails.</summary>
    private GrantRequest WithProof(GrantRequest request)
    {
        try
        {
            request.AddClientAuth(Proof());
            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }
}
