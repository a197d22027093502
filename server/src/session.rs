//! Who is visiting: made once for each page and each post, and put where pages and server functions find it.
//!
//! What it isn't: it opens no session (the first post does, in `app::api`) and decides nothing about rights (each use
//! case does).

use std::collections::BTreeMap;

use app::visitor::{Contrast, Cookies, TextSize, Visitor};
use axum::{
    extract::{Query, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::Caller;
use domain::Language;
use http::{HeaderMap, HeaderValue, Method, header, request::Parts};

use crate::{AppState, client, sorry::Sorry};

/// Where pages ask whether anything has changed.
const FRESH: &str = "/api/fresh";

/// Puts the request's [`Visitor`] into its extensions. A post keeps its session alive; a GET changes nothing.
pub async fn visitor(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let token = cookie(&parts.headers, state.cookies().session);
    let caller = match state.backend.caller(token.as_deref()).await {
        Ok(caller) => caller,
        Err(error) => {
            tracing::error!(%error, "who is calling can't be read");
            return Sorry::later().into_response();
        }
    };
    // A page that asks by itself whether anything has changed is no sign that somebody sits at the lounge's device.
    let by_itself = caller.locks.is_some() && parts.uri.path() == FRESH;
    if parts.method == Method::POST
        && !by_itself
        && caller.session.is_some()
        && let Err(error) = state.backend.touch_session(&caller).await
    {
        tracing::warn!(%error, "a session can't be kept alive");
    }
    let visitor = make(&state, &parts, caller);
    let wish = asked_language(&visitor.query).map(|language| visitor.cookies.wish("lang", language.code()));
    parts.extensions.insert(visitor);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(value) = wish.and_then(|wish| HeaderValue::from_str(&wish).ok()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The visitor of a request by that caller.
pub(crate) fn make(state: &AppState, parts: &Parts, caller: Caller) -> Visitor {
    let headers = &parts.headers;
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map(|Query(pairs)| pairs.into_iter().collect())
        .unwrap_or_default();
    Visitor {
        backend: state.backend.clone(),
        caller: Caller { language: language(&query, headers), ..caller },
        size: TextSize::from_code(&cookie(headers, "size").unwrap_or_default()),
        contrast: Contrast::from_code(&cookie(headers, "contrast").unwrap_or_default()),
        client: client::address(parts, &state.config.trusted_proxies),
        demo: state.config.demo,
        cookies: state.cookies(),
        path: own_path(parts.uri.path()),
        query,
        door: None,
        link: None,
        public_url: state.config.public_url.trim_end_matches('/').to_owned(),
    }
}

impl AppState {
    /// How this installation writes its cookies. `__Host-` binds a cookie to this very host, but needs Secure.
    pub fn cookies(&self) -> Cookies {
        if self.config.secure_cookies() {
            Cookies { session: "__Host-session", secure: "; Secure" }
        } else {
            Cookies { session: "session", secure: "" }
        }
    }
}

/// Pages write the path into links of theirs; one that begins with `//` would lead to another host.
fn own_path(path: &str) -> String {
    format!("/{}", path.trim_start_matches(['/', '\\']))
}

fn language(query: &BTreeMap<String, String>, headers: &HeaderMap) -> Language {
    asked_language(query)
        .or_else(|| cookie(headers, "lang").and_then(|code| code.parse().ok()))
        .or_else(|| headers.get(header::ACCEPT_LANGUAGE).and_then(|value| preferred(value.to_str().ok()?)))
        .unwrap_or_default()
}

fn asked_language(query: &BTreeMap<String, String>) -> Option<Language> {
    query.get("lang")?.parse().ok()
}

/// The first of our languages in the browser's own order of preference.
fn preferred(accept: &str) -> Option<Language> {
    let mut wishes: Vec<(f32, Language)> = accept
        .split(',')
        .take(32)
        .filter_map(|wish| {
            let mut parts = wish.split(';').map(str::trim);
            let language = match parts.next()?.split('-').next()?.to_ascii_lowercase().as_str() {
                "fi" => Language::Finnish,
                "sv" => Language::Swedish,
                "en" => Language::English,
                _ => return None,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            (weight > 0.0).then_some((weight, language))
        })
        .collect();
    wishes.sort_by(|one, other| other.0.total_cmp(&one.0));
    wishes.first().map(|(_, language)| *language)
}

/// The value of a cookie; the first when there are several of the name.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then(|| value.to_owned())
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn the_language_is_asked_then_remembered_then_the_browsers_then_finnish() {
        let mut headers = HeaderMap::new();
        let none = BTreeMap::new();
        assert_eq!(language(&none, &headers), Language::Finnish);
        headers.insert(header::ACCEPT_LANGUAGE, "de, en-GB;q=0.6, sv-FI;q=0.8".parse().unwrap());
        assert_eq!(language(&none, &headers), Language::Swedish);
        headers.insert(header::COOKIE, "size=large; lang=fi-simple".parse().unwrap());
        assert_eq!(language(&none, &headers), Language::EasyFinnish);
        let asked = BTreeMap::from([("lang".to_owned(), "en".to_owned())]);
        assert_eq!(language(&asked, &headers), Language::English);
        let nonsense = BTreeMap::from([("lang".to_owned(), "xx".to_owned())]);
        assert_eq!(language(&nonsense, &headers), Language::EasyFinnish);
    }

    #[test]
    fn a_language_refused_by_the_browser_is_not_chosen() {
        assert_eq!(preferred("sv;q=0, fi;q=0.1"), Some(Language::Finnish));
        assert_eq!(preferred("de, fr"), None);
    }

    #[test]
    fn a_path_never_leads_to_another_host() {
        assert_eq!(own_path("//evil.example/x"), "/evil.example/x");
        assert_eq!(own_path("/\\evil.example"), "/evil.example");
        assert_eq!(own_path("/my"), "/my");
    }
}
