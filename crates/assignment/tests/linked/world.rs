//! Small problems: a hand-made one, and random ones of every kind.

use assignment::linked::{
    Carer, CarerId, Draft, Lunch, LunchDuty, Need, Patient, PlaceId, Promptness, Service, Shift, SkillId,
    Synchronisation, Weights, Window,
};
use proptest::prelude::*;

pub(crate) fn nurse(skills: &[usize]) -> Carer {
    Carer {
        skills: skills.iter().copied().map(SkillId).collect(),
        start: PlaceId(0),
        end: PlaceId(0),
        shift: None,
        lunch: LunchDuty::None,
    }
}

pub(crate) fn patient(place: usize, window: (i64, i64), services: &[(usize, i64)]) -> Patient {
    Patient {
        place: PlaceId(place),
        windows: vec![Window { opens: window.0, due: window.1 }],
        services: services
            .iter()
            .map(|(skill, duration)| Service { skill: SkillId(*skill), duration: *duration })
            .collect(),
        synchronisation: Synchronisation::Alone,
        preferred: None,
        refused: Vec::new(),
        need: Need::Required,
    }
}

/// What the public home-care instances weigh.
pub(crate) fn home_care() -> Weights {
    Weights { travel: 1, tardiness: 1, largest_tardiness: 1, ..Weights::default() }
}

/// Places along a road; travel is the distance.
pub(crate) fn road(places: &[i64]) -> Vec<Vec<i64>> {
    places.iter().map(|from| places.iter().map(|to| (from - to).abs()).collect()).collect()
}

/// Two carers, four patients; one needs both at once, one a second service 20 to 30 minutes after the first.
pub(crate) fn four_patients() -> Draft {
    let mut together = patient(2, (40, 60), &[(0, 15), (1, 20)]);
    together.synchronisation = Synchronisation::Together;
    let mut ordered = patient(3, (80, 100), &[(1, 10), (0, 10)]);
    ordered.synchronisation = Synchronisation::Ordered { least: 20, most: 30 };
    Draft {
        travel: road(&[0, 8, 15, -12, -20]),
        carers: vec![nurse(&[0]), nurse(&[0, 1])],
        patients: vec![patient(1, (10, 30), &[(0, 25)]), together, ordered, patient(4, (0, 50), &[(0, 30)])],
        weights: home_care(),
        ..Draft::default()
    }
}

fn window() -> impl Strategy<Value = Window> {
    (0..300_i64, 0..120_i64).prop_map(|(opens, length)| Window { opens, due: opens + length })
}

fn any_patient(places: usize, carers: usize) -> impl Strategy<Value = Patient> {
    let synchronisation = prop_oneof![
        Just(Synchronisation::Alone),
        Just(Synchronisation::Together),
        (0..40_i64, 0..40_i64).prop_map(|(least, slack)| Synchronisation::Ordered { least, most: least + slack }),
    ];
    (
        (0..places, window(), prop::option::of((1..200_i64, 1..60_i64)), synchronisation),
        (prop::collection::vec((0..3_usize, 5..40_i64), 1..=2), any::<bool>()),
        (prop::option::of(prop::collection::vec(0..carers, 1..=2)), prop::option::weighted(0.2, 0..carers)),
    )
        .prop_map(|((place, first, later, synchronisation), (services, optional), (preferred, refused))| {
            let linked = services.len() == 2;
            let mut windows = vec![first];
            if let Some((gap, length)) = later {
                windows.push(Window { opens: first.due + gap, due: first.due + gap + length });
            }
            Patient {
                place: PlaceId(place),
                windows,
                services: services
                    .into_iter()
                    .map(|(skill, duration)| Service { skill: SkillId(skill), duration })
                    .collect(),
                synchronisation: if linked { synchronisation } else { Synchronisation::Alone },
                preferred: preferred.map(|carers| carers.into_iter().map(CarerId).collect()),
                refused: refused.into_iter().map(CarerId).collect(),
                need: if optional { Need::Optional } else { Need::Required },
            }
        })
}

fn any_carer(places: usize) -> impl Strategy<Value = Carer> {
    (prop::collection::vec(0..3_usize, 1..=3), 0..places, 0..places, any::<bool>(), (0..120_i64, 60..400_i64)).prop_map(
        |(skills, start, end, lunch, (begins, length))| Carer {
            skills: skills.into_iter().map(SkillId).collect(),
            start: PlaceId(start),
            end: PlaceId(end),
            shift: Some(Shift { start: begins, end: begins + length }),
            lunch: if lunch { LunchDuty::Due } else { LunchDuty::None },
        },
    )
}

fn nobody_leaves_to_stay(mut travel: Vec<Vec<i64>>) -> Vec<Vec<i64>> {
    for (place, times) in travel.iter_mut().enumerate() {
        times[place] = 0;
    }
    travel
}

/// Up to eight places, five carers and twelve patients with everything there is. (Not each can be served.)
pub(crate) fn any_draft() -> impl Strategy<Value = Draft> {
    (2..=8_usize, 2..=5_usize)
        .prop_flat_map(|(places, carers)| {
            (
                prop::collection::vec(prop::collection::vec(0..60_i64, places), places),
                prop::collection::vec(any_carer(places), carers),
                prop::collection::vec(any_patient(places, carers), 0..=12),
                any::<bool>(),
                prop::collection::vec(0..20_i64, 9),
            )
        })
        .prop_map(|(travel, carers, patients, at_end, costs)| Draft {
            travel: nobody_leaves_to_stay(travel),
            carers,
            patients,
            lunch: Some(Lunch { opens: 120, latest_start: 210, length: 30 }),
            promptness: if at_end { Promptness::AtEnd } else { Promptness::AtStart },
            weights: Weights {
                travel: costs[0],
                tardiness: costs[1],
                largest_tardiness: costs[2],
                waiting: costs[3],
                extra_time: costs[4],
                largest_idle: costs[5],
                not_preferred: costs[6],
                left_out: 10 * costs[7],
                missed_lunch: 5 * costs[8],
            },
        })
}

/// The same without shifts and lunch, as the public home-care instances are.
pub(crate) fn home_care_draft() -> impl Strategy<Value = Draft> {
    any_draft().prop_map(|mut draft| {
        draft.lunch = None;
        draft.weights = home_care();
        draft.promptness = Promptness::AtStart;
        for carer in &mut draft.carers {
            carer.shift = None;
            carer.lunch = LunchDuty::None;
        }
        for patient in &mut draft.patients {
            patient.windows.truncate(1);
            patient.need = Need::Required;
            patient.preferred = None;
        }
        draft
    })
}
