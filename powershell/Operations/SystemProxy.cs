using System;
using System.Collections.Generic;
using System.Net;
using System.Runtime.InteropServices;

namespace AzTokenRs.Operations;

/// <summary>
/// The operating system's proxy for an authority, on Windows and macOS. Linux has none but the environment's, which the
/// native library reads from the request.
/// </summary>
internal static class SystemProxy
{
    private const string AuthorityHost = "AZURE_AUTHORITY_HOST";

    internal static string? Find(
        string? authority, string? cloud, IReadOnlyDictionary<string, string> environment)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return null;
        }

        var address = authority
            ?? (cloud is null && environment.TryGetValue(AuthorityHost, out var host) ? host : null)
            ?? HostOf(cloud);
        return For(address, WebRequest.GetSystemWebProxy());
    }

    /// <summary>Null where the address is reached directly, or is none: then the native library says what is wrong with it.</summary>
    internal static string? For(string address, IWebProxy proxy)
    {
        // A host alone counts as https, as in the native library.
        var url = address.Contains("://") ? address : "https://" + address.Trim();
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target) || target.IsLoopback || proxy.IsBypassed(target))
        {
            return null;
        }

        var found = proxy.GetProxy(target);
        return found is null || found == target ? null : found.OriginalString;
    }

    private static string HostOf(string? cloud) => cloud?.ToLowerInvariant() switch
    {
        "usgov" => "https://login.microsoftonline.us",
        "china" => "https://login.partner.microsoftonline.cn",
        "bleu" => "https://login.sovcloud-identity.fr",
        "delos" => "https://login.sovcloud-identity.de",
        "govsg" => "https://login.sovcloud-identity.sg",
        _ => "https://login.microsoftonline.com",
    };
}
