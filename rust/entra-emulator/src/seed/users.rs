//! The users, named by role.

use super::{CONTOSO_TENANT_ID, DEFAULT_USERNAME, FABRIKAM_TENANT_ID};

/// What keeps a user from signing in, or from doing it with a password alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Can sign in.
    Active,
    /// The account is disabled (AADSTS50057).
    Disabled,
    /// The password has expired (AADSTS50055).
    PasswordExpired,
    /// Too many wrong passwords (AADSTS50053).
    Locked,
    /// A second factor is needed (AADSTS50076); the sign-in page has it.
    MfaRequired,
    /// A second factor has to be set up (AADSTS50079); the sign-in page does that.
    MfaRegistration,
    /// Conditional Access lets nothing through (AADSTS53003).
    ConditionalAccess,
}

/// A member of a directory.
#[derive(Debug)]
pub struct User {
    /// Object ID, a GUID.
    pub oid: &'static str,
    /// User principal name.
    pub upn: &'static str,
    /// Display name.
    pub name: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Directory ID of the user's home.
    pub tenant_id: &'static str,
    /// Whether and how the user can sign in.
    pub standing: Standing,
    /// Directory role template IDs, the `wids` claim.
    pub roles: &'static [&'static str],
}

/// Template ID of the Global Administrator role.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// What most users have in common.
const MEMBER: User = User {
    oid: "",
    upn: "",
    name: "",
    given_name: "",
    family_name: "User",
    tenant_id: CONTOSO_TENANT_ID,
    standing: Standing::Active,
    roles: &[],
};

/// All users.
pub const USERS: &[User] = &[
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b01",
        upn: DEFAULT_USERNAME,
        name: "Sample User",
        given_name: "Sample",
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b02",
        upn: "admin@contoso.onmicrosoft.com",
        name: "Sample Admin",
        given_name: "Sample",
        family_name: "Admin",
        roles: &[GLOBAL_ADMINISTRATOR],
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b03",
        upn: "blocked@contoso.onmicrosoft.com",
        name: "Blocked User",
        given_name: "Blocked",
        standing: Standing::Disabled,
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b04",
        upn: "expired@contoso.onmicrosoft.com",
        name: "Expired User",
        given_name: "Expired",
        standing: Standing::PasswordExpired,
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b05",
        upn: "locked@contoso.onmicrosoft.com",
        name: "Locked User",
        given_name: "Locked",
        standing: Standing::Locked,
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b06",
        upn: "mfa@contoso.onmicrosoft.com",
        name: "MFA User",
        given_name: "MFA",
        standing: Standing::MfaRequired,
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b07",
        upn: "newmfa@contoso.onmicrosoft.com",
        name: "New MFA User",
        given_name: "New MFA",
        standing: Standing::MfaRegistration,
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b08",
        upn: "policy@contoso.onmicrosoft.com",
        name: "Policy User",
        given_name: "Policy",
        standing: Standing::ConditionalAccess,
        ..MEMBER
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b09",
        upn: "user@federated.example",
        name: "Federated User",
        given_name: "Federated",
        ..MEMBER
    },
    User {
        oid: "b7e2d914-05c8-4a3f-8d61-f2a9c4e7b505",
        upn: "user@fabrikam.onmicrosoft.com",
        name: "Fabrikam User",
        given_name: "Fabrikam",
        tenant_id: FABRIKAM_TENANT_ID,
        ..MEMBER
    },
];
