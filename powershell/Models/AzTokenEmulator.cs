using System;
using System.Threading;
using AzTokenRs.Emulation;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>
/// A running local Entra ID. Converts to a string as its URL, so that it can be used as <c>-Authority</c>.
/// </summary>
public sealed class AzTokenEmulator
{
    internal static readonly DefaultView View = new(
        nameof(Authority), nameof(Tenant), nameof(Users), nameof(Clients), nameof(Graph), nameof(ProcessId));

    internal AzTokenEmulator(EmulatorProcess process, JsonObject ready)
    {
        Process = process;
        Http = ready.RequiredText("url");
        Authority = ready.Text("https") ?? Http;
        CertificateAuthority = ready.Text("ca");
        TenantId = ready.RequiredText("tenant_id");
        Tenant = TenantId;
        Graph = ready.RequiredText("graph");
        DeviceLogin = ready.RequiredText("device_login");
        ControlUrl = ready.RequiredText("control");
        Control = new EmulatorControl(ControlUrl);
        View.ApplyTo(this);
    }

    /// <summary>The URL for <c>-Authority</c>, by HTTPS if the emulator was started with <c>-Https</c>.</summary>
    public string Authority { get; }

    /// <summary>The first tenant, by its domain.</summary>
    public string Tenant { get; internal set; }

    /// <summary>The ID of the first tenant.</summary>
    public string TenantId { get; }

    /// <summary>Who can sign in.</summary>
    public AzTokenEmulatorUser[] Users { get; internal set; } = [];

    /// <summary>The registered apps.</summary>
    public AzTokenEmulatorClient[] Clients { get; internal set; } = [];

    /// <summary>Microsoft Graph's part of the emulator, such as <c>http://127.0.0.1:4711/v1.0</c>.</summary>
    public string Graph { get; }

    /// <summary>The page for device codes.</summary>
    public string DeviceLogin { get; }

    /// <summary>The control API.</summary>
    public string ControlUrl { get; }

    /// <summary>The file with the certificate authority to trust; null without <c>-Https</c>.</summary>
    public string? CertificateAuthority { get; }

    /// <summary>The ID of its process.</summary>
    public int ProcessId => Process.Id;

    /// <summary>False once it was stopped or has ended.</summary>
    public bool IsRunning => Process.IsRunning;

    internal string Http { get; }

    internal EmulatorProcess Process { get; }

    internal EmulatorControl Control { get; }

    /// <summary>What <c>-SetEnvironment</c> changed, to be undone.</summary>
    internal EmulatorEnvironment? Environment { get; set; }

    /// <summary>The URL for <c>-Authority</c>.</summary>
    public override string ToString() => Authority;

    /// <summary>Whether this is the emulator at an address, whatever path that has.</summary>
    internal bool Is(string? address) =>
        Uri.TryCreate(address?.Contains("://") == false ? "https://" + address : address, UriKind.Absolute, out var uri)
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), Authority, StringComparison.OrdinalIgnoreCase);

    /// <summary>A person enters a user code and decides.</summary>
    internal void Decide(string userCode, string? username, string decision, CancellationToken cancelled)
    {
        using var body = new JsonWriter();
        body.BeginObject();
        body.Member("user_code", userCode);
        if (username is not null && decision == SignInDecision.Approve)
        {
            body.Member("username", username);
        }

        body.EndObject();
        Control.Post($"device/{decision.ToLowerInvariant()}", body, cancelled);
    }

    internal void Stop()
    {
        RunningEmulators.Remove(this);
        Environment?.Restore();
        Process.Stop();
    }
}
