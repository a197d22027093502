//! How files look from outside: their length, their first line, what they must never name.

use std::collections::BTreeSet;

use super::{
    breach::Breach,
    source::{Tree, lines_with},
};

const LONGEST: usize = 600;

/// A file is one idea.
pub(crate) fn length(tree: &Tree) -> Vec<Breach> {
    let counted = ["rs", "css", "ts", "mjs", "sql", "md"];
    let files = tree.files().iter().filter(|file| counted.iter().any(|extension| file.has_extension(extension)));
    let long = files.map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > LONGEST);
    long.map(|(file, lines)| Breach::whole(&file.path, format!("has {lines} lines"))).collect()
}

/// `//!` comes before everything but attributes of the whole file.
pub(crate) fn opening(tree: &Tree) -> Vec<Breach> {
    let modules = tree.rust(&["app/", "server/", "src/", "crates/"]);
    let silent = modules.filter(|file| !file.text.trim_start().starts_with("//!"));
    silent.map(|file| Breach::at(&file.path, 1, "does not begin with //!")).collect()
}

/// What works only on one machine.
pub(crate) fn machine_paths(tree: &Tree) -> Vec<Breach> {
    let words = ["/home/", "/root/", "/Users/", "/work/", "/tmp/"];
    let mut breaches = Vec::new();
    for file in tree.files().iter().filter(|file| !file.path.starts_with("crates/xtask/src/tidy/")) {
        for word in words {
            breaches.extend(lines_with(&file.text, word).into_iter().map(|line| Breach::at(&file.path, line, word)));
        }
    }
    breaches
}

/// A change of the schema is a change of both.
pub(crate) fn migrations(tree: &Tree) -> Vec<Breach> {
    const FOLDERS: [&str; 2] = ["crates/backend/migrations/sqlite/", "crates/backend/migrations/postgres/"];
    let names = |folder: &str| -> BTreeSet<String> {
        tree.files().iter().filter_map(|file| file.path.strip_prefix(folder)).map(str::to_owned).collect()
    };
    let [sqlite, postgres] = FOLDERS.map(names);
    let lacks = |folder: &str, name: &String| Breach::whole(&format!("{folder}{name}"), "is missing");
    let [sqlite_folder, postgres_folder] = FOLDERS;
    let mut breaches: Vec<Breach> = postgres.difference(&sqlite).map(|name| lacks(sqlite_folder, name)).collect();
    breaches.extend(sqlite.difference(&postgres).map(|name| lacks(postgres_folder, name)));
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_601_lines_is_found() {
        let tree = Tree::of(&[("app/src/a.rs", &"\n".repeat(601)), ("app/src/b.rs", &"\n".repeat(600))]);
        assert_eq!(length(&tree), [Breach::whole("app/src/a.rs", "has 601 lines")]);
    }

    #[test]
    fn a_module_that_says_nothing_is_found() {
        let tree = Tree::of(&[("app/src/a.rs", "use a;\n"), ("app/src/b.rs", "//! What it is.\n")]);
        assert_eq!(opening(&tree), [Breach::at("app/src/a.rs", 1, "does not begin with //!")]);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let tree =
            Tree::of(&[("README.md", "cd\ncd /home/mikko/naapuriapu\n"), ("end2end/a.ts", "'/usr/bin/chromium'")]);
        assert_eq!(machine_paths(&tree), [Breach::at("README.md", 2, "/home/")]);
    }

    #[test]
    fn a_migration_for_one_engine_only_is_found() {
        let tree = Tree::of(&[
            ("crates/backend/migrations/sqlite/0001_start.sql", ""),
            ("crates/backend/migrations/postgres/0001_start.sql", ""),
            ("crates/backend/migrations/postgres/0002_more.sql", ""),
        ]);
        assert_eq!(migrations(&tree), [Breach::whole("crates/backend/migrations/sqlite/0002_more.sql", "is missing")]);
    }
}
