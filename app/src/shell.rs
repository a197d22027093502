//! The HTML document around every page.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{
    App,
    components::scripted,
    visitor::{Contrast, TextSize, visitor},
};

/// Addresses of the built files, as `cargo xtask wasm` wrote them down; empty before the first build.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: Option<String>,
    /// The font, fetched early.
    pub font: Option<String>,
    /// The icon of the browser's tab.
    pub icon: Option<String>,
    /// The script of the pages with a passkey's ceremony.
    pub passkeys: Option<String>,
}

/// The document. Language, text size and contrast are the visitor's.
pub fn shell(options: LeptosOptions, assets: Assets) -> AnyView {
    let visitor = visitor().ok();
    let lang = visitor.as_ref().map_or("fi", |visitor| visitor.caller.language.html_lang());
    let easy = visitor.as_ref().is_some_and(|visitor| visitor.caller.language == domain::Language::EasyFinnish);
    let size = visitor.as_ref().map_or(TextSize::Normal, |visitor| visitor.size);
    let contrast = visitor.as_ref().map_or(Contrast::Usual, |visitor| visitor.contrast);
    // Members' pages are dark where the phone is.
    let members = visitor.as_ref().is_some_and(|visitor| visitor.path.starts_with("/member"));
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<leptos_axum::ResponseOptions>()) {
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; \
             img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        if let Ok(policy) = http::HeaderValue::from_str(&policy) {
            response.insert_header(http::header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    let passkeys = assets.passkeys.filter(|_| visitor.as_ref().is_some_and(|visitor| scripted(&visitor.path)));
    let scripts = (!options.output_name.is_empty()).then(|| view! { <HydrationScripts options islands=true /> });
    view! {
        <!DOCTYPE html>
        <html lang=lang data-easy=easy.then_some("yes") data-size=size.code() data-contrast=contrast.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=if members { "light dark" } else { "light" } />
                {assets.css.map(|href| view! { <link rel="stylesheet" href=href /> })}
                {assets
                    .font
                    .map(|href| {
                        view! { <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="anonymous" /> }
                    })}
                {assets.icon.map(|href| view! { <link rel="icon" href=href r#type="image/svg+xml" /> })}
                {scripts}
                {passkeys.map(|src| view! { <script r#type="module" src=src></script> })}
                <MetaTags />
            </head>
            <body class=if members { "theme-auto" } else { "" }>
                <App />
            </body>
        </html>
    }
    .into_any()
}
