//! Signing in and out.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Asks for a one-time code. The answer is the same whether the number is known or not.
#[server(endpoint = "session/ask", prefix = "/api")]
pub async fn session_ask(#[server(default)] phone: String, #[server(default)] next: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.ask_code(&who.caller, &phone, who.caller.language, &who.client).await;
    let next = own_path(&next);
    let done = done.map(|()| format!("/sign-in/code?next={next}"));
    let back = format!("/sign-in?next={next}");
    posted(&who, Going { form: "sign-in", back: &back, typed: vec![("phone", phone)] }, done).await
}

/// Answers the code.
#[server(endpoint = "session/answer", prefix = "/api")]
pub async fn session_answer(#[server(default)] code: String, #[server(default)] next: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let next = own_path(&next);
    let back = format!("/sign-in/code?next={next}");
    let signed_in = who.backend.answer_code(&who.caller, &code).await;
    entered(&who, Going { form: "sign-in-code", back: &back, typed: vec![] }, next, signed_in).await
}

/// Signs out: the session is dead on the server's side.
#[server(endpoint = "session/end", prefix = "/api")]
pub async fn session_end() -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.sign_out(&who.caller).await;
    crate::visitor::add_cookie(&who.cookies.no_session());
    done.map_err(|error| crate::api::told(&error))?;
    crate::visitor::redirect_to("/");
    Ok(())
}

/// Ends a sign-in: the new session's cookie, and on to what was wanted, or to where the person's role begins.
#[cfg(feature = "ssr")]
pub(crate) async fn entered(
    who: &crate::visitor::Visitor,
    going: Going<'_>,
    next: String,
    signed_in: Result<backend::SignedIn, backend::Error>,
) -> Result<(), ApiError> {
    if let Ok(signed_in) = &signed_in {
        crate::visitor::add_cookie(&who.cookies.session(&signed_in.token, signed_in.lasts));
    }
    let done = signed_in.map(|signed_in| if next == "/" { start_page(&signed_in.roles).to_owned() } else { next });
    posted(who, going, done).await
}

/// Where each role begins.
#[cfg(feature = "ssr")]
pub(crate) fn start_page(roles: &[domain::Role]) -> &'static str {
    use domain::Role;
    let order = [
        (Role::Coordinator, "/desk"),
        (Role::Lounge, "/lounge"),
        (Role::Member, "/member"),
        (Role::Resident, "/my"),
        (Role::Relative, "/my"),
    ];
    order.iter().find(|(role, _)| roles.contains(role)).map_or("/", |(_, page)| page)
}

/// A path of our own pages, without anything that could lead elsewhere or break out of an address.
#[cfg(feature = "ssr")]
pub(crate) fn own_path(next: &str) -> String {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() < 200
        && next.chars().all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c));
    if fine { next.to_owned() } else { "/".to_owned() }
}
