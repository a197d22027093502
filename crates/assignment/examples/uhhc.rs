//! Plans an instance of the unified home-care problem (Ceschia et al. 2026): own start points and shifts, pairs,
//! preferred and incompatible carers, optional patients, second windows, lunch breaks, waiting and idle time.
//!
//! ```text
//! cargo run --release -p assignment --example uhhc -- i-054.json --cpu-seconds 60 --seed 1 --out sol-i-054.json
//! uhhc-toolbox validator solution i-054.json sol-i-054.json     # judges it (iolab-uniud/uhhc-toolbox)
//! ```
//! The objective's weights are in the instance's metadata; times are whole minutes, and so are ours. With
//! `--evaluations N` instead of `--cpu-seconds` the same seed gives the same solution everywhere. One thread.
#![expect(clippy::indexing_slicing, reason = "indexing JSON gives null where nothing is, and that is refused by name")]

mod shared;

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, bail};
use assignment::linked::{
    Carer, CarerId, Draft, Lunch, LunchDuty, Need, Patient, PlaceId, Problem, Promptness, Service, Shift, SkillId,
    Solution, Synchronisation, Weights, Window, plan,
};
use clap::Parser;
use serde_json::{Map, Value, json};

use shared::{Arguments, list, spending::cpu_time, text};

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let read = fs::read_to_string(&arguments.instance).context("the instance can't be read")?;
    let instance: Value = serde_json::from_str(&read).context("the instance is not JSON")?;
    let problem = Problem::new(draft(&instance)?)?;
    let mut spending = arguments.spending();
    let solution = plan(&problem, &mut spending, arguments.seed);
    let written = write(&instance, &solution)?;
    fs::write(&arguments.out, serde_json::to_string_pretty(&written)?).context("the solution can't be written")?;
    println!(
        "cost {} {} evaluations {} cpu {:.2}",
        solution.cost.weighted,
        written["cost_components"],
        spending.tried(),
        cpu_time().as_secs_f64(),
    );
    Ok(())
}

fn draft(instance: &Value) -> anyhow::Result<Draft> {
    let places = by_id(&instance["terminal_points"])?;
    let skills = by_id(&instance["services"])?;
    let carer_numbers = by_id(&instance["caregivers"])?;
    let named = |table: &HashMap<&str, usize>, name: &Value| -> anyhow::Result<usize> {
        let name = text(name)?;
        table.get(name).copied().with_context(|| format!("nothing is called {name}"))
    };
    let terminals = list(&instance["terminal_points"])?;
    let place = |name: &Value| -> anyhow::Result<PlaceId> {
        let number = named(&places, name)?;
        match terminals.get(number).and_then(|point| point["distance_matrix_index"].as_u64()) {
            Some(row) => Ok(PlaceId(usize::try_from(row)?)),
            None => Ok(PlaceId(number)),
        }
    };
    let travel = list(&instance["distances"])?
        .iter()
        .map(|row| list(row)?.iter().map(minutes).collect())
        .collect::<anyhow::Result<Vec<Vec<i64>>>>()?;
    let carers = list(&instance["caregivers"])?
        .iter()
        .map(|carer| {
            let start = place(&carer["departing_point"])?;
            let end = if carer["arrival_point"].is_null() { start } else { place(&carer["arrival_point"])? };
            let shift = &carer["working_shift"];
            Ok(Carer {
                skills: list(&carer["abilities"])?
                    .iter()
                    .map(|skill| Ok(SkillId(named(&skills, skill)?)))
                    .collect::<anyhow::Result<_>>()?,
                start,
                end,
                shift: if shift.is_null() {
                    None
                } else {
                    Some(Shift { start: minutes(&shift["start"])?, end: minutes(&shift["end"])? })
                },
                lunch: if carer["lunch_break"] == Value::Bool(true) { LunchDuty::Due } else { LunchDuty::None },
            })
        })
        .collect::<anyhow::Result<Vec<Carer>>>()?;
    let carer_ids = |names: &Value| -> anyhow::Result<Vec<CarerId>> {
        list(names)?.iter().map(|name| Ok(CarerId(named(&carer_numbers, name)?))).collect()
    };
    let patients = list(&instance["patients"])?
        .iter()
        .enumerate()
        .map(|(number, patient)| {
            let services = list(&patient["required_services"])?
                .iter()
                .map(|service| {
                    let skill = named(&skills, &service["service"])?;
                    let duration = match &service["duration"] {
                        Value::Null => minutes(&instance["services"][skill]["default_duration"])?,
                        duration => minutes(duration)?,
                    };
                    Ok(Service { skill: SkillId(skill), duration })
                })
                .collect::<anyhow::Result<Vec<Service>>>()?;
            let row = patient["distance_matrix_index"].as_u64().map(usize::try_from).transpose()?;
            Ok(Patient {
                place: PlaceId(row.unwrap_or(terminals.len() + number)),
                windows: list(&patient["time_windows"])?
                    .iter()
                    .map(|window| Ok(Window { opens: minutes(&window["start"])?, due: minutes(&window["end"])? }))
                    .collect::<anyhow::Result<_>>()?,
                synchronisation: synchronisation(&patient["synchronization"], services.len())?,
                services,
                preferred: match &patient["preferred_caregivers"] {
                    Value::Null => None,
                    names => Some(carer_ids(names)?),
                },
                refused: match &patient["incompatible_caregivers"] {
                    Value::Null => Vec::new(),
                    names => carer_ids(names)?,
                },
                need: if patient["optional"] == Value::Bool(true) { Need::Optional } else { Need::Required },
            })
        })
        .collect::<anyhow::Result<Vec<Patient>>>()?;
    let promptness = match text(&instance["metadata"]["time_window_met"])? {
        "at_service_start" => Promptness::AtStart,
        "at_service_end" => Promptness::AtEnd,
        other => bail!("windows that are met {other}"),
    };
    let weights = weights(&instance["metadata"]["cost_components"])?;
    Ok(Draft { travel, carers, patients, lunch: lunch(&instance["lunch_breaks"], promptness)?, promptness, weights })
}

/// Lunch may begin until its end, or has to be over by then, as windows are met.
fn lunch(facts: &Value, promptness: Promptness) -> anyhow::Result<Option<Lunch>> {
    if facts.is_null() {
        return Ok(None);
    }
    let length = minutes(&facts["min_duration"])?;
    let early = if promptness == Promptness::AtEnd { length } else { 0 };
    Ok(Some(Lunch { opens: minutes(&facts["start"])?, latest_start: minutes(&facts["end"])? - early, length }))
}

fn weights(facts: &Value) -> anyhow::Result<Weights> {
    let known = [
        "travel_time",
        "total_tardiness",
        "highest_tardiness",
        "total_waiting_time",
        "total_extra_time",
        "max_idle_time",
        "caregiver_preferences",
        "optional_patients",
        "missed_lunch_break",
    ];
    let parts = facts.as_object().context("the instance has no weights")?;
    if let Some(part) = parts.keys().find(|part| !known.contains(&part.as_str()) && !facts[part.as_str()].is_null()) {
        bail!("the cost component {part} is not among those planned with");
    }
    let weight = |part: &str| if facts[part].is_null() { Ok(0) } else { minutes(&facts[part]) };
    Ok(Weights {
        travel: weight("travel_time")?,
        tardiness: weight("total_tardiness")?,
        largest_tardiness: weight("highest_tardiness")?,
        waiting: weight("total_waiting_time")?,
        extra_time: weight("total_extra_time")?,
        largest_idle: weight("max_idle_time")?,
        not_preferred: weight("caregiver_preferences")?,
        left_out: weight("optional_patients")?,
        missed_lunch: weight("missed_lunch_break")?,
    })
}

fn synchronisation(facts: &Value, services: usize) -> anyhow::Result<Synchronisation> {
    if services < 2 || facts.is_null() {
        return Ok(Synchronisation::Alone);
    }
    match text(&facts["type"])? {
        "independent" => Ok(Synchronisation::Alone),
        "simultaneous" => Ok(Synchronisation::Together),
        "sequential" => {
            let distance = &facts["distance"];
            let (least, most) = match distance {
                Value::Object(_) => (&distance["min"], &distance["max"]),
                Value::Array(_) => (&distance[0], &distance[1]),
                one => (one, one),
            };
            Ok(Synchronisation::Ordered { least: minutes(least)?, most: minutes(most)? })
        }
        other => bail!("unknown synchronisation {other}"),
    }
}

fn write(instance: &Value, solution: &Solution) -> anyhow::Result<Value> {
    let mut routes = Vec::new();
    for route in &solution.routes {
        let mut locations = Vec::new();
        for visit in &route.visits {
            let patient = &instance["patients"][visit.patient.0];
            let service = &patient["required_services"][visit.service];
            let skill = by_id(&instance["services"])?.get(text(&service["service"])?).copied().unwrap_or(0);
            let duration = match &service["duration"] {
                Value::Null => minutes(&instance["services"][skill]["default_duration"])?,
                duration => minutes(duration)?,
            };
            locations.push(json!({
                "patient": patient["id"], "service": service["service"],
                "arrival_time": visit.start, "departure_time": visit.start + duration,
            }));
        }
        if let Some(lunch) = route.lunch {
            let length = minutes(&instance["lunch_breaks"]["min_duration"])?;
            locations.push(json!({
                "patient": instance["patients"][lunch.at.0]["id"], "service": "lunch_break",
                "start_time": lunch.start, "end_time": lunch.start + length,
            }));
        }
        let mut written = Map::new();
        written.insert("caregiver_id".to_owned(), instance["caregivers"][route.carer.0]["id"].clone());
        // Who stays at home has no list of locations, not an empty one.
        if !locations.is_empty() {
            written.insert("locations".to_owned(), Value::Array(locations));
        }
        routes.push(Value::Object(written));
    }
    let (cost, weights) = (&solution.cost, weights(&instance["metadata"]["cost_components"])?);
    Ok(json!({
        "routes": routes,
        "cost": { "objective": cost.weighted, "violations": 0 },
        "cost_components": {
            "travel_time": weights.travel * cost.travel,
            "total_tardiness": weights.tardiness * cost.tardiness,
            "highest_tardiness": weights.largest_tardiness * cost.largest_tardiness,
            "total_waiting_time": weights.waiting * cost.waiting,
            "total_extra_time": weights.extra_time * cost.extra_time,
            "max_idle_time": weights.largest_idle * cost.largest_idle,
            "preferences": cost.not_preferred,
            "unscheduled": weights.left_out * cost.left_out,
            "missed_lunch_break": weights.missed_lunch * cost.missed_lunches,
        },
    }))
}

/// The position of each thing by its id; the first of its name.
fn by_id(things: &Value) -> anyhow::Result<HashMap<&str, usize>> {
    let mut positions = HashMap::new();
    for (position, thing) in list(things)?.iter().enumerate() {
        positions.entry(text(&thing["id"])?).or_insert(position);
    }
    Ok(positions)
}

/// Whole minutes (or a whole weight).
#[expect(clippy::cast_possible_truncation, reason = "rounded, and the problem refuses what is too large")]
fn minutes(value: &Value) -> anyhow::Result<i64> {
    let number = value.as_f64().with_context(|| format!("a number was expected, not {value}"))?;
    if (number - number.round()).abs() > 1e-9 {
        bail!("a whole number was expected, not {value}");
    }
    Ok(number.round() as i64)
}
