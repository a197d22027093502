//! One visit at the desk: put it to a given member within their limits, give it another time, or call it off with a
//! message.

use assignment::Rule;
use backend::{DeskVisit, Error, PersonBrief};
use domain::{Moment, VisitState};
use leptos::prelude::*;
use words::t;

use super::{coordinator, visit_title, why_nobody};
use crate::{
    components::{
        Action, Choice, Field, Kept, Legend, Page, Row, Width, button, form, kept, link_button, note_field, radios,
        summary_list, tag, tel, told_note,
    },
    format::{Clock, euros},
    names,
    pages::{
        clock, path_id,
        resident::{
            times::{Asked, choose},
            what::capital,
        },
    },
    visitor::Visitor,
};

/// `/desk/visit/:id`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let desk = visitor.backend.desk_visit(&visitor.caller, &id).await?;
    let kept_put = kept(&visitor, "desk-put").await?;
    let kept_off = kept(&visitor, "desk-call-off").await?;
    let visit = &desk.visit;
    let title =
        t!(lang, desk.visit_of, job = names::job(lang, visit.job), name = names::person(lang, &visit.resident.name));
    let helper = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
    let told = match visitor.asked("told") {
        "put" => Some(t!(lang, desk.told_put)),
        "called_off" => Some(t!(lang, desk.told_called_off)),
        "moved" => Some(t!(lang, my.told_moved)),
        _ => None,
    };
    let why = desk.failure.as_ref().map(|failure| {
        let helpers = failure.change.as_ref().map(|change| change_names(&desk, change)).unwrap_or_default();
        view! { <div class="note note--warn">{why_nobody(&clock, failure, &helpers)}</div> }
    });
    let reason = match (&visit.reasons, &helper) {
        (Some(reasons), Some(name)) => Some(names::reasons_to_desk(lang, reasons, name)),
        _ => None,
    };
    let open = !matches!(visit.state, VisitState::Done { .. } | VisitState::Cancelled(_) | VisitState::UnderWay { .. });
    let acts = open.then(|| {
        view! {
            {put(&clock, &kept_put, &desk)}
            {link_button(format!("/desk/visit/{id}/move"), t!(lang, my.other_time), None)}
            {call_off(&clock, &kept_off, &desk)}
        }
    });
    let body = view! {
        {kept_put.summary(lang)}
        {kept_off.summary(lang)}
        {told.map(told_note)}
        {tag(&clock, &visit.state, helper.as_deref())}
        <h1 class="heading">{title.clone()}</h1>
        {why}
        {summary_list(lang, rows(&clock, &desk))}
        {reason.map(|reason| view! { <p class="lead">{reason}</p> })}
        {acts}
        {history(&clock, &desk)}
    };
    let wrong = kept_put.has_problems() || kept_off.has_problems();
    Ok(Page::new(title, body).back("/desk").width(Width::Wide).wrong(wrong))
}

/// The first names of the members whom the change names.
fn change_names(desk: &DeskVisit, change: &assignment::Change) -> Vec<String> {
    let given = |id| desk.members.iter().find(|(person, _)| person.id == id).map(|(person, _)| person.name.given());
    change.members().into_iter().map(|id| given(id).unwrap_or_default().to_owned()).collect()
}

fn rows(clock: &Clock, desk: &DeskVisit) -> Vec<Row> {
    let lang = clock.lang;
    let visit = &desk.visit;
    let phone = visit.phone.as_ref().map(domain::PhoneNumber::national);
    let call = phone.map(|phone| view! { <a href=tel(&phone)>{phone.clone()}</a> }.into_any());
    let mut rows = vec![
        Row::new(t!(lang, order.check_when), view! { <b>{capital(&clock.window(visit.window))}</b> }),
        Row::new(t!(lang, order.check_where), visit.home.line()),
        Row::new(
            t!(lang, desk.resident),
            view! { <a href=format!("/desk/people/{}", visit.resident.id)>{names::person(lang, &visit.resident.name)}</a> },
        ),
        Row::new(t!(lang, lounge.phone), call.unwrap_or_else(|| t!(lang, demo.no_phone).into_any())),
        Row::new(t!(lang, my.price), euros(lang, visit.price)),
        Row::new(t!(lang, order.done_slip), visit.slip.to_string()),
        Row::new(
            t!(lang, order.check_strangers),
            if visit.strangers_welcome {
                t!(lang, order.check_strangers_yes)
            } else {
                t!(lang, order.check_strangers_no)
            },
        ),
    ];
    if !visit.note.is_empty() {
        rows.push(Row::new(t!(lang, order.check_note), visit.note.as_str().to_owned()));
    }
    rows
}

/// Members who can, to choose from; those who can't, with the rule.
fn put(clock: &Clock, kept: &Kept, desk: &DeskVisit) -> AnyView {
    let lang = clock.lang;
    let can: Vec<Choice> = desk
        .members
        .iter()
        .filter_map(|(person, answer)| answer.as_ref().ok().map(|start| choice(clock, person, *start)))
        .collect();
    let cannot = desk
        .members
        .iter()
        .filter_map(|(person, answer)| answer.as_ref().err().map(|rule| (person, *rule)))
        .map(|(person, rule): (&PersonBrief, Rule)| {
            view! { <li>{person.name.full()} ": " {names::rule(lang, rule)}</li> }
        })
        .collect_view();
    let choose = if can.is_empty() {
        view! { <p>{t!(lang, desk.nobody_can)}</p> }.into_any()
    } else {
        form(
            "/api/desk/put",
            view! {
                <input r#type="hidden" name="visit" value=desk.visit.visit.to_string() />
                <input r#type="hidden" name="version" value=desk.visit.version.to_string() />
                {radios(lang, kept, "member", Legend::question(t!(lang, desk.put_title)).hint(t!(lang, desk.put_hint)), "", can)}
                {button(Action::Main, t!(lang, desk.put_send))}
            },
        )
        .into_any()
    };
    view! {
        {choose}
        <details class="details">
            <summary class="details__summary">{t!(lang, desk.who_cannot)}</summary>
            <div class="details__text">
                <ul>{cannot}</ul>
            </div>
        </details>
    }
    .into_any()
}

fn choice(clock: &Clock, person: &PersonBrief, start: Moment) -> Choice {
    Choice::new(person.id.to_string(), person.name.full()).hint(t!(
        clock.lang,
        desk.would_start,
        time = clock.at(start)
    ))
}

fn call_off(clock: &Clock, kept: &Kept, desk: &DeskVisit) -> AnyView {
    let lang = clock.lang;
    let note = Field::new("note", t!(lang, desk.note), kept, "").hint(t!(lang, desk.note_hint));
    let fields = view! {
        <input r#type="hidden" name="visit" value=desk.visit.visit.to_string() />
        <input r#type="hidden" name="version" value=desk.visit.version.to_string() />
        {note_field(lang, kept, note)}
        {button(Action::Danger, t!(lang, desk.call_off))}
    };
    let open = kept.has_problems();
    view! {
        <details class="details" open=open>
            <summary class="details__summary">{t!(lang, desk.call_off_title)}</summary>
            <div class="details__text">{form("/api/desk/call-off", fields)}</div>
        </details>
    }
    .into_any()
}

fn history(clock: &Clock, desk: &DeskVisit) -> AnyView {
    let lang = clock.lang;
    let rows = desk
        .history
        .iter()
        .map(|(at, event, name)| {
            let name = name.clone().unwrap_or_default();
            view! { <li>{capital(&clock.at(*at))} ": " {names::event(lang, event, &name)}</li> }
        })
        .collect_view();
    view! {
        <h2>{t!(lang, desk.history)}</h2>
        <ul>{rows}</ul>
    }
    .into_any()
}

/// `/desk/visit/:id/move`
pub(crate) async fn times(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let desk = visitor.backend.desk_visit(&visitor.caller, &id).await?;
    let kept = kept(&visitor, "desk-move").await?;
    let offered = visitor.backend.move_times(&visitor.caller, &id).await?;
    let title = t!(lang, my.move_title);
    let lead = visit_title(&clock, &desk.visit);
    let body = if offered.windows.is_empty() {
        view! {
            <h1 class="heading">{title.clone()}</h1>
            <p>{t!(lang, my.move_nothing)}</p>
        }
        .into_any()
    } else {
        let asked = Asked { title: title.clone(), lead, chosen: String::new(), for_me: false };
        view! {
            {kept.summary(lang)}
            {form(
                "/api/desk/move",
                view! {
                    <input r#type="hidden" name="visit" value=id.clone() />
                    <input r#type="hidden" name="version" value=desk.visit.version.to_string() />
                    {choose(&clock, &kept, &offered, asked)}
                    {button(Action::Main, t!(lang, my.move_send))}
                },
            )}
        }
        .into_any()
    };
    Ok(Page::new(title, body).back(&format!("/desk/visit/{id}")).wrong(kept.has_problems()))
}
