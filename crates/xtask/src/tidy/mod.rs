//! `cargo xtask tidy`: the invariants of `ARCHITECTURE.md` that can be read off the text.
//!
//! It reads files and runs nothing, so it takes a second. It is no substitute for the compiler or for clippy: a rule
//! stands here only when neither of them can say it.
//!
//! # Adding a rule
//! 1. A function `fn(&Tree) -> Vec<Breach>` in the module it belongs to, with a test that feeds it a bad example and
//!    a good one.
//! 2. Its line in [`RULES`]: the sentence is what a person reads who broke it.

mod breach;
mod locales;
mod purity;
mod shape;
mod source;
mod view;

use anyhow::{Result, bail};

use self::{breach::Breach, source::Tree};
use crate::{run::say, workspace};

/// A rule, with the sentence for whoever breaks it.
struct Rule {
    sentence: &'static str,
    check: fn(&Tree) -> Vec<Breach>,
}

const RULES: &[Rule] = &[
    Rule {
        sentence: "domain and assignment read no clock, draw no randomness and do no I/O",
        check: purity::pure_crates,
    },
    Rule { sentence: "sqlx is named only in crates/backend", check: purity::sqlx_in_backend },
    Rule {
        sentence: "dependencies point one way: domain ← assignment ← backend ← app ← server",
        check: purity::directions,
    },
    Rule { sentence: "every route is SsrMode::Async, so that it works without JavaScript", check: view::async_routes },
    Rule {
        sentence: "a ServerAction is made inside a route's view, or its error is lost without JavaScript",
        check: view::server_actions,
    },
    Rule {
        sentence: "there is one textarea, and what it holds is escaped by hand, since leptos doesn't",
        check: view::textareas,
    },
    Rule { sentence: "inner_html is never used", check: view::inner_html },
    Rule { sentence: "a server function has an explicit endpoint", check: view::endpoints },
    Rule { sentence: "a server function is never a GET", check: view::posts },
    Rule { sentence: "what a person reads stands in app/locales", check: view::finnish_text },
    Rule { sentence: "fi, sv and en have the same texts, and fi-simple overrides fi", check: locales::same_keys },
    Rule { sentence: "SQLite and PostgreSQL have migrations of the same names", check: shape::migrations },
    Rule { sentence: "a file has at most 600 lines", check: shape::length },
    Rule { sentence: "a module opens by saying what it is", check: shape::opening },
    Rule { sentence: "nothing names a place on one person's machine", check: shape::machine_paths },
];

/// Checks every rule and lists all breaches.
///
/// # Errors
/// When there is one.
pub(crate) fn check() -> Result<()> {
    let tree = Tree::read(workspace::root())?;
    let mut count = 0;
    for rule in RULES {
        let breaches = (rule.check)(&tree);
        if !breaches.is_empty() {
            println!("\n{}:", rule.sentence);
        }
        for breach in &breaches {
            println!("  {breach}");
        }
        count += breaches.len();
    }
    if count > 0 {
        bail!("{count} places break the rules above");
    }
    say(format!("{} rules hold in {} files", RULES.len(), tree.files().len()));
    Ok(())
}
