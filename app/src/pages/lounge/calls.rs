//! Soitettavat: whom to ring, by when, and why.

use backend::{CallItem, CallReason, Error};
use leptos::prelude::*;
use words::t;

use super::{helper, lounge_tabs};
use crate::{
    components::{Action, Page, one_button, tel, told_note},
    format::Clock,
    names,
    pages::{clock, resident::what::capital},
    visitor::Visitor,
};

/// `/lounge/calls`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let calls = visitor.backend.calls(&visitor.caller).await?;
    let title = t!(lang, lounge.calls_title);
    let told = match visitor.asked("told") {
        "confirmed" => Some(t!(lang, lounge.told_confirmed)),
        "told" => Some(t!(lang, lounge.told_told)),
        "not_reached" => Some(t!(lang, lounge.told_not_reached)),
        _ => None,
    };
    let count = calls.len();
    let empty = calls.is_empty().then(|| view! { <p>{t!(lang, lounge.no_calls)}</p> });
    let rows = calls.iter().map(|call| row(&visitor, &clock, call)).collect_view();
    let body = view! {
        {lounge_tabs(&visitor, count)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        {empty}
        {rows}
    };
    Ok(Page::new(title, body))
}

fn row(visitor: &Visitor, clock: &Clock, call: &CallItem) -> AnyView {
    let lang = clock.lang;
    let visit = &call.visit;
    let id = visit.visit.to_string();
    let why = match call.why {
        CallReason::Confirm => t!(lang, lounge.call_confirm),
        CallReason::FindTime => t!(lang, lounge.call_find_time),
        CallReason::Tell => t!(lang, lounge.call_tell),
    };
    let what = t!(lang, my.card_title, job = names::job(lang, visit.job), window = clock.window_short(visit.window));
    let phone = match &visit.phone {
        Some(phone) => {
            let shown = phone.national();
            view! {
                <a class="visit-card__phone" href=tel(&shown)>
                    {shown.clone()}
                </a>
            }
            .into_any()
        }
        None => t!(lang, demo.no_phone).into_any(),
    };
    let confirm = |words: String| one_button("/api/calls/confirm", Action::Main, words, vec![("visit", id.clone())]);
    let acts = match call.why {
        CallReason::Confirm => Some(
            view! {
                <div class="button-row">
                    {confirm(t!(lang, lounge.confirm))}
                    {one_button(
                        "/api/calls/not-reached",
                        Action::Other,
                        t!(lang, lounge.not_reached),
                        vec![("visit", id.clone())],
                    )}
                </div>
            }
            .into_any(),
        ),
        CallReason::Tell => Some(confirm(t!(lang, lounge.told))),
        CallReason::FindTime => None,
    };
    let desk = (visitor.is(domain::Role::Coordinator) && call.why != CallReason::Confirm).then(|| {
        view! {
            <p>
                <a href=format!("/desk/visit/{id}")>{t!(lang, desk.open_visit)}</a>
            </p>
        }
    });
    view! {
        <article class="visit-card">
            <p class="tag tag--waiting">{t!(lang, lounge.call_by, by = clock.by(call.by))}</p>
            <h2 class="visit-card__title">{visit.resident.name.full()}</h2>
            <p>{phone}</p>
            <p class="visit-card__text">{why}</p>
            <p class="visit-card__text">{capital(&what)} ", " {visit.home.line()}</p>
            {acts}
            {desk}
        </article>
    }
    .into_any()
}
