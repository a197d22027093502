//! `cargo xtask bench`: the measurements that stand in `benches/` folders.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    run::{cargo, run, say},
    workspace,
};

/// Runs the benches of every crate that has some. Further arguments go to them.
///
/// # Errors
/// When one doesn't compile or fails.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
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
        say("No crate has a benches folder yet, so there is nothing to measure");
    }
    Ok(())
}
