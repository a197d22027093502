//! A task that does its round again and again, until it is told to stop: the jobs, and whoever sends messages.

use std::{future::Future, time::Duration};

use tokio::{sync::watch, task::JoinHandle, time};

/// How long somebody who doesn't answer is left alone.
const REST: Duration = Duration::from_secs(10);

/// A task that runs.
pub struct Rounds {
    /// Whose they are, for the log.
    of: &'static str,
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

impl Rounds {
    /// Runs a round so often; after one that found nobody there, a while later.
    pub(crate) fn run<F, R>(of: &'static str, every: Duration, mut round: F) -> Self
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = Round> + Send + 'static,
    {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut beat = time::interval(every);
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
        Self { of, stop, task }
    }

    /// Lets a round that has begun end, and begins no other.
    pub async fn stop(self) {
        // The only receiver is the task; if it is gone already, so much the better.
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, of = self.of, "a task that runs again and again ended badly");
        }
    }
}
