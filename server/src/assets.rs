//! The built client: WebAssembly, JavaScript, style, fonts and icons, as `cargo xtask wasm` left them in
//! `target/site`. Embedded in a release binary, read from the disk by a debug one. It isn't the place for anything
//! that depends on who is asking.
//!
//! Every address has a hash of the content in it, so a browser may keep a file for ever. `manifest.json` says which
//! file carries which name now.

use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

use axum::{
    extract::Path,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// The address of a built file by its plain name (`main.css`, `assets/icon.svg`); `None` before the first build.
pub fn address(name: &str) -> Option<&'static str> {
    static MANIFEST: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let manifest = MANIFEST.get_or_init(|| {
        Site::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
    });
    manifest.get(name).map(String::as_str)
}

/// The client's file name without `.js`, as leptos' `output_name` wants it; `None` before the first build.
pub fn client_name() -> Option<&'static str> {
    address("client.js")?.rsplit('/').next()?.strip_suffix(".js")
}

/// `GET /pkg/{*path}`: a built file, compressed as the browser can take it.
pub async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("pkg/{path}");
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, extension) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(accepted, encoding)
            && let Some(file) = Site::get(&format!("{path}{extension}"))
        {
            return found(&path, file.data, Some(encoding));
        }
    }
    match Site::get(&path) {
        Some(file) => found(&path, file.data, None),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn found(path: &str, data: Cow<'static, [u8]>, encoding: Option<&'static str>) -> Response {
    let mut response = (
        [
            (CONTENT_TYPE, content_type(path)),
            (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (VARY, "accept-encoding"),
        ],
        data.into_owned(),
    )
        .into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, http::HeaderValue::from_static(encoding));
    }
    response
}

/// Whether `Accept-Encoding` names this coding and doesn't refuse it with `q=0`.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(encoding)
            && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_refused_with_q_0_is_not_taken() {
        assert!(accepts("gzip, deflate, br;q=1.0", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("gzip, brotli", "br"));
    }
}
