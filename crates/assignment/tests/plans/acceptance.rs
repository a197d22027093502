//! What of a plan can still be done when it is accepted.

use assignment::{Evaluations, PlannedVisit, Snapshot, Stands, Step, check_plan, plan, still_possible};
use domain::{PersonId, Service, VisitId};
use proptest::prelude::*;

use crate::wishes::{Wanting, standing, wanting};

/// The snapshot after those steps were taken.
fn taken(snapshot: &Snapshot, steps: &[Step<'_>]) -> Snapshot {
    let mut after = snapshot.clone();
    for member in &mut after.members {
        member.visits.retain(|visit| !steps.iter().any(|step| step.visit == visit.id));
        for step in steps.iter().filter(|step| step.to.member == member.id) {
            let terms = &step.request.terms;
            member.visits.push(PlannedVisit {
                id: step.visit,
                start: step.to.start,
                minutes: terms.minutes,
                effort: terms.effort,
                at: step.request.at,
                pay: terms.pay,
            });
        }
        member.visits.sort_by_key(|visit| (visit.start, visit.id));
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_plan_can_be_taken_whole_while_nothing_has_changed(wanting in wanting(5, 12)) {
        let Wanting { world, wanted } = &wanting;
        let planned = plan(&world.snapshot, wanted, 1, &mut Evaluations(150)).unwrap();
        let steps: Vec<Step<'_>> = wanted
            .iter()
            .zip(&planned.visits)
            .filter_map(|(wish, planned)| Some(Step { visit: wish.id, request: &wish.request, to: planned.place()? }))
            .collect();
        prop_assert_eq!(still_possible(&world.snapshot, &steps).len(), steps.len());
    }

    #[test]
    fn what_is_left_after_a_change_breaks_no_rule(wanting in wanting(5, 12), order in any::<bool>()) {
        let Wanting { world, wanted } = &wanting;
        // Half of the wishes stand, the rest is planned, and those that stand may move.
        let half = wanted.len() / 2;
        let first = plan(&world.snapshot, &wanted[..half], 1, &mut Evaluations(100)).unwrap();
        let before = first.accepted(&world.snapshot, &wanted[..half]);
        let mut movable = standing(&wanted[..half], &first, |_, place| Stands::Movable(place));
        movable.extend_from_slice(&wanted[half..]);
        let planned = plan(&before, &movable, 2, &mut Evaluations(200)).unwrap();
        let mut steps: Vec<Step<'_>> = movable
            .iter()
            .zip(&planned.visits)
            .filter(|(wish, planned)| planned.place() != wish.place())
            .filter_map(|(wish, planned)| Some(Step { visit: wish.id, request: &wish.request, to: planned.place()? }))
            .collect();
        // Meanwhile one member has given something else their time, and another one has lowered a limit.
        let mut now = before.clone();
        now.members[0].limits.visits_a_week = Some(0);
        if let Some(last) = now.members.last_mut() {
            last.hours.0.clear();
        }
        let possible = still_possible(&now, &steps);
        if order {
            steps.reverse();
            prop_assert_eq!(&still_possible(&now, &steps), &possible);
        }
        steps.retain(|step| possible.contains(&step.visit));
        let after = taken(&now, &steps);
        let of = |visit: VisitId| -> Option<(Service, PersonId)> {
            let wish = movable.iter().find(|wish| wish.id == visit)?;
            Some((wish.request.terms.kind.service(), wish.request.resident?))
        };
        let new = check_plan(&after, &of);
        let old = check_plan(&now, &of);
        prop_assert!(new.iter().all(|breach| old.contains(breach)), "{new:?} beside {old:?}");
        // Taken, there is nothing left to take.
        prop_assert_eq!(still_possible(&after, &steps).len(), steps.len());
    }
}
