//! How a client signs its assertions.

use serde::{Deserialize, Serialize};

/// How an assertion is signed (Microsoft, "Certificate credentials").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PSS with SHA-256, what Microsoft recommends.
    #[default]
    PS256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for keys that can't do PSS and for AD FS.
    RS256,
}
