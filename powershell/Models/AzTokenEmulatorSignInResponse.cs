using System.Collections;

namespace AzTokenRs;

/// <summary>Where the sign-in page sends the browser in the end, and with what.</summary>
public sealed class AzTokenEmulatorSignInResponse
{
    internal AzTokenEmulatorSignInResponse(string method, string uri, Hashtable? form)
    {
        Method = method;
        Uri = uri;
        Form = form;
    }

    /// <summary><c>GET</c>, or <c>POST</c> for the response mode <c>form_post</c>.</summary>
    public string Method { get; }

    /// <summary>The redirect URI; by <c>GET</c>, with the response in its query or fragment.</summary>
    public string Uri { get; }

    /// <summary>The fields of the form; null for <c>GET</c>.</summary>
    public Hashtable? Form { get; }

    /// <summary>The redirect URI.</summary>
    public override string ToString() => Uri;
}
