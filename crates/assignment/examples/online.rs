//! How long it takes to list the times of the next weeks for one order, with the best member for each.
//!
//! ```text
//! cargo run --release -p assignment --example online
//! ```
//!
//! Invented neighbourhoods of growing size, every member half booked: each of their weekdays holds two or three visits
//! of an hour within eight hours. Every order is another home's. Prints, for each size, the median and the 99th
//! percentile in milliseconds of processor time, and how the median grew against the size before (members grew by how
//! much, time by how much): once for a single question (`times`), with everything that is worked out for it, and once
//! for a further question to the same snapshot (`Prepared::times`), where making it ready isn't counted but told
//! apart. The answers are compared. Nothing passes or fails: the machine may be busy.

#![expect(clippy::indexing_slicing, reason = "an example; the indices are its own")]

#[path = "shared/neighbourhood.rs"]
mod neighbourhood;

use std::collections::BTreeMap;

use anyhow::Context;
use assignment::{Prepared, times};
use chrono::{Days, NaiveDate};
use cpu_time::ProcessTime;
use domain::Span;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use neighbourhood::{hour, neighbourhood, order};

/// Members, days ahead, and how many orders are measured.
const SIZES: [(usize, u64, usize); 4] = [(24, 14, 1_000), (200, 28, 400), (1_000, 14, 200), (10_000, 14, 40)];

fn main() -> anyhow::Result<()> {
    println!("| members | days | question | orders | times offered | median, ms | 99th percentile, ms | growth |");
    println!("|---:|---:|---|---:|---:|---:|---:|---:|");
    let mut before: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (members, days, orders) in SIZES {
        let mut chance = Pcg64Mcg::seed_from_u64(7);
        let monday = NaiveDate::from_ymd_opt(2027, 1, 11).context("a date")?;
        let snapshot = neighbourhood(&mut chance, members, days, monday)?;
        let horizon = Span { start: snapshot.now, end: snapshot.rules.zone.at(monday + Days::new(days), hour(0)?) };
        let began = ProcessTime::now();
        let prepared = Prepared::new(&snapshot, horizon);
        let preparing = began.elapsed().as_secs_f64() * 1_000.0;
        let (mut alone, mut further, mut offered) = (Vec::new(), Vec::new(), 0);
        for _ in 0..orders {
            let request = order(&mut chance);
            let found = timed(&mut alone, || times(&snapshot, &request, horizon));
            let same = timed(&mut further, || prepared.times(&request, horizon));
            anyhow::ensure!(found == same, "the two answers differ");
            offered += found.len();
        }
        let further_name = format!("further (made ready in {preparing:.3} ms)");
        for (kind, name, spent) in [("single", "single", alone), ("further", &further_name, further)] {
            #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
            let size = members as f64;
            let (median, late) = percentiles(spent);
            let growth = before.insert(kind, (size, median)).map_or_else(String::new, |(members, earlier)| {
                format!("members × {:.1}, time × {:.1}", size / members, median / earlier)
            });
            let offered = offered / orders;
            println!("| {members} | {days} | {name} | {orders} | {offered} | {median:.3} | {late:.3} | {growth} |");
        }
    }
    Ok(())
}

/// Notes how long the answer took, in milliseconds.
fn timed<T>(spent: &mut Vec<f64>, answer: impl FnOnce() -> T) -> T {
    let began = ProcessTime::now();
    let answer = answer();
    spent.push(began.elapsed().as_secs_f64() * 1_000.0);
    answer
}

/// The median and the 99th percentile.
fn percentiles(mut spent: Vec<f64>) -> (f64, f64) {
    spent.sort_by(f64::total_cmp);
    (spent[spent.len() / 2], spent[(spent.len() * 99 / 100).min(spent.len() - 1)])
}
