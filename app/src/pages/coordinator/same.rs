//! Samat henkilöt: people who may have been written down twice, with the reasons; both beside each other, with what would
//! move and what prevents it; and what was put together lately, to be taken back.

use backend::{Error, MergeBar, MergeView, MergedView, SameCounts, SamePair, SameSide};
use domain::Like;
use leptos::prelude::*;
use words::{Lang, t};

use super::coordinator;
use crate::{
    components::{
        Action, Choice, Kept, Legend, Page, Row, Width, button, form, link_button, one_button, paragraphs, radios,
        summary_list, told_note,
    },
    names,
    pages::{clock, lounge::lounge_tabs, path_id, resident::check::contact},
    visitor::Visitor,
};

/// `/desk/same`
pub(crate) async fn list(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let same = visitor.backend.same_people(&visitor.caller).await?;
    let calls = visitor.backend.calls(&visitor.caller).await?.count();
    let title = t!(lang, same.title);
    let told = match visitor.asked("told") {
        "two" => Some(t!(lang, same.told_two)),
        "merged" => Some(t!(lang, same.told_merged)),
        "unmerged" => Some(t!(lang, same.told_unmerged)),
        _ => None,
    };
    let lead = if same.pairs.is_empty() { t!(lang, same.none) } else { t!(lang, same.lead) };
    let more = (same.all > same.pairs.len()).then(|| t!(lang, same.more, shown = same.pairs.len(), all = same.all));
    let pairs = same.pairs.iter().map(|pair| self::pair(lang, pair)).collect_view();
    let lately_title = (!same.merged.is_empty()).then(|| view! { <h2>{t!(lang, same.lately_title)}</h2> });
    let lately = same.merged.iter().map(|merged| lately(&visitor, merged)).collect_view();
    let body = view! {
        {lounge_tabs(&visitor, calls)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{lead}</p>
        {more.map(|more| view! { <p>{more}</p> })}
        {pairs}
        {lately_title}
        {lately}
    };
    Ok(Page::new(title, body).width(Width::Wide))
}

fn pair(lang: Lang, pair: &SamePair) -> AnyView {
    let (one, other) = (&pair.one.person, &pair.other.person);
    let carries = vec![("one", one.id.to_string()), ("other", other.id.to_string())];
    view! {
        <article class="visit-card">
            <h2 class="visit-card__title">
                {t!(lang, same.pair, one = one.name.full(), other = other.name.full())}
            </h2>
            <p class="visit-card__text">{line(&pair.one)}</p>
            <p class="visit-card__text">{line(&pair.other)}</p>
            <p>
                <b>{t!(lang, same.why)} " "</b>
                {reasons(lang, &pair.why)}
            </p>
            <p>
                <a href=format!("/desk/same/{}/{}", one.id, other.id)>
                    {t!(lang, same.look, name = one.name.full())}
                </a>
            </p>
            {one_button("/api/desk/are-two", Action::Other, t!(lang, same.are_two), carries)}
        </article>
    }
    .into_any()
}

/// "Aino Niemelä, Raitotie 7, 08 123 4568, 1941".
fn line(side: &SameSide) -> String {
    let mut details = vec![side.person.name.full()];
    details.extend(side.homes.iter().cloned());
    details.extend(side.phone.as_ref().map(domain::PhoneNumber::national));
    details.extend(side.birth_year.map(|year| year.to_string()));
    details.join(", ")
}

fn reasons(lang: Lang, why: &[Like]) -> String {
    why.iter().map(|like| reason(lang, *like)).collect::<Vec<_>>().join(", ")
}

fn reason(lang: Lang, like: Like) -> String {
    match like {
        Like::SameName => t!(lang, same.same_name),
        Like::NearlySameName => t!(lang, same.nearly_same_name),
        Like::SameGivenName => t!(lang, same.same_given_name),
        Like::SamePhone => t!(lang, same.same_phone),
        Like::SameHome => t!(lang, same.same_home),
        Like::SameYear => t!(lang, same.same_year),
        Like::NearlySameYear => t!(lang, same.nearly_same_year),
    }
}

/// Two that were put together, and the button that takes it back.
fn lately(visitor: &Visitor, merged: &MergedView) -> AnyView {
    let lang = visitor.lang();
    let clock = clock(visitor);
    let date = |at| clock.full_date(clock.zone.date(at));
    let (kept, gone) = (merged.kept.name.full(), merged.gone.name.full());
    let what = if merged.stopped {
        view! { <p class="note note--warn">{t!(lang, same.not_stopped, name = kept.clone())}</p> }.into_any()
    } else if merged.merged_further {
        view! { <p class="note note--warn">{t!(lang, same.not_further, name = kept.clone())}</p> }.into_any()
    } else {
        let carries = vec![("merging", merged.id.clone())];
        view! {
            {paragraphs(vec![
                t!(lang, same.until, date = date(merged.until)),
                t!(lang, same.later, count = merged.orders_since, name = kept.clone()),
            ])}
            {one_button("/api/desk/unmerge", Action::Other, t!(lang, same.undo, name = gone.clone()), carries)}
        }
        .into_any()
    };
    view! {
        <article class="visit-card">
            <p class="visit-card__text">
                {t!(lang, same.lately, gone = gone, kept = kept, date = date(merged.made))}
            </p>
            {what}
        </article>
    }
    .into_any()
}

/// `/desk/same/:id/:other`: the first one stays.
pub(crate) async fn preview(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let (kept, gone) = (path_id(&visitor, 3), path_id(&visitor, 4));
    let merge = visitor.backend.merge_preview(&visitor.caller, &kept, &gone).await?;
    let (one, other) = (merge.kept.person.name.full(), merge.gone.person.name.full());
    let title = t!(lang, same.preview_title, one = one.clone(), other = other.clone());
    let why = (!merge.why.is_empty()).then(|| {
        view! {
            <p>
                <b>{t!(lang, same.why)} " "</b>
                {reasons(lang, &merge.why)}
            </p>
        }
    });
    let at_once = merge.at_once.then(|| view! { <p class="note note--warn">{t!(lang, same.at_once)}</p> });
    let carries = vec![("one", merge.kept.person.id.to_string()), ("other", merge.gone.person.id.to_string())];
    let swap = format!("/desk/same/{}/{}", merge.gone.person.id, merge.kept.person.id);
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, same.preview_lead, days = merge.days)}</p>
        {why}
        {at_once}
        <h2>{t!(lang, same.stays, name = one)}</h2>
        {summary_list(lang, rows(lang, &merge.kept, merge.counts.0))}
        <h2>{t!(lang, same.goes, name = other)}</h2>
        {summary_list(lang, rows(lang, &merge.gone, merge.counts.1))}
        {link_button(swap, t!(lang, same.swap), None)}
        <h2>{t!(lang, same.what_title)}</h2>
        {paragraphs(vec![t!(lang, same.what_moves), t!(lang, same.what_ends), t!(lang, same.what_two)])}
        {act(lang, &merge)}
        {one_button("/api/desk/are-two", Action::Other, t!(lang, same.are_two), carries)}
    };
    Ok(Page::new(title, body).back("/desk/same").width(Width::Wide))
}

fn rows(lang: Lang, side: &SameSide, counts: SameCounts) -> Vec<Row> {
    let none = || t!(lang, data.nothing);
    let homes = if side.homes.is_empty() { none() } else { side.homes.join(", ") };
    vec![
        Row::new(t!(lang, data.name), side.person.name.full()),
        Row::new(t!(lang, data.phone), side.phone.as_ref().map_or_else(none, domain::PhoneNumber::national)),
        Row::new(t!(lang, same.contact), contact(lang, side.contact)),
        Row::new(t!(lang, data.birth_year), side.birth_year.map_or_else(none, |year| year.to_string())),
        Row::new(t!(lang, data.language), names::language(side.language).1),
        Row::new(t!(lang, data.homes), homes),
        Row::new(t!(lang, same.coming), counts.coming.to_string()),
        Row::new(t!(lang, same.past), counts.past.to_string()),
        Row::new(t!(lang, same.mandates), counts.mandates.to_string()),
        Row::new(t!(lang, same.door_codes), counts.door_codes.to_string()),
        Row::new(t!(lang, same.waiting), counts.waiting.to_string()),
        Row::new(t!(lang, same.refusals), counts.refusals.to_string()),
        Row::new(t!(lang, same.phones), counts.phones.to_string()),
    ]
}

/// What prevents it; or the choices, and the button.
fn act(lang: Lang, merge: &MergeView) -> AnyView {
    if !merge.bars.is_empty() {
        let bars = merge.bars.iter().map(|bar| self::bar(lang, *bar)).collect();
        return view! {
            <h2>{t!(lang, same.bars_title)}</h2>
            {paragraphs(bars)}
        }
        .into_any();
    }
    let choices = choices(lang, merge);
    let heading = (!choices.is_empty()).then(|| view! { <h2>{t!(lang, same.choose_title)}</h2> });
    let hidden = [
        ("form[kept]", merge.kept.person.id.to_string()),
        ("form[gone]", merge.gone.person.id.to_string()),
        ("form[seen]", merge.seen.clone()),
    ];
    let hidden = hidden
        .into_iter()
        .map(|(name, value)| view! { <input r#type="hidden" name=name value=value /> })
        .collect_view();
    form(
        "/api/desk/merge",
        view! {
            {hidden}
            {heading}
            {choices}
            {button(Action::Danger, t!(lang, same.merge))}
        },
    )
}

/// One question for each thing in which the two differ, and both have something.
fn choices(lang: Lang, merge: &MergeView) -> Vec<AnyView> {
    let (kept, gone) = (&merge.kept, &merge.gone);
    let phone = |side: &SameSide| {
        side.phone
            .as_ref()
            .map(|phone| t!(lang, same.phone_way, phone = phone.national(), way = contact(lang, side.contact)))
    };
    let year = |side: &SameSide| side.birth_year.map(|year| year.to_string());
    let language = |side: &SameSide| Some(names::language(side.language).1);
    let name = |side: &SameSide| Some(side.person.name.full());
    let asked = [
        ("form[name]", t!(lang, same.choose_name), name(kept), name(gone)),
        // A number lets its owner in: it goes over to somebody without one only when that is chosen.
        (
            "form[phone]",
            t!(lang, same.choose_phone),
            phone(kept).or_else(|| phone(gone).map(|_| t!(lang, data.nothing))),
            phone(gone),
        ),
        ("form[language]", t!(lang, same.choose_language), language(kept), language(gone)),
        ("form[birth_year]", t!(lang, same.choose_year), year(kept), year(gone)),
    ];
    let question = |(field, words, kept, gone): (&'static str, String, Option<String>, Option<String>)| {
        let (kept, gone) = (kept?, gone?);
        let choices = vec![Choice::new("kept", kept.clone()), Choice::new("gone", gone.clone())];
        (kept != gone).then(|| radios(lang, &Kept::default(), field, Legend::question(words), "kept", choices))
    };
    asked.into_iter().filter_map(question).collect()
}

fn bar(lang: Lang, bar: MergeBar) -> String {
    match bar {
        MergeBar::WorksHere => t!(lang, same.bar_works_here),
        MergeBar::Stopped => t!(lang, same.bar_stopped),
        MergeBar::Unconfirmed => t!(lang, same.bar_unconfirmed),
        MergeBar::Between => t!(lang, same.bar_between),
        MergeBar::RefusedHelper => t!(lang, same.bar_refused_helper),
        MergeBar::DoorCode => t!(lang, same.bar_door_code),
    }
}
