//! Whether what a page shows has changed: one short fingerprint, asked by the island that keeps pages fresh.

use leptos::prelude::*;

use crate::error::ApiError;

/// The fingerprint of a page of the caller's own: `today`, `offers`, `visit/<id>` or `planning/<id>`.
#[server(endpoint = "fresh", prefix = "/api")]
pub async fn fingerprint(what: String) -> Result<String, ApiError> {
    let who = crate::visitor::visitor().map_err(|error| crate::api::told(&error))?;
    crate::pages::fingerprint(&who, &what).await.map_err(|error| crate::api::told(&error))
}
