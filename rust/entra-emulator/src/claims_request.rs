//! The `claims` parameter (OpenID Connect Core section 5.5), as far as it changes a token.

use serde_json::Value;

use crate::errors::AadError;
use crate::received::Params;

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClaimsRequest {
    /// The client can handle claims challenges (capability `cp1`), and so gets tokens that last a day.
    pub(crate) continuous_access: bool,
}

impl ClaimsRequest {
    /// Reads the parameter, if it is there.
    pub(crate) fn read(form: &Params) -> Result<Self, AadError> {
        let Some(text) = form.get("claims") else {
            return Ok(Self::default());
        };
        let claims: Value = serde_json::from_str(text)
            .ok()
            .filter(Value::is_object)
            .ok_or_else(|| AadError::invalid_parameter("claims", "it is not a JSON object"))?;
        let capabilities = claims["access_token"]["xms_cc"]["values"].as_array();
        let is_cp1 = |value: &Value| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("cp1"));
        Ok(Self { continuous_access: capabilities.is_some_and(|values| values.iter().any(is_cp1)) })
    }
}
