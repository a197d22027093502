//! Adds a resident: no e-mail, perhaps only a landline, perhaps no phone at all; with how they gave their consent.

use backend::Error;
use leptos::prelude::*;
use words::t;

use super::{consent_choices, consent_sentence, contact_choices, helper};
use crate::{
    components::{Action, Field, Legend, Page, button, form, kept, radios, select, text_field},
    names,
    visitor::Visitor,
};

/// `/lounge/new`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    let lang = visitor.lang();
    let kept = kept(&visitor, "lounge-add").await?;
    let title = t!(lang, lounge.new_title);
    let name = Field::new("name", t!(lang, lounge.name), &kept, "").hint(t!(lang, order.who_name_hint));
    let phone = Field::new("phone", t!(lang, lounge.phone), &kept, "").hint(t!(lang, lounge.phone_hint)).phone();
    // The helper's own details must never be filled in for the resident.
    let phone = Field { autocomplete: "off", ..phone };
    let address = Field::new("address", t!(lang, order.where_address), &kept, "").hint(t!(
        lang,
        order.where_address_hint,
        area = domain::AREA
    ));
    let year =
        Field::new("birth_year", t!(lang, lounge.birth_year), &kept, "").hint(t!(lang, lounge.birth_year_hint)).short();
    let language = Field::new("language", t!(lang, lounge.language), &kept, visitor.caller.language.code());
    let ways = contact_choices(lang);
    let consent = Legend::question(t!(lang, lounge.consent_how)).hint(format!(
        "{} {}",
        t!(lang, lounge.consent_read),
        consent_sentence(&visitor)
    ));
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {form(
            "/api/lounge/add",
            view! {
                {text_field(lang, &kept, name)}
                {text_field(lang, &kept, phone)}
                {text_field(lang, &kept, address)}
                {text_field(lang, &kept, year)}
                {select(lang, &kept, language, names::languages())}
                {radios(lang, &kept, "contact", Legend::question(t!(lang, order.who_contact_them)), "", ways)}
                {radios(lang, &kept, "consent", consent, "", consent_choices(&visitor))}
                {button(Action::Main, t!(lang, lounge.add_send))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/lounge").wrong(kept.has_problems()))
}
