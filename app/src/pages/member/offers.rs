//! Offers: what, roughly where, when, how heavy, how long, what it pays, what it does to one's own limits, and until
//! when it stands. The street only after accepting.

use backend::{Error, OfferView};
use domain::Minutes;
use leptos::prelude::*;
use words::{Lang, t};

use super::{member, member_tabs};
use crate::{
    components::{Action, Page, Row, Width, one_button, summary_list, told_note},
    format::{Clock, distance, euros, length},
    islands::{Countdown, Refresh},
    names,
    pages::{clock, fingerprint, path_id, resident::what::capital},
    visitor::Visitor,
};

/// `/member/offers`
pub(crate) async fn list(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let offers = visitor.backend.offers(&visitor.caller).await?;
    let seen = fingerprint(&visitor, "offers").await?;
    let title = t!(lang, member.offers_title);
    let told = (visitor.asked("told") == "declined").then(|| told_note(t!(lang, member.told_declined)));
    let count = offers.len();
    let empty = offers.is_empty().then(|| view! { <p>{t!(lang, member.no_offers)}</p> });
    let cards = offers
        .iter()
        .map(|offer| {
            let heading = t!(
                lang,
                member.offer_title,
                job = names::service(lang, offer.job.service()),
                district = offer.district.clone()
            );
            let line = format!(
                "{}, {}, {}",
                clock.window_short(offer.window),
                length(lang, offer.minutes),
                euros(lang, offer.pay)
            );
            view! {
                <article class="visit-card visit-card--next">
                    {countdown(&clock, offer)}
                    <h2 class="visit-card__title">{heading.clone()}</h2>
                    <p class="visit-card__text">{capital(&line)}</p>
                    <p>
                        <a class="button button--secondary" href=format!("/member/offers/{}", offer.offer)>
                            {t!(lang, member.look)}
                            <span class="visually-hidden">{t!(lang, common.change_what, what = heading)}</span>
                        </a>
                    </p>
                </article>
            }
        })
        .collect_view();
    let body = view! {
        {member_tabs(&visitor, count)}
        <Refresh seen=seen what="offers".to_owned() every=15 />
        {told}
        <h1 class="heading">{title.clone()}</h1>
        {empty}
        {cards}
    };
    Ok(Page::new(title, body).width(Width::Member))
}

/// `/member/offers/:id`
pub(crate) async fn one(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let id = path_id(&visitor, 3);
    let offer = visitor.backend.offer(&visitor.caller, &id).await?;
    let title = t!(
        lang,
        member.offer_title,
        job = names::service(lang, offer.job.service()),
        district = offer.district.clone()
    );
    let known = if offer.been_before { t!(lang, member.knows_home) } else { t!(lang, member.new_home) };
    let rows = vec![
        Row::new(t!(lang, order.check_what), capital(&names::job_kind(lang, offer.job))),
        Row::new(t!(lang, order.check_when), view! { <b>{capital(&clock.window_short(offer.window))}</b> }),
        Row::new(
            t!(lang, order.check_where),
            view! {
                {t!(lang, member.from_home, distance = distance(lang, offer.metres))}
                <span class="summary-list__more">{known}</span>
                <span class="summary-list__more">{t!(lang, member.street_later)}</span>
            },
        ),
        Row::new(
            t!(lang, member.effort),
            t!(
                lang,
                member.effort_text,
                effort = names::effort(lang, offer.effort),
                time = length(lang, offer.minutes)
            ),
        ),
        Row::new(t!(lang, member.pay), view! { <b>{euros(lang, offer.pay)}</b> }),
    ];
    let why = offer.reasons.as_ref().map(|reasons| names::reasons_to_member(lang, reasons));
    let body = view! {
        {member_tabs(&visitor, 0)}
        {countdown(&clock, &offer)}
        <h1 class="heading">{title.clone()}</h1>
        {summary_list(lang, rows)}
        {own_limits(lang, &offer)}
        {why.map(|why| view! { <p class="lead">{why}</p> })}
        {one_button("/api/member/accept", Action::Main, t!(lang, member.accept), vec![("offer", id.clone())])}
        {one_button("/api/member/decline", Action::Other, t!(lang, member.decline), vec![("offer", id)])}
        <p class="lead">
            <small>{t!(lang, member.decline_free)}</small>
        </p>
    };
    Ok(Page::new(title, body).back("/member/offers").width(Width::Member))
}

/// Until when it stands, and how long that is from now.
fn countdown(clock: &Clock, offer: &OfferView) -> AnyView {
    let lang = clock.lang;
    let seconds = offer.expires.seconds_since(clock.now);
    let left = |minutes: i64| t!(lang, member.left, time = length(lang, Minutes(minutes)));
    let last_hour = (0..60).map(|m| if m == 0 { t!(lang, member.left_moment) } else { left(m) }).collect::<Vec<_>>();
    view! {
        <p class="countdown">
            <span class="countdown__until">{t!(lang, member.answer_by, by = clock.by(offer.expires))}</span>
            " "
            <Countdown seconds=seconds last_hour=last_hour long=left(seconds / 60) over=t!(lang, member.over) />
        </p>
    }
    .into_any()
}

/// What the visit does to the member's own limits. Nobody else sees it.
fn own_limits(lang: Lang, offer: &OfferView) -> AnyView {
    let effect = &offer.effect;
    let of = |used: String, cap: Option<String>| match cap {
        Some(cap) => t!(lang, member.of_cap, used = used, cap = cap),
        None => t!(lang, member.no_cap, used = used),
    };
    let (week, week_cap) = effect.week_minutes;
    let (day, day_cap) = effect.day_minutes;
    let week_line = of(length(lang, week), week_cap.map(|cap| length(lang, cap)));
    let day_line = of(length(lang, day), day_cap.map(|cap| length(lang, cap)));
    let heavy = effect.week_heavy.1.map(|cap| {
        view! { <p>{t!(lang, member.limit_heavy, used = effect.week_heavy.0, cap = cap)}</p> }
    });
    let earned = effect.month_pay.1.map(|cap| {
        let (sum, cap) = (euros(lang, effect.month_pay.0), euros(lang, cap));
        view! { <p>{t!(lang, member.limit_earnings, sum = sum, cap = cap)}</p> }
    });
    let meter = week_cap.map(|cap| {
        view! {
            <progress class="meter" max=cap.0.max(1) value=week.0.min(cap.0) aria-labelledby="limit-week"></progress>
        }
    });
    view! {
        <div class="note">
            <h2 class="note__title">{t!(lang, member.own_limits)}</h2>
            <p id="limit-week">{t!(lang, member.limit_week, line = week_line)}</p>
            {meter}
            <p>{t!(lang, member.limit_day, line = day_line)}</p>
            {heavy}
            {earned}
            <p>
                <small>{t!(lang, member.only_you)}</small>
            </p>
        </div>
    }
    .into_any()
}
