//! Exim, a mail server, which one test sends through as the product does through a co-op's; and openssl, which makes the
//! certificate that it shows there.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::run::{find, say};

/// The setting by which the test knows that it must find it.
pub(crate) const REQUIRED: &str = "NAAPURIAPU_REQUIRE_EXIM";

/// Installs them when they aren't here. The test starts an Exim of its own, on a free port of loopback.
///
/// # Errors
/// When they can't be had.
pub(crate) fn ensure() -> Result<()> {
    if is_here() {
        return Ok(());
    }
    say("Exim or openssl is not here: the test of e-mail sends through them");
    apt::install(&["exim4-daemon-light", "openssl"]).context("one test can't run without Exim")?;
    if !is_here() {
        bail!("Exim is installed, but its exim4 is nowhere to be found");
    }
    Ok(())
}

fn is_here() -> bool {
    Path::new("/usr/sbin/exim4").is_file() && find("openssl").is_some()
}
