using System;
using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs.Operations;

/// <summary>The answer to a question of the native library (docs/abi.md, "Questions"). Dispose overwrites it.</summary>
internal sealed class Reply : IDisposable
{
    private readonly JsonWriter _json = new();

    private Reply(string member, Action<JsonWriter> value)
    {
        _json.BeginObject();
        _json.Name(member);
        value(_json);
        _json.EndObject();
    }

    internal byte[] Bytes => _json.Bytes;

    internal int Length => _json.Length;

    public void Dispose() => _json.Dispose();

    internal static Reply Answer(string value) => new("answer", json => json.Write(value));

    internal static Reply Answer(SecureString value) => new("answer", json => json.Write(value));

    /// <summary>Ends the operation with an error that says why.</summary>
    internal static Reply Refuse(string problem) => new("error", json => json.Write(problem));
}
