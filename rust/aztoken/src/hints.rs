//! What to do about an error. Request members stand in backquotes.

mod aadsts;
mod b2c;

/// A hint for one of our own error names.
pub(crate) fn for_local(error: &str) -> Option<&'static str> {
    Some(match error {
        "connection_refused" => {
            "No server listens at this URL. Check `authority` (or AZURE_AUTHORITY_HOST) and its port."
        }
        "name_not_resolved" => {
            "Check the spelling of the host in `authority`, the network connection, and DNS. Behind a proxy, set HTTPS_PROXY."
        }
        "certificate_unknown_issuer" => {
            "If a proxy inspects TLS here, put the path of its CA certificate (PEM) in AZTOKEN_CA_BUNDLE or SSL_CERT_FILE."
        }
        "certificate_name_mismatch" => "The certificate is for another name. Check the host in `authority`.",
        "certificate_expired" => {
            "Check this machine's clock; otherwise the server's certificate must be renewed."
        }
        "tls_failed" => {
            "Check the scheme and port in `authority`. The server must support TLS 1.2 or 1.3 and have a valid certificate. A proxy or firewall may be intercepting the connection."
        }
        "proxy_authentication_required" => {
            "Specify `proxy` with a user name and password, or HTTPS_PROXY as http://user:password@host:port. Only Basic authentication is supported, not NTLM or Kerberos."
        }
        "proxy_failed" => {
            "Check `proxy` or HTTPS_PROXY, with the user name and password if it requires them, and NO_PROXY for hosts that must be reached directly."
        }
        "expired_token" => {
            "The code expired before anyone signed in. Run the command again and enter the new code."
        }
        "port_unavailable" => "Omit `redirect_uri` to use any free port, or specify another port.",
        "invalid_id_token" => {
            "The response doesn't belong to this sign-in. Run the command again. If it happens again, someone may be tampering with the sign-in."
        }
        _ => return None,
    })
}

/// A hint for an error of the service: by its number first, by its OAuth error otherwise. The numbers of Azure AD B2C have
/// meanings of their own.
pub(crate) fn for_server(error: &str, codes: &[u64], is_b2c: bool) -> Option<&'static str> {
    let table: &[Entry] = if is_b2c { &b2c::HINTS } else { &aadsts::HINTS };
    let of = |code: &u64| table.iter().find(|(codes, _)| codes.contains(code)).map(|(_, hint)| *hint);
    codes.iter().find_map(of).or_else(|| for_oauth(error))
}

/// What to add where a secret or password that was rejected has white space around it, which is sent as it is.
pub(crate) fn for_secret_with_space(codes: &[u64]) -> Option<&'static str> {
    let is = |known: &[u64]| codes.iter().any(|code| known.contains(code));
    if is(&[70002, 7_000_215, 90081]) {
        Some(
            "The client secret starts or ends with white space, which may have been copied along. Remove it.",
        )
    } else if is(&[50126, 90052, 90054, 90225]) {
        Some("The password starts or ends with white space, which may have been copied along. Remove it.")
    } else {
        None
    }
}

/// Numbers, and the hint for each of them.
type Entry = (&'static [u64], &'static str);

fn for_oauth(error: &str) -> Option<&'static str> {
    Some(match error {
        "authorization_declined" | "access_denied" => {
            "The sign-in was declined. Run the command again, and approve it if you trust the application."
        }
        "expired_token" | "code_expired" => {
            "The code expired before anyone signed in. Run the command again and enter the new code."
        }
        "bad_verification_code" => {
            "The service doesn't know this device code. Run the command again to get a new one."
        }
        "temporarily_unavailable" | "server_error" => "The service has a problem. Try again in a minute.",
        "login_required" => "No user is signed in, so a silent sign-in isn't possible. Omit `prompt` none.",
        "consent_required" => "Consent is missing. Omit `prompt` none, and consent at the sign-in.",
        "unsupported_response_type" => {
            "The app isn't set up for this response type. Switch on implicit grants in its registration, or use the authorization code flow."
        }
        "interaction_required" => "Sign in interactively, and send the error's `claims`.",
        "invalid_grant" => {
            "The code or token is invalid or expired. For a refresh token, check the client ID; otherwise sign in again."
        }
        "invalid_scope" => "Check `resource` and `scopes`.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_wins_over_name() {
        let hint = for_server("invalid_grant", &[1, 50126], false).expect("a hint");
        assert!(hint.contains("password"), "{hint}");
        assert!(for_server("invalid_grant", &[1], false).expect("a hint").contains("sign in again"));
        assert_eq!(for_server("never_heard_of", &[], false), None);
    }

    #[test]
    fn the_numbers_of_b2c_are_others() {
        let hint = |codes: &[u64], is_b2c| for_server("x", codes, is_b2c).unwrap_or_default();
        assert!(hint(&[90006], true).contains("redirect URI"));
        assert!(hint(&[90006], false).contains("busy"));
        assert!(hint(&[90225], true).contains("password"));
        assert_eq!(hint(&[90225], false), "");
    }

    #[test]
    fn no_hint_names_a_parameter_of_powershell_and_no_number_comes_twice() {
        for table in [&aadsts::HINTS[..], &b2c::HINTS[..]] {
            let mut numbers: Vec<u64> = table.iter().flat_map(|(codes, _)| codes.iter().copied()).collect();
            let count = numbers.len();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), count);
            for (_, hint) in table {
                assert!(!hint.contains(" -") && hint.ends_with('.'), "{hint}");
            }
        }
    }
}
