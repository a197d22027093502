//! `cargo xtask test`: every check there is, each with a heading and how long it took.
//!
//! A failure doesn't hide the next one: all of them run, and the list at the end says which failed.
//!
//! # Adding a check
//! A line in [`CHECKS`], cheap ones first.

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Context, Result, bail};

use crate::{
    budgets, e2e, fuzz,
    run::{cargo, command, run, say},
    setup::{exim, kannel, nextest, postgres, room, wasm_target},
    site, tidy, workspace,
};

/// What the checks share.
#[derive(Default)]
struct Bench {
    /// Started by the first check that needs it, stopped when all are done.
    postgres: Option<postgres::Cluster>,
}

impl Bench {
    fn cluster(&mut self) -> Result<&postgres::Cluster> {
        let started = match self.postgres.take() {
            Some(cluster) => cluster,
            None => postgres::Cluster::start()?,
        };
        Ok(self.postgres.insert(started))
    }
}

/// A check, and what it is called.
struct Check {
    name: &'static str,
    run: fn(&mut Bench) -> Result<()>,
}

const CHECKS: &[Check] = &[
    Check { name: "Format", run: |_| run(cargo().args(["fmt", "--all", "--check"])) },
    Check { name: "Tidy", run: |_| tidy::check() },
    Check { name: "Lints", run: |_| lints() },
    Check { name: "Documentation", run: |_| documentation() },
    Check { name: "Client and style", run: |_| site::build() },
    Check { name: "Sizes", run: |_| budgets::check() },
    Check { name: "PostgreSQL", run: |bench| bench.cluster().map(|_| ()) },
    Check { name: "Rust tests, on both databases", run: rust_tests },
    Check {
        name: "Examples in the documentation",
        // xtask has no library and so no examples.
        run: |_| run(cargo().args(["test", "--quiet", "--workspace", "--exclude", "xtask", "--doc"])),
    },
    Check { name: "Server", run: |_| server_of_the_tests() },
    Check { name: "Fuzzing of every address", run: |_| fuzz::run_all(fuzz::Form::Short) },
    Check { name: "Browser tests", run: |_| e2e::run_all(&[]) },
];

/// Runs every check, or those whose names begin with one of the given words (`tidy`, `rust`).
///
/// # Errors
/// When any failed, or no check has such a name.
pub(crate) fn test(names: &[String]) -> Result<()> {
    let (mut bench, mut results) = (Bench::default(), Vec::new());
    let checks: Vec<&Check> = CHECKS.iter().filter(|check| is_asked_for(check.name, names)).collect();
    if checks.is_empty() {
        bail!("no check begins with {}", names.join(" or "));
    }
    room::warn_if_short();
    for check in checks {
        println!("\n== {} ==", check.name);
        let start = Instant::now();
        let result = (check.run)(&mut bench);
        let seconds = start.elapsed().as_secs_f32();
        match &result {
            Ok(()) => println!("== {}: passed ({seconds:.0} s)", check.name),
            Err(error) => println!("== {}: FAILED ({seconds:.0} s): {error:#}", check.name),
        }
        results.push((check.name, seconds, result.is_ok()));
    }
    drop(bench);

    println!("\n== All checks ==");
    for (name, seconds, passed) in &results {
        println!("{:>6.0} s  {}  {name}", seconds, if *passed { "passed" } else { "FAILED" });
    }
    let failed: Vec<&str> = results.iter().filter(|(_, _, passed)| !passed).map(|(name, _, _)| *name).collect();
    println!("checks: {} passed, {} failed", results.len() - failed.len(), failed.len());
    if !failed.is_empty() {
        bail!("these checks failed: {}", failed.join(", "));
    }
    Ok(())
}

/// Everything when nothing is named.
fn is_asked_for(check: &str, names: &[String]) -> bool {
    let check = check.to_lowercase();
    names.is_empty() || names.iter().any(|name| check.starts_with(&name.to_lowercase()))
}

/// The product and what runs us, each by itself. Built together, cargo would unify the features of their dependencies and
/// so compile leptos and sqlx once for the tests and once more for the server (measured: 2.6 minutes of processor time).
const HALVES: [&[&str]; 2] = [&["--workspace", "--exclude", "xtask"], &["--package", "xtask"]];

/// Clippy for this machine and, where the target has one, for the browser. A warning is a failure.
fn lints() -> Result<()> {
    for half in HALVES {
        let mut clippy = cargo();
        run(clippy.args(["clippy", "--quiet", "--all-targets"]).args(half).args(["--", "--deny", "warnings"]))?;
    }
    let toolchain = wasm_target::ensure()?;
    if toolchain == wasm_target::Toolchain::Debian {
        say("Debian's Rust has no clippy for the browser, so the client is linted for this machine only");
        return Ok(());
    }
    let mut client = cargo();
    client.args([
        "clippy",
        "--quiet",
        "--package",
        "naapuriapu-client",
        "--package",
        "app",
        "--features",
        "app/hydrate",
    ]);
    client
        .args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-release"])
        .arg("--target-dir")
        .arg(toolchain.target_folder());
    run(client.args(["--", "--deny", "warnings"])).context("for the browser")
}

/// The server that the Rust tests ran, and made. Built by itself it would have other features of its dependencies, and take
/// minutes more (measured: 160 s) for the same pages.
fn server_of_the_tests() -> Result<()> {
    run(cargo().args(["test", "--quiet", "--no-run"]).args(HALVES[0])).context("the server doesn't compile")
}

fn documentation() -> Result<()> {
    for half in HALVES {
        let mut doc = cargo();
        doc.args(["doc", "--quiet", "--no-deps", "--document-private-items"]).args(half);
        run(doc.env("RUSTDOCFLAGS", "--deny warnings"))?;
    }
    Ok(())
}

/// Both databases: SQLite needs nothing, PostgreSQL is the cluster started before. And the gateway for text messages, and the
/// mail server.
fn rust_tests(bench: &mut Bench) -> Result<()> {
    let cluster = bench.cluster().context("half of the tests can't run without PostgreSQL")?;
    let url = cluster.url();
    kannel::ensure()?;
    exim::ensure()?;
    let advisories = advisories()?;
    nextest::ensure()?;
    let results = HALVES.map(|half| {
        let mut tests = cargo();
        tests.args(["nextest", "run"]).args(half);
        // Without a database its tests would pass over themselves: here they fail instead.
        tests
            .env(postgres::SETTING, &url)
            .env("NAAPURIAPU_REQUIRE_POSTGRES", "1")
            .env(kannel::REQUIRED, "1")
            .env(exim::REQUIRED, "1");
        run(tests.envs(advisories.iter().map(|folder| ("NAAPURIAPU_ADVISORIES", folder))))
    });
    results.into_iter().collect()
}

/// `RustSec`'s advisories, unpacked from the copy beside the repository; nothing where there is none, which is said.
fn advisories() -> Result<Option<PathBuf>> {
    let archive = workspace::root().parent().map(|parent| parent.join("shared/advisory-db.tgz")).unwrap_or_default();
    if !archive.is_file() {
        say(format!("Not checked: whether an advisory is known of what we use (there is no {})", archive.display()));
        return Ok(None);
    }
    let folder = workspace::path("target/advisories");
    fs::create_dir_all(&folder)?;
    run(command("tar").arg("xzf").arg(&archive).arg("-C").arg(&folder))?;
    Ok(Some(folder.join("advisory-db")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_found_by_how_its_name_begins() {
        let named = |name: &str| CHECKS.iter().filter(|check| is_asked_for(check.name, &[name.to_owned()])).count();
        assert_eq!(named("tidy"), 1);
        assert_eq!(named("rust"), 1);
        assert_eq!(named("nonsense"), 0);
        assert_eq!(CHECKS.iter().filter(|check| is_asked_for(check.name, &[])).count(), CHECKS.len());
    }
}
