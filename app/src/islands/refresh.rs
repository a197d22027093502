//! Keeps a member's day and a resident's visit fresh: asks whether anything changed, and if so loads the page anew.
//! Never while somebody types, and never while the page is out of sight.

use leptos::prelude::*;

/// Watches one page. Renders nothing.
#[island]
pub fn Refresh(
    /// What the page shows, as a short fingerprint.
    seen: String,
    /// Which page's fingerprint to ask for.
    what: String,
    /// Seconds between two questions.
    every: u64,
) -> impl IntoView {
    #[cfg(target_arch = "wasm32")]
    {
        let ask = move || {
            let (seen, what) = (seen.clone(), what.clone());
            if !watched() {
                return;
            }
            leptos::task::spawn_local(async move {
                if let Some(now) = fingerprint(&what).await
                    && now != seen
                    && watched()
                    && let Some(window) = web_sys::window()
                {
                    let _ = window.location().reload();
                }
            });
        };
        if let Ok(handle) = set_interval_with_handle(ask, std::time::Duration::from_secs(every.max(5))) {
            on_cleanup(move || handle.clear());
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (seen, what, every);
}

/// Whether the page is in sight and nobody is typing in it.
#[cfg(target_arch = "wasm32")]
fn watched() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    let typing = document
        .active_element()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    !document.hidden() && !typing
}

/// Asks the server function `api::fresh::fingerprint` as a plain form does. (The generated call would be a quarter of
/// the whole client.) None when there is no network, or the answer isn't a fingerprint.
#[cfg(target_arch = "wasm32")]
async fn fingerprint(what: &str) -> Option<String> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    let form = web_sys::UrlSearchParams::new().ok()?;
    form.append("what", what);
    let question = web_sys::RequestInit::new();
    question.set_method("POST");
    question.set_body(&form);
    let headers = web_sys::Headers::new().ok()?;
    headers.set("Accept", "application/json").ok()?;
    question.set_headers(&headers);
    let asked = web_sys::window()?.fetch_with_str_and_init("/api/fresh", &question);
    let answer: web_sys::Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let json = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    Some(json.trim_matches('"').to_owned())
}
