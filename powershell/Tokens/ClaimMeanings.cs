using System;
using System.Collections.Generic;

namespace AzTokenRs.Tokens;

/// <summary>
/// What is known of header members and claims. Sources: RFC 7515, RFC 7516 and RFC 7519; OpenID Connect Core; Microsoft,
/// "Access token claims reference", "ID token claims reference", "Optional claims reference" and "Microsoft Entra
/// built-in roles".
/// </summary>
internal static class ClaimMeanings
{
    private const string Unknown = "Not a claim of Entra ID's references: one of the issuer's or the app's own.";

    private static readonly Dictionary<string, string> s_header = new(StringComparer.Ordinal)
    {
        ["typ"] = "Type of the token: a JSON Web Token.",
        ["alg"] = "How the token is signed; for an encrypted token, how its key is encrypted.",
        ["kid"] = "ID of the key that signed the token, among the keys that its issuer publishes.",
        ["x5t"] = "Thumbprint of the signing key's certificate. Only tokens of version 1.0 have it; the same as kid.",
        ["x5t#S256"] = "SHA-256 thumbprint of the signing key's certificate.",
        ["x5c"] = "The certificates of the signing key. A key that a token brings along proves nothing.",
        ["jwk"] = "The signing key itself. A key that a token brings along proves nothing.",
        ["jku"] = "An address of keys. Never to be followed: it is whatever the token's maker wrote.",
        ["x5u"] = "An address of certificates. Never to be followed: it is whatever the token's maker wrote.",
        ["nonce"] = "Only in tokens for Microsoft Graph and SharePoint: they are signed in a way that nobody else can verify.",
        ["crit"] = "Extensions that a reader must know, or refuse the token.",
        ["cty"] = "What is inside: JWT if it is another token.",
        ["enc"] = "How the content is encrypted.",
        ["zip"] = "How the content was compressed before it was encrypted.",
    };

    private static readonly Dictionary<string, string> s_claims = new(StringComparer.Ordinal)
    {
        // For whom, by whom, when
        ["aud"] = "Audience: the resource that the token is for. Every other resource must refuse it.",
        ["iss"] = "Issuer: the service that issued the token, and the tenant of the account.",
        ["iat"] = "When the token was issued, after the user or app had proved who it is.",
        ["nbf"] = "Not valid before this time.",
        ["exp"] = "Expires at this time; a resource may refuse it earlier.",
        ["ver"] = "Version of the token; the resource decides which it gets.",
        ["jti"] = "ID of the token.",

        // Who
        ["sub"] = "Subject: the user or app, by an ID that is different for each client application.",
        ["oid"] = "Object ID of the user or service principal in the tenant: the same for all applications.",
        ["tid"] = "ID of the tenant that the account signed in to.",
        ["idtyp"] = "Whether the token is for an app, a user or a device.",
        ["name"] = "Display name, for showing only: not unique, and changeable.",
        ["preferred_username"] = "User name, for showing only: it can change, so it is not for deciding on access.",
        ["upn"] = "User principal name: what the user signs in with. It can change.",
        ["unique_name"] = "A readable name of the user; in spite of its name neither unique nor constant.",
        ["email"] = "Mail address. Not always verified, so it is not for deciding on access.",
        ["verified_primary_email"] = "Primary mail addresses whose domains are verified.",
        ["verified_secondary_email"] = "Other mail addresses whose domains are verified.",
        ["family_name"] = "Last name.",
        ["given_name"] = "First name.",
        ["nickname"] = "Another name of the user, apart from first and last name.",
        ["onprem_sid"] = "Security identifier of the account in the organization's own directory.",
        ["acct"] = "Status of the account in the tenant.",
        ["idp"] = "Identity provider that the user comes from, where it is not the issuer: a guest.",
        ["altsecid"] = "How the user is known to another identity provider.",
        ["puid"] = "Internal ID of the user.",
        ["ctry"] = "The user's country or region.",
        ["tenant_ctry"] = "The tenant's country or region.",
        ["tenant_region_scope"] = "Region of the tenant.",
        ["tenant_region_sub_scope"] = "Subregion of the tenant.",
        ["ipaddr"] = "Address that the user signed in from.",
        ["login_hint"] = "Names the account for a later sign-in or sign-out without asking the user.",
        ["sid"] = "ID of the sign-in session.",

        // Through which application, and how it proved itself
        ["appid"] = "Client: the application that uses the token (version 1.0).",
        ["azp"] = "Client: the application that uses the token (version 2.0).",
        ["appidacr"] = "How the client proved itself (version 1.0).",
        ["azpacr"] = "How the client proved itself (version 2.0).",
        ["app_displayname"] = "Display name of the client.",
        ["deviceid"] = "ID of the device that the user works on.",

        // How the user proved who it is
        ["acr"] = "How strongly the user was authenticated: 0 if below ISO/IEC 29115.",
        ["amr"] = "How the user was authenticated.",
        ["auth_time"] = "When the user last signed in.",
        ["acrs"] = "Authentication contexts that the sign-in satisfied.",
        ["in_corp"] = "The user signed in from the organization's network.",
        ["fwd"] = "Original address of the client, within a virtual network.",
        ["nonce"] = "Ties an ID token to the request of the application, which must compare it.",
        ["at_hash"] = "Hash of the access token that was issued along with it.",
        ["c_hash"] = "Hash of the authorization code that was issued along with it.",
        ["pwd_exp"] = "When the password expires.",
        ["pwd_url"] = "Where the user can change the password.",

        // What is allowed
        ["scp"] = "Scopes: what the user has allowed the client to do on the user's behalf.",
        ["roles"] = "Roles that were assigned: to the user in the resource, or to an app as its application permissions.",
        ["wids"] = "Directory roles of the user, by the IDs of their templates.",
        ["groups"] = "Groups of the user, by object ID.",
        ["hasgroups"] = "The user is in too many groups to list them: ask Microsoft Graph.",
        ["_claim_names"] = "Claims that are too long for a token (groups), and where to ask for them.",
        ["_claim_sources"] = "Addresses to ask for the claims that are too long for a token.",
        ["xms_cc"] = "What the client can do; cp1 means that it handles claims challenges (continuous access evaluation).",

        // Of the service's own
        ["uti"] = "ID of the token, as the sign-in logs have it.",
        ["rh"] = "Internal: for checking the token again. Not to be used.",
        ["aio"] = "Internal: for reusing the token. Not to be used.",
        ["xms_tcdt"] = "When the tenant was created.",
    };

    private static readonly Dictionary<string, string> s_prefixes = new(StringComparer.Ordinal)
    {
        ["xms_"] = "Internal to Microsoft's services. Not to be used.",
        ["extn."] = "Extension attribute of the directory.",
        ["extension_"] = "Extension attribute of the directory.",
        ["onprem_"] = "From the organization's own directory.",
    };

    /// <summary>By the name of the claim, a slash and the value.</summary>
    private static readonly Dictionary<string, string> s_values = MakeValues();

    internal static string OfName(bool header, string name)
    {
        if ((header ? s_header : s_claims).TryGetValue(name, out var meaning))
        {
            return meaning;
        }

        foreach (var prefix in s_prefixes)
        {
            if (name.StartsWith(prefix.Key, StringComparison.Ordinal))
            {
                return prefix.Value;
            }
        }

        return header ? "Not a header member that is known here." : Unknown;
    }

    /// <summary>Null if nothing is to be said of the value.</summary>
    internal static string? OfValue(string name, string value) =>
        s_values.TryGetValue($"{name}/{value.TrimEnd('/')}", out var meaning) ? meaning : null;

    private static Dictionary<string, string> MakeValues()
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["alg/none"] = "not signed at all, so anyone can have made it",
            ["alg/HS256"] = "by a shared secret, which Entra ID never does",
            ["alg/RS256"] = "by an RSA key (PKCS #1) and SHA-256, as Entra ID does",
            ["alg/PS256"] = "by an RSA key (PSS) and SHA-256",
            ["ver/1.0"] = "the resource takes tokens of version 1.0",
            ["ver/2.0"] = "the resource takes tokens of version 2.0",
            ["idtyp/app"] = "an app without a user",
            ["idtyp/user"] = "a user",
            ["idtyp/device"] = "a device",
            ["acct/0"] = "a member of the tenant",
            ["acct/1"] = "a guest",
            ["acr/0"] = "below ISO/IEC 29115",
            ["acr/1"] = "according to ISO/IEC 29115",
            ["tid/9188040d-6c67-4c5b-b112-36a304b66dad"] = "personal Microsoft accounts",
            ["amr/pwd"] = "a password",
            ["amr/rsa"] = "proof of an RSA key, such as a certificate or a device",
            ["amr/otp"] = "a one-time code by mail or text message",
            ["amr/fed"] = "an assertion of a federated identity provider",
            ["amr/wia"] = "Windows Integrated Authentication",
            ["amr/mfa"] = "several factors",
            ["amr/ngcmfa"] = "several factors, as for setting up credentials such as Windows Hello",
            ["amr/wiaormfa"] = "Windows Integrated Authentication or several factors",
            ["amr/fido"] = "a passkey",
            ["amr/none"] = "no authentication",
        };
        AddProofs(values);
        AddApplications(values);
        AddDirectoryRoles(values);
        return values;
    }

    private static void AddProofs(Dictionary<string, string> values)
    {
        foreach (var claim in new[] { "appidacr", "azpacr" })
        {
            values[claim + "/0"] = "not at all, a public client";
            values[claim + "/1"] = "by a client secret";
            values[claim + "/2"] = "by a certificate or a federated credential";
        }
    }

    private static void AddApplications(Dictionary<string, string> values)
    {
        Add("00000003-0000-0000-c000-000000000000", "Microsoft Graph");
        Add("https://graph.microsoft.com", "Microsoft Graph");
        Add("00000002-0000-0000-c000-000000000000", "Azure AD Graph, which is retired");
        Add("https://graph.windows.net", "Azure AD Graph, which is retired");
        Add("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Azure Resource Manager");
        Add("https://management.azure.com", "Azure Resource Manager");
        Add("https://management.core.windows.net", "Azure Resource Manager");
        Add("https://vault.azure.net", "Azure Key Vault");
        Add("https://storage.azure.com", "Azure Storage");
        Add("https://database.windows.net", "Azure SQL Database");
        Add("499b84ac-1321-427f-aa17-267ca6975798", "Azure DevOps");
        Add("1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell");
        Add("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI");
        Add("14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph PowerShell");
        Add("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer");

        void Add(string application, string meaning)
        {
            foreach (var claim in new[] { "aud", "appid", "azp" })
            {
                values[$"{claim}/{application}"] = meaning;
            }
        }
    }

    private static void AddDirectoryRoles(Dictionary<string, string> values)
    {
        values["wids/62e90394-69f5-4237-9190-012177145e10"] = "Global Administrator";
        values["wids/f2ef992c-3afb-46b9-b7cf-a126ee74c451"] = "Global Reader";
        values["wids/e8611ab8-c189-46e8-94e1-60213ab1f814"] = "Privileged Role Administrator";
        values["wids/194ae4cb-b126-40b2-bd5b-6091b380977d"] = "Security Administrator";
        values["wids/5d6b6bb7-de71-4623-b4af-96380a352509"] = "Security Reader";
        values["wids/fe930be7-5e62-47db-91af-98c3a49a38b1"] = "User Administrator";
        values["wids/9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"] = "Application Administrator";
        values["wids/158c047a-c907-4556-b7ef-446551a6b5f7"] = "Cloud Application Administrator";
        values["wids/29232cdf-9323-42fd-ade2-1d097af3e4de"] = "Exchange Administrator";
        values["wids/f28a1f50-f6e7-4571-818b-6a12f2af6b6c"] = "SharePoint Administrator";
        values["wids/b79fbf4d-3ef9-4689-8143-76b194e85509"] = "every member of the tenant";
    }
}
