//! The shared device locks: the page while it is locked, the digits that open it, and what every page says of it before.

use backend::Error;
use domain::{Minutes, Moment};
use leptos::prelude::*;
use words::t;

use super::helper;
use crate::{
    api::LOCKED,
    components::{Action, Field, Page, button, form, kept, one_button, text_field, told_note},
    format::length,
    islands::{Countdown, Refresh},
    pages::clock,
    visitor::{Visitor, redirect_to},
};

/// The warning comes so long before the device locks.
const SOON: Minutes = Minutes(2);

/// Pages without a field that somebody fills in: they may be loaded anew to show the warning, or the lock.
const NOTHING_TYPED: [&str; 7] =
    ["/lounge", "/lounge/calls", "/lounge/resident", "/my", "/my/people", "/my/phones", "/order/done"];

/// Whether this page is closed because the device is locked.
pub(crate) fn is_closed(visitor: &Visitor) -> bool {
    let open = [LOCKED, "/privacy", "/accessibility"].contains(&visitor.path.as_str());
    visitor.caller.is_locked() && !open && !visitor.path.starts_with("/sorry/")
}

/// Whether the device locks within [`SOON`].
fn locks_soon(visitor: &Visitor) -> bool {
    visitor.caller.locks.is_some_and(|locks| locks <= visitor.backend.now() + SOON)
}

/// What changes when the warning is due.
pub(crate) fn lock_mark(visitor: &Visitor) -> String {
    if locks_soon(visitor) { "soon".to_owned() } else { "open".to_owned() }
}

/// When the device locks, as a time and as what is left.
pub(crate) fn when(visitor: &Visitor, locks: Moment) -> AnyView {
    let lang = visitor.lang();
    let clock = clock(visitor);
    let seconds = locks.seconds_since(clock.now);
    let left = |minutes: i64| t!(lang, tablet.left, time = length(lang, Minutes(minutes)));
    let words = (0..=seconds / 60).map(|m| if m == 0 { t!(lang, tablet.left_moment) } else { left(m) }).collect();
    view! {
        <p class="toolbar__who">
            {t!(lang, tablet.locks_at, time = clock.at(locks))} ", "
            <Countdown seconds=seconds last_hour=words long=left(seconds / 60) over=t!(lang, tablet.over) />
        </p>
    }
    .into_any()
}

/// The warning before it locks, with the button that puts it off; and what brings it to a page that nobody touches.
pub(crate) fn warning(visitor: &Visitor, locks: Moment) -> AnyView {
    let lang = visitor.lang();
    let soon = locks_soon(visitor);
    let back = visitor.path.clone();
    let note = soon.then(|| {
        view! {
            <div class="page">
                <div class="note note--warn" role="alert">
                    <p>{t!(lang, tablet.soon, time = clock(visitor).at(locks))}</p>
                    {one_button("/api/lounge/stay", Action::Main, t!(lang, tablet.stay), vec![("back", back.clone())])}
                </div>
            </div>
        }
    });
    let watch = NOTHING_TYPED
        .contains(&visitor.path.as_str())
        .then(|| view! { <Refresh seen=lock_mark(visitor) what="lock".to_owned() every=15 /> });
    view! {
        {note}
        {watch}
    }
    .into_any()
}

/// `/lounge/locked?next=…`
pub(crate) async fn locked(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let title = t!(lang, tablet.locked_title);
    let Some(lock) = visitor.backend.lock_view(&visitor.caller).await? else {
        redirect_to("/lounge");
        return Ok(Page::new(title, ()));
    };
    let kept = kept(&visitor, "unlock").await?;
    let next = visitor.asked("next").to_owned();
    let label = if lock.digits { t!(lang, tablet.unlock_digits) } else { t!(lang, tablet.unlock_code) };
    let field = Field::new("unlock", label, &kept, "").code();
    let told = (visitor.asked("told") == "sent").then(|| told_note(t!(lang, tablet.told_sent)));
    let body = view! {
        {kept.summary(lang)}
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, tablet.locked)}</p>
        {form(
            "/api/lounge/unlock",
            view! {
                <input r#type="hidden" name="next" value=next.clone() />
                {text_field(lang, &kept, field)}
                {button(Action::Main, t!(lang, tablet.unlock))}
            },
        )}
        {one_button("/api/lounge/unlock-code", Action::Other, t!(lang, tablet.send_code), vec![("next", next)])}
        {one_button("/api/session/end", Action::Quiet, t!(lang, common.sign_out), vec![])}
    };
    Ok(Page::new(title, body).wrong(kept.has_problems()))
}

/// `/lounge/pin`
pub(crate) async fn pin(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    let lang = visitor.lang();
    let kept = kept(&visitor, "lounge-pin").await?;
    let title = t!(lang, tablet.pin_title);
    let field = Field::new("pin", t!(lang, tablet.pin_label), &kept, "").hint(t!(lang, tablet.pin_hint)).code();
    let field = Field { autocomplete: "off", kind: "password", ..field };
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, tablet.pin_lead)}</p>
        {form(
            "/api/lounge/pin",
            view! {
                {text_field(lang, &kept, field)}
                {button(Action::Main, t!(lang, tablet.pin_save))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/lounge").wrong(kept.has_problems()))
}
