//! A resident's door codes. Showing one isn't here: it is a page that answers a post (`server::doors`).

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Keeps the code of a home. What was typed is not kept under the session when it can't be taken: it is a code.
#[server(endpoint = "door/set", prefix = "/api")]
pub async fn door_set(#[server(default)] home: String, #[server(default)] door_code: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.set_door_code(&who.caller, &home, &door_code).await;
    let done = done.map(|()| "/my/doors?told=saved".to_owned());
    posted(&who, Going { form: "door-set", back: "/my/doors", typed: vec![("home", home)] }, done).await
}

/// Forgets the code of a home.
#[server(endpoint = "door/remove", prefix = "/api")]
pub async fn door_remove(#[server(default)] home: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.remove_door_code(&who.caller, &home).await;
    let done = done.map(|()| "/my/doors?told=removed".to_owned());
    posted(&who, Going { form: "door-remove", back: "/my/doors", typed: vec![] }, done).await
}
