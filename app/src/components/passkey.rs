//! The form of a passkey's ceremony. It is hidden until its script (`app/scripts/passkeys.js`) has seen that the browser can
//! do it: without JavaScript there is nothing of it. The script fills in the device's answer and sends the form, which is a
//! plain post like any other.

use leptos::prelude::*;
use words::t;

use super::{Field, Kept, form::Action, text_field};
use crate::visitor::Visitor;

/// What the ceremony is for.
pub(crate) enum Ceremony<'a> {
    /// A new passkey, which is given a name.
    Make(&'a Kept),
    /// Signing in, and where to go then.
    Enter { next: String },
}

/// Whether that page has a ceremony, and so its script.
pub(crate) fn scripted(path: &str) -> bool {
    ["/sign-in", "/my/passkeys"].contains(&path)
}

/// The form; nothing where browsers know no passkeys of ours.
pub(crate) fn ceremony(visitor: &Visitor, ceremony: Ceremony) -> Option<AnyView> {
    let lang = visitor.lang();
    let host = visitor.backend.passkey_host().filter(|_| visitor.caller.locks.is_none())?;
    let (begin, action, id, look, words, failed, fields) = match ceremony {
        Ceremony::Make(kept) => {
            let given = visitor.caller.person.as_ref().map(|person| person.name.given().to_owned());
            let name = t!(lang, passkeys.default_name, name = given.unwrap_or_default());
            let name = Field::new("passkey_name", t!(lang, passkeys.name), kept, name);
            let name = text_field(lang, kept, name.hint(t!(lang, passkeys.name_hint)));
            let (words, failed) = (t!(lang, passkeys.make), t!(lang, passkeys.failed_make));
            ("/api/passkeys/make", "/api/passkeys/made", "f-new_passkey", Action::Main, words, failed, name)
        }
        Ceremony::Enter { next } => {
            let next = view! { <input r#type="hidden" name="next" value=next /> }.into_any();
            let (words, failed) = (t!(lang, passkeys.enter), t!(lang, passkeys.failed_enter));
            ("/api/passkeys/enter", "/api/passkeys/entered", "f-passkey", Action::Other, words, failed, next)
        }
    };
    let form = view! {
        <form
            class="stack"
            method="post"
            action=action
            novalidate
            hidden
            autocomplete="off"
            data-host=host
            data-begin=begin
        >
            {fields}
            <input r#type="hidden" name="credential" />
            <button class=look.class() id=id>
                {words}
            </button>
            <div role="status" hidden>
                <p class="note note--warn">{failed}</p>
            </div>
        </form>
    };
    Some(form.into_any())
}
