//! What the examples have in common: their arguments, and a budget that counts the process's processor time.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use assignment::Budget;
use clap::Parser;
use cpu_time::ProcessTime;
use serde_json::Value;

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

/// A number of tries, or processor seconds of this process (from its start, reading included).
#[derive(Debug)]
pub(crate) struct Spending {
    evaluations: Option<u64>,
    cpu_seconds: f64,
    /// The last answer, and how many times it may be given again before looking at the clock.
    known: f64,
    looks: u32,
    tried: u64,
}

impl Spending {
    /// As the arguments say.
    pub(crate) fn new(arguments: &Arguments) -> Self {
        let Arguments { evaluations, cpu_seconds, .. } = *arguments;
        Self { evaluations, cpu_seconds, known: 0.0, looks: 0, tried: 0 }
    }

    /// How many changes were tried, to the last look.
    pub(crate) fn tried(&self) -> u64 {
        self.tried
    }
}

impl Budget for Spending {
    #[expect(clippy::cast_precision_loss, reason = "a share: nobody counts to 2⁵³")]
    fn spent(&mut self, evaluations: u64) -> f64 {
        self.tried = evaluations;
        if let Some(most) = self.evaluations {
            return if most == 0 { 1.0 } else { evaluations as f64 / most as f64 };
        }
        if self.looks == 0 {
            self.looks = 10;
            self.known = cpu_time().as_secs_f64() / self.cpu_seconds.max(1e-3);
        }
        self.looks -= 1;
        self.known
    }
}

/// Processor time of this process so far.
pub(crate) fn cpu_time() -> Duration {
    ProcessTime::now().as_duration()
}

/// The entries of a list.
pub(crate) fn list(value: &Value) -> anyhow::Result<&Vec<Value>> {
    value.as_array().with_context(|| format!("a list was expected, not {value}"))
}

/// A name.
pub(crate) fn text(value: &Value) -> anyhow::Result<&str> {
    value.as_str().with_context(|| format!("a name was expected, not {value}"))
}
