//! Asks a resident to be allowed to order for them. Whoever isn't signed in tells their own name and number too, and a code
//! comes to it.

use backend::{Error, Refusal};
use leptos::prelude::*;
use words::t;

use super::invite::{months, services};
use crate::{
    components::{Action, Field, Page, button, form, kept, text_field},
    pages::signed_in_by_code,
    visitor::Visitor,
};

/// `/my/people/ask`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    if visitor.caller.serving.is_some() {
        return Err(Error::Refused(Refusal::NotYours));
    }
    if visitor.signed_in() {
        signed_in_by_code(&visitor)?;
    }
    let lang = visitor.lang();
    let kept = kept(&visitor, "consent-ask").await?;
    let title = t!(lang, people.ask_title);
    // Somebody else's details: the browser must not fill in the reader's own.
    let resident = Field::new("resident", t!(lang, people.ask_resident), &kept, "").hint(t!(lang, order.who_name_hint));
    let number = Field::new("resident_phone", t!(lang, people.ask_resident_phone), &kept, "");
    let number = Field { autocomplete: "off", ..number.hint(t!(lang, people.ask_resident_phone_hint)).phone() };
    let newcomer = visitor.caller.person.is_none().then(|| {
        let name = Field::new("name", t!(lang, people.ask_name), &kept, "");
        let name = name.hint(t!(lang, order.who_name_hint)).autocomplete("name");
        let mobile = Field::new("mobile", t!(lang, people.ask_mobile), &kept, "");
        let mobile = mobile.hint(t!(lang, people.ask_mobile_hint)).phone();
        view! {
            <h2>{t!(lang, people.ask_you)}</h2>
            {text_field(lang, &kept, name)}
            {text_field(lang, &kept, mobile)}
        }
    });
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, people.ask_lead)}</p>
        {form(
            "/api/consent/ask",
            view! {
                {text_field(lang, &kept, resident)}
                {text_field(lang, &kept, number)}
                {services(lang, &kept, t!(lang, people.ask_services), t!(lang, people.ask_services_hint))}
                {months(lang, &kept, t!(lang, people.ask_months))}
                {newcomer}
                {button(Action::Main, t!(lang, people.ask_send))}
            },
        )}
    };
    let back = if visitor.caller.person.is_some() { "/my/people" } else { "/" };
    Ok(Page::new(title, body).back(back).wrong(kept.has_problems()))
}
