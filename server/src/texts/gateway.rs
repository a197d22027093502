//! Ways to hand a text message to a gateway over HTTP.
//!
//! | preset | request | what most call it |
//! |---|---|---|
//! | `form` | POST of a form, basic auth: `from`, `to`, `message`, `whendelivered` | 46elks and its like |
//! | `kannel` | POST to Kannel's `sendsms`, the words as the body, the rest in `X-Kannel-` headers | Kannel, in the house |
//! | `json` | POST of JSON, bearer token: `from`, `to`, `text`, `reference`, `report_url` | most others |
//!
//! What came of it is told as carefully as can be known. No connection, "too many" and "unavailable": it surely didn't go,
//! and is tried again. Any other refusal: it never will. Anything after the request was sent (a silence, a broken answer, a
//! gateway's own fault): nobody knows, so it isn't sent again.
//!
//! # Adding a preset
//! A variant of [`Preset`], its request in `Account::request`, its row above and in `SECURITY.md`.

use std::{io, time::Duration};

use backend::Handed;
use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use domain::gsm;
use http::{Request, StatusCode, header};
use serde_json::json;
use ureq::Agent;

use crate::config::{Config, Secret};

/// How long a gateway may take to answer. A slow one mustn't make us send twice.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(10);

/// A text as it is handed over.
#[derive(Clone)]
pub struct Text {
    /// Our own name of it.
    pub reference: String,
    /// E.164.
    pub to: String,
    /// What it says.
    pub words: String,
    /// Where the network's report is to go.
    pub report: Option<String>,
}

/// Its words may be a code, and its report's address has a key.
impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// Which way requests are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// A form with basic auth.
    Form,
    /// Kannel's `sendsms`.
    Kannel,
    /// JSON with a bearer token.
    Json,
}

/// An account with a gateway.
#[derive(Clone, Debug)]
pub struct Account {
    /// The way its requests are made.
    pub preset: Preset,
    /// Where to.
    pub url: String,
    /// The user, where it has users.
    pub user: String,
    /// The password or token.
    pub password: Secret,
    /// From whom texts come: at most eleven letters and digits, authorised beforehand in Finland.
    pub sender: String,
}

/// Where texts go.
pub enum Gateway {
    /// To the co-op's account.
    Account(Box<Account>, Agent),
    /// To the demo's outbox page, which shows them.
    Shown,
    /// Nowhere: each is told by voice.
    None,
}

impl Gateway {
    /// That of the settings.
    pub fn of(config: &Config) -> Self {
        match &config.sms {
            Some(sms) => Self::to(sms.account.clone()),
            None if config.demo => Self::Shown,
            None => Self::None,
        }
    }

    /// That account's.
    pub fn to(account: Account) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(CONNECTING))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("naapuriapu/", env!("CARGO_PKG_VERSION")))
            .build();
        Self::Account(Box::new(account), agent.into())
    }

    /// Hands a text over, once. Blocks for as long as the gateway takes.
    pub fn send(&self, text: &Text, parts: u32) -> Handed {
        match self {
            Self::Account(account, agent) => account.send(agent, text, parts),
            Self::Shown => Handed::Accepted { parts },
            Self::None => Handed::Refused,
        }
    }
}

impl Account {
    fn send(&self, agent: &Agent, text: &Text, parts: u32) -> Handed {
        let request = match self.request(text) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(%error, "a text message can't be put into a request");
                return Handed::Refused;
            }
        };
        match agent.run(request) {
            Ok(response) => {
                let status = response.status();
                if !status.is_success() {
                    tracing::warn!(%status, reference = text.reference, "the gateway didn't take a text message");
                }
                answered(status, parts)
            }
            Err(error) => {
                // The error names no address and no password: those are in the request.
                tracing::warn!(%error, reference = text.reference, "the gateway didn't answer");
                if surely_not_sent(&error) { Handed::NotNow } else { Handed::Unsure }
            }
        }
    }

    /// The request by which a text is handed over.
    ///
    /// # Errors
    /// When the settings can't be put into one.
    pub fn request(&self, text: &Text) -> Result<Request<String>, http::Error> {
        let request = Request::post(&self.url);
        let report = text.report.as_deref();
        match self.preset {
            Preset::Form => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.append_pair("from", &self.sender).append_pair("to", &text.to).append_pair("message", &text.words);
                if let Some(report) = report {
                    form.append_pair("whendelivered", report);
                }
                request
                    .header(header::AUTHORIZATION, basic(&self.user, self.password.reveal()))
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form.finish())
            }
            Preset::Kannel => {
                let mut request = request
                    .header("X-Kannel-Username", &self.user)
                    .header("X-Kannel-Password", self.password.reveal())
                    .header("X-Kannel-From", &self.sender)
                    .header("X-Kannel-To", &text.to)
                    .header("X-Kannel-Coding", if gsm::is_plain(&text.words) { "0" } else { "2" })
                    .header(header::CONTENT_TYPE, "text/plain; charset=\"UTF-8\"");
                if let Some(report) = report {
                    // 1: arrived, 2: will not, 16: refused by the network.
                    request = request
                        .header("X-Kannel-DLR-Mask", "19")
                        .header("X-Kannel-DLR-Url", format!("{report}?state=%d"));
                }
                request.body(text.words.clone())
            }
            Preset::Json => {
                let body = json!({
                    "from": self.sender,
                    "to": text.to,
                    "text": text.words,
                    "reference": text.reference,
                    "report_url": report,
                });
                request
                    .header(header::AUTHORIZATION, format!("Bearer {}", self.password.reveal()))
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(body.to_string())
            }
        }
    }
}

fn answered(status: StatusCode, parts: u32) -> Handed {
    match status {
        status if status.is_success() => Handed::Accepted { parts },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Handed::NotNow,
        status if status.is_server_error() => Handed::Unsure,
        _ => Handed::Refused,
    }
}

/// Whether the request can't have reached the gateway.
fn surely_not_sent(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            true
        }
        ureq::Error::Timeout(which) => matches!(which, ureq::Timeout::Resolve | ureq::Timeout::Connect),
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}")))
}
