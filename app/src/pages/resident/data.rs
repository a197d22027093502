//! Mitä sinusta tiedetään: everything that is held of the reader, counted and in words; how long it is kept; taking it away;
//! leaving, in two steps; and the page on which somebody who has left arrives.

use backend::{Error, LeavingView, OwnTable};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Page, Row, link_button, one_button, paragraphs, summary_list, told_note},
    names,
    pages::{clock, signed_in_by_code},
    visitor::Visitor,
};

/// `/my/data`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    let tables = visitor.backend.own_data(&visitor.caller).await?;
    let title = t!(lang, data.title);
    let coop = visitor.coop();
    let kept = vec![
        t!(lang, data.kept_short, phone_days = backend::LONGEST_PHONE.0 / (24 * 60)),
        t!(lang, data.kept_messages, days = coop.messages_days),
        t!(lang, data.kept_visits),
    ];
    let told = match visitor.asked("told") {
        "name" => Some(t!(lang, correct.told_name)),
        "number" => Some(t!(lang, correct.told_number)),
        _ => None,
    };
    let body = view! {
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, data.lead)}</p>
        {summary_list(lang, rows(&visitor, &tables))}
        <p>
            <a href="/my/people">{t!(lang, people.link)}</a>
        </p>
        <h2>{t!(lang, data.kept_title)}</h2>
        {paragraphs(kept)}
        <h2>{t!(lang, data.correct_title)}</h2>
        <p>{t!(lang, data.correct)}</p>
        <h2>{t!(lang, data.export_title)}</h2>
        <p>{t!(lang, data.export_hint)}</p>
        {one_button("/my/data/export", Action::Other, t!(lang, data.export), vec![])}
        <h2>{t!(lang, data.leave_title)}</h2>
        <p>{t!(lang, data.leave_hint)}</p>
        {link_button("/my/data/leave".to_owned(), t!(lang, data.leave_link), None)}
    };
    Ok(Page::new(title, body).back("/my"))
}

/// What there is, and how much of it.
fn rows(visitor: &Visitor, tables: &[OwnTable]) -> Vec<Row> {
    let lang = visitor.lang();
    let table = |name: &str| tables.iter().find(|table| table.name == name);
    let count = |name: &str| table(name).map_or(0, |table| table.rows.len()).to_string();
    let cell = |name: &str, column: &str| {
        let table = table(name)?;
        let at = table.columns.iter().position(|known| *known == column)?;
        table.rows.first()?.get(at).filter(|cell| !cell.is_empty()).cloned()
    };
    let none = || t!(lang, data.nothing);
    let name = [cell("person", "given"), cell("person", "family")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let homes: Vec<String> = table("homes")
        .map(|table| table.rows.iter().filter_map(|row| row.first().cloned()).collect())
        .unwrap_or_default();
    let homes = if homes.is_empty() { none() } else { homes.join(", ") };
    let email = Row::new(t!(lang, data.email), cell("person", "email").unwrap_or_else(none));
    let mut rows = vec![
        Row::new(t!(lang, data.name), name).change("/my/data/name"),
        Row::new(t!(lang, data.phone), cell("person", "phone").unwrap_or_else(none)).change("/my/data/number"),
        if visitor.backend.settings().emails { email.change("/my/email") } else { email },
        Row::new(t!(lang, data.birth_year), cell("person", "birth_year").unwrap_or_else(none)),
        Row::new(t!(lang, data.language), names::language(visitor.caller.language).1).change("/my/data/name"),
        Row::new(t!(lang, data.homes), homes),
        Row::new(t!(lang, data.visits), count("visits")),
        Row::new(t!(lang, data.permissions), count("permissions")),
        Row::new(t!(lang, data.invited), count("invited")),
        Row::new(t!(lang, data.requested), count("requested")),
        Row::new(t!(lang, data.messages), count("messages")),
        Row::new(t!(lang, data.sessions), count("sessions")),
        Row::new(t!(lang, data.passkeys), count("passkeys")),
        Row::new(t!(lang, data.by_others), count("done_by_others")),
    ];
    if table("limits").is_some() {
        rows.push(Row::new(t!(lang, data.work), count("work")));
        rows.push(Row::new(t!(lang, data.limits), t!(lang, data.limits_text)));
    }
    rows
}

/// `/my/data/leave`
pub(crate) async fn leave(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    let leaving = visitor.backend.leaving(&visitor.caller).await?;
    let title = t!(lang, data.sure_title);
    let what = if leaving.works_here {
        view! { <p class="note note--warn">{t!(lang, problem.works_here)}</p> }.into_any()
    } else {
        view! {
            <p class="lead">{t!(lang, data.sure_lead)}</p>
            {summary_list(lang, ends(&visitor, &leaving))}
            <h2>{t!(lang, data.goes_title)}</h2>
            {paragraphs(vec![
                t!(lang, data.goes_now),
                t!(lang, data.goes_later, days = leaving.days),
            ])}
            <h2>{t!(lang, data.stays_title)}</h2>
            <p>{t!(lang, data.stays)}</p>
            {one_button("/api/data/leave", Action::Danger, t!(lang, data.leave), vec![])}
        }
        .into_any()
    };
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        {what}
        <p>
            <a href="/my/data">{t!(lang, data.stay)}</a>
        </p>
    };
    Ok(Page::new(title, body).back("/my/data"))
}

/// What ends, in counts.
pub(crate) fn ends(visitor: &Visitor, leaving: &LeavingView) -> Vec<Row> {
    let lang = visitor.lang();
    let mut rows = vec![
        Row::new(t!(lang, data.ends_visits), leaving.coming.to_string()),
        Row::new(t!(lang, data.ends_permissions), leaving.mandates.to_string()),
        Row::new(t!(lang, data.stays_visits), leaving.past.to_string()),
    ];
    if leaving.begun > 0 {
        rows.push(Row::new(t!(lang, data.begun), t!(lang, data.begun_text)));
    }
    if let Some(at) = leaving.erase_at {
        let clock = clock(visitor);
        rows.push(Row::new(t!(lang, data.erased_on), clock.full_date(clock.zone.date(at))));
    }
    rows
}

/// `/goodbye`: whoever has left isn't signed in any more, so nothing here is about anybody.
pub(crate) async fn gone(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let coop = visitor.coop();
    let title = t!(lang, data.gone_title);
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        {paragraphs(vec![
            t!(lang, data.gone),
            t!(lang, data.gone_days, days = coop.erasure_days, phone = coop.desk_phone.clone()),
        ])}
    };
    Ok(Page::new(title, body))
}
