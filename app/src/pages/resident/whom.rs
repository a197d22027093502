//! For whom, when one may order for several.

use backend::Error;
use leptos::prelude::*;
use words::t;

use super::draft;
use crate::{
    components::{Action, Choice, Legend, Page, button, form, kept, radios},
    visitor::Visitor,
};

/// `/order/for`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let draft = draft(&visitor).await?;
    let kept = kept(&visitor, "order-for").await?;
    let myself = visitor.caller.person.as_ref().map(|person| person.id);
    let people = visitor.backend.people_i_order_for(&visitor.caller).await?;
    let choices = people
        .into_iter()
        .map(|person| {
            let choice = Choice::new(person.id.to_string(), person.name.full());
            if Some(person.id) == myself { choice.hint(t!(lang, order.for_me)) } else { choice }
        })
        .collect();
    let chosen = draft.resident.map(|resident| resident.id.to_string()).unwrap_or_default();
    let title = t!(lang, order.for_title);
    let body = view! {
        {kept.summary(lang)}
        {form(
            "/api/order/for",
            view! {
                {radios(lang, &kept, "person", Legend::heading(title.clone()), &chosen, choices)}
                {button(Action::Main, t!(lang, common.go_on))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/order").wrong(kept.has_problems()))
}
