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
                if let Ok(now) = crate::api::fresh::fingerprint(what).await
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
