//! The assignment engine beside the best published values and the solvers that one could take instead, in one run.
//!
//! `cargo xtask bench assignment [hhcrsp] [uhhc] [snow] [online] [fairness] [--seeds N] [--only TEXT]
//! [--seconds-factor F]`. The instances, their judges and the peers' scripts are `../shared/bench` and `../shared/hhcrsp.tar.xz`, beside this repository; where
//! they aren't, it says so. The peers go into a Python environment in `target/bench`, where Python's packages can be had;
//! a peer that can't be installed is named and left out.
//!
//! Every solver runs alone on one thread with the same processor time. Figures are medians over the seeds.

mod snow;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    run::{cargo, command, find, output, run, say},
    workspace,
};

/// What was asked for.
struct Asked {
    parts: Vec<String>,
    /// How many seeds.
    seeds: u32,
    /// Only instances whose names contain it.
    only: String,
    /// Shortens or lengthens every run: 1 is what the goals are stated for.
    factor: f64,
}

/// Where things are.
struct Places {
    /// Scripts and judges.
    scripts: PathBuf,
    /// Ours: what is unpacked and made.
    work: PathBuf,
}

/// Runs the parts that were asked for, all of them when none was.
///
/// # Errors
/// When the instances aren't beside the repository, or the engine's examples fail.
pub(super) fn bench(arguments: &[String]) -> Result<()> {
    let asked = Asked::read(arguments)?;
    say("Building the engine's examples (cargo build --release)");
    run(cargo().args(["build", "--quiet", "--release", "--package", "assignment", "--examples"]))?;
    if asked.wants("hhcrsp") || asked.wants("uhhc") || asked.wants("snow") {
        let places = Places::find()?;
        if asked.wants("hhcrsp") {
            home_care(&asked, &places)?;
        }
        if asked.wants("uhhc") {
            unified(&asked, &places)?;
        }
        if asked.wants("snow") {
            snow::bench(&asked, &places)?;
        }
    }
    if asked.wants("online") {
        println!("\nOne order: every time of the next days, and who is best for each.");
        run(&mut command(workspace::path("target/release/examples/online")))?;
        println!("\nThe same questions one by one, with what they allocate.");
        run(cargo().args(["bench", "--quiet", "--package", "assignment", "--bench", "online"]))?;
    }
    if asked.wants("fairness") {
        println!("\nHalf a year: who gets how much of the hours they wish for.");
        run(command(workspace::path("target/release/examples/fairness")).arg(asked.seeds.to_string()))?;
    }
    Ok(())
}

impl Asked {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut asked = Self { parts: Vec::new(), seeds: 5, only: String::new(), factor: 1.0 };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seeds" => asked.seeds = value()?.parse().context("--seeds is a number")?,
                "--only" => asked.only.clone_from(value()?),
                "--seconds-factor" => asked.factor = value()?.parse().context("--seconds-factor is a number")?,
                "hhcrsp" | "uhhc" | "snow" | "online" | "fairness" => asked.parts.push(word.clone()),
                other => {
                    bail!(
                        "`{other}` isn't part of `bench assignment`: hhcrsp, uhhc, snow, online, fairness, --seeds, \
                         --only"
                    )
                }
            }
        }
        Ok(asked)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|asked| asked == part)
    }

    fn seconds(&self, usual: f64) -> String {
        format!("{:.2}", usual * self.factor)
    }
}

impl Places {
    fn find() -> Result<Self> {
        let shared = workspace::root().parent().map(|parent| parent.join("shared")).unwrap_or_default();
        let (scripts, archive) = (shared.join("bench"), shared.join("hhcrsp.tar.xz"));
        if !scripts.is_dir() || !archive.is_file() {
            bail!("the instances and their judges aren't beside this repository ({})", shared.display());
        }
        let work = workspace::path("target/bench");
        fs::create_dir_all(&work)?;
        if !work.join("hhcrsp").is_dir() {
            say("Unpacking the public instances");
            run(command("tar").arg("xJf").arg(&archive).arg("-C").arg(&work))?;
        }
        Ok(Self { scripts, work })
    }

    fn instances(&self) -> PathBuf {
        self.work.join("hhcrsp")
    }
}

/// One of the engine's examples on a file, as long as it may take.
fn example(name: &str, file: &Path, seconds: &str, seed: u32, out: &Path) -> Result<()> {
    let program = workspace::path("target/release/examples").join(name);
    let mut solve = command(program);
    solve.arg(file).args(["--cpu-seconds", seconds, "--seed", &seed.to_string(), "--out"]).arg(out);
    output(&mut solve).map(|_| ())
}

/// What a judge or a peer printed last, as JSON.
fn judged(text: &str) -> Result<Value> {
    let line = text.lines().rev().find(|line| line.starts_with('{')).context("nothing was judged")?;
    Ok(serde_json::from_str(line)?)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let at = |index: usize| figures.get(index).copied().unwrap_or(f64::NAN);
    if figures.len().is_multiple_of(2) { f64::midpoint(at(middle.wrapping_sub(1)), at(middle)) } else { at(middle) }
}

fn mean(figures: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of instances")]
    let count = figures.len() as f64;
    figures.iter().sum::<f64>() / count
}

// ---- public home-care instances

/// Processor seconds for so many patients, as the goals state them.
fn budget(patients: u32) -> f64 {
    match patients {
        0..=25 => 3.0,
        26..=100 => 15.0,
        101..=300 => 30.0,
        _ => 60.0,
    }
}

/// How many patients, by the instance's name (`InstanzCPLEX_HCSRP_50_1`, `HHCRSP_300_60_34_1.2_R_C`).
fn patients(name: &str) -> u32 {
    name.split_once("HCSRP_")
        .or_else(|| name.split_once("HHCRSP_"))
        .and_then(|(_, rest)| rest.split(['_', '.']).next()?.parse().ok())
        .unwrap_or(0)
}

fn home_care(asked: &Asked, places: &Places) -> Result<()> {
    let best = fs::read_to_string(places.instances().join("BEST.md"))?;
    let mut gaps: BTreeMap<(String, u32), Vec<f64>> = BTreeMap::new();
    let mut better = (0, 0);
    println!("\n| family | instance | seconds | best published | ours (median) | gap | worst seed | problems |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    for row in best.lines().filter(|row| row.contains(".json")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, family, instance, _, _, _, cost, ..] = cells.as_slice() else { continue };
        if !instance.contains(&asked.only) {
            continue;
        }
        let published: f64 = cost.parse().with_context(|| format!("the published cost of {instance}"))?;
        let file = places.instances().join(family).join(instance);
        let (size, out) = (patients(instance), places.work.join("solution.json"));
        let seconds = asked.seconds(budget(size));
        let (mut costs, mut problems) = (Vec::new(), 0);
        for seed in 1..=asked.seeds {
            example("hhcrsp", &file, &seconds, seed, &out)?;
            let mut judge = command("python3");
            let answer = judged(&output(judge.arg(places.scripts.join("eval_hhcrsp.py")).arg(&file).arg(&out))?)?;
            costs.push(figure(&answer, "/cost"));
            problems += answer.pointer("/problems").and_then(Value::as_array).map_or(1, Vec::len);
        }
        let worst = costs.iter().copied().fold(f64::MIN, f64::max);
        let ours = median(costs);
        let gap = (ours / published - 1.0) * 100.0;
        println!(
            "| {family} | {} | {seconds} | {published:.3} | {ours:.3} | {gap:+.2} % | {:+.2} % | {problems} |",
            instance.trim_end_matches(".json"),
            (worst / published - 1.0) * 100.0
        );
        gaps.entry(((*family).to_owned(), size)).or_default().push(gap);
        if size >= 50 {
            better = (better.0 + u32::from(ours < published), better.1 + 1);
        }
    }
    println!("\n| family | patients | instances | mean gap |\n|---|---:|---:|---:|");
    for ((family, size), gaps) in &gaps {
        println!("| {family} | {size} | {} | {:+.2} % |", gaps.len(), mean(gaps));
    }
    println!("\nBetter than the published value, of those with 50 patients or more: {} of {}.", better.0, better.1);
    Ok(())
}

// ---- the unified problem

fn unified(asked: &Asked, places: &Places) -> Result<()> {
    let folder = places.instances().join("uhhc");
    let mut solutions: Vec<PathBuf> = files(&folder.join("solutions"))?;
    solutions.sort();
    let mut gaps = Vec::new();
    let judge = Judge::find();
    println!("\n| unified problem | seconds | its authors | ours (median) | gap |\n|---|---:|---:|---:|---:|");
    for theirs in solutions {
        let name = theirs.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // sol-i-054-3689112122 solves i-054
        let instance = name.trim_start_matches("sol-").rsplit_once('-').map_or("", |(instance, _)| instance);
        if !instance.contains(&asked.only) {
            continue;
        }
        let file = folder.join("instances").join(format!("{instance}.json"));
        let (seconds, out) = (asked.seconds(60.0), places.work.join("solution.json"));
        let mut costs = Vec::new();
        for seed in 1..=asked.seeds {
            example("uhhc", &file, &seconds, seed, &out)?;
            costs.push(judge.cost(&file, &out)?);
        }
        let (published, ours) = (judge.cost(&file, &theirs)?, median(costs));
        let gap = (ours / published - 1.0) * 100.0;
        println!("| {instance} | {seconds} | {published:.0} | {ours:.0} | {gap:+.2} % |");
        gaps.push(gap);
    }
    println!("\nMean gap: {:+.2} % over {} instances ({}).", mean(&gaps), gaps.len(), judge.words());
    Ok(())
}

/// Who says what a solution of the unified problem costs.
enum Judge {
    /// Its authors' validator (`pip install` of the repository iolab-uniud/uhhc-toolbox), where it is installed.
    Validator,
    /// The solution itself.
    Solution,
}

impl Judge {
    fn find() -> Self {
        find("uhhc-toolbox").map_or(Self::Solution, |_| Self::Validator)
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Validator => "costs by the public validator",
            Self::Solution => "costs as each solution states them: uhhc-toolbox isn't installed",
        }
    }

    fn cost(&self, instance: &Path, solution: &Path) -> Result<f64> {
        match self {
            Self::Validator => {
                let text = output(command("uhhc-toolbox").args(["validator", "solution"]).arg(instance).arg(solution))?;
                total(&text).with_context(|| format!("the validator refuses {}", solution.display()))
            }
            Self::Solution => {
                let solution: Value = serde_json::from_str(&fs::read_to_string(solution)?)?;
                Ok(figure(&solution, "/cost/objective"))
            }
        }
    }
}

/// The sum that the validator has worked out: `Total....... 56446 ..... (-)`.
fn total(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with("Total"))?;
    line.split_whitespace().find_map(|word| word.parse().ok())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// The number at that place of an answer; not a number where there is none.
fn figure(answer: &Value, place: &str) -> f64 {
    answer.pointer(place).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn first_line(error: &anyhow::Error) -> String {
    format!("{error:#}").lines().last().unwrap_or_default().replace('|', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_in_the_name() {
        assert_eq!(patients("InstanzCPLEX_HCSRP_75_2.json"), 75);
        assert_eq!(patients("HHCRSP_400_80_30_1.6_R_C.json"), 400);
    }

    #[test]
    fn the_validators_total_is_read() {
        let text =
            "Cost computed by validator are:\ntotal_tardiness.....  1560 ..... (5 x 312)\nTotal....... 56446 ..... (-)";
        assert_eq!(total(text), Some(56_446.0));
        assert_eq!(total("refused"), None);
    }

    #[test]
    fn medians_of_odd_and_even() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }
}
