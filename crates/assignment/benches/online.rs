//! Questions about one visit, measured one by one, with what they allocate.
//!
//! ```text
//! cargo bench -p assignment --bench online
//! ```
//!
//! The neighbourhoods are those of the example `online`, which also tells percentiles over many orders.

#[path = "../examples/shared/neighbourhood.rs"]
mod neighbourhood;

use assignment::{Prepared, Request, Snapshot, candidates, times, why_nobody};
use chrono::{Days, NaiveDate};
use divan::{AllocProfiler, Bencher};
use domain::{Service, Span};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use neighbourhood::{hour, neighbourhood, order};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// Members: the demo's, a town's, ten towns'.
const SIZES: [usize; 3] = [24, 200, 1_000];

const DAYS: u64 = 14;

struct World {
    snapshot: Snapshot,
    request: Request,
    horizon: Span,
    /// Ten o'clock on the first Tuesday.
    window: Span,
}

fn main() {
    divan::main();
}

fn world(members: usize) -> World {
    let mut chance = Pcg64Mcg::seed_from_u64(7);
    let monday = NaiveDate::from_ymd_opt(2027, 1, 11).unwrap_or_default();
    let made = neighbourhood(&mut chance, members, DAYS, monday);
    let snapshot = made.unwrap_or_else(|error| panic!("no neighbourhood: {error:#}"));
    let zone = snapshot.rules.zone;
    let start = zone.at(monday + Days::new(1), hour(10).unwrap_or(snapshot.rules.opens));
    World {
        request: order(&mut chance),
        horizon: Span { start: snapshot.now, end: zone.day(monday + Days::new(DAYS)).span.start },
        window: Span { start, end: start.plus_seconds(3600) },
        snapshot,
    }
}

/// Every time of two weeks, with the best member for each.
#[divan::bench(args = SIZES)]
fn all_times(bencher: Bencher<'_, '_>, members: usize) {
    let World { snapshot, request, horizon, .. } = world(members);
    bencher.bench(|| times(&snapshot, &request, horizon));
}

/// The same of a snapshot that was made ready.
#[divan::bench(args = SIZES)]
fn all_times_of_a_prepared_snapshot(bencher: Bencher<'_, '_>, members: usize) {
    let World { snapshot, request, horizon, .. } = world(members);
    let prepared = Prepared::new(&snapshot, horizon);
    bencher.bench(|| prepared.times(&request, horizon));
}

/// Making it ready.
#[divan::bench(args = SIZES)]
fn preparing(bencher: Bencher<'_, '_>, members: usize) {
    let World { snapshot, horizon, .. } = world(members);
    bencher.bench(|| Prepared::new(&snapshot, horizon));
}

/// Everybody who could come in one hour, in order.
#[divan::bench(args = SIZES)]
fn one_hour(bencher: Bencher<'_, '_>, members: usize) {
    let World { snapshot, request, window, .. } = world(members);
    bencher.bench(|| candidates(&snapshot, &request, window));
}

/// Why nobody could, and what would help: nobody does the service, so every change is tried.
#[divan::bench(args = SIZES)]
fn nobody(bencher: Bencher<'_, '_>, members: usize) {
    let World { mut snapshot, request, window, .. } = world(members);
    for member in &mut snapshot.members {
        member.skills.remove(&Service::Cleaning);
        member.hours.0.clear();
    }
    bencher.bench(|| why_nobody(&snapshot, &request, &[window]));
}
