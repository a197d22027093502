//! Which steps of a plan can still be taken, as things stand now.
//!
//! A plan is made from a snapshot, looked at by a person, and accepted a while later. Meanwhile somebody may have ordered,
//! answered, fallen ill, lowered a limit. So the steps are judged again, together, against a fresh snapshot: each visit
//! that moves is taken out of its old place first, then all are put in, in order of time, each by [`feasible_at`]. A step
//! that fails leaves its visit where it stands, which may be in the way of another one: so the rest is judged anew, until
//! all that are left can be taken together. Steps only ever drop out, so this ends.
//!
//! # Worked example
//! Cleaning at Aino's goes from Mikko to Leila, so that Mikko has time for Veikko's snow. Leila has been given something
//! else since: the first step drops out, Aino's cleaning stays with Mikko, and so the second one drops out too.
//!
//! # What it isn't
//! It decides nothing about versions and rights: whoever accepts leaves out the steps whose visit has moved on.

use std::collections::{BTreeMap, BTreeSet};

use domain::{PersonId, VisitId};

use crate::{MemberPlan, Place, PlannedVisit, Request, Snapshot, feasible_at};

/// A visit is to go to a member, or to begin at another time.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Which visit. Where it stands now is looked up in the snapshot.
    pub visit: VisitId,
    /// What is asked of the member.
    pub request: &'a Request,
    /// To whom, and when it begins.
    pub to: Place,
}

/// The steps that can all be taken together. The order in which they are given changes nothing; of two
/// for one visit the first counts.
pub fn still_possible(snapshot: &Snapshot, steps: &[Step<'_>]) -> BTreeSet<VisitId> {
    let mut seen = BTreeSet::new();
    let mut left: Vec<Step<'_>> = steps.iter().copied().filter(|step| seen.insert(step.visit)).collect();
    left.sort_by_key(|step| (step.to.start, step.visit));
    loop {
        let fits = fitting(snapshot, &left);
        if fits.len() == left.len() {
            return fits;
        }
        left.retain(|step| fits.contains(&step.visit));
    }
}

/// The steps that fit when they are taken one after the other, those that don't being left out.
fn fitting(snapshot: &Snapshot, steps: &[Step<'_>]) -> BTreeSet<VisitId> {
    let moving: BTreeSet<VisitId> = steps.iter().map(|step| step.visit).collect();
    let mut members: BTreeMap<PersonId, MemberPlan> = BTreeMap::new();
    for member in &snapshot.members {
        let mut plan = member.clone();
        plan.visits.retain(|visit| !moving.contains(&visit.id));
        members.insert(plan.id, plan);
    }
    let mut fits = BTreeSet::new();
    for step in steps {
        let Some(plan) = members.get_mut(&step.to.member) else { continue };
        if feasible_at(&snapshot.rules, snapshot.now, plan, step.request, step.to.start).is_err() {
            continue;
        }
        let visit = PlannedVisit::of(step.visit, step.to.start, step.request);
        let position = plan.visits.partition_point(|other| (other.start, other.id) < (visit.start, visit.id));
        plan.visits.insert(position, visit);
        fits.insert(step.visit);
    }
    fits
}
