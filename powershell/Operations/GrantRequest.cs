using System;
using AzTokenRs.ClientAuth;
using AzTokenRs.Json;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>
/// A request of docs/abi.md: the options that all operations share, and the operation's own parameters. Dispose overwrites
/// the bytes.
/// </summary>
internal sealed class GrantRequest : IDisposable
{
    // The larger part is written in place: the parameters hold the secrets.
    private readonly JsonWriter _json = new();
    private readonly JsonWriter _options = new();
    private readonly RequestFunction _function;

    internal GrantRequest(RequestFunction function)
    {
        _function = function;
        _json.BeginObject();
        _json.Name("parameters");
        _json.BeginObject();
        _options.BeginObject();
        Parameters = new RequestMembers(_json);
        Options = new RequestMembers(_options);
    }

    /// <summary>The operation's own members.</summary>
    internal RequestMembers Parameters { get; }

    /// <summary>The members that all operations share.</summary>
    internal RequestMembers Options { get; }

    /// <summary>Answers the questions of the operation, if it asks any.</summary>
    internal ClientProof? Proof { get; private set; }

    public void Dispose()
    {
        _json.Dispose();
        _options.Dispose();
    }

    /// <summary>Adds the client's credential.</summary>
    internal void AddClientAuth(ClientProof? proof)
    {
        Proof = proof;
        Parameters.Add("client_auth", proof);
    }

    internal Operation Start()
    {
        // What -WarningAction Stop or an answer to a prompt may stop is announced, and waits for the cmdlet.
        Options.Add("confirm", true);
        Finish(out var json, out var length);
        return Operation.Start(_function, json, length);
    }

    /// <summary>Calls a function that returns its result at once.</summary>
    /// <exception cref="AzTokenException">The request is refused.</exception>
    internal JsonObject Ask()
    {
        Finish(out var json, out var length);
        return DirectCall.Result(_function, json, length);
    }

    /// <summary>The whole request: the first <paramref name="length"/> bytes, until Dispose. Nothing can be added afterwards.</summary>
    internal void Finish(out byte[] json, out int length)
    {
        _json.EndObject();
        _options.EndObject();
        _json.Name("options");
        _json.WriteJson(_options);
        _json.EndObject();
        json = _json.Bytes;
        length = _json.Length;
    }
}
