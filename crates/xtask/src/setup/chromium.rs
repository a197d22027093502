//! Debian's Chromium, for the browser tests. No tool downloads a browser of its own.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};

use super::apt;
use crate::run::{find, say};

/// The setting by which Playwright and Lighthouse find it.
pub(crate) const SETTING: &str = "NAAPURIAPU_CHROMIUM";

/// Where Chromium is, installed if need be. `NAAPURIAPU_CHROMIUM` names another one.
///
/// # Errors
/// When it can't be installed.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(named) = env::var_os(SETTING) {
        return Ok(named.into());
    }
    if let Some(found) = find("chromium") {
        return Ok(found);
    }
    say("Chromium is not here");
    apt::install(&["chromium"])?;
    find("chromium").context("Chromium is installed, but nowhere to be found")
}
