//! The server: everything that touches the world. The binary `naapuriapu` is a few lines over [`router`], which is
//! also what the tests call.
//!
//! What it isn't: no page (those are `app`'s), no use case (those are `backend`'s). One concern a file, each a layer
//! that requests pass from the outside in:
//!
//! 1. [`log`] names the request and counts its answer. 2. [`headers`]. 3. [`sorry`] puts words to what went wrong.
//! 4. A panic becomes an answer. 5. [`limits`]: a place, a time, a body that ends. 6. [`origin`] refuses other sites'
//!    posts. 7. [`session`] finds out who is visiting. 8. [`posts`] ends what couldn't be carried out.
//!
//! # Adding a layer
//! Its file, and its line in [`router`] at the place where it must see the request.

// A page is one type as deep as its markup: deeper than what the compiler follows by itself.
#![recursion_limit = "512"]

pub mod assets;
pub mod carry;
pub mod client;
pub mod config;
pub mod doors;
pub mod emails;
pub mod headers;
pub mod jobs;
pub mod limits;
pub mod log;
pub mod metrics;
pub mod once;
pub mod origin;
pub mod outgoing;
pub mod own_data;
pub mod phones;
pub mod plan;
pub mod posts;
pub mod rounds;
pub mod serve;
pub mod session;
pub mod sorry;
pub mod texts;

use std::sync::Arc;

use app::{App, Assets, shell};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use backend::{Backend, Entropy};
use http::{HeaderValue, Method, StatusCode, header::CACHE_CONTROL};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use config::Config;
use metrics::Metrics;
use sorry::{Apologies, Sorry};

/// What every request needs. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub backend: Backend,
    /// The settings.
    pub config: Arc<Config>,
    /// The counts.
    pub metrics: Arc<Metrics>,
    /// Where requests' ids come from.
    pub ids: Entropy,
}

impl AppState {
    /// The state of a server with those settings.
    pub fn new(backend: Backend, config: Config) -> Self {
        backend.take_passkeys(&config.public_url);
        Self { backend, config: Arc::new(config), metrics: Arc::default(), ids: Entropy::from_system() }
    }
}

/// Every address.
///
/// # Errors
/// When the public address isn't an origin, which the settings have checked already.
pub fn router(state: AppState) -> anyhow::Result<Router> {
    let bare = pages();
    let apologies = Apologies { state: state.clone(), pages: bare.clone() };
    let places = Arc::new(Semaphore::new(limits::AT_ONCE));

    let shown_once = Router::new()
        .route(doors::ADDRESS, post(doors::show))
        .route(phones::ADDRESS, post(phones::make))
        .with_state(apologies.clone());
    let own_data = Router::new().route(own_data::ADDRESS, post(own_data::export));

    let pages = bare
        .layer(from_fn(only_posts_end_well))
        .merge(shown_once)
        .merge(own_data)
        .layer(from_fn_with_state(state.clone(), session::visitor))
        .layer(origin::layer(&state.config.public_url)?)
        .layer(from_fn(limits::bounded_body))
        .layer(from_fn(limits::patience))
        .layer(from_fn_with_state(places, limits::place));

    let machines = Router::new()
        .route("/pkg/{*path}", get(assets::file))
        .route("/favicon.ico", get(icon))
        .route("/health/live", get(|| async { "live" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics::show))
        .with_state(state.clone());

    Ok(pages
        .merge(machines)
        .merge(texts::hooks::router(state.clone()))
        .layer(CatchPanicLayer::custom(limits::panicked))
        .layer(from_fn_with_state(apologies, sorry::words))
        .layer(from_fn_with_state(state.clone(), headers::set))
        .layer(from_fn_with_state(state, log::request)))
}

/// The app's pages and server functions, with no layer around them.
fn pages() -> Router {
    let options = LeptosOptions::builder().output_name(assets::client_name().unwrap_or_default()).build();
    let address = |name| assets::address(name).map(str::to_owned);
    let names = Assets {
        css: address("main.css"),
        font: address("assets/atkinson-hyperlegible-next.woff2"),
        icon: address("assets/favicon.svg"),
        passkeys: address("passkeys.js"),
    };
    let document = {
        let options = options.clone();
        move || shell(options.clone(), names.clone())
    };
    Router::new()
        .leptos_routes(&options, generate_route_list(App), document.clone())
        .fallback(elsewhere(document))
        .with_state(options)
}

/// Any other address: the app's own page for it, to those who ask for one.
fn elsewhere<IV>(
    document: impl Fn() -> IV + Clone + Send + Sync + 'static,
) -> impl Fn(Request) -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static
where
    IV: leptos::IntoView + 'static,
{
    move |request: Request| {
        if request.method() == Method::GET {
            render_app_async_with_context(|| {}, document.clone())(request)
        } else {
            Box::pin(async { Sorry::new(StatusCode::NOT_FOUND, "not-found").into_response() })
        }
    }
}

async fn only_posts_end_well(request: Request, next: axum::middleware::Next) -> Response {
    if request.method() == Method::POST { posts::end_well(request, next).await } else { next.run(request).await }
}

async fn ready(State(state): State<AppState>) -> Response {
    match state.backend.ready().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
        }
    }
}

async fn icon() -> Response {
    let Some(address) = assets::address("assets/favicon.svg") else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Redirect::temporary(address).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    response
}
