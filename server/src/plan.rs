//! `naapuriapu plan`: the assignment engine alone, on a JSON file. No database, no messages, nothing is accepted.
//!
//! The file is `{"snapshot": …, "wanted": […], "links": […]}`: an [`assignment::Snapshot`], the
//! [`assignment::WantedVisit`]s and, where some hang together, their [`assignment::Link`]s, field by field as their
//! documentation names them (`docs/problem.json` is a small one). Moments are UTC seconds, lengths minutes, sums cents,
//! places millionths of a degree. The answer is an [`assignment::Plan`].

use std::{fs, path::Path};

use anyhow::{Context, bail};
use assignment::{Budget, Evaluations, Link, Plan, Snapshot, WantedVisit, plan_linked};
use cpu_time::ProcessTime;
use serde::Deserialize;

/// How many changes are tried when nothing is said: about a second for a few hundred visits.
const USUAL_EVALUATIONS: u64 = 100_000;

/// What may be spent on a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spending {
    /// So many tried changes: the same plan on every machine.
    Evaluations(u64),
    /// So many seconds of processor time: a better plan on a faster machine.
    CpuSeconds(f64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    snapshot: Snapshot,
    wanted: Vec<WantedVisit>,
    #[serde(default)]
    links: Vec<Link>,
}

/// Processor time of this process as a budget.
struct CpuBudget {
    began: ProcessTime,
    seconds: f64,
}

impl Spending {
    /// What the command's two settings amount to.
    ///
    /// # Errors
    /// When both are set, or the seconds aren't a number of seconds.
    pub fn new(evaluations: Option<u64>, cpu_seconds: Option<f64>) -> anyhow::Result<Self> {
        match (evaluations, cpu_seconds) {
            (Some(_), Some(_)) => bail!("say --evaluations or --cpu-seconds, not both"),
            (None, Some(seconds)) if !seconds.is_finite() || seconds < 0.0 => {
                bail!("--cpu-seconds must be a number of seconds, not {seconds}")
            }
            (None, Some(seconds)) => Ok(Self::CpuSeconds(seconds)),
            (evaluations, None) => Ok(Self::Evaluations(evaluations.unwrap_or(USUAL_EVALUATIONS))),
        }
    }
}

impl Budget for CpuBudget {
    fn spent(&mut self, _evaluations: u64) -> f64 {
        if self.seconds <= 0.0 { 1.0 } else { self.began.elapsed().as_secs_f64() / self.seconds }
    }
}

/// Plans what is in the file and answers the plan as JSON.
///
/// # Errors
/// When the file can't be read, isn't a problem (with line and column), or contradicts itself.
pub fn from_file(file: &Path, spending: Spending, seed: u64) -> anyhow::Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    let problem: Problem =
        serde_json::from_str(&text).with_context(|| format!("{} is not a problem to plan", file.display()))?;
    let plan = solve(&problem, spending, seed).context("The problem contradicts itself")?;
    Ok(serde_json::to_string_pretty(&plan)?)
}

fn solve(problem: &Problem, spending: Spending, seed: u64) -> anyhow::Result<Plan> {
    let Problem { snapshot, wanted, links } = problem;
    Ok(match spending {
        Spending::Evaluations(most) => plan_linked(snapshot, wanted, links, seed, &mut Evaluations(most))?,
        Spending::CpuSeconds(seconds) => {
            plan_linked(snapshot, wanted, links, seed, &mut CpuBudget { began: ProcessTime::now(), seconds })?
        }
    })
}
