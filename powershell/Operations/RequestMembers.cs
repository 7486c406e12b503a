using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using AzTokenRs.ClientAuth;
using AzTokenRs.Json;
using AzTokenRs.Tokens;

namespace AzTokenRs.Operations;

/// <summary>
/// One of the two objects of a request. A member without a value is left out: the native library has the defaults.
/// </summary>
internal sealed class RequestMembers(JsonWriter json)
{
    internal void Add(string name, string? value)
    {
        if (value is not null)
        {
            json.Name(name);
            json.Write(value);
        }
    }

    internal void Add(string name, string[]? values)
    {
        if (values is not null)
        {
            json.Name(name);
            json.Write(values);
        }
    }

    internal void Add(string name, SecureString? secret)
    {
        if (secret is not null)
        {
            json.Member(name, secret);
        }
    }

    internal void Add(string name, ClientProof? proof)
    {
        if (proof is not null)
        {
            json.Name(name);
            proof.Write(json);
        }
    }

    internal void Add(string name, bool value) => json.Member(name, value);

    /// <summary>Adds a number; 0 means that none was specified.</summary>
    internal void Add(string name, int value)
    {
        if (value != 0)
        {
            AddNumber(name, value);
        }
    }

    /// <summary>Adds a number that may be 0.</summary>
    internal void AddNumber(string name, int value)
    {
        json.Name(name);
        json.Write(value);
    }

    internal void Add(string name, TokenText token)
    {
        json.Name(name);
        json.WriteUtf8(token.Bytes, token.Length);
    }

    internal void Add(string name, IEnumerable<KeyValuePair<string, string>> values)
    {
        json.Name(name);
        json.BeginObject();
        foreach (var value in values)
        {
            json.Member(value.Key, value.Value);
        }

        json.EndObject();
    }

    /// <summary>Adds a hashtable that ValidateExtraParameter has checked.</summary>
    internal void Add(string name, IDictionary? values)
    {
        if (values is null)
        {
            return;
        }

        json.Name(name);
        json.BeginObject();
        foreach (DictionaryEntry entry in values)
        {
            json.Name((string)entry.Key);
            switch (entry.Value is PSObject wrapper ? wrapper.BaseObject : entry.Value)
            {
                case SecureString secret:
                    json.Write(secret);
                    break;
                case bool flag:
                    json.Write(flag ? "true" : "false");
                    break;
                case var value:
                    json.Write(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                    break;
            }
        }

        json.EndObject();
    }

    /// <summary>Adds the proxy to use.</summary>
    internal void AddProxy(Uri? address, PSCredential? credential)
    {
        if (address is null)
        {
            return;
        }

        json.Name("proxy");
        json.BeginObject();
        json.Member("url", address.OriginalString);
        if (credential is not null)
        {
            json.Member("username", credential.UserName);
            json.Member("password", credential.Password);
        }

        json.EndObject();
    }
}
