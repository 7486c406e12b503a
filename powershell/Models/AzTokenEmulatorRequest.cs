using System;
using System.Collections;
using System.Globalization;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>A request that a local Entra ID has received, as it was sent: with its secrets, which are this emulator's own.</summary>
public sealed class AzTokenEmulatorRequest
{
    internal static readonly DefaultView View = new(nameof(Number), nameof(Method), nameof(Path), nameof(Status));

    private AzTokenEmulatorRequest(JsonObject request)
    {
        Number = (int)(request.Integer("n") ?? 0);
        Method = request.RequiredText("method");
        Path = request.RequiredText("path");
        Status = (int?)request.Integer("status");
        Query = Fields(request, "query");
        Form = Fields(request, "form");
        Headers = Fields(request, "headers");
        View.ApplyTo(this);
    }

    /// <summary>Its place in the order of arrival.</summary>
    public int Number { get; }

    /// <summary>Such as <c>POST</c>.</summary>
    public string Method { get; }

    /// <summary>Such as <c>/contoso.onmicrosoft.com/oauth2/v2.0/token</c>.</summary>
    public string Path { get; }

    /// <summary>The HTTP status of the response; null if there was none.</summary>
    public int? Status { get; }

    /// <summary>The parameters of its URL.</summary>
    public Hashtable Query { get; }

    /// <summary>The fields of its form.</summary>
    public Hashtable Form { get; }

    /// <summary>Its headers.</summary>
    public Hashtable Headers { get; }

    /// <summary>The client that it names.</summary>
    public string? ClientId => (Form["client_id"] ?? Query["client_id"]) as string;

    /// <summary>Method, path and status.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0} {1} {2}", Method, Path, Status);

    internal static AzTokenEmulatorRequest Read(JsonValue request) => new(new JsonObject(request));

    /// <summary>By names without regard to case, as headers are.</summary>
    internal static Hashtable Fields(JsonObject parent, string name)
    {
        var fields = new Hashtable(StringComparer.OrdinalIgnoreCase);
        if (parent.Find(name, JsonKind.Object) is { } members)
        {
            foreach (var member in members.Members())
            {
                fields[member.Key] = JsonObjects.ToObject(member.Value);
            }
        }

        return fields;
    }
}
