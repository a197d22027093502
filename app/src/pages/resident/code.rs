//! The code that came to the mobile number given with the order.

use backend::Error;
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Field, Page, button, code_missing, form, kept, text_field},
    visitor::Visitor,
};

/// `/order/code`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let kept = kept(&visitor, "order-code").await?;
    let title = t!(lang, order.code_title);
    let code = Field::new("code", t!(lang, order.code_label), &kept, "").code();
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, order.code_lead)}</p>
        {form(
            "/api/order/code",
            view! {
                {text_field(lang, &kept, code)}
                {button(Action::Main, t!(lang, order.code_send))}
            },
        )}
        {code_missing(lang, t!(lang, order.code_missing_text), "/order/who")}
    };
    Ok(Page::new(title, body).back("/order/check").wrong(kept.has_problems()))
}
