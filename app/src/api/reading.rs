//! How the visitor wants to read: the size of the text and the contrast, remembered in cookies.
//! (The island does the same without a round trip; this is for browsers without JavaScript.)

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async, even when nothing waits")
)]

use leptos::prelude::*;

use crate::error::ApiError;

/// Sets one of the two and comes back to the same page.
#[server(endpoint = "reading", prefix = "/api")]
pub async fn reading(
    #[server(default)] size: String,
    #[server(default)] contrast: String,
    #[server(default)] back: String,
) -> Result<(), ApiError> {
    use crate::visitor::{Contrast, TextSize, add_cookie, redirect_to, visitor};

    let who = visitor().map_err(|error| crate::api::told(&error))?;
    if !size.is_empty() {
        add_cookie(&who.cookies.wish("size", TextSize::from_code(&size).code()));
    }
    if !contrast.is_empty() {
        add_cookie(&who.cookies.wish("contrast", Contrast::from_code(&contrast).code()));
    }
    redirect_to(&back);
    Ok(())
}
