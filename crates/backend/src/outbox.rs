//! What has been told, for the demo's outbox page. Codes stand in it: nobody else ever sees them.

use crate::{Backend, Error, OutboxMessage, Refusal, store::outbox};

impl Backend {
    /// The newest messages, newest first.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] outside the demo neighbourhood, whoever asks.
    pub async fn outbox(&self, newest: u32) -> Result<Vec<OutboxMessage>, Error> {
        if !self.settings().demo {
            return Err(Refusal::NotYours.into());
        }
        self.read(i64::from(newest), |tx, newest| Box::pin(outbox::newest(tx, *newest))).await
    }
}
