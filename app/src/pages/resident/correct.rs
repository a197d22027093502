//! Correcting one's own name, language and number. The number in two steps: a code goes to the new one first.

use backend::Error;
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Field, Page, button, form, kept, paragraphs, select, text_field},
    names,
    pages::signed_in_by_code,
    visitor::Visitor,
};

/// `/my/data/name`
pub(crate) async fn name(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    let own = visitor.backend.own_details(&visitor.caller).await?;
    let kept = kept(&visitor, "data-name").await?;
    let title = t!(lang, correct.title_name);
    let name = Field::new("name", t!(lang, correct.name), &kept, own.person.name.full())
        .hint(t!(lang, correct.name_hint))
        .autocomplete("name");
    let language = Field::new("language", t!(lang, correct.language), &kept, own.language.code());
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {form(
            "/api/data/name",
            view! {
                {text_field(lang, &kept, name)}
                {select(lang, &kept, language, names::languages())}
                {button(Action::Main, t!(lang, correct.send))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/my/data").wrong(kept.has_problems()))
}

/// `/my/data/number`
pub(crate) async fn number(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    visitor.backend.own_details(&visitor.caller).await?;
    let kept = kept(&visitor, "data-number").await?;
    let title = t!(lang, correct.title_number);
    let phone = Field::new("mobile", t!(lang, correct.number), &kept, "").phone();
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {paragraphs(vec![t!(lang, correct.number_lead), t!(lang, correct.number_ends)])}
        {form(
            "/api/data/number",
            view! {
                {text_field(lang, &kept, phone)}
                {button(Action::Main, t!(lang, correct.number_send))}
            },
        )}
        <p>{t!(lang, correct.other_numbers)}</p>
    };
    Ok(Page::new(title, body).back("/my/data").wrong(kept.has_problems()))
}

/// `/my/data/number/code`
pub(crate) async fn code(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    let lang = visitor.lang();
    visitor.backend.own_details(&visitor.caller).await?;
    let kept = kept(&visitor, "data-number-code").await?;
    let title = t!(lang, correct.code_title);
    let code = Field::new("code", t!(lang, order.code_label), &kept, "").code();
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, correct.code_lead, minutes = backend::CODE_GOOD_FOR.0)}</p>
        {form(
            "/api/data/number-code",
            view! {
                {text_field(lang, &kept, code)}
                {button(Action::Main, t!(lang, correct.code_send))}
            },
        )}
        <p>
            <a href="/my/data/number">{t!(lang, order.code_again)}</a>
        </p>
    };
    Ok(Page::new(title, body).back("/my/data/number").wrong(kept.has_problems()))
}
