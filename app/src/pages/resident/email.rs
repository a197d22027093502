//! One's e-mail address: which it is, whether messages go to it first, another one, none. At the lounge it is about the
//! resident who sits there.

use backend::{EmailView, Error};
use leptos::prelude::*;
use words::{Lang, t};

use crate::{
    components::{
        Action, Choice, Field, Kept, Legend, Page, Row, button, code_missing, form, kept, one_button, radios,
        summary_list, text_field, told_note,
    },
    pages::signed_in_by_code,
    visitor::Visitor,
};

/// `/my/email`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    let view = visitor.backend.email(&visitor.caller).await?;
    let typed = kept(&visitor, "email").await?;
    let chosen = kept(&visitor, "email-choice").await?;
    let title = match &visitor.caller.serving {
        Some(_) => t!(lang, email.title_of, name = view.of.name.full()),
        None => t!(lang, email.title),
    };
    let told = match visitor.asked("told") {
        "set" => Some(t!(lang, email.told_set)),
        "saved" => Some(t!(lang, email.told_saved)),
        "removed" => Some(t!(lang, email.told_removed)),
        _ => None,
    };
    let has_one = view.address.is_some();
    let current = has_one.then(|| current(lang, &chosen, &view));
    let ask = if has_one { t!(lang, email.change) } else { t!(lang, email.label) };
    let address = Field::new("email", t!(lang, email.label), &typed, "").hint(t!(lang, email.hint)).email();
    // Somebody else's address: the browser must not fill in the helper's own.
    let address = if visitor.caller.serving.is_some() { address.autocomplete("off") } else { address };
    let action = if has_one { Action::Other } else { Action::Main };
    let body = view! {
        {typed.summary(lang)}
        {chosen.summary(lang)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, email.lead)}</p>
        <p>{t!(lang, email.safe)}</p>
        {current}
        <h2>{ask}</h2>
        {form(
            "/api/email/ask",
            view! {
                {text_field(lang, &typed, address)}
                {button(action, t!(lang, email.send))}
            },
        )}
    };
    let wrong = typed.has_problems() || chosen.has_problems();
    Ok(Page::new(title, body).back(back(&visitor)).wrong(wrong))
}

/// The address that there is, what it is for, and its end.
fn current(lang: Lang, kept: &Kept, view: &EmailView) -> AnyView {
    let address = view.address.as_ref().map(|address| address.as_str().to_owned()).unwrap_or_default();
    let choices = vec![
        Choice::new("yes", t!(lang, email.choose_yes)).hint(t!(lang, email.choose_yes_hint)),
        Choice::new("no", t!(lang, email.choose_no)).hint(t!(lang, email.choose_no_hint)),
    ];
    let now = if view.first { "yes" } else { "no" };
    let legend = Legend::question(t!(lang, email.choose));
    view! {
        {summary_list(lang, vec![Row::new(t!(lang, email.current), address)])}
        {form(
            "/api/email/choose",
            view! {
                {radios(lang, kept, "first", legend, now, choices)}
                {button(Action::Main, t!(lang, email.save))}
            },
        )}
        {one_button("/api/email/remove", Action::Danger, t!(lang, email.remove), vec![])}
    }
    .into_any()
}

/// `/my/email/code`
pub(crate) async fn code(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    // Whoever may not see the address may not answer for it.
    visitor.backend.email(&visitor.caller).await?;
    let kept = kept(&visitor, "email-code").await?;
    let title = t!(lang, email.code_title);
    let code = Field::new("code", t!(lang, order.code_label), &kept, "").code();
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, email.code_lead, minutes = backend::CODE_GOOD_FOR.0)}</p>
        {form(
            "/api/email/confirm",
            view! {
                {text_field(lang, &kept, code)}
                {button(Action::Main, t!(lang, email.confirm))}
            },
        )}
        {code_missing(lang, t!(lang, email.code_missing_text), "/my/email")}
    };
    Ok(Page::new(title, body).back("/my/email").wrong(kept.has_problems()))
}

fn back(visitor: &Visitor) -> &'static str {
    if visitor.caller.serving.is_some() { "/lounge/resident" } else { "/my" }
}
