//! Forms and their buttons. A form is a plain post; the address of a server function is its action.

use leptos::prelude::*;

/// What a button looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The one thing to do on the page.
    Main,
    /// Something else that one may want.
    Other,
    /// Something that can't be undone.
    Danger,
    /// A button that looks like a link.
    Quiet,
}

impl Action {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Main => "button",
            Self::Other => "button button--secondary",
            Self::Danger => "button button--danger",
            Self::Quiet => "button--link",
        }
    }
}

/// A form that posts to one of our own addresses.
pub(crate) fn form(action: &'static str, inside: impl IntoView + 'static) -> AnyView {
    view! {
        <form class="stack stack--loose" method="post" action=action novalidate>
            {inside}
        </form>
    }
    .into_any()
}

/// A button that sends its form.
pub(crate) fn button(action: Action, words: String) -> AnyView {
    view! { <button class=action.class()>{words}</button> }.into_any()
}

/// A form that is one button, with what it carries.
pub(crate) fn one_button(
    address: &'static str,
    look: Action,
    words: String,
    carries: Vec<(&'static str, String)>,
) -> AnyView {
    let fields = carries
        .into_iter()
        .map(|(name, value)| view! { <input r#type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form method="post" action=address>
            {fields}
            <button class=look.class()>{words}</button>
        </form>
    }
    .into_any()
}
