//! The plan that comes out: who goes where and when, and what it costs, part by part.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them")]

use super::problem::{CarerId, NONE, PatientId};
use super::route::{self, Stop};
use super::schedule::Schedule;

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// One for each carer, in their order; empty for who stays at home.
    pub routes: Vec<Route>,
    /// Who isn't visited.
    pub left_out: Vec<PatientId>,
    /// What it costs.
    pub cost: Cost,
}

/// One carer's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Whose.
    pub carer: CarerId,
    /// In the order of time.
    pub visits: Vec<Visit>,
    /// The lunch break, where they have one.
    pub lunch: Option<LunchBreak>,
}

/// One service given to one patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// To whom.
    pub patient: PatientId,
    /// Which of the patient's services, from 0.
    pub service: usize,
    /// When it begins, in ticks.
    pub start: i64,
}

/// A lunch break, had at a patient's place before or after the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LunchBreak {
    /// At whose place.
    pub at: PatientId,
    /// When it begins, in ticks.
    pub start: i64,
}

/// What a plan costs: ticks and cases, unweighted, and the weighted sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// All the ways.
    pub travel: i64,
    /// The lateness of all visits.
    pub tardiness: i64,
    /// The lateness of the latest.
    pub largest_tardiness: i64,
    /// Waiting between visits.
    pub waiting: i64,
    /// Work after the end of shifts.
    pub extra_time: i64,
    /// The idle time of who has most of it.
    pub largest_idle: i64,
    /// Weighted: visits by somebody who was not preferred.
    pub not_preferred: i64,
    /// Patients left out.
    pub left_out: i64,
    /// Lunch breaks missed.
    pub missed_lunches: i64,
    /// The objective: everything times its weight.
    pub weighted: i64,
}

impl Solution {
    pub(crate) fn of(schedule: &Schedule<'_>) -> Self {
        let problem = schedule.problem;
        let routes = (0..problem.draft.carers.len())
            .map(|carer| {
                let mut route = Route { carer: CarerId(carer), visits: Vec::new(), lunch: None };
                for stop in route::stops(schedule, super::problem::index_of(carer)) {
                    match stop {
                        Stop::Work { task, start } => {
                            let (patient, service) = whose(schedule, task);
                            route.visits.push(Visit { patient, service, start: i64::from(start) });
                        }
                        Stop::Lunch { at, start } => {
                            let (at, _) = whose(schedule, at);
                            route.lunch = Some(LunchBreak { at, start: i64::from(start) });
                        }
                    }
                }
                route
            })
            .collect();
        let left_out = (0..problem.of_patient.len())
            .filter(|patient| {
                let appointment = &problem.appointments[problem.of_patient[*patient].0 as usize];
                schedule.nodes[appointment.first as usize].carer == NONE
            })
            .map(PatientId)
            .collect();
        Self { routes, left_out, cost: schedule.cost_by_part() }
    }
}

/// The patient of a task, and which of the patient's services it is.
fn whose(schedule: &Schedule<'_>, task: u32) -> (PatientId, usize) {
    let problem = schedule.problem;
    let patient = problem.appointments[problem.tasks[task as usize].appointment as usize].patient as usize;
    let first = problem.appointments[problem.of_patient[patient].0 as usize].first;
    (PatientId(patient), (task - first) as usize)
}
