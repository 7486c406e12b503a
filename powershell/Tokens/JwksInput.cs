using System;
using System.Collections;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using AzTokenRs.Json;

namespace AzTokenRs.Tokens;

/// <summary>A JSON Web Key Set as users have it: in a file, as text, or as the object that a REST call gave.</summary>
internal static class JwksInput
{
    /// <summary>The limit of the native library for what it gets from the network too.</summary>
    private const int MaxLength = 1 << 20;

    private const string FileSystem = "FileSystem";

    /// <returns>JSON.</returns>
    /// <exception cref="AzTokenException">It can't be read.</exception>
    internal static string Read(object input, PathIntrinsics paths)
    {
        var value = input is PSObject { BaseObject: not PSCustomObject } wrapper ? wrapper.BaseObject : input;
        var json = value switch
        {
            string text => IsJson(text) ? text.Trim('\uFEFF') : ReadFile(text, paths),
            FileInfo file => ReadFile(file.FullName, paths),
            object[] lines when lines.All(IsString) => string.Join("\n", lines.Select(line => line.ToString())),
            _ => Serialize(value),
        };
        return json.Length <= MaxLength ? json : throw Refusal("is larger than 1 MiB, which no key set is");
    }

    private static bool IsJson(string text) => text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith("{", StringComparison.Ordinal);

    private static bool IsString(object? line) => (line is PSObject wrapper ? wrapper.BaseObject : line) is string;

    /// <param name="given">Relative to the session's location, which is not the process's.</param>
    /// <param name="paths">The session's paths.</param>
    private static string ReadFile(string given, PathIntrinsics paths)
    {
        try
        {
            var path = paths.GetUnresolvedProviderPathFromPSPath(given, out var provider, out _);
            if (provider.Name != FileSystem)
            {
                throw Refusal($"'{given}' is no path of a file, and no JSON object");
            }

            return new FileInfo(path).Length <= MaxLength ? new string(FileText.Decode(File.ReadAllBytes(path))).Trim() : throw Refusal("is larger than 1 MiB, which no key set is");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException or ItemNotFoundException or System.Management.Automation.DriveNotFoundException
            or ProviderNotFoundException)
        {
            throw Refusal($"the file '{given}' can't be read ({exception.Message.TrimEnd('.')})");
        }
    }

    private static string Serialize(object value)
    {
        if (value is not IDictionary && value is not PSObject)
        {
            throw Refusal($"can't be of type {value.GetType().FullName}");
        }

        using var json = new JsonWriter();
        try
        {
            ObjectJson.Write(json, value);
        }
        catch (FormatException exception)
        {
            throw Refusal(exception.Message);
        }

        return Encoding.UTF8.GetString(json.Bytes, 0, json.Length);
    }

    private static AzTokenException Refusal(string problem) =>
        new("invalid_parameter", "invalid_parameter", $"jwks: {problem}. Give a path, the JSON of a key set, or an object with its keys.", [])
        {
            Parameter = "jwks",
        };
}
