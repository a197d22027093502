//! What happens without anybody asking: offers end and go to the next member, reservations lapse, old sessions and codes
//! are forgotten, and whoever left is erased when their days are over. All of it is `backend`'s, run every few seconds; it
//! may run anywhere, and twice.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use backend::Backend;
use tokio::{sync::watch, task::JoinHandle, time};

use crate::metrics::{Metrics, Ticks};

/// How often the jobs run.
pub const EVERY: Duration = Duration::from_secs(20);

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Jobs {
    /// Starts them. Whoever is erased is written into that list first.
    pub fn start(backend: Backend, metrics: Arc<Metrics>, erased_list: Option<PathBuf>) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut beat = time::interval(EVERY);
            beat.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = beat.tick() => {
                        tick(&backend, &metrics).await;
                        erase(&backend, erased_list.as_deref()).await;
                    }
                    _ = stopped.changed() => return,
                }
            }
        });
        Self { stop, task }
    }

    /// Lets a run that has begun end, and starts no other.
    pub async fn stop(self) {
        // The only receiver is the task; if it is gone already, so much the better.
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the jobs ended badly");
        }
    }
}

async fn tick(backend: &Backend, metrics: &Metrics) {
    match backend.tick().await {
        Ok(report) => {
            let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
            let (expired, passed_on, unconfirmed) =
                (count(report.expired), count(report.passed_on), count(report.unconfirmed));
            metrics.ticked(|ticks: &mut Ticks| {
                ticks.done += 1;
                ticks.expired += expired;
                ticks.passed_on += passed_on;
                ticks.unconfirmed += unconfirmed;
            });
            if expired + passed_on + unconfirmed > 0 {
                tracing::info!(expired, passed_on, unconfirmed, "jobs");
            }
        }
        Err(error) => {
            metrics.ticked(|ticks| ticks.failed += 1);
            tracing::error!(%error, "the jobs can't run");
        }
    }
}

async fn erase(backend: &Backend, list: Option<&Path>) {
    match backend.erase_due(list).await {
        Ok(0) => {}
        Ok(erased) => tracing::info!(erased, "people were erased"),
        Err(error) => tracing::error!(%error, "somebody who left can't be erased"),
    }
}
