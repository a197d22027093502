//! What texts and e-mails have in common on their way out: how often the outbox is looked at, and the word about what became of
//! each message. It decides nothing: what may go out, when and by what is `backend`'s.

use std::time::Duration;

use backend::{Backend, Handed};
use domain::MessageId;
use tokio::time;

/// How often the outbox is looked at.
pub(crate) const EVERY: Duration = Duration::from_secs(1);

/// Writes down what became of a message.
pub(crate) async fn written_down(backend: &Backend, message: MessageId, handed: Handed) {
    let mut written = backend.handed_over(message, handed).await;
    if written.is_err() {
        // The database was busy. Without this word the message counts as unsure.
        time::sleep(EVERY).await;
        written = backend.handed_over(message, handed).await;
    }
    if let Err(error) = written {
        tracing::error!(%error, %message, "what became of a message couldn't be written down");
    }
}
