//! The way on for whoever has been sent a code that doesn't come.

use leptos::prelude::*;
use words::{Lang, t};

/// What to look at, and the page where another one is asked for. Folded away: most codes come.
pub(crate) fn code_missing(lang: Lang, words: String, again: &str) -> AnyView {
    view! {
        <details class="details">
            <summary class="details__summary">{t!(lang, order.code_missing)}</summary>
            <div class="details__text">
                <p>{words}</p>
                <p>
                    <a href=again.to_owned()>{t!(lang, order.code_again)}</a>
                </p>
            </div>
        </details>
    }
    .into_any()
}
