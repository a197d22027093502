//! Showing a door code to the member who asks for it before the door.

use app::visitor::Visitor;
use axum::{Extension, extract::State, response::Response};
use serde::Deserialize;

use crate::{
    once::{self, Posted},
    sorry::Apologies,
};

/// Where it is asked for, and the page that shows it.
pub const ADDRESS: &str = "/member/door";

/// Which visit's.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    visit: String,
}

/// Shows it to the member who goes there.
pub async fn show(
    State(pages): State<Apologies>,
    Extension(visitor): Extension<Visitor>,
    Posted(asked): Posted<Asked>,
) -> Response {
    match visitor.backend.show_door_code(&visitor.caller, &asked.visit).await {
        Ok(shown) => once::page(pages, ADDRESS, Visitor { door: Some(shown), ..visitor }).await,
        Err(error) => once::refused(&visitor, &error, "/member/today"),
    }
}
