//! What every form's post has in common: who asks, and what happens next.
//!
//! All our forms are plain posts that end in a redirect, with JavaScript and without. What was typed into a form with
//! a problem is kept under the session, never in the address, and the page shows it again beside the problem.

use backend::{Error, KeptForm, Refusal};

use crate::{
    error::ApiError,
    visitor::{Visitor, add_cookie, redirect_to, set_status, visitor},
};

/// The page of a device that is locked.
pub(crate) const LOCKED: &str = "/lounge/locked";

/// Where a form goes when it was taken and when it wasn't.
pub(crate) struct Going<'a> {
    /// The form's name, under which what was typed is kept.
    pub(crate) form: &'a str,
    /// The page of the form.
    pub(crate) back: &'a str,
    /// What was typed, whole: the server's limit of a body bounds it.
    pub(crate) typed: Vec<(&'static str, String)>,
}

/// Who asks. A visitor without a session gets one: this is a post, and what they type must be kept somewhere.
pub(crate) async fn asker() -> Result<Visitor, ApiError> {
    let mut visitor = visitor().map_err(|error| told(&error))?;
    if visitor.caller.session.is_none() && !visitor.caller.is_locked() {
        let token = visitor.backend.open_session().await.map_err(|error| told(&error))?;
        add_cookie(&visitor.cookies.session(&token, backend::SESSION_LASTS));
        visitor.caller = visitor.backend.caller(Some(&token)).await.map_err(|error| told(&error))?;
    }
    Ok(visitor)
}

/// Ends a post: on to `next` when the use case took it, back to the form with the problems when it didn't.
pub(crate) async fn posted(
    visitor: &Visitor,
    going: Going<'_>,
    outcome: Result<String, Error>,
) -> Result<(), ApiError> {
    if visitor.caller.is_locked() {
        return while_locked(visitor, going).await;
    }
    match outcome {
        Ok(next) => {
            visitor.backend.clear_form(&visitor.caller, going.form).await.map_err(|error| told(&error))?;
            redirect_to(&next);
            Ok(())
        }
        Err(Error::Refused(Refusal::Fields(problems))) => {
            let values = going.typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let kept = KeptForm { values, problems };
            visitor.backend.keep_form(&visitor.caller, going.form, kept).await.map_err(|error| told(&error))?;
            redirect_to(&with_fix(going.back));
            Ok(())
        }
        Err(Error::Refused(Refusal::SignInFirst)) => {
            redirect_to(&format!("/sign-in?next={}", going.back.split('?').next().unwrap_or("/")));
            Ok(())
        }
        Err(error) => {
            let answer = told(&error);
            redirect_to(match answer {
                ApiError::NotFound => "/sorry/not-found",
                ApiError::NeedsCode => "/sorry/needs-code",
                ApiError::Changed => "/sorry/changed",
                _ => "/sorry/later",
            });
            Ok(())
        }
    }
}

/// A post on a device that has locked meanwhile: nobody did it. What was typed waits for whoever opens the device.
async fn while_locked(visitor: &Visitor, going: Going<'_>) -> Result<(), ApiError> {
    let back = going.back.split('?').next().unwrap_or("/");
    if !going.typed.is_empty() {
        let values = going.typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let kept = KeptForm { values, problems: Vec::new() };
        visitor.backend.keep_form(&visitor.caller, going.form, kept).await.map_err(|error| told(&error))?;
    }
    redirect_to(&format!("{LOCKED}?next={back}"));
    Ok(())
}

/// The page's address with the mark that asks it to show what was kept.
fn with_fix(back: &str) -> String {
    let mark = if back.contains('?') { '&' } else { '?' };
    format!("{back}{mark}fix=1")
}

/// What the browser is told of an error; what broke has been logged where it broke.
pub(crate) fn told(error: &Error) -> ApiError {
    let (answer, status) = match error {
        Error::Refused(Refusal::SignInFirst) => (ApiError::SignIn, http::StatusCode::UNAUTHORIZED),
        Error::Refused(Refusal::NeedsCode) => (ApiError::NeedsCode, http::StatusCode::FORBIDDEN),
        Error::Refused(Refusal::NotYours) => (ApiError::NotFound, http::StatusCode::NOT_FOUND),
        Error::Refused(Refusal::Changed) => (ApiError::Changed, http::StatusCode::CONFLICT),
        Error::Refused(Refusal::Fields(_)) => (ApiError::BadRequest, http::StatusCode::UNPROCESSABLE_ENTITY),
        Error::Refused(Refusal::TryLater) => (ApiError::TryLater, http::StatusCode::SERVICE_UNAVAILABLE),
        Error::Broken(_) => {
            tracing::error!(%error, "a request could not be answered");
            (ApiError::TryLater, http::StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    set_status(status);
    answer
}
