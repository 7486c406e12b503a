//! `/echo/{api}/…`: an API that shows the request and the claims of its token, and refuses tokens for other APIs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};
use serde_json::json;

use super::Request;
use crate::api_access::{check, refuse_by_arm, refuse_by_graph, refuse_by_rfc};
use crate::cors::open_api_answer;
use crate::received::Received;
use crate::respond::json_response;
use crate::seed::{GRAPH_APP_ID, RESOURCE_MANAGER_APP_ID};
use crate::state::Sts;

pub(crate) fn router() -> Router<Arc<Sts>> {
    Router::new().route("/echo/{api}", any(root)).route("/echo/{api}/{*rest}", any(below))
}

async fn root(State(sts): State<Arc<Sts>>, Path(api): Path<String>, Extension(request): Request) -> Response {
    echo(&sts, &api, &request)
}

async fn below(
    State(sts): State<Arc<Sts>>,
    Path((api, _)): Path<(String, String)>,
    Extension(request): Request,
) -> Response {
    echo(&sts, &api, &request)
}

fn echo(sts: &Sts, name: &str, request: &Received) -> Response {
    let catalog = sts.catalog();
    let Some(api) = catalog.api(name) else {
        let text = format!(
            "The path must have the ID or the percent-encoded URI of an API of the emulator: '{name}'."
        );
        return json_response(StatusCode::NOT_FOUND, &json!({ "error": text }));
    };
    match check(sts, request, api) {
        Ok(caller) => {
            let body = json!({
                "method": request.method.as_str(),
                "path": request.sent_path,
                "query": request.query.to_json(),
                "form": request.form_as_sent().to_json(),
                "api": api.app_id,
                "claims": caller.claims,
            });
            let mut response = json_response(StatusCode::OK, &body);
            open_api_answer(&mut response);
            response
        }
        Err(refused) => match api.app_id.as_str() {
            GRAPH_APP_ID => refuse_by_graph(sts, request, &refused),
            RESOURCE_MANAGER_APP_ID => refuse_by_arm(sts, request, &refused),
            _ => refuse_by_rfc(sts, request, &refused),
        },
    }
}
