//! Assertions signed by a certificate that the app has registered (`private_key_jwt`).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::Value;
use url::Url;

use crate::configuration::AppRegistration;
use crate::errors::AadError;
use crate::jwt::Jwt;
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::x509::{hex, rsa_public_key};

/// Paths behind the tenant that an assertion may be for: the token endpoints and the issuers.
const AUDIENCE_PATHS: [&str; 5] = ["oauth2/v2.0/token", "oauth2/token", "v2.0", "v2.0/", ""];

pub(super) fn check(
    sts: &Sts,
    app: &AppRegistration,
    tenant: &TenantSegment,
    jwt: &Jwt<'_>,
) -> Result<(), AadError> {
    let (issuer, subject) = (jwt.text("iss"), jwt.text("sub"));
    if !issuer.eq_ignore_ascii_case(&app.client_id) {
        return Err(AadError::assertion_issuer(issuer, &app.client_id));
    }
    if subject != issuer {
        return Err(AadError::assertion_subject(subject, issuer));
    }
    check_signature(app, jwt)?;
    if is_for_here(sts, tenant, jwt.text("aud")) { Ok(()) } else { Err(AadError::assertion_audience()) }
}

fn check_signature(app: &AppRegistration, jwt: &Jwt<'_>) -> Result<(), AadError> {
    let named = Named::read(&jwt.header);
    let refuse = |reason| AadError::assertion_signature(&app.client_id, reason, &named.thumbprint());
    let mut registered = app.certificates.iter().map(|certificate| &certificate.0);
    let certificate =
        registered.find(|der| named.names(der)).ok_or_else(|| refuse("The key was not found."))?;
    if named.chain.as_ref().is_some_and(|leaf| leaf != certificate) {
        return Err(AadError::untrusted_assertion(
            "the certificate in 'x5c' is not the one of the thumbprint",
        ));
    }
    let key = rsa_public_key(certificate).ok_or_else(|| refuse("The key is no RSA key."))?;
    if jwt.verify(key) {
        Ok(())
    } else {
        Err(refuse("The provided signature value did not match the expected one."))
    }
}

/// How the header says which certificate signed.
struct Named<'a> {
    sha256: Option<&'a str>,
    sha1: Option<&'a str>,
    kid: Option<&'a str>,
    /// The first certificate of `x5c`, DER.
    chain: Option<Vec<u8>>,
}

impl<'a> Named<'a> {
    fn read(header: &'a Value) -> Self {
        // MSAL.NET sends one string, the others an array.
        let leaf = header["x5c"].as_str().or_else(|| header["x5c"][0].as_str());
        Self {
            sha256: header["x5t#S256"].as_str(),
            sha1: header["x5t"].as_str(),
            kid: header["kid"].as_str(),
            // What can't be decoded is no registered certificate either.
            chain: leaf.map(|text| STANDARD.decode(without_white_space(text)).unwrap_or_default()),
        }
    }

    /// Every thumbprint that is there must be the certificate's. Without any, `x5c` names it.
    fn names(&self, der: &[u8]) -> bool {
        let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, der);
        let sha256 = digest(&SHA256, der);
        let by_sha256 = self.sha256.map(|text| is_digest(text, sha256.as_ref()));
        let by_sha1 = self.sha1.map(|text| is_digest(text, sha1.as_ref()));
        match (by_sha256, by_sha1) {
            (None, None) => match (self.kid, &self.chain) {
                (Some(kid), _) => is_digest(kid, sha1.as_ref()) || is_digest(kid, sha256.as_ref()),
                (None, Some(leaf)) => leaf == der,
                (None, None) => false,
            },
            (a, b) => a.unwrap_or(true) && b.unwrap_or(true),
        }
    }

    /// As the assertion has it, for the error.
    fn thumbprint(&self) -> String {
        self.sha256.or(self.sha1).or(self.kid).unwrap_or_default().to_owned()
    }
}

/// MSAL for Python copies the lines of a PEM file.
fn without_white_space(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Clients write thumbprints in base64url, in base64, and in hexadecimal.
fn is_digest(text: &str, digest: &[u8]) -> bool {
    text == URL_SAFE_NO_PAD.encode(digest)
        || text == URL_SAFE.encode(digest)
        || text == STANDARD.encode(digest)
        || text.eq_ignore_ascii_case(&hex(digest))
}

/// Whether `aud` is this tenant's token endpoint or issuer, under any of the emulator's names.
fn is_for_here(sts: &Sts, tenant: &TenantSegment, audience: &str) -> bool {
    let Ok(url) = Url::parse(audience) else {
        return false;
    };
    let path = url.path().trim_start_matches('/');
    let (segment, rest) = path.split_once('/').unwrap_or((path, ""));
    let same_tenant =
        TenantSegment::parse(&sts.catalog(), segment, "").is_ok_and(|other| other.same_family(tenant));
    sts.origins.owns(&url) && same_tenant && url.query().is_none() && AUDIENCE_PATHS.contains(&rest)
}
