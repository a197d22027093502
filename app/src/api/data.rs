//! Leaving the co-op, and what the desk does for somebody who leaves or has died. Taking one's data away isn't here: it is
//! a page that answers a post with a file (`server::own_data`).

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted, visit::id};

/// The one signed in leaves: everything stops, and so does the session in which they asked for it.
#[server(endpoint = "data/leave", prefix = "/api")]
pub async fn data_leave() -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.leave(&who.caller).await;
    if done.is_ok() {
        crate::visitor::add_cookie(&who.cookies.no_session());
    }
    let done = done.map(|_| "/goodbye".to_owned());
    posted(&who, Going { form: "data-leave", back: "/my/data/leave", typed: vec![] }, done).await
}

/// Looks residents up at the desk. The words searched for are kept under the session, not in the address.
#[server(endpoint = "desk/find", prefix = "/api")]
pub async fn desk_find(#[server(default)] query: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let found = who.backend.find_everybody(&who.caller, &query).await;
    if found.is_ok() {
        let kept = backend::KeptForm { values: vec![("query".to_owned(), query.clone())], problems: vec![] };
        who.backend.keep_form(&who.caller, "desk-found", kept).await.map_err(|error| crate::api::told(&error))?;
    }
    let done = found.map(|_| "/desk/people?found=1".to_owned());
    posted(&who, Going { form: "desk-find", back: "/desk/people", typed: vec![("query", query)] }, done).await
}

/// Stops everything for a resident.
#[server(endpoint = "desk/stop", prefix = "/api")]
pub async fn desk_stop(#[server(default)] person: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/people/{}/leave", id(&person));
    let done = who.backend.stop_everything(&who.caller, &person).await.map(|_| format!("{page}?told=stopped"));
    posted(&who, Going { form: "desk-stop", back: &page, typed: vec![] }, done).await
}

/// The resident stays after all.
#[server(endpoint = "desk/resume", prefix = "/api")]
pub async fn desk_resume(#[server(default)] person: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/people/{}/leave", id(&person));
    let done = who.backend.take_back(&who.caller, &person).await.map(|()| format!("{page}?told=resumed"));
    posted(&who, Going { form: "desk-stop", back: &page, typed: vec![] }, done).await
}
