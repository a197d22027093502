//! `cargo xtask soak`: the long forms of the tests that every run has short forms of, optimised, in under half an hour.
//!
//! Each part runs some of the Rust tests over and over, as often or as long as [`PARTS`] says: the property tests with
//! fresh cases, the random weeks with fresh seeds, the races twenty rounds alone on the machine and held to the two
//! seconds that they promise. What was done, how many times, and what broke is printed at the end and stands in
//! `target/soak/report.md`; each part's whole output lies beside it.
//!
//! What it isn't: fuzzing, which needs a compiler of its own (`crates/assignment/fuzz`), and the browser.
//!
//! # Adding a part
//! A line in [`PARTS`]. A test that is to do more in a soak looks for `NAAPURIAPU_SOAK=1`, and finds the round that it is
//! in as `NEXTEST_STRESS_CURRENT`. A line of its output that begins with "soak: " stands in the report.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    run::{cargo, run, say},
    setup::{nextest, postgres},
    workspace,
};

/// Some of the tests, and how often.
struct Part {
    name: &'static str,
    /// What it shows.
    shows: &'static str,
    /// The package that they are in.
    package: &'static str,
    /// Which of its tests, as nextest names them.
    tests: &'static str,
    often: Often,
    company: Company,
}

/// How often a part's tests run.
enum Often {
    Times(u32),
    For(Duration),
}

/// Whether tests of a part may run beside each other.
#[derive(PartialEq)]
enum Company {
    Alone,
    Together,
}

const PARTS: &[Part] = &[
    Part {
        name: "Offers",
        shows: "what is offered equals brute force and can be ordered, 100,000 random cases each",
        package: "assignment",
        tests: "binary(engine)",
        often: Often::Times(1),
        company: Company::Together,
    },
    Part {
        name: "Plans",
        shows: "random plans, linked pairs, falling ill and acceptance, by the independent checker",
        package: "assignment",
        tests: "binary(plans) | binary(linked)",
        often: Often::For(Duration::from_mins(5)),
        company: Company::Together,
    },
    Part {
        name: "Races",
        shows: "T1–T3, T5–T7, T9–T13 on both databases, each alone; of 200 who want one time the slowest under two seconds",
        package: "backend",
        tests: "binary(visits) & test(races::)",
        often: Often::Times(20),
        company: Company::Alone,
    },
    Part {
        name: "Stories",
        shows: "orders, members, the desk, falling ill (T51), text messages (T39), 10,000 visits carried over (T58), both databases",
        package: "backend",
        tests: "binary(visits) & not test(races::) & not test(random::)",
        often: Often::Times(10),
        company: Company::Together,
    },
    Part {
        name: "Random weeks",
        shows: "the same random weeks on both databases answer alike, with the history checker (T6, T59)",
        package: "backend",
        tests: "binary(visits) & test(random::)",
        often: Often::For(Duration::from_mins(8)),
        company: Company::Together,
    },
    Part {
        name: "Faults",
        shows: "a real server killed 30 times while 5,000 orders are tried (T15), 1,000 connections cut (T14), the disk full \
                (T16, T17), migrations killed (T19), PostgreSQL gone (T60), secrets (T43)",
        package: "server",
        tests: "binary(faults)",
        often: Often::Times(1),
        company: Company::Alone,
    },
];

/// What came of a part.
#[derive(Default)]
struct Outcome {
    passed: u32,
    /// Each test that failed, and how often.
    failed: BTreeMap<String, u32>,
    /// How long the slowest of many at once took, each time it was told, by race.
    slowest: BTreeMap<String, Vec<f64>>,
    /// What tests tell of what they did.
    told: Vec<String>,
    seconds: f32,
    /// The run itself ended badly.
    trouble: Option<String>,
}

/// Runs every part, or those whose names begin with one of the given words, and writes the report.
///
/// # Errors
/// When anything broke, or no part has such a name.
pub(crate) fn soak(names: &[String]) -> Result<()> {
    let asked = |part: &&Part| {
        let name = part.name.to_lowercase();
        names.is_empty() || names.iter().any(|asked| name.starts_with(&asked.to_lowercase()))
    };
    let parts: Vec<&Part> = PARTS.iter().filter(asked).collect();
    if parts.is_empty() {
        bail!("no part begins with {}", names.join(" or "));
    }
    let folder = workspace::path("target/soak");
    fs::create_dir_all(&folder)?;
    nextest::ensure()?;
    let cluster = postgres::Cluster::start().context("half of the soak can't run without PostgreSQL")?;
    say("Building the tests, optimised (cargo nextest run --cargo-profile soak --no-run)");
    let packages: BTreeSet<&str> = parts.iter().map(|part| part.package).collect();
    run(tests(&cluster, packages).arg("--no-run"))?;
    let mut report = String::from(
        "# Soak\n\n| part | what it shows | runs of a test | failed | minutes |\n|---|---|---:|---:|---:|\n",
    );
    let (mut details, mut broken) = (String::new(), Vec::new());
    for part in parts {
        say(format!("{}: {}", part.name, part.shows));
        let outcome = part.run(&cluster)?;
        outcome.report(part, &mut report, &mut details)?;
        if !outcome.is_sound() {
            broken.push(part.name);
        }
    }
    report.push_str(&details);
    fs::write(folder.join("report.md"), &report)?;
    println!("\n{report}");
    if !broken.is_empty() {
        bail!("something broke in: {}; see target/soak", broken.join(", "));
    }
    Ok(())
}

/// The tests of those packages, without which ones and how often.
fn tests(cluster: &postgres::Cluster, packages: impl IntoIterator<Item = &'static str>) -> Command {
    let mut tests = cargo();
    tests.args(["nextest", "run", "--cargo-profile", "soak"]);
    tests.args(packages.into_iter().flat_map(|package| ["--package", package]));
    tests.env(postgres::SETTING, cluster.url()).env("NAAPURIAPU_REQUIRE_POSTGRES", "1").env("NAAPURIAPU_SOAK", "1");
    tests
}

impl Part {
    fn run(&self, cluster: &postgres::Cluster) -> Result<Outcome> {
        let mut tests = tests(cluster, [self.package]);
        // What a test prints is where the races tell how long the slowest took.
        tests.args(["--no-fail-fast", "--success-output", "immediate", "-E", self.tests]);
        match self.often {
            Often::Times(times) => tests.args(["--stress-count", &times.to_string()]),
            Often::For(time) => tests.args(["--stress-duration", &format!("{}s", time.as_secs())]),
        };
        if self.company == Company::Alone {
            tests.args(["--test-threads", "1"]);
        }
        let file = format!("{}.log", self.name.to_lowercase().replace(' ', "-"));
        let mut log = fs::File::create(workspace::path("target/soak").join(file))?;
        let (mut outcome, began) = (Outcome::default(), Instant::now());
        let mut running = tests.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let told = running.stderr.take().context("a pipe")?;
        for line in BufReader::new(told).lines() {
            let line = line?;
            writeln!(log, "{line}")?;
            outcome.read(&line);
        }
        let status = running.wait()?;
        outcome.seconds = began.elapsed().as_secs_f32();
        if !status.success() && outcome.failed.is_empty() {
            outcome.trouble = Some(format!("the tests could not be run ({status})"));
        }
        Ok(outcome)
    }
}

impl Outcome {
    /// Notes what a line of nextest's, or of a test's own, tells.
    fn read(&mut self, line: &str) {
        let line = line.trim();
        let state = line.split_whitespace().next().unwrap_or_default();
        // `PASS [   0.921s] [1/20] (3/12) backend::visits races::name`, and once more at the end for those that failed.
        let told = line.split_once('[').and_then(|(_, rest)| rest.split_once(") "));
        match (state, told) {
            ("PASS", Some(_)) => self.passed += 1,
            ("FAIL" | "TIMEOUT" | "SIGABRT" | "SIGSEGV" | "SIGKILL", Some((_, test))) => {
                *self.failed.entry(test.to_owned()).or_default() += 1;
            }
            _ => {}
        }
        if let Some(told) = line.strip_prefix("soak: ") {
            self.told.push(told.to_owned());
        }
        if let Some((race, took)) = line.split_once(", the slowest ")
            && let Some(seconds) = seconds(took)
        {
            self.slowest.entry(race.to_owned()).or_default().push(seconds);
        }
    }

    fn is_sound(&self) -> bool {
        self.failed.is_empty() && self.trouble.is_none() && self.passed > 0
    }

    /// A row of the table, and beneath it what broke and how long the slowest took.
    fn report(&self, part: &Part, table: &mut String, details: &mut String) -> Result<()> {
        let failed: u32 = self.failed.values().sum();
        let (all, minutes) = (self.passed + failed, self.seconds / 60.0);
        writeln!(table, "| {} | {} | {all} | {failed} | {minutes:.1} |", part.name, part.shows)?;
        for (test, times) in &self.failed {
            writeln!(details, "\n{}: `{test}` failed {times} times.", part.name)?;
        }
        if let Some(trouble) = &self.trouble {
            writeln!(details, "\n{}: {trouble}.", part.name)?;
        } else if all == 0 {
            writeln!(details, "\n{}: no test was run.", part.name)?;
        }
        for told in &self.told {
            writeln!(details, "\n{}: {told}.", part.name)?;
        }
        for (race, took) in &self.slowest {
            let mut took = took.clone();
            took.sort_by(f64::total_cmp);
            let at = |index: usize| took.get(index).copied().unwrap_or(f64::NAN);
            writeln!(
                details,
                "\n{race}, {} rounds: the slowest took {:.2} s in the median, {:.2} s at most.",
                took.len(),
                at(took.len() / 2),
                at(took.len().saturating_sub(1))
            )?;
        }
        Ok(())
    }
}

/// A duration as Rust shows it, in seconds: `1.02s`, `420.5ms`.
fn seconds(shown: &str) -> Option<f64> {
    let shown = shown.trim();
    if let Some(milliseconds) = shown.strip_suffix("ms") {
        return Some(milliseconds.parse::<f64>().ok()? / 1_000.0);
    }
    shown.strip_suffix('s')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nextest_prints_is_counted() {
        let mut outcome = Outcome::default();
        for line in [
            "        PASS [   0.031s] [1/2] (1/8) backend::visits races::one",
            "        FAIL [   3.031s] [2/2] (2/8) backend::visits races::two",
            "     TIMEOUT [ 300.000s] [2/2] (3/8) backend::visits races::two",
            "    sqlite: 200 at once, the slowest 420.5ms",
            "    postgres: 200 at once, the slowest 1.02s",
            "    soak: sqlite: kill -9 5 times during 120 orders",
            " Stress test [   0.276s] iteration 2/2: 8 tests run: 8 passed, 26 skipped",
        ] {
            outcome.read(line);
        }
        assert_eq!(outcome.passed, 1);
        assert_eq!(outcome.failed, BTreeMap::from([("backend::visits races::two".to_owned(), 2)]));
        assert_eq!(outcome.slowest.get("sqlite: 200 at once"), Some(&vec![0.4205]));
        assert_eq!(outcome.slowest.get("postgres: 200 at once"), Some(&vec![1.02]));
        assert_eq!(outcome.told, ["sqlite: kill -9 5 times during 120 orders"]);
        assert!(!outcome.is_sound());
    }

    #[test]
    fn nothing_run_is_not_sound() {
        assert!(!Outcome::default().is_sound());
    }
}
