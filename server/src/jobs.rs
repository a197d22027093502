//! What happens without anybody asking: offers end and go to the next member, reservations lapse, old sessions and codes
//! are forgotten, and whoever left is erased when their days are over. All of it is `backend`'s, run every few seconds; it
//! may run anywhere, and twice.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use backend::Backend;

use crate::{
    metrics::{Metrics, Ticks},
    rounds::{Round, Rounds},
};

/// How often the jobs run.
pub const EVERY: Duration = Duration::from_secs(20);

/// Starts them. Whoever is erased is written into that list first.
pub fn start(backend: Backend, metrics: Arc<Metrics>, erased_list: Option<PathBuf>) -> Rounds {
    let erased_list = Arc::new(erased_list);
    Rounds::run("jobs", EVERY, move || {
        let (backend, metrics, erased_list) = (backend.clone(), metrics.clone(), erased_list.clone());
        async move {
            tick(&backend, &metrics).await;
            erase(&backend, (*erased_list).as_deref()).await;
            Round::Done
        }
    })
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
