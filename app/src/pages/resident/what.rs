//! Which kind of work, with its price and how long it takes.

use backend::Error;
use domain::{JobKind, Service};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Choice, Legend, Page, button, form, kept, radios},
    format, names,
    visitor::Visitor,
};

/// `/order?service=snow`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let draft = visitor.backend.draft(&visitor.caller).await?;
    let drafted = draft.map(|draft| draft.job);
    let asked = visitor.asked("service").parse().ok();
    let service: Service = asked.or(drafted.map(JobKind::service)).unwrap_or(Service::Snow);
    let kept = kept(&visitor, "order-what").await?;
    let terms = visitor.backend.job_terms().await?;
    let choices: Vec<Choice> = service
        .jobs()
        .filter_map(|job| terms.iter().find(|terms| terms.kind == job))
        .map(|terms| {
            let price = format::euros(lang, terms.price);
            let time = t!(lang, job.about_minutes, time = format::length(lang, terms.minutes));
            Choice::new(terms.kind.code(), capital(&names::job_kind(lang, terms.kind))).hint(t!(
                lang,
                order.what_hint,
                price = price,
                time = time
            ))
        })
        .collect();
    let chosen = drafted.filter(|job| job.service() == service).map_or("", |job| job.code());
    let title = match service {
        Service::Snow => t!(lang, order.what_title_snow),
        Service::Garden => t!(lang, order.what_title_garden),
        Service::Cleaning => t!(lang, order.what_title_cleaning),
        Service::Shopping => t!(lang, order.what_title_shopping),
        Service::Accompaniment => t!(lang, order.what_title_accompaniment),
    };
    let body = view! {
        {kept.summary(lang)}
        {form(
            "/api/order/what",
            view! {
                <input r#type="hidden" name="service" value=service.code() />
                {radios(lang, &kept, "job", Legend::heading(title.clone()), chosen, choices)}
                {button(Action::Main, t!(lang, common.go_on))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/").wrong(kept.has_problems()))
}

/// The same words with a capital letter first.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
