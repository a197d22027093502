//! Signing in: the phone number or the e-mail address, in one field, then the code that came to it; or a passkey, where the
//! browser knows of them.

use backend::Error;
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Ceremony, Field, Page, button, ceremony, code_missing, form, kept, text_field, told_note},
    visitor::Visitor,
};

/// `/sign-in?next=…`
pub(crate) async fn number(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let kept = kept(&visitor, "sign-in").await?;
    let title = t!(lang, sign_in.title);
    let (lead, to) = if visitor.backend.settings().emails {
        let to = Field::new("phone", t!(lang, sign_in.phone_or_email), &kept, "");
        let to = to.hint(t!(lang, sign_in.phone_or_email_hint)).autocomplete("username");
        (t!(lang, sign_in.lead_or_email), to)
    } else {
        let to = Field::new("phone", t!(lang, sign_in.phone), &kept, "").hint(t!(lang, sign_in.phone_hint));
        (t!(lang, sign_in.lead), to.phone())
    };
    let next = visitor.asked("next").to_owned();
    let told = (visitor.asked("told") == "removed").then(|| told_note(t!(lang, passkeys.told_removed)));
    let by_passkey = ceremony(&visitor, Ceremony::Enter { next: next.clone() });
    let body = view! {
        {kept.summary(lang)}
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <p>{lead}</p>
        {form(
            "/api/session/ask",
            view! {
                <input r#type="hidden" name="next" value=next />
                {text_field(lang, &kept, to)}
                {button(Action::Main, t!(lang, sign_in.send))}
            },
        )}
        {by_passkey}
        <details class="details">
            <summary class="details__summary">{t!(lang, sign_in.no_mobile)}</summary>
            <div class="details__text">
                <p>{t!(lang, sign_in.no_mobile_text)}</p>
                <p>
                    <a href="/link">{t!(lang, sign_in.by_phone_code)}</a>
                </p>
            </div>
        </details>
        <p>
            <a href="/my/people/ask">{t!(lang, people.ask_link)}</a>
        </p>
    };
    Ok(Page::new(title, body).back("/").wrong(kept.has_problems()))
}

/// `/sign-in/code?next=…`
pub(crate) async fn code(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let kept = kept(&visitor, "sign-in-code").await?;
    let title = t!(lang, sign_in.code_title);
    let code = Field::new("code", t!(lang, order.code_label), &kept, "").code();
    let minutes = backend::CODE_GOOD_FOR.0;
    let lead = if visitor.backend.settings().emails {
        t!(lang, sign_in.code_lead_or_email, minutes = minutes)
    } else {
        t!(lang, sign_in.code_lead, minutes = minutes)
    };
    let next = visitor.asked("next").to_owned();
    let again = format!("/sign-in?next={}", next.split(['?', '#']).next().unwrap_or_default());
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{lead}</p>
        {form(
            "/api/session/answer",
            view! {
                <input r#type="hidden" name="next" value=next />
                {text_field(lang, &kept, code)}
                {button(Action::Main, t!(lang, sign_in.enter))}
            },
        )}
        {code_missing(lang, t!(lang, sign_in.code_missing_text), &again)}
    };
    Ok(Page::new(title, body).back(&again).wrong(kept.has_problems()))
}
