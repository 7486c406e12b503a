using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;

namespace AzTokenRs.EngineTests.Support;

/// <summary>
/// Where the service sends a browser after a sign-in, and what with. The test is the browser: it delivers the answer, and may
/// change it first.
/// </summary>
internal sealed class BrowserAnswer
{
    private BrowserAnswer(Uri uri, bool isPosted, Dictionary<string, string> fields)
    {
        Uri = uri;
        IsPosted = isPosted;
        Fields = fields;
    }

    /// <summary>The redirect URI, without the answer.</summary>
    internal Uri Uri { get; }

    /// <summary>Whether the answer comes as a form.</summary>
    internal bool IsPosted { get; }

    /// <summary>Whether the answer comes behind the <c>#</c>, where a script of the page finds it.</summary>
    internal bool IsFragment { get; private init; }

    /// <summary>The fields of the answer by name.</summary>
    internal Dictionary<string, string> Fields { get; }

    internal string this[string name] => Fields[name];

    /// <summary>What of the answer is secret.</summary>
    internal string[] Secrets => new[] { "code", "access_token", "id_token" }
        .Where(Fields.ContainsKey).Select(name => Fields[name]).ToArray();

    /// <summary>The address of the sign-in page in a message to the user.</summary>
    internal static string AddressIn(string message) => Regex.Match(message, @"https?://\S+/authorize\?\S+").Value;

    /// <summary>The fields of a query or a fragment.</summary>
    internal static Dictionary<string, string> FieldsOf(string encoded)
    {
        var parsed = HttpUtility.ParseQueryString(encoded);
        return parsed.AllKeys.ToDictionary(name => name!, name => parsed[name]!);
    }

    internal static BrowserAnswer Read(JsonNode answer)
    {
        var uri = new Uri((string)answer["uri"]!);
        var place = new Uri(uri.GetLeftPart(UriPartial.Path));
        if ((string)answer["method"]! == "POST")
        {
            return new BrowserAnswer(place, true, answer["form"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!));
        }

        var isFragment = uri.Fragment.Length > 1;
        return new BrowserAnswer(place, false, FieldsOf(isFragment ? uri.Fragment[1..] : uri.Query)) { IsFragment = isFragment };
    }

    /// <summary>Another answer to the same sign-in.</summary>
    internal static BrowserAnswer To(string uri, params (string Name, string Value)[] fields)
    {
        var asked = FieldsOf(new Uri(uri).Query);
        var answer = fields.ToDictionary(field => field.Name, field => field.Value);
        answer["state"] = asked["state"];
        return new BrowserAnswer(new Uri(asked["redirect_uri"]), true, answer);
    }

    /// <summary>The same with a field changed or, by null, left out.</summary>
    internal BrowserAnswer With(string name, string? value)
    {
        var fields = new Dictionary<string, string>(Fields);
        fields.Remove(name);
        if (value is not null)
        {
            fields.Add(name, value);
        }

        return new BrowserAnswer(Uri, IsPosted, fields) { IsFragment = IsFragment };
    }

    /// <summary>Brings the answer where it belongs, as the browser would; the page that is then shown.</summary>
    internal async Task<Page> DeliverAsync()
    {
        if (IsFragment)
        {
            // The page's script posts what it finds.
            var page = await GetAsync(Uri);
            Assert.Contains("<script>", page.Text, StringComparison.Ordinal);
        }

        return IsPosted || IsFragment
            ? await SendAsync(new HttpRequestMessage(HttpMethod.Post, Uri) { Content = new FormUrlEncodedContent(Fields) })
            : await GetAsync(new UriBuilder(Uri) { Query = await new FormUrlEncodedContent(Fields).ReadAsStringAsync() }.Uri);
    }

    /// <summary>The page at an address of this machine.</summary>
    internal static Task<Page> GetAsync(Uri uri) => SendAsync(new HttpRequestMessage(HttpMethod.Get, uri));

    private static async Task<Page> SendAsync(HttpRequestMessage request)
    {
        using var client = new HttpClient();
        using var response = await client.SendAsync(request);
        return new Page(response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>A page that the listener shows.</summary>
internal sealed record Page(HttpStatusCode Status, string Text);
