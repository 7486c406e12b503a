using System;
using System.Collections.Generic;
using System.Globalization;

namespace AzTokenRs.Json;

/// <summary>The members of an object by name, for readers that know what they look for.</summary>
internal sealed class JsonObject
{
    private readonly Dictionary<string, JsonValue> _members = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">The value is not an object.</exception>
    internal JsonObject(JsonValue value)
    {
        if (value.Kind != JsonKind.Object)
        {
            throw new FormatException("JSON is not an object.");
        }

        foreach (var member in value.Members())
        {
            _members[member.Key] = member.Value;
        }
    }

    /// <summary>A member that is there and not null.</summary>
    internal JsonValue? Find(string name, JsonKind kind)
    {
        if (!_members.TryGetValue(name, out var value) || value.Kind == JsonKind.Null)
        {
            return null;
        }

        return value.Kind == kind ? value : throw new FormatException($"The member '{name}' is not of kind {kind}.");
    }

    internal string? Text(string name) => Find(name, JsonKind.String)?.GetString();

    internal string RequiredText(string name) => Required(name, JsonKind.String).GetString();

    internal bool RequiredFlag(string name) => Required(name, JsonKind.Boolean).GetBoolean();

    internal JsonValue RequiredObject(string name) => Required(name, JsonKind.Object);

    internal IEnumerable<JsonValue> RequiredArray(string name) => Required(name, JsonKind.Array).Elements();

    internal bool Flag(string name) => Find(name, JsonKind.Boolean)?.GetBoolean() ?? false;

    internal long? Integer(string name) => Find(name, JsonKind.Number) is { } value ? ToInteger(name, value) : null;

    internal string[] Texts(string name)
    {
        var texts = new List<string>();
        if (Find(name, JsonKind.Array) is { } array)
        {
            foreach (var element in array.Elements())
            {
                texts.Add(element.GetString());
            }
        }

        return texts.ToArray();
    }

    internal long[] Integers(string name)
    {
        var integers = new List<long>();
        if (Find(name, JsonKind.Array) is { } array)
        {
            foreach (var element in array.Elements())
            {
                integers.Add(ToInteger(name, element));
            }
        }

        return integers.ToArray();
    }

    private JsonValue Required(string name, JsonKind kind) =>
        Find(name, kind) ?? throw new FormatException($"The member '{name}' is missing.");

    // A float is cut to its whole part: seconds may come with a fraction.
    private static long ToInteger(string name, JsonValue value) => value.GetNumber() switch
    {
        long integer => integer,
        double number => (long)number,
        var text => throw new FormatException(string.Format(
            CultureInfo.InvariantCulture, "The member '{0}' is out of range: {1}.", name, text)),
    };
}
