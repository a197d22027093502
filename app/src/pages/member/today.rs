//! The member's day: how they are today, and their visits in order with addresses and the next step of each.

use backend::{DayView, Door, Error, MemberVisit, Refusal};
use domain::{Step, Strength, VisitState};
use leptos::prelude::*;
use words::t;

use super::{member, member_tabs};
use crate::{
    components::{Action, Page, Width, kept, one_button, tag, tel, told_note},
    format::Clock,
    islands::Refresh,
    names,
    pages::{clock, fingerprint, path_id, resident::what::capital},
    visitor::Visitor,
};

/// `/member/today`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let today = clock.zone.date(clock.now);
    let day = visitor.backend.day(&visitor.caller, today).await?;
    let offers = visitor.backend.offers(&visitor.caller).await?.len();
    let kept = kept(&visitor, "today").await?;
    let seen = fingerprint(&visitor, "today").await?;
    let title = t!(lang, member.today_title, date = clock.short_date(today));
    let told = match visitor.asked("told") {
        "accepted" => Some(t!(lang, member.told_accepted)),
        "given_back" => Some(t!(lang, member.told_given_back)),
        "strength" => Some(t!(lang, member.told_strength)),
        _ => None,
    };
    let waiting = (offers > 0).then(|| {
        view! {
            <p>
                <a href="/member/offers">{t!(lang, member.offers_waiting, count = offers)}</a>
            </p>
        }
    });
    let empty = day.visits.is_empty().then(|| view! { <p>{t!(lang, member.no_visits)}</p> });
    let visits = day.visits.iter().map(|visit| card(&clock, visit)).collect_view();
    let away = day.away.map(|until| {
        let settings = visitor.backend.settings();
        let phone = settings.coop.desk_phone.as_str();
        let words = t!(lang, member.away, date = clock.short_date(until), phone = phone);
        view! {
            <div class="note note--warn">
                <p>{words}</p>
            </div>
        }
    });
    let next = day.next.as_ref().map(|visit| {
        view! {
            <h2>{t!(lang, member.next)}</h2>
            {card(&clock, visit)}
        }
    });
    let body = view! {
        {member_tabs(&visitor, offers)}
        <Refresh seen=seen what="today".to_owned() every=20 />
        {kept.summary(lang)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, member.updated, time = clock.time(clock.now))}</p>
        {away}
        {waiting}
        {strength(&visitor, &day)}
        {empty}
        {visits}
        {next}
    };
    Ok(Page::new(title, body).width(Width::Member))
}

/// "Millainen vointi tänään?": three buttons, the one that holds pressed.
fn strength(visitor: &Visitor, day: &DayView) -> AnyView {
    let lang = visitor.lang();
    let buttons = [
        (Strength::Normal, t!(lang, member.strength_normal)),
        (Strength::Less, t!(lang, member.strength_less)),
        (Strength::Pause, t!(lang, member.strength_pause)),
    ]
    .map(|(strength, words)| {
        let pressed = if strength == day.strength { "true" } else { "false" };
        view! {
            <button class="button button--secondary" name="strength" value=strength.code() aria-pressed=pressed>
                {words}
            </button>
        }
    });
    let means = match day.strength {
        Strength::Normal => t!(lang, member.strength_normal_means),
        Strength::Less => t!(lang, member.strength_less_means),
        Strength::Pause => t!(lang, member.strength_pause_means),
    };
    view! {
        <form class="note" method="post" action="/api/member/strength">
            <h2 class="note__title">{t!(lang, member.strength_title)}</h2>
            <div class="button-row button-row--even">{buttons.into_iter().collect_view()}</div>
            <p>
                <small>{means}</small>
            </p>
        </form>
    }
    .into_any()
}

fn card(clock: &Clock, visit: &MemberVisit) -> AnyView {
    let lang = clock.lang;
    let id = visit.visit.to_string();
    let class = match visit.state {
        VisitState::UnderWay { .. } => "visit-card visit-card--next",
        _ => "visit-card",
    };
    let who = match &visit.home {
        Some(home) => format!("{}, {}", visit.resident.short(), home.line()),
        None => visit.resident.short(),
    };
    let today = clock.zone.date(visit.start) == clock.zone.date(clock.now);
    let when = if today { clock.hours(visit.window) } else { capital(&clock.window_short(visit.window)) };
    let start =
        t!(lang, member.start, time = clock.time(visit.start), length = crate::format::length(lang, visit.minutes));
    let step = visit.state.next_step().filter(|_| today).map(|step| {
        let words = match step {
            Step::OnWay => t!(lang, member.step_on_way),
            Step::Started => t!(lang, member.step_started),
            Step::Done => t!(lang, member.step_done),
        };
        one_button(
            "/api/member/step",
            Action::Main,
            words,
            vec![("visit", id.clone()), ("step", step.code().to_owned())],
        )
    });
    let call = visit.phone.as_ref().filter(|_| !matches!(visit.state, VisitState::Done { .. })).map(|phone| {
        let shown = phone.national();
        view! {
            <p>
                <a href=tel(&shown)>{t!(lang, member.call, name = visit.resident.given(), phone = shown)}</a>
            </p>
        }
    });
    let can_give_back = matches!(visit.state, VisitState::Agreed { .. } | VisitState::UnderWay { started: None, .. });
    let give_back = can_give_back.then(|| {
        view! {
            <p>
                <a href=format!("/member/give-back/{id}")>
                    {t!(lang, member.give_back)}
                    <span class="visually-hidden">{t!(lang, common.change_what, what = who.clone())}</span>
                </a>
            </p>
        }
    });
    let note =
        (!visit.note.is_empty()).then(|| view! { <p class="visit-card__text">{visit.note.as_str().to_owned()}</p> });
    let door = match visit.door {
        Door::From(at) => {
            Some(view! { <p class="visit-card__text">{t!(lang, door.from, at = clock.at(at))}</p> }.into_any())
        }
        Door::Now => Some(one_button("/member/door", Action::Other, t!(lang, door.show), vec![("visit", id.clone())])),
        Door::Open | Door::Over => None,
    };
    let state = (!matches!(visit.state, VisitState::Agreed { .. })).then(|| tag(clock, &visit.state, None));
    view! {
        <article class=class>
            <p class="tag tag--agreed">{format!("{when} · {}", names::service(lang, visit.job.service()))}</p>
            {state}
            <h3 class="visit-card__title">{who}</h3>
            <p class="visit-card__text">{capital(&names::job_kind(lang, visit.job))} ". " {start}</p>
            {note}
            {call}
            {door}
            {step}
            {give_back}
        </article>
    }
    .into_any()
}

/// `/member/give-back/:id`: asks once more. No reason is asked.
pub(crate) async fn give_back(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let day = visitor.backend.day(&visitor.caller, clock.zone.date(clock.now)).await?;
    let visit = day.visits.into_iter().chain(day.next).find(|visit| visit.visit.to_string() == id);
    let visit = visit.ok_or(Error::Refused(Refusal::NotYours))?;
    let title = t!(lang, member.give_back_title);
    let what =
        t!(lang, my.card_title, job = names::service(lang, visit.job.service()), window = clock.window(visit.window));
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{capital(&what)}</p>
        <p>{t!(lang, member.give_back_means)}</p>
        {one_button("/api/member/give-back", Action::Main, t!(lang, member.give_back_send), vec![("visit", id)])}
        <p>
            <a href="/member/today">{t!(lang, member.give_back_keep)}</a>
        </p>
    };
    Ok(Page::new(title, body).back("/member/today").width(Width::Member))
}
