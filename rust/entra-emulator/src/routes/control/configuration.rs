//! The configuration while the emulator runs: export, replacement, and changes of single objects.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Refusal, read, reply};
use crate::catalog::Catalog;
use crate::configuration::{Api, AppRegistration, Configuration, Group, Problem, Tenant, User, read_object};
use crate::respond::json_response;
use crate::state::Sts;

/// `GET /configuration`
pub(super) async fn export(State(sts): State<Arc<Sts>>) -> Response {
    let configuration = serde_json::to_value(sts.catalog().configuration()).unwrap_or_default();
    json_response(StatusCode::OK, &configuration)
}

/// `PUT /configuration`
pub(super) async fn replace(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    let read = Configuration::read(&String::from_utf8_lossy(&body));
    reply(match read {
        Ok(new) => {
            let replaced = sts.reconfigure(|_| Ok(Catalog::new(new)));
            replaced.map(|_| json!({})).map_err(|problem| refusal(&problem))
        }
        Err(text) => Err((StatusCode::BAD_REQUEST, format!("The configuration is wrong: {text}."))),
    })
}

/// `POST /{kind}`
pub(super) async fn put_object(
    State(sts): State<Arc<Sts>>,
    Path(kind): Path<String>,
    body: Bytes,
) -> Response {
    reply(read::<Value>(&body).and_then(|object| change(&sts, &kind, &Change::Put(object))))
}

/// `PATCH /{kind}/{id}`
pub(super) async fn change_object(
    State(sts): State<Arc<Sts>>,
    Path((kind, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    reply(read::<Value>(&body).and_then(|fields| change(&sts, &kind, &Change::Merge(&id, fields))))
}

/// `DELETE /{kind}/{id}`
pub(super) async fn remove_object(
    State(sts): State<Arc<Sts>>,
    Path((kind, id)): Path<(String, String)>,
) -> Response {
    reply(change(&sts, &kind, &Change::Remove(&id)))
}

/// What is to happen to an object.
enum Change<'a> {
    /// Added, or put in place of the one with its ID.
    Put(Value),
    /// The one with this ID gets these fields; null removes one.
    Merge(&'a str, Value),
    Remove(&'a str),
}

/// A kind of objects of the configuration.
trait Object: Clone + Serialize + DeserializeOwned {
    /// The objects of a configuration.
    fn list(configuration: &mut Configuration) -> &mut Vec<Self>;

    /// Whether it goes by this ID or name.
    fn is_called(&self, name: &str) -> bool;

    /// Its ID in an object that was given: the field and, where that is left out, the one that stands for it.
    const ID_FIELDS: &'static [&'static str];

    /// The object among Microsoft's own, which a change copies.
    fn of_microsoft(_catalog: &Catalog, _name: &str) -> Option<Self> {
        None
    }
}

impl Object for Tenant {
    const ID_FIELDS: &'static [&'static str] = &["id", "domain"];

    fn list(configuration: &mut Configuration) -> &mut Vec<Self> {
        &mut configuration.tenants
    }

    fn is_called(&self, name: &str) -> bool {
        self.names().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl Object for User {
    const ID_FIELDS: &'static [&'static str] = &["id", "user_principal_name"];

    fn list(configuration: &mut Configuration) -> &mut Vec<Self> {
        &mut configuration.users
    }

    fn is_called(&self, name: &str) -> bool {
        [&self.id, &self.user_principal_name].iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl Object for Group {
    const ID_FIELDS: &'static [&'static str] = &["id", "name"];

    fn list(configuration: &mut Configuration) -> &mut Vec<Self> {
        &mut configuration.groups
    }

    fn is_called(&self, name: &str) -> bool {
        [&self.id, &self.name].iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl Object for AppRegistration {
    const ID_FIELDS: &'static [&'static str] = &["client_id"];

    fn list(configuration: &mut Configuration) -> &mut Vec<Self> {
        &mut configuration.apps
    }

    fn is_called(&self, name: &str) -> bool {
        self.client_id.eq_ignore_ascii_case(name)
    }

    fn of_microsoft(catalog: &Catalog, name: &str) -> Option<Self> {
        catalog.app(name).map(|app| app.as_ref().clone())
    }
}

impl Object for Api {
    const ID_FIELDS: &'static [&'static str] = &["app_id"];

    fn list(configuration: &mut Configuration) -> &mut Vec<Self> {
        &mut configuration.apis
    }

    fn is_called(&self, name: &str) -> bool {
        Self::is_called(self, name)
    }

    fn of_microsoft(catalog: &Catalog, name: &str) -> Option<Self> {
        catalog.api(name).map(|api| api.as_ref().clone())
    }
}

fn change(sts: &Sts, kind: &str, change: &Change<'_>) -> Result<Value, Refusal> {
    match kind {
        "tenants" => change_kind::<Tenant>(sts, change),
        "users" => change_kind::<User>(sts, change),
        "groups" => change_kind::<Group>(sts, change),
        "apps" => change_kind::<AppRegistration>(sts, change),
        "apis" => change_kind::<Api>(sts, change),
        _ => {
            let text = format!("'{kind}' is not a kind of object: use tenants, users, groups, apps or apis.");
            Err((StatusCode::NOT_FOUND, text))
        }
    }
}

fn change_kind<T: Object>(sts: &Sts, change: &Change<'_>) -> Result<Value, Refusal> {
    let mut name = String::new();
    let changed = sts.reconfigure(|catalog| {
        let mut configuration = catalog.configuration().clone();
        name = apply::<T>(catalog, &mut configuration, change)?;
        configuration.normalized().map(Catalog::new)
    });
    let catalog = changed.map_err(|problem| refusal(&problem))?;
    let mut configuration = catalog.configuration().clone();
    let object = T::list(&mut configuration).iter().find(|object| object.is_called(&name));
    Ok(match (change, object) {
        (Change::Remove(_), _) | (_, None) => json!({}),
        (_, Some(object)) => serde_json::to_value(object).unwrap_or_default(),
    })
}

/// Changes the configuration, and gives the name of the object.
fn apply<T: Object>(
    catalog: &Catalog,
    configuration: &mut Configuration,
    change: &Change<'_>,
) -> Result<String, Problem> {
    let list = T::list(configuration);
    match change {
        Change::Put(value) => {
            let object: T = read_object(value.clone())?;
            let name = T::ID_FIELDS.iter().find_map(|field| value[field].as_str()).unwrap_or_default();
            replace_in(list, name, object);
            Ok(name.to_owned())
        }
        Change::Merge(name, fields) => {
            let microsofts = || T::of_microsoft(catalog, name);
            let known = list.iter().find(|object| object.is_called(name)).cloned().or_else(microsofts);
            let mut value = serde_json::to_value(known.ok_or_else(|| unknown(name))?).unwrap_or_default();
            let Some(fields) = fields.as_object() else {
                return Err(Problem {
                    field: String::new(),
                    text: "The body must be a JSON object".to_owned(),
                });
            };
            for (field, new) in fields {
                match (new, value.as_object_mut()) {
                    (Value::Null, Some(object)) => drop(object.remove(field)),
                    _ => value[field] = new.clone(),
                }
            }
            let object: T = read_object(value.clone())?;
            replace_in(list, name, object);
            let renamed = T::ID_FIELDS.iter().find_map(|field| value[field].as_str());
            Ok(renamed.unwrap_or(name).to_owned())
        }
        Change::Remove(name) => {
            let before = list.len();
            list.retain(|object| !object.is_called(name));
            if list.len() == before { Err(unknown(name)) } else { Ok((*name).to_owned()) }
        }
    }
}

fn replace_in<T: Object>(list: &mut Vec<T>, name: &str, object: T) {
    match list.iter_mut().find(|known| known.is_called(name)) {
        Some(known) => *known = object,
        None => list.push(object),
    }
}

/// Empty field: the path names nothing.
fn unknown(name: &str) -> Problem {
    Problem {
        field: NOT_FOUND.to_owned(),
        text: format!("nothing in the configuration has the name '{name}'"),
    }
}

/// In place of a field: the object itself is missing.
const NOT_FOUND: &str = "the path";

fn refusal(problem: &Problem) -> Refusal {
    let status = if problem.field == NOT_FOUND { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
    (status, format!("{problem}."))
}
