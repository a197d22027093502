//! Python packages of a folder, in an environment of their own under `target/`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    run::{command, run, say},
    setup::apt,
    workspace,
};

/// Installs a folder's `requirements.txt` when it has changed since the last time, and answers that environment's Python.
///
/// # Errors
/// When Python or a package can't be had.
pub(crate) fn install(folder: &str) -> Result<PathBuf> {
    let wanted = fs::read(workspace::path(folder).join("requirements.txt"))
        .with_context(|| format!("{folder}/requirements.txt can't be read"))?;
    let environment = workspace::path("target/python");
    let (python, installed) = (environment.join("bin/python"), environment.join("installed.txt"));
    if python.is_file() && fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    say(format!("Installing the Python packages of {folder} (pip install)"));
    let make = || run(command("python3").args(["-m", "venv", "--clear"]).arg(&environment));
    if make().is_err() {
        say("Python can't make an environment of its own yet");
        apt::install(&["python3", "python3-venv"])?;
        make()?;
    }
    let mut pip = command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"]);
    run(pip.current_dir(workspace::path(folder)))?;
    fs::write(installed, wanted)?;
    Ok(python)
}
