//! Snow mornings: ours beside the solvers that one could take instead, on the same mornings, with the same processor time.
//!
//! One morning a seed. Of each solver the medians over the mornings are told: less travel with more yards left is no
//! better, so both are. A solver that could not run is named with what kept it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Result;
use serde_json::Value;

use super::{Asked, Places, figure, judged, median};
use crate::run::{command, find, output, run, run_within, say};
use crate::workspace;

/// Jobs and workers of each size.
const MORNINGS: [(u32, u32); 3] = [(300, 39), (1_000, 130), (3_000, 390)];

/// Jobs and workers of the great morning, whose matrix would be too large to write down.
const GREAT: (u32, u32) = (10_000, 1_000);

/// How long each solver has, in processor seconds.
const SECONDS: f64 = 30.0;

/// And for the great one.
const GREAT_SECONDS: f64 = 60.0;

/// A peer that hasn't answered by then, whatever its limit, is stopped and named.
const NO_LONGER: Duration = Duration::from_mins(10);

/// A peer: its name, its script, and what follows the file and the seconds. Each at its best setting.
const PEERS: [(&str, &str, &[&str]); 4] = [
    ("VROOM, level 1", "snow_vroom.py", &["1", "1"]),
    ("VROOM, level 5", "snow_vroom.py", &["5", "1"]),
    ("PyVRP, all required", "snow_pyvrp_req.py", &[]),
    ("OR-Tools", "snow_ort.py", &[]),
];

/// Makes the great morning, judges routes of it, and runs VROOM on it.
const WIDE: &str = include_str!("snow_wide.py");

/// What one solver reached on some mornings.
#[derive(Default)]
struct Reached {
    travel: Vec<f64>,
    left: Vec<f64>,
    broken: f64,
    /// What kept it from running, where something did.
    trouble: Option<String>,
}

/// Prints one table for all sizes, then what falling ill costs, then the great morning.
///
/// # Errors
/// When a morning can't be made, or ours fails on it.
pub(super) fn bench(asked: &Asked, places: &Places) -> Result<()> {
    let python = peers(places);
    let mut ill = Vec::new();
    println!("\n| morning | solver | travel, s | unassigned | violations | ours / this |");
    println!("|---|---|---:|---:|---:|---:|");
    for (jobs, workers) in MORNINGS {
        let name = format!("{jobs} jobs, {workers} workers");
        if name.contains(&asked.only) {
            let (ours, theirs) = morning(asked, places, python.as_ref(), (jobs, workers), &mut ill)?;
            println!("| {name} | ours | {ours} | |");
            for (peer, reached) in &theirs {
                println!("| {name} | {peer} | {reached} | {:.3} |", ours.median_travel() / reached.median_travel());
            }
        }
    }
    if !ill.is_empty() {
        println!("\nThe busiest worker falls ill:\n");
        println!("| morning | answer | lost visits | left without anybody | others that change hands | ms |");
        println!("|---|---|---:|---:|---:|---:|");
        for row in &ill {
            println!("{row}");
        }
    }
    if format!("{} jobs", GREAT.0).contains(&asked.only) {
        great(asked, places, python.as_ref())?;
    }
    Ok(())
}

/// Ours and each peer's figures on as many mornings of a size as there are seeds.
fn morning(
    asked: &Asked,
    places: &Places,
    python: Option<&PathBuf>,
    (jobs, workers): (u32, u32),
    ill: &mut Vec<String>,
) -> Result<(Reached, Vec<(&'static str, Reached)>)> {
    let (mut ours, mut theirs) = (Reached::default(), Vec::new());
    let seconds = asked.seconds(SECONDS);
    for seed in 1..=asked.seeds {
        let (file, out) = (places.work.join(format!("snow-{jobs}-{seed}.json")), places.work.join("routes.json"));
        let mut make = command("python3");
        make.arg(places.scripts.join("gensnow.py")).args([jobs, workers, seed].map(|number| number.to_string()));
        output(make.arg(&file))?;
        let mut solve = command(workspace::path("target/release/examples/snow"));
        solve.arg(&file).args(["--ill", "--cpu-seconds", &seconds, "--seed", &seed.to_string(), "--out"]).arg(&out);
        let told = output(&mut solve)?;
        let judged_ours = check(&file, &out, places)?;
        tell(&format!("{jobs} jobs, seed {seed}, ours"), &judged_ours);
        ours.add(&judged_ours);
        ill.extend(told.lines().filter_map(|line| ill_row(line, jobs, seed)));
        for (index, (peer, script, more)) in PEERS.iter().enumerate() {
            if theirs.len() <= index {
                theirs.push((*peer, Reached::default()));
            }
            let (Some(python), Some((_, reached))) = (python, theirs.get_mut(index)) else { continue };
            if reached.trouble.is_none() {
                let mut solve = command(python);
                solve.arg(places.scripts.join(script)).arg(&file).arg(&seconds).args(*more);
                match answer_of(&mut solve, places) {
                    Ok(answer) => {
                        tell(&format!("{jobs} jobs, seed {seed}, {peer}"), &answer);
                        reached.add(&answer);
                    }
                    Err(error) => reached.trouble = Some(super::first_line(&error)),
                }
            }
        }
        fs::remove_file(&file)?;
    }
    Ok((ours, theirs))
}

/// What a peer answers, if it does so in time: some look at their limit only when they have a first plan.
fn answer_of(peer: &mut Command, places: &Places) -> Result<Value> {
    let told = places.work.join("peer.out");
    run_within(peer.stdout(fs::File::create(&told)?), NO_LONGER)?;
    judged(&fs::read_to_string(&told)?)
}

/// One morning's figures as they come, beside the table: with the peers' own preparations it is an hour until it is whole.
fn tell(what: &str, answer: &Value) {
    eprintln!("{what}: {:.0} s, {:.0} unassigned", figure(answer, "/travel_s"), figure(answer, "/unassigned"));
}

/// A row of what falling ill costs, of a line that the example prints about it.
fn ill_row(line: &str, jobs: u32, seed: u32) -> Option<String> {
    let told: Value = serde_json::from_str(line).ok()?;
    let answer = told.get("ill")?.as_str()?;
    let open = figure(&told, "/unassigned") - figure(&told, "/unassigned_before");
    let (moved, others) = (figure(&told, "/others_moved"), figure(&told, "/others"));
    Some(format!(
        "| {jobs} jobs, seed {seed} | {answer} | {:.0} | {open:.0} | {moved:.0} of {others:.0} ({:.2} %) | {:.1} |",
        figure(&told, "/lost"),
        moved / others * 100.0,
        figure(&told, "/seconds") * 1_000.0
    ))
}

/// Ten thousand yards: the first plan, the memory, and VROOM beside it.
fn great(asked: &Asked, places: &Places, python: Option<&PathBuf>) -> Result<()> {
    let script = places.work.join("snow_wide.py");
    fs::write(&script, WIDE)?;
    let (file, out) = (places.work.join("snow-great.json"), places.work.join("routes.json"));
    let wide = |python: &PathBuf, arguments: &[&str]| -> Result<Value> {
        let mut judge = command(python);
        answer_of(judge.arg(&script).args(arguments), places)
    };
    let mut make = command("python3");
    make.arg(&script).arg("make").args([GREAT.0, GREAT.1, 1].map(|number| number.to_string()));
    output(make.arg(&file))?;
    let seconds = asked.seconds(GREAT_SECONDS);
    let mut solve = command(workspace::path("target/release/examples/snow"));
    solve.arg(&file).args(["--cpu-seconds", &seconds, "--seed", "1", "--out"]).arg(&out);
    let told = output(&mut solve)?;
    let first = told.lines().next().and_then(|line| serde_json::from_str::<Value>(line).ok()).unwrap_or_default();
    let memory =
        told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).map(|line| figure(&line, "/peak_mb"));
    println!("\n{} yards, {} workers, {seconds} s each:\n", GREAT.0, GREAT.1);
    println!(
        "The first plan stands after {:.2} s ({:.2} s with making the problem ready); {:.0} unassigned, {:.0} s of travel. \
         At most {:.0} MB of memory.\n",
        figure(&first, "/times/seconds"),
        figure(&first, "/times/prepared"),
        figure(&first, "/unassigned"),
        figure(&first, "/travel_s"),
        memory.fold(f64::NAN, f64::max)
    );
    println!("| solver | travel, s | unassigned | violations |\n|---|---:|---:|---:|");
    let (path, routes) = (file.to_string_lossy(), out.to_string_lossy());
    let mut ours = Reached::default();
    ours.add(&wide(&PathBuf::from("python3"), &["check", &path, &routes])?);
    println!("| ours | {ours} |");
    for level in ["1", "5"] {
        let mut reached = Reached::default();
        let Some(python) = python else { continue };
        match wide(python, &["vroom", &path, &seconds, level]) {
            Ok(answer) => reached.add(&answer),
            Err(error) => reached.trouble = Some(super::first_line(&error)),
        }
        println!("| VROOM, level {level} | {reached} |");
    }
    Ok(())
}

impl Reached {
    fn add(&mut self, answer: &Value) {
        self.travel.push(figure(answer, "/travel_s"));
        self.left.push(figure(answer, "/unassigned"));
        self.broken += figure(answer, "/violations");
    }

    fn median_travel(&self) -> f64 {
        median(self.travel.clone())
    }
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.trouble {
            Some(trouble) => write!(f, "not run: {trouble} | |"),
            None => write!(f, "{:.0} | {:.0} | {:.0}", self.median_travel(), median(self.left.clone()), self.broken),
        }
    }
}

/// The public judge's answer to routes.
fn check(file: &Path, routes: &Path, places: &Places) -> Result<Value> {
    const JUDGE: &str = "import json,sys; sys.path.insert(0,sys.argv[3]); from checksnow import check; \
        print(json.dumps(check(json.load(open(sys.argv[1])),{int(k):v for k,v in json.load(open(sys.argv[2])).items()})))";
    let mut judge = command("python3");
    judge.args(["-c", JUDGE]).arg(file).arg(routes).arg(&places.scripts);
    judged(&output(&mut judge)?)
}

/// A Python with the peers, made once; none where they can't be had.
fn peers(places: &Places) -> Option<PathBuf> {
    let folder = places.work.join("python");
    let python = folder.join("bin/python3");
    if !python.is_file() {
        find("python3")?;
        say("Installing the peers (pyvrp, pyvroom, ortools) into target/bench/python");
        let made = run(command("python3").args(["-m", "venv"]).arg(&folder)).and_then(|()| {
            let mut pip = command(&python);
            run(pip.args(["-m", "pip", "install", "--quiet", "numpy", "pandas", "pyvrp==0.14.1", "pyvroom", "ortools"]))
        });
        if let Err(error) = made {
            say(format!("The peers can't be installed here, so ours stands alone: {error:#}"));
            let _ = fs::remove_dir_all(&folder);
            return None;
        }
    }
    Some(python)
}
