//! Making an order, one question a page.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Which help: starts the draft.
#[server(endpoint = "order/what", prefix = "/api")]
pub async fn order_what(#[server(default)] job: String, #[server(default)] service: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let back = format!("/order?service={}", service.parse().unwrap_or(domain::Service::Snow));
    let next = |draft: backend::Draft| {
        if draft.resident.is_none() && who.is(domain::Role::Relative) { "/order/for" } else { "/order/where" }
    };
    let done = who.backend.draft_start(&who.caller, &job).await.map(|draft| next(draft).to_owned());
    posted(&who, Going { form: "order-what", back: &back, typed: vec![("job", job)] }, done).await
}

/// For whom, when one may order for several.
#[server(endpoint = "order/for", prefix = "/api")]
pub async fn order_for(#[server(default)] person: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.draft_for(&who.caller, &person).await.map(|()| "/order/where".to_owned());
    posted(&who, Going { form: "order-for", back: "/order/for", typed: vec![("person", person)] }, done).await
}

/// Where.
#[server(endpoint = "order/where", prefix = "/api")]
pub async fn order_where(
    #[server(default)] home: String,
    #[server(default)] address: String,
    #[server(default)] note: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.draft_where(&who.caller, &home, &address, &note).await.map(|()| "/order/when".to_owned());
    let typed = vec![("home", home), ("address", address), ("note", note)];
    posted(&who, Going { form: "order-where", back: "/order/where", typed }, done).await
}

/// When.
#[server(endpoint = "order/when", prefix = "/api")]
pub async fn order_when(#[server(default)] time: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.draft_when(&who.caller, &time).await.map(|()| "/order/who".to_owned());
    posted(&who, Going { form: "order-when", back: "/order/when", typed: vec![("time", time)] }, done).await
}

/// How the resident is reached.
#[server(endpoint = "order/who", prefix = "/api")]
pub async fn order_who(
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] contact: String,
    #[server(default)] strangers: String,
    #[server(default)] credit_used: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.draft_who(&who.caller, &name, &phone, &contact, &strangers, &credit_used).await;
    let done = done.map(|()| "/order/check".to_owned());
    let typed = vec![
        ("name", name),
        ("phone", phone),
        ("contact", contact),
        ("strangers", strangers),
        ("credit_used", credit_used),
    ];
    posted(&who, Going { form: "order-who", back: "/order/who", typed }, done).await
}

/// Sends the order. The key was made with the draft and stands in the form: sending it twice makes one order.
#[server(endpoint = "order/send", prefix = "/api")]
pub async fn order_send(#[server(default)] key: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let sent = who.backend.send_order(&who.caller, &key, &who.client).await;
    let back = if taken(&sent) { "/order/when" } else { "/order/check" };
    let form = if taken(&sent) { "order-when" } else { "order-check" };
    posted(&who, Going { form, back, typed: vec![] }, sent.map(|sent| after(&sent))).await
}

/// The code that came to the number given with the order.
#[server(endpoint = "order/code", prefix = "/api")]
pub async fn order_code(#[server(default)] code: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let sent = who.backend.confirm_order(&who.caller, &code).await;
    if let Ok((_, Some(token))) = &sent {
        crate::visitor::add_cookie(&who.cookies.session(token, backend::SESSION_LASTS));
    }
    let (form, back) = if taken(&sent) { ("order-when", "/order/when") } else { ("order-code", "/order/code") };
    posted(&who, Going { form, back, typed: vec![] }, sent.map(|(sent, _)| after(&sent))).await
}

#[cfg(feature = "ssr")]
fn after(sent: &backend::Sent) -> String {
    match sent {
        backend::Sent::Ordered(order) => format!("/order/done?order={order}"),
        backend::Sent::NeedsCode => "/order/code".to_owned(),
    }
}

/// Whether somebody took the time meanwhile: then the way on is to choose another.
#[cfg(feature = "ssr")]
fn taken<T>(outcome: &Result<T, backend::Error>) -> bool {
    matches!(outcome, Err(backend::Error::Refused(backend::Refusal::Fields(problems)))
        if problems.iter().any(|p| p.problem == domain::Problem::TimeTaken))
}
