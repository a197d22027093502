//! Who is visiting, and how they want to read: made once a request by the server and found here by pages and server
//! functions alike.

use std::collections::BTreeMap;

use backend::{Backend, Caller, CoopSettings, Error, MadeLink, Refusal, Shown};
use domain::{Language, Minutes, Role};
use http::request::Parts;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use words::Lang;

/// How big the text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// A−, 18 px.
    Small,
    /// A, 20 px.
    #[default]
    Normal,
    /// A+, 24 px.
    Large,
}

impl TextSize {
    /// The code in the cookie, the form and the document's `data-size`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Normal => "normal",
            Self::Large => "large",
        }
    }

    /// The size of that code; the usual one for anything else.
    pub fn from_code(code: &str) -> Self {
        match code {
            "small" => Self::Small,
            "large" => Self::Large,
            _ => Self::Normal,
        }
    }
}

/// Whether edges and text are drawn as strongly as they can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// As the palette has it.
    #[default]
    Usual,
    /// Black on white, thick edges.
    High,
}

impl Contrast {
    /// The code in the cookie, the form and the document's `data-contrast`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::High => "high",
        }
    }

    /// The contrast of that code; the usual one for anything else.
    pub fn from_code(code: &str) -> Self {
        if code == "high" { Self::High } else { Self::Usual }
    }
}

/// One request's visitor. The server puts it into the request's extensions.
#[derive(Clone)]
pub struct Visitor {
    /// The use cases.
    pub backend: Backend,
    /// Who is calling, and the language of the page.
    pub caller: Caller,
    /// A−, A, A+.
    pub size: TextSize,
    /// Usual or high.
    pub contrast: Contrast,
    /// The visitor's network address, for limits only.
    pub client: String,
    /// Whether the demo's pages and notes are shown.
    pub demo: bool,
    /// The cookie's name and attributes, decided by the server's settings.
    pub cookies: Cookies,
    /// The path asked for, without its query.
    pub path: String,
    /// The query, decoded; the last of a repeated name counts.
    pub query: BTreeMap<String, String>,
    /// The door code that this very request has asked for. Never kept, never in an address.
    pub door: Option<Shown>,
    /// The link for a resident's phone that this very request has made. Never kept either.
    pub link: Option<MadeLink>,
    /// Where the visitors' browsers find this server: `https://…`, without a path.
    pub public_url: String,
}

/// How this installation writes its cookies.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// The session cookie's name (`__Host-session`, or `session` where there is no TLS).
    pub session: &'static str,
    /// `; Secure` or nothing.
    pub secure: &'static str,
}

impl Cookies {
    /// A `Set-Cookie` value for the session, kept as long as the session may last.
    pub fn session(self, token: &str, lasts: Minutes) -> String {
        let seconds = lasts.0 * 60;
        format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{}", self.session, self.secure)
    }

    /// A `Set-Cookie` value that removes the session.
    pub fn no_session(self) -> String {
        format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", self.session, self.secure)
    }

    /// A `Set-Cookie` value for a wish about reading, kept a year. Scripts may read it: the islands write it too.
    pub fn wish(self, name: &str, value: &str) -> String {
        format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000{}", self.secure)
    }
}

impl Visitor {
    /// The language as the words know it.
    pub fn lang(&self) -> Lang {
        crate::names::lang(self.caller.language)
    }

    /// What the co-op has decided: its phone number, its hours.
    pub fn coop(&self) -> CoopSettings {
        self.backend.settings().coop.clone()
    }

    /// A value of the query, empty when it isn't there.
    pub fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// This page's address with its query, for what comes back to it: another language, another size of the text. Our
    /// own queries are plain words, ids and dates; anything else somebody typed by hand, and it is left out.
    pub fn here(&self, language: Option<Language>) -> String {
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c));
        let kept = self.query.iter().filter(|(name, value)| *name != "lang" && plain(name) && plain(value));
        let kept = kept.map(|(name, value)| format!("{name}={value}"));
        let query: Vec<String> = kept.chain(language.map(|language| format!("lang={language}"))).collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }

    /// Whether the visitor has that role.
    pub fn is(&self, role: Role) -> bool {
        self.caller.roles.contains(&role)
    }

    /// Whether anybody is signed in.
    pub fn signed_in(&self) -> bool {
        self.caller.person.is_some()
    }
}

/// This request's visitor.
///
/// # Errors
/// [`Refusal::TryLater`] when called outside a request, which is a mistake in the code and is logged.
pub fn visitor() -> Result<Visitor, Error> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned()).ok_or_else(|| {
        tracing::error!("a page or server function ran without a visitor");
        Error::Refused(Refusal::TryLater)
    })
}

/// Sets the answer's status.
pub fn set_status(status: http::StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Adds a cookie to the answer.
pub fn add_cookie(cookie: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), http::HeaderValue::from_str(cookie)) {
        response.append_header(http::header::SET_COOKIE, value);
    }
}

/// Tells the browser to forget what it keeps of our pages: files, and whatever a page may have stored.
pub fn forget_what_is_kept() {
    if let Some(response) = use_context::<ResponseOptions>() {
        let header = http::HeaderName::from_static("clear-site-data");
        response.insert_header(header, http::HeaderValue::from_static("\"cache\", \"storage\""));
    }
}

/// Sends the browser to another of our own pages (303: the next request is a GET).
pub fn redirect_to(path: &str) {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    let path = if own { path } else { "/" };
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), http::HeaderValue::from_str(path)) {
        response.insert_header(http::header::LOCATION, value);
        response.set_status(http::StatusCode::SEE_OTHER);
    }
}
