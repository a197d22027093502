//! Plans of random problems: they keep every rule, cost what they say, and come out the same each time.

use assignment::Evaluations;
use assignment::linked::{CarerId, Draft, PatientId, Problem, Solution, Synchronisation, decode, plan};
use proptest::prelude::*;

use crate::judge::{able, breaches, cost, lateness};
use crate::world::{any_draft, four_patients, home_care_draft};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_plan_keeps_the_rules_and_costs_what_it_says(draft in any_draft(), seed in any::<u64>()) {
        let Ok(problem) = Problem::new(draft.clone()) else { return Ok(()) };
        let solution = plan(&problem, &mut Evaluations(3_000), seed);
        prop_assert_eq!(breaches(&draft, &solution), Vec::<String>::new());
        prop_assert_eq!(solution.cost, known_parts(&draft, &solution));
    }

    #[test]
    fn a_plan_of_a_home_care_instance_begins_everything_as_early_as_it_can(
        draft in home_care_draft(),
        seed in any::<u64>(),
    ) {
        let Ok(problem) = Problem::new(draft.clone()) else { return Ok(()) };
        let solution = plan(&problem, &mut Evaluations(3_000), seed);
        prop_assert_eq!(breaches(&draft, &solution), Vec::<String>::new());
        prop_assert_eq!(solution.cost, known_parts(&draft, &solution));
        for (route, visit, earliest) in earliest_starts(&draft, &solution) {
            prop_assert_eq!(solution.routes[route].visits[visit].start, earliest);
        }
    }

    #[test]
    fn an_order_is_decoded_as_the_slow_evaluation_says(
        (draft, order) in home_care_draft().prop_flat_map(|draft| {
            let patients: Vec<usize> = (0..draft.patients.len()).collect();
            (Just(draft), Just(patients).prop_shuffle())
        }),
        choice in any::<u64>(),
    ) {
        let Ok(problem) = Problem::new(draft.clone()) else { return Ok(()) };
        let Some(order) = with_carers(&draft, &order, choice) else { return Ok(()) };
        let solution = decode(&problem, &order).unwrap();
        prop_assert_eq!(breaches(&draft, &solution), Vec::<String>::new());
        prop_assert_eq!(solution.cost.weighted, slow_cost(&draft, &order));
    }

    #[test]
    fn the_same_seed_and_evaluations_give_the_same_plan(draft in any_draft(), seed in any::<u64>()) {
        let Ok(problem) = Problem::new(draft) else { return Ok(()) };
        let once = plan(&problem, &mut Evaluations(2_000), seed);
        prop_assert_eq!(once, plan(&problem, &mut Evaluations(2_000), seed));
    }

    #[test]
    fn more_evaluations_are_never_worse_than_none(draft in any_draft(), seed in any::<u64>()) {
        let Ok(problem) = Problem::new(draft) else { return Ok(()) };
        let none = plan(&problem, &mut Evaluations(0), seed);
        let some = plan(&problem, &mut Evaluations(1_000), seed);
        prop_assert!(some.cost.weighted <= none.cost.weighted);
    }
}

#[test]
fn an_order_with_a_stranger_in_it_is_refused() {
    let problem = Problem::new(four_patients()).unwrap();
    assert!(decode(&problem, &[(PatientId(9), vec![CarerId(0)])]).is_err());
    assert!(decode(&problem, &[(PatientId(0), vec![CarerId(7)])]).is_err());
    assert!(decode(&problem, &[(PatientId(1), vec![CarerId(1), CarerId(1)])]).is_err());
    let twice = vec![(PatientId(0), vec![CarerId(0)]), (PatientId(0), vec![CarerId(0)])];
    assert!(decode(&problem, &twice).is_err());
}

/// What the judge says. (The search keeps no parts that cost nothing, so neither are compared.)
fn known_parts(draft: &Draft, solution: &Solution) -> assignment::linked::Cost {
    let mut judged = cost(draft, solution);
    let weights = &draft.weights;
    let lunch = draft.lunch.is_some() && weights.missed_lunch > 0;
    let shifts = weights.waiting + weights.extra_time + weights.largest_idle > 0;
    if !lunch && !shifts {
        judged.waiting = solution.cost.waiting;
        judged.extra_time = solution.cost.extra_time;
        judged.missed_lunches = solution.cost.missed_lunches;
    }
    if weights.largest_idle == 0 {
        judged.largest_idle = solution.cost.largest_idle;
    }
    judged
}

/// Every visit's earliest start by its routes alone: raised as long as any rule asks for it.
fn earliest_starts(draft: &Draft, solution: &Solution) -> Vec<(usize, usize, i64)> {
    let mut starts: Vec<Vec<i64>> = solution.routes.iter().map(|route| vec![0; route.visits.len()]).collect();
    let find = |patient: PatientId, service: usize| {
        solution.routes.iter().enumerate().find_map(|(route, facts)| {
            let visit = facts.visits.iter().position(|visit| (visit.patient, visit.service) == (patient, service))?;
            Some((route, visit))
        })
    };
    loop {
        let before = starts.clone();
        for (route, facts) in solution.routes.iter().enumerate() {
            let (mut place, mut free) = (draft.carers[facts.carer.0].start, 0);
            for (index, visit) in facts.visits.iter().enumerate() {
                let patient = &draft.patients[visit.patient.0];
                let arrival = free + draft.travel[place.0][patient.place.0];
                let mut start = starts[route][index].max(arrival).max(patient.windows[0].opens);
                if let Some((route, other)) = find(visit.patient, 1 - visit.service) {
                    let other = starts[route][other];
                    let (least, most) = match patient.synchronisation {
                        Synchronisation::Alone => (i64::MIN / 2, i64::MAX / 2),
                        Synchronisation::Together => (0, 0),
                        Synchronisation::Ordered { least, most } => (least, most),
                    };
                    start = start.max(if visit.service == 0 { other - most } else { other + least });
                }
                starts[route][index] = start;
                free = start + patient.services[visit.service].duration;
                place = patient.place;
            }
        }
        if before == starts {
            break;
        }
    }
    starts
        .iter()
        .enumerate()
        .flat_map(|(route, starts)| starts.iter().enumerate().map(move |(visit, start)| (route, visit, *start)))
        .collect()
}

/// Some carers for each patient of an order; `None` where a pair finds no two.
fn with_carers(draft: &Draft, order: &[usize], choice: u64) -> Option<Vec<(PatientId, Vec<CarerId>)>> {
    let mut state = choice | 1;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    order
        .iter()
        .map(|patient| {
            let id = PatientId(*patient);
            let mut chosen: Vec<CarerId> = Vec::new();
            for service in 0..draft.patients[*patient].services.len() {
                let mut carers = able(draft, id, service);
                if draft.patients[*patient].synchronisation != Synchronisation::Alone {
                    carers.retain(|carer| !chosen.contains(carer));
                }
                if carers.is_empty() {
                    return None;
                }
                chosen.push(carers[below(carers.len())]);
            }
            Some((id, chosen))
        })
        .collect()
}

/// The plain decoder: patient by patient, each carer's place and time kept; linked visits pushed to the later.
pub(crate) fn slow_cost(draft: &Draft, order: &[(PatientId, Vec<CarerId>)]) -> i64 {
    let mut at: Vec<_> = draft.carers.iter().map(|carer| (carer.start, 0)).collect();
    let (mut travel, mut tardiness, mut largest) = (0, 0, 0);
    for (id, carers) in order {
        let patient = &draft.patients[id.0];
        let mut starts = Vec::new();
        for carer in carers {
            let (place, free) = at[carer.0];
            let way = draft.travel[place.0][patient.place.0];
            let start = (free + way).max(patient.windows[0].opens);
            if patient.synchronisation == Synchronisation::Alone {
                // (One person may do one after the other.)
                let duration = patient.services[starts.len()].duration;
                at[carer.0] = (patient.place, start + duration);
            }
            travel += way;
            starts.push(start);
        }
        match patient.synchronisation {
            Synchronisation::Alone => {}
            Synchronisation::Together => {
                let later = starts[0].max(starts[1]);
                starts = vec![later, later];
            }
            Synchronisation::Ordered { least, most } => {
                starts[1] = starts[1].max(starts[0] + least);
                starts[0] = starts[0].max(starts[1] - most);
            }
        }
        for (service, (carer, start)) in carers.iter().zip(&starts).enumerate() {
            let late = lateness(draft, *id, service, *start);
            tardiness += late;
            largest = largest.max(late);
            if patient.synchronisation != Synchronisation::Alone {
                at[carer.0] = (patient.place, start + patient.services[service].duration);
            }
        }
    }
    for (carer, (place, _)) in draft.carers.iter().zip(&at) {
        travel += draft.travel[place.0][carer.end.0];
    }
    travel + tardiness + largest
}
