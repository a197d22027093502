//! cargo-nextest, which runs each Rust test in a process of its own.

use anyhow::{Context, Result};

use crate::run::{cargo, find, run, say};

/// Installs it when it isn't here.
///
/// # Errors
/// When it doesn't compile.
pub(crate) fn ensure() -> Result<()> {
    if find("cargo-nextest").is_some() {
        return Ok(());
    }
    say("cargo-nextest is not here: compiling it (some minutes, once)");
    let mut install = cargo();
    // It runs our tests no faster for being optimised, and compiles in a third of the time without.
    install.args([
        "install",
        "cargo-nextest",
        "--locked",
        "--debug",
        "--no-default-features",
        "--features",
        "default-no-update",
    ]);
    run(&mut install).context("cargo-nextest could not be installed")
}
