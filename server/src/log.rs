//! What operators read: one line a request, with the route's pattern and never the address itself, and no query, body,
//! name, number or token anywhere. JSON, unless somebody looks at it in a terminal.

use std::{io::IsTerminal, panic};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;

use crate::{AppState, metrics};

/// The header that names a request, for a person who reports a fault and the operator who looks for it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Starts the log.
///
/// # Errors
/// One sentence when the filter can't be read.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(filter).map_err(|error| anyhow::anyhow!("NAAPURIAPU_LOG can't be used: {error}."))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    // Standard output belongs to commands that answer something; the log goes beside it.
    let started = if std::io::stderr().is_terminal() {
        log.with_writer(std::io::stderr).try_init()
    } else {
        log.with_writer(std::io::stderr).json().flatten_event(true).try_init()
    };
    started.map_err(|error| anyhow::anyhow!("The log can't be started: {error}."))?;
    panic::set_hook(Box::new(|panicked| {
        // Where, and not what: a panic's message may hold what somebody typed.
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    Ok(())
}

/// Around every request: its id, and one line when it has been answered.
pub async fn request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = metrics::stopwatch();
    let id = format!("{:016x}", u64::from_le_bytes(state.ids.bytes()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status();
    span.in_scope(|| tracing::info!(status = status.as_u16(), ms = took.as_secs_f64() * 1_000.0, "answered"));
    state.metrics.answered(&route, status, took);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
