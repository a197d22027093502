//! Judges a plan against the problem as it was given: every rule, and the cost part by part. Slow and plain.

use assignment::linked::{
    CarerId, Cost, Draft, LunchDuty, Need, Patient, PatientId, PlaceId, Promptness, Route, Solution, Synchronisation,
};

/// What is wrong with the rules; nothing, hopefully.
pub(crate) fn breaches(draft: &Draft, solution: &Solution) -> Vec<String> {
    let mut found = Vec::new();
    for route in &solution.routes {
        let carer = &draft.carers[route.carer.0];
        for visit in &route.visits {
            let patient = &draft.patients[visit.patient.0];
            if !carer.skills.contains(&patient.services[visit.service].skill) {
                found.push(format!("{:?} lacks the skill for {visit:?}", route.carer));
            }
            if patient.refused.contains(&route.carer) {
                found.push(format!("{:?} is refused by {visit:?}", route.carer));
            }
            if visit.start < patient.windows[0].opens {
                found.push(format!("{visit:?} is before the window"));
            }
        }
        let begins = carer.shift.map_or(0, |shift| shift.start);
        for leg in legs(draft, route) {
            if leg.start < leg.arrival || leg.arrival < begins {
                found.push(format!("{:?} can't be there in time: {leg:?}", route.carer));
            }
        }
        if let Some(lunch) = route.lunch {
            let rule = draft.lunch.expect("nobody has lunch where there is none");
            if lunch.start < rule.opens || lunch.start > rule.latest_start || carer.lunch == LunchDuty::None {
                found.push(format!("lunch of {:?} at the wrong time", route.carer));
            }
        }
    }
    for (number, patient) in draft.patients.iter().enumerate() {
        found.extend(breaches_of(patient, PatientId(number), solution));
    }
    found
}

fn breaches_of(patient: &Patient, id: PatientId, solution: &Solution) -> Vec<String> {
    let mut found = Vec::new();
    let mut starts = vec![Vec::new(); patient.services.len()];
    for route in &solution.routes {
        for visit in route.visits.iter().filter(|visit| visit.patient == id) {
            starts[visit.service].push((visit.start, route.carer));
        }
    }
    if solution.left_out.contains(&id) {
        if patient.need == Need::Required || starts.iter().any(|visits| !visits.is_empty()) {
            found.push(format!("{id:?} is left out, or half so"));
        }
        return found;
    }
    if starts.iter().any(|visits| visits.len() != 1) {
        found.push(format!("{id:?} is not visited once for each service"));
        return found;
    }
    if let [first, second] = starts.as_slice() {
        let ((first, one), (second, other)) = (first[0], second[0]);
        let (least, most) = match patient.synchronisation {
            Synchronisation::Alone => (i64::MIN, i64::MAX),
            Synchronisation::Together => (0, 0),
            Synchronisation::Ordered { least, most } => (least, most),
        };
        let distance = second - first;
        if distance < least || distance > most {
            found.push(format!("{id:?} is visited {distance} apart"));
        }
        if patient.synchronisation != Synchronisation::Alone && one == other {
            found.push(format!("{id:?} is visited by one person as two"));
        }
    }
    found
}

/// A way, and the stop it leads to.
#[derive(Debug)]
struct Leg {
    way: i64,
    arrival: i64,
    start: i64,
    end: i64,
    is_lunch: bool,
}

/// From the first stop (for which they leave as late as possible) to the last, lunch included.
fn legs(draft: &Draft, route: &Route) -> Vec<Leg> {
    let mut stops: Vec<(i64, i64, PlaceId, bool)> = route
        .visits
        .iter()
        .map(|visit| {
            let patient = &draft.patients[visit.patient.0];
            (visit.start, visit.start + patient.services[visit.service].duration, patient.place, false)
        })
        .collect();
    if let (Some(lunch), Some(rule)) = (route.lunch, draft.lunch) {
        stops.push((lunch.start, lunch.start + rule.length, draft.patients[lunch.at.0].place, true));
    }
    stops.sort_unstable_by_key(|stop| (stop.0, stop.1));
    let mut place = draft.carers[route.carer.0].start;
    let mut free = None;
    let mut legs = Vec::new();
    for (start, end, next, is_lunch) in stops {
        let way = draft.travel[place.0][next.0];
        let arrival = free.map_or(start, |free: i64| free + way);
        legs.push(Leg { way, arrival, start, end, is_lunch });
        free = Some(end);
        place = next;
    }
    if let (Some(first), Some(shift)) = (legs.first_mut(), draft.carers[route.carer.0].shift) {
        // Who would have to leave before the shift is too early.
        first.arrival = first.arrival.max(shift.start + first.way);
    }
    legs
}

/// The cost, worked out from the plan alone.
pub(crate) fn cost(draft: &Draft, solution: &Solution) -> Cost {
    let mut cost = Cost { left_out: i64::try_from(solution.left_out.len()).unwrap(), ..Cost::default() };
    for route in &solution.routes {
        let carer = &draft.carers[route.carer.0];
        let legs = legs(draft, route);
        let last_place = route.visits.last().map_or(carer.start, |visit| draft.patients[visit.patient.0].place);
        let way_home = draft.travel[last_place.0][carer.end.0];
        cost.travel += legs.iter().map(|leg| leg.way).sum::<i64>() + way_home;
        for visit in &route.visits {
            let late = lateness(draft, visit.patient, visit.service, visit.start);
            cost.tardiness += late;
            cost.largest_tardiness = cost.largest_tardiness.max(late);
            let preferred = &draft.patients[visit.patient.0].preferred;
            if preferred.as_ref().is_some_and(|carers| !carers.contains(&route.carer)) {
                cost.not_preferred += draft.weights.not_preferred;
            }
        }
        if carer.lunch == LunchDuty::Due && draft.lunch.is_some() && route.lunch.is_none() {
            cost.missed_lunches += 1;
        }
        let waits: Vec<i64> = legs.iter().map(|leg| leg.start - leg.arrival).collect();
        let after_first_lunch = legs.first().is_some_and(|leg| leg.is_lunch);
        cost.waiting += waits.iter().sum::<i64>();
        if after_first_lunch {
            cost.waiting -= waits.get(1).copied().unwrap_or(0);
        }
        let Some(shift) = carer.shift else { continue };
        let idle = match (legs.first(), legs.last()) {
            (Some(first), Some(last)) => {
                let back = last.end + way_home;
                cost.extra_time += (back - shift.end).max(0);
                let before = first.start - first.way - shift.start;
                before + waits.iter().sum::<i64>() + (shift.end - back).max(0)
            }
            _ => shift.end - shift.start,
        };
        cost.largest_idle = cost.largest_idle.max(idle);
    }
    let weights = &draft.weights;
    cost.weighted = weights.travel * cost.travel
        + weights.tardiness * cost.tardiness
        + weights.largest_tardiness * cost.largest_tardiness
        + weights.waiting * cost.waiting
        + weights.extra_time * cost.extra_time
        + weights.largest_idle * cost.largest_idle
        + cost.not_preferred
        + weights.left_out * cost.left_out
        + weights.missed_lunch * cost.missed_lunches;
    cost
}

/// Against the window in which a visit begins, or after which.
pub(crate) fn lateness(draft: &Draft, patient: PatientId, service: usize, start: i64) -> i64 {
    let facts = &draft.patients[patient.0];
    let window = facts.windows.iter().rfind(|window| window.opens <= start).unwrap_or(&facts.windows[0]);
    let met = match draft.promptness {
        Promptness::AtStart => start,
        Promptness::AtEnd => start + facts.services[service].duration,
    };
    (met - window.due).max(0)
}

/// Who can give a service of a patient.
pub(crate) fn able(draft: &Draft, patient: PatientId, service: usize) -> Vec<CarerId> {
    let facts = &draft.patients[patient.0];
    (0..draft.carers.len())
        .map(CarerId)
        .filter(|carer| {
            draft.carers[carer.0].skills.contains(&facts.services[service].skill) && !facts.refused.contains(carer)
        })
        .collect()
}
