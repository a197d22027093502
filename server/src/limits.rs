//! What one request may cost: bytes, seconds, and a place among those that are answered at the same time. What one
//! visitor may ask for in an hour is the backend's.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    body::{self, Body},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use tokio::sync::Semaphore;

use crate::sorry::Sorry;

/// The longest body in bytes. Our longest form has a note of 2,000 characters.
pub const LONGEST_BODY: usize = 64 * 1024;

/// How long a request may take, its body included.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How many requests are worked on at once; more are told to come back.
pub const AT_ONCE: usize = 512;

/// Reads the whole body, so that what comes after never meets one that is too long or stops in the middle.
pub async fn bounded_body(request: Request, next: Next) -> Response {
    let (parts, incoming) = request.into_parts();
    let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > LONGEST_BODY as u64) {
        return too_long();
    }
    match body::to_bytes(incoming, LONGEST_BODY).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => too_long(),
    }
}

fn too_long() -> Response {
    Sorry::new(StatusCode::PAYLOAD_TOO_LARGE, "later").into_response()
}

/// Answers within [`PATIENCE`] or says sorry. A write that has begun runs on in its own task.
pub async fn patience(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Sorry::later().into_response(),
    }
}

/// Takes a place, or sheds the request when there is none.
pub async fn place(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.try_acquire() else {
        tracing::warn!("too many requests at once");
        return Sorry::later().into_response();
    };
    next.run(request).await
}

/// What a panic becomes: a page without a word of it. The panic hook has logged where it was.
pub fn panicked(_what: Box<dyn Any + Send + 'static>) -> Response {
    Sorry::new(StatusCode::INTERNAL_SERVER_ERROR, "later").into_response()
}
