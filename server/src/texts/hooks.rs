//! What comes back from the gateway: the network's reports, and what people answer.
//!
//! These addresses are for a machine, so they stand beside the pages and not among them: no session, no form, no cookie.
//! Who may call them is in the address itself: a key made from the installation's secret, for reports one for each
//! message, so that a report can tell of its own message alone. A wrong key is answered like an address that isn't there.
//!
//! A report may come as a GET, since Kannel makes no other: the one address at which a GET writes. Nothing a browser could
//! be lured to can know its key.

use std::fmt::Write as _;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    middleware::from_fn,
    routing::{get, post},
};
use backend::Error;
use domain::MessageId;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use crate::{
    AppState,
    config::Secret,
    limits::{bounded_body, patience},
};

/// The keys in the addresses that the gateway calls.
#[derive(Clone)]
pub struct Keys {
    secret: Secret,
    origin: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Keys {
    /// Those of an installation with that secret, which the gateway reaches there.
    pub fn new(secret: &Secret, origin: &str) -> Self {
        Self { secret: secret.clone(), origin: origin.to_owned() }
    }

    /// Where the network's report about a message is to go.
    pub fn report_address(&self, message: MessageId) -> String {
        format!("{}/hooks/texts/report/{message}/{}", self.origin, self.key(&format!("report {message}")))
    }

    /// Where the gateway is to bring what people send.
    pub fn answer_address(&self) -> String {
        format!("{}/hooks/texts/answer/{}", self.origin, self.key("answer"))
    }

    fn key(&self, of: &str) -> String {
        let bytes = self.mac(of).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default();
        bytes.iter().take(16).fold(String::new(), |mut key, byte| {
            // Writing to a string can't fail.
            let _ = write!(key, "{byte:02x}");
            key
        })
    }

    /// Whether it is the key of that, in the same time whether it is or not.
    fn is_key(&self, key: &str, of: &str) -> bool {
        let digits = |at: usize| key.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        let bytes: Option<Vec<u8>> = (0..32).step_by(2).map(digits).collect();
        let (Some(bytes), Some(mac)) = (bytes.filter(|_| key.len() == 32), self.mac(of)) else { return false };
        mac.verify_truncated_left(&bytes).is_ok()
    }

    fn mac(&self, of: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.reveal().as_bytes()).ok()?;
        mac.update(b"naapuriapu hooks ");
        mac.update(of.as_bytes());
        Some(mac)
    }
}

/// The addresses that the gateway calls.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/hooks/texts/report/{message}/{key}", get(report).post(report))
        .route("/hooks/texts/answer/{key}", post(answer))
        .layer(from_fn(bounded_body))
        .layer(from_fn(patience))
        .with_state(state)
}

/// What a network says: Kannel's number in the address, or a word in a form or JSON.
#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    state: String,
    #[serde(default)]
    status: String,
}

impl Said {
    /// Whether the text arrived; nothing when it isn't decided yet.
    fn arrived(&self) -> Option<bool> {
        match (self.state.as_str(), self.status.to_lowercase().as_str()) {
            ("1", _) | (_, "delivered") => Some(true),
            ("2" | "16", _) | (_, "failed" | "undelivered" | "rejected" | "expired") => Some(false),
            _ => None,
        }
    }
}

async fn report(
    State(state): State<AppState>,
    Path((message, key)): Path<(String, String)>,
    Query(query): Query<Said>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Ok(id) = message.parse::<MessageId>() else { return StatusCode::NOT_FOUND };
    let keys = state.config.sms.as_ref().and_then(|sms| sms.hooks.as_ref());
    if !keys.is_some_and(|keys| keys.is_key(&key, &format!("report {id}"))) {
        return StatusCode::NOT_FOUND;
    }
    let in_body = read::<Said>(&headers, &body).unwrap_or_default();
    let Some(arrived) = query.arrived().or_else(|| in_body.arrived()) else { return StatusCode::NO_CONTENT };
    match state.backend.delivery_report(id, arrived).await {
        Ok(news) => {
            tracing::info!(message = %id, arrived, news, "delivery report");
            StatusCode::NO_CONTENT
        }
        Err(error) => later(&error),
    }
}

/// What somebody has sent: in Kannel's headers with the words as the body, or in a form or JSON.
#[derive(Default, Deserialize)]
struct Sent {
    from: String,
    #[serde(alias = "text")]
    message: String,
    #[serde(default)]
    id: String,
}

async fn answer(State(state): State<AppState>, Path(key): Path<String>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let sms = state.config.sms.as_ref().filter(|sms| sms.answers);
    if !sms.and_then(|sms| sms.hooks.as_ref()).is_some_and(|keys| keys.is_key(&key, "answer")) {
        return StatusCode::NOT_FOUND;
    }
    let kannel = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let sent = match kannel("x-kannel-from") {
        Some(from) => Some(Sent {
            from,
            message: String::from_utf8_lossy(&body).into_owned(),
            id: kannel("x-kannel-uuid").or_else(|| kannel("x-kannel-id")).unwrap_or_default(),
        }),
        None => read::<Sent>(&headers, &body),
    };
    let Some(sent) = sent else { return StatusCode::BAD_REQUEST };
    // A gateway that doesn't name its texts: the same words from the same number in the same minute are one.
    let id = if sent.id.is_empty() {
        format!("{} {} {}", sent.from, sent.message, state.backend.now().seconds() / 60)
    } else {
        sent.id
    };
    match state.backend.text_received(&sent.from, &sent.message, &id).await {
        Ok(outcome) => {
            tracing::info!(?outcome, "a text message came in");
            StatusCode::NO_CONTENT
        }
        Err(error) => later(&error),
    }
}

/// A form or JSON.
fn read<T: for<'de> Deserialize<'de>>(headers: &HeaderMap, body: &[u8]) -> Option<T> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        serde_json::from_slice(body).ok()
    } else {
        let pairs: std::collections::BTreeMap<String, String> =
            form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        serde_json::to_value(pairs).and_then(serde_json::from_value).ok()
    }
}

/// The gateway brings it again.
fn later(error: &Error) -> StatusCode {
    tracing::error!(%error, "what the gateway brought couldn't be taken");
    StatusCode::SERVICE_UNAVAILABLE
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_key_opens_its_own_address_alone() {
        let keys = Keys::new(&Secret::new("a".repeat(32)), "http://127.0.0.1:3000");
        let others = Keys::new(&Secret::new("b".repeat(32)), "http://127.0.0.1:3000");
        let address = keys.answer_address();
        let key = address.rsplit('/').next().unwrap();
        assert_eq!(key.len(), 32);
        assert!(keys.is_key(key, "answer"));
        assert!(!keys.is_key(key, "report") && !others.is_key(key, "answer"));
        for wrong in ["", "00", &key[..31], &format!("{key}00"), &"z".repeat(32), "ä"] {
            assert!(!keys.is_key(wrong, "answer"), "{wrong}");
        }
    }

    #[test]
    fn networks_words_are_understood_and_others_decide_nothing() {
        let said = |state: &str, status: &str| Said { state: state.to_owned(), status: status.to_owned() }.arrived();
        assert_eq!(said("1", ""), Some(true));
        assert_eq!(said("2", ""), Some(false));
        assert_eq!(said("16", ""), Some(false));
        assert_eq!(said("", "Delivered"), Some(true));
        assert_eq!(said("", "failed"), Some(false));
        // 8: with the network, not yet with the phone.
        assert_eq!(said("8", ""), None);
        assert_eq!(said("", "created"), None);
    }
}
