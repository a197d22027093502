//! Whoever is signed in: their own passkeys, each removed by one button, and a new one where the browser can make it.

use backend::{Error, MayAdd, PasskeyView};
use leptos::prelude::*;
use words::t;

use crate::{
    api::session::start_page,
    components::{
        Action, Ceremony, Kept, Page, Row, ceremony, kept, link_button, one_button, paragraphs, summary_list, told_note,
    },
    pages::{clock, signed_in_by_code},
    visitor::Visitor,
};

/// `/my/passkeys`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    let kept = kept(&visitor, "passkey").await?;
    let own = visitor.backend.passkeys(&visitor.caller).await?;
    let title = t!(lang, passkeys.title);
    let told = match visitor.asked("told") {
        "made" => Some(told_note(t!(lang, passkeys.told_made))),
        "removed" => Some(told_note(t!(lang, passkeys.told_removed))),
        _ => None,
    };
    let none = own.passkeys.is_empty().then(|| view! { <p>{t!(lang, passkeys.none)}</p> });
    let cards = own.passkeys.iter().map(|passkey| card(&visitor, passkey)).collect_view();
    let hint = (!own.passkeys.is_empty()).then(|| view! { <p>{t!(lang, passkeys.remove_hint)}</p> });
    let body = view! {
        {kept.summary(lang)}
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, passkeys.lead)}</p>
        {none}
        {cards}
        {hint}
        <h2>{t!(lang, passkeys.add_title)}</h2>
        {add(&visitor, &kept, own.may_add)}
    };
    let back = start_page(&visitor.caller.roles);
    Ok(Page::new(title, body).back(back).wrong(kept.has_problems()))
}

fn card(visitor: &Visitor, passkey: &PasskeyView) -> AnyView {
    let lang = visitor.lang();
    let clock = clock(visitor);
    let date = |at| clock.full_date(clock.zone.date(at));
    let rows = vec![
        Row::new(t!(lang, passkeys.made), date(passkey.made)),
        Row::new(t!(lang, passkeys.used), passkey.used.map_or_else(|| t!(lang, passkeys.never), date)),
    ];
    let class = if passkey.copied { "visit-card visit-card--problem" } else { "visit-card" };
    let copied = passkey.copied.then(|| view! { <p class="note note--warn">{t!(lang, passkeys.copied)}</p> });
    let remove = t!(lang, passkeys.remove, name = passkey.name.clone());
    view! {
        <section class=class>
            <h2 class="visit-card__title">{passkey.name.clone()}</h2>
            {copied}
            {summary_list(lang, rows)}
            {one_button("/api/passkeys/remove", Action::Danger, remove, vec![("passkey", passkey.id.to_string())])}
        </section>
    }
    .into_any()
}

/// How a new one is made, or why not here and now.
fn add(visitor: &Visitor, kept: &Kept, may_add: MayAdd) -> AnyView {
    let lang = visitor.lang();
    let why_not = match may_add {
        MayAdd::Yes => {
            return view! {
                <p>{t!(lang, passkeys.only_own)}</p>
                <p data-without-passkeys>{t!(lang, passkeys.cannot)}</p>
                {ceremony(visitor, Ceremony::Make(kept))}
            }
            .into_any();
        }
        MayAdd::AfterSigningIn => {
            let again = link_button("/sign-in?next=/my/passkeys".to_owned(), t!(lang, passkeys.fresh_button), None);
            return view! {
                <p>{t!(lang, passkeys.fresh)}</p>
                {again}
            }
            .into_any();
        }
        MayAdd::NotOnThisDevice => t!(lang, passkeys.shared),
        MayAdd::Enough => t!(lang, passkeys.enough),
        MayAdd::Nowhere => t!(lang, passkeys.cannot_here),
    };
    paragraphs(vec![why_not])
}
