//! Nobody else's page may post for our visitors: what isn't a GET must come from our own pages (or from no browser
//! at all). By `Sec-Fetch-Site`, and by `Origin` against `Host` where a browser is too old for it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};

use crate::sorry::Sorry;

/// The layer that refuses cross-site posts with 403, before anything is read or written.
///
/// # Errors
/// When the public address isn't an origin, which the settings have checked already.
pub fn layer(
    public_url: &str,
) -> Result<CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + Send + Sync + 'static>, ConfigError> {
    // A proxy may hand us another Host than the visitor's browser saw; that one's origin is ours all the same.
    let layer = CsrfLayer::new().add_trusted_origin(public_url)?;
    Ok(layer.with_rejection_response(|_| Sorry::new(StatusCode::FORBIDDEN, "changed").into_response()))
}
