//! Visits by day and state; on top those that nobody can take, each with the rule that emptied the list and the change
//! that would help.

use backend::{Error, StuckVisit, VisitView};
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use words::t;

use super::{coordinator, texts, visit_title, why_nobody};
use crate::{
    components::{Page, Width, link_button, tag},
    format::Clock,
    names,
    pages::{clock, lounge::lounge_tabs, resident::what::capital},
    visitor::Visitor,
};

/// How many days one page shows.
const DAYS: u32 = 7;

/// `/desk?from=2026-11-24`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let today = clock.zone.date(clock.now);
    let from: NaiveDate = visitor.asked("from").parse().unwrap_or(today);
    let board = visitor.backend.board(&visitor.caller, from, DAYS).await?;
    let messages = visitor.backend.messages(&visitor.caller).await?;
    let title = t!(lang, desk.title);
    let stuck = board.stuck.iter().map(|stuck| stuck_card(&clock, stuck)).collect_view();
    let stuck_title = if board.stuck.is_empty() { t!(lang, desk.none_stuck) } else { t!(lang, desk.stuck) };
    let plan = (!board.stuck.is_empty()).then(|| link_button("/desk/plan".to_owned(), t!(lang, plan.from_board), None));
    let days = board.days.iter().map(|(date, visits)| day(&clock, *date, visits)).collect_view();
    let earlier = from.checked_sub_days(Days::new(u64::from(DAYS))).unwrap_or(from);
    let later = from.checked_add_days(Days::new(u64::from(DAYS))).unwrap_or(from);
    let body = view! {
        {lounge_tabs(&visitor, board.calls)}
        <h1 class="heading">{title.clone()}</h1>
        <h2>{stuck_title}</h2>
        {stuck}
        {plan}
        {texts::link(lang, &messages)}
        {days}
        <p class="button-row">
            <a href=format!("/desk?from={earlier}")>{t!(lang, desk.earlier)}</a>
            " "
            <a href="/desk">{t!(lang, desk.today)}</a>
            " "
            <a href=format!("/desk?from={later}")>{t!(lang, desk.later)}</a>
        </p>
        <p>
            <a href="/my/passkeys">{t!(lang, passkeys.link)}</a>
        </p>
    };
    Ok(Page::new(title, body).width(Width::Wide))
}

fn stuck_card(clock: &Clock, stuck: &StuckVisit) -> AnyView {
    let lang = clock.lang;
    let visit = &stuck.visit;
    let title = visit_title(clock, visit);
    let why = stuck.failure.as_ref().map(|failure| why_nobody(clock, failure, &stuck.helpers));
    view! {
        <article class="visit-card visit-card--problem">
            <p class="tag tag--problem">{t!(lang, desk.nobody)}</p>
            <h3 class="visit-card__title">{title.clone()}</h3>
            {why}
            <p>
                <a href=format!("/desk/visit/{}", visit.visit)>
                    {t!(lang, desk.solve)}
                    <span class="visually-hidden">{t!(lang, common.change_what, what = title)}</span>
                </a>
            </p>
        </article>
    }
    .into_any()
}

fn day(clock: &Clock, date: NaiveDate, visits: &[VisitView]) -> AnyView {
    let lang = clock.lang;
    let rows = visits
        .iter()
        .map(|visit| {
            let helper = visit.helper.as_ref().map(|helper| helper.name.full()).unwrap_or_default();
            let given = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
            view! {
                <tr class="table__row" role="row">
                    <td class="table__cell" role="cell" data-label=t!(lang, desk.time)>
                        {clock.hours(visit.window)}
                    </td>
                    <th class="table__cell" scope="row" role="rowheader" data-label=t!(lang, desk.resident)>
                        <a href=format!("/desk/visit/{}", visit.visit)>{names::person(lang, &visit.resident.name)}</a>
                    </th>
                    <td class="table__cell" role="cell" data-label=t!(lang, desk.job)>
                        {names::job(lang, visit.job)}
                    </td>
                    <td class="table__cell" role="cell" data-label=t!(lang, desk.member)>
                        {helper}
                    </td>
                    <td class="table__cell" role="cell" data-label=t!(lang, desk.state)>
                        {tag(clock, &visit.state, given.as_deref())}
                    </td>
                </tr>
            }
        })
        .collect_view();
    let table = if visits.is_empty() {
        view! { <p class="lead">{t!(lang, desk.no_visits)}</p> }.into_any()
    } else {
        view! {
            <table class="table" role="table">
                <thead class="table__header" role="rowgroup">
                    <tr role="row">
                        <th class="table__head" scope="col" role="columnheader">{t!(lang, desk.time)}</th>
                        <th class="table__head" scope="col" role="columnheader">{t!(lang, desk.resident)}</th>
                        <th class="table__head" scope="col" role="columnheader">{t!(lang, desk.job)}</th>
                        <th class="table__head" scope="col" role="columnheader">{t!(lang, desk.member)}</th>
                        <th class="table__head" scope="col" role="columnheader">{t!(lang, desk.state)}</th>
                    </tr>
                </thead>
                <tbody class="table__body" role="rowgroup">{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <h2>{capital(&clock.date_long(date))}</h2>
        {table}
    }
    .into_any()
}
