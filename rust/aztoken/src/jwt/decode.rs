//! Decodes a token. Nothing in it is trusted: see `validate`.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::base64url::{self, NotBase64Url};
use super::compact::{Compact, malformed, refusal};
use super::json;
use crate::error::{Error, Result};
use crate::params::{claim, token_error};

/// The kind of a token, recognized by its claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u32)]
pub enum Kind {
    /// An access token of version 1.0, which names its client as `appid`.
    AccessTokenV1 = 1,
    /// An access token of version 2.0, which names its client as `azp`.
    AccessTokenV2 = 2,
    /// An ID token (OpenID Connect Core section 2).
    IdToken = 3,
    /// An encrypted token (RFC 7516): only its header can be read.
    Jwe = 4,
    /// Another signed token, such as one of another issuer or a client assertion.
    Unknown = 5,
}

/// A token whose header and claims were decoded and checked to be JSON objects.
pub struct Token<'a> {
    compact: Compact<'a>,
    kind: Kind,
    /// The header's JSON, then the claims'.
    decoded: Zeroizing<String>,
    header_length: usize,
}

impl<'a> Token<'a> {
    /// Decodes a token in the compact serialization.
    ///
    /// Fails with `opaque_token` or `personal_account_token` if the text isn't a JWT, and with `invalid_token` and the
    /// offset if it is a damaged one.
    ///
    /// ```
    /// let token = aztoken::jwt::Token::decode("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.")?;
    /// assert_eq!(token.header_json(), r#"{"alg":"none"}"#);
    /// assert_eq!(token.claims()["iss"], "joe");
    /// # Ok::<(), aztoken::Error>(())
    /// ```
    pub fn decode(text: &'a str) -> Result<Self> {
        let compact = Compact::split(text)?;
        let encoded = compact.header.len() + compact.payload.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(encoded / 4 * 3 + 6));
        let header_length = decode_parts(&compact, &mut bytes).map_err(|fault| malformed(&fault))?;
        let decoded = text_of(&mut bytes, header_length)?;
        let (header, claims) = decoded.split_at(header_length);
        check_object("header", header)?;
        let kind = if compact.encrypted { Kind::Jwe } else { kind_of(&check_object("payload", claims)?) };
        Ok(Self { compact, kind, decoded, header_length })
    }

    /// Like [`decode`](Self::decode), for bytes that may not be UTF-8.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::decode(text),
            Err(error) => {
                let message = format!("The token contains invalid UTF-8 at offset {}.", error.valid_up_to());
                Err(refusal(token_error::INVALID_TOKEN, message))
            }
        }
    }

    /// The kind of token.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The header as the token has it.
    pub fn header_json(&self) -> &str {
        &self.decoded[..self.header_length]
    }

    /// The claims as the token has them; empty if they are encrypted.
    pub fn claims_json(&self) -> &str {
        &self.decoded[self.header_length..]
    }

    /// The header, in its order.
    pub fn header(&self) -> Map<String, Value> {
        to_map(self.header_json())
    }

    /// The claims, in their order; none if they are encrypted.
    pub fn claims(&self) -> Map<String, Value> {
        to_map(self.claims_json())
    }

    /// The encoded parts that the signature is over (RFC 7515 section 5.2); empty if the token is encrypted.
    pub fn signing_input(&self) -> &str {
        self.compact.signing_input
    }

    /// The signature's text; empty if there is none.
    pub fn signature(&self) -> &str {
        self.compact.signature
    }
}

/// Without claims: they name people.
impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Decodes header and payload into one buffer and returns the header's length.
fn decode_parts(compact: &Compact<'_>, buffer: &mut Vec<u8>) -> std::result::Result<usize, NotBase64Url> {
    base64url::decode_into(compact.header, buffer)?;
    let header_length = buffer.len();
    if !compact.encrypted {
        base64url::decode_into(compact.payload, buffer)
            .map_err(|fault| fault.moved(compact.payload_offset()))?;
        base64url::check(compact.signature).map_err(|fault| fault.moved(compact.signature_offset()))?;
    }
    Ok(header_length)
}

/// The text of two parts, each of which must be UTF-8.
fn text_of(bytes: &mut Zeroizing<Vec<u8>>, header_length: usize) -> Result<Zeroizing<String>> {
    let not_utf8 = |at| unreadable(if at < header_length { "header" } else { "payload" }, "is not UTF-8");
    match String::from_utf8(std::mem::take(&mut **bytes)) {
        Ok(text) if text.is_char_boundary(header_length) => Ok(Zeroizing::new(text)),
        // A character begins in the header and ends in the payload.
        Ok(text) => {
            drop(Zeroizing::new(text));
            Err(not_utf8(0))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            drop(Zeroizing::new(error.into_bytes()));
            Err(not_utf8(at))
        }
    }
}

/// Decodes one part to a checked object.
pub(super) fn object(part: &str, encoded: &str, offset: usize) -> Result<Map<String, Value>> {
    let bytes = base64url::decode(encoded).map_err(|fault| malformed(&fault.moved(offset)))?;
    let bytes = Zeroizing::new(bytes);
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable(part, "is not UTF-8"))?;
    check_object(part, text)?;
    Ok(to_map(text))
}

fn check_object<'t>(part: &str, text: &'t str) -> Result<Vec<Cow<'t, str>>> {
    json::names_of_object(text).map_err(|problem| unreadable(part, &problem))
}

fn unreadable(part: &str, problem: &str) -> Error {
    refusal(token_error::INVALID_TOKEN, format!("The token's {part} {problem}."))
}

/// An object that was checked.
fn to_map(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

/// Microsoft, "Access token claims reference" and "ID token claims reference": only access tokens name their client, and
/// all Entra tokens have `ver` and `tid`.
fn kind_of(names: &[Cow<'_, str>]) -> Kind {
    let has = |name: &str| names.iter().any(|known| known == name);
    if has(claim::APP_ID) {
        Kind::AccessTokenV1
    } else if has(claim::AUTHORIZED_PARTY) {
        Kind::AccessTokenV2
    } else if has(claim::TENANT_ID) && has(claim::VERSION) {
        Kind::IdToken
    } else {
        Kind::Unknown
    }
}
