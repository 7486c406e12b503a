using System;
using AzTokenRs.Errors;

namespace AzTokenRs.ClientAuth;

/// <summary>The client ID, which a call may name and a credential may know.</summary>
internal static class ClientIds
{
    /// <exception cref="AzTokenException">They differ.</exception>
    internal static string? One(string? given, string? ofCredential) =>
        given is null || ofCredential is null || string.Equals(given, ofCredential, StringComparison.OrdinalIgnoreCase)
            ? given ?? ofCredential
            : throw AzTokenException.InCall(MessageId.ClientIdConflict, "ClientId", given, ofCredential);
}
