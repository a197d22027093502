//! Two pages of text: how accessible this is, and what we keep and why.

use backend::Error;
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Page, paragraphs, tel},
    visitor::Visitor,
};

/// `/accessibility`
pub(crate) async fn accessibility(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let coop = visitor.coop();
    let title = t!(lang, about.access_title);
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        {paragraphs(vec![t!(lang, about.access_1), t!(lang, about.access_2), t!(lang, about.access_3)])}
        <h2>{t!(lang, about.access_feedback_title)}</h2>
        <p>{t!(lang, about.access_feedback)}</p>
        <p>
            <a href=tel(&coop.desk_phone)>{coop.desk_phone.clone()}</a>
        </p>
        <h2>{t!(lang, about.access_known_title)}</h2>
        <p>{t!(lang, about.access_known)}</p>
    };
    Ok(Page::new(title, body).back("/"))
}

/// `/privacy`
pub(crate) async fn privacy(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let title = t!(lang, about.privacy_title);
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, about.privacy_lead)}</p>
        <h2>{t!(lang, about.privacy_what_title)}</h2>
        {paragraphs(vec![t!(lang, about.privacy_what_1), t!(lang, about.privacy_what_2), t!(lang, about.privacy_what_3)])}
        <h2>{t!(lang, about.privacy_who_title)}</h2>
        {paragraphs(vec![t!(lang, about.privacy_who_1), t!(lang, about.privacy_who_2), t!(lang, about.privacy_who_3)])}
        <h2>{t!(lang, about.privacy_cookies_title)}</h2>
        <p>{t!(lang, about.privacy_cookies)}</p>
        <h2>{t!(lang, about.privacy_rights_title)}</h2>
        <p>{t!(lang, about.privacy_rights)}</p>
    };
    Ok(Page::new(title, body).back("/"))
}
