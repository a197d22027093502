//! How the co-op's messages are doing: those that didn't arrive, which the coordinator tells by voice, and those that went
//! another way than at first.

use backend::{Error, Failure, MessagesView, ReroutedView, Trouble, UndeliveredView};
use domain::{Channel, PersonName, PhoneNumber};
use leptos::prelude::*;
use words::{Lang, t};

use super::coordinator;
use crate::{
    components::{Action, Page, Row, Width, one_button, summary_list, tel, told_note},
    format::Clock,
    names,
    pages::{clock, lounge::lounge_tabs, messages::text},
    visitor::Visitor,
};

/// `/desk/messages`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let messages = visitor.backend.messages(&visitor.caller).await?;
    let calls = visitor.backend.calls(&visitor.caller).await?.count();
    let title = t!(lang, texts.title);
    let told = (visitor.asked("told") == "told").then(|| t!(lang, texts.told_note));
    let list = if messages.undelivered.is_empty() {
        view! { <p>{t!(lang, texts.nothing_to_tell)}</p> }.into_any()
    } else {
        let cards = messages.undelivered.iter().map(|message| card(&clock, message)).collect_view();
        view! {
            <h2>{t!(lang, texts.to_tell)}</h2>
            {cards}
        }
        .into_any()
    };
    let body = view! {
        {lounge_tabs(&visitor, calls)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        {list}
        {rerouted(&clock, &messages.rerouted)}
        {counts(&clock, &messages)}
    };
    Ok(Page::new(title, body).width(Width::Wide))
}

/// A link to the page, which says on the board how many didn't arrive.
pub(super) fn link(lang: Lang, messages: &MessagesView) -> AnyView {
    let words = match messages.undelivered.len() {
        0 => t!(lang, texts.link),
        count => t!(lang, texts.link_problem, count = count),
    };
    view! {
        <p>
            <a href="/desk/messages">{words}</a>
        </p>
    }
    .into_any()
}

fn card(clock: &Clock, message: &UndeliveredView) -> AnyView {
    let lang = clock.lang;
    let to = message.to.as_ref().map_or_else(|| t!(lang, texts.to_number), PersonName::full);
    let number = message.phone.as_ref().map(PhoneNumber::national).map(|shown| {
        view! {
            <p>
                <a class="visit-card__phone" href=tel(&shown)>
                    {shown.clone()}
                </a>
            </p>
        }
    });
    let why = match message.tried.as_slice() {
        [only] => why(lang, *only),
        several => several.iter().map(|failure| tried(lang, *failure)).collect::<Vec<_>>().join(" "),
    };
    let in_their = Clock { lang: names::lang(message.language), ..*clock };
    view! {
        <article class="visit-card visit-card--problem">
            <p class="tag tag--problem">{t!(lang, texts.failed, at = clock.at(message.failed))}</p>
            <h3 class="visit-card__title">{to}</h3>
            {number}
            <p class="visit-card__text">{why}</p>
            <p class="visit-card__text outbox__text" lang=message.language.html_lang()>
                {text(&in_their, &message.message)}
            </p>
            {one_button(
                "/api/desk/told",
                Action::Other,
                t!(lang, texts.told),
                vec![("message", message.id.to_string())],
            )}
        </article>
    }
    .into_any()
}

/// Why a channel didn't carry it.
fn why(lang: Lang, Failure { way, trouble }: Failure) -> String {
    match (trouble, way) {
        (Trouble::Refused, Channel::Email) => t!(lang, texts.why_email_refused),
        (Trouble::Silent, Channel::Email) => t!(lang, texts.why_email_silent),
        (Trouble::Refused, _) => t!(lang, texts.why_refused),
        (Trouble::Silent, _) => t!(lang, texts.why_silent),
        (Trouble::Unsure, _) => t!(lang, texts.why_unsure),
        (Trouble::Undelivered, _) => t!(lang, texts.why_undelivered),
        (Trouble::Late, _) => t!(lang, texts.why_late),
        (Trouble::Budget, _) => t!(lang, texts.why_budget),
    }
}

/// "Tekstiviesti: " and why.
fn tried(lang: Lang, failure: Failure) -> String {
    let why = why(lang, failure);
    if failure.way == Channel::Email {
        t!(lang, texts.tried_email, why = why)
    } else {
        t!(lang, texts.tried_sms, why = why)
    }
}

/// What went another way than at first, with why; nothing when nothing did.
fn rerouted(clock: &Clock, messages: &[ReroutedView]) -> Option<AnyView> {
    let lang = clock.lang;
    let rows: Vec<Row> = messages
        .iter()
        .map(|message| {
            let then = match (message.now_by, message.is_sent) {
                (Channel::Email, true) => t!(lang, texts.rerouted_email),
                (Channel::Email, false) => t!(lang, texts.rerouted_email_soon),
                (_, true) => t!(lang, texts.rerouted_sms),
                (_, false) => t!(lang, texts.rerouted_sms_soon),
            };
            let value = format!("{} {then}", tried(lang, message.first));
            Row::new(format!("{}, {}", message.to.full(), clock.at(message.at)), value)
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h2>{t!(lang, texts.rerouted)}</h2>
            {summary_list(lang, rows)}
        }
        .into_any()
    })
}

fn counts(clock: &Clock, messages: &MessagesView) -> AnyView {
    let lang = clock.lang;
    let waiting = match messages.oldest {
        Some(oldest) => t!(lang, texts.since, count = messages.waiting, at = clock.at(oldest)),
        None => messages.waiting.to_string(),
    };
    let (used, most) = messages.parts_today;
    let rows = [
        (t!(lang, texts.sent), messages.sent_today.to_string(), None),
        (t!(lang, texts.arrived), messages.arrived_today.to_string(), None),
        (t!(lang, texts.parts), t!(lang, texts.parts_of, used = used, most = most), Some(t!(lang, texts.parts_hint))),
        (t!(lang, texts.emails), messages.emails_today.to_string(), None),
        (t!(lang, texts.waiting), waiting, None),
        (t!(lang, texts.later), messages.later.to_string(), None),
    ];
    let rows = rows
        .into_iter()
        .map(|(key, value, more)| {
            view! {
                <div class="summary-list__row">
                    <dt class="summary-list__key">{key}</dt>
                    <dd class="summary-list__value">
                        <b>{value}</b>
                        {more.map(|more| view! { <span class="summary-list__more">{more}</span> })}
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <h2>{t!(lang, texts.today)}</h2>
        <dl class="summary-list">{rows}</dl>
    }
    .into_any()
}
