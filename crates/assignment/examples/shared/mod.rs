//! What the examples of public instances have in common: their arguments, their budget, reading JSON.

pub(crate) mod spending;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use serde_json::Value;

use spending::Spending;

/// Plans a public instance and writes the solution; prints the cost.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// The instance.
    pub(crate) instance: PathBuf,
    /// How many seconds of processor time to spend (unless evaluations are given).
    #[arg(long, default_value_t = 3.0)]
    pub(crate) cpu_seconds: f64,
    /// How many changes to try; the same number and seed give the same solution on every machine.
    #[arg(long)]
    pub(crate) evaluations: Option<u64>,
    /// The seed of all chance.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where the solution goes.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

impl Arguments {
    /// The budget that they give: the process's seconds count from its start, reading included.
    pub(crate) fn spending(&self) -> Spending {
        Spending::new(self.evaluations, self.cpu_seconds, Duration::ZERO)
    }
}

/// The entries of a list.
pub(crate) fn list(value: &Value) -> anyhow::Result<&Vec<Value>> {
    value.as_array().with_context(|| format!("a list was expected, not {value}"))
}

/// A name.
pub(crate) fn text(value: &Value) -> anyhow::Result<&str> {
    value.as_str().with_context(|| format!("a name was expected, not {value}"))
}
