using System;
using System.Security;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Tokens;

namespace AzTokenRs.ClientAuth;

/// <summary>Checks a credential before it is used, as far as that needs no network.</summary>
internal static class ProofCheck
{
    // Any client and tenant: the assertion that is made with them is thrown away.
    private const string AnyId = "00000000-0000-0000-0000-000000000001";

    private const uint WaitMilliseconds = 60_000;

    /// <exception cref="AzTokenException">It can't be used.</exception>
    /// <exception cref="NativeLibraryException">The library can't be used.</exception>
    internal static void Run(ClientProof proof)
    {
        switch (proof)
        {
            case SecretProof { IsEmpty: true }:
                throw AzTokenException.InCall(MessageId.ClientSecretInvalid, "ClientSecret");
            case AssertionProof assertion:
                Check(assertion.Value);
                break;
            case PemProof:
                Sign(proof);
                break;
        }
    }

    private static void Check(SecureString assertion)
    {
        using var text = new TokenText();
        text.Read(assertion);
        if (!JwtDecoder.Decode(text).IsToken)
        {
            throw AzTokenException.InCall(MessageId.ClientAssertionInvalid, "ClientAssertion");
        }
    }

    // The native library reads a PEM, so it is asked whether it can sign with it.
    private static void Sign(ClientProof proof)
    {
        using var request = new GrantRequest(NativeMethods.aztoken_client_assertion);
        request.AddClientAuth(proof);
        request.Options.Add("client_id", AnyId);
        request.Options.Add("tenant", AnyId);
        using var operation = request.Start();
        while (Operation.WaitAny([operation], WaitMilliseconds) >= 0)
        {
            while (operation.TryNext() is { } json)
            {
                var report = EventReader.Read(json);
                Array.Clear(json, 0, json.Length);
                if (report is OutcomeEvent outcome)
                {
                    if (outcome.Error is { } error)
                    {
                        throw error;
                    }

                    return;
                }
            }
        }
    }
}
