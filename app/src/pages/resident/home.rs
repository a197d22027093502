//! The first page: what help do you need?

use backend::Error;
use domain::Service;
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Page, service_icon},
    names,
    visitor::Visitor,
};

/// `/`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let tiles = Service::ALL
        .iter()
        .map(|service| {
            view! {
                <a class=format!("tile tile--{service}") href=format!("/order?service={service}")>
                    {service_icon(*service)}
                    <span class="tile__text">
                        <span class="tile__name">{names::service(lang, *service)}</span>
                        <span class="tile__hint">{names::service_hint(lang, *service)}</span>
                    </span>
                </a>
            }
        })
        .collect_view();
    let own = if visitor.signed_in() {
        view! { <a href="/my">{t!(lang, home.my)}</a> }.into_any()
    } else {
        view! { <a href="/sign-in">{t!(lang, home.sign_in)}</a> }.into_any()
    };
    let body = view! {
        <h1 class="heading">{t!(lang, home.title)}</h1>
        <p class="lead">{t!(lang, home.lead)}</p>
        {tiles}
        <p>
            <a href="/slip">{t!(lang, home.slip)}</a>
        </p>
        <p>{own}</p>
        {visitor.demo.then(|| view! {
            <div class="note">
                <p>{t!(lang, common.demo_note)}</p>
                <p><a href="/demo">{t!(lang, common.demo_link)}</a></p>
            </div>
        })}
    };
    Ok(Page::new(t!(lang, home.title), body))
}
