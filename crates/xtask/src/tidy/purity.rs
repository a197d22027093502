//! Which crate may name what.

use super::{
    breach::Breach,
    source::{Tree, lines_with},
};

/// What would make the pure crates impure.
const IMPURE: &[&str] = &[
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
    "rand::rng",
    "thread_rng",
    "random()",
    "new_v4",
    "now_v7",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "tokio",
    "async fn",
    "println!",
    "dbg!",
];

/// *Now* and the seed are arguments.
pub(crate) fn pure_crates(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.rust(&["crates/domain/src/", "crates/assignment/src/"]) {
        let code = file.code();
        for word in IMPURE {
            breaches.extend(lines_with(&code, word).into_iter().map(|line| Breach::at(&file.path, line, *word)));
        }
    }
    breaches
}

/// Everybody else asks a use case. The root's `Cargo.toml` may name its version.
pub(crate) fn sqlx_in_backend(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.below(&["app/", "server/", "src/", "crates/domain/", "crates/assignment/"]) {
        let text = if file.has_extension("rs") { file.names() } else { file.text.clone() };
        if file.has_extension("rs") || file.has_extension("toml") {
            breaches.extend(lines_with(&text, "sqlx").into_iter().map(|line| Breach::at(&file.path, line, "sqlx")));
        }
    }
    breaches
}

/// A crate's manifest, and which of ours it may not depend on.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("crates/domain/Cargo.toml", &["assignment", "backend", "app", "server"]),
    ("crates/assignment/Cargo.toml", &["backend", "app", "server"]),
    ("crates/backend/Cargo.toml", &["app", "server"]),
    ("app/Cargo.toml", &["server"]),
    ("Cargo.toml", &["backend", "server"]),
];

/// Nothing points back.
pub(crate) fn directions(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, forbidden) in FORBIDDEN {
        let Some(file) = tree.file(path) else { continue };
        let mut section = "";
        for (line, number) in file.text.lines().map(str::trim).zip(1..) {
            if line.starts_with('[') {
                section = line;
            }
            // The root's `[workspace.dependencies]` only lists versions.
            let counts = section.contains("dependencies]") && !section.contains("workspace");
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            if counts && forbidden.contains(&name) {
                breaches.push(Breach::at(path, number, name));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_the_domain_is_found_and_one_in_a_comment_or_a_test_is_not() {
        let bad = Tree::of(&[("crates/domain/src/visit.rs", "fn f() {\n    chrono::Utc::now();\n}\n")]);
        assert_eq!(pure_crates(&bad), [Breach::at("crates/domain/src/visit.rs", 2, "Utc::now")]);
        let good = Tree::of(&[
            ("crates/domain/src/visit.rs", "// never Utc::now\nfn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }\n"),
            ("server/src/clock.rs", "chrono::Utc::now()"),
        ]);
        assert_eq!(pure_crates(&good), []);
    }

    #[test]
    fn sqlx_outside_the_backend_is_found() {
        let bad = Tree::of(&[
            ("app/src/api.rs", "use sqlx::Pool;"),
            ("server/Cargo.toml", "[dependencies]\nsqlx.workspace = true\n"),
        ]);
        assert_eq!(
            sqlx_in_backend(&bad),
            [Breach::at("app/src/api.rs", 1, "sqlx"), Breach::at("server/Cargo.toml", 2, "sqlx")]
        );
        let good = Tree::of(&[
            ("crates/backend/src/lib.rs", "use sqlx::Pool;"),
            ("app/src/api.rs", "// no sqlx here\nlog(\"sqlx=warn\");"),
        ]);
        assert_eq!(sqlx_in_backend(&good), []);
    }

    #[test]
    fn a_dependency_that_points_back_is_found() {
        let bad = Tree::of(&[(
            "crates/domain/Cargo.toml",
            "[package]\nname = \"domain\"\n[dependencies]\nbackend.workspace = true\n",
        )]);
        assert_eq!(directions(&bad), [Breach::at("crates/domain/Cargo.toml", 4, "backend")]);
        let good = Tree::of(&[
            ("crates/backend/Cargo.toml", "[dependencies]\ndomain.workspace = true\n"),
            ("Cargo.toml", "[workspace.dependencies]\nbackend = { path = \"crates/backend\" }\n"),
        ]);
        assert_eq!(directions(&good), []);
    }
}
