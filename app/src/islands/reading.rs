//! Text size and contrast. Without JavaScript it is a form that sets a cookie and comes back; with it the page
//! changes at once, and the cookie is written here.

use leptos::prelude::*;

/// Three sizes and the contrast.
#[island]
pub fn Reading(
    /// Where the form posts without JavaScript.
    action: String,
    /// The page to come back to.
    back: String,
    /// The size now.
    size: String,
    /// The contrast now.
    contrast: String,
    /// What the group of sizes is called.
    group: String,
    /// Code, mark ("A+") and words of each size.
    sizes: Vec<(String, String, String)>,
    /// "Kontrasti".
    contrast_words: String,
    /// The code of the high contrast.
    contrast_high: String,
    /// The code of the usual one.
    contrast_usual: String,
) -> impl IntoView {
    let (now, set_now) = signal(size);
    let (strong, set_strong) = signal(contrast == contrast_high);
    let buttons = sizes
        .into_iter()
        .map(|(code, mark, words)| {
            let (pressed, wanted) = (code.clone(), code.clone());
            let class = match mark.as_str() {
                "A−" => "header__tool header__tool--smaller",
                "A+" => "header__tool header__tool--larger",
                _ => "header__tool",
            };
            view! {
                <button
                    class=class
                    name="size"
                    value=code
                    aria-pressed=move || if now.get() == pressed { "true" } else { "false" }
                    on:click=move |event| {
                        event.prevent_default();
                        wish("size", &wanted);
                        set_now.set(wanted.clone());
                    }
                >
                    <span aria-hidden="true">{mark}</span>
                    <span class="visually-hidden">{words}</span>
                </button>
            }
        })
        .collect_view();
    let (high, usual) = (contrast_high.clone(), contrast_usual.clone());
    view! {
        <form class="header__tools" method="post" action=action>
            <input r#type="hidden" name="back" value=back />
            <div class="header__group" role="group" aria-label=group>
                {buttons}
            </div>
            <button
                class="header__tool"
                name="contrast"
                value=move || if strong.get() { contrast_usual.clone() } else { contrast_high.clone() }
                aria-pressed=move || if strong.get() { "true" } else { "false" }
                on:click=move |event| {
                    event.prevent_default();
                    let next = !strong.get();
                    wish("contrast", if next { &high } else { &usual });
                    set_strong.set(next);
                }
            >
                {contrast_words}
            </button>
        </form>
    }
}

/// Sets `data-NAME` of the document and remembers it a year.
fn wish(name: &str, code: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute(&format!("data-{name}"), code);
        }
        if let Some(page) = document.dyn_ref::<web_sys::HtmlDocument>() {
            let _ = page.set_cookie(&format!("{name}={code}; Path=/; SameSite=Lax; Max-Age=31536000"));
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (name, code);
}
