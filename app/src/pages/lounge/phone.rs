//! Makes a link for the resident's own phone, and shows it once: as squares for a camera, as a code to type, whole. What is
//! shown is the answer to the very post that made it (`server::phones`); coming back shows the form again.

use backend::{Error, MadeLink};
use leptos::prelude::*;
use words::t;

use super::helper;
use crate::{
    components::{Action, Field, Page, button, form, kept, link_button, qr, text_field},
    pages::clock,
    visitor::Visitor,
};

/// `/lounge/phone`, for the one who is served; `/lounge/phone?person=…` for the coordinator.
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    if let Some(link) = &visitor.link {
        return Ok(made(&visitor, link));
    }
    let lang = visitor.lang();
    let person = visitor.asked("person").to_owned();
    let resident = visitor.backend.phones_resident(&visitor.caller, &person).await?;
    let kept = kept(&visitor, "phone-link").await?;
    let title = t!(lang, phones.new_title, name = resident.name.full());
    let usual = t!(lang, phones.default_name, name = resident.name.given());
    let name = Field::new("phone_name", t!(lang, phones.name), &kept, usual).hint(t!(lang, phones.name_hint));
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, phones.new_lead)}</p>
        {form(
            "/lounge/phone",
            view! {
                <input r#type="hidden" name="person" value=person.clone() />
                {text_field(lang, &kept, name)}
                {button(Action::Main, t!(lang, phones.make))}
            },
        )}
    };
    Ok(Page::new(title, body).back(&list(&person)).wrong(kept.has_problems()))
}

/// The page with the resident's phones.
fn list(person: &str) -> String {
    if person.is_empty() { "/my/phones".to_owned() } else { format!("/desk/people/{person}/phones") }
}

fn made(visitor: &Visitor, link: &MadeLink) -> Page {
    let lang = visitor.lang();
    let address = format!("{}/link/{}", visitor.public_url, link.token);
    let typed = format!("{}/link", visitor.public_url);
    let typed = typed.split_once("://").map_or(typed.clone(), |(_, rest)| rest.to_owned());
    let (first, last) = link.code.split_at(4);
    let code = format!("{first} {last}");
    let until = clock(visitor).time(link.ends);
    let title = t!(lang, phones.made_title, name = link.resident.name.given());
    let person = if visitor.caller.serving.is_some() { String::new() } else { link.resident.id.to_string() };
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, phones.made_lead, until = until)}</p>
        <h2>{t!(lang, phones.made_scan)}</h2>
        {qr(&address, t!(lang, phones.made_qr))}
        <h2>{t!(lang, phones.made_code)}</h2>
        <p>{t!(lang, phones.made_code_text, address = typed)}</p>
        <p class="door-code">{code}</p>
        <h2>{t!(lang, phones.made_link)}</h2>
        <p class="qr__address">{address.clone()}</p>
        {link_button(list(&person), t!(lang, phones.made_done), None)}
    };
    Page::new(title, body)
}
