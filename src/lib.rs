//! The browser half: wakes the islands in pages that the server has already rendered. Nothing else lives here.
//!
//! Empty for every other target, so that a build of the whole workspace never mixes leptos' `ssr` and `hydrate`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::wasm_bindgen;

// The islands' exports vanish from the WebAssembly file unless the crate that holds them is really linked.
use app as _;

/// Called by the page's script once the WebAssembly is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
