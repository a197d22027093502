//! `cargo xtask test`: every check there is, each with a heading and how long it took.
//!
//! A failure doesn't hide the next one: all of them run, and the list at the end says which failed.
//!
//! # Adding a check
//! A line in [`CHECKS`], cheap ones first.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{
    budgets, e2e,
    run::{cargo, run, say},
    serve::build_server,
    setup::{nextest, postgres, wasm_target},
    site, tidy, workspace,
};

/// What the checks share.
#[derive(Default)]
struct Bench {
    /// Started by the first check that needs it, stopped when all are done.
    postgres: Option<postgres::Cluster>,
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
    Check { name: "PostgreSQL", run: |bench| Ok(bench.postgres = Some(postgres::Cluster::start()?)) },
    Check { name: "Rust tests, on both databases", run: rust_tests },
    Check {
        name: "Examples in the documentation",
        run: |_| run(cargo().args(["test", "--quiet", "--workspace", "--doc"])),
    },
    Check { name: "Server", run: |_| build_server() },
    Check { name: "Browser tests", run: |_| e2e::run_all(&[]) },
];

/// Runs every check.
///
/// # Errors
/// When any failed.
pub(crate) fn test() -> Result<()> {
    let (mut bench, mut results) = (Bench::default(), Vec::new());
    for check in CHECKS {
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

/// Clippy for this machine and, where the target has one, for the browser. A warning is a failure.
fn lints() -> Result<()> {
    run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    if wasm_target::ensure()? == wasm_target::Toolchain::Debian {
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
    client.args(["--target", "wasm32-unknown-unknown"]).arg("--target-dir").arg(workspace::path(site::CLIENT_TARGET));
    run(client.args(["--", "--deny", "warnings"])).context("for the browser")
}

fn documentation() -> Result<()> {
    let mut doc = cargo();
    doc.args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"]);
    run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Both databases: SQLite needs nothing, PostgreSQL is the cluster started before.
fn rust_tests(bench: &mut Bench) -> Result<()> {
    let Some(cluster) = &bench.postgres else { bail!("PostgreSQL didn't start, so half of the tests can't run") };
    nextest::ensure()?;
    let mut tests = cargo();
    tests.args(["nextest", "run", "--workspace"]).env(postgres::SETTING, cluster.url());
    run(&mut tests)
}
