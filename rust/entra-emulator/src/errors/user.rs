//! Users who can't have a token, or not without a person at the sign-in page.

use serde_json::json;

use super::AadError;

/// Where the service sends people with an expired password.
const PASSWORD_CHANGE_URL: &str = "https://portal.microsoftonline.com/ChangePassword.aspx";
const PASSWORD_EXPIRED: &str = "user_password_expired";
/// The Conditional Access policy that challenges name.
const POLICY_ID: &str = "c0a1b2c3-5d6e-4f70-8123-90abcdef0101";

impl AadError {
    /// No such user in any directory.
    pub fn unknown_user(upn: &str) -> Self {
        let text = format!(
            "The user account {upn} does not exist in the directory. To sign into this application, the account must \
             be added to the directory."
        );
        Self { suberror: Some("bad_token"), ..Self::new("invalid_grant", 50034, text) }
    }

    /// A user of another directory.
    pub fn foreign_user(upn: &str, tenant: &str, client_id: &str, app: &str) -> Self {
        let text = format!(
            "User account '{upn}' does not exist in tenant '{tenant}' and cannot access the application \
             '{client_id}'({app}) in that tenant."
        );
        Self::new("invalid_grant", 50020, text)
    }

    /// A wrong password.
    pub fn wrong_password() -> Self {
        Self::new("invalid_grant", 50126, "Error validating credentials due to invalid username or password.")
    }

    /// Too many wrong passwords, or an address with a bad name.
    pub fn locked_user() -> Self {
        let text = "The account is locked, you've tried to sign in too many times with an incorrect user ID or \
                    password.";
        Self::new("invalid_grant", 50053, text)
    }

    /// The account is disabled.
    pub fn disabled_user() -> Self {
        Self::new("invalid_grant", 50057, "The user account is disabled.")
    }

    /// The password has to be changed first.
    pub fn expired_password() -> Self {
        let plain = Self::new("invalid_grant", 50055, "The password is expired.");
        Self { suberror: Some(PASSWORD_EXPIRED), ..plain }
    }

    /// The `password_change_url` that comes with an expired password.
    pub fn password_change_url(&self) -> Option<&'static str> {
        (self.suberror == Some(PASSWORD_EXPIRED)).then_some(PASSWORD_CHANGE_URL)
    }

    /// The user isn't assigned to a resource that asks for it.
    pub fn user_not_assigned(upn: &str, resource: &str) -> Self {
        let text =
            format!("The signed in user '{upn}' is not assigned to a role for the application '{resource}'.");
        Self::new("invalid_grant", 50105, text)
    }

    /// Nobody has consented to what the app asks for.
    pub fn consent_required(client_id: &str, name: &str) -> Self {
        let text = format!(
            "The user or administrator has not consented to use the application with ID '{client_id}' named \
             '{name}'. Send an interactive authorization request for this user and resource."
        );
        Self { suberror: Some("consent_required"), ..Self::new("invalid_grant", 65001, text).without_uri() }
    }

    /// Consent for everyone by someone who is no administrator.
    pub fn admin_required(client_id: &str) -> Self {
        let text = format!(
            "Admin consent is required for the permissions requested by the application '{client_id}'. Sign in with an \
             administrator's account."
        );
        Self::new("access_denied", 90094, text)
    }

    /// A second factor is needed. The OAuth code depends on the grant.
    pub fn mfa_required(error: &'static str, resource: &str) -> Self {
        let text = format!(
            "Due to a configuration change made by your administrator, or because you moved to a new location, you \
             must use multi-factor authentication to access '{resource}'."
        );
        Self::challenge(error, 50076, text, "basic_action")
    }

    /// A second factor has to be set up.
    pub fn mfa_registration(error: &'static str, resource: &str) -> Self {
        let text = format!(
            "Due to a configuration change made by your administrator, or because you moved to a new location, you \
             must enroll in multi-factor authentication to access '{resource}'."
        );
        Self::challenge(error, 50079, text, "basic_action")
    }

    /// A policy of Conditional Access says no.
    pub fn conditional_access(error: &'static str) -> Self {
        let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token \
                    issuance.";
        Self::challenge(error, 53003, text.to_owned(), "message_only")
    }

    /// Comes with `claims` for the client to send to the sign-in page.
    fn challenge(error: &'static str, number: u32, text: String, suberror: &'static str) -> Self {
        let claims = json!({ "access_token": { "capolids": { "essential": true, "values": [POLICY_ID] } } });
        let plain = Self::new(error, number, text);
        Self { suberror: Some(suberror), claims: Some(claims.to_string()), ..plain }
    }
}
