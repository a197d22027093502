//! Making the link for a resident's own phone, and showing it: its token is stored nowhere, so that nothing but this answer
//! ever has it.

use app::visitor::Visitor;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use backend::{Error, KeptForm, Refusal};
use domain::PersonId;
use serde::Deserialize;

use crate::{
    once::{self, Posted},
    sorry::{Apologies, Sorry},
};

/// Where it is made, and the page that shows it.
pub const ADDRESS: &str = "/lounge/phone";

/// The form's name, under which the page asks for what was typed.
const FORM: &str = "phone-link";

/// Whose phone, for the coordinator; and what it will be called.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    person: String,
    #[serde(default)]
    phone_name: String,
}

/// Makes a link and shows it.
pub async fn make(
    State(pages): State<Apologies>,
    Extension(visitor): Extension<Visitor>,
    Posted(Asked { person, phone_name }): Posted<Asked>,
) -> Response {
    match visitor.backend.make_phone_link(&visitor.caller, &person, &phone_name).await {
        Ok(link) => once::page(pages, ADDRESS, Visitor { link: Some(link), ..visitor }).await,
        Err(Error::Refused(Refusal::Fields(problems))) => {
            let kept = KeptForm { values: vec![("phone_name".to_owned(), phone_name)], problems };
            match visitor.backend.keep_form(&visitor.caller, FORM, kept).await {
                Ok(()) => Redirect::to(&form(&person)).into_response(),
                Err(_) => Sorry::later().into_response(),
            }
        }
        Err(error) => once::refused(&visitor, &error, ADDRESS),
    }
}

/// The form again, with what is wrong.
fn form(person: &str) -> String {
    match person.parse::<PersonId>() {
        Ok(person) => format!("{ADDRESS}?person={person}&fix=1"),
        Err(_) => format!("{ADDRESS}?fix=1"),
    }
}
