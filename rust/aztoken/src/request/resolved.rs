//! A request with everything decided that depends on no grant: authority, client, scopes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::RequestOptions;
use crate::authority::Authority;
use crate::claims::claims_request;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::http::Form;
use crate::params::{AZURE_POWERSHELL_CLIENT_ID, field, variable};
use crate::scope::{Target, full_scopes, sign_in_scopes};
use crate::text::trimmed;

/// Where to ask, for which client, and for what.
#[derive(Debug, Clone)]
pub struct ResolvedRequest {
    /// Where to ask.
    pub authority: Authority,
    /// For which client.
    pub client_id: String,
    /// Which scopes.
    pub scopes: Vec<String>,
    /// The claims request, JSON.
    pub claims: Option<String>,
    /// Fields of the caller's own.
    pub(crate) extra_parameters: BTreeMap<String, String>,
}

/// Authority, client and scopes, for a verbose stream.
impl fmt::Display for ResolvedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority {}, client {}, scope {}", self.authority, self.client_id, self.scopes.join(" "))
    }
}

impl ResolvedRequest {
    /// Adds the scopes, the claims request and the caller's own fields.
    pub(crate) fn add_to(&self, form: &mut Form) {
        form.add(field::SCOPE, &self.scopes.join(" "));
        self.add_extra_to(form);
    }

    /// Adds the claims request and the caller's own fields.
    pub(crate) fn add_extra_to(&self, form: &mut Form) {
        if let Some(claims) = &self.claims {
            form.add(field::CLAIMS, claims);
        }
        for (name, value) in &self.extra_parameters {
            form.add(name, value);
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

impl RequestOptions {
    /// Resolves a grant of a user. Default: tenant `organizations`, the client of Azure PowerShell.
    pub(crate) fn resolve_for_user(
        mut self,
        environment: &Environment,
        owned_fields: &[&str],
    ) -> Result<ResolvedRequest> {
        let client_id = self.user_client_id();
        self.resolve(environment, &client_id, true, owned_fields)
    }

    /// Resolves a grant in which a confidential client acts for a user: the client must be named.
    pub(crate) fn resolve_for_confidential_client(
        mut self,
        environment: &Environment,
        owned_fields: &[&str],
    ) -> Result<ResolvedRequest> {
        let client_id = self.app_client_id(environment)?;
        self.resolve(environment, &client_id, true, owned_fields)
    }

    /// Resolves a grant of an app: the client must be named, and the tenant must be a single one.
    pub(crate) fn resolve_for_app(
        mut self,
        environment: &Environment,
        owned_fields: &[&str],
    ) -> Result<ResolvedRequest> {
        let client_id = self.app_client_id(environment)?;
        let resolved = self.resolve(environment, &client_id, false, owned_fields)?;
        if resolved.authority.tenant().is_some_and(|tenant| !tenant.is_one_directory()) {
            let problem =
                "a tenant ID or domain is required for client credentials (or set AZURE_TENANT_ID).";
            return Err(Error::invalid_parameter("tenant", problem));
        }
        Ok(resolved)
    }

    /// Resolves a sign-in in the browser, where the user can consent to several resources at once. Also gives all the scopes
    /// to ask for there; the scopes of the resolved request are those of the token's resource.
    pub(crate) fn resolve_for_sign_in(
        mut self,
        environment: &Environment,
        owned_fields: &[&str],
    ) -> Result<(ResolvedRequest, Vec<String>)> {
        let client_id = self.user_client_id();
        let given = std::mem::take(&mut self.scopes);
        let authority = self.resolve_authority(environment, "organizations")?;
        let target = Target {
            resource: self.resource.as_deref(),
            authority: &authority,
            client_id: trimmed(&client_id),
        };
        let (all, of_resource) = sign_in_scopes(&target, &given)?;
        self.scopes = of_resource;
        Ok((self.resolve(environment, &client_id, true, owned_fields)?, all))
    }

    /// Resolves what is asked of the authorization endpoint, and gives the scopes to ask for there. An access token that comes
    /// from that endpoint itself is for one resource; with a code, several can be consented to at once.
    pub(crate) fn resolve_for_authorization(
        self,
        environment: &Environment,
        for_one_resource: bool,
        owned_fields: &[&str],
    ) -> Result<(ResolvedRequest, Vec<String>)> {
        if !for_one_resource {
            return self.resolve_for_sign_in(environment, owned_fields);
        }
        let resolved = self.resolve_for_user(environment, owned_fields)?;
        let scopes = resolved.scopes.clone();
        Ok((resolved, scopes))
    }

    /// The authority of a request that may be about any tenant.
    pub(crate) fn resolve_authority(
        &self,
        environment: &Environment,
        default_tenant: &str,
    ) -> Result<Authority> {
        Authority::resolve(
            self.authority.as_deref(),
            self.cloud.as_deref(),
            self.tenant.as_deref(),
            default_tenant,
            environment,
        )
    }

    /// Whether the request says which authority or tenant is meant.
    pub(crate) fn names_authority(&self, environment: &Environment) -> bool {
        self.authority.is_some()
            || self.cloud.is_some()
            || self.tenant.is_some()
            || environment.first(&[variable::AUTHORITY_HOST, variable::TENANT_ID]).is_some()
    }

    fn user_client_id(&mut self) -> String {
        self.client_id.take().unwrap_or_else(|| AZURE_POWERSHELL_CLIENT_ID.to_owned())
    }

    fn app_client_id(&mut self, environment: &Environment) -> Result<String> {
        let from_environment = || environment.get(variable::CLIENT_ID).map(str::to_owned);
        self.client_id.take().or_else(from_environment).ok_or_else(|| {
            Error::missing_parameter(
                "client_id",
                "is required: the application (client) ID of your app (or set AZURE_CLIENT_ID).",
            )
        })
    }

    fn resolve(
        self,
        environment: &Environment,
        client_id: &str,
        of_user: bool,
        owned_fields: &[&str],
    ) -> Result<ResolvedRequest> {
        let authority = self.resolve_authority(environment, "organizations")?;
        let client_id = trimmed(client_id).to_owned();
        check_client_id(&client_id)?;
        let target =
            Target { resource: self.resource.as_deref(), authority: &authority, client_id: &client_id };
        let scopes = full_scopes(&target, &self.scopes, of_user)?;
        let claims = self.claims.as_deref().map(claims_request).transpose()?;
        check_extra_parameters(&self.extra_parameters, owned_fields)?;
        Ok(ResolvedRequest { authority, client_id, scopes, claims, extra_parameters: self.extra_parameters })
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

/// Fields that only grants send. The caller's own fields may go to the authorization endpoint and to the token endpoint, so none
/// of them is allowed at either: a second value could be the one that the service reads, and a URL is no place for a secret.
const GRANT_FIELDS: [&str; 22] = [
    field::ASSERTION,
    field::CLAIMS,
    field::CLIENT_ASSERTION,
    field::CLIENT_ASSERTION_TYPE,
    field::CLIENT_ID,
    field::CLIENT_SECRET,
    field::CODE,
    field::CODE_CHALLENGE,
    field::CODE_CHALLENGE_METHOD,
    field::CODE_VERIFIER,
    field::DEVICE_CODE,
    field::GRANT_TYPE,
    field::NONCE,
    field::PASSWORD,
    field::REDIRECT_URI,
    field::REFRESH_TOKEN,
    field::REQUESTED_TOKEN_USE,
    field::RESPONSE_MODE,
    field::RESPONSE_TYPE,
    field::SCOPE,
    field::STATE,
    field::USERNAME,
];

fn check_extra_parameters(extra: &BTreeMap<String, String>, owned: &[&str]) -> Result<()> {
    let refuse = |problem: String| Err(Error::invalid_parameter("extra_parameters", problem));
    let mut seen = BTreeSet::new();
    for name in extra.keys() {
        let is = |owned: &&str| owned.eq_ignore_ascii_case(name.trim());
        if GRANT_FIELDS.iter().any(is) || owned.iter().any(is) {
            return refuse(format!(
                "can't contain {name}: the grant sends it. Use the parameter made for it."
            ));
        }
        if name.trim().is_empty() {
            return refuse("can't contain a field without a name.".to_owned());
        }
        if !seen.insert(name.trim().to_ascii_lowercase()) {
            return refuse(format!("can't contain {name} twice."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let (cloud, authority) = (cloud.map(str::to_owned), authority.map(str::to_owned));
            let options = RequestOptions { authority, cloud, ..RequestOptions::default() };
            let resolved = options.resolve_for_user(&Environment::default(), &[]).expect("valid");
            assert_eq!(resolved.scopes[0], format!("{graph}/.default"), "{}", resolved.authority);
        }
    }

    #[test]
    fn clients_and_fields_of_the_callers_own_are_checked() {
        assert!(check_client_id("").is_err() && check_client_id("a b").is_err());
        let extra = BTreeMap::from([("Client_ID".to_owned(), String::new())]);
        assert!(check_extra_parameters(&extra, &[]).is_err());
        let extra = BTreeMap::from([("dc".to_owned(), String::new())]);
        assert!(check_extra_parameters(&extra, &["dc"]).is_err());
        for name in GRANT_FIELDS.into_iter().chain(["Code", " code_verifier", " "]) {
            let extra = BTreeMap::from([(name.to_owned(), String::new())]);
            let error = check_extra_parameters(&extra, &[]).expect_err(name);
            assert_eq!(error.parameter, Some("extra_parameters"), "{name}");
        }
        let twice = BTreeMap::from([("dc", ""), ("DC", "")].map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert!(check_extra_parameters(&twice, &[]).expect_err("twice").message.contains("twice"));
        check_extra_parameters(&extra, &[]).expect("nobody's own");
    }
}
