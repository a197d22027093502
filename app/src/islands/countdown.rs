//! How long an offer still stands. Without JavaScript the time it ends is there in words; this counts it down.

use leptos::prelude::*;

/// "aikaa 1 h 12 min", minute by minute.
#[island]
pub fn Countdown(
    /// Seconds left when the page was made.
    seconds: i64,
    /// The words at each number of whole minutes, for the last hour: index 0 is "less than a minute".
    last_hour: Vec<String>,
    /// The words while more than an hour is left, made by the server.
    long: String,
    /// The words when it is over.
    over: String,
) -> impl IntoView {
    let (left, set_left) = signal(seconds);
    #[cfg(target_arch = "wasm32")]
    {
        // A phone that slept must not trust its ticks: what passed is asked from its clock.
        let began = web_sys::js_sys::Date::now();
        let tick = move || {
            let passed = (web_sys::js_sys::Date::now() - began) / 1_000.0;
            #[expect(clippy::cast_possible_truncation, reason = "seconds since the page was made")]
            set_left.set(seconds - passed as i64);
        };
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(5)) {
            on_cleanup(move || handle.clear());
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = set_left;
    let words = move || {
        let left = left.get();
        if left <= 0 {
            return over.clone();
        }
        let minutes = usize::try_from(left / 60).unwrap_or(usize::MAX);
        last_hour.get(minutes).cloned().unwrap_or_else(|| long.clone())
    };
    view! { <span class="countdown__left">{words}</span> }
}
