//! People who were written down twice: said to be two, put together, taken apart. The coordinator's alone.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted, visit::id};

/// What the coordinator has seen and chosen; the same fields as [`backend::MergeForm`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeFields {
    /// The one who stays.
    pub kept: String,
    /// The one who goes.
    pub gone: String,
    /// The mark of what was shown.
    pub seen: String,
    /// Whose name: `kept` or `gone`, as below.
    pub name: String,
    /// Whose number.
    pub phone: String,
    /// Whose language.
    pub language: String,
    /// Whose year of birth.
    pub birth_year: String,
}

/// Where the pairs are listed.
#[cfg(feature = "ssr")]
const PAGE: &str = "/desk/same";

/// The two are two, and aren't shown again.
#[server(endpoint = "desk/are-two", prefix = "/api")]
pub async fn desk_are_two(#[server(default)] one: String, #[server(default)] other: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.are_two(&who.caller, &one, &other).await.map(|()| format!("{PAGE}?told=two"));
    posted(&who, Going { form: "desk-are-two", back: PAGE, typed: vec![] }, done).await
}

/// Puts the two together, as it was shown.
#[server(endpoint = "desk/merge", prefix = "/api")]
pub async fn desk_merge(#[server(default)] form: MergeFields) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("{PAGE}/{}/{}", id(&form.kept), id(&form.gone));
    let form = backend::MergeForm {
        kept: form.kept,
        gone: form.gone,
        seen: form.seen,
        name: form.name,
        phone: form.phone,
        language: form.language,
        birth_year: form.birth_year,
    };
    let done = who.backend.merge(&who.caller, form).await.map(|()| format!("{PAGE}?told=merged"));
    posted(&who, Going { form: "desk-merge", back: &page, typed: vec![] }, done).await
}

/// Takes a merging back.
#[server(endpoint = "desk/unmerge", prefix = "/api")]
pub async fn desk_unmerge(#[server(default)] merging: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.unmerge(&who.caller, &merging).await.map(|()| format!("{PAGE}?told=unmerged"));
    posted(&who, Going { form: "desk-unmerge", back: PAGE, typed: vec![] }, done).await
}
