using System;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using AzTokenRs.Json;

namespace AzTokenRs.Emulation;

/// <summary>The control API of an emulator, which rust/entra-emulator/README.md describes.</summary>
internal sealed class EmulatorControl
{
    // One for all: it only ever speaks to this machine, so no proxy may stand between.
    private static readonly HttpClient s_client = new(new HttpClientHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly string _url;

    internal EmulatorControl(string url) => _url = url;

    internal JsonValue Get(string path, CancellationToken cancelled) => Send(HttpMethod.Get, path, null, cancelled);

    internal void Delete(string path, CancellationToken cancelled) => Send(HttpMethod.Delete, path, null, cancelled);

    internal JsonValue Post(string path, JsonWriter body, CancellationToken cancelled) =>
        Send(HttpMethod.Post, path, body, cancelled);

    /// <summary>Brings a sign-in's response to the redirect URI on this machine, as the browser would.</summary>
    internal static void Deliver(string method, string uri, HttpContent? form, CancellationToken cancelled)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = form };
        Wait(s_client.SendAsync(request, cancelled), new Uri(uri)).Dispose();
    }

    private JsonValue Send(HttpMethod method, string path, JsonWriter? body, CancellationToken cancelled)
    {
        var uri = new Uri($"{_url}/{path}");
        using var request = new HttpRequestMessage(method, uri);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body.Bytes, 0, body.Length);
            request.Content.Headers.Add("Content-Type", "application/json");
        }

        using var response = Wait(s_client.SendAsync(request, cancelled), uri);
        var answer = Wait(response.Content.ReadAsByteArrayAsync(), uri);
        var json = Parse(answer);
        return response.IsSuccessStatusCode ? json : throw Refused(response.StatusCode, json);
    }

    private static T Wait<T>(Task<T> task, Uri uri)
    {
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (HttpRequestException exception)
        {
            var reason = exception.GetBaseException().Message;
            throw new AzTokenEmulatorException("EmulatorNotRunning", $"No connection to {uri.GetLeftPart(UriPartial.Path)}: {reason}", exception);
        }
    }

    private static JsonValue Parse(byte[] answer)
    {
        try
        {
            return JsonValue.Parse(answer.Length == 0 ? [(byte)'n', (byte)'u', (byte)'l', (byte)'l'] : answer);
        }
        catch (FormatException exception)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>A response that is not what the control API's description says.</summary>
    internal static AzTokenEmulatorException Unreadable(FormatException exception) =>
        new("EmulatorResponse", $"The emulator's response can't be read: {exception.Message} Reinstall AzTokenRs, so that all of its files have one version.", exception);

    private static AzTokenEmulatorException Refused(HttpStatusCode status, JsonValue answer)
    {
        var members = answer.Kind == JsonKind.Object ? new JsonObject(answer) : null;
        var text = members?.Find("error_page", JsonKind.Object) is { } page
            ? PageText(new JsonObject(page))
            : members?.Text("error") ?? $"The emulator refused the request with HTTP {(int)status}.";
        return new AzTokenEmulatorException("EmulatorRefused", text);
    }

    /// <summary>What the page says that a person sees instead of being sent back.</summary>
    private static string PageText(JsonObject page)
    {
        var text = page.RequiredText("text");
        var number = string.Format(CultureInfo.InvariantCulture, "AADSTS{0}", page.Integer("number"));
        return text.StartsWith(number, StringComparison.Ordinal) ? text : $"{number}: {text}";
    }
}
