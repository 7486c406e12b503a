using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AzTokenRs.EngineTests.Support;

/// <summary>Makes tokens as a tenant of the public cloud would, signed with a key of the test's own, and any other.</summary>
internal sealed class TestIssuer : IDisposable
{
    internal const string Tenant = "5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401";
    internal const string Audience = "api://sample";
    internal const string KeyId = "test-key";

    private readonly RSA _key = RSA.Create(2048);

    internal static string Issuer => $"https://login.microsoftonline.com/{Tenant}/v2.0";

    internal RSAParameters PublicKey => _key.ExportParameters(false);

    /// <summary>The JSON Web Key Set.</summary>
    internal string Jwks => JsonSerializer.Serialize(new
    {
        keys = new[]
        {
            new { kty = "RSA", use = "sig", kid = KeyId, n = Encode(PublicKey.Modulus!), e = Encode(PublicKey.Exponent!) },
        },
    });

    public void Dispose() => _key.Dispose();

    /// <summary>The claims of a good token, with some of them changed; null takes one out.</summary>
    internal static Dictionary<string, object?> Claims(params (string Name, object? Value)[] changes)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?>
        {
            ["aud"] = Audience, ["iss"] = Issuer, ["iat"] = now - 60, ["nbf"] = now - 60, ["exp"] = now + 3600,
            ["azp"] = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93", ["oid"] = "o", ["scp"] = "User.Read Mail.Read",
            ["roles"] = new[] { "Reader" }, ["tid"] = Tenant, ["ver"] = "2.0", ["preferred_username"] = "user@contoso.onmicrosoft.com",
        };
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Key, claim => claim.Value);
    }

    /// <summary>A token signed by RS256.</summary>
    internal string Sign(Dictionary<string, object?> claims, string algorithm = "RS256", string keyId = KeyId)
    {
        var input = Input(new { typ = "JWT", alg = algorithm, kid = keyId }, claims);
        var bytes = Encoding.ASCII.GetBytes(input);
        return $"{input}.{Encode(_key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>A token signed by HS256 with the public key as the secret, the classic confusion.</summary>
    internal string Confuse(Dictionary<string, object?> claims)
    {
        var input = Input(new { typ = "JWT", alg = "HS256", kid = KeyId }, claims);
        var secret = _key.ExportSubjectPublicKeyInfo();
        return $"{input}.{Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>A token without a signature.</summary>
    internal static string Unsigned(Dictionary<string, object?> claims, string algorithm) =>
        Input(new { typ = "JWT", alg = algorithm, kid = KeyId }, claims) + ".";

    /// <summary>The token with one character of it changed: 0 in the header, 1 in the claims, 2 in the signature.</summary>
    internal static string Tamper(string token, int part)
    {
        var parts = token.Split('.');
        var changed = parts[part].ToCharArray();
        var middle = changed.Length / 2;
        changed[middle] = changed[middle] == 'A' ? 'B' : 'A';
        parts[part] = new string(changed);
        return string.Join('.', parts);
    }

    internal static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Input(object header, object claims) =>
        $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
}
