//! What can't be planned is refused by name, and never panics.

use assignment::Evaluations;
use assignment::linked::{
    CarerId, Draft, Lunch, Need, PatientId, PlaceId, Problem, ProblemError, Shift, SkillId, Synchronisation, Window,
    plan,
};
use proptest::prelude::*;

use crate::world::{any_draft, four_patients};

fn refused(change: impl FnOnce(&mut Draft)) -> ProblemError {
    let mut draft = four_patients();
    change(&mut draft);
    Problem::new(draft).unwrap_err()
}

#[test]
fn unknown_ids_are_named() {
    let place = PlaceId(17);
    let patient = PatientId(2);
    let carer = CarerId(5);
    assert_eq!(refused(|draft| draft.patients[2].place = place), ProblemError::PatientPlace { patient, place });
    assert_eq!(refused(|draft| draft.carers[1].end = place), ProblemError::CarerPlace { carer: CarerId(1), place });
    let unknown = ProblemError::UnknownCarer { patient, carer };
    assert_eq!(refused(|draft| draft.patients[2].preferred = Some(vec![carer])), unknown);
    assert_eq!(refused(|draft| draft.patients[2].refused.push(carer)), unknown);
}

#[test]
fn times_are_not_negative_and_windows_not_turned_round() {
    let first = PatientId(0);
    assert_eq!(
        refused(|draft| draft.travel[1][3] = -1),
        ProblemError::NegativeTravel { from: PlaceId(1), to: PlaceId(3) }
    );
    assert_eq!(refused(|draft| draft.patients[0].services[0].duration = 0), ProblemError::Duration(first));
    assert_eq!(refused(|draft| draft.patients[0].services[0].duration = -5), ProblemError::Duration(first));
    let window = |opens, due| move |draft: &mut Draft| draft.patients[0].windows = vec![Window { opens, due }];
    assert_eq!(refused(window(30, 20)), ProblemError::Window(first));
    assert_eq!(refused(window(-30, 20)), ProblemError::Window(first));
    let later = Window { opens: 0, due: 5 };
    assert_eq!(refused(|draft| draft.patients[0].windows.push(later)), ProblemError::Window(first));
    let turned = Synchronisation::Ordered { least: 9, most: 3 };
    assert_eq!(refused(|draft| draft.patients[2].synchronisation = turned), ProblemError::Distance(PatientId(2)));
    let shift = Some(Shift { start: 10, end: 5 });
    assert_eq!(refused(|draft| draft.carers[0].shift = shift), ProblemError::Shift(CarerId(0)));
    let lunch = Some(Lunch { opens: 100, latest_start: 50, length: 30 });
    assert_eq!(refused(|draft| draft.lunch = lunch), ProblemError::Lunch);
}

#[test]
fn counts_must_fit() {
    let first = PatientId(0);
    assert_eq!(refused(|draft| draft.travel[2].push(4)), ProblemError::TravelShape { row: 2, found: 6, expected: 5 });
    assert_eq!(refused(|draft| draft.carers.clear()), ProblemError::NoCarers);
    let none = ProblemError::ServiceCount { patient: first, found: 0 };
    assert_eq!(refused(|draft| draft.patients[0].services.clear()), none);
    let none = ProblemError::WindowCount { patient: first, found: 0 };
    assert_eq!(refused(|draft| draft.patients[0].windows.clear()), none);
    assert_eq!(
        refused(|draft| draft.patients[0].synchronisation = Synchronisation::Together),
        ProblemError::NothingToSynchronise(first)
    );
    assert_eq!(refused(|draft| draft.weights.waiting = -1), ProblemError::NegativeWeight);
    assert_eq!(refused(|draft| draft.travel[0][1] = i64::MAX), ProblemError::TooLarge);
    assert_eq!(refused(|draft| draft.weights.travel = i64::MAX), ProblemError::TooLarge);
}

#[test]
fn a_service_that_nobody_has_is_an_error_for_who_needs_it_and_a_patient_left_out_else() {
    let nobody = |draft: &mut Draft| draft.patients[0].services[0].skill = SkillId(7);
    assert_eq!(refused(nobody), ProblemError::NobodyCan { patient: PatientId(0), service: 0 });
    // Two at once, and the same one person for both.
    assert_eq!(
        refused(|draft| draft.carers[0].skills.clear()),
        ProblemError::NobodyCan { patient: PatientId(1), service: 1 }
    );
    let mut draft = four_patients();
    nobody(&mut draft);
    draft.patients[0].need = Need::Optional;
    let problem = Problem::new(draft).unwrap();
    assert_eq!(plan(&problem, &mut Evaluations(500), 1).left_out, vec![PatientId(0)]);
}

#[test]
fn nobody_to_visit_is_an_empty_plan() {
    let mut draft = four_patients();
    draft.patients.clear();
    let problem = Problem::new(draft).unwrap();
    let solution = plan(&problem, &mut Evaluations(500), 1);
    assert!(solution.routes.iter().all(|route| route.visits.is_empty()));
    assert_eq!(solution.cost.weighted, 0);
}

proptest! {
    #[test]
    fn no_number_makes_it_panic(
        mut draft in any_draft(),
        row in 0..8_usize,
        number in prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(-1), Just(0), any::<i64>()],
        which in 0..9_u8,
    ) {
        let patient = draft.patients.first_mut();
        match (which, patient) {
            (0, _) => if let Some(times) = draft.travel.get_mut(row) { times[0] = number },
            (1, Some(patient)) => patient.windows[0].due = number,
            (2, Some(patient)) => patient.windows[0].opens = number,
            (3, Some(patient)) => patient.services[0].duration = number,
            (4, Some(patient)) => patient.synchronisation = Synchronisation::Ordered { least: 0, most: number },
            (5, _) => draft.carers[0].shift = Some(Shift { start: 0, end: number }),
            (6, _) => draft.weights.tardiness = number,
            (7, _) => draft.lunch = Some(Lunch { opens: 0, latest_start: number, length: number }),
            (_, Some(patient)) => patient.place = PlaceId(usize::try_from(number).unwrap_or(usize::MAX)),
            (_, None) => {}
        }
        if let Ok(problem) = Problem::new(draft) {
            plan(&problem, &mut Evaluations(200), 1);
        }
    }
}
