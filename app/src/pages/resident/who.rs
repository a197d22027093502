//! How the resident is reached, whether somebody unfamiliar may come, and what they have bought this year.

use backend::Error;
use domain::ContactWay;
use leptos::prelude::*;
use words::t;

use super::draft;
use crate::{
    components::{Action, Choice, Field, Legend, Page, button, form, kept, radios, text_field},
    pages::clock,
    visitor::Visitor,
};

/// `/order/who`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let draft = draft(&visitor).await?;
    let kept = kept(&visitor, "order-who").await?;
    let myself = visitor.caller.person.as_ref().map(|person| person.id);
    let other = draft.resident.as_ref().filter(|resident| Some(resident.id) != myself);
    let title = match other {
        Some(resident) => t!(lang, order.who_title_them, name = resident.name.full()),
        None => t!(lang, order.who_title),
    };
    let newcomer = draft.resident.is_none().then(|| {
        let typed = draft.newcomer.as_ref();
        let name =
            Field::new("name", t!(lang, order.who_name), &kept, typed.map(|n| n.name.full()).unwrap_or_default())
                .hint(t!(lang, order.who_name_hint))
                .autocomplete("name");
        let phone = typed.and_then(|n| n.phone.as_ref()).map(domain::PhoneNumber::national).unwrap_or_default();
        let phone =
            Field::new("phone", t!(lang, order.who_phone), &kept, phone).hint(t!(lang, order.who_phone_hint)).phone();
        view! {
            {text_field(lang, &kept, name)}
            {text_field(lang, &kept, phone)}
        }
    });
    let ways = vec![
        Choice::new(ContactWay::Sms.code(), t!(lang, order.who_sms)),
        Choice::new(ContactWay::Call.code(), t!(lang, order.who_call)).hint(t!(
            lang,
            order.who_call_hint,
            from = clock.minute(visitor.coop().desk_hours.0),
            to = clock.minute(visitor.coop().desk_hours.1)
        )),
        Choice::new(ContactWay::Lounge.code(), t!(lang, order.who_lounge)).hint(t!(lang, order.who_lounge_hint)),
    ];
    let way_question = if other.is_some() { t!(lang, order.who_contact_them) } else { t!(lang, order.who_contact) };
    let chosen_way = draft.contact.map_or("", ContactWay::code);
    let (strangers, no) = match (other, draft.resident.is_some()) {
        (Some(_), _) => (t!(lang, order.who_strangers_them), t!(lang, order.who_strangers_no_them)),
        (None, true) => (t!(lang, order.who_strangers), t!(lang, order.who_strangers_no)),
        (None, false) => (t!(lang, order.who_strangers_new), t!(lang, order.who_strangers_no)),
    };
    let who_may_come = vec![Choice::new("yes", t!(lang, order.who_strangers_yes)), Choice::new("no", no)];
    let chosen_strangers = match draft.strangers_welcome {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    let used = draft.credit_used.map(|sum| (sum.0 / 100).to_string()).unwrap_or_default();
    let credit = if other.is_some() { t!(lang, order.who_credit_them) } else { t!(lang, order.who_credit) };
    let credit = Field::new("credit_used", credit, &kept, used).hint(t!(lang, order.who_credit_hint)).short();
    let for_another = draft.resident.is_none().then(|| {
        view! {
            <p>
                <a href="/my/people/ask">{t!(lang, people.ask_link)}</a>
            </p>
        }
    });
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {form(
            "/api/order/who",
            view! {
                {newcomer}
                {radios(lang, &kept, "contact", Legend::question(way_question), chosen_way, ways)}
                {radios(lang, &kept, "strangers", Legend::question(strangers), chosen_strangers, who_may_come)}
                {text_field(lang, &kept, credit)}
                {button(Action::Main, t!(lang, common.go_on))}
            },
        )}
        {for_another}
    };
    Ok(Page::new(title, body).back("/order/when").wrong(kept.has_problems()))
}
