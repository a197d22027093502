//! What texts and e-mails have in common on their way out: a task that looks at the outbox again and again, and the word
//! about what became of each message. It decides nothing: what may go out, when and by what is `backend`'s.

use std::{future::Future, time::Duration};

use backend::{Backend, Handed};
use domain::MessageId;
use tokio::{sync::watch, task::JoinHandle, time};

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// How long a gateway or a mail server that doesn't answer is left alone.
const REST: Duration = Duration::from_secs(10);

/// A running sender.
pub struct Sender {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// How a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    Done,
    /// The other end couldn't be reached, or the database.
    Silent,
}

impl Sender {
    /// Runs a round every second; after one that found nobody there, a while later.
    pub(crate) fn run<F, R>(mut round: F) -> Self
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = Round> + Send + 'static,
    {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut beat = time::interval(EVERY);
            beat.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = beat.tick() => {}
                    _ = stopped.changed() => return,
                }
                if round().await == Round::Silent {
                    tokio::select! {
                        () = time::sleep(REST) => {}
                        _ = stopped.changed() => return,
                    }
                }
            }
        });
        Self { stop, task }
    }

    /// Lets what has been taken be handed over, and takes no more.
    pub async fn stop(self) {
        // The only receiver is the task; if it is gone already, so much the better.
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a sender of messages ended badly");
        }
    }
}

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
