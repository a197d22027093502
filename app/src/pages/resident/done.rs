//! After sending: what happens next, a big date, the code word, and a slip to print.

use backend::{Error, VisitView};
use domain::{ContactWay, VisitState};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Page, link_button},
    format::Clock,
    names,
    pages::clock,
    visitor::Visitor,
};

/// `/order/done?order=…`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let visit = visitor.backend.order_visit(&visitor.caller, visitor.asked("order")).await?;
    let (title, text) = what_happens(&visitor, &visit);
    let lounge = visitor.caller.serving.is_some();
    let next = match visit.state {
        VisitState::Offered { .. } if visit.strangers_welcome => t!(lang, order.done_next_ask),
        VisitState::Offered { .. } => t!(lang, order.done_next_ask_only),
        VisitState::Reserved { .. } | VisitState::Open => t!(lang, order.done_next_ring),
        VisitState::Done { .. } | VisitState::Cancelled(_) => String::new(),
        VisitState::Agreed { .. } | VisitState::UnderWay { .. } => t!(lang, order.done_next_agreed),
    };
    let next = (!next.is_empty()).then(|| {
        view! {
            <h2>{t!(lang, order.done_next)}</h2>
            <p>{next}</p>
        }
    });
    let change = visitor
        .signed_in()
        .then(|| link_button(format!("/my/visit/{}", visit.visit), t!(lang, order.done_change), None));
    let my = (visitor.signed_in() && !lounge).then(|| view! { <p><a href="/my">{t!(lang, order.done_my)}</a></p> });
    let next_person = lounge.then(|| {
        view! {
            <form method="post" action="/api/lounge/next">
                <button class="button">{t!(lang, order.done_next_person)}</button>
            </form>
        }
    });
    let body = view! {
        <p class="tag tag--done">{t!(lang, order.done_received)}</p>
        <h1 class="heading">{title.clone()}</h1>
        <p>{text}</p>
        {panel(&clock, &visit)}
        {slip_note(&clock, &visit)}
        {next}
        <div class="button-row">
            {link_button(format!("/order/slip?order={}", visit.order), t!(lang, order.done_print), Some("print"))}
            {change}
        </div>
        {next_person}
        {my}
        <p>
            <a href="/">{t!(lang, order.done_again)}</a>
        </p>
    };
    Ok(Page::new(title, body))
}

/// The heading and the sentence below it: who is asked and by when they answer, or who rings.
pub(crate) fn what_happens(visitor: &Visitor, visit: &VisitView) -> (String, String) {
    let (lang, clock) = (visitor.lang(), clock(visitor));
    let reads_for_another = visitor.caller.person.as_ref().is_some_and(|person| person.id != visit.resident.id);
    let helper = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
    let ring = visit.ring_by.map(|by| clock.by(by)).unwrap_or_default();
    match visit.state {
        VisitState::Offered { expires, .. } => {
            let title = match helper {
                Some(name) => t!(lang, order.done_ask_title, name = name),
                None => t!(lang, order.done_ask_title_anon),
            };
            let by = clock.by(expires);
            let text = match visit.contact {
                ContactWay::Sms => t!(lang, order.done_ask_sms, by = by),
                ContactWay::Call => t!(lang, order.done_ask_call, by = by),
                ContactWay::Lounge => t!(lang, order.done_ask_lounge, by = by),
            };
            (title, text)
        }
        VisitState::Reserved { .. } if visit.phone.is_none() => {
            (t!(lang, order.done_reserved_title_no_phone), t!(lang, order.done_reserved_no_phone, by = ring))
        }
        VisitState::Reserved { .. } if reads_for_another => {
            (t!(lang, order.done_reserved_title_them), t!(lang, order.done_reserved_them, by = ring))
        }
        VisitState::Reserved { .. } => (t!(lang, order.done_reserved_title), t!(lang, order.done_reserved, by = ring)),
        VisitState::Open if visit.phone.is_none() => {
            (t!(lang, order.done_ring_title_no_phone), t!(lang, order.done_ring_no_phone, by = ring))
        }
        VisitState::Open if reads_for_another => {
            (t!(lang, order.done_ring_title_them), t!(lang, order.done_ring_them, by = ring))
        }
        VisitState::Open => (t!(lang, order.done_ring_title), t!(lang, order.done_ring, by = ring)),
        VisitState::Agreed { .. } | VisitState::UnderWay { .. } => {
            let title = match helper {
                Some(name) => t!(lang, order.done_agreed_title, name = name),
                None => t!(lang, order.done_agreed_title_anon),
            };
            (title, clock.window(visit.window))
        }
        VisitState::Done { .. } => (t!(lang, order.done_over_title), clock.window(visit.window)),
        VisitState::Cancelled(_) => (names::state_code(lang, visit.state.code()), clock.window(visit.window)),
    }
}

/// The big date. An open request has no time yet.
pub(crate) fn panel(clock: &Clock, visit: &VisitView) -> AnyView {
    let text = format!("{}, {}", names::service(clock.lang, visit.job.service()), visit.home.line());
    let date = (visit.state != VisitState::Open).then(|| {
        view! {
            <p class="panel__label">{clock.weekday_on(clock.zone.date(visit.window.start))}</p>
            <p class="panel__big">{clock.big_date(visit.window)}</p>
        }
    });
    view! {
        <div class="panel">
            {date}
            <p class="panel__text">{text}</p>
        </div>
    }
    .into_any()
}

/// The code word and number.
pub(crate) fn slip_note(clock: &Clock, visit: &VisitView) -> AnyView {
    let lang = clock.lang;
    view! {
        <div class="note">
            <h2 class="note__title">
                {t!(lang, order.done_slip)} ": " <span class="nowrap">{visit.slip.to_string()}</span>
            </h2>
            <p>{t!(lang, order.done_slip_hint)}</p>
        </div>
    }
    .into_any()
}
