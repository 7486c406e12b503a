using AzTokenRs.Json;

namespace AzTokenRs.Tokens;

/// <summary>Header and payload of a token as one JSON text.</summary>
internal static class TokenJson
{
    internal static string Write(JwtRecord record)
    {
        var json = new JsonIndenter();
        json.AppendRaw("{\n  \"header\": ");
        json.Append(JwtRecord.Text(record.Header), depth: 1);
        json.AppendRaw(",\n  \"payload\": ");
        json.Append(record.Kind == AzTokenKind.Encrypted ? "null" : JwtRecord.Text(record.Claims), depth: 1);
        json.AppendRaw("\n}");
        return json.ToString();
    }
}
