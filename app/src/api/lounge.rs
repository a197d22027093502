//! What a lounge helper does for somebody who sits beside them.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted, visit::id};

/// Chooses the resident: from now on the pages are about them.
#[server(endpoint = "lounge/serve", prefix = "/api")]
pub async fn lounge_serve(#[server(default)] person: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let consent = format!("/lounge/consent?person={}", id(&person));
    let done = match who.backend.serve(&who.caller, &person).await {
        Ok(()) => Ok("/lounge/resident".to_owned()),
        // Nothing went wrong: the sentence is simply read aloud first.
        Err(error) if needs_consent(&error) => Ok(consent.clone()),
        Err(error) => Err(error),
    };
    posted(&who, Going { form: "consent", back: &consent, typed: vec![] }, done).await
}

#[cfg(feature = "ssr")]
fn needs_consent(error: &backend::Error) -> bool {
    matches!(error, backend::Error::Refused(backend::Refusal::Fields(problems))
        if problems.iter().any(|p| p.problem == domain::Problem::ConsentNeeded))
}

/// Ends this resident's part: nothing of them is left on the screen or in the session.
#[server(endpoint = "lounge/next", prefix = "/api")]
pub async fn lounge_next() -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.next_person(&who.caller).await.map(|()| "/lounge".to_owned());
    crate::visitor::forget_what_is_kept();
    posted(&who, Going { form: "lounge", back: "/lounge", typed: vec![] }, done).await
}

/// Looks residents up. The words searched for are kept under the session, not in the address.
#[server(endpoint = "lounge/find", prefix = "/api")]
pub async fn lounge_find(#[server(default)] query: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let found = who.backend.find_residents(&who.caller, &query).await;
    if found.is_ok() {
        let kept = backend::KeptForm { values: vec![("query".to_owned(), query.clone())], problems: vec![] };
        who.backend.keep_form(&who.caller, "lounge-found", kept).await.map_err(|error| crate::api::told(&error))?;
    }
    let typed = vec![("query", query)];
    posted(&who, Going { form: "lounge-find", back: "/lounge", typed }, found.map(|_| "/lounge?found=1".to_owned()))
        .await
}

/// Adds a resident with their consent.
#[server(endpoint = "lounge/add", prefix = "/api")]
pub async fn lounge_add(
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] address: String,
    #[server(default)] birth_year: String,
    #[server(default)] language: String,
    #[server(default)] contact: String,
    #[server(default)] consent: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let typed = vec![
        ("name", name.clone()),
        ("phone", phone.clone()),
        ("address", address.clone()),
        ("birth_year", birth_year.clone()),
        ("language", language.clone()),
        ("contact", contact.clone()),
        ("consent", consent.clone()),
    ];
    let form = backend::ResidentForm { name, phone, address, birth_year, language, contact, consent };
    let added = match who.backend.add_resident(&who.caller, form).await {
        Ok(person) => who.backend.serve(&who.caller, &person.to_string()).await,
        Err(error) => Err(error),
    };
    let done = added.map(|()| "/lounge/resident".to_owned());
    posted(&who, Going { form: "lounge-add", back: "/lounge/new", typed }, done).await
}

/// Records how a resident gave their consent, and goes on to serve them.
#[server(endpoint = "lounge/consent", prefix = "/api")]
pub async fn lounge_consent(#[server(default)] person: String, #[server(default)] how: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let recorded = match who.backend.record_consent(&who.caller, &person, &how).await {
        Ok(()) => who.backend.serve(&who.caller, &person).await,
        Err(error) => Err(error),
    };
    let back = format!("/lounge/consent?person={}", id(&person));
    let done = recorded.map(|()| "/lounge/resident".to_owned());
    posted(&who, Going { form: "consent", back: &back, typed: vec![("how", how)] }, done).await
}

/// Somebody was rung and the order stands.
#[server(endpoint = "calls/confirm", prefix = "/api")]
pub async fn call_confirm(#[server(default)] visit: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.confirm_by_phone(&who.caller, &visit).await.map(|reached| match reached {
        backend::Reached::Confirmed => "/lounge/calls?told=confirmed".to_owned(),
        backend::Reached::Told => "/lounge/calls?told=told".to_owned(),
    });
    posted(&who, Going { form: "calls", back: "/lounge/calls", typed: vec![] }, done).await
}

/// Somebody was rung, and the order doesn't stand or nobody answered.
#[server(endpoint = "calls/not-reached", prefix = "/api")]
pub async fn call_not_reached(#[server(default)] visit: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.not_reached(&who.caller, &visit).await.map(|()| "/lounge/calls?told=not_reached".to_owned());
    posted(&who, Going { form: "calls", back: "/lounge/calls", typed: vec![] }, done).await
}
