//! What the coordinator does with a visit.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted, visit::id};

/// Puts a visit to a given member, within their limits: it is an offer, and they may say no.
#[server(endpoint = "desk/put", prefix = "/api")]
pub async fn desk_put(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] member: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/visit/{}", id(&visit));
    let done = who.backend.put_to(&who.caller, &visit, &version, &member).await;
    let done = done.map(|()| format!("{page}?told=put"));
    posted(&who, Going { form: "desk-put", back: &page, typed: vec![("member", member)] }, done).await
}

/// Calls a visit off, with a message to the resident and the member.
#[server(endpoint = "desk/call-off", prefix = "/api")]
pub async fn desk_call_off(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] note: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/visit/{}", id(&visit));
    let done = who.backend.call_off(&who.caller, &visit, &version, &note).await;
    let done = done.map(|()| format!("{page}?told=called_off"));
    posted(&who, Going { form: "desk-call-off", back: &page, typed: vec![("note", note)] }, done).await
}

/// Gives a visit another time.
#[server(endpoint = "desk/move", prefix = "/api")]
pub async fn desk_move(
    #[server(default)] visit: String,
    #[server(default)] version: String,
    #[server(default)] time: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/visit/{}", id(&visit));
    let done = who.backend.move_visit(&who.caller, &visit, &version, &time).await;
    let done = done.map(|()| format!("{page}?told=moved"));
    posted(&who, Going { form: "desk-move", back: &page, typed: vec![("time", time)] }, done).await
}

/// Marks a member away for so many days from today. Their visits go to others at once.
#[server(endpoint = "desk/away", prefix = "/api")]
pub async fn desk_away(#[server(default)] member: String, #[server(default)] days: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/members/{}", id(&member));
    let done = who.backend.mark_away(&who.caller, &member, &days).await;
    let done = done.map(|run| match run {
        Some(run) => format!("/desk/plan/{run}"),
        None => format!("{page}?told=away"),
    });
    posted(&who, Going { form: "desk-away", back: &page, typed: vec![("days", days)] }, done).await
}

/// The member is back at work.
#[server(endpoint = "desk/back", prefix = "/api")]
pub async fn desk_back(#[server(default)] member: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/members/{}", id(&member));
    let done = who.backend.mark_back(&who.caller, &member).await.map(|()| format!("{page}?told=back"));
    posted(&who, Going { form: "desk-back", back: &page, typed: vec![] }, done).await
}

/// Starts the planner over the chosen visits.
#[server(endpoint = "desk/plan", prefix = "/api")]
pub async fn desk_plan(
    #[server(default)] visits: Vec<String>,
    #[server(default)] others: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.plan_these(&who.caller, &visits, &others).await.map(|run| format!("/desk/plan/{run}"));
    posted(&who, Going { form: "desk-plan", back: "/desk/plan", typed: vec![("others", others)] }, done).await
}

/// The run ends with what it has.
#[server(endpoint = "desk/plan-stop", prefix = "/api")]
pub async fn desk_plan_stop(#[server(default)] planning: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/plan/{}", id(&planning));
    let done = who.backend.stop_planning(&who.caller, &planning).await.map(|()| page.clone());
    posted(&who, Going { form: "desk-plan-stop", back: &page, typed: vec![] }, done).await
}

/// Carries a proposal out: "at_once" or "searched".
#[server(endpoint = "desk/plan-accept", prefix = "/api")]
pub async fn desk_plan_accept(
    #[server(default)] planning: String,
    #[server(default)] which: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/plan/{}", id(&planning));
    let done = who.backend.accept_plan(&who.caller, &planning, &which).await.map(|()| page.clone());
    posted(&who, Going { form: "desk-plan-accept", back: &page, typed: vec![] }, done).await
}

/// Nobody wants the proposal.
#[server(endpoint = "desk/plan-discard", prefix = "/api")]
pub async fn desk_plan_discard(#[server(default)] planning: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = format!("/desk/plan/{}", id(&planning));
    let done = who.backend.discard_plan(&who.caller, &planning).await.map(|()| page.clone());
    posted(&who, Going { form: "desk-plan-discard", back: &page, typed: vec![] }, done).await
}

/// Somebody was told by voice what a text message would have said.
#[server(endpoint = "desk/told", prefix = "/api")]
pub async fn desk_told(#[server(default)] message: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let page = "/desk/messages";
    let done = who.backend.told_by_voice(&who.caller, &message).await.map(|()| format!("{page}?told=told"));
    posted(&who, Going { form: "desk-told", back: page, typed: vec![] }, done).await
}
