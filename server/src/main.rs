//! The binary `naapuriapu`: its commands. `naapuriapu --help` lists them and every setting.

#![recursion_limit = "512"]

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use backend::{Backend, Clock, Entropy, Trail, demo};
use clap::{Parser, Subcommand};
use server::{
    AppState, carry,
    config::{self, Config, Mode},
    log, plan, serve,
};

/// Neighbours help neighbours: the server of a care co-op.
#[derive(Parser)]
#[command(name = "naapuriapu", version, about, after_help = config::help())]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages (the default)
    Serve,
    /// Fill an empty database with the demo neighbourhood, and serve it: every one-time code is shown at /demo/outbox
    Demo,
    /// Bring the database to this version, and end
    Migrate,
    /// Copy the database into a new file while it is in use (SQLite), and check the copy
    Backup {
        /// The file to make; it must not exist
        file: PathBuf,
    },
    /// Put a copy made by `backup` where `DATABASE_URL` says (SQLite); nothing may be there yet. Whoever was erased since is
    /// erased again
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Write everything that the database holds, for `import` into another one, which may be of the other kind. Stop the
    /// server first: what is ordered afterwards isn't in it
    Export {
        /// The file to make; it must not exist. Without it: to standard output
        file: Option<PathBuf>,
    },
    /// Take in what `export` wrote, into the database of `DATABASE_URL`, in which nothing may be yet: all of it or nothing,
    /// compared row by row. Whoever was erased since is erased again
    Import {
        /// The file that `export` made. Without it: from standard input
        file: Option<PathBuf>,
    },
    /// Check that nothing was taken out of the audit log, put into it or changed in it
    Audit,
    /// Print the addresses at which the text message gateway reaches this server; they are secrets
    SmsHooks,
    /// Plan the visits of a JSON file by the assignment engine alone, and print the plan as JSON; nothing is accepted
    Plan {
        /// The problem: a snapshot and the wanted visits
        #[arg(long)]
        problem: PathBuf,
        /// How many changes may be tried: the same plan on every machine
        #[arg(long, conflicts_with = "cpu_seconds")]
        evaluations: Option<u64>,
        /// How many seconds of processor time may be spent
        #[arg(long)]
        cpu_seconds: Option<f64>,
        /// What chance is drawn from
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    match run(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
            eprintln!("{}", chain.join(" Because: "));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve => {
            let config = settings(Mode::AsSet)?;
            serve::until_stopped(AppState::new(open(&config).await?, config)).await
        }
        Command::Demo => {
            let config = settings(Mode::Demo)?;
            let backend = open(&config).await?;
            neighbourhood(&backend).await?;
            println!("Naapuriapu's demo neighbourhood: {}/demo tells whom to be.", config.public_url);
            serve::until_stopped(AppState::new(backend, config)).await
        }
        Command::Migrate => {
            open(&settings(Mode::AsSet)?).await?.close().await;
            println!("The database is at this version.");
            Ok(())
        }
        Command::Backup { file } => {
            backend::backup::save(settings(Mode::AsSet)?.database_url.reveal(), &file).await?;
            println!("Saved and checked: {}", file.display());
            Ok(())
        }
        Command::Restore { file } => {
            let config = settings(Mode::AsSet)?;
            backend::backup::restore(&file, config.database_url.reveal()).await?;
            println!("Restored and checked.");
            // The copy may be older than somebody's erasure: opening it erases them again.
            open(&config).await?.close().await;
            Ok(())
        }
        Command::Export { file } => {
            let carried = carry::out(&settings(Mode::AsSet)?, file.as_deref()).await?;
            eprintln!("Exported: {} rows of {} tables.", carried.rows, carried.tables);
            Ok(())
        }
        Command::Import { file } => {
            let config = settings(Mode::AsSet)?;
            let carried = carry::into(&config, file.as_deref()).await?;
            println!("Imported and compared: {} rows of {} tables.", carried.rows, carried.tables);
            // The settings are the other database's now, and somebody may have been erased since.
            open(&config).await?.close().await;
            Ok(())
        }
        Command::Audit => {
            let backend = open(&settings(Mode::AsSet)?).await?;
            let trail = backend.trail().await?;
            backend.close().await;
            match trail {
                Trail::Whole { rows } => println!("The audit log is whole: {rows} rows."),
                Trail::Broken { row } => anyhow::bail!("The audit log is broken: row {row} isn't as it was written."),
            }
            Ok(())
        }
        Command::SmsHooks => {
            let config = settings(Mode::AsSet)?;
            let hooks = config.sms.and_then(|sms| sms.hooks).context("NAAPURIAPU_SMS_HOOKS_URL isn't set.")?;
            println!("Answers: {}", hooks.answer_address());
            println!("Delivery reports have an address for each message, which goes out with it.");
            Ok(())
        }
        // It touches no database, so it needs no settings.
        Command::Plan { problem, evaluations, cpu_seconds, seed } => {
            println!("{}", plan::from_file(&problem, plan::Spending::new(evaluations, cpu_seconds)?, seed)?);
            Ok(())
        }
    }
}

fn settings(mode: Mode) -> anyhow::Result<Config> {
    let config = Config::load(mode)?;
    log::start(&config.log)?;
    Ok(config)
}

async fn open(config: &Config) -> anyhow::Result<Backend> {
    let clock = config.now.map_or(Clock::System, Clock::started);
    let backend = Backend::open(config.database_url.reveal(), clock, Entropy::from_system()).await?;
    let mut secrets: Vec<String> = config.secrets.iter().map(|secret| secret.reveal().to_owned()).collect();
    if secrets.is_empty() && config.demo {
        // Everybody may try door codes there, and nobody's are.
        secrets.push("this secret is the demo's and none".to_owned());
    }
    backend.keep_secrets(&secrets).await?;
    if let Some(list) = &config.erased_list {
        let again = backend.erase_again(list).await?;
        if again > 0 {
            println!("Erased again, since the database had come back from a copy: {again}.");
        }
    }
    Ok(backend)
}

/// Makes the demo neighbourhood where there is nothing yet, and makes it anew when its days have gone by. A co-op's own
/// data is never touched.
async fn neighbourhood(backend: &Backend) -> anyhow::Result<()> {
    let empty = demo::is_empty(backend).await?;
    if !empty && !backend.settings().demo {
        anyhow::bail!("This database holds a co-op of its own; the demo fills only an empty one (see DATABASE_URL).");
    }
    if empty || demo::stale(backend).await? {
        println!("Making the demo neighbourhood …");
        demo::fill(backend, demo::SEED).await?;
    }
    Ok(())
}
