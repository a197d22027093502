//! One visit: how far it has come, cancelling it, another time, and how it went.

use backend::{Error, VisitView};
use domain::VisitState;
use leptos::prelude::*;
use words::t;

use super::{
    done::{slip_note, what_happens},
    times::{Asked, choose},
};
use crate::{
    components::{
        Action, Choice, Kept, Legend, Page, Row, button, form, kept, link_button, one_button, radios, steps,
        summary_list, tag, told_note,
    },
    format::{Clock, euros, length},
    islands::Refresh,
    names,
    pages::{clock, fingerprint, path_id, resident::what::capital},
    visitor::Visitor,
};

/// `/my/visit/:id`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let visit = visitor.backend.visit(&visitor.caller, &id).await?;
    let kept = kept(&visitor, "visit-feedback").await?;
    let seen = fingerprint(&visitor, &format!("visit/{id}")).await?;
    let helper = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
    let title = capital(&names::job(lang, visit.job));
    let told = match visitor.asked("told") {
        "cancelled" => Some(t!(lang, my.told_cancelled)),
        "moved" => Some(t!(lang, my.told_moved)),
        "thanks" => Some(t!(lang, my.told_thanks)),
        _ => None,
    };
    let waiting = matches!(visit.state, VisitState::Offered { .. } | VisitState::Open | VisitState::Reserved { .. })
        .then(|| {
            let (heading, text) = what_happens(&visitor, &visit);
            view! {
                <div class="note">
                    <h2 class="note__title">{heading}</h2>
                    {visit.nobody.as_ref().map(|nobody| view! { <p>{names::failure_to_resident(&clock, nobody)}</p> })}
                    <p>{text}</p>
                </div>
            }
        });
    let can_change = matches!(
        visit.state,
        VisitState::Open | VisitState::Reserved { .. } | VisitState::Offered { .. } | VisitState::Agreed { .. }
    );
    let change = can_change.then(|| {
        view! {
            <div class="button-row">
                {link_button(format!("/my/visit/{id}/move"), t!(lang, my.other_time), None)}
                {link_button(format!("/my/visit/{id}/cancel"), t!(lang, my.cancel), None)}
            </div>
        }
    });
    let feedback = matches!(visit.state, VisitState::Done { .. }).then(|| feedback(&visitor, &kept, &visit));
    let slip = (!visit.state.is_over()).then(|| {
        view! {
            {slip_note(&clock, &visit)}
            <p>
                <a href=format!("/order/slip?order={}", visit.order)>{t!(lang, order.done_print)}</a>
            </p>
        }
    });
    let body = view! {
        <Refresh seen=seen what=format!("visit/{id}") every=20 />
        {kept.summary(lang)}
        {told.map(told_note)}
        {tag(&clock, &visit.state, helper.as_deref())}
        <h1 class="heading">{title.clone()}</h1>
        {steps(&clock, &visit.state)}
        {waiting}
        {summary_list(lang, rows(&clock, &visit))}
        {feedback}
        {change}
        {slip}
    };
    Ok(Page::new(title, body).back("/my").wrong(kept.has_problems()))
}

fn rows(clock: &Clock, visit: &VisitView) -> Vec<Row> {
    let lang = clock.lang;
    let mut rows = Vec::new();
    if visit.state != VisitState::Open {
        rows.push(Row::new(t!(lang, order.check_when), view! { <b>{capital(&clock.window(visit.window))}</b> }));
    }
    if let Some(helper) = &visit.helper {
        rows.push(Row::new(t!(lang, order.check_strangers), helper.name.given().to_owned()));
    }
    if let (Some(helper), Some(reasons), false) = (&visit.helper, &visit.reasons, visit.state.is_over()) {
        let why = names::reasons_to_resident(lang, reasons);
        rows.push(Row::new(t!(lang, reason.resident_why, name = helper.name.given()), why));
    }
    rows.push(Row::new(t!(lang, order.check_where), visit.home.line()));
    rows.push(Row::new(t!(lang, order.check_who), visit.resident.name.full()));
    let time = t!(lang, job.about_minutes, time = length(lang, visit.minutes));
    rows.push(Row::new(t!(lang, my.length), time));
    rows.push(Row::new(t!(lang, my.price), euros(lang, visit.price)));
    if !visit.note.is_empty() {
        rows.push(Row::new(t!(lang, order.check_note), visit.note.as_str().to_owned()));
    }
    rows
}

fn feedback(visitor: &Visitor, kept: &Kept, visit: &VisitView) -> AnyView {
    let lang = visitor.lang();
    let choices = vec![
        Choice::new("5", t!(lang, my.feedback_5)),
        Choice::new("4", t!(lang, my.feedback_4)),
        Choice::new("3", t!(lang, my.feedback_3)),
        Choice::new("2", t!(lang, my.feedback_2)),
        Choice::new("1", t!(lang, my.feedback_1)),
    ];
    let chosen = visit.feedback.map(|number| number.to_string()).unwrap_or_default();
    let legend = Legend::question(t!(lang, my.feedback_title)).hint(t!(lang, my.feedback_hint));
    form(
        "/api/visit/feedback",
        view! {
            <input r#type="hidden" name="visit" value=visit.visit.to_string() />
            {radios(lang, kept, "number", legend, &chosen, choices)}
            {button(Action::Main, t!(lang, my.feedback_send))}
        },
    )
}

/// `/my/visit/:id/move`
pub(crate) async fn times(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let visit = visitor.backend.visit(&visitor.caller, &id).await?;
    let kept = kept(&visitor, "visit-move").await?;
    let offered = visitor.backend.move_times(&visitor.caller, &id).await?;
    let title = t!(lang, my.move_title);
    let lead =
        t!(lang, my.move_lead, job = names::service(lang, visit.job.service()), window = clock.window(visit.window));
    let myself = visitor.caller.person.as_ref().map(|person| person.id);
    let body = if offered.windows.is_empty() {
        view! {
            <h1 class="heading">{title.clone()}</h1>
            <p>{t!(lang, my.move_nothing)}</p>
        }
        .into_any()
    } else {
        let asked =
            Asked { title: title.clone(), lead, chosen: String::new(), for_me: myself == Some(visit.resident.id) };
        view! {
            {kept.summary(lang)}
            {form(
                "/api/visit/move",
                view! {
                    <input r#type="hidden" name="visit" value=id.clone() />
                    <input r#type="hidden" name="version" value=visit.version.to_string() />
                    {choose(&clock, &kept, &offered, asked)}
                    {button(Action::Main, t!(lang, my.move_send))}
                },
            )}
        }
        .into_any()
    };
    Ok(Page::new(title, body).back(&format!("/my/visit/{id}")).wrong(kept.has_problems()))
}

/// `/my/visit/:id/cancel`: asks once more, and says what it means.
pub(crate) async fn cancel(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let visit = visitor.backend.visit(&visitor.caller, &id).await?;
    let title = t!(lang, my.cancel_title);
    let what =
        t!(lang, my.card_title, job = names::service(lang, visit.job.service()), window = clock.window(visit.window));
    let cost = if visit.cancel_free { t!(lang, my.cancel_free) } else { t!(lang, my.cancel_late) };
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{capital(&what)}</p>
        <p>{cost}</p>
        {one_button(
            "/api/visit/cancel",
            Action::Danger,
            t!(lang, my.cancel_send),
            vec![("visit", id.clone()), ("version", visit.version.to_string())],
        )}
        <p>
            <a href=format!("/my/visit/{id}")>{t!(lang, my.cancel_keep)}</a>
        </p>
    };
    Ok(Page::new(title, body).back(&format!("/my/visit/{id}")))
}
