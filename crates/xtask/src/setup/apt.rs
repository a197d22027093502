//! Debian's packages.

use std::sync::Once;

use anyhow::{Context, Result, bail};

use crate::run::{as_root, find, run, say};

static UPDATED: Once = Once::new();

/// Installs packages, without the ones they merely recommend.
///
/// # Errors
/// When this isn't a Debian, or apt-get refuses.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if find("apt-get").is_none() {
        bail!("this machine needs {names}, and has no apt-get; please install them by its own means");
    }
    UPDATED.call_once(|| {
        say("Asking Debian for its current list of packages (apt-get update)");
        // An old list may be good enough, so a failure here is not the end.
        if let Err(error) = as_root("apt-get").and_then(|mut apt| run(apt.args(["update", "-qq"]))) {
            say(format!("That failed ({error:#}); going on with the list there is"));
        }
    });
    say(format!("Installing {names} (apt-get install)"));
    let mut apt = as_root("apt-get")?;
    apt.args(["install", "--yes", "-qq", "-o=Dpkg::Use-Pty=0", "--no-install-recommends"]).args(packages);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    run(&mut apt).with_context(|| format!("{names} could not be installed"))
}
