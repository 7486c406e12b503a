//! Hints by AADSTS number (Microsoft, "Microsoft Entra authentication and authorization error codes").

use super::Entry;

pub(super) const HINTS: [Entry; 54] = [
    (&[16000], "The account isn't in this tenant. Sign in with another one, or have it invited as a guest."),
    (
        &[50001, 500_011],
        "The resource isn't known in this tenant. Check the spelling of `resource` and `scopes`, and `tenant`.",
    ),
    (
        &[50011],
        "The redirect URI isn't registered for the client. Register it exactly; for http://localhost the port doesn't matter.",
    ),
    (
        &[50012, 700_027],
        "The assertion or certificate was rejected. Check the certificate, and that its public part is uploaded to the app.",
    ),
    (
        &[50013],
        "The user assertion was rejected. It must be an access token for this app, not one for Microsoft Graph.",
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
        "The account belongs to another tenant or is personal. Check `tenant`, or have it invited as a guest.",
    ),
    (&[50034], "The user doesn't exist in this tenant. Check the user name and `tenant`."),
    (&[50049], "This host isn't an authority. Check `authority`."),
    (
        &[50053],
        "The account is locked, or the address is blocked. Wait, or ask an administrator to unlock it.",
    ),
    (&[50055, 50144], "The password has expired. Change it in a browser first."),
    (&[50056], "The account has no password here. Use another sign-in method."),
    (&[50057], "The account is disabled. Ask an administrator."),
    (&[50058], "No user is signed in, so a silent sign-in isn't possible. Sign in interactively."),
    (&[50059, 50128, 90019], "The request contains no existing tenant. Set `tenant`."),
    (
        &[50072, 50074, 50076, 50078, 50079],
        "Multi-factor authentication is required. Sign in interactively or with a device code, and send the error's `claims`.",
    ),
    (&[50089, 50132, 50133], "The session has ended, or the password was changed. Sign in again."),
    (&[50097, 53000, 53001], "A policy requires a managed device. Sign in from one."),
    (
        &[50105, 501_051],
        "The user or app isn't assigned to this application. Ask an administrator to assign it.",
    ),
    (&[50126], "The user name or password is wrong."),
    (&[50140, 50199], "The sign-in must be confirmed in a browser. Do it again there."),
    (
        &[501_481, 50147, 501_491],
        "The PKCE code verifier doesn't match. Send the verifier made for this code challenge, 43 to 128 characters.",
    ),
    (&[50173], "The sign-in was revoked. Sign in again."),
    (&[50194], "The app is for a single tenant. Set `tenant` to it."),
    (&[50196], "The same request was sent too often. Reuse the token instead of requesting another."),
    (
        &[53003, 530_032, 530_035],
        "A Conditional Access policy blocks this sign-in. Ask an administrator, or use another flow.",
    ),
    (&[54005], "The authorization code was already used. Sign in again: each code can be redeemed once."),
    (&[65001], "Consent is missing. Have the user or an administrator consent to the app's permissions."),
    (
        &[65002],
        "This Microsoft client isn't preauthorized for that resource. Use a client of your own with `client_id`.",
    ),
    (&[65004], "The consent was declined."),
    (
        &[650_052, 650_053, 650_056, 650_057],
        "The app's registration lacks this resource or scope. Add it there, or correct `scopes`.",
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
        "The app requires a secret or certificate, or doesn't allow public client flows. Add a credential, or allow public client flows in the registration.",
    ),
    (&[700_025], "The client is public and must not send a secret. Omit the secret."),
    (&[700_016, 700_038], "The application isn't known in this tenant. Check `client_id` and `tenant`."),
    (&[700_021, 50048], "The assertion's iss and sub must both be the client ID."),
    (
        &[700_022, 28000, 1_002_012, 70011, 28002, 700_023],
        "A token is for one resource. Request its scopes, or its .default alone, and one token for each resource.",
    ),
    (
        &[70021, 700_211, 700_212, 700_213, 7_002_138],
        "No federated credential matches the token. Compare its iss, sub and aud with the credential: they must match exactly, in case too.",
    ),
    (&[70025], "The app has no federated credential. Add one."),
    (&[700_229], "A user's token can't be an assertion. Use an app-only token."),
    (&[70008, 700_082, 700_084, 70043], "The refresh token has expired. Sign in again."),
    (
        &[70018, 70019, 70020],
        "The code is wrong, or expired before anyone signed in. Run the command again and enter the new code.",
    ),
    (
        &[7_000_113, 7_000_114],
        "The app may not act on behalf of this user. Check the user assertion and the app's permissions.",
    ),
    (&[240_002], "That is an ID token. Send an access token."),
    (&[90002, 900_023], "The tenant doesn't exist. Check `tenant`, and that `cloud` is the right one."),
    (&[90010, 9_001_023], "This flow requires a specific tenant. Set `tenant` to its ID or domain."),
    (&[90033, 90006], "The service is busy. Try again in a minute."),
    (&[90038], "The tenant is in another cloud. Set `cloud`."),
    (&[90072, 90094, 90095], "An administrator must approve this."),
];
