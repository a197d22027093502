//! A person's e-mail address: asking for it, showing that it is theirs, choosing it, taking it away.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Sends a code to the address.
#[server(endpoint = "email/ask", prefix = "/api")]
pub async fn email_ask(#[server(default)] email: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.ask_email(&who.caller, &email, &who.client).await.map(|()| "/my/email/code".to_owned());
    posted(&who, Going { form: "email", back: "/my/email", typed: vec![("email", email)] }, done).await
}

/// Answers the code.
#[server(endpoint = "email/confirm", prefix = "/api")]
pub async fn email_confirm(#[server(default)] code: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.confirm_email(&who.caller, &code).await.map(|()| "/my/email?told=set".to_owned());
    posted(&who, Going { form: "email-code", back: "/my/email/code", typed: vec![] }, done).await
}

/// Whether e-mail comes first.
#[server(endpoint = "email/choose", prefix = "/api")]
pub async fn email_choose(#[server(default)] first: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.choose_email(&who.caller, &first).await.map(|()| "/my/email?told=saved".to_owned());
    posted(&who, Going { form: "email-choice", back: "/my/email", typed: vec![("first", first)] }, done).await
}

/// Takes the address away.
#[server(endpoint = "email/remove", prefix = "/api")]
pub async fn email_remove() -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.remove_email(&who.caller).await.map(|()| "/my/email?told=removed".to_owned());
    posted(&who, Going { form: "email-remove", back: "/my/email", typed: vec![] }, done).await
}
