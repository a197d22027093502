//! A resident's own phone becomes theirs: by the link that the lounge or the co-op made, or by the code beside it. Looking
//! changes nothing; the button does.

use backend::Error;
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Field, Page, button, form, kept, one_button, text_field},
    pages::path_id,
    visitor::Visitor,
};

/// `/link/:id`, where the id is the link's token.
pub(crate) async fn open(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let token = path_id(&visitor, 2);
    let Some(name) = visitor.backend.phone_link(&token).await? else {
        let title = t!(lang, phones.gone_title);
        let body = view! {
            <h1 class="heading">{title.clone()}</h1>
            <p>{t!(lang, phones.gone)}</p>
        };
        return Ok(Page::new(title, body).back("/"));
    };
    let title = t!(lang, phones.join_title, name = name);
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, phones.join_lead)}</p>
        {one_button("/api/phone/join", Action::Main, t!(lang, phones.join), vec![("token", token)])}
        <p>{t!(lang, phones.join_no)}</p>
    };
    Ok(Page::new(title, body))
}

/// `/link`
pub(crate) async fn code(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let kept = kept(&visitor, "phone-code").await?;
    let title = t!(lang, phones.code_title);
    let field =
        Field::new("phone_code", t!(lang, phones.code_label), &kept, "").hint(t!(lang, phones.code_hint)).code();
    let field = Field { autocomplete: "off", ..field };
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, phones.code_lead)}</p>
        {form(
            "/api/phone/code",
            view! {
                {text_field(lang, &kept, field)}
                {button(Action::Main, t!(lang, phones.code_send))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/").wrong(kept.has_problems()))
}
