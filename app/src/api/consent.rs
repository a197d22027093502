//! Who may order for whom.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Takes a mandate back, or gives one up: it ends at once.
#[server(endpoint = "consent/revoke", prefix = "/api")]
pub async fn consent_revoke(#[server(default)] mandate: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let revoked = who.backend.revoke_mandate(&who.caller, &mandate).await;
    let done = revoked.map(|revoked| match revoked {
        backend::Revoked::Ended => "/my/people?told=revoked".to_owned(),
        backend::Revoked::Serving => "/lounge".to_owned(),
        backend::Revoked::For(resident) => format!("/desk/people/{resident}?told=revoked"),
    });
    posted(&who, Going { form: "consent-revoke", back: "/my/people", typed: vec![] }, done).await
}

/// Asks somebody to order for the resident.
#[server(endpoint = "consent/invite", prefix = "/api")]
pub async fn consent_invite(
    #[server(default)] name: String,
    #[server(default)] mobile: String,
    #[server(default)] services: Vec<String>,
    #[server(default)] months: String,
    #[server(default)] consent: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let typed = vec![
        ("name", name.clone()),
        ("mobile", mobile.clone()),
        ("services", services.join(" ")),
        ("months", months.clone()),
        ("consent", consent.clone()),
    ];
    let form = backend::InvitationForm { name, phone: mobile, services, months, consent };
    let done = who.backend.invite(&who.caller, form).await.map(|()| "/my/people?told=invited".to_owned());
    posted(&who, Going { form: "consent-invite", back: "/my/people/invite", typed }, done).await
}

/// The one who was asked says yes, or anything else for no.
#[server(endpoint = "consent/answer", prefix = "/api")]
pub async fn consent_answer(
    #[server(default)] invitation: String,
    #[server(default)] answer: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let yes = answer == "yes";
    let done = who.backend.answer_invitation(&who.caller, &invitation, yes).await;
    let done = done.map(|()| format!("/my/people?told={}", if yes { "accepted" } else { "declined" }));
    posted(&who, Going { form: "consent-answer", back: "/my/people", typed: vec![] }, done).await
}

/// Asks a resident to be allowed to order for them.
#[server(endpoint = "consent/ask", prefix = "/api")]
pub async fn consent_ask(
    #[server(default)] resident: String,
    #[server(default)] resident_phone: String,
    #[server(default)] services: Vec<String>,
    #[server(default)] months: String,
    #[server(default)] name: String,
    #[server(default)] mobile: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let typed = vec![
        ("resident", resident.clone()),
        ("resident_phone", resident_phone.clone()),
        ("services", services.join(" ")),
        ("months", months.clone()),
        ("name", name.clone()),
        ("mobile", mobile.clone()),
    ];
    let form = backend::MandateRequestForm { resident, resident_phone, services, months, name, mobile };
    let done = who.backend.ask_for_mandate(&who.caller, form, &who.client).await.map(|asked| match asked {
        backend::Asked::Sent => "/my/people?told=asked".to_owned(),
        backend::Asked::CodeFirst => "/sign-in/code?next=/my/people".to_owned(),
    });
    posted(&who, Going { form: "consent-ask", back: "/my/people/ask", typed }, done).await
}

/// A resident lets somebody order for them, or anything else for no: by themselves, or told on the phone to whoever helps
/// (then `list` says whether it was from the list of calls).
#[server(endpoint = "consent/grant", prefix = "/api")]
pub async fn consent_grant(
    #[server(default)] request: String,
    #[server(default)] answer: String,
    #[server(default)] list: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let yes = answer == "yes";
    let told = if yes { "granted" } else { "refused" };
    let done = who.backend.answer_request(&who.caller, &request, yes).await.map(|answered| match answered {
        backend::AnsweredFor::Rung(_) if list == "calls" => format!("/lounge/calls?told={told}"),
        backend::AnsweredFor::Rung(resident) => format!("/desk/people/{resident}?told={told}"),
        backend::AnsweredFor::Own => format!("/my/people?told={told}"),
    });
    posted(&who, Going { form: "consent-grant", back: "/my/people", typed: vec![] }, done).await
}

/// Who asked to be allowed takes the question back.
#[server(endpoint = "consent/take-back", prefix = "/api")]
pub async fn consent_take_back(#[server(default)] request: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.take_request_back(&who.caller, &request).await;
    let done = done.map(|()| "/my/people?told=taken_back".to_owned());
    posted(&who, Going { form: "consent-take-back", back: "/my/people", typed: vec![] }, done).await
}

/// Takes the question back before it is answered.
#[server(endpoint = "consent/withdraw", prefix = "/api")]
pub async fn consent_withdraw(#[server(default)] invitation: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.withdraw_invitation(&who.caller, &invitation).await;
    let done = done.map(|()| "/my/people?told=withdrawn".to_owned());
    posted(&who, Going { form: "consent-withdraw", back: "/my/people", typed: vec![] }, done).await
}
