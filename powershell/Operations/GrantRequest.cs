using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using AzTokenRs.ClientAuth;
using AzTokenRs.Json;
using AzTokenRs.Native;
using AzTokenRs.Tokens;

namespace AzTokenRs.Operations;

/// <summary>
/// A request of docs/abi.md. What was not given is left out: defaults live in the native library. Dispose overwrites
/// the bytes.
/// </summary>
internal sealed class GrantRequest : IDisposable
{
    private readonly JsonWriter _json = new();
    private readonly RequestFunction _function;

    internal GrantRequest(RequestFunction function)
    {
        _function = function;
        _json.BeginObject();
    }

    /// <summary>What answers the questions of the operation, if anything does.</summary>
    internal ClientProof? Proof { get; private set; }

    public void Dispose() => _json.Dispose();

    internal void Add(string name, string? value)
    {
        if (value is not null)
        {
            _json.Name(name);
            _json.Write(value);
        }
    }

    internal void Add(string name, string[]? values)
    {
        if (values is not null)
        {
            _json.Name(name);
            _json.Write(values);
        }
    }

    internal void Add(string name, SecureString? secret)
    {
        if (secret is not null)
        {
            _json.Member(name, secret);
        }
    }

    /// <summary>Adds what proves the client, which also answers what the operation asks.</summary>
    internal void Add(string name, ClientProof? proof)
    {
        Proof = proof;
        if (proof is not null)
        {
            _json.Name(name);
            proof.Write(_json);
        }
    }

    /// <summary>Adds the proxy to use.</summary>
    internal void AddProxy(Uri? address, PSCredential? credential)
    {
        if (address is null)
        {
            return;
        }

        _json.Name("proxy");
        _json.BeginObject();
        _json.Member("url", address.OriginalString);
        if (credential is not null)
        {
            _json.Member("username", credential.UserName);
            _json.Member("password", credential.Password);
        }

        _json.EndObject();
    }

    internal void Add(string name, bool value) => _json.Member(name, value);

    /// <summary>Adds a number; 0 stands for one that was not given.</summary>
    internal void Add(string name, int value)
    {
        if (value != 0)
        {
            _json.Name(name);
            _json.Write(value);
        }
    }

    /// <summary>Adds a number that 0 is a value of.</summary>
    internal void AddNumber(string name, int value)
    {
        _json.Name(name);
        _json.Write(value);
    }

    internal void Add(string name, TokenText token)
    {
        _json.Name(name);
        _json.WriteUtf8(token.Bytes, token.Length);
    }

    internal void Add(string name, IEnumerable<KeyValuePair<string, string>> values)
    {
        _json.Name(name);
        _json.BeginObject();
        foreach (var value in values)
        {
            _json.Name(value.Key);
            _json.Write(value.Value);
        }

        _json.EndObject();
    }

    /// <summary>Adds a hashtable that ValidateExtraParameter has looked at.</summary>
    internal void Add(string name, IDictionary? values)
    {
        if (values is null)
        {
            return;
        }

        _json.Name(name);
        _json.BeginObject();
        foreach (DictionaryEntry entry in values)
        {
            _json.Name((string)entry.Key);
            switch (entry.Value is PSObject wrapper ? wrapper.BaseObject : entry.Value)
            {
                case SecureString secret:
                    _json.Write(secret);
                    break;
                case bool flag:
                    _json.Write(flag ? "true" : "false");
                    break;
                case var value:
                    _json.Write(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                    break;
            }
        }

        _json.EndObject();
    }

    internal Operation Start()
    {
        Finish(out var json, out var length);
        return Operation.Start(_function, json, length);
    }

    /// <summary>Asks a function that answers at once.</summary>
    /// <exception cref="AzTokenException">It refuses.</exception>
    internal JsonObject Ask()
    {
        Finish(out var json, out var length);
        return DirectCall.Result(_function, json, length);
    }

    /// <summary>The whole request: the first <paramref name="length"/> bytes, until Dispose.</summary>
    internal void Finish(out byte[] json, out int length)
    {
        _json.EndObject();
        json = _json.Bytes;
        length = _json.Length;
    }
}
