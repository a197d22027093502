//! The site: everything a browser fetches besides the pages, built into `target/site`.
//!
//! `pkg/` has the client (JavaScript and WebAssembly), scripts of single pages, the style sheet, fonts and icons, each with a hash of its
//! content in its name and a brotli and a gzip copy beside it where that helps. `manifest.json` maps the plain name of
//! each (`client.js`, `main.css`, `assets/icon.svg`) to its address. The server embeds the folder.
//!
//! # Adding a kind of file
//! 1. A module beside [`style`] that makes [`Built`] files from sources.
//! 2. Its line in [`build`], and its sources in the fingerprint there.

mod client;
mod files;
mod fingerprint;
mod scripts;
mod style;

use std::{fs, path::Path, time::Instant};

use anyhow::{Context, Result};

use self::files::Built;
use self::fingerprint::Fingerprint;
use crate::{run::say, workspace};

/// Where the site is built.
pub(crate) const SITE: &str = "target/site";
const FINGERPRINT: &str = "fingerprint";

/// Builds what has changed.
///
/// # Errors
/// When the client doesn't compile, a style sheet is wrong, or a tool can't be had.
pub(crate) fn build() -> Result<()> {
    let start = Instant::now();
    let module = client::compile()?;
    let tools = client::Tools::find();
    let mut fingerprint = Fingerprint::default();
    fingerprint.file(&module)?;
    fingerprint.text(tools.versions());
    fingerprint.folder(&workspace::path("style"))?;
    fingerprint.folder(&workspace::path("app/scripts"))?;
    fingerprint.folder(&workspace::path("crates/xtask/src/site"))?;
    let fingerprint = fingerprint.finish();

    let site = workspace::path(SITE);
    if fs::read_to_string(site.join(FINGERPRINT)).is_ok_and(|last| last == fingerprint) {
        say("The site is up to date");
        return Ok(());
    }
    let mut built = client::bind(&module, &tools)?;
    built.extend(style::build(&workspace::path("style"))?);
    built.extend(scripts::build(&workspace::path("app/scripts"))?);
    write(&site, &built, &fingerprint).with_context(|| format!("{SITE} could not be written"))?;
    for file in built.iter().filter(|file| file.is_shown()) {
        say(file.summary());
    }
    say(format!("The site is built ({:.0} s)", start.elapsed().as_secs_f32()));
    Ok(())
}

/// Replaces the site in one go, so that a server never reads a half-written one.
fn write(site: &Path, built: &[Built], fingerprint: &str) -> Result<()> {
    let fresh = site.with_extension("new");
    let old = site.with_extension("old");
    for folder in [&fresh, &old] {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    for file in built {
        file.write_below(&fresh)?;
    }
    fs::write(fresh.join("manifest.json"), files::manifest(built)?)?;
    fs::write(fresh.join(FINGERPRINT), fingerprint)?;
    if site.exists() {
        fs::rename(site, &old)?;
    }
    fs::rename(&fresh, site)?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}
