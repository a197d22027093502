//! `cargo xtask …`: everything one does with this repository, each in one word.
//!
//! It sets up what is missing, says what it is doing, and ends with one plain sentence when it can't go on. Every
//! command is safe to repeat. It isn't part of the product: nothing here runs on the server.
//!
//! # Adding a command
//! 1. A variant of [`Task`] with its help text, and its arm in [`main`].
//! 2. A module with one public function; what it needs from the machine goes into [`setup`].
//! 3. A line in `README.md`.
#![expect(clippy::disallowed_methods, reason = "it tells how long a step took; nothing here is the product")]

mod bench;
mod budgets;
mod demo;
mod e2e;
mod fuzz;
mod run;
mod serve;
mod setup;
mod site;
mod soak;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs and tests Naapuriapu")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and start on <http://127.0.0.1:3000> with the demo neighbourhood
    Serve,
    /// Run every check: format, lints, documentation, tests on both databases, browser tests
    Test {
        /// Only the checks whose names begin with one of these, such as `tidy` or `rust`
        names: Vec<String>,
    },
    /// Build the browser client and the style sheet into target/site
    Wasm,
    /// Run the browser tests; further arguments go to Playwright
    E2e {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Try every address with what nobody thought of, as everybody; `NAAPURIAPU_FUZZ_SEED` makes it another run
    Fuzz,
    /// Make the README's pictures anew
    Pictures,
    /// Run the benches; further arguments go to them
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run the long tests, under half an hour, with a report in target/soak
    Soak {
        /// Only the parts whose names begin with one of these, such as `races`
        names: Vec<String>,
    },
    /// Check the invariants that can be read off the text
    Tidy,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Serve => serve::serve(),
        Task::Test { names } => test::test(&names),
        Task::Wasm => site::build(),
        Task::E2e { arguments } => e2e::check(&arguments),
        Task::Fuzz => fuzz::check(),
        Task::Pictures => e2e::pictures(),
        Task::Bench { arguments } => bench::bench(&arguments),
        Task::Soak { names } => soak::soak(&names),
        Task::Tidy => tidy::check(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nSorry, that didn't work: {error:#}.");
            ExitCode::FAILURE
        }
    }
}
