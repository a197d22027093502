//! `cargo xtask bench`: what is measured, side by side in one run. Nothing here passes or fails.
//!
//! - `assignment`: the engine on public instances and snow mornings, beside what one could take from a shelf.
//! - anything else goes to the benches that stand in crates' `benches/` folders.

mod assignment;

use std::fs;

use anyhow::{Context, Result};

use crate::{
    run::{cargo, run, say},
    workspace,
};

/// Runs what is named, or the benches of every crate that has some. Further arguments go to them.
///
/// # Errors
/// When one doesn't compile or fails.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    if let Some(("assignment", rest)) = arguments.split_first().map(|(name, rest)| (name.as_str(), rest)) {
        return assignment::bench(rest);
    }
    let mut any = false;
    for entry in fs::read_dir(workspace::path("crates"))? {
        let folder = entry?;
        if !folder.path().join("benches").is_dir() {
            continue;
        }
        any = true;
        let name = folder.file_name().to_string_lossy().into_owned();
        say(format!("Benches of {name}"));
        let mut bench = cargo();
        bench.args(["bench", "--package", &name, "--benches", "--"]).args(arguments);
        run(&mut bench).with_context(|| format!("the benches of {name} failed"))?;
    }
    if !any {
        say("No crate has a benches folder yet; `cargo xtask bench assignment` measures the engine");
    }
    Ok(())
}
