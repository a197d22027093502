//! E-mails: what waits in the outbox goes to the co-op's mail server, each at most once.
//!
//! Nothing is decided here: who is told by e-mail, when, and what happens to what isn't taken is `backend`'s. The words are
//! those of the text messages, with a subject. No address, no door code, no name stands in a subject; an e-mail lies in
//! inboxes for years.
//!
//! - [`smtp`]: how the mail server is spoken to.

pub mod smtp;

use std::sync::Arc;

use app::{email_subject, format::Clock, message_text, names};
use backend::{Backend, Handed, OutgoingEmail};
use domain::Message;
use tokio::sync::Mutex;
use words::t;

use crate::{
    config::Config,
    outgoing,
    rounds::{Round, Rounds},
};
use smtp::{Account, Courier, Email};

/// How many are brought before the sender looks whether it is to stop.
const AT_MOST: usize = 50;

/// Where e-mails go.
enum Post {
    /// To the co-op's mail server.
    Server(Box<Line>),
    /// To the demo's outbox page, which shows them.
    Shown,
    /// Nowhere: each goes another way.
    None,
}

/// The way to the mail server.
struct Line {
    account: Account,
    /// Who brings a round's e-mails there; nobody between rounds.
    courier: Mutex<Option<Courier>>,
}

/// What the sender needs.
struct Sending {
    backend: Backend,
    post: Post,
    /// Whose pages a code is for (`@host #code`).
    host: String,
    /// Where people find the pages.
    public_url: String,
}

/// Whether people may have an address here: e-mails go out, or are shown.
pub fn go_out(config: &Config) -> bool {
    config.smtp.is_some() || config.demo
}

/// Starts it, with the mail server of the settings.
pub fn start(backend: Backend, config: &Config) -> Rounds {
    let host = config.host();
    let post = match &config.smtp {
        Some(account) => Post::Server(Box::new(Line { account: account.clone(), courier: Mutex::default() })),
        None if config.demo => Post::Shown,
        None => Post::None,
    };
    let sending = Arc::new(Sending { backend, post, host, public_url: config.public_url.clone() });
    Rounds::run("e-mails", outgoing::EVERY, move || {
        let sending = sending.clone();
        async move { sending.round().await }
    })
}

impl Sending {
    /// Brings what there is, one after the other: what is taken is handed over at once, so that none waits until it counts
    /// as unsure.
    async fn round(&self) -> Round {
        let mut went = Round::Done;
        for _ in 0..AT_MOST {
            let outgoing = match self.backend.take_emails(1).await {
                Ok(taken) => taken.into_iter().next(),
                Err(error) => {
                    tracing::error!(%error, "e-mails can't be taken");
                    went = Round::Silent;
                    None
                }
            };
            let Some(outgoing) = outgoing else { break };
            if self.hand_over(outgoing).await == Handed::NotNow {
                went = Round::Silent;
                break;
            }
        }
        self.leave().await;
        went
    }

    /// Hands one over, once, and writes down what came of it.
    async fn hand_over(&self, outgoing: OutgoingEmail) -> Handed {
        let handed = match &self.post {
            Post::Server(line) => self.bring(line, self.email(&outgoing)).await,
            Post::Shown => Handed::Accepted { parts: 0 },
            Post::None => Handed::Refused,
        };
        outgoing::written_down(&self.backend, outgoing.id, handed).await;
        tracing::info!(message = %outgoing.id, kind = outgoing.message.kind().code(), ?handed, "e-mail");
        handed
    }

    /// On a thread of its own: the mail server may take its time.
    async fn bring(&self, line: &Line, email: Email) -> Handed {
        let mut place = line.courier.lock().await;
        let mut courier = place.take().unwrap_or_else(|| Courier::new(line.account.clone(), &self.host));
        let brought = tokio::task::spawn_blocking(move || {
            let handed = courier.send(&email);
            (courier, handed)
        });
        let Ok((courier, handed)) = brought.await else { return Handed::Unsure };
        *place = Some(courier);
        handed
    }

    /// There is no more to bring in this round.
    async fn leave(&self) {
        let Post::Server(line) = &self.post else { return };
        let Some(mut courier) = line.courier.lock().await.take() else { return };
        // A courier who can't even say goodbye has ended all the same.
        let _ = tokio::task::spawn_blocking(move || courier.leave()).await;
    }

    fn email(&self, outgoing: &OutgoingEmail) -> Email {
        let lang = names::lang(outgoing.language);
        let clock = Clock { zone: self.backend.zone(), now: self.backend.now(), lang };
        let coop = self.backend.settings().coop.clone();
        let words = message_text(&clock, &answered_on_pages(outgoing.message.clone()));
        let words = match &outgoing.message {
            // The last line, so that browsers and mail programs can offer it (as in text messages).
            Message::SignInCode { code } => format!("{words}\n\n@{} #{code}\n", self.host),
            _ => format!("{words}\n\n{}\n\n{}\n", self.public_url, t!(lang, email.no_answer, phone = coop.desk_phone)),
        };
        Email {
            reference: outgoing.id.to_string(),
            made: outgoing.made,
            to: outgoing.address.clone(),
            sender: coop.name,
            subject: email_subject(lang, outgoing.message.kind()),
            words,
        }
    }
}

/// The numbers by which an offer is answered are for text messages: nobody reads what comes back to an e-mail.
fn answered_on_pages(message: Message) -> Message {
    match message {
        Message::NewOffer { visit, job, window, district, expires, .. } => {
            Message::NewOffer { visit, job, window, district, expires, answer: None }
        }
        other => other,
    }
}
