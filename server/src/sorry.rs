//! Turns what went wrong outside the pages (a refused post, a body too long, a panic, no such address) into a page in
//! the visitor's language, with its true status. Layers answer a [`Sorry`]; the words are the app's `/sorry/…`.

use app::visitor::Visitor;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::Caller;
use http::{
    HeaderMap, HeaderValue, StatusCode, Uri,
    header::{ACCEPT, ALLOW, CONTENT_TYPE},
    request::Parts,
};
use tower::ServiceExt;

use crate::{AppState, session};

/// An answer without words yet.
#[derive(Clone, Copy, Debug)]
pub struct Sorry {
    status: StatusCode,
    page: &'static str,
}

impl Sorry {
    /// That status, with the words of `/sorry/<page>`.
    pub fn new(status: StatusCode, page: &'static str) -> Self {
        Self { status, page }
    }

    /// Its status.
    pub fn status(self) -> StatusCode {
        self.status
    }

    /// Something of ours can't at the moment.
    pub fn later() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "later")
    }
}

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The pages without any layer, to render an apology with.
#[derive(Clone)]
pub struct Apologies {
    /// The server's state.
    pub state: AppState,
    /// The page routes alone.
    pub pages: Router,
}

/// Whether a browser asked for a page, rather than a script for data.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Puts words to a [`Sorry`], for browsers. A script gets the status and the code alone.
pub async fn words(State(apologies): State<Apologies>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(sorry) = response.extensions().get::<Sorry>().copied() else { return response };
    let allow = response.headers().get(ALLOW).cloned();
    let mut told = if wants_page(&asked.headers) { apologies.page(sorry, &asked).await } else { code(sorry) };
    told.headers_mut().extend(allow.map(|allow| (ALLOW, allow)));
    told
}

fn code(sorry: Sorry) -> Response {
    let json = format!("\"{}\"", sorry.page.replace('-', "_"));
    (sorry.status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response()
}

impl Apologies {
    async fn page(&self, sorry: Sorry, asked: &Parts) -> Response {
        let visitor = asked.extensions.get::<Visitor>().cloned().unwrap_or_else(|| self.stranger(asked));
        let path = format!("/sorry/{}", sorry.page);
        let Ok(uri) = path.parse::<Uri>() else { return code(sorry) };
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri;
        request.extensions_mut().insert(Visitor { path, ..visitor });
        match self.pages.clone().oneshot(request).await {
            Ok(mut page) => {
                *page.status_mut() = sorry.status;
                page
            }
            Err(never) => match never {},
        }
    }

    /// Nobody is looked up for an apology: the database may be what is broken.
    fn stranger(&self, asked: &Parts) -> Visitor {
        let coop = self.state.backend.settings().coop.id;
        session::make(&self.state, asked, Caller::nobody(coop))
    }
}
