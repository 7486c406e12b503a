using System;
using AzTokenRs.Errors;
using AzTokenRs.Json;
using AzTokenRs.Operations;

namespace AzTokenRs.ClientAuth;

/// <summary>
/// The credential of a confidential client: the member <c>client_auth</c> of a request (docs/abi.md), and the replies to what
/// the native library asks about it.
/// </summary>
internal abstract class ClientProof : IDisposable
{
    /// <summary><c>Secret</c>, <c>Certificate</c> or <c>Assertion</c>.</summary>
    internal abstract string Kind { get; }

    /// <summary>The certificate's public facts, if it is one that can be read here.</summary>
    internal virtual CertificateFacts? Certificate => null;

    /// <summary>Writes the member's value.</summary>
    internal void Write(JsonWriter json)
    {
        json.BeginObject();
        WriteMembers(json);
        json.EndObject();
    }

    /// <summary>Answers a question; called on the pipeline's thread.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="tenant">The tenant that the token is for, if one was given.</param>
    internal virtual Reply Answer(QuestionEvent question, string? tenant) =>
        Reply.Refuse(Messages.Text(MessageId.CredentialNotAsked));

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>Gives back what it holds.</summary>
    private protected virtual void Release()
    {
    }

    private protected abstract void WriteMembers(JsonWriter json);
}
