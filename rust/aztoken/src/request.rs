//! What every grant's request may hold, and how it is settled before anything is sent.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::authority::Authority;
use crate::authorize::ResponseType;
use crate::claims::claims_request;
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::http::ProxySetting;
use crate::params::{AZURE_POWERSHELL_CLIENT_ID, field, variable};
use crate::scope::{full_scopes, sign_in_scopes};
use crate::token::form::Form;

/// The options that all operations share (docs/abi.md).
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestOptions {
    /// Base URL of the authority, with or without a tenant.
    pub authority: Option<String>,
    /// `public`, `usgov`, `china`, `bleu`, `delos` or `govsg`.
    pub cloud: Option<String>,
    /// GUID, domain or well-known name.
    pub tenant: Option<String>,
    /// Application (client) ID.
    pub client_id: Option<String>,
    /// URI or application ID of the resource.
    pub resource: Option<String>,
    /// Scopes, with or without their resource.
    #[serde(deserialize_with = "null_as_default")]
    pub scopes: Vec<String>,
    /// A claims request, JSON.
    pub claims: Option<String>,
    /// GUID to find the request by.
    pub correlation_id: Option<String>,
    /// Limit for the whole operation in seconds.
    pub timeout_seconds: Option<f64>,
    /// Further form fields.
    #[serde(deserialize_with = "null_as_default")]
    pub extra_parameters: BTreeMap<String, String>,
    /// A proxy to use whatever the environment says.
    pub proxy: Option<ProxySetting>,
    /// The operating system's proxy for the authority, used where the environment names none.
    pub system_proxy: Option<String>,
    /// The caller's variables.
    #[serde(deserialize_with = "null_as_default")]
    pub environment: Environment,
}

/// A request in JSON. Both members may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "O: DeserializeOwned, P: DeserializeOwned")]
struct Request<O, P> {
    options: Option<O>,
    parameters: Option<P>,
}

/// The options of a request that has none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoOptions {}

/// Reads a request: `options`, which all operations share, and the operation's own `parameters`. Unknown members are refused
/// by name.
pub fn parse<P: DeserializeOwned>(json: &[u8]) -> Result<(RequestOptions, P)> {
    parse_with(json)
}

/// Reads a request whose options are of another type.
pub(crate) fn parse_with<O: DeserializeOwned + Default, P: DeserializeOwned>(json: &[u8]) -> Result<(O, P)> {
    let read = || {
        let request: Request<O, P> = serde_json::from_slice(json)?;
        // An empty object names the parameter that is missing.
        let parameters = request.parameters.map_or_else(|| serde_json::from_str("{}"), Ok)?;
        Ok((request.options.unwrap_or_default(), parameters))
    };
    read().map_err(|error: serde_json::Error| {
        Error::invalid_parameter("request", without_value(&error.to_string()))
    })
}

/// A list or map that is null is empty: some languages write it so.
fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> std::result::Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// serde quotes a string of the wrong type in its message, and that string may be a secret.
fn without_value(problem: &str) -> String {
    match problem.rsplit_once(", expected ") {
        Some((_, expected)) if problem.starts_with("invalid") => {
            format!("a member has the wrong type, expected {expected}")
        }
        _ => problem.to_owned(),
    }
}

/// A request whose authority, client and scopes are settled.
#[derive(Debug)]
pub(crate) struct Settled {
    /// Where to ask.
    pub authority: Authority,
    /// For which client.
    pub client_id: String,
    /// Which scopes.
    pub scopes: Vec<String>,
    claims: Option<String>,
    extra_parameters: BTreeMap<String, String>,
}

impl RequestOptions {
    /// The time limit: the given one, otherwise the grant's.
    pub(crate) fn timeout(&self, default: Option<Duration>) -> Result<Option<Duration>> {
        match self.timeout_seconds {
            None => Ok(default),
            Some(seconds) if seconds > 0.0 && seconds <= 86_400.0 => {
                Ok(Some(Duration::from_secs_f64(seconds)))
            }
            Some(_) => {
                let problem = "must be over 0 and at most 86400 (a day).";
                Err(Error::invalid_parameter("timeout_seconds", problem))
            }
        }
    }

    /// The given correlation ID, if it is one.
    pub(crate) fn correlation_id(&self) -> Result<Option<String>> {
        let Some(given) = &self.correlation_id else {
            return Ok(None);
        };
        match uuid::Uuid::parse_str(given) {
            Ok(id) => Ok(Some(id.to_string())),
            Err(_) => Err(Error::invalid_parameter("correlation_id", "must be a GUID.")),
        }
    }

    /// Settles a grant of a user: tenant `organizations` and the client of Azure PowerShell where none is given.
    pub(crate) fn settle_for_user(mut self, cx: &Context, owned_fields: &[&str]) -> Result<Settled> {
        let client_id = self.client_id.take().unwrap_or_else(|| AZURE_POWERSHELL_CLIENT_ID.to_owned());
        self.settle(cx, client_id, true, owned_fields)
    }

    /// Settles a grant in which a confidential client acts for a user: the client must be named.
    pub(crate) fn settle_for_confidential_user(
        mut self,
        cx: &Context,
        owned_fields: &[&str],
    ) -> Result<Settled> {
        let client_id = self.own_client_id(cx)?;
        self.settle(cx, client_id, true, owned_fields)
    }

    /// Settles a sign-in in the browser, where consent can be given for several resources at once: also gives all the
    /// scopes to ask for there. The token is for one resource, whose scopes are in what is settled. An access token that
    /// comes from the sign-in itself leaves room for no other resource.
    pub(crate) fn settle_for_sign_in(
        mut self,
        cx: &Context,
        asked: ResponseType,
        owned_fields: &[&str],
    ) -> Result<(Settled, Vec<String>)> {
        if asked.token {
            let settled = self.settle_for_user(cx, owned_fields)?;
            let scopes = settled.scopes.clone();
            return Ok((settled, scopes));
        }
        let client_id = self.client_id.take().unwrap_or_else(|| AZURE_POWERSHELL_CLIENT_ID.to_owned());
        let given = std::mem::take(&mut self.scopes);
        let authority = self.resolve_authority(cx)?;
        let resource = self.resource.as_deref().unwrap_or_else(|| authority.cloud().graph());
        let (all, of_resource) = sign_in_scopes(resource, &given)?;
        self.scopes = of_resource;
        Ok((self.settle(cx, client_id, true, owned_fields)?, all))
    }

    /// Settles a grant of an app: the client must be named, and the tenant be one.
    pub(crate) fn settle_for_app(mut self, cx: &Context, owned_fields: &[&str]) -> Result<Settled> {
        let client_id = self.own_client_id(cx)?;
        let settled = self.settle(cx, client_id, false, owned_fields)?;
        if settled.authority.tenant().is_some_and(|tenant| !tenant.is_one_directory()) {
            let problem =
                "an app's own token is for one tenant: give its ID or domain (or set AZURE_TENANT_ID).";
            return Err(Error::invalid_parameter("tenant", problem));
        }
        Ok(settled)
    }

    fn own_client_id(&mut self, cx: &Context) -> Result<String> {
        let from_environment = || cx.environment.get(variable::CLIENT_ID).map(str::to_owned);
        self.client_id.take().or_else(from_environment).ok_or_else(|| {
            Error::invalid_parameter(
                "client_id",
                "is needed: the application (client) ID of your app (or AZURE_CLIENT_ID).",
            )
        })
    }

    fn resolve_authority(&self, cx: &Context) -> Result<Authority> {
        Authority::resolve(
            self.authority.as_deref(),
            self.cloud.as_deref(),
            self.tenant.as_deref(),
            "organizations",
            &cx.environment,
        )
    }

    fn settle(
        self,
        cx: &Context,
        client_id: String,
        of_user: bool,
        owned_fields: &[&str],
    ) -> Result<Settled> {
        let authority = self.resolve_authority(cx)?;
        check_client_id(&client_id)?;
        let resource = self.resource.as_deref().unwrap_or_else(|| authority.cloud().graph());
        let scopes = full_scopes(resource, &self.scopes, of_user)?;
        let claims = self.claims.as_deref().map(claims_request).transpose()?;
        check_extra_parameters(&self.extra_parameters, owned_fields)?;
        cx.verbose(format!(
            "Authority {authority}, client {client_id}, correlation ID {}",
            cx.correlation_id
        ));
        cx.verbose(format!("Scope {}", scopes.join(" ")));
        Ok(Settled { authority, client_id, scopes, claims, extra_parameters: self.extra_parameters })
    }
}

impl Settled {
    /// Adds the scopes and the caller's own fields.
    pub(crate) fn add_to(&self, form: &mut Form) {
        form.add(field::SCOPE, &self.scopes.join(" "));
        self.add_own_to(form);
    }

    /// Adds the caller's own fields.
    pub(crate) fn add_own_to(&self, form: &mut Form) {
        if let Some(claims) = &self.claims {
            form.add(field::CLAIMS, claims);
        }
        for (name, value) in &self.extra_parameters {
            form.add(name, value);
        }
    }

    /// Adds the client, and what proves it.
    pub(crate) async fn authenticate(
        &self,
        cx: &Context,
        auth: Option<&ClientAuth>,
        form: &mut Form,
    ) -> Result<()> {
        form.add(field::CLIENT_ID, &self.client_id);
        match auth {
            None => Ok(()),
            Some(auth) => auth.apply(cx, self, form).await,
        }
    }

    #[cfg(test)]
    pub(crate) fn for_tests(scopes: &[&str]) -> Self {
        let environment = Environment::default();
        Self {
            authority: Authority::resolve(None, None, Some("contoso.com"), "common", &environment)
                .expect("valid"),
            client_id: "client".into(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            claims: None,
            extra_parameters: BTreeMap::new(),
        }
    }
}

fn check_client_id(client_id: &str) -> Result<()> {
    // Entra's are GUIDs; AD FS takes any name.
    let fits = (1..=256).contains(&client_id.len()) && client_id.chars().all(|c| c.is_ascii_graphic());
    if fits {
        return Ok(());
    }
    Err(Error::invalid_parameter("client_id", "must be the application (client) ID of a registered app."))
}

fn check_extra_parameters(extra: &BTreeMap<String, String>, owned: &[&str]) -> Result<()> {
    const ALWAYS_OWNED: [&str; 7] = [
        field::CLIENT_ID,
        field::SCOPE,
        field::CLAIMS,
        field::GRANT_TYPE,
        field::CLIENT_SECRET,
        field::CLIENT_ASSERTION,
        field::CLIENT_ASSERTION_TYPE,
    ];
    for name in extra.keys() {
        let is = |owned: &&str| owned.eq_ignore_ascii_case(name);
        if ALWAYS_OWNED.iter().any(is) || owned.iter().any(is) {
            let problem = format!("{name} belongs to the grant; use the parameter made for it.");
            return Err(Error::invalid_parameter("extra_parameters", problem));
        }
        if name.is_empty() {
            return Err(Error::invalid_parameter("extra_parameters", "a field has no name."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Empty {}

    #[test]
    fn unknown_and_wrong_members_are_named() {
        for (json, expected) in [
            ("{\"tenant\":\"x\"}", "unknown field `tenant`, expected `options` or `parameters`"),
            ("{\"options\":{\"tennant\":\"x\"}}", "unknown field `tennant`"),
            ("{\"options\":{\"scopes\":\"hunter2\"}}", "sequence"),
            ("{\"options\":{},\"options\":{}}", "duplicate field `options`"),
            ("{\"parameters\":{\"tenant\":\"x\"}}", "unknown field `tenant`"),
            ("{\"parameters\":\"hunter2\"}", "struct Empty"),
            ("[]", "expected struct Request"),
            ("{", "EOF"),
        ] {
            let error = parse::<Empty>(json.as_bytes()).expect_err(json);
            assert!(error.message.contains(expected), "{error}");
            assert_eq!(error.parameter, Some("request"));
            assert!(!error.message.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn every_option_is_read() {
        let json = br#"{"options":{"authority":"a","cloud":"b","tenant":"c","client_id":"d","resource":"e","scopes":["f"],
            "claims":"{}","correlation_id":"g","timeout_seconds":1,"extra_parameters":{"h":"i"},"proxy":{"url":"l"},"system_proxy":"m","environment":{"j":"k"}}}"#;
        let (options, Empty {}) = parse::<Empty>(json).expect("valid");
        assert_eq!(options.scopes, ["f"]);
        assert_eq!(options.environment.get("j"), Some("k"));
        assert_eq!(options.extra_parameters["h"], "i");
    }

    #[test]
    fn what_is_absent_or_null_is_default() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Needy {
            token: String,
        }
        for json in [
            "{}",
            r#"{"options":null,"parameters":null}"#,
            r#"{"options":{},"parameters":{}}"#,
            r#"{"options":{"tenant":null,"scopes":null,"extra_parameters":null,"environment":null}}"#,
        ] {
            let (options, Empty {}) = parse::<Empty>(json.as_bytes()).expect(json);
            assert!(options.tenant.is_none() && options.scopes.is_empty(), "{json}");
        }
        let error = parse::<Needy>(b"{}").expect_err("no parameters");
        assert!(error.message.contains("missing field `token`"), "{error}");
        let (_, Needy { token }) = parse::<Needy>(br#"{"parameters":{"token":"t"}}"#).expect("valid");
        assert_eq!(token, "t");
        assert!(parse_with::<NoOptions, Empty>(br#"{"options":{"tenant":"x"}}"#).is_err());
    }

    #[test]
    fn each_cloud_has_its_graph() {
        for (cloud, authority, graph) in [
            (None, None, "https://graph.microsoft.com"),
            (Some("public"), None, "https://graph.microsoft.com"),
            (Some("usgov"), None, "https://graph.microsoft.us"),
            (Some("china"), None, "https://microsoftgraph.chinacloudapi.cn"),
            (None, Some("https://login.microsoftonline.us"), "https://graph.microsoft.us"),
            (None, Some("https://login.chinacloudapi.cn"), "https://microsoftgraph.chinacloudapi.cn"),
            (None, Some("http://localhost:4711"), "https://graph.microsoft.com"),
        ] {
            let cx = Context::new(
                std::sync::Arc::default(),
                std::sync::Arc::new(|_: &crate::event::Event<'_>| {}),
            );
            let (cloud, authority) = (cloud.map(str::to_owned), authority.map(str::to_owned));
            let common = RequestOptions { authority, cloud, ..RequestOptions::default() };
            let settled = common.settle_for_user(&cx, &[]).expect("valid");
            assert_eq!(settled.scopes[0], format!("{graph}/.default"), "{}", settled.authority);
        }
    }

    #[test]
    fn limits_and_ids_are_checked() {
        for seconds in [0.0, -1.0, 86_401.0, f64::NAN] {
            let common = RequestOptions { timeout_seconds: Some(seconds), ..RequestOptions::default() };
            assert_eq!(common.timeout(None).expect_err("out of range").parameter, Some("timeout_seconds"));
        }
        let common = RequestOptions { correlation_id: Some("x".into()), ..RequestOptions::default() };
        assert_eq!(common.correlation_id().expect_err("no GUID").parameter, Some("correlation_id"));
        assert!(check_client_id("").is_err() && check_client_id("a b").is_err());
        let extra = BTreeMap::from([("Client_ID".to_owned(), String::new())]);
        assert!(check_extra_parameters(&extra, &[]).is_err());
        assert!(
            check_extra_parameters(&BTreeMap::from([("dc".to_owned(), String::new())]), &["dc"]).is_err()
        );
    }
}
