//! The code of a door, for the member who asked for it a moment ago. It is in no address and in no page but the answer to
//! that very post (`server::doors`).

use backend::{Error, Shown};
use leptos::prelude::*;
use words::t;

use super::member;
use crate::{
    components::{Page, Width},
    visitor::Visitor,
};

/// `/member/door`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let title = t!(lang, door.shown_title);
    let code = match &visitor.door {
        Some(Shown::Code(code)) => view! {
            <p class="door-code">{code.to_string()}</p>
            <p>{t!(lang, door.shown_note)}</p>
        }
        .into_any(),
        Some(Shown::Unreadable) => view! { <p class="note note--warn">{t!(lang, door.unreadable)}</p> }.into_any(),
        None => view! { <p>{t!(lang, door.again)}</p> }.into_any(),
    };
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        {code}
        <a class="button" href="/member/today">
            {t!(lang, door.back)}
        </a>
    };
    Ok(Page::new(title, body).back("/member/today").width(Width::Member))
}
