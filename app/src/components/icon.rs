//! Drawn lines beside words, never alone: always hidden from screen readers.

use domain::Service;
use leptos::prelude::*;

/// A drawing by its name, with a class.
pub(crate) fn icon(name: &'static str, class: &'static str) -> AnyView {
    let paths: &[&str] = match name {
        "snow" => &[
            "M22 4v36M6.4 13l31.2 18M37.6 13 6.4 31M17 7l5 5 5-5M17 37l5-5 5 5M6 20l6.5-4-.5-7M38 24l-6.5 4 .5 7M38 20l-6.5-4 .5-7M6 24l6.5 4-.5 7",
        ],
        "garden" => &["M22 40V20M22 27c-9 0-14-5-14-14 9 0 14 5 14 14zM22 21c0-8 4.5-14 14-14 0 9-5 14-14 14z"],
        "cleaning" => &["M28 4 21.5 22M13 22h17l4 17H9zM17 39l1-8M26 39l-1-8"],
        "shopping" => &["M7 16h30l-3 23H10zM14.5 16c0-7 3-11 7.5-11s7.5 4 7.5 11"],
        "accompaniment" => &[
            "M9 9a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
            "M26.5 12a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0",
            "M14 19v11l-5 10M14 30l5 10M14 21l9 6 8-5M31 21v10l-4 9M31 31l4 9",
        ],
        "print" => &["M12 16V5h20v11M12 33H6V16h32v17h-6M12 26h20v13H12z"],
        "contrast" => &["M6 22a16 16 0 1 0 32 0a16 16 0 1 0-32 0", "M22 6v32M27 8v28M32 11v22"],
        _ => &[],
    };
    let drawn = paths.iter().map(|d| view! { <path d=*d /> }).collect_view();
    view! {
        <svg
            class=class
            viewBox="0 0 44 44"
            fill="none"
            stroke="currentColor"
            stroke-width="3"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            {drawn}
        </svg>
    }
    .into_any()
}

/// The drawing of a service.
pub(crate) fn service_icon(service: Service) -> AnyView {
    icon(service.code(), "tile__icon")
}
