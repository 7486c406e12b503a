using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>
/// Claims by name, in the token's order, read only. They are read from the token's JSON when first asked for: a
/// pipeline of thousands of tokens rarely asks.
/// </summary>
[SuppressMessage(
    "Design", "CA1010", Justification = "PowerShell's $claims.name and its view of dictionaries need IDictionary alone.")]
public sealed class ClaimsDictionary : IDictionary
{
    // Lists that some issuers write as a single string when there is only one element.
    private static readonly HashSet<string> s_lists = new(StringComparer.Ordinal) { "amr", "groups", "roles", "wids" };

    private readonly Lazy<OrderedDictionary> _claims;

    internal ClaimsDictionary(JsonValue claims)
        : this(new ArraySegment<byte>(claims.CopyBytes()))
    {
    }

    /// <param name="json">An object that was checked to be one; the bytes must not change any more.</param>
    internal ClaimsDictionary(ArraySegment<byte> json) =>
        _claims = new Lazy<OrderedDictionary>(() => Read(JsonValue.OfChecked(json)));

    /// <summary>The value of a claim, null if the token has none of that name.</summary>
    public object? this[string name] => _claims.Value[name];

    /// <inheritdoc/>
    public int Count => _claims.Value.Count;

    /// <inheritdoc/>
    public ICollection Keys => _claims.Value.Keys;

    /// <inheritdoc/>
    public ICollection Values => _claims.Value.Values;

    /// <inheritdoc/>
    public bool IsReadOnly => true;

    /// <inheritdoc/>
    public bool IsFixedSize => true;

    /// <inheritdoc/>
    public bool IsSynchronized => false;

    /// <inheritdoc/>
    public object SyncRoot => _claims;

    object? IDictionary.this[object key]
    {
        get => _claims.Value[key];
        set => throw ReadOnly();
    }

    /// <summary>Whether the token has a claim of that name.</summary>
    public bool ContainsKey(string name) => _claims.Value.Contains(name);

    /// <inheritdoc/>
    public bool Contains(object key) => _claims.Value.Contains(key);

    /// <inheritdoc/>
    public void CopyTo(Array array, int index) => _claims.Value.CopyTo(array, index);

    /// <inheritdoc/>
    public IDictionaryEnumerator GetEnumerator() => _claims.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void IDictionary.Add(object key, object? value) => throw ReadOnly();

    void IDictionary.Clear() => throw ReadOnly();

    void IDictionary.Remove(object key) => throw ReadOnly();

    private static OrderedDictionary Read(JsonValue value)
    {
        var claims = new OrderedDictionary(StringComparer.Ordinal);
        foreach (var member in value.Members())
        {
            var claim = ToObject(member.Value);
            claims[member.Key] = claim is string single && s_lists.Contains(member.Key) ? new object[] { single } : claim;
        }

        return claims;
    }

    private static object? ToObject(JsonValue value) => value.Kind switch
    {
        JsonKind.String => value.GetString(),
        JsonKind.Number => value.GetNumber(),
        JsonKind.Boolean => value.GetBoolean(),
        JsonKind.Array => value.Elements().Select(ToObject).ToArray(),
        JsonKind.Object => new ClaimsDictionary(value),
        _ => null,
    };

    private static NotSupportedException ReadOnly() => new("The claims of a token can't be changed.");
}
