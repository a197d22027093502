//! A resident at the desk: found by name or number, and, when they have asked for it or are gone, everything of theirs
//! stopped by one act, which can be taken back for some days.

use backend::{Error, LeavingView, ResidentView};
use leptos::prelude::*;
use words::t;

use super::coordinator;
use crate::{
    components::{
        Action, Field, Page, button, form, kept, one_button, paragraphs, summary_list, text_field, told_note,
    },
    pages::{clock, lounge::lounge_tabs, path_id, resident::data::ends},
    visitor::Visitor,
};

/// `/desk/people`
pub(crate) async fn find(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let kept = kept(&visitor, "desk-find").await?;
    let calls = visitor.backend.calls(&visitor.caller).await?.count();
    let searched = !visitor.asked("found").is_empty();
    let kept_query = if searched { visitor.backend.kept_form(&visitor.caller, "desk-found").await? } else { None };
    let query = kept_query.and_then(|form| form.values.into_iter().next()).map(|(_, query)| query);
    let found = match &query {
        Some(query) => visitor.backend.find_everybody(&visitor.caller, query).await?,
        None => Vec::new(),
    };
    let nobody =
        (query.is_some() && found.is_empty()).then(|| view! { <p role="status">{t!(lang, data.found_none)}</p> });
    let title = t!(lang, data.desk_title);
    let field = Field::new("query", t!(lang, lounge.find_label), &kept, query.unwrap_or_default())
        .hint(t!(lang, lounge.find_hint));
    let rows = found.iter().map(|resident| row(&visitor, resident)).collect_view();
    let body = view! {
        {lounge_tabs(&visitor, calls)}
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {form(
            "/api/desk/find",
            view! {
                {text_field(lang, &kept, field)}
                {button(Action::Main, t!(lang, lounge.find_send))}
            },
        )}
        {nobody}
        {rows}
        <p>
            <a href="/desk/same">{t!(lang, same.title)}</a>
        </p>
        <p>
            <a href="/desk/unconfirmed">{t!(lang, correct.unconfirmed_title)}</a>
        </p>
    };
    Ok(Page::new(title, body).wrong(kept.has_problems()))
}

fn row(visitor: &Visitor, resident: &ResidentView) -> AnyView {
    let lang = visitor.lang();
    let (id, name) = (resident.person.id, resident.person.name.full());
    let details = [
        resident.home.as_ref().map(|(_, home)| home.line()),
        resident.phone.as_ref().map(domain::PhoneNumber::national),
        resident.birth_year.map(|year| t!(lang, lounge.born, year = year)),
    ];
    let line = details.into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <article class="visit-card">
            <h2 class="visit-card__title">{name.clone()}</h2>
            <p class="visit-card__text">{line}</p>
            <p>
                <a href=format!("/desk/people/{id}")>{t!(lang, people.title_of, name = name.clone())}</a>
            </p>
            <p>
                <a href=format!("/desk/people/{id}/correct")>{t!(lang, correct.desk_title, name = name.clone())}</a>
            </p>
            <p>
                <a href=format!("/desk/people/{id}/leave")>{t!(lang, data.desk_leave, name = name)}</a>
            </p>
        </article>
    }
    .into_any()
}

/// `/desk/people/:id/leave`
pub(crate) async fn leave(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let id = path_id(&visitor, 3);
    let leaving = visitor.backend.leaving_of(&visitor.caller, &id).await?;
    let kept = kept(&visitor, "desk-stop").await?;
    let title = t!(lang, data.desk_leave, name = leaving.person.name.full());
    let told = match visitor.asked("told") {
        "stopped" => Some(t!(lang, data.told_stopped)),
        "resumed" => Some(t!(lang, data.told_resumed)),
        _ => None,
    };
    let body = view! {
        {kept.summary(lang)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        {what(&visitor, &leaving)}
    };
    Ok(Page::new(title, body).back("/desk/people").wrong(kept.has_problems()))
}

fn what(visitor: &Visitor, leaving: &LeavingView) -> AnyView {
    let lang = visitor.lang();
    let carries = vec![("person", leaving.person.id.to_string())];
    if leaving.works_here {
        return view! { <p class="note note--warn">{t!(lang, data.desk_works_here)}</p> }.into_any();
    }
    if let Some(at) = leaving.erase_at {
        let clock = clock(visitor);
        let date = clock.full_date(clock.zone.date(at));
        return view! {
            <p class="note">{t!(lang, data.desk_stopped, date = date)}</p>
            <p>{t!(lang, data.desk_resume_hint)}</p>
            {one_button("/api/desk/resume", Action::Other, t!(lang, data.desk_resume), carries)}
        }
        .into_any();
    }
    view! {
        <p class="lead">{t!(lang, data.desk_lead)}</p>
        {summary_list(lang, ends(visitor, leaving))}
        {paragraphs(vec![
            t!(lang, data.desk_now),
            t!(lang, data.desk_later, days = leaving.days),
            t!(lang, data.stays),
        ])}
        {one_button("/api/desk/stop", Action::Danger, t!(lang, data.desk_stop), carries)}
    }
    .into_any()
}
