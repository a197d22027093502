//! What shifts share: the week's account, the month's purse, the days in a row. And the price of unfairness.
//!
//! # Fairness
//! A worker who wishes for W seconds a week and has m of them costs `RATE · m² / W`. The next minute costs
//! `2 · RATE · m / W`: the share of the wish that is fulfilled already, so the cheapest next minute is always that of
//! whoever has had least of what they wish for, and the sum is least where all are equally fulfilled (Lagrange: equal
//! marginal costs). Not equal hours: equal fulfilment.
//!
//! Worked example: RATE = 8. An hour for somebody with 2 of 8 wished hours costs 8·(3² − 2²)/8 = 5 hours' worth of
//! travel; for somebody with 6 of 8, 8·(7² − 6²)/8 = 13. The difference, 8 hours, is more than any way in a
//! district: fairness goes before travel.
#![expect(clippy::indexing_slicing, reason = "hot; the indices were checked when the problem was made")]

use super::problem::{Account, Job, Problem, Shift};

/// What fairness weighs; see the module.
const RATE: i64 = 8;

/// Longer weeks than that (eight years) are as unfair, so that squares fit.
const MOST: i64 = 1 << 28;

/// What is drawn on accounts, purses and runs.
#[derive(Clone)]
pub(super) struct Ledger {
    accounts: Vec<Drawn>,
    purses: Vec<i64>,
    runs: Vec<Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Drawn {
    jobs: u32,
    seconds: i64,
    heavy: u32,
}

impl Ledger {
    /// With nothing but what is used elsewhere.
    pub(super) fn new(problem: &Problem) -> Self {
        let drawn = |account: &Account| Drawn {
            jobs: account.used_jobs,
            seconds: account.used_seconds,
            heavy: account.used_heavy,
        };
        Self {
            accounts: problem.accounts.iter().map(drawn).collect(),
            purses: problem.purses.iter().map(|purse| purse.used).collect(),
            runs: problem.runs.iter().map(|run| run.used.clone()).collect(),
        }
    }

    /// Whether one job more keeps every cap that sums over shifts.
    #[inline]
    pub(super) fn admits(&self, problem: &Problem, shift: &Shift, job: &Job) -> bool {
        let week = shift.account.is_none_or(|index| {
            let (drawn, account) = (self.accounts[index as usize], problem.accounts[index as usize]);
            drawn.jobs < account.most_jobs
                && drawn.seconds.saturating_add(i64::from(job.seconds)) <= account.most_seconds
                && (!job.heavy || drawn.heavy < account.most_heavy)
        });
        week && shift.purse.is_none_or(|index| {
            self.purses[index as usize].saturating_add(job.pay) <= problem.purses[index as usize].most
        }) && shift.run.is_none_or(|(index, day)| self.run_through(index, day) <= problem.runs[index as usize].most)
    }

    /// What fairness costs more with this job.
    #[inline]
    pub(super) fn unfairness(&self, problem: &Problem, shift: &Shift, job: &Job) -> i64 {
        shift.account.map_or(0, |index| {
            let drawn = self.accounts[index as usize].seconds;
            unfair(problem.accounts[index as usize].wished, drawn, drawn.saturating_add(i64::from(job.seconds)))
        })
    }

    /// What fairness costs less without this job, which is in the shift.
    pub(super) fn relief(&self, problem: &Problem, shift: &Shift, job: &Job) -> i64 {
        shift.account.map_or(0, |index| {
            let drawn = self.accounts[index as usize].seconds;
            unfair(problem.accounts[index as usize].wished, drawn.saturating_sub(i64::from(job.seconds)), drawn)
        })
    }

    pub(super) fn add(&mut self, shift: &Shift, job: &Job) {
        if let Some(index) = shift.account {
            let drawn = &mut self.accounts[index as usize];
            drawn.jobs = drawn.jobs.saturating_add(1);
            drawn.seconds = drawn.seconds.saturating_add(i64::from(job.seconds));
            drawn.heavy = drawn.heavy.saturating_add(u32::from(job.heavy));
        }
        if let Some(index) = shift.purse {
            self.purses[index as usize] = self.purses[index as usize].saturating_add(job.pay);
        }
        if let Some((index, day)) = shift.run {
            self.runs[index as usize][day as usize] += 1;
        }
    }

    pub(super) fn remove(&mut self, shift: &Shift, job: &Job) {
        if let Some(index) = shift.account {
            let drawn = &mut self.accounts[index as usize];
            drawn.jobs = drawn.jobs.saturating_sub(1);
            drawn.seconds = drawn.seconds.saturating_sub(i64::from(job.seconds));
            drawn.heavy = drawn.heavy.saturating_sub(u32::from(job.heavy));
        }
        if let Some(index) = shift.purse {
            self.purses[index as usize] = self.purses[index as usize].saturating_sub(job.pay);
        }
        if let Some((index, day)) = shift.run {
            self.runs[index as usize][day as usize] -= 1;
        }
    }

    /// The run of days with work through that day, which counts as one itself.
    fn run_through(&self, run: u32, day: u32) -> u32 {
        let days = &self.runs[run as usize];
        let (before, after) = days.split_at(day as usize);
        let worked = |count: &&u32| **count > 0;
        let long = before.iter().rev().take_while(worked).count() + after.iter().skip(1).take_while(worked).count();
        u32::try_from(long).unwrap_or(u32::MAX).saturating_add(1)
    }
}

/// The difference of two costs, each rounded by itself: so what is added comes off again, to the second.
fn unfair(wished: Option<i64>, from: i64, to: i64) -> i64 {
    let Some(wished) = wished else { return 0 };
    let cost = |seconds: i64| {
        let seconds = seconds.clamp(0, MOST);
        RATE * seconds * seconds / wished.max(1)
    };
    cost(to) - cost(from)
}
