//! From an order to a plan: patients one by one, each appended to the routes of the carers chosen for it, linked visits
//! pushed to the later of the two. What the order is worth comes out; which order to try is `search`'s affair.
//!
//! The search starts from [`greedy`], and changes what came out instead of decoding anew; [`decode`] is there for
//! whoever brings an order of their own.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them, or are checked")]

use super::problem::{CarerId, NONE, PatientId, Problem, index_of};
use super::schedule::Schedule;
use super::solution::Solution;
use thiserror::Error;

/// Why an order can't be decoded.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum DecodeError {
    /// A patient stands in it who doesn't exist, or twice, or with the wrong number of carers.
    #[error("patient {} is unknown, comes twice, or has the wrong number of carers", .0.0)]
    Patient(PatientId),
    /// A carer was chosen who doesn't exist, can't do it, or would have to be two people.
    #[error("carer {} can't visit patient {}", carer.0, patient.0)]
    Carer {
        /// Whom they can't visit.
        patient: PatientId,
        /// Who can't.
        carer: CarerId,
    },
}

/// Times and cost of an order of patients with the carers of each (one a service). Who isn't in it is left out.
///
/// # Errors
/// [`DecodeError`] for an order that names what isn't there or a carer who can't.
pub fn decode(problem: &Problem, order: &[(PatientId, Vec<CarerId>)]) -> Result<Solution, DecodeError> {
    let mut schedule = Schedule::empty(problem);
    for (patient, carers) in order {
        let (from, to) = *problem.of_patient.get(patient.0).ok_or(DecodeError::Patient(*patient))?;
        let tasks: Vec<u32> = (from..to).flat_map(|index| problem.appointments[index as usize].tasks()).collect();
        if carers.len() != tasks.len() || tasks.iter().any(|task| schedule.is_planned(*task)) {
            return Err(DecodeError::Patient(*patient));
        }
        for (task, carer) in tasks.iter().zip(carers) {
            let partner = problem.tasks[*task as usize].partner;
            let twice = partner != NONE && carers.iter().filter(|other| *other == carer).count() > 1;
            if carer.0 >= problem.draft.carers.len() || twice || !problem.able(*task, index_of(carer.0)) {
                return Err(DecodeError::Carer { patient: *patient, carer: *carer });
            }
        }
        for appointment in from..to {
            let tasks: Vec<u32> = problem.appointments[appointment as usize].tasks().collect();
            let chosen: Vec<u32> = tasks
                .iter()
                .map(|task| index_of(carers[(task - problem.appointments[from as usize].first) as usize].0))
                .collect();
            append(&mut schedule, &tasks, &chosen);
        }
        schedule.leave_out(-1);
    }
    schedule.begin();
    schedule.settle();
    Ok(Solution::of(&schedule))
}

/// A first plan: whoever is due first is visited by whoever is there first.
pub(crate) fn greedy(problem: &Problem) -> Schedule<'_> {
    let mut schedule = Schedule::empty(problem);
    let mut patients: Vec<usize> =
        (0..problem.of_patient.len()).filter(|patient| problem.can_be_served(*patient)).collect();
    patients.sort_by_key(|patient| {
        let appointment = &problem.appointments[problem.of_patient[*patient].0 as usize];
        (problem.tasks[appointment.first as usize].due, *patient)
    });
    for patient in patients {
        let (from, to) = problem.of_patient[patient];
        for appointment in from..to {
            let facts = problem.appointments[appointment as usize];
            let tasks: Vec<u32> = facts.tasks().collect();
            let chosen = choose(&schedule, &tasks);
            append(&mut schedule, &tasks, &chosen);
        }
        schedule.leave_out(-1);
    }
    schedule.begin();
    schedule.settle();
    schedule
}

/// The carers who are there first, two different ones for two tasks.
fn choose(schedule: &Schedule<'_>, tasks: &[u32]) -> Vec<u32> {
    let problem = schedule.problem;
    let ranked = |task: u32| {
        let mut carers: Vec<(i32, u32)> = problem.able_carers[task as usize]
            .iter()
            .map(|carer| {
                let last = schedule.nodes[problem.home(*carer) as usize].prev;
                let free = schedule.nodes[last as usize].start + problem.stay[last as usize];
                let there = free + problem.travel(last, task);
                let opens = problem.tasks[task as usize].opens;
                (there.max(opens) + problem.travel(last, task), *carer)
            })
            .collect();
        carers.sort_unstable();
        carers
    };
    match tasks {
        [first, second] => {
            let (one, other) = (ranked(*first), ranked(*second));
            let mut best: Option<(i32, u32, u32)> = None;
            for (cost, carer) in &one {
                let Some((other_cost, partner)) = other.iter().find(|(_, partner)| partner != carer) else { continue };
                let candidate = ((*cost).max(*other_cost), *carer, *partner);
                best = Some(best.map_or(candidate, |best| best.min(candidate)));
            }
            best.map(|(_, carer, partner)| vec![carer, partner]).unwrap_or_default()
        }
        _ => tasks.iter().filter_map(|task| ranked(*task).first().map(|(_, carer)| *carer)).collect(),
    }
}

/// Puts an appointment at the end of its carers' routes.
fn append(schedule: &mut Schedule<'_>, tasks: &[u32], carers: &[u32]) {
    schedule.begin();
    for (task, carer) in tasks.iter().zip(carers) {
        let last = schedule.nodes[schedule.problem.home(*carer) as usize].prev;
        schedule.link_after(*task, last);
    }
    schedule.order();
    schedule.settle();
}
