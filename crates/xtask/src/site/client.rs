//! The browser client: cargo → wasm-bindgen → wasm-opt.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::{files::Built, fingerprint::short_hash};
use crate::{
    run::{command, output, say},
    setup::{npm, wasm_target},
    workspace,
};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";
/// The client's own target folder: a build for the browser and one of the server don't wait for each other's lock.
pub(crate) const TARGET_FOLDER: &str = "target/wasm";
const TOOLS: &str = "crates/xtask/wasm-opt";

/// Compiles the client and gives back where the module is.
pub(crate) fn compile() -> Result<PathBuf> {
    let toolchain = wasm_target::ensure()?;
    say("Building the client for the browser (cargo build)");
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--quiet", "--package", "naapuriapu-client", "--lib"]);
    cargo.args(["--target", TARGET, "--profile", PROFILE]).arg("--target-dir").arg(workspace::path(TARGET_FOLDER));
    // Flags meant for the machine's own builds are not for the browser.
    cargo.env_remove("RUSTFLAGS");
    crate::run::run(&mut cargo).context("the client doesn't compile")?;
    Ok(workspace::path(TARGET_FOLDER).join(TARGET).join(PROFILE).join("naapuriapu_client.wasm"))
}

/// Makes the JavaScript and the final module of a compiled one.
pub(crate) fn bind(module: &Path, optimiser: &Optimiser) -> Result<Vec<Built>> {
    say("Binding it to JavaScript (wasm-bindgen)");
    let folder = workspace::path(TARGET_FOLDER).join("bound");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Bindgen::new()
        .input_path(module)
        .web(true)
        .and_then(|bindgen| {
            bindgen.out_name("client").typescript(false).remove_name_section(true).remove_producers_section(true);
            bindgen.omit_default_module_path(true).generate(&folder)
        })
        .context("wasm-bindgen refused the client")?;
    if folder.join("snippets").exists() {
        bail!("a dependency of the client brings JavaScript snippets, which the site has no place for yet");
    }
    let bound = folder.join("client_bg.wasm");
    optimiser.run(&bound)?;
    let javascript = fs::read(folder.join("client.js"))?;
    let module = fs::read(bound)?;
    // Leptos' own script derives the module's name from the JavaScript's (`X.js`, `X_bg.wasm`): one hash for both.
    let hash = short_hash(&[javascript.as_slice(), &module].concat());
    Ok(vec![
        Built::at("client.js", format!("/pkg/client.{hash}.js"), javascript)?,
        Built::at("client.wasm", format!("/pkg/client.{hash}_bg.wasm"), module)?,
    ])
}

/// Binaryen's `wasm-opt`, which takes off another tenth. It comes from npm; without Node the client is just larger.
pub(crate) enum Optimiser {
    /// The program, and its version.
    Here(PathBuf, String),
    /// Why it isn't here.
    Missing(String),
}

impl Optimiser {
    /// Looks for it, and installs it when npm is here.
    pub(crate) fn find() -> Self {
        if !npm::available() {
            return Self::Missing("there is no Node on this machine".to_owned());
        }
        let program = workspace::path(TOOLS).join("node_modules/.bin/wasm-opt");
        match npm::install(TOOLS).and_then(|()| output(command(&program).arg("--version"))) {
            Ok(version) => Self::Here(program, version.trim().to_owned()),
            Err(error) => Self::Missing(format!("{error:#}")),
        }
    }

    /// For the fingerprint.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Here(_, version) => version,
            Self::Missing(_) => "none",
        }
    }

    fn run(&self, module: &Path) -> Result<()> {
        match self {
            Self::Missing(why) => {
                say(format!("Leaving the module as it is, a little larger than it could be: {why}"));
                Ok(())
            }
            Self::Here(program, _) => {
                say("Making it smaller (wasm-opt)");
                let small = module.with_extension("small");
                let mut wasm_opt = command(program);
                wasm_opt.arg("-Oz").arg(module).arg("--output").arg(&small);
                // What rustc switches on for this target; every browser since 2022 has them.
                for feature in [
                    "bulk-memory",
                    "bulk-memory-opt",
                    "multivalue",
                    "mutable-globals",
                    "nontrapping-float-to-int",
                    "reference-types",
                    "sign-ext",
                ] {
                    wasm_opt.arg(format!("--enable-{feature}"));
                }
                output(&mut wasm_opt)?;
                Ok(fs::rename(small, module)?)
            }
        }
    }
}
