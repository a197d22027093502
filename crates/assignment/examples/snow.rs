//! A snow morning: many yards, a hundred members, one hour that everybody wants.
//!
//! ```text
//! cargo run --release -p assignment --example snow -- FILE [--evaluations N | --cpu-seconds N] --seed N --out FILE
//! ```
//!
//! Reads a problem as JSON: `n` jobs (`dur`, first and last start `s` and `e`, skills `sk`), `w` workers (`home` and `mode`,
//! hours from home to home `s` to `e`, skills `sk`, most jobs `maxj`), and in `M` one travel matrix for each mode, in seconds,
//! jobs first. In place of `M` there may be `xy` (a point for each place, metres) and `speeds` (for each mode metres a
//! second and seconds lost at each way) with `detour` (1.3 where it isn't told): a way takes
//! `round(detour × distance / speed) + lost`. Ten thousand jobs are a megabyte so, and not a matrix of a gigabyte.
//!
//! Writes `{worker: [job, …]}`, prints what was found as a line of JSON. With `--ill` the busiest worker then falls ill:
//! two more lines, nothing else moved, and searched with a price on each job that changes hands.

#![expect(clippy::indexing_slicing, reason = "an example; the numbers are those of its own problem")]

#[path = "shared/spending.rs"]
mod spending;

use std::{collections::BTreeMap, fs, io::BufReader, path::PathBuf};

use anyhow::Context;
use assignment::routes::{
    self, Ground, Job, Options, Pace, Parts, Placed, Problem, Shift, Solution, Told, Weights, fill_from, search_from,
};
use clap::Parser;
use serde::Deserialize;
use serde_json::json;

use spending::{Spending, cpu_time, seconds_since};

#[derive(Parser)]
struct Arguments {
    /// The problem.
    file: PathBuf,
    /// Changes to try.
    #[arg(long, conflicts_with = "cpu_seconds")]
    evaluations: Option<u64>,
    /// Processor seconds of this process, reading not counted.
    #[arg(long)]
    cpu_seconds: Option<f64>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the routes go.
    #[arg(long)]
    out: Option<PathBuf>,
    /// The busiest worker falls ill afterwards.
    #[arg(long)]
    ill: bool,
    /// For trying out: the temperatures, in seconds of travel.
    #[arg(long)]
    hot: Option<f64>,
    #[arg(long)]
    cold: Option<f64>,
}

#[derive(Deserialize)]
struct Morning {
    n: u32,
    jobs: Vec<Yard>,
    workers: Vec<Worker>,
    #[serde(rename = "M", default)]
    matrices: Vec<Vec<Vec<u32>>>,
    #[serde(default)]
    xy: Vec<[f64; 2]>,
    #[serde(default)]
    speeds: Vec<(f64, u32)>,
    detour: Option<f64>,
}

#[derive(Deserialize)]
struct Yard {
    dur: i32,
    s: i32,
    e: i32,
    sk: Vec<u32>,
}

#[derive(Deserialize)]
struct Worker {
    home: u32,
    mode: u32,
    s: i32,
    e: i32,
    sk: Vec<u32>,
    maxj: u32,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let file = fs::File::open(&arguments.file).context("the problem's file")?;
    let mut morning: Morning = serde_json::from_reader(BufReader::new(file))?;
    let ground = ground(&mut morning)?;
    let made = cpu_time();
    let problem = problem(&morning, ground, None)?;
    let first = cpu_time();
    let greedy = routes::first_plan(&problem);
    report("first", &greedy, 0, &[("seconds", seconds_since(first)), ("prepared", seconds_since(made))]);

    let mut budget = Spending::new(arguments.evaluations, arguments.cpu_seconds.unwrap_or(30.0), made);
    let usual = Options::default();
    let temperatures = (arguments.hot.unwrap_or(usual.temperatures.0), arguments.cold.unwrap_or(usual.temperatures.1));
    let options = Options { seed: arguments.seed, temperatures, ..usual };
    let found = routes::search(&problem, &options, &mut budget);
    report("searched", &found, budget.tried(), &[("seconds", seconds_since(made))]);
    if let Some(out) = &arguments.out {
        let routes: BTreeMap<usize, Vec<u32>> =
            found.shifts.iter().map(|jobs| jobs.iter().map(|placed| placed.job).collect()).enumerate().collect();
        fs::write(out, serde_json::to_string(&routes)?)?;
    }
    if arguments.ill {
        fall_ill(&mut morning, problem, &found, arguments.seed)?;
    }
    Ok(())
}

fn ground(morning: &mut Morning) -> anyhow::Result<Ground> {
    if morning.matrices.is_empty() {
        let detour = morning.detour.unwrap_or(1.3);
        let pace = |(speed, lost): &(f64, u32)| Pace { seconds_a_metre: detour / speed, start_seconds: *lost };
        return Ok(Ground::plane(morning.xy.clone(), morning.speeds.iter().map(pace).collect())?);
    }
    let places = morning.matrices[0].len();
    let matrices = std::mem::take(&mut morning.matrices).into_iter().map(|rows| rows.into_iter().flatten().collect());
    Ok(Ground::matrices(places, matrices.collect())?)
}

/// The problem; where it is known who comes, that was told, and worker `ill` doesn't work.
fn problem(morning: &Morning, ground: Ground, told: Option<(&Solution, usize)>) -> anyhow::Result<Problem> {
    anyhow::ensure!(morning.n as usize == morning.jobs.len(), "n isn't the number of jobs");
    let bits = |skills: &[u32]| skills.iter().fold(0, |bits, skill| bits | 1_u64 << (skill % 64));
    let mut jobs: Vec<Job> = (0..)
        .zip(&morning.jobs)
        .map(|(place, yard)| Job {
            place,
            seconds: yard.dur,
            starts: vec![(yard.s, yard.e)],
            skills: bits(&yard.sk),
            urgency: 1,
            ..Job::default()
        })
        .collect();
    let mut shifts: Vec<Shift> = (0..)
        .zip(&morning.workers)
        .map(|(worker, member)| Shift {
            worker,
            profile: member.mode,
            skills: bits(&member.sk),
            from: member.home,
            to: member.home,
            leaves: member.s,
            home_by: member.e,
            hours: vec![(member.s, member.e)],
            most_jobs: member.maxj,
            most_seconds: i32::MAX,
            gap: 0,
            account: None,
            purse: None,
            run: None,
        })
        .collect();
    if let Some((found, ill)) = told {
        for (worker, placed) in (0..).zip(&found.shifts) {
            for placed in placed {
                jobs[placed.job as usize].told =
                    if worker as usize == ill { Told::Nothing } else { Told::Worker(worker) };
            }
        }
        shifts[ill].most_jobs = 0;
    }
    let workers = shifts.len();
    let (accounts, purses, runs) = (Vec::new(), Vec::new(), Vec::new());
    Ok(Problem::new(Parts { jobs, shifts, accounts, purses, runs, workers, grid: 1, ground })?)
}

/// Both ends of the trade: nobody else moved; and everything placed that can be, moving as few as possible.
fn fall_ill(morning: &mut Morning, was: Problem, found: &Solution, seed: u64) -> anyhow::Result<()> {
    let busiest = (0..found.shifts.len()).max_by_key(|shift| (found.shifts[*shift].len(), usize::MAX - shift));
    let busiest = busiest.context("nobody works")?;
    let lost = found.shifts[busiest].len();
    let problem = problem(morning, was.into_ground(), Some((found, busiest)))?;
    let mut left: Vec<Vec<Placed>> = found.shifts.clone();
    left[busiest].clear();

    let started = cpu_time();
    let greedy = fill_from(&problem, &left);
    let seconds = seconds_since(started);
    let line = |name: &str, plan: &Solution, seconds: f64| {
        let others = found.shifts.iter().map(Vec::len).sum::<usize>() - lost;
        println!(
            "{}",
            json!({ "ill": name, "lost": lost, "unassigned": plan.undone.len(), "unassigned_before": found.undone.len(),
                "others_moved": plan.score.told_anew, "others": others, "seconds": seconds })
        );
    };
    line("greedy", &greedy, seconds);

    let started = cpu_time();
    let mut budget = Spending::new(None, 3.0, started);
    let options = Options { seed, weights: Weights { told: 600, ..Weights::default() }, ..Options::replanning() };
    let searched = search_from(&problem, &greedy.shifts, &options, &mut budget);
    line("searched", &searched, seconds_since(started));
    Ok(())
}

fn report(name: &str, plan: &Solution, tried: u64, times: &[(&str, f64)]) {
    let times: BTreeMap<_, _> = times.iter().copied().collect();
    println!(
        "{}",
        json!({ "plan": name, "travel_s": plan.score.cost, "unassigned": plan.undone.len(),
            "evaluations": tried, "times": times, "peak_mb": peak_megabytes() })
    );
}

/// The most memory that this process has had so far, where the system tells.
fn peak_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = kilobytes.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
