using System.Security.Cryptography.X509Certificates;
using Microsoft.Identity.Client;

namespace AzTokenRs.ClientTests.Support;

/// <summary>Trusts one CA, and refuses to send anything to a host that isn't this machine.</summary>
internal sealed class RecordingHandler : DelegatingHandler, IMsalHttpClientFactory
{
    internal RecordingHandler(X509Certificate2 authority) => InnerHandler = new HttpClientHandler
    {
        UseProxy = false,
        ServerCertificateCustomValidationCallback = (_, certificate, chain, errors) =>
        {
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return (errors & System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch) == 0
                && chain.Build(certificate!);
        },
    };

    /// <summary>Every address that was asked for.</summary>
    internal List<Uri> Seen { get; } = [];

    /// <summary>For MSAL.NET.</summary>
    public HttpClient GetHttpClient() => new(this, disposeHandler: false);

    /// <summary>Something was asked for, and nothing of another machine.</summary>
    internal void AssertStayedHere()
    {
        Assert.NotEmpty(Seen);
        Assert.All(Seen, address => Assert.True(address.IsLoopback, address.Host));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Seen)
        {
            Seen.Add(request.RequestUri!);
        }

        return request.RequestUri!.IsLoopback
            ? base.SendAsync(request, cancellationToken)
            : throw new InvalidOperationException($"A client wanted to reach {request.RequestUri.Host}.");
    }
}
