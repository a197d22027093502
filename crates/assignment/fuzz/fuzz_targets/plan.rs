//! Any JSON that `naapuriapu plan --problem` might be given: a typed error or a plan that breaks no rule, never a panic.
//!
//! ```text
//! mkdir -p fuzz/corpus/plan && cp ../../docs/problem.json fuzz/corpus/plan/
//! cargo +nightly fuzz run plan -- -max_total_time=600 -max_len=100000 -timeout=20
//! ```
//! Bytes changed at random are hardly ever JSON, so JSON is changed as such (`mutate`): numbers become extreme, parts of
//! it vanish, come twice or change places.
#![no_main]

use assignment::{
    Evaluations, Link, Plan, PlannedWish, Snapshot, Stands, WantedVisit, check_linked, check_planned, fallen_ill, plan,
    plan_linked,
};
use domain::{Minutes, Span};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Problem {
    snapshot: Snapshot,
    wanted: Vec<WantedVisit>,
}

fuzz_target!(|data: &[u8]| {
    let Ok(Problem { snapshot, wanted }) = serde_json::from_slice(data) else { return };
    let Ok(found) = plan(&snapshot, &wanted, 1, &mut Evaluations(50)) else { return };
    let breaches = check_planned(&snapshot, &wanted, &found);
    assert!(breaches.is_empty(), "{breaches:?}");

    // The same, every other visit linked to the next.
    let apart = Minutes(i64::try_from(data.len() % 60).unwrap_or(0));
    let link = |pair: &[WantedVisit]| match pair {
        [one, other] => Some(Link { first: one.id, second: other.id, least: Minutes(0), most: apart }),
        _ => None,
    };
    let links: Vec<Link> = wanted.chunks(2).filter_map(link).collect();
    let linked = plan_linked(&snapshot, &wanted, &links, 1, &mut Evaluations(50));
    let linked = linked.expect("what can be planned can be planned linked");
    let breaches = check_linked(&snapshot, &wanted, &links, &linked);
    assert!(breaches.is_empty(), "linked: {breaches:?}");

    // What was planned stands now; the first member who got something can't come that day.
    let accepted = found.accepted(&snapshot, &wanted);
    let standing = standing_in(&wanted, &found);
    let Some(ill) = standing.iter().find_map(WantedVisit::place) else { return };
    let away = Span { start: ill.start, end: ill.start.plus_seconds(86_400) };
    let trade = fallen_ill(&accepted, &standing, &[], ill.member, away, 1, &mut Evaluations(50));
    let trade = trade.expect("a plan that was made can be planned again");
    for plan in [trade.at_once, trade.searched] {
        let breaches = check_planned(&accepted, &standing, &plan);
        assert!(breaches.is_empty(), "{breaches:?}");
    }

    // The same where visits are linked.
    let accepted = linked.accepted(&snapshot, &wanted);
    let standing = standing_in(&wanted, &linked);
    let Some(ill) = standing.iter().find_map(WantedVisit::place) else { return };
    let away = Span { start: ill.start, end: ill.start.plus_seconds(86_400) };
    let trade = fallen_ill(&accepted, &standing, &links, ill.member, away, 1, &mut Evaluations(50));
    let trade = trade.expect("a plan that was made can be planned again");
    for plan in [trade.at_once, trade.searched] {
        let breaches = check_linked(&accepted, &standing, &links, &plan);
        assert!(breaches.is_empty(), "linked: {breaches:?}");
    }
});

/// The wishes as that plan has them, all of them movable.
fn standing_in(wanted: &[WantedVisit], plan: &Plan) -> Vec<WantedVisit> {
    let stands = |place: Option<_>| place.map_or(Stands::Nowhere, Stands::Movable);
    let places = plan.visits.iter().map(PlannedWish::place);
    wanted.iter().zip(places).map(|(wish, place)| WantedVisit { stands: stands(place), ..wish.clone() }).collect()
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    let mut chance = Chance(u64::from(seed) | 1);
    let Ok(mut value) = serde_json::from_slice::<Value>(&data[..size]) else {
        return fuzzer_mutate(data, size, most);
    };
    for _ in 0..=chance.below(3) {
        mutate(&mut value, &mut chance);
    }
    let Ok(text) = serde_json::to_vec(&value) else { return size };
    if text.len() > most || text.len() > data.len() {
        return fuzzer_mutate(data, size, most);
    }
    data[..text.len()].copy_from_slice(&text);
    text.len()
});

/// Seeded chance: xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Changes one thing somewhere in it.
fn mutate(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let (one, other) = (chance.below(items.len()), chance.below(items.len()));
            match chance.below(16) {
                0 => items.push(items[one].clone()),
                1 => drop(items.remove(one)),
                2 => items.swap(one, other),
                3 => items[one] = items[other].clone(),
                _ => mutate(&mut items[one], chance),
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            let mut names = fields.keys().cloned();
            let name = names.nth(chance.below(fields.len())).expect("there is one");
            match chance.below(24) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert(name, Value::Null)),
                _ => mutate(fields.get_mut(&name).expect("it is there"), chance),
            }
        }
        Value::Number(number) => {
            let was = number.as_i64().unwrap_or(0);
            let extremes = [0, 1, -1, i64::MAX, i64::MIN, i64::from(i32::MAX), 65_535, 255, 86_400, 1 << 40];
            *value = match chance.below(4) {
                0 => extremes[chance.below(extremes.len())],
                1 => was.wrapping_add(chance.below(7_200) as i64 - 3_600),
                2 => was.wrapping_mul(chance.below(5) as i64 - 1),
                _ => was ^ (1 << chance.below(63)),
            }
            .into();
        }
        Value::Null => *value = chance.below(1_000).into(),
        Value::Bool(yes) => *yes = !*yes,
        Value::String(text) => {
            const WORDS: [&str; 8] = ["nowhere", "welcome", "only_familiar", "walk", "car", "snow", "heavy", "pause"];
            match chance.below(4) {
                // The last digit of an id, mostly.
                0 => drop(text.pop().map(|_| text.push(char::from(b'0' + chance.below(10) as u8)))),
                1 => text.replace_range(.., WORDS[chance.below(WORDS.len())]),
                _ => {}
            }
        }
        Value::Array(_) | Value::Object(_) => *value = 1.into(),
    }
}
