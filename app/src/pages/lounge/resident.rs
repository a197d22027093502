//! The one who is being served: their details, their visits, and the five services to order.

use backend::{Error, Refusal};
use domain::Service;
use leptos::prelude::*;
use words::t;

use super::helper;
use crate::{
    components::{Page, Row, service_icon, summary_list, tag},
    names,
    pages::{
        clock,
        resident::{check::contact, what::capital},
    },
    visitor::Visitor,
};

/// `/lounge/resident`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    helper(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let served = visitor.caller.serving.clone().ok_or(Error::Refused(Refusal::NotYours))?;
    let resident = visitor.backend.resident(&visitor.caller, &served.id.to_string()).await?;
    let visits = visitor.backend.my_visits(&visitor.caller).await?;
    let title = resident.person.name.full();
    let mut rows = Vec::new();
    if let Some((_, home)) = &resident.home {
        rows.push(Row::new(t!(lang, order.check_where), home.line()));
    }
    let phone = resident.phone.as_ref().map_or_else(|| t!(lang, demo.no_phone), domain::PhoneNumber::national);
    rows.push(Row::new(t!(lang, lounge.phone), phone));
    rows.push(Row::new(t!(lang, lounge.told_by), contact(lang, resident.contact)));
    if let Some((given, until)) = resident.consent {
        let given = super::consent_choices(&visitor)
            .into_iter()
            .find(|choice| choice.value == given.code())
            .map(|choice| choice.title)
            .unwrap_or_default();
        // It ends with its last day, at midnight.
        let until = clock.full_date(clock.zone.date(until.plus_seconds(-1)));
        rows.push(Row::new(t!(lang, lounge.consent), t!(lang, lounge.consent_until, given = given, until = until)));
    }
    let tiles = Service::ALL
        .iter()
        .map(|service| {
            view! {
                <a class=format!("tile tile--{service}") href=format!("/order?service={service}")>
                    {service_icon(*service)}
                    <span class="tile__text">
                        <span class="tile__name">{names::order_service(lang, *service)}</span>
                    </span>
                </a>
            }
        })
        .collect_view();
    let coming = visits
        .iter()
        .filter(|visit| !matches!(visit.state, domain::VisitState::Done { .. } | domain::VisitState::Cancelled(_)))
        .map(|visit| {
            let helper = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
            let line = t!(
                lang,
                my.card_title,
                job = names::service(lang, visit.job.service()),
                window = clock.window(visit.window)
            );
            view! {
                <article class="visit-card">
                    {tag(&clock, &visit.state, helper.as_deref())}
                    <h3 class="visit-card__title">{capital(&line)}</h3>
                    <p>
                        <a href=format!("/my/visit/{}", visit.visit)>{t!(lang, my.look_or_change)}</a>
                        " "
                        <a href=format!("/order/slip?order={}", visit.order)>{t!(lang, order.done_print)}</a>
                    </p>
                </article>
            }
        })
        .collect_view();
    let any = visits
        .iter()
        .any(|visit| !matches!(visit.state, domain::VisitState::Done { .. } | domain::VisitState::Cancelled(_)));
    let email = visitor.backend.settings().emails.then(|| {
        view! {
            <p>
                <a href="/my/email">{t!(lang, email.title_of, name = title.clone())}</a>
            </p>
        }
    });
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        {summary_list(lang, rows)}
        <p>
            <a href="/my/people">{t!(lang, people.title_of, name = title.clone())}</a>
        </p>
        <p>
            <a href="/my/phones">{t!(lang, phones.title_of, name = title.clone())}</a>
        </p>
        {email}
        <h2>{t!(lang, home.title)}</h2>
        {tiles}
        {any.then(|| view! { <h2>{t!(lang, lounge.coming)}</h2> })}
        {coming}
    };
    Ok(Page::new(title, body).back("/lounge"))
}
