//! What holds for every plan.

use assignment::{Breadth, Decision, Difference, Evaluations, Stands, candidates, check_planned, plan, plan_widely};
use proptest::prelude::*;

use crate::wishes::{Wanting, standing, wanting};

/// No rule is broken, each wish is answered, and whoever is left out could really not be helped.
fn is_good(Wanting { world, wanted }: &Wanting, evaluations: u64) -> Result<(), TestCaseError> {
    let snapshot = &world.snapshot;
    let planned = plan(snapshot, wanted, 1, &mut Evaluations(evaluations)).unwrap();
    prop_assert_eq!(check_planned(snapshot, wanted, &planned), vec![]);
    let after = planned.accepted(snapshot, wanted);
    for (wish, answer) in wanted.iter().zip(&planned.visits) {
        if let Decision::Unassigned { failure } = &answer.decision {
            let failure = failure.as_ref().unwrap();
            prop_assert!(failure.change.is_some());
            for window in &wish.windows {
                prop_assert_eq!(candidates(&after, &wish.request, *window), vec![]);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(9_000))]

    #[test]
    fn no_small_plan_breaks_a_rule(wanting in wanting(3, 6)) {
        is_good(&wanting, 100)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(700))]

    #[test]
    fn no_plan_breaks_a_rule(wanting in wanting(8, 20)) {
        is_good(&wanting, 300)?;
    }

    /// What was planned may be movable, pinned, agreed or open again: plans from plans keep the rules too.
    #[test]
    fn no_plan_from_a_plan_breaks_a_rule(wanting in wanting(5, 12), how in prop::collection::vec(0..4_u8, 12)) {
        let Wanting { world, wanted } = &wanting;
        let first = plan(&world.snapshot, wanted, 1, &mut Evaluations(100)).unwrap();
        let stands = standing(wanted, &first, |n, place| match how[n] {
            0 => Stands::Nowhere,
            1 => Stands::Pinned(place),
            _ => Stands::Movable(place),
        });
        // Pinned and movable ones may be in the members' plans already, or not yet.
        let mut snapshot = first.accepted(&world.snapshot, wanted);
        let loose: Vec<_> =
            stands.iter().filter(|wish| wish.stands == Stands::Nowhere).map(|wish| wish.id).collect();
        for member in &mut snapshot.members {
            member.visits.retain(|visit| !loose.contains(&visit.id));
        }
        // And a member may have lowered a limit since.
        snapshot.members[0].limits.visits_a_week = Some(1);
        let again = plan(&snapshot, &stands, 2, &mut Evaluations(200)).unwrap();
        prop_assert_eq!(check_planned(&snapshot, &stands, &again), vec![]);
    }

    #[test]
    fn planning_the_accepted_plan_again_changes_nothing(wanting in wanting(5, 12)) {
        let Wanting { world, wanted } = &wanting;
        let first = plan(&world.snapshot, wanted, 1, &mut Evaluations(200)).unwrap();
        // Accepted: the visits are agreed, and wanted is only what is left.
        let after = first.accepted(&world.snapshot, wanted);
        let left: Vec<_> = wanted
            .iter()
            .zip(&first.visits)
            .filter(|(_, planned)| planned.place().is_none())
            .map(|(wish, _)| wish.clone())
            .collect();
        let again = plan(&after, &left, 2, &mut Evaluations(200)).unwrap();
        prop_assert!(again.visits.iter().all(|wish| wish.place().is_none()));
        // Or they stand and may be moved: then people are told anew only so that somebody more is helped.
        let movable = standing(wanted, &first, |_, place| Stands::Movable(place));
        let again = plan(&after, &movable, 2, &mut Evaluations(200)).unwrap();
        if again.undone(wanted) == first.undone(wanted) {
            prop_assert!(again.visits.iter().all(|wish| {
                matches!(wish.difference, Difference::Kept) || wish.place().is_none()
            }), "{again:?}");
        } else {
            prop_assert!(again.undone(wanted) < first.undone(wanted));
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_same_question_has_the_same_answer_on_any_number_of_threads(wanting in wanting(6, 12), seed in 0..9_u64) {
        let Wanting { world, wanted } = &wanting;
        let one = plan(&world.snapshot, wanted, seed, &mut Evaluations(150)).unwrap();
        prop_assert_eq!(&plan(&world.snapshot, wanted, seed, &mut Evaluations(150)).unwrap(), &one);
        let wide = |searches, threads| {
            let breadth = Breadth { searches, threads };
            plan_widely(&world.snapshot, wanted, seed, &Evaluations(150), breadth).unwrap()
        };
        prop_assert_eq!(&wide(1, 1), &one);
        prop_assert_eq!(wide(3, 1), wide(3, 2));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_large_plan_breaks_a_rule(wanting in wanting(40, 200)) {
        let Wanting { world, wanted } = &wanting;
        let planned = plan(&world.snapshot, wanted, 1, &mut Evaluations(2_000)).unwrap();
        prop_assert_eq!(check_planned(&world.snapshot, wanted, &planned), vec![]);
    }
}
