using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Linq;
using System.Management.Automation;

namespace AzTokenRs.Tokens;

/// <summary>
/// Finds the texts of a failed call that may hold a claims challenge; the native library reads them. The exceptions of
/// PowerShell, Az and Microsoft Graph belong to other assemblies and differ, so their properties are read by name.
/// </summary>
internal static class ClaimsChallenge
{
    private const string Header = "WWW-Authenticate";

    // An exception that has itself as inner one would have no end.
    private const int MaxExceptions = 8;

    // Invoke-RestMethod, Invoke-MgGraphRequest; the cmdlets of Az and Microsoft.Graph; Microsoft.Rest.
    private static readonly string[] s_responses = ["Response", "ResponseMessage", "HttpResponse", "RawResponse"];

    /// <summary>Null if there is none.</summary>
    internal static string? Find(ErrorRecord error)
    {
        var exceptions = Chain(error.Exception).Take(MaxExceptions).ToArray();
        return exceptions.OfType<AzTokenException>().Select(exception => exception.Claims).FirstOrDefault(claims => claims is not null)
            ?? Texts(error, exceptions).FirstOrDefault(text => text.IndexOf("claims", StringComparison.OrdinalIgnoreCase) >= 0);
    }

    /// <summary>The header, if it is one of those that a response's collection of headers holds.</summary>
    internal static string? FromHeaders(object? headers)
    {
        var value = headers is PSObject wrapper ? wrapper.BaseObject : headers;
        var found = value switch
        {
            NameValueCollection list => list[Header],
            // The typed list of .NET is empty where a member isn't quoted, as Microsoft Graph sends it; this one has all.
            IEnumerable<KeyValuePair<string, IEnumerable<string>>> several => Join(several
                .Where(header => IsHeader(header.Key)).SelectMany(header => header.Value)),
            IDictionary dictionary => Join(dictionary.Cast<DictionaryEntry>()
                .Where(entry => IsHeader(entry.Key)).SelectMany(entry => Texts(entry.Value))),
            IEnumerable entries and not string => Join(entries.Cast<object?>()
                .Where(entry => IsHeader(Property(entry, "Key") ?? Property(entry, "Name")))
                .SelectMany(entry => Texts(Property(entry, "Value")))),
            _ => null,
        };
        return found ?? Join(Texts(Property(value, "WwwAuthenticate")));
    }

    private static IEnumerable<string> Texts(ErrorRecord error, Exception[] exceptions)
    {
        foreach (var exception in exceptions)
        {
            var headers = s_responses.Select(name => Property(Property(exception, name), "Headers"))
                .Append(Property(exception, "Headers")).Append(Property(exception, "ResponseHeaders"));
            foreach (var header in headers.Select(FromHeaders).OfType<string>())
            {
                yield return header;
            }
        }

        // The body, and messages such as the one of Az that says what to pass to Connect-AzAccount.
        var texts = exceptions.Select(exception => Property(exception, "ResponseBody") as string ?? exception.Message);
        foreach (var text in texts.Prepend(error.ErrorDetails?.Message))
        {
            if (text is not null)
            {
                yield return text;
            }
        }
    }

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        var waiting = new Queue<Exception?>([exception]);
        while (waiting.Count > 0)
        {
            if (waiting.Dequeue() is not { } current)
            {
                continue;
            }

            yield return current;
            foreach (var inner in current is AggregateException several ? several.InnerExceptions : (IEnumerable<Exception?>)[current.InnerException])
            {
                waiting.Enqueue(inner);
            }
        }
    }

    private static bool IsHeader(object? name) => string.Equals(name?.ToString(), Header, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        null => [],
        string text => [text],
        IEnumerable several => several.Cast<object?>().Select(one => one?.ToString() ?? string.Empty),
        _ => [value.ToString()!],
    };

    private static string? Join(IEnumerable<string> values)
    {
        var joined = string.Join(", ", values);
        return joined.Length == 0 ? null : joined;
    }

    private static object? Property(object? value, string name)
    {
        try
        {
            var found = value is null ? null : PSObject.AsPSObject(value).Properties[name]?.Value;
            return found is PSObject wrapper && wrapper.BaseObject is not PSCustomObject ? wrapper.BaseObject : found;
        }
        catch (GetValueException)
        {
            // A response that was disposed of.
            return null;
        }
    }
}
