//! "Find helpers for these": which visits, whether others may move; then the run, as it goes, its proposal with both ends
//! of the trade, and what became of it.

use backend::{Error, PlanChoice, PlanOption, PlanRow, PlanRowOutcome, PlanningState, PlanningView, VisitView};
use leptos::prelude::*;
use words::t;

use super::{coordinator, visit_title, why_nobody};
use crate::{
    components::{
        Action, Choice, Legend, Page, Width, button, checkboxes, form, kept, link_button, one_button, radios,
    },
    format::Clock,
    islands::Refresh,
    names,
    pages::{clock, fingerprint, path_id},
    visitor::Visitor,
};

/// `/desk/plan`
pub(crate) async fn choose(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let to_plan = visitor.backend.to_plan(&visitor.caller).await?;
    let kept = kept(&visitor, "desk-plan").await?;
    let title = t!(lang, plan.title);
    let waits = to_plan.run.map(|run| {
        view! {
            <p>
                {t!(lang, plan.waits)} " " <a href=format!("/desk/plan/{run}")>{t!(lang, plan.see)}</a>
            </p>
        }
    });
    let ask = if to_plan.visits.is_empty() {
        view! { <p>{t!(lang, plan.nothing)}</p> }.into_any()
    } else {
        let visits: Vec<Choice> = to_plan
            .visits
            .iter()
            .map(|visit| Choice::new(visit.visit.to_string(), visit_title(&clock, visit)))
            .collect();
        // All of them, unless some were chosen and something else was wrong.
        let chosen: Vec<String> = visits.iter().map(|choice| choice.value.clone()).collect();
        let others = vec![
            Choice::new("may", t!(lang, plan.others_may)).hint(t!(lang, plan.others_may_hint)),
            Choice::new("stay", t!(lang, plan.others_stay)),
        ];
        form(
            "/api/desk/plan",
            view! {
                {checkboxes(lang, &kept, "visits[]", Legend::question(t!(lang, plan.visits)), &chosen, visits)}
                {radios(lang, &kept, "others", Legend::question(t!(lang, plan.others)), "may", others)}
                {button(Action::Main, t!(lang, plan.send))}
            },
        )
    };
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, plan.lead)}</p>
        {waits}
        {ask}
    };
    Ok(Page::new(title, body).back("/desk").width(Width::Wide).wrong(kept.has_problems()))
}

/// `/desk/plan/:id`
pub(crate) async fn run(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let planning = visitor.backend.planning(&visitor.caller, &id).await?;
    let (title, inside) = match &planning.state {
        PlanningState::Running { tried } => {
            let seen = fingerprint(&visitor, &format!("planning/{id}")).await?;
            (t!(lang, plan.running_title), running(&clock, &planning, *tried, seen))
        }
        PlanningState::Ready { options } if !helps(options) => {
            (t!(lang, plan.found_none), ready(&clock, &planning, options))
        }
        PlanningState::Ready { options } => (t!(lang, plan.ready_title), ready(&clock, &planning, options)),
        PlanningState::Accepted { done, changed } if done.is_empty() => {
            (t!(lang, plan.none_title), accepted(&clock, done, changed))
        }
        PlanningState::Accepted { done, changed } => (t!(lang, plan.accepted_title), accepted(&clock, done, changed)),
        PlanningState::Discarded => (t!(lang, plan.discarded_title), over(&clock)),
        PlanningState::Broken => (t!(lang, plan.broken_title), over(&clock)),
    };
    let away = planning.away.as_ref().map(|(member, last, passed_on)| {
        view! {
            <div class="note">
                <p>
                    {t!(lang, plan.away_lead, name = member.name.full(), date = clock.short_date(*last))} " "
                    {t!(lang, plan.away_passed, count = *passed_on, left = planning.many)}
                </p>
            </div>
        }
    });
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        {away}
        {inside}
    };
    Ok(Page::new(title, body).back("/desk").width(Width::Wide))
}

/// How far it has come. With JavaScript the page keeps itself fresh; without, one looks.
fn running(clock: &Clock, planning: &PlanningView, tried: u64, seen: String) -> AnyView {
    let lang = clock.lang;
    let id = planning.id.to_string();
    view! {
        <Refresh seen=seen what=format!("planning/{id}") every=5 />
        <p>{t!(lang, plan.running_lead)}</p>
        <p class="lead">{t!(lang, plan.tried, count = tried)}</p>
        {link_button(format!("/desk/plan/{id}"), t!(lang, plan.look), None)}
        {one_button("/api/desk/plan-stop", Action::Other, t!(lang, plan.stop), vec![("planning", id)])}
    }
    .into_any()
}

fn ready(clock: &Clock, planning: &PlanningView, options: &[PlanOption]) -> AnyView {
    let lang = clock.lang;
    let id = planning.id.to_string();
    let alone = options.len() == 1;
    let parts = options.iter().map(|option| one_end(clock, &id, option, alone)).collect_view();
    let end = if helps(options) { t!(lang, plan.discard) } else { t!(lang, plan.close) };
    view! {
        <p class="lead">{t!(lang, plan.nothing_yet)}</p>
        {parts}
        {one_button("/api/desk/plan-discard", Action::Other, end, vec![("planning", id)])}
    }
    .into_any()
}

/// Whether any end of the trade helps anybody.
fn helps(options: &[PlanOption]) -> bool {
    options.iter().any(|option| option.placed() > 0)
}

/// One end of the trade, with its button where it helps anybody.
fn one_end(clock: &Clock, id: &str, option: &PlanOption, alone: bool) -> AnyView {
    let lang = clock.lang;
    let title = match option.choice {
        PlanChoice::Searched => t!(lang, plan.searched),
        PlanChoice::AtOnce => t!(lang, plan.at_once),
    };
    let look = match option.choice {
        PlanChoice::AtOnce if !alone => Action::Other,
        PlanChoice::AtOnce | PlanChoice::Searched => Action::Main,
    };
    let rows = option.rows.iter().map(|row| line(clock, row)).collect_view();
    let act = if option.placed() > 0 {
        let carries = vec![("planning", id.to_owned()), ("which", option.choice.code().to_owned())];
        let words = if alone {
            t!(lang, plan.accept)
        } else {
            format!("{}{}", t!(lang, plan.accept), t!(lang, plan.accept_which, what = title.to_lowercase()))
        };
        one_button("/api/desk/plan-accept", look, words, carries)
    } else if alone {
        view! { <p>{t!(lang, plan.no_help)}</p> }.into_any()
    } else {
        view! { <p>{t!(lang, plan.no_help_stay)}</p> }.into_any()
    };
    view! {
        <section class="stack">
            {(!alone).then(|| view! { <h2>{title}</h2> })}
            <p>
                {t!(lang, plan.sums, placed = option.placed(), left = option.left(), others = option.others())}
            </p>
            {rows}
            {act}
        </section>
    }
    .into_any()
}

fn line(clock: &Clock, row: &PlanRow) -> AnyView {
    let lang = clock.lang;
    let title = visit_title(clock, &row.visit);
    match &row.outcome {
        PlanRowOutcome::Comes { helper, start, reasons } => {
            let (name, time) = (helper.name.full(), clock.time(*start));
            let what = match &row.from {
                Some(from) if from.id == helper.id => t!(lang, plan.same, name = name, time = time),
                Some(from) => t!(lang, plan.instead, from = from.name.full(), name = name, time = time),
                None => t!(lang, plan.comes, name = name, time = time),
            };
            let why = names::reasons_to_desk(lang, reasons, helper.name.given());
            view! {
                <article class="visit-card">
                    <h3 class="visit-card__title">{title}</h3>
                    <p class="visit-card__text">
                        <b>{what}</b>
                    </p>
                    <p class="visit-card__text">{why}</p>
                </article>
            }
            .into_any()
        }
        PlanRowOutcome::Nobody { failure, helpers } => view! {
            <article class="visit-card visit-card--problem">
                <p class="tag tag--problem">{t!(lang, desk.nobody)}</p>
                <h3 class="visit-card__title">{title}</h3>
                {failure.as_ref().map(|failure| why_nobody(clock, failure, helpers))}
            </article>
        }
        .into_any(),
    }
}

fn accepted(clock: &Clock, done: &[VisitView], changed: &[VisitView]) -> AnyView {
    let lang = clock.lang;
    let list = |title: String, visits: &[VisitView]| {
        let rows = visits
            .iter()
            .map(|visit| {
                view! {
                    <li>
                        <a href=format!("/desk/visit/{}", visit.visit)>{visit_title(clock, visit)}</a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <h2>{title}</h2>
            <ul>{rows}</ul>
        }
    };
    let nothing = done.is_empty().then(|| view! { <p>{t!(lang, plan.none_done)}</p> });
    let done = (!done.is_empty()).then(|| list(t!(lang, plan.done), done));
    let changed = (!changed.is_empty()).then(|| list(t!(lang, plan.changed), changed));
    view! {
        {nothing}
        {changed}
        {done}
        {ways_on(clock)}
    }
    .into_any()
}

fn over(clock: &Clock) -> AnyView {
    view! {
        <p>{t!(clock.lang, plan.unchanged)}</p>
        {ways_on(clock)}
    }
    .into_any()
}

fn ways_on(clock: &Clock) -> AnyView {
    view! {
        {link_button("/desk".to_owned(), t!(clock.lang, plan.to_board), None)}
        <p>
            <a href="/desk/plan">{t!(clock.lang, plan.again)}</a>
        </p>
    }
    .into_any()
}
