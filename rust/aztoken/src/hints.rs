//! What to do about an error, in plain words.

/// A hint for one of our own error names.
pub(crate) fn for_local(error: &str) -> Option<&'static str> {
    Some(match error {
        "connection_refused" => {
            "Nothing listens at that address. Check -Authority (or AZURE_AUTHORITY_HOST) and its port."
        }
        "name_not_resolved" => {
            "Check the spelling of the host in -Authority, the network connection, and DNS. Behind a proxy, set HTTPS_PROXY."
        }
        "certificate_unknown_issuer" => {
            "If a proxy inspects TLS here, name its CA certificate (PEM) in AZTOKEN_CA_BUNDLE or SSL_CERT_FILE."
        }
        "certificate_name_mismatch" => "The certificate is for another name. Check the host in -Authority.",
        "certificate_expired" => {
            "Check this machine's clock; otherwise the server's certificate must be renewed."
        }
        "tls_failed" => {
            "Check the scheme and port in -Authority. The server must speak TLS 1.2 or 1.3 and have a good certificate; something on the way may have answered for it."
        }
        "proxy_authentication_required" => {
            "Give -Proxy with -ProxyCredential, or HTTPS_PROXY as http://user:password@host:port. Only Basic authentication is supported, not NTLM or Kerberos."
        }
        "proxy_failed" => {
            "Check -Proxy or HTTPS_PROXY, with the user name and password if it wants them, and NO_PROXY for hosts that must be reached directly."
        }
        "expired_token" => {
            "The code ran out before anyone signed in. Run the command again and enter the new code."
        }
        "port_unavailable" => "Leave -RedirectUri out to use any free port, or give another port.",
        "invalid_id_token" => {
            "The answer isn't the one that was asked for. Run the command again; if it happens again, someone may be tampering with the sign-in."
        }
        _ => return None,
    })
}

/// A hint for what the service answered: the AADSTS number first, the OAuth error otherwise.
pub(crate) fn for_server(error: &str, codes: &[u64]) -> Option<&'static str> {
    codes.iter().find_map(|code| for_aadsts(*code)).or_else(|| for_oauth(error))
}

fn for_oauth(error: &str) -> Option<&'static str> {
    Some(match error {
        "authorization_declined" | "access_denied" => {
            "The sign-in was declined. Run the command again, and approve it if you trust the application."
        }
        "expired_token" | "code_expired" => {
            "The code ran out before anyone signed in. Run the command again and enter the new code."
        }
        "bad_verification_code" => {
            "The service doesn't know this device code. Run the command again to get a new one."
        }
        "temporarily_unavailable" | "server_error" => "The service has a problem. Try again in a minute.",
        "login_required" => "Nobody is signed in, so the sign-in can't be silent. Leave -Prompt none out.",
        "consent_required" => "Consent is missing. Leave -Prompt none out, and consent at the sign-in.",
        "unsupported_response_type" => {
            "The app isn't set up for this response type. Switch on implicit grants in its registration, or use the authorization code flow."
        }
        "interaction_required" => "Sign in interactively, and pass the error's claims with -Claim.",
        "invalid_grant" => "The sign-in or token is no longer good. Sign in again.",
        "invalid_scope" => "Check -Resource and -Scope.",
        _ => return None,
    })
}

/// Meaning of the numbers: Microsoft, "Microsoft Entra authentication and authorization error codes".
fn for_aadsts(code: u64) -> Option<&'static str> {
    AADSTS.iter().find(|(codes, _)| codes.contains(&code)).map(|(_, hint)| *hint)
}

const AADSTS: [(&[u64], &str); 54] = [
    (&[16000], "The account isn't in this tenant. Sign in with another one, or have it invited as a guest."),
    (
        &[50001, 500_011],
        "The resource isn't known in this tenant. Check the spelling of -Resource and -Scope, and -Tenant.",
    ),
    (
        &[50011],
        "The redirect URI isn't registered for the client. Register it exactly; for http://localhost the port doesn't matter.",
    ),
    (
        &[50012, 700_027],
        "The assertion or certificate was refused. Check the certificate, and that its public part is uploaded to the app.",
    ),
    (
        &[50013],
        "The user assertion was refused. It must be an access token for this app, not one for Microsoft Graph.",
    ),
    (
        &[500_131],
        "The user assertion is for another app. Request it for the app that calls on behalf of the user.",
    ),
    (
        &[500_133, 700_024],
        "The assertion is outside its lifetime. Get a new one, and check this machine's clock.",
    ),
    (
        &[50020],
        "The account belongs to another tenant or is personal. Check -Tenant, or have it invited as a guest.",
    ),
    (&[50034], "The user doesn't exist in this tenant. Check the user name and -Tenant."),
    (&[50049], "This isn't a host of the service. Check -Authority."),
    (
        &[50053],
        "The account is locked, or the address is blocked. Wait, or ask an administrator to unlock it.",
    ),
    (&[50055, 50144], "The password has expired. Change it in a browser first."),
    (&[50056], "The account has no password here. Use another sign-in method."),
    (&[50057], "The account is disabled. Ask an administrator."),
    (&[50058], "Nobody is signed in, so the sign-in can't be silent. Sign in interactively."),
    (&[50059, 50128, 90019], "The request names no tenant that exists. Set -Tenant."),
    (
        &[50072, 50074, 50076, 50078, 50079],
        "Multi-factor authentication is needed. Use -Interactive or -DeviceCode, and pass the error's claims with -Claim.",
    ),
    (&[50089, 50132, 50133], "The session has ended, or the password was changed. Sign in again."),
    (&[50097, 53000, 53001], "A policy asks for a managed device. Sign in from one."),
    (&[50105, 501_051], "Nobody has assigned the user or app to this application. Ask an administrator."),
    (&[50126], "The user name or password is wrong."),
    (&[50140, 50199], "The sign-in must be confirmed in a browser. Do it again there."),
    (
        &[501_481, 50147, 501_491],
        "The PKCE code verifier doesn't match. Send the verifier made for this code challenge, 43 to 128 characters.",
    ),
    (&[50173], "The sign-in was revoked. Sign in again."),
    (&[50194], "The app is for a single tenant. Set -Tenant to it."),
    (&[50196], "The same request was sent too often. Keep the token instead of asking again."),
    (
        &[53003, 530_032, 530_035],
        "A Conditional Access policy blocks this sign-in. Ask an administrator, or use another flow.",
    ),
    (
        &[54005],
        "The authorization code was already used. Sign in again; each code is good for one redemption.",
    ),
    (&[65001], "Consent is missing. Have the user or an administrator consent to the app's permissions."),
    (
        &[65002],
        "This Microsoft client isn't preauthorized for that resource. Use a client of your own with -ClientId.",
    ),
    (&[65004], "The consent was declined."),
    (
        &[650_052, 650_053, 650_056, 650_057],
        "The app's registration lacks this resource or scope. Add it there, or correct -Scope.",
    ),
    (
        &[70005, 700_051, 700_054],
        "The app isn't set up for this response type. Switch on implicit grants in its registration, or use the authorization code flow.",
    ),
    (
        &[9_002_325, 9_002_326, 9_002_327],
        "The redirect URI is registered for a single-page app. Register it as a mobile and desktop or web platform.",
    ),
    (&[70001, 7_000_112], "The app is disabled in this tenant."),
    (&[70002, 7_000_215], "The client secret is wrong. Use the secret's value, not its ID."),
    (&[7_000_222], "The client secret has expired. Create a new one."),
    (
        &[7_000_218],
        "The app asks for a secret or certificate, or doesn't allow public client flows. Pass one, or allow them in the registration.",
    ),
    (&[700_025], "The client is public, so it takes no secret. Leave the secret out."),
    (&[700_016, 700_038], "The application isn't known in this tenant. Check -ClientId and -Tenant."),
    (&[700_021, 50048], "The assertion's iss and sub must both be the client ID."),
    (
        &[700_022, 28000, 1_002_012, 70011, 28002, 700_023],
        "One resource a token. Use its scopes, or its .default alone.",
    ),
    (
        &[70021, 700_211, 700_212, 700_213, 7_002_138],
        "No federated credential matches the token. Compare its iss, sub and aud with the credential, letter by letter.",
    ),
    (&[70025], "The app has no federated credential. Add one."),
    (&[700_229], "A user's token can't be an assertion. Use an app-only token."),
    (&[70008, 700_082, 700_084, 70043], "The refresh token has expired. Sign in again."),
    (
        &[70018, 70019, 70020],
        "The code is not good, or ran out before anyone signed in. Run the command again and enter the new code.",
    ),
    (
        &[7_000_113, 7_000_114],
        "The app may not act on behalf of this user. Check the user assertion and the app's permissions.",
    ),
    (&[240_002], "That is an ID token. Send an access token."),
    (&[90002, 900_023], "The tenant doesn't exist. Check -Tenant, and that -Cloud is the right one."),
    (&[90010, 9_001_023], "This flow needs a concrete tenant. Set -Tenant to its ID or domain."),
    (&[90033, 90006], "The service is busy. Try again in a minute."),
    (&[90038], "The tenant is in another cloud. Set -Cloud."),
    (&[90072, 90094, 90095], "An administrator must approve this."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_wins_over_name() {
        let hint = for_server("invalid_grant", &[1, 50126]).expect("a hint");
        assert!(hint.contains("password"), "{hint}");
        assert!(for_server("invalid_grant", &[1]).expect("a hint").contains("Sign in again"));
        assert_eq!(for_server("never_heard_of", &[]), None);
    }
}
