using System;
using AzTokenRs.Json;
using AzTokenRs.Operations;

namespace AzTokenRs.ClientAuth;

/// <summary>
/// What proves a confidential client: the member <c>client_auth</c> of a request (docs/abi.md), and the answers to what
/// the native library asks about it.
/// </summary>
internal abstract class ClientProof : IDisposable
{
    /// <summary>Writes the member's value.</summary>
    internal void Write(JsonWriter json)
    {
        json.BeginObject();
        WriteMembers(json);
        json.EndObject();
    }

    /// <summary>Answers a question; called on the pipeline's thread.</summary>
    internal virtual Reply Answer(QuestionEvent question) => Reply.Refuse("There is nothing to answer that with.");

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>Gives back what it holds.</summary>
    private protected virtual void Release()
    {
    }

    private protected abstract void WriteMembers(JsonWriter json);
}
