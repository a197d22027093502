//! What is shown when a page or an act can't be had: in words, with a way on, and never a detail of what broke.

use backend::{Error, Refusal};
use domain::Problem;
use http::StatusCode;
use leptos::prelude::*;
use words::t;

use crate::{
    components::Page,
    names,
    visitor::{Visitor, set_status},
};

/// The page for an error.
pub(crate) fn for_error(visitor: &Visitor, error: &Error) -> Page {
    match error {
        Error::Refused(Refusal::Fields(problems)) => {
            let problem = problems.first().map_or(Problem::Changed, |first| first.problem);
            if problem == Problem::DraftGone {
                return draft_gone(visitor);
            }
            set_status(StatusCode::CONFLICT);
            say(visitor, t!(visitor.lang(), sorry.changed_title), names::problem(visitor.lang(), problem))
        }
        Error::Refused(Refusal::Changed) => {
            set_status(StatusCode::CONFLICT);
            changed(visitor)
        }
        Error::Refused(Refusal::NeedsCode) => {
            set_status(StatusCode::FORBIDDEN);
            needs_code(visitor, &visitor.path)
        }
        Error::Refused(Refusal::NotYours | Refusal::SignInFirst) => {
            set_status(StatusCode::NOT_FOUND);
            nothing_here(visitor)
        }
        Error::Refused(Refusal::TryLater) => {
            set_status(StatusCode::SERVICE_UNAVAILABLE);
            later(visitor)
        }
        Error::Broken(_) => {
            tracing::error!(%error, "a page could not be made");
            set_status(StatusCode::SERVICE_UNAVAILABLE);
            later(visitor)
        }
    }
}

/// Any address that isn't a page of ours.
pub(crate) async fn not_found(visitor: Visitor) -> Result<Page, Error> {
    set_status(StatusCode::NOT_FOUND);
    Ok(nothing_here(&visitor))
}

/// `/sorry/:why`: where a form ends that couldn't be carried out.
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    Ok(match visitor.path.rsplit('/').next().unwrap_or_default() {
        "changed" => {
            set_status(StatusCode::CONFLICT);
            changed(&visitor)
        }
        "needs-code" => {
            set_status(StatusCode::FORBIDDEN);
            needs_code(&visitor, "/my")
        }
        "later" => {
            set_status(StatusCode::SERVICE_UNAVAILABLE);
            later(&visitor)
        }
        _ => {
            set_status(StatusCode::NOT_FOUND);
            nothing_here(&visitor)
        }
    })
}

fn nothing_here(visitor: &Visitor) -> Page {
    let lang = visitor.lang();
    say(visitor, t!(lang, sorry.not_found_title), t!(lang, sorry.not_found))
}

fn changed(visitor: &Visitor) -> Page {
    let lang = visitor.lang();
    say(visitor, t!(lang, sorry.changed_title), t!(lang, sorry.changed))
}

fn later(visitor: &Visitor) -> Page {
    let lang = visitor.lang();
    say(visitor, t!(lang, sorry.later_title), t!(lang, sorry.later))
}

/// On a linked phone: what it isn't for, and the way on.
fn needs_code(visitor: &Visitor, next: &str) -> Page {
    let lang = visitor.lang();
    let title = t!(lang, phones.needs_title);
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, phones.needs)}</p>
        <a class="button" href=format!("/sign-in?next={next}")>
            {t!(lang, phones.needs_button)}
        </a>
    };
    Page::new(title, body).back("/my")
}

fn draft_gone(visitor: &Visitor) -> Page {
    let lang = visitor.lang();
    let my = visitor.signed_in().then(|| view! { <p><a href="/my">{t!(lang, common.my_orders)}</a></p> });
    let body = view! {
        <h1 class="heading">{t!(lang, order.gone_title)}</h1>
        <p>{t!(lang, order.gone)}</p>
        {my}
        <a class="button" href="/">
            {t!(lang, order.start_again)}
        </a>
    };
    Page::new(t!(lang, order.gone_title), body)
}

fn say(visitor: &Visitor, title: String, text: String) -> Page {
    let lang = visitor.lang();
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{text}</p>
        <p>
            <a href="/">{t!(lang, sorry.home)}</a>
        </p>
    };
    Page::new(title, body)
}
