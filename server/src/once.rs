//! Pages that answer a post by themselves, because what they show is shown once: a door code, the link for a resident's
//! phone. A GET never holds it, nor does any address, cookie or kept form: what the browser may keep of it is nothing
//! (`no-store`), and going back asks again.

use app::visitor::Visitor;
use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request},
    response::{IntoResponse, Redirect, Response},
};
use backend::{Error, Refusal};
use http::{StatusCode, Uri};
use serde::de::DeserializeOwned;
use tower::ServiceExt;

use crate::sorry::{Apologies, Sorry};

/// What the form said. What can't be read is told in the visitor's words, not in the library's.
pub struct Posted<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Form::from_request(request, state).await {
            Ok(Form(said)) => Ok(Self(said)),
            Err(_) => Err(Sorry::new(StatusCode::BAD_REQUEST, "changed").into_response()),
        }
    }
}

/// The page at that address, for the visitor who carries what it shows.
pub async fn page(pages: Apologies, address: &'static str, visitor: Visitor) -> Response {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static(address);
    request.extensions_mut().insert(visitor);
    match pages.pages.oneshot(request).await {
        Ok(page) => page,
        Err(never) => match never {},
    }
}

/// How a post that shows nothing ends. Whoever must sign in comes back to `back`, a path without a query.
pub fn refused(visitor: &Visitor, error: &Error, back: &str) -> Response {
    match error {
        Error::Refused(Refusal::SignInFirst) if visitor.caller.is_locked() => {
            Redirect::to(&format!("/lounge/locked?next={back}")).into_response()
        }
        Error::Refused(Refusal::SignInFirst) => Redirect::to(&format!("/sign-in?next={back}")).into_response(),
        Error::Refused(Refusal::NeedsCode) => Sorry::new(StatusCode::FORBIDDEN, "needs-code").into_response(),
        Error::Refused(Refusal::NotYours) => Sorry::new(StatusCode::NOT_FOUND, "not-found").into_response(),
        Error::Refused(Refusal::Changed | Refusal::Fields(_)) => {
            Sorry::new(StatusCode::CONFLICT, "changed").into_response()
        }
        Error::Refused(Refusal::TryLater) => Sorry::later().into_response(),
        Error::Broken(_) => {
            tracing::error!(%error, "what a post answers by itself can't be made");
            Sorry::later().into_response()
        }
    }
}
