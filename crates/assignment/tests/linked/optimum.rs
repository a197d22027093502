//! A problem small enough to try everything: the search finds what trying everything finds.

use assignment::Evaluations;
use assignment::linked::{CarerId, Draft, PatientId, Problem, Synchronisation, plan};

use crate::judge::{able, breaches};
use crate::plans::slow_cost;
use crate::world::four_patients;

#[test]
fn the_best_of_all_orders_is_found() {
    let draft = four_patients();
    let best = best_of_all(&draft);
    let problem = Problem::new(draft.clone()).unwrap();
    for seed in 0..5 {
        let solution = plan(&problem, &mut Evaluations(5_000), seed);
        assert_eq!(breaches(&draft, &solution), Vec::<String>::new());
        assert_eq!(solution.cost.weighted, best, "seed {seed}");
    }
}

#[test]
fn two_at_once_begin_together_and_the_ordered_pair_keeps_its_distance() {
    let problem = Problem::new(four_patients()).unwrap();
    let solution = plan(&problem, &mut Evaluations(5_000), 1);
    let starts = |patient: usize| {
        let mut starts: Vec<(usize, i64)> = solution
            .routes
            .iter()
            .flat_map(|route| &route.visits)
            .filter(|visit| visit.patient == PatientId(patient))
            .map(|visit| (visit.service, visit.start))
            .collect();
        starts.sort_unstable();
        starts
    };
    assert_eq!(starts(1)[0].1, starts(1)[1].1);
    assert!((20..=30).contains(&(starts(2)[1].1 - starts(2)[0].1)));
}

fn best_of_all(draft: &Draft) -> i64 {
    let mut best = i64::MAX;
    let mut order = Vec::new();
    try_rest(draft, &mut order, &mut best);
    best
}

fn try_rest(draft: &Draft, order: &mut Vec<(PatientId, Vec<CarerId>)>, best: &mut i64) {
    if order.len() == draft.patients.len() {
        *best = (*best).min(slow_cost(draft, order));
        return;
    }
    for patient in (0..draft.patients.len()).map(PatientId) {
        if order.iter().any(|(known, _)| *known == patient) {
            continue;
        }
        for carers in choices(draft, patient) {
            order.push((patient, carers));
            try_rest(draft, order, best);
            order.pop();
        }
    }
}

fn choices(draft: &Draft, patient: PatientId) -> Vec<Vec<CarerId>> {
    let facts = &draft.patients[patient.0];
    let first = able(draft, patient, 0).into_iter();
    if facts.services.len() == 1 {
        return first.map(|carer| vec![carer]).collect();
    }
    let alone = facts.synchronisation == Synchronisation::Alone;
    first
        .flat_map(|one| {
            able(draft, patient, 1)
                .into_iter()
                .filter(move |other| alone || *other != one)
                .map(|other| vec![one, other])
                .collect::<Vec<_>>()
        })
        .collect()
}
