//! What a resident, or somebody for them, does with an order that was sent.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Calls a visit off.
#[server(endpoint = "visit/cancel", prefix = "/api")]
pub async fn visit_cancel(
    #[server(default)] visit: String,
    #[server(default)] version: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.cancel_visit(&who.caller, &visit, &version).await;
    let page = format!("/my/visit/{}", id(&visit));
    let done = done.map(|()| format!("{page}?told=cancelled"));
    posted(&who, Going { form: "visit-cancel", back: &page, typed: vec![] }, done).await
}

/// Gives a visit another time. The old one is freed only once the new one is held.
#[server(endpoint = "visit/move", prefix = "/api")]
pub async fn visit_move(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] time: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/my/visit/{}", id(&visit));
    let back = format!("{page}/move");
    let done = who.backend.move_visit(&who.caller, &visit, &version, &time).await;
    let done = done.map(|()| format!("{page}?told=moved"));
    posted(&who, Going { form: "visit-move", back: &back, typed: vec![("time", time)] }, done).await
}

/// How it went, 1–5.
#[server(endpoint = "visit/feedback", prefix = "/api")]
pub async fn visit_feedback(
    #[server(default)] visit: String,
    #[server(default)] number: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/my/visit/{}", id(&visit));
    let done = who.backend.give_feedback(&who.caller, &visit, &number).await;
    let done = done.map(|()| format!("{page}?told=thanks"));
    posted(&who, Going { form: "visit-feedback", back: &page, typed: vec![("number", number)] }, done).await
}

/// Looks a slip up by its word and number.
#[server(endpoint = "slip", prefix = "/api")]
pub async fn slip_find(#[server(default)] word: String, #[server(default)] number: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let found = who.backend.slip(&word, &number, &who.client).await;
    // What was found is kept like a form, under the session: the code never stands in an address.
    if let Ok(slip) = &found {
        let value = |name: &str, value: String| (name.to_owned(), value);
        let values = vec![
            value("code", format!("{} {}", word.trim().to_uppercase(), number.trim())),
            value("service", slip.service.to_string()),
            value("start", slip.window.start.seconds().to_string()),
            value("end", slip.window.end.seconds().to_string()),
            value("state", slip.state.to_owned()),
        ];
        let kept = backend::KeptForm { values, problems: vec![] };
        who.backend.keep_form(&who.caller, "slip-found", kept).await.map_err(|error| crate::api::told(&error))?;
    }
    let typed = vec![("word", word), ("number", number)];
    posted(&who, Going { form: "slip", back: "/slip", typed }, found.map(|_| "/slip?found=1".to_owned())).await
}

/// The id in a path, cut to what an id can hold.
#[cfg(feature = "ssr")]
pub(crate) fn id(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_hexdigit() || *c == '-').take(36).collect()
}
