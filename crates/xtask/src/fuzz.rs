//! `cargo xtask fuzz`: schemathesis tries what nobody thought of, at every address of `docs/openapi.json`, as everybody.
//!
//! The document is made from the role × endpoint matrix (`server/tests/api/openapi.rs`); what is run and what must hold of
//! every answer stands in `end2end/fuzz`. The engine's own fuzz targets are elsewhere (`crates/assignment/fuzz`).

use anyhow::{Context, Result};

use crate::{
    demo::Server,
    run::{command, run, say},
    serve::build_server,
    setup::python,
    workspace,
};

const FOLDER: &str = "end2end/fuzz";

/// How much is tried.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// In every test run.
    Short,
    /// By `cargo xtask fuzz`.
    Long,
}

/// Builds the server, then tries the long form.
///
/// # Errors
/// When something can't be set up, or a fault was found.
pub(crate) fn check() -> Result<()> {
    build_server()?;
    run_all(Form::Long)
}

/// As [`check`], for a server built already.
pub(crate) fn run_all(form: Form) -> Result<()> {
    let python = python::install(FOLDER)?;
    let server = Server::start()?;
    let word = match form {
        Form::Short => "short",
        Form::Long => "long",
    };
    say(format!("Schemathesis, its {word} form"));
    let mut fuzz = command(python);
    fuzz.current_dir(workspace::path(FOLDER)).args(["run.py", &server.url(), word]);
    run(&mut fuzz).context("the fuzzer found a fault, told above")
}
