//! A folder's npm packages, exactly as its lock file says.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    run::{command, find, run, say},
    setup::apt,
    workspace,
};

/// Installs a folder's packages when its lock file has changed since the last time.
///
/// # Errors
/// When npm can't be had or refuses.
pub(crate) fn install(folder: &str) -> Result<()> {
    let lock = fs::read(workspace::path(folder).join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json can't be read"))?;
    let modules = workspace::path(folder).join("node_modules");
    let installed = modules.join(".installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !available() {
        say("npm is not here");
        apt::install(&["nodejs", "npm"])?;
    }
    say(format!("Installing the npm packages of {folder} (npm ci)"));
    let mut npm = command("npm");
    npm.current_dir(workspace::path(folder)).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    // The browser is Debian's; no package downloads one of its own.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").env("PUPPETEER_SKIP_DOWNLOAD", "1");
    run(&mut npm)?;
    fs::create_dir_all(&modules)?;
    Ok(fs::write(installed, lock)?)
}

/// Whether npm and node are here already.
pub(crate) fn available() -> bool {
    find("npm").is_some() && find("node").is_some()
}
