//! Signature algorithms (RFC 7518 section 3.1): which ones are verified, and why the others are refused.

use std::fmt;
use std::str::FromStr;

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RsaParameters,
};

use crate::error::Error;
use crate::text::printable;

/// A supported algorithm. Entra signs with RS256; the others must be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
}

impl Algorithm {
    /// All supported algorithms.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Rs384, Self::Rs512, Self::Ps256];

    /// Its name in a token header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
        }
    }

    pub(super) fn parameters(self) -> &'static RsaParameters {
        match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &RSA_PSS_2048_8192_SHA256,
        }
    }

    /// Names are case-sensitive (RFC 7515 section 4.1.1).
    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The algorithm with this name if it is accepted, or why it is refused.
    pub(super) fn accept(name: &str, accepted: &[Self]) -> Result<Self, String> {
        match Self::named(name) {
            Some(algorithm) if accepted.contains(&algorithm) => Ok(algorithm),
            Some(_) => {
                let names: Vec<_> = accepted.iter().map(|known| known.name()).collect();
                Err(format!("{name} is refused: only {} is accepted.", names.join(", ")))
            }
            None => Err(refused(name)),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// As the request member `algorithms`.
impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::named(name)
            .ok_or_else(|| Error::invalid_parameter("algorithms", "must be RS256, RS384, RS512 or PS256."))
    }
}

fn refused(name: &str) -> String {
    if name.eq_ignore_ascii_case("none") {
        return format!("{name} is refused: the token isn't signed, so anyone could have made it.");
    }
    let shown: String = printable(name).chars().take(32).collect();
    match shown.get(..2) {
        Some("HS") => format!(
            "{shown} is refused: it needs a secret shared with the issuer. Anyone could sign with the issuer's public key as that secret."
        ),
        Some("ES") => format!("{shown} is refused: Entra signs with RSA keys, not with elliptic curves."),
        Some("Ed") => format!("{shown} is refused: Entra signs with RSA keys, not with Edwards curves."),
        Some("PS" | "RS") => format!("{shown} is refused: Entra doesn't sign with it."),
        _ => format!("{shown} is refused: unknown signature algorithm."),
    }
}
