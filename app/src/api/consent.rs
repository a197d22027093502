//! Who may order for whom.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Takes a mandate back, or gives one up: it ends at once.
#[server(endpoint = "consent/revoke", prefix = "/api")]
pub async fn consent_revoke(#[server(default)] mandate: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let revoked = who.backend.revoke_mandate(&who.caller, &mandate).await;
    let done = revoked.map(|revoked| match revoked {
        backend::Revoked::Ended => "/my/people?told=revoked".to_owned(),
        backend::Revoked::Serving => "/lounge".to_owned(),
        backend::Revoked::For(resident) => format!("/desk/people/{resident}?told=revoked"),
    });
    posted(&who, Going { form: "consent-revoke", back: "/my/people", typed: vec![] }, done).await
}
