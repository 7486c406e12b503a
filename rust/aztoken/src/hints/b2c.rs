//! Hints by number of Azure AD B2C (Microsoft, "Error codes: Azure Active Directory B2C").

use super::Entry;

pub(super) const HINTS: [Entry; 22] = [
    (
        &[90006, 90007],
        "The redirect URI isn't registered for the client. Register it exactly, in the B2C tenant.",
    ),
    (&[90010, 90117], "The scope isn't supported. Check `scopes`: those of your API, or the client ID."),
    (
        &[90011, 90018, 90068],
        "The application isn't known in the B2C tenant. Check `client_id` and `authority`.",
    ),
    (&[90016, 90017], "The client assertion is missing or was rejected."),
    (&[90021, 90022, 90031], "The policy doesn't exist or is invalid. Check its name in `authority`."),
    (&[90027, 90081], "The client secret is wrong. Use the secret's value, not its ID."),
    (&[90035, 90037, 90048, 90085, 90244], "The service is busy or has a problem. Try again in a minute."),
    (&[90052, 90053, 90054, 90225], "The user name or password is wrong."),
    (
        &[90055, 90146],
        "A token is for one resource. Request scopes of one API, such as https://contoso.onmicrosoft.com/api/read.",
    ),
    (
        &[90057],
        "The app isn't set up for this response type. Enable implicit grants in its registration, or use the authorization code flow.",
    ),
    (
        &[90058, 90084],
        "The client is public and must not send a secret, or public client flows aren't allowed for it.",
    ),
    (&[90077], "No user is signed in, so a silent sign-in isn't possible. Omit `prompt` none."),
    (&[90079], "The app requires a secret or certificate. Add a credential."),
    (&[90080, 90128, 90129], "The code or refresh token has expired or was revoked. Sign in again."),
    (
        &[90087, 90088],
        "The code or refresh token was issued for another endpoint or policy. Use the same `authority`.",
    ),
    (&[90091], "The user cancelled. Run the command again."),
    (&[90092], "The app is disabled in this tenant."),
    (&[90107, 90110], "The scope openid is missing, or isn't granted to the app."),
    (
        &[90118],
        "The user chose to reset the password. Run the policy for it, or use a sign-in policy that includes it.",
    ),
    (&[90151, 90157], "Too many failed attempts. Wait, then sign in again."),
    (&[90205], "The app lacks permissions for this API. Grant them, and have an administrator consent."),
    (
        &[90210, 90219, 90224],
        "The password grant isn't enabled. Use a policy for it (ROPC), and allow public client flows for the app.",
    ),
];
