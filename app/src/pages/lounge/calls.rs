//! Soitettavat: whom to ring, by when, and why.

use backend::{CallItem, CallReason, Error, VoiceView};
use domain::PhoneNumber;
use leptos::prelude::*;
use words::{Lang, t};

use super::{helper, lounge_tabs};
use crate::{
    components::{Action, Page, one_button, summary_list, tel, told_note},
    format::Clock,
    names,
    pages::{
        clock,
        messages::text,
        resident::{
            people::{request_terms, rung},
            what::capital,
        },
    },
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
        "granted" => Some(t!(lang, people.told_granted)),
        "refused" => Some(t!(lang, people.told_refused_by_phone)),
        "not_reached" => Some(t!(lang, lounge.told_not_reached)),
        _ => None,
    };
    let count = calls.count();
    let empty = (count == 0).then(|| view! { <p>{t!(lang, lounge.no_calls)}</p> });
    let rows = calls.visits.iter().map(|call| row(&visitor, &clock, call)).collect_view();
    let messages = calls.messages.iter().map(|message| voice(&clock, message)).collect_view();
    let body = view! {
        {lounge_tabs(&visitor, count)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        {empty}
        {rows}
        {messages}
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
            <p>{number(lang, visit.phone.as_ref())}</p>
            <p class="visit-card__text">{why}</p>
            <p class="visit-card__text">{capital(&what)} ", " {visit.home.line()}</p>
            {acts}
            {desk}
        </article>
    }
    .into_any()
}

/// Where to ring, if anywhere.
fn number(lang: Lang, phone: Option<&PhoneNumber>) -> AnyView {
    let Some(phone) = phone else { return t!(lang, lounge.call_no_phone).into_any() };
    let shown = phone.national();
    view! {
        <a class="visit-card__phone" href=tel(&shown)>
            {shown.clone()}
        </a>
    }
    .into_any()
}

/// Somebody who is told what a text message would have said, or asked what it would have asked.
fn voice(clock: &Clock, message: &VoiceView) -> AnyView {
    let lang = clock.lang;
    let (said, acts) = if let Some(request) = &message.request {
        let shown = request.phone.as_ref().map(PhoneNumber::national).unwrap_or_default();
        let question = t!(lang, lounge.call_request, name = request.asker.full(), phone = shown);
        let said = view! {
            <p class="visit-card__text">{question}</p>
            {summary_list(lang, request_terms(clock, request))}
        };
        (said.into_any(), rung(lang, request, Some("calls")))
    } else {
        let in_their = Clock { lang: names::lang(message.language), ..*clock };
        let said = view! {
            <p class="visit-card__text">{t!(lang, lounge.call_message)}</p>
            <p class="visit-card__text outbox__text" lang=message.language.html_lang()>
                {text(&in_their, &message.message)}
            </p>
        };
        let fields = vec![("message", message.id.to_string())];
        (said.into_any(), one_button("/api/calls/told", Action::Main, t!(lang, lounge.told), fields).into_any())
    };
    view! {
        <article class="visit-card">
            <h2 class="visit-card__title">{message.to.full()}</h2>
            <p>{number(lang, message.phone.as_ref())}</p>
            {said}
            {acts}
        </article>
    }
    .into_any()
}
