using System;
using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace AzTokenRs.Json;

/// <summary>Writes what PowerShell makes of JSON (objects, hashtables, arrays, plain values) as JSON again.</summary>
internal static class ObjectJson
{
    /// <summary>As the native library's limit.</summary>
    private const int MaxDepth = 64;

    /// <exception cref="FormatException">Nested too deeply, as something that contains itself is.</exception>
    internal static void Write(JsonWriter json, object? value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"is nested more than {MaxDepth} levels deep");
        }

        switch (value is PSObject { BaseObject: not PSCustomObject } wrapper ? wrapper.BaseObject : value)
        {
            case null:
                json.WriteNull();
                break;
            case string text:
                json.Write(text);
                break;
            case bool flag:
                json.Write(flag);
                break;
            case byte or short or int or long:
                json.Write(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case PSObject members:
                WriteObject(json, members, depth);
                break;
            case IDictionary members:
                WriteDictionary(json, members, depth);
                break;
            case IEnumerable elements:
                WriteArray(json, elements, depth);
                break;
            case var other:
                json.Write(Convert.ToString(other, CultureInfo.InvariantCulture) ?? string.Empty);
                break;
        }
    }

    private static void WriteObject(JsonWriter json, PSObject members, int depth)
    {
        json.BeginObject();
        foreach (var property in members.Properties)
        {
            json.Name(property.Name);
            Write(json, property.Value, depth + 1);
        }

        json.EndObject();
    }

    private static void WriteDictionary(JsonWriter json, IDictionary members, int depth)
    {
        json.BeginObject();
        foreach (DictionaryEntry member in members)
        {
            json.Name(Convert.ToString(member.Key, CultureInfo.InvariantCulture) ?? string.Empty);
            Write(json, member.Value, depth + 1);
        }

        json.EndObject();
    }

    private static void WriteArray(JsonWriter json, IEnumerable elements, int depth)
    {
        json.BeginArray();
        foreach (var element in elements)
        {
            Write(json, element, depth + 1);
        }

        json.EndArray();
    }
}
