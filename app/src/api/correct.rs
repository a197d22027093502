//! Correcting what is held of a person: by themselves, and at the desk; and letting those go whom nobody confirmed.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted, visit::id};

/// The one signed in is called so, and told in that language.
#[server(endpoint = "data/name", prefix = "/api")]
pub async fn data_name(#[server(default)] name: String, #[server(default)] language: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.correct_own_name(&who.caller, &name, &language).await;
    let done = done.map(|()| "/my/data?told=name".to_owned());
    let typed = vec![("name", name), ("language", language)];
    posted(&who, Going { form: "data-name", back: "/my/data/name", typed }, done).await
}

/// A code goes to the number that is to be theirs.
#[server(endpoint = "data/number", prefix = "/api")]
pub async fn data_number(#[server(default)] mobile: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.ask_new_number(&who.caller, &mobile, &who.client).await;
    let done = done.map(|()| "/my/data/number/code".to_owned());
    posted(&who, Going { form: "data-number", back: "/my/data/number", typed: vec![("mobile", mobile)] }, done).await
}

/// The code is answered: the number is theirs.
#[server(endpoint = "data/number-code", prefix = "/api")]
pub async fn data_number_code(#[server(default)] code: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.answer_new_number(&who.caller, &code).await.map(|()| "/my/data?told=number".to_owned());
    posted(&who, Going { form: "data-number-code", back: "/my/data/number/code", typed: vec![] }, done).await
}

/// The coordinator corrects somebody's details.
#[server(endpoint = "desk/correct", prefix = "/api")]
pub async fn desk_correct(
    #[server(default)] person: String,
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] contact: String,
    #[server(default)] language: String,
    #[server(default)] birth_year: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/people/{}/correct", id(&person));
    let typed = vec![
        ("name", name.clone()),
        ("phone", phone.clone()),
        ("contact", contact.clone()),
        ("language", language.clone()),
        ("birth_year", birth_year.clone()),
    ];
    let form = backend::CorrectionForm { person, name, phone, contact, language, birth_year };
    let done = who.backend.correct_details(&who.caller, form).await.map(|()| format!("{page}?told=corrected"));
    posted(&who, Going { form: "desk-correct", back: &page, typed }, done).await
}

/// Somebody whom nobody confirmed goes.
#[server(endpoint = "desk/forget-unconfirmed", prefix = "/api")]
pub async fn desk_forget_unconfirmed(#[server(default)] person: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = "/desk/unconfirmed";
    let done = who.backend.forget_unconfirmed(&who.caller, &person).await.map(|()| format!("{page}?told=removed"));
    posted(&who, Going { form: "desk-forget", back: page, typed: vec![] }, done).await
}
