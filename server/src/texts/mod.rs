//! Text messages: what waits in the outbox goes to the co-op's gateway, and what networks and people answer comes back.
//!
//! Nothing is decided here: what may go out, when, and what an answer means is `backend`'s. A request of a resident never
//! waits for the gateway: messages are written with what they tell of, and this task hands them over afterwards, each at
//! most once.
//!
//! - [`gateway`]: the ways to hand a text over. - [`hooks`]: reports and answers that come back.

pub mod gateway;
pub mod hooks;

use std::sync::Arc;

use app::{format::Clock, message_text, names};
use backend::{Backend, Handed, Outgoing};
use domain::{Message, gsm};
use futures::{StreamExt, stream};

use crate::{
    config::Config,
    outgoing,
    rounds::{Round, Rounds},
};
use gateway::{Gateway, Text};

/// How many texts are taken at a time.
const AT_A_TIME: u32 = 20;

/// How many of them are handed over at once.
const AT_ONCE: usize = 4;

/// What the sender needs.
#[derive(Clone)]
struct Sending {
    backend: Backend,
    gateway: Arc<Gateway>,
    /// Whose pages a code is for: a phone offers it only there (`@host #code`).
    host: String,
    /// Where those who don't know the pages find them.
    public_url: String,
    hooks: Option<Arc<hooks::Keys>>,
}

/// Starts it, with the gateway of the settings.
pub fn start(backend: Backend, config: &Config) -> Rounds {
    let gateway = Gateway::of(config);
    if matches!(gateway, Gateway::None) {
        tracing::warn!("no gateway for text messages is set (NAAPURIAPU_SMS_GATEWAY): nobody gets a code");
    }
    let hooks = config.sms.as_ref().and_then(|sms| sms.hooks.clone()).map(Arc::new);
    let public_url = config.public_url.clone();
    let sending = Sending { backend, gateway: Arc::new(gateway), host: config.host(), public_url, hooks };
    Rounds::run("text messages", outgoing::EVERY, move || {
        let sending = sending.clone();
        async move { sending.round().await }
    })
}

impl Sending {
    async fn round(&self) -> Round {
        let taken = match self.backend.take_texts(AT_A_TIME).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(%error, "text messages can't be taken");
                return Round::Silent;
            }
        };
        let handed = stream::iter(taken).map(|text| self.hand_over(text)).buffer_unordered(AT_ONCE);
        let handed: Vec<Handed> = handed.collect().await;
        if handed.contains(&Handed::NotNow) { Round::Silent } else { Round::Done }
    }

    /// Hands one over, once, and writes down what came of it.
    async fn hand_over(&self, outgoing: Outgoing) -> Handed {
        let text = self.text(&outgoing);
        let parts = gsm::parts(&text.words);
        let gateway = self.gateway.clone();
        let handed = tokio::task::spawn_blocking(move || gateway.send(&text, parts)).await.unwrap_or(Handed::Unsure);
        outgoing::written_down(&self.backend, outgoing.id, handed).await;
        if matches!(*self.gateway, Gateway::Shown)
            && let Err(error) = self.backend.delivery_report(outgoing.id, true).await
        {
            tracing::error!(%error, "the demo's own report");
        }
        tracing::info!(message = %outgoing.id, kind = outgoing.message.kind().code(), ?handed, parts, "text message");
        handed
    }

    fn text(&self, outgoing: &Outgoing) -> Text {
        let clock = Clock { zone: self.backend.zone(), now: self.backend.now(), lang: names::lang(outgoing.language) };
        let mut words = message_text(&clock, &outgoing.message);
        if let Message::SignInCode { code } = &outgoing.message {
            // Phones offer it on these pages and nowhere else (WICG, "Origin-bound one-time codes delivered via SMS").
            words = format!("{words}\n\n@{} #{code}", self.host);
        }
        if let Message::Invited { .. } = &outgoing.message {
            words = format!("{words} {}/my/people", self.public_url);
        }
        Text {
            reference: outgoing.id.to_string(),
            to: outgoing.phone.e164().to_owned(),
            words,
            report: self.hooks.as_ref().map(|keys| keys.report_address(outgoing.id)),
        }
    }
}
