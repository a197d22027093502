//! The browser client: cargo → wasm-bindgen → wasm-opt and terser.

use std::{
    collections::BTreeMap,
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
const TOOLS: &str = "crates/xtask/tools";
/// What rustc switches on for this target; every browser since 2022 has them.
const FEATURES: &[&str] = &[
    "bulk-memory",
    "bulk-memory-opt",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// Compiles the client and gives back where the module is.
pub(crate) fn compile() -> Result<PathBuf> {
    let toolchain = wasm_target::ensure()?;
    say("Building the client for the browser (cargo build)");
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--quiet", "--package", "naapuriapu-client", "--lib"]);
    cargo.args(["--target", TARGET, "--profile", PROFILE]).arg("--target-dir").arg(toolchain.target_folder());
    // Flags meant for the machine's own builds are not for the browser.
    cargo.env_remove("RUSTFLAGS");
    crate::run::run(&mut cargo).context("the client doesn't compile")?;
    Ok(toolchain.target_folder().join(TARGET).join(PROFILE).join("naapuriapu_client.wasm"))
}

/// Makes the JavaScript and the final module of a compiled one.
pub(crate) fn bind(module: &Path, tools: &Tools) -> Result<Vec<Built>> {
    say("Binding it to JavaScript (wasm-bindgen)");
    let folder = module.with_file_name("bound");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("client").typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut output = bindgen.web(true).and_then(Bindgen::generate_output).context("wasm-bindgen refused the client")?;
    if output.snippets().values().any(|snippets| !snippets.is_empty()) {
        bail!("a dependency of the client brings JavaScript snippets, which the site has no place for yet");
    }
    let names = short_names(output.js(), output.wasm().imports.iter().map(|import| import.name.clone()));
    for import in output.wasm_mut().imports.iter_mut() {
        if let Some(short) = names.get(&import.name) {
            import.name.clone_from(short);
        }
    }
    output.emit(&folder)?;
    let (script, bound) = (folder.join("client.js"), folder.join("client_bg.wasm"));
    fs::write(&script, with_short_names(&fs::read_to_string(&script)?, &names))?;
    tools.shrink(&script, &bound)?;

    let (script, bound) = (fs::read(script)?, fs::read(bound)?);
    // Leptos' own script derives the module's name from the JavaScript's (`X.js`, `X_bg.wasm`): one hash for both.
    let hash = short_hash(&[script.as_slice(), &bound].concat());
    Ok(vec![
        Built::at("client.js", format!("/pkg/client.{hash}.js"), script)?,
        Built::at("client.wasm", format!("/pkg/client.{hash}_bg.wasm"), bound)?,
    ])
}

// ---- short names

/// A short name for each function that the module takes from JavaScript. wasm-bindgen's own end in a hash, which no
/// compression can take off, and stand in both files.
fn short_names(script: &str, imports: impl Iterator<Item = String>) -> BTreeMap<String, String> {
    // Only a name that stands once, as a key of the object of imports, can be replaced blindly.
    let is_plain_key =
        |name: &String| script.matches(name.as_str()).count() == 1 && script.contains(&format!("{name}: "));
    imports.filter(is_plain_key).zip(0..).map(|(name, index)| (name, letters(index))).collect()
}

fn with_short_names(script: &str, names: &BTreeMap<String, String>) -> String {
    names
        .iter()
        .fold(script.to_owned(), |script, (name, short)| script.replace(&format!("{name}: "), &format!("{short}: ")))
}

/// 0 → `a`, 25 → `z`, 26 → `ba`.
fn letters(mut index: u32) -> String {
    let mut letters = String::new();
    loop {
        letters.insert(0, char::from_digit(10 + index % 26, 36).unwrap_or('_'));
        index /= 26;
        if index == 0 {
            return letters;
        }
    }
}

// ---- tools from npm

/// What makes the client smaller: Binaryen's `wasm-opt` and `terser`. They come from npm; without Node the client works
/// as well and is a tenth larger.
pub(crate) enum Tools {
    /// The folder with the programs, and their lock file.
    Here(PathBuf, String),
    /// Why they aren't here.
    Missing(String),
}

impl Tools {
    /// Looks for them, and installs them when npm is here.
    pub(crate) fn find() -> Self {
        if !npm::available() {
            return Self::Missing("there is no Node on this machine".to_owned());
        }
        let folder = workspace::path(TOOLS);
        let lock = npm::install(TOOLS).and_then(|()| Ok(fs::read_to_string(folder.join("package-lock.json"))?));
        match lock {
            Ok(lock) => Self::Here(folder.join("node_modules/.bin"), lock),
            Err(error) => Self::Missing(format!("{error:#}")),
        }
    }

    /// For the fingerprint: their exact versions.
    pub(crate) fn versions(&self) -> &str {
        match self {
            Self::Here(_, lock) => lock,
            Self::Missing(_) => "none",
        }
    }

    fn shrink(&self, script: &Path, module: &Path) -> Result<()> {
        let programs = match self {
            Self::Here(programs, _) => programs,
            Self::Missing(why) => {
                say(format!("Leaving the client as it is, a little larger than it could be: {why}"));
                return Ok(());
            }
        };
        say("Making it smaller (wasm-opt, terser)");
        let mut wasm_opt = command(programs.join("wasm-opt"));
        wasm_opt.arg("-Oz").arg(module).arg("--output").arg(module);
        wasm_opt.args(FEATURES.iter().map(|feature| format!("--enable-{feature}")));
        output(&mut wasm_opt)?;
        let mut terser = command(programs.join("terser"));
        terser.arg(script).args(["--module", "--compress", "--mangle", "--output"]).arg(script);
        output(&mut terser)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_that_stands_once_as_a_key_becomes_short() {
        let script = "const import0 = {\n    __wbg_new_1: function() {},\n    __wbg_twice_2: function() {},\n};\n__wbg_twice_2();";
        let imports = ["__wbg_new_1", "__wbg_twice_2", "__wbg_elsewhere_3"].map(str::to_owned);
        let names = short_names(script, imports.into_iter());
        assert_eq!(names, BTreeMap::from([("__wbg_new_1".to_owned(), "a".to_owned())]));
        let short = with_short_names(script, &names);
        assert!(short.contains("    a: function() {},\n    __wbg_twice_2: function"), "{short}");
    }

    #[test]
    fn letters_count_on() {
        assert_eq!([0, 25, 26, 27, 675].map(letters), ["a", "z", "ba", "bb", "zz"]);
    }
}
