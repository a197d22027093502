//! `cargo xtask e2e`: the product as browsers see it.
//!
//! Each Playwright project gets a server of its own with a fresh demo neighbourhood, at the same fixed moment, so that
//! what one device orders never meets what another does. The stories themselves are in `end2end/`.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{
    demo::Server,
    run::{command, run, say},
    serve::build_server,
    setup::{chromium, npm},
    site, workspace,
};

const FOLDER: &str = "end2end";
/// The devices of `playwright.config.ts`.
const PROJECTS: &[&str] = &["phone-plain", "phone", "desktop-plain", "desktop"];

/// Builds, then runs every story on every device, then Lighthouse. Further arguments go to Playwright.
///
/// # Errors
/// When something can't be set up, or a story fails.
pub(crate) fn check(arguments: &[String]) -> Result<()> {
    site::build()?;
    build_server()?;
    run_all(arguments)
}

/// As [`check`], for a site and a server built already.
pub(crate) fn run_all(arguments: &[String]) -> Result<()> {
    npm::install(FOLDER)?;
    let chromium = chromium::ensure()?;
    let mut failed = Vec::new();
    for project in PROJECTS {
        say(format!("Stories on {project}"));
        let server = Server::start()?;
        let mut playwright = command("npx");
        playwright
            .current_dir(workspace::path(FOLDER))
            .args(["playwright", "test", &format!("--project={project}")])
            .args(arguments);
        playwright.env("NAAPURIAPU_URL", server.url()).env(chromium::SETTING, &chromium);
        playwright.env("NAAPURIAPU_DEVICE", project);
        if let Err(error) = run(&mut playwright) {
            say(format!("{error:#}"));
            failed.push(*project);
        }
    }
    if arguments.is_empty() {
        say("Lighthouse, as a phone");
        let server = Server::start()?;
        if let Err(error) = script("lighthouse.mjs", &server, &chromium) {
            say(format!("{error:#}"));
            failed.push("lighthouse");
        }
    }
    if !failed.is_empty() {
        bail!("browser tests failed on {}; pictures and traces are in {FOLDER}/report", failed.join(", "));
    }
    Ok(())
}

/// Builds, then makes the pictures in `docs/images` from a fresh demo neighbourhood.
///
/// # Errors
/// When something can't be set up, or a page isn't as the script expects.
pub(crate) fn pictures() -> Result<()> {
    site::build()?;
    build_server()?;
    npm::install(FOLDER)?;
    let chromium = chromium::ensure()?;
    script("screenshots.mjs", &Server::start()?, &chromium)
}

/// A script of `end2end/` against that server.
fn script(name: &str, server: &Server, chromium: &Path) -> Result<()> {
    let mut node = command("node");
    node.current_dir(workspace::path(FOLDER)).arg(name);
    run(node.env("NAAPURIAPU_URL", server.url()).env(chromium::SETTING, chromium))
}
