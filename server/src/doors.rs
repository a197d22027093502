//! Showing a door code: the one page that answers a post by itself. A GET never holds a code, nor does any address, cookie
//! or kept form: what the browser may keep of it is nothing (`no-store`), and going back asks again.

use app::visitor::Visitor;
use axum::{
    Extension, Form,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use backend::{Error, Refusal};
use http::{StatusCode, Uri};
use serde::Deserialize;
use tower::ServiceExt;

use crate::sorry::{Apologies, Sorry};

/// Where it is asked for, and the page that shows it.
pub const ADDRESS: &str = "/member/door";

/// Which visit's.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    visit: String,
}

/// Shows it to the member who goes there.
pub async fn show(
    State(pages): State<Apologies>,
    Extension(visitor): Extension<Visitor>,
    Form(asked): Form<Asked>,
) -> Response {
    let shown = match visitor.backend.show_door_code(&visitor.caller, &asked.visit).await {
        Ok(shown) => shown,
        Err(Error::Refused(Refusal::SignInFirst)) => {
            return Redirect::to("/sign-in?next=%2Fmember%2Ftoday").into_response();
        }
        Err(Error::Refused(Refusal::NotYours)) => {
            return Sorry::new(StatusCode::NOT_FOUND, "not-found").into_response();
        }
        Err(Error::Refused(Refusal::Changed | Refusal::Fields(_))) => {
            return Sorry::new(StatusCode::CONFLICT, "changed").into_response();
        }
        Err(Error::Refused(Refusal::TryLater)) => return Sorry::later().into_response(),
        Err(error) => {
            tracing::error!(%error, "a door code can't be shown");
            return Sorry::later().into_response();
        }
    };
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static(ADDRESS);
    request.extensions_mut().insert(Visitor { door: Some(shown), ..visitor });
    match pages.pages.oneshot(request).await {
        Ok(page) => page,
        Err(never) => match never {},
    }
}
