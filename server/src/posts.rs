//! How a post to a server function ends when it wasn't carried out.
//!
//! Left alone, `server_fn` sends a plain form back to whatever `Referer` says, with the error in base64 in the
//! address. Here the two headers that make it do so are taken away before it sees them: our functions set their own
//! redirect, and an error becomes a page with its true status (or, for a script, a code).

use app::error::ApiError;
use axum::{
    body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    StatusCode,
    header::{ACCEPT, ALLOW, LOCATION, REFERER},
};

use crate::sorry::{Sorry, wants_page};

/// The header in which `server_fn` names the function that failed; nobody of ours reads it.
const FAILED_FUNCTION: &str = "serverfnerror";

/// An error is one short word in JSON.
const LONGEST_ERROR: usize = 4 * 1024;

/// Around every address under `/api`.
pub async fn end_well(mut request: Request, next: Next) -> Response {
    let plain_form = wants_page(request.headers());
    request.headers_mut().remove(ACCEPT);
    request.headers_mut().remove(REFERER);
    let mut response = next.run(request).await;
    response.headers_mut().remove(FAILED_FUNCTION);
    if response.headers().contains_key(LOCATION) || response.extensions().get::<Sorry>().is_some() {
        return response;
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        // A page's address: there is nothing to post to.
        let allow = response.headers_mut().remove(ALLOW);
        let mut refused = Sorry::new(StatusCode::METHOD_NOT_ALLOWED, "not-found").into_response();
        refused.headers_mut().extend(allow.map(|allow| (ALLOW, allow)));
        return refused;
    }
    if !response.status().is_client_error() && !response.status().is_server_error() {
        // A function that only answers data has nowhere to go: a form that posts to it has been made by hand.
        return if plain_form { Sorry::new(StatusCode::NOT_FOUND, "not-found").into_response() } else { response };
    }
    let (mut parts, body) = response.into_parts();
    let told = body::to_bytes(body, LONGEST_ERROR).await.ok();
    let error = told.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(ApiError::TryLater);
    let sorry = match error {
        ApiError::SignIn => Sorry::new(StatusCode::UNAUTHORIZED, "not-found"),
        ApiError::NeedsCode => Sorry::new(StatusCode::FORBIDDEN, "needs-code"),
        ApiError::NotFound => Sorry::new(StatusCode::NOT_FOUND, "not-found"),
        ApiError::Changed => Sorry::new(StatusCode::CONFLICT, "changed"),
        ApiError::BadRequest => Sorry::new(StatusCode::BAD_REQUEST, "changed"),
        ApiError::TryLater => Sorry::later(),
    };
    if plain_form {
        return sorry.into_response();
    }
    // A script reads the closed code as the function's own error.
    parts.status = sorry.status();
    parts.headers.remove(http::header::CONTENT_LENGTH);
    let json = serde_json::to_vec(&error).unwrap_or_default();
    Response::from_parts(parts, json.into())
}
