using System;
using System.Collections.Generic;
using System.Linq;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>Whether a token is valid, with every check and its reason.</summary>
public sealed class AzTokenTestResult
{
    internal static readonly DefaultView View = new(
        nameof(IsValid), nameof(Kind), nameof(Issuer), nameof(Algorithm), nameof(KeyId), nameof(Report));

    /// <summary>Makes a result, as Test-AzToken -Detailed does; also for tests that replace it.</summary>
    public AzTokenTestResult(bool isValid, IReadOnlyList<AzTokenCheck> checks)
    {
        IsValid = isValid;
        Checks = checks ?? throw new ArgumentNullException(nameof(checks));
        View.ApplyTo(this);
    }

    /// <summary>
    /// No check failed, and those of format, algorithm, key, signature and expiry were made. The others are made where
    /// there is something to compare with.
    /// </summary>
    public bool IsValid { get; }

    /// <summary>The checks, always all of them and in the same order.</summary>
    public IReadOnlyList<AzTokenCheck> Checks { get; }

    /// <summary>The checks that failed.</summary>
    public IReadOnlyList<AzTokenCheck> Failed => Checks.Where(check => check.Passed == false).ToArray();

    /// <summary>The checks as text, a line for each.</summary>
    public string Report => string.Join("\n", Checks);

    /// <summary>What sort of token it is.</summary>
    public AzTokenKind Kind { get; private set; }

    /// <summary>The key that the token names.</summary>
    public string? KeyId { get; private set; }

    /// <summary>The algorithm that the token names.</summary>
    public string? Algorithm { get; private set; }

    /// <summary>The issuer that the token names.</summary>
    public string? Issuer { get; private set; }

    internal static AzTokenTestResult Read(JsonObject result)
    {
        var checks = result.RequiredArray("checks").Select(check => AzTokenCheck.Read(new JsonObject(check))).ToArray();
        return new AzTokenTestResult(result.RequiredFlag("valid"), checks)
        {
            Kind = KindOf(result.Text("kind")),
            KeyId = result.Text("kid"),
            Algorithm = result.Text("algorithm"),
            Issuer = result.Text("issuer"),
        };
    }

    private static AzTokenKind KindOf(string? kind) => kind switch
    {
        "access_token_v1" => AzTokenKind.AccessTokenV1,
        "access_token_v2" => AzTokenKind.AccessTokenV2,
        "id_token" => AzTokenKind.IdToken,
        "jwe" => AzTokenKind.Encrypted,
        "unknown" => AzTokenKind.Other,
        _ => AzTokenKind.None,
    };
}
