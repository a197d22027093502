//! Makes sure that the folder which the server embeds exists, so that a clean clone compiles before its first
//! `cargo xtask wasm`.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let site = Path::new("../target/site");
    let manifest = site.join("manifest.json");
    fs::create_dir_all(site)?;
    if !manifest.exists() {
        fs::write(&manifest, "{}\n")?;
    }
    // A debug server reads the files from the disk when asked, so only a release build depends on them.
    let watched =
        if env::var("PROFILE").as_deref() == Ok("release") { manifest.as_path() } else { Path::new("build.rs") };
    println!("cargo::rerun-if-changed={}", watched.display());
    Ok(())
}
