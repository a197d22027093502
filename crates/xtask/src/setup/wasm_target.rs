//! A Rust that can build for the browser: rustup's own target, or where its download can't be had, Debian's Rust with
//! a standard library that we build once.
//!
//! Debian builds a current Rust for its browsers (`rustc-web`). It knows the target but ships no library for it, only
//! the source. Everything native stays with the Rust that runs us: only the client is built with Debian's.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    run::{as_root, cargo, command, find, output, run, run_within, say},
    setup::apt,
    workspace,
};

const TARGET: &str = "wasm32-unknown-unknown";
/// `rustup` or `debian` forces one way; unset tries them in this order.
const CHOICE: &str = "NAAPURIAPU_WASM_TOOLCHAIN";
/// rustup's download is some 20 MB.
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(5);

/// Who builds the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The Rust that runs us, with its target for the browser.
    Rustup,
    /// Debian's, in `/usr/bin`.
    Debian,
}

impl Toolchain {
    /// This toolchain's cargo.
    pub(crate) fn cargo(self) -> Command {
        match self {
            Self::Rustup => cargo(),
            Self::Debian => debian_cargo(),
        }
    }

    /// Its own target folder, so that a build for the browser and one of the server don't wait for each other.
    pub(crate) fn target_folder(self) -> PathBuf {
        workspace::path(match self {
            Self::Rustup => "target/wasm",
            Self::Debian => "target/wasm-debian",
        })
    }
}

/// A Rust that can build for the browser, set up if need be.
///
/// # Errors
/// When neither way works, or the one that `NAAPURIAPU_WASM_TOOLCHAIN` asks for doesn't.
pub(crate) fn ensure() -> Result<Toolchain> {
    let choice = env::var(CHOICE).unwrap_or_default();
    match choice.as_str() {
        "rustup" => rustup().map(|()| Toolchain::Rustup),
        "debian" => debian().map(|()| Toolchain::Debian),
        "" if has_target("rustc") => Ok(Toolchain::Rustup),
        "" if has_target(DEBIAN_RUSTC) => Ok(Toolchain::Debian),
        "" => match rustup() {
            Ok(()) => Ok(Toolchain::Rustup),
            Err(error) => {
                say(format!("The target can't be had from rustup ({error:#}), so Debian's Rust will build the client"));
                debian().map(|()| Toolchain::Debian)
            }
        },
        other => bail!("{CHOICE} is `{other}`, but it must be `rustup`, `debian` or unset"),
    }
}

/// Whether this compiler has a standard library for the browser.
fn has_target(rustc: &str) -> bool {
    library_folder(rustc).is_ok_and(|folder| has_core(&folder))
}

fn has_core(folder: &Path) -> bool {
    let Ok(files) = fs::read_dir(folder) else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

fn library_folder(rustc: &str) -> Result<PathBuf> {
    let mut rustc = command(rustc);
    let folder = output(rustc.args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(PathBuf::from(folder.trim()))
}

// ---- rustup

fn rustup() -> Result<()> {
    if has_target("rustc") {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!("there is no rustup here");
    }
    say(format!("Adding the browser's target to Rust (rustup target add {TARGET})"));
    run_within(command("rustup").args(["target", "add", TARGET]), DOWNLOAD_LIMIT)?;
    // rustup calls a target up to date by its own list, whether or not the files are there.
    if has_target("rustc") { Ok(()) } else { bail!("rustup says that the target is there, but its library isn't") }
}

// ---- Debian

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

fn debian() -> Result<()> {
    if has_target(DEBIAN_RUSTC) && Path::new(DEBIAN_CARGO).exists() {
        return Ok(());
    }
    apt::install(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"])?;
    let linker = linker_package(&fs::read_link("/usr/bin/rust-lld").unwrap_or_default());
    apt::install(&[linker.as_deref().unwrap_or("lld")])?;
    build_standard_library().context("Rust's standard library could not be built for the browser")
}

/// The package of the linker that `/usr/bin/rust-lld` points to: `lld-22` for `../lib/llvm-22/bin/lld`.
fn linker_package(link: &Path) -> Option<String> {
    link.components().find_map(|part| {
        let version = part
            .as_os_str()
            .to_str()?
            .strip_prefix("llvm-")
            .or_else(|| part.as_os_str().to_str()?.strip_prefix("lld-"))?;
        version.chars().all(|digit| digit.is_ascii_digit()).then(|| format!("lld-{version}"))
    })
}

/// Builds the library once from Debian's source, through an empty crate, and puts it where the compiler looks.
fn build_standard_library() -> Result<()> {
    say("Building Rust's standard library for the browser from Debian's source (half a minute, once)");
    let folder = workspace::path("target/wasm-std");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let manifest =
        "[package]\nname = \"empty\"\nedition = \"2021\"\n\n[workspace]\n\n[profile.release]\npanic = \"abort\"\n";
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let mut build = debian_cargo();
    build.current_dir(&folder).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", folder.join("target"));
    build.args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", TARGET]);
    run(&mut build)?;

    let library = library_folder(DEBIAN_RUSTC)?;
    say(format!("Putting it into {}", library.display()));
    run(as_root("mkdir")?.arg("-p").arg(&library))?;
    let built = folder.join("target").join(TARGET).join("release/deps");
    let files = fs::read_dir(&built)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|file| file.path());
    let rlibs: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|extension| extension == "rlib")).collect();
    run(as_root("cp")?.args(rlibs).arg(&library))?;
    if has_core(&library) { Ok(()) } else { bail!("no libcore came out of it") }
}

/// Debian's cargo, with nothing of rustup's in its environment.
fn debian_cargo() -> Command {
    let mut cargo = command(DEBIAN_CARGO);
    let paths = env::var_os("PATH").unwrap_or_default();
    let with_usr_first = std::iter::once(PathBuf::from("/usr/bin")).chain(env::split_paths(&paths));
    if let Ok(paths) = env::join_paths(with_usr_first) {
        cargo.env("PATH", paths);
    }
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"] {
        cargo.env_remove(name);
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_is_the_one_that_rust_lld_points_to() {
        assert_eq!(linker_package(Path::new("../lib/llvm-22/bin/lld")).as_deref(), Some("lld-22"));
        assert_eq!(linker_package(Path::new("lld-19")).as_deref(), Some("lld-19"));
        assert_eq!(linker_package(Path::new("rust-lld.real")), None);
    }
}
