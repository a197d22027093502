//! Where: one's own home, or the address typed once.

use backend::Error;
use leptos::prelude::*;
use words::t;

use super::draft;
use crate::{
    components::{Action, Choice, Field, Legend, Page, button, form, kept, note_field, radios, text_field},
    visitor::Visitor,
};

/// `/order/where`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let draft = draft(&visitor).await?;
    let kept = kept(&visitor, "order-where").await?;
    let homes = visitor.backend.homes(&visitor.caller).await?;
    let title = t!(lang, order.where_title);
    let drafted = draft.home.as_ref().map(domain::Address::line).unwrap_or_default();
    let address = Field::new(
        "address",
        t!(lang, order.where_address),
        &kept,
        if homes.is_empty() { drafted.clone() } else { String::new() },
    )
    .hint(t!(lang, order.where_address_hint, area = domain::AREA))
    .autocomplete("street-address");
    let note = Field::new("note", t!(lang, order.where_note), &kept, draft.note.as_str())
        .hint(t!(lang, order.where_note_hint));
    let choose = (!homes.is_empty()).then(|| {
        let chosen = homes
            .iter()
            .find(|(_, home)| drafted.is_empty() || home.line() == drafted)
            .map_or_else(|| "other".to_owned(), |(id, _)| id.to_string());
        let mut choices: Vec<Choice> =
            homes.iter().map(|(id, home)| Choice::new(id.to_string(), home.line())).collect();
        choices.push(Choice::new("other", t!(lang, order.where_elsewhere)).hint(t!(lang, order.where_elsewhere_hint)));
        radios(lang, &kept, "home", Legend::heading(title.clone()), &chosen, choices)
    });
    let heading = homes.is_empty().then(|| view! { <h1 class="heading">{title.clone()}</h1> });
    let body = view! {
        {kept.summary(lang)}
        {heading}
        {form(
            "/api/order/where",
            view! {
                {choose}
                {text_field(lang, &kept, address)}
                {note_field(lang, &kept, note)}
                {button(Action::Main, t!(lang, common.go_on))}
            },
        )}
    };
    let back = if draft.resident.is_some() && visitor.is(domain::Role::Relative) { "/order/for" } else { "/order" };
    Ok(Page::new(title, body).back(back).wrong(kept.has_problems()))
}
