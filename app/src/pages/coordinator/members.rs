//! Everybody who works, and one of them with their coming visits: the desk marks away whoever can't come.

use backend::{DeskMember, Error, MemberLine, VisitView};
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use words::t;

use super::{coordinator, visit_title};
use crate::{
    components::{
        Action, Choice, Kept, Legend, Page, Width, button, form, kept, one_button, radios, tag, tel, told_note,
    },
    format::Clock,
    names,
    pages::{clock, lounge::lounge_tabs, path_id, resident::what::capital},
    visitor::Visitor,
};

/// For how many days from today somebody can be marked away.
const LENGTHS: [u64; 5] = [1, 2, 3, 7, 14];

/// `/desk/members`
pub(crate) async fn list(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let members = visitor.backend.members(&visitor.caller).await?;
    let calls = visitor.backend.calls(&visitor.caller).await?.count();
    let title = t!(lang, away.title);
    let rows = members.iter().map(|member| card(&clock, member)).collect_view();
    let body = view! {
        {lounge_tabs(&visitor, calls)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, away.lead)}</p>
        {rows}
    };
    Ok(Page::new(title, body).width(Width::Wide))
}

fn card(clock: &Clock, member: &MemberLine) -> AnyView {
    let lang = clock.lang;
    let skills: Vec<String> = member.skills.iter().map(|skill| names::service(lang, *skill)).collect();
    view! {
        <article class="visit-card">
            {member.away.map(|until| away_tag(clock, until))}
            <h2 class="visit-card__title">
                <a href=format!("/desk/members/{}", member.person.id)>{member.person.name.full()}</a>
            </h2>
            <p class="visit-card__text">{skills.join(", ")}</p>
            <p class="visit-card__text">{t!(lang, away.visits, count = member.visits)}</p>
        </article>
    }
    .into_any()
}

fn away_tag(clock: &Clock, until: NaiveDate) -> AnyView {
    let words = t!(clock.lang, away.until, date = clock.short_date(until));
    view! { <p class="tag tag--problem">{words}</p> }.into_any()
}

/// `/desk/members/:id`
pub(crate) async fn one(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let member = visitor.backend.desk_member(&visitor.caller, &id).await?;
    let kept = kept(&visitor, "desk-away").await?;
    let title = member.person.name.full();
    let told = match visitor.asked("told") {
        "away" => Some(t!(lang, away.told_away)),
        "back" => Some(t!(lang, away.told_back)),
        _ => None,
    };
    let skills: Vec<String> = member.skills.iter().map(|skill| names::service(lang, *skill)).collect();
    let call = member.phone.as_ref().map(|phone| {
        let shown = phone.national();
        view! {
            <p>
                <a href=tel(&shown)>{shown.clone()}</a>
            </p>
        }
    });
    let visits = member.visits.iter().map(|visit| row(&clock, visit)).collect_view();
    let none = member.visits.is_empty().then(|| view! { <p>{t!(lang, away.none)}</p> });
    let body = view! {
        {kept.summary(lang)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        {member.away.map(|until| away_tag(&clock, until))}
        <p class="lead">{skills.join(", ")}</p>
        {call}
        {presence(&clock, &kept, &member)}
        <h2>{t!(lang, away.coming)}</h2>
        {none}
        {visits}
    };
    Ok(Page::new(title, body).back("/desk/members").width(Width::Wide).wrong(kept.has_problems()))
}

/// Marks them away, or back.
fn presence(clock: &Clock, kept: &Kept, member: &DeskMember) -> AnyView {
    let lang = clock.lang;
    let id = member.person.id.to_string();
    let back = member.away.map(|_| {
        view! {
            <p>{t!(lang, away.no_offers)}</p>
            {one_button("/api/desk/back", Action::Other, t!(lang, away.back_send), vec![("member", id.clone())])}
            <p class="lead">{t!(lang, away.back_hint)}</p>
        }
    });
    let mark = member.away.is_none().then(|| {
        let legend = Legend::question(t!(lang, away.how_long));
        view! {
            <h2>{t!(lang, away.mark_title)}</h2>
            <p>{t!(lang, away.mark_lead)}</p>
            {form(
                "/api/desk/away",
                view! {
                    <input r#type="hidden" name="member" value=id.clone() />
                    {radios(lang, kept, "days", legend, "", lengths(clock))}
                    {button(Action::Danger, t!(lang, away.mark_send))}
                },
            )}
        }
    });
    view! {
        {back}
        {mark}
    }
    .into_any()
}

fn lengths(clock: &Clock) -> Vec<Choice> {
    let today = clock.zone.date(clock.now);
    LENGTHS
        .iter()
        .map(|days| {
            let last = today.checked_add_days(Days::new(days - 1)).unwrap_or(today);
            let words = if last == today {
                t!(clock.lang, away.only_today)
            } else {
                capital(&t!(clock.lang, away.to_date, date = clock.short_date(last)))
            };
            Choice::new(days.to_string(), words)
        })
        .collect()
}

fn row(clock: &Clock, visit: &VisitView) -> AnyView {
    let title = visit_title(clock, visit);
    view! {
        <article class="visit-card">
            {tag(clock, &visit.state, visit.helper.as_ref().map(|helper| helper.name.given()))}
            <h3 class="visit-card__title">
                <a href=format!("/desk/visit/{}", visit.visit)>{title}</a>
            </h3>
        </article>
    }
    .into_any()
}
