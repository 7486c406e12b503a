using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Dynamic;
using System.Linq;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>
/// Claims by name, in the token's order, read only: <c>$claims['aud']</c>, <c>$claims.aud</c>, and
/// <c>$claims | Where-Object Key -like 'xms_*'</c>. They are read from the token's JSON when first used: a pipeline of
/// thousands of tokens rarely uses them.
/// </summary>
/// <remarks>
/// Not an IDictionary, which PowerShell never enumerates in a pipeline. A DynamicObject, so that a claim can be written like a
/// property all the same.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The name that scripts know.")]
public sealed class ClaimsDictionary : DynamicObject, IReadOnlyDictionary<string, object?>
{
    // Lists that some issuers write as a single string when there is only one element.
    private static readonly HashSet<string> s_lists = new(StringComparer.Ordinal) { "amr", "groups", "roles", "wids" };

    private readonly Lazy<OrderedDictionary> _claims;

    /// <summary>Makes claims of a hashtable, for tests.</summary>
    public ClaimsDictionary(IDictionary claims)
    {
        if (claims is null)
        {
            throw new ArgumentNullException(nameof(claims));
        }

        var copy = new OrderedDictionary(StringComparer.Ordinal);
        foreach (DictionaryEntry claim in claims)
        {
            copy[Convert.ToString(claim.Key, System.Globalization.CultureInfo.InvariantCulture)!] = claim.Value;
        }

        _claims = new Lazy<OrderedDictionary>(() => copy);
    }

    /// <param name="json">An object that was checked to be one; the bytes must not change any more.</param>
    internal ClaimsDictionary(ArraySegment<byte> json) => _claims = new Lazy<OrderedDictionary>(() => Read(JsonValue.Parse(json)));

    private ClaimsDictionary(JsonValue claims)
        : this(new ArraySegment<byte>(claims.CopyBytes()))
    {
    }

    /// <summary>The value of a claim, null if the token has none of that name.</summary>
    public object? this[string key] => _claims.Value[key];

    /// <inheritdoc/>
    public int Count => _claims.Value.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _claims.Value.Keys.Cast<string>();

    /// <inheritdoc/>
    public IEnumerable<object?> Values => _claims.Value.Values.Cast<object?>();

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _claims.Value.Contains(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, out object? value)
    {
        value = _claims.Value[key];
        return value is not null || ContainsKey(key);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        foreach (DictionaryEntry claim in _claims.Value)
        {
            yield return new KeyValuePair<string, object?>((string)claim.Key, claim.Value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override bool TryGetMember(GetMemberBinder binder, out object? result) =>
        TryGetValue((binder ?? throw new ArgumentNullException(nameof(binder))).Name, out result);

    /// <inheritdoc/>
    public override IEnumerable<string> GetDynamicMemberNames() => Keys;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", this.Select(claim => $"[{claim.Key}: {Tokens.ClaimText.Of(claim.Key, claim.Value)}]"));

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
}
