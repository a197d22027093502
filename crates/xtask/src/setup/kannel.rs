//! Kannel, a gateway for text messages, which one test sends through as the product does through a co-op's.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::run::say;

/// The setting by which the test knows that it must find it.
pub(crate) const REQUIRED: &str = "NAAPURIAPU_REQUIRE_KANNEL";

/// Installs it when it isn't here. The test starts one of its own, on free ports of loopback.
///
/// # Errors
/// When it can't be had.
pub(crate) fn ensure() -> Result<()> {
    if is_here() {
        return Ok(());
    }
    say("Kannel is not here: the test of text messages sends through it");
    apt::install(&["kannel"]).context("one test can't run without Kannel")?;
    if !is_here() {
        bail!("Kannel is installed, but its bearerbox is nowhere to be found");
    }
    Ok(())
}

fn is_here() -> bool {
    let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];
    ["bearerbox", "smsbox"].iter().all(|name| folders.iter().any(|folder| Path::new(folder).join(name).is_file()))
}
