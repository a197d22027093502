//! Who sits beside you? Search by name or number, or add.

use backend::{Error, ResidentView};
use leptos::prelude::*;
use words::t;

use super::{helper, lounge_tabs};
use crate::{
    components::{Action, Field, Page, button, form, kept, link_button, one_button, text_field, told_note},
    visitor::Visitor,
};

/// `/lounge`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    let lang = visitor.lang();
    let kept = kept(&visitor, "lounge-find").await?;
    let calls = visitor.backend.calls(&visitor.caller).await?.len();
    let searched = !visitor.asked("found").is_empty();
    // After "next person" nothing of a search is left, and neither is its answer: not by the back button either.
    let kept_query = if searched { visitor.backend.kept_form(&visitor.caller, "lounge-found").await? } else { None };
    let query = kept_query.and_then(|form| form.values.into_iter().next()).map(|(_, query)| query);
    let searched = query.is_some();
    let query = query.unwrap_or_default();
    let residents = if searched { visitor.backend.find_residents(&visitor.caller, &query).await? } else { Vec::new() };
    let title = t!(lang, lounge.find_title);
    let field = Field::new("query", t!(lang, lounge.find_label), &kept, query).hint(t!(lang, lounge.find_hint));
    let nobody =
        (searched && residents.is_empty()).then(|| view! { <p role="status">{t!(lang, lounge.found_none)}</p> });
    let found = residents.iter().map(|resident| row(&visitor, resident)).collect_view();
    let told = (visitor.asked("told") == "pin").then(|| told_note(t!(lang, tablet.told_pin)));
    let pin = visitor.caller.locks.map(|_| {
        view! {
            <p>
                <a href="/lounge/pin">{t!(lang, tablet.pin_link)}</a>
            </p>
        }
    });
    let body = view! {
        {lounge_tabs(&visitor, calls)}
        {told}
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {form(
            "/api/lounge/find",
            view! {
                {text_field(lang, &kept, field)}
                {button(Action::Main, t!(lang, lounge.find_send))}
            },
        )}
        {nobody}
        {found}
        {link_button("/lounge/new".to_owned(), t!(lang, lounge.add), None)}
        {pin}
    };
    Ok(Page::new(title, body).wrong(kept.has_problems()))
}

fn row(visitor: &Visitor, resident: &ResidentView) -> AnyView {
    let lang = visitor.lang();
    let id = resident.person.id.to_string();
    let details = [
        resident.home.as_ref().map(|(_, home)| home.line()),
        resident.phone.as_ref().map(domain::PhoneNumber::national),
        resident.birth_year.map(|year| t!(lang, lounge.born, year = year)),
    ];
    let line = details.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let words = t!(lang, lounge.serve, name = resident.person.name.given());
    view! {
        <article class="visit-card">
            <h2 class="visit-card__title">{resident.person.name.full()}</h2>
            <p class="visit-card__text">{line}</p>
            {one_button("/api/lounge/serve", Action::Main, words, vec![("person", id)])}
        </article>
    }
    .into_any()
}
