//! Omat tilaukset: coming visits first, then the past ones.

use backend::{Error, VisitView};
use domain::{Role, VisitState};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Page, steps, tag, told_note},
    format::Clock,
    islands::Refresh,
    names,
    pages::{clock, fingerprint, resident::what::capital, signed_in},
    visitor::Visitor,
};

/// `/my`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let visits = visitor.backend.my_visits(&visitor.caller).await?;
    let seen = fingerprint(&visitor, "my").await?;
    let myself = visitor.caller.person.as_ref().map(|person| person.id);
    let (coming, past): (Vec<VisitView>, Vec<VisitView>) = visits.into_iter().partition(is_coming);
    let title = t!(lang, my.title);
    let none = coming.is_empty().then(|| view! { <p>{t!(lang, my.none)}</p> });
    let cards = coming.iter().map(|visit| card(&clock, visit, myself == Some(visit.resident.id))).collect_view();
    let old =
        past.iter().rev().take(20).map(|visit| card(&clock, visit, myself == Some(visit.resident.id))).collect_view();
    let past_title = (!past.is_empty()).then(|| view! { <h2>{t!(lang, my.past)}</h2> });
    let linked = visitor.caller.by_linked_phone();
    let told = (linked && visitor.asked("told") == "linked").then(|| told_note(t!(lang, phones.told_joined)));
    let people = (!linked).then(|| line("/my/people", t!(lang, people.link)));
    let data = (!linked).then(|| line("/my/data", t!(lang, data.link)));
    let email = (!linked && visitor.backend.settings().emails).then(|| line("/my/email", t!(lang, email.link)));
    let doors = (!linked && visitor.is(Role::Resident)).then(|| line("/my/doors", t!(lang, door.link)));
    let phones = visitor
        .is(Role::Resident)
        .then(|| line("/my/phones", if linked { t!(lang, phones.this_link) } else { t!(lang, phones.link) }));
    let passkeys = (!linked).then(|| line("/my/passkeys", t!(lang, passkeys.link)));
    let body = view! {
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <Refresh seen=seen what="my".to_owned() every=20 />
        {none}
        {cards}
        <a class="button" href="/">
            {t!(lang, my.order_more)}
        </a>
        {people}
        {data}
        {email}
        {doors}
        {phones}
        {passkeys}
        {past_title}
        {old}
    };
    Ok(Page::new(title, body))
}

/// A line that leads to another page of theirs.
fn line(page: &'static str, words: String) -> AnyView {
    view! {
        <p>
            <a href=page>{words}</a>
        </p>
    }
    .into_any()
}

fn is_coming(visit: &VisitView) -> bool {
    !visit.state.is_over()
}

fn card(clock: &Clock, visit: &VisitView, mine: bool) -> AnyView {
    let lang = clock.lang;
    let helper = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
    let title = if visit.state == VisitState::Open {
        names::job(lang, visit.job)
    } else {
        t!(lang, my.card_title, job = names::service(lang, visit.job.service()), window = clock.window(visit.window))
    };
    let text = match (&visit.state, helper.as_deref()) {
        (VisitState::Offered { expires, .. }, Some(name)) => {
            Some(t!(lang, my.asked, name = name, by = clock.by(*expires)))
        }
        (VisitState::Open | VisitState::Reserved { .. }, _) => {
            visit.ring_by.map(|by| t!(lang, my.ring, by = clock.by(by)))
        }
        _ => None,
    };
    let class = match visit.state {
        VisitState::Open => "visit-card visit-card--problem",
        VisitState::Agreed { .. } | VisitState::UnderWay { .. } => "visit-card visit-card--next",
        _ => "visit-card",
    };
    let under_way = matches!(visit.state, VisitState::UnderWay { .. } | VisitState::Agreed { .. });
    let way = under_way.then(|| steps(clock, &visit.state));
    let whose = (!mine).then(|| view! { <p class="visit-card__text">{visit.resident.name.full()}</p> });
    let action = match (&visit.state, visit.feedback) {
        (VisitState::Done { .. }, None) => t!(lang, my.how_was_it),
        (VisitState::Done { .. } | VisitState::Cancelled(_), _) => t!(lang, my.look),
        _ => t!(lang, my.look_or_change),
    };
    let described = capital(&title);
    view! {
        <article class=class>
            {tag(clock, &visit.state, helper.as_deref())}
            <h3 class="visit-card__title">{described.clone()}</h3>
            {whose}
            {text.map(|text| view! { <p class="visit-card__text">{text}</p> })}
            {way}
            <p>
                <a class="visit-card__link" href=format!("/my/visit/{}", visit.visit)>
                    {action}
                    <span class="visually-hidden">{t!(lang, common.change_what, what = described)}</span>
                </a>
            </p>
        </article>
    }
    .into_any()
}
