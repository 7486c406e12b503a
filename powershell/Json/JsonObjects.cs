using System.Linq;
using System.Management.Automation;

namespace AzTokenRs.Json;

/// <summary>JSON as the objects that ConvertFrom-Json would make of it.</summary>
internal static class JsonObjects
{
    internal static object? ToObject(JsonValue value) => value.Kind switch
    {
        JsonKind.String => value.GetString(),
        JsonKind.Number => value.GetNumber(),
        JsonKind.Boolean => value.GetBoolean(),
        JsonKind.Array => value.Elements().Select(ToObject).ToArray(),
        JsonKind.Object => ToPSObject(value),
        _ => null,
    };

    /// <summary>Adds the members of an object; PowerShell knows no two names that differ in case alone, so the first counts.</summary>
    internal static void AddMembers(PSObject output, JsonValue value)
    {
        foreach (var member in value.Members())
        {
            if (output.Properties[member.Key] is null)
            {
                output.Properties.Add(new PSNoteProperty(member.Key, ToObject(member.Value)));
            }
        }
    }

    private static PSObject ToPSObject(JsonValue value)
    {
        var output = new PSObject();
        AddMembers(output, value);
        return output;
    }
}
