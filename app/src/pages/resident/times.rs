//! When: real times that a real member can keep, as sentences.

use backend::{Error, TimeChoice, Times as Offered};
use chrono::Timelike as _;
use domain::Span;
use leptos::prelude::*;
use words::t;

use super::draft;
use crate::{
    components::{Action, Kept, Page, button, form, kept, one_button},
    format::Clock,
    islands::{TimeRow, Times},
    names,
    pages::{clock, resident::what::capital},
    visitor::Visitor,
};

/// How many times stand open before "show more".
const OPEN: usize = 6;

/// `/order/when`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let draft = draft(&visitor).await?;
    let kept = kept(&visitor, "order-when").await?;
    let offered = visitor.backend.draft_times(&visitor.caller).await?;
    let title = t!(lang, order.when_title);
    let (job, address) =
        (names::job(lang, draft.job), draft.home.as_ref().map(domain::Address::line).unwrap_or_default());
    let myself = visitor.caller.person.as_ref().map(|person| person.id);
    let for_me = draft.resident.as_ref().is_some_and(|resident| Some(resident.id) == myself);
    let lead = match &draft.resident {
        Some(resident) if for_me => {
            t!(lang, order.when_lead_named, job = job, address = address, name = resident.name.given())
        }
        _ => t!(lang, order.when_lead, job = job, address = address),
    };
    let chosen = match draft.time {
        Some(TimeChoice::Soonest(_)) => "soonest".to_owned(),
        Some(TimeChoice::Window(window)) => window.start.seconds().to_string(),
        _ => String::new(),
    };
    let ring_by = clock.by(visitor.coop().ring_by(visitor.backend.now()));
    let body = if offered.windows.is_empty() {
        view! {
            <h1 class="heading">{t!(lang, order.when_nobody_title)}</h1>
            {offered.nobody.as_ref().map(|nobody| view! { <p>{names::failure_to_resident(&clock, nobody)}</p> })}
            <p>{t!(lang, order.when_nobody, by = ring_by, days = backend::DAYS_AHEAD)}</p>
            {one_button(
                "/api/order/when",
                Action::Main,
                t!(lang, order.when_ring_me),
                vec![("time", "none".to_owned())],
            )}
        }
        .into_any()
    } else {
        let ring_hint = if for_me || draft.resident.is_none() {
            t!(lang, order.when_none_hint, by = ring_by)
        } else {
            t!(lang, order.when_none_hint_them, by = ring_by)
        };
        let list = choose(&clock, &kept, &offered, Asked { title: title.clone(), lead, chosen, for_me });
        view! {
            {kept.summary(lang)}
            {form(
                "/api/order/when",
                view! {
                    {list}
                    {button(Action::Main, t!(lang, common.go_on))}
                },
            )}
            {one_button(
                "/api/order/when",
                Action::Quiet,
                t!(lang, order.when_none),
                vec![("time", "none".to_owned())],
            )}
            <p class="lead">{ring_hint}</p>
        }
        .into_any()
    };
    Ok(Page::new(title, body).back("/order/where").wrong(kept.has_problems()))
}

/// What a list of times asks, and of whom.
pub(crate) struct Asked {
    /// The heading.
    pub(crate) title: String,
    /// The line below it.
    pub(crate) lead: String,
    /// The time chosen before, as its code.
    pub(crate) chosen: String,
    /// Whether the reader is the one to be helped.
    pub(crate) for_me: bool,
}

/// The list of times, which narrows with JavaScript and is whole without.
pub(crate) fn choose(clock: &Clock, kept: &Kept, offered: &Offered, asked: Asked) -> AnyView {
    let lang = clock.lang;
    let rows = rows(clock, offered, asked.for_me);
    let mut days = vec![(String::new(), t!(lang, order.when_all_days))];
    for option in &offered.windows {
        let code = clock.zone.date(option.window.start).to_string();
        if !days.iter().any(|(known, _)| *known == code) {
            days.push((code, capital(&clock.near_short(option.window.start))));
        }
    }
    let parts = vec![
        (String::new(), t!(lang, order.when_all_parts)),
        ("morning".to_owned(), t!(lang, time.morning)),
        ("afternoon".to_owned(), t!(lang, time.afternoon)),
        ("evening".to_owned(), t!(lang, time.evening)),
    ];
    let problem = kept.problem("time").map(|problem| {
        view! {
            <p class="field__error" id="f-time-e">
                <span class="visually-hidden">{t!(lang, common.error_prefix)}</span>
                {names::field_problem(lang, "time", problem)}
            </p>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="field__legend">
                <h1 class="heading">{asked.title}</h1>
            </legend>
            <p class="lead times__lead">{asked.lead}</p>
            {problem}
            <Times
                rows=rows
                chosen=asked.chosen
                open=OPEN
                more=t!(lang, order.when_more)
                day_label=t!(lang, order.when_filter_day)
                days=days
                part_label=t!(lang, order.when_filter_part)
                parts=parts
                nothing=t!(lang, order.when_no_match)
            />
        </fieldset>
    }
    .into_any()
}

fn rows(clock: &Clock, offered: &Offered, for_me: bool) -> Vec<TimeRow> {
    let lang = clock.lang;
    let row = |value: String, window: Span, title: String, hint: String| {
        let hour = clock.zone.local(window.start).hour();
        let part = if hour < 12 {
            "morning"
        } else if hour < 17 {
            "afternoon"
        } else {
            "evening"
        };
        TimeRow { value, title, hint, day: clock.zone.date(window.start).to_string(), part: part.to_owned() }
    };
    let soonest = offered
        .soonest
        .map(|window| row("soonest".to_owned(), window, t!(lang, order.when_soonest), clock.latest(window.end)));
    let windows = offered.windows.iter().map(|option| {
        let hint = option.helper.as_ref().map_or_else(String::new, |helper| {
            let name = helper.given.as_str();
            match (helper.been_before, for_me) {
                (true, true) => t!(lang, order.when_helper_known, name = name),
                (true, false) => t!(lang, order.when_helper_known_there, name = name),
                (false, _) => t!(lang, order.when_helper, name = name),
            }
        });
        row(option.window.start.seconds().to_string(), option.window, capital(&clock.window(option.window)), hint)
    });
    soonest.into_iter().chain(windows).collect()
}
