//! Redirect URIs: which one a request means, and where the answer goes. After Microsoft's "Redirect URI restrictions".

use crate::configuration::{AppRegistration, RedirectUri as Registration, RedirectUriType};
use crate::errors::AadError;
use crate::response_mode::ResponseMode;

/// Hosts at which a program listens on any port.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// A redirect URI as the request wrote it, found among the app's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RedirectUri {
    pub(crate) uri: String,
    /// The platform that it is registered under.
    pub(crate) kind: RedirectUriType,
}

impl RedirectUri {
    /// The app's redirect URI that the request asks for, or its first one when the request names none.
    pub(crate) fn find(
        app: &AppRegistration,
        asked: Option<&str>,
        mode: ResponseMode,
    ) -> Result<Self, AadError> {
        let Some(asked) = asked else {
            let first = app.redirect_uris.first().ok_or_else(|| AadError::no_redirect_uri(&app.client_id))?;
            return Ok(Self { uri: first.uri.clone(), kind: first.kind });
        };
        match app.redirect_uris.iter().find(|known| is_same(&known.uri, asked, mode)) {
            Some(known) => Ok(Self { uri: asked.to_owned(), kind: known.kind }),
            None => Err(AadError::redirect_uri_mismatch(asked, &app.client_id)),
        }
    }

    /// Whether it is of the type single-page application.
    pub(crate) fn is_single_page(&self) -> bool {
        self.kind == RedirectUriType::Spa
    }
}

/// The registration of a redirect URI that a token request repeats.
pub(crate) fn registration_of<'a>(app: &'a AppRegistration, asked: &str) -> Option<&'a Registration> {
    let modes = [ResponseMode::Query, ResponseMode::FormPost];
    app.redirect_uris.iter().find(|known| modes.iter().any(|mode| is_same(&known.uri, asked, *mode)))
}

/// Where an answer goes: a URI without a path gets a slash, but not for a form.
pub(crate) fn destination(uri: &str, mode: ResponseMode) -> String {
    match Parts::of(uri) {
        Some(parts) => format!("{}://{}{}", parts.scheme, parts.authority, parts.path(mode)),
        None => uri.to_owned(),
    }
}

fn is_same(registered: &str, asked: &str, mode: ResponseMode) -> bool {
    let (Some(registered_parts), Some(asked_parts)) = (Parts::of(registered), Parts::of(asked)) else {
        return registered == asked;
    };
    let free_port = registered_parts.scheme == "http" && LOOPBACK.contains(&registered_parts.host());
    let same_authority = if free_port {
        registered_parts.host().eq_ignore_ascii_case(asked_parts.host())
    } else {
        registered_parts.authority.eq_ignore_ascii_case(asked_parts.authority)
    };
    same_authority
        && registered_parts.scheme == asked_parts.scheme
        && registered_parts.path(mode) == asked_parts.path(mode)
}

/// A URI with an authority, taken apart but not normalized: `..` and `%2F` are what they are.
struct Parts<'a> {
    scheme: &'a str,
    authority: &'a str,
    /// Path and query.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        Some(Self { scheme, authority, rest })
    }

    /// Without the port. What isn't a port stays in the host, and so matches none.
    fn host(&self) -> &'a str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() && !port.starts_with('+') => host,
            _ => self.authority,
        }
    }

    fn path(&self, mode: ResponseMode) -> String {
        let bare = !self.rest.starts_with('/');
        let slash = if bare && mode != ResponseMode::FormPost { "/" } else { "" };
        format!("{slash}{}", self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ResponseMode::{FormPost, Fragment, Query};

    #[test]
    fn the_port_of_loopback_is_free_and_the_path_is_not() {
        for (registered, asked, same) in [
            ("http://localhost", "http://localhost:5000", true),
            ("http://localhost", "http://LOCALHOST:5000", true),
            ("http://localhost:8080/a", "http://localhost/a", true),
            ("http://localhost/myapp/", "http://localhost:5000/myapp/", true),
            ("http://localhost/myapp/", "http://localhost:5000/MyApp/", false),
            ("http://localhost/myapp/", "http://localhost:5000/myapp", false),
            ("http://localhost/myapp/", "http://localhost:5000/", false),
            ("http://localhost/myapp/", "http://localhost:5000/x/../myapp/", false),
            ("http://localhost", "http://localhost:5000?a=b", false),
            ("http://localhost", "http://localhost:5000#a", false),
            ("http://localhost", "http://127.0.0.1:5000", false),
            ("http://localhost", "http://[::1]:5000", false),
            ("http://localhost", "https://localhost:5000", false),
            ("http://localhost", "http://localhost.evil.example", false),
            ("http://localhost", "http://localhost@evil.example", false),
            ("http://localhost", "http://localhost:pw@evil.example", false),
            ("http://localhost", "http://localhost:99999", false),
            ("http://localhost", "http://localhost:+80", false),
            ("http://localhost", "http://localhost:", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:5000/callback", true),
            ("http://127.0.0.1/callback", "http://localhost:5000/callback", false),
            ("https://app.contoso.example/signin", "https://app.contoso.example/signin", true),
            ("https://app.contoso.example/signin", "https://app.contoso.example:8443/signin", false),
            ("https://app.contoso.example/signin", "https://app.contoso.example/signin/", false),
            ("https://app.contoso.example/signin", "https://app.contoso.example/signin?a=b", false),
            ("https://localhost/a", "https://localhost:5000/a", false),
            ("urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:oob", true),
            ("urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:auto", false),
        ] {
            assert_eq!(is_same(registered, asked, Query), same, "{registered} {asked}");
        }
    }

    #[test]
    fn a_lone_slash_makes_a_difference_for_forms_only() {
        for (mode, same) in [(Query, true), (Fragment, true), (FormPost, false)] {
            assert_eq!(is_same("http://localhost", "http://localhost:5000/", mode), same, "{mode:?}");
            assert_eq!(is_same("http://localhost/", "http://localhost:5000", mode), same, "{mode:?}");
        }
        assert_eq!(destination("http://localhost:5000", Query), "http://localhost:5000/");
        assert_eq!(destination("http://localhost:5000?a=b", Fragment), "http://localhost:5000/?a=b");
        assert_eq!(destination("http://localhost:5000", FormPost), "http://localhost:5000");
        assert_eq!(destination("http://localhost/myapp", Query), "http://localhost/myapp");
        assert_eq!(destination("urn:ietf:wg:oauth:2.0:oob", Query), "urn:ietf:wg:oauth:2.0:oob");
    }
}
