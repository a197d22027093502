//! What others wrote and we ship (T63): no known weakness, licences that may be shipped with ours, all of it from the
//! registry, and no more versions of the same crate than are named here.
//!
//! The advisories are `RustSec`'s, from the folder that `NAAPURIAPU_ADVISORIES` names: `cargo xtask test` unpacks the copy
//! that lies beside this repository, and says so where there is none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::{Path, PathBuf},
    process::Command,
};

use rustsec::{Database, Lockfile, Report, advisory::Informational, report::Settings};
use serde_json::Value;
use spdx::{Expression, LicenseReq};

/// Licences that may be shipped with ours (MIT or Apache-2.0): they ask for their notice at most, or for their own files
/// to stay open (MPL-2.0).
const LICENCES: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Advisories about what only our tools use: the crate, and why it does no harm there. Nothing of the product is among
/// these.
const IN_TOOLS: [(&str, &str, &str); 1] = [(
    "RUSTSEC-2026-0235",
    "rkyv",
    "the style sheet's bundler links it for source maps that we don't make; no archive is read",
)];

/// Advisories about what the product has and doesn't use so: the crate, the one through which it comes, and why it does no
/// harm there.
const UNUSED: [(&str, &str, &str, &str); 1] = [(
    "RUSTSEC-2023-0071",
    "rsa",
    "crypto-glue",
    "its timing tells of private keys; here, for passkeys (webauthn-rs), it only verifies by public ones, and nobody has a \
     private RSA key",
)];

/// What nobody maintains any more, and why we still have it. A weakness of it would be found as any other.
const UNMAINTAINED: [(&str, &str); 2] = [
    (
        "RUSTSEC-2023-0089",
        "atomic-polyfill: of postcard, with which phonenumber stores its rules; unused on our machines",
    ),
    ("RUSTSEC-2024-0436", "paste: a macro of leptos, at compile time"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn lockfile() -> Lockfile {
    Lockfile::load(root().join("Cargo.lock")).unwrap()
}

#[test]
fn no_advisory_is_known_of_what_we_ship() {
    let Some(folder) = env::var_os("NAAPURIAPU_ADVISORIES") else {
        eprintln!("not checked: NAAPURIAPU_ADVISORIES names no folder with advisories");
        return;
    };
    let database = Database::open(Path::new(&folder)).unwrap();
    assert!(database.iter().count() > 500, "an almost empty list of advisories proves nothing");
    let informational_warnings = vec![Informational::Unmaintained, Informational::Unsound, Informational::Notice];
    let settings = Settings { informational_warnings, ..Settings::default() };
    let report = Report::generate(&database, &lockfile(), &settings);
    let is_known =
        |id: &str| IN_TOOLS.iter().any(|(known, ..)| *known == id) || UNUSED.iter().any(|(known, ..)| *known == id);
    let weak: Vec<String> = report
        .vulnerabilities
        .list
        .iter()
        .filter(|found| !is_known(found.advisory.id.as_str()))
        .map(|found| format!("{}: {} {}", found.advisory.id, found.package.name, found.package.version))
        .collect();
    assert!(weak.is_empty(), "{}", weak.join("\n"));
    let warned: Vec<String> = report
        .warnings
        .values()
        .flatten()
        .filter_map(|warning| {
            let advisory = warning.advisory.as_ref()?;
            let is_accepted =
                is_known(advisory.id.as_str()) || UNMAINTAINED.iter().any(|(id, _)| *id == advisory.id.as_str());
            (!is_accepted).then(|| format!("{}: {} ({})", advisory.id, warning.package.name, advisory.title))
        })
        .collect();
    assert!(warned.is_empty(), "{}", warned.join("\n"));
}

#[test]
fn what_is_known_of_tools_is_not_in_the_product() {
    let told = Command::new(env!("CARGO"))
        .args(["tree", "--package", "server", "--package", "naapuriapu-client", "--edges", "normal,build"])
        .args(["--target", "all", "--prefix", "none", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let tree = String::from_utf8(told.stdout).unwrap();
    assert!(tree.lines().any(|line| line.starts_with("axum v")), "the tree is the product's");
    for (id, name, why) in IN_TOOLS {
        assert!(!tree.lines().any(|line| line.starts_with(&format!("{name} v"))), "{id}, {why}: it is in the product");
    }
}

#[test]
fn what_is_not_used_so_comes_by_one_way_only() {
    for (id, name, through, why) in UNUSED {
        let parents: Vec<String> = lockfile()
            .packages
            .iter()
            .filter(|package| package.dependencies.iter().any(|needed| needed.name.as_str() == name))
            .map(|package| package.name.to_string())
            .collect();
        assert_eq!(parents, [through], "{id}, {why}: somebody else uses {name}");
    }
}

#[test]
fn an_advisory_would_be_found() {
    let Some(folder) = env::var_os("NAAPURIAPU_ADVISORIES") else {
        eprintln!("not checked: NAAPURIAPU_ADVISORIES names no folder with advisories");
        return;
    };
    let database = Database::open(Path::new(&folder)).unwrap();
    // RUSTSEC-2020-0071: a crate's old version that everybody once had.
    let lockfile: Lockfile = "version = 4\n\n[[package]]\nname = \"time\"\nversion = \"0.1.43\"\n\
         source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        .parse()
        .unwrap();
    let report = Report::generate(&database, &lockfile, &Settings::default());
    assert_eq!(report.vulnerabilities.list.len(), 1);
}

#[test]
fn everything_comes_from_the_registry() {
    let elsewhere: Vec<String> = lockfile()
        .packages
        .iter()
        .filter(|package| package.source.as_ref().is_some_and(|source| !source.is_default_registry()))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    let unchecked: Vec<String> = lockfile()
        .packages
        .iter()
        .filter(|package| package.source.is_some() && package.checksum.is_none())
        .map(|package| package.name.to_string())
        .collect();
    assert!(unchecked.is_empty(), "{unchecked:?}");
}

#[test]
fn every_licence_may_be_shipped() {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        // What is only there for other machines isn't shipped, nor perhaps here.
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let metadata: Value = serde_json::from_slice(&told.stdout).unwrap();
    let may = |wanted: &LicenseReq| {
        LICENCES.iter().any(|name| spdx::license_id(name).is_some_and(|id| wanted.license.id() == Some(id)))
    };
    let refused: Vec<String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|package| {
            let (name, licence) = (package["name"].as_str()?, package["license"].as_str());
            // Old manifests write "MIT/Apache-2.0".
            let expression = licence.map(|licence| Expression::parse_mode(licence, spdx::ParseMode::LAX));
            match expression {
                Some(Ok(expression)) if expression.evaluate(may) => None,
                _ => Some(format!("{name}: {}", licence.unwrap_or("no licence told"))),
            }
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// Crates of which the lock file holds several versions: what isn't named here is a new one, and what is named and gone is
/// to be taken out.
const SEVERAL: &[&str] = &[
    "ahash",
    "base64",
    "block-buffer",
    "convert_case",
    "cpufeatures",
    "crypto-common",
    "digest",
    "embedded-io",
    "getrandom",
    "hashbrown",
    "indexmap",
    "itertools",
    "nom",
    "phf",
    "phf_generator",
    "phf_shared",
    "proc-macro2-diagnostics",
    "r-efi",
    "rand",
    "rand_chacha",
    "rand_core",
    "regex-syntax",
    "schemars",
    "serde_spanned",
    "sha1",
    "sha2",
    "syn",
    "synstructure",
    "thiserror",
    "thiserror-impl",
    "toml",
    "toml_datetime",
    "toml_edit",
    "tower-http",
    "windows-sys",
    "winnow",
];

#[test]
fn no_more_crates_are_there_in_several_versions() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lockfile().packages {
        versions.entry(package.name.as_str().to_owned()).or_default().insert(package.version.to_string());
    }
    let several: Vec<String> =
        versions.into_iter().filter(|(_, versions)| versions.len() > 1).map(|(name, _)| name).collect();
    assert_eq!(several, SEVERAL, "crates in several versions");
}
