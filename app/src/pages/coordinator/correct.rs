//! The coordinator corrects what is held of somebody, and lets those go whom nobody ever confirmed.

use backend::{Error, UnconfirmedView};
use leptos::prelude::*;
use words::{Lang, t};

use super::coordinator;
use crate::{
    components::{Action, Field, Legend, Page, button, form, kept, one_button, radios, select, text_field, told_note},
    names,
    pages::{
        lounge::{contact_choices, lounge_tabs},
        path_id,
    },
    visitor::Visitor,
};

/// `/desk/people/:id/correct`
pub(crate) async fn details(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let is = visitor.backend.details_of(&visitor.caller, &path_id(&visitor, 3)).await?;
    let kept = kept(&visitor, "desk-correct").await?;
    let title = t!(lang, correct.desk_title, name = is.person.name.full());
    let told = (visitor.asked("told") == "corrected").then(|| t!(lang, correct.desk_told));
    let phone = is.phone.as_ref().map(domain::PhoneNumber::national).unwrap_or_default();
    let year = is.birth_year.map(|year| year.to_string()).unwrap_or_default();
    let name =
        Field::new("name", t!(lang, lounge.name), &kept, is.person.name.full()).hint(t!(lang, correct.name_hint));
    let phone = Field { autocomplete: "off", ..Field::new("phone", t!(lang, lounge.phone), &kept, phone).phone() };
    let year = Field::new("birth_year", t!(lang, lounge.birth_year), &kept, year).short();
    let language = Field::new("language", t!(lang, lounge.language), &kept, is.language.code());
    let ways = contact_choices(lang);
    let body = view! {
        {kept.summary(lang)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, correct.desk_lead)}</p>
        {form(
            "/api/desk/correct",
            view! {
                <input r#type="hidden" name="person" value=is.person.id.to_string() />
                {text_field(lang, &kept, name)}
                {text_field(lang, &kept, phone)}
                {radios(
                    lang,
                    &kept,
                    "contact",
                    Legend::question(t!(lang, order.who_contact_them)),
                    is.contact.code(),
                    ways,
                )}
                {select(lang, &kept, language, names::languages())}
                {text_field(lang, &kept, year)}
                {button(Action::Main, t!(lang, correct.send))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/desk/people").wrong(kept.has_problems()))
}

/// `/desk/unconfirmed`
pub(crate) async fn unconfirmed(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let found = visitor.backend.unconfirmed(&visitor.caller).await?;
    let calls = visitor.backend.calls(&visitor.caller).await?.count();
    let title = t!(lang, correct.unconfirmed_title);
    let told = (visitor.asked("told") == "removed").then(|| t!(lang, correct.unconfirmed_told));
    let lead = if found.is_empty() {
        t!(lang, correct.unconfirmed_none)
    } else {
        t!(lang, correct.unconfirmed_lead, days = visitor.coop().unconfirmed_days)
    };
    let rows = found.iter().map(|one| row(lang, one)).collect_view();
    let body = view! {
        {lounge_tabs(&visitor, calls)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{lead}</p>
        {rows}
    };
    Ok(Page::new(title, body).back("/desk/people"))
}

fn row(lang: Lang, one: &UnconfirmedView) -> AnyView {
    let name = one.person.name.full();
    let phone = one.phone.as_ref().map(domain::PhoneNumber::national);
    let remove = t!(lang, correct.unconfirmed_remove, name = name.clone());
    view! {
        <article class="visit-card">
            <h2 class="visit-card__title">{name}</h2>
            <p class="visit-card__text">{phone}</p>
            {one_button(
                "/api/desk/forget-unconfirmed",
                Action::Danger,
                remove,
                vec![("person", one.person.id.to_string())],
            )}
        </article>
    }
    .into_any()
}
