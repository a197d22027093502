//! What the coordinator does with a visit.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted, visit::id};

/// Puts a visit to a given member, within their limits: it is an offer, and they may say no.
#[server(endpoint = "desk/put", prefix = "/api")]
pub async fn desk_put(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] member: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/visit/{}", id(&visit));
    let done = who.backend.put_to(&who.caller, &visit, &version, &member).await;
    let done = done.map(|()| format!("{page}?told=put"));
    posted(&who, Going { form: "desk-put", back: &page, typed: vec![("member", member)] }, done).await
}

/// Calls a visit off, with a message to the resident and the member.
#[server(endpoint = "desk/call-off", prefix = "/api")]
pub async fn desk_call_off(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] note: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/visit/{}", id(&visit));
    let done = who.backend.call_off(&who.caller, &visit, &version, &note).await;
    let done = done.map(|()| format!("{page}?told=called_off"));
    posted(&who, Going { form: "desk-call-off", back: &page, typed: vec![("note", note)] }, done).await
}

/// Gives a visit another time.
#[server(endpoint = "desk/move", prefix = "/api")]
pub async fn desk_move(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] time: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/visit/{}", id(&visit));
    let done = who.backend.move_visit(&who.caller, &visit, &version, &time).await;
    let done = done.map(|()| format!("{page}?told=moved"));
    posted(&who, Going { form: "desk-move", back: &page, typed: vec![("time", time)] }, done).await
}
