//! Records that a resident agrees to the lounge ordering for them: a sentence read aloud, and how they answered.

use backend::Error;
use domain::Role;
use leptos::prelude::*;
use words::t;

use super::{consent_choices, consent_sentence, helper};
use crate::{
    components::{Action, Legend, Page, button, form, kept, radios},
    visitor::Visitor,
};

/// `/lounge/consent?person=…`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    let lang = visitor.lang();
    let kept = kept(&visitor, "consent").await?;
    let resident = visitor.backend.resident(&visitor.caller, visitor.asked("person")).await?;
    let title = t!(lang, lounge.consent_title, name = resident.person.name.full());
    let legend = Legend::question(t!(lang, lounge.consent_how));
    // Somebody rings to take another's mandate back: nothing need be agreed for that.
    let mandates = visitor.is(Role::Coordinator).then(|| {
        view! {
            <p>
                <a href=format!("/desk/people/{}", resident.person.id)>
                    {t!(lang, people.title_of, name = resident.person.name.full())}
                </a>
            </p>
        }
    });
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, lounge.consent_read)}</p>
        <div class="note">
            <p>
                <b>{consent_sentence(&visitor)}</b>
            </p>
        </div>
        {form(
            "/api/lounge/consent",
            view! {
                <input r#type="hidden" name="person" value=resident.person.id.to_string() />
                {radios(lang, &kept, "how", legend, "", consent_choices(&visitor))}
                {button(Action::Main, t!(lang, lounge.consent_send))}
            },
        )}
        {mandates}
    };
    Ok(Page::new(title, body).back("/lounge").wrong(kept.has_problems()))
}
