//! Only in the demo: the persons to try, and every message that would have been sent.

use backend::{Error, Refusal};
use domain::{Channel, Role};
use leptos::prelude::*;
use words::{Lang, t};

use super::messages::text;
use crate::{
    components::{Page, Width},
    format::Clock,
    names,
    pages::clock,
    visitor::Visitor,
};

/// `/demo`
pub(crate) async fn people(visitor: Visitor) -> Result<Page, Error> {
    only_demo(&visitor)?;
    let lang = visitor.lang();
    let people = visitor.backend.demo_people().await?;
    let title = t!(lang, demo.title);
    let rows = people
        .into_iter()
        .map(|(name, phone, roles)| {
            let roles = roles.into_iter().map(|role| self::role(lang, role)).collect::<Vec<_>>().join(", ");
            let phone = phone.map_or_else(|| t!(lang, demo.no_phone), |phone| phone.national());
            view! {
                <div class="summary-list__row">
                    <dt class="summary-list__key">{name.full()}</dt>
                    <dd class="summary-list__value">
                        <b>{phone}</b>
                        <span class="summary-list__more">{roles}</span>
                    </dd>
                </div>
            }
        })
        .collect_view();
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, demo.lead)}</p>
        <p>
            <a href="/sign-in">{t!(lang, common.sign_in)}</a>
        </p>
        <p>
            <a href="/demo/outbox">{t!(lang, demo.outbox)}</a>
        </p>
        <dl class="summary-list">{rows}</dl>
    };
    Ok(Page::new(title, body).back("/"))
}

/// `/demo/outbox`: newest first, codes included.
pub(crate) async fn outbox(visitor: Visitor) -> Result<Page, Error> {
    only_demo(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let messages = visitor.backend.outbox(60).await?;
    let title = t!(lang, demo.outbox);
    let rows = messages
        .into_iter()
        .map(|sent| {
            let in_their = Clock { lang: names::lang(sent.language), ..clock };
            let to = sent.to.as_ref().map(domain::PersonName::full);
            let phone = sent.phone.as_ref().map(domain::PhoneNumber::national);
            let email = sent.email.as_ref().filter(|_| sent.way == Channel::Email);
            let to_where = email.map(|email| email.as_str().to_owned()).or(phone);
            let way = match sent.way {
                Channel::Sms => t!(lang, order.contact_sms),
                Channel::Email => t!(lang, demo.by_email),
                Channel::Call => t!(lang, order.contact_call),
                Channel::Lounge => t!(lang, order.contact_lounge),
            };
            let whom = [to, to_where, Some(way)].into_iter().flatten().collect::<Vec<_>>().join(", ");
            view! {
                <article class="visit-card outbox__message">
                    <p class="tag">{clock.at(sent.at)}</p>
                    <h2 class="visit-card__title outbox__to">{whom}</h2>
                    <p class="visit-card__text outbox__text" lang=sent.language.html_lang()>
                        {text(&in_their, &sent.message)}
                    </p>
                </article>
            }
        })
        .collect_view();
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, demo.outbox_lead)}</p>
        {rows}
    };
    Ok(Page::new(title, body).back("/demo").width(Width::Column))
}

/// "koordinaattori".
fn role(lang: Lang, role: Role) -> String {
    match role {
        Role::Resident => t!(lang, demo.resident),
        Role::Relative => t!(lang, demo.relative),
        Role::Member => t!(lang, demo.member),
        Role::Lounge => t!(lang, demo.lounge),
        Role::Coordinator => t!(lang, demo.coordinator),
    }
}

fn only_demo(visitor: &Visitor) -> Result<(), Error> {
    if visitor.demo { Ok(()) } else { Err(Error::Refused(Refusal::NotYours)) }
}
