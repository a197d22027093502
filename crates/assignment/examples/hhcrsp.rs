//! Plans a public home-care instance (Mankowska et al. 2014; Kummer et al. 2024): windows with a hard start and a soft
//! end, patients who need two people at once or one after the other, and
//! cost = (travel + total tardiness + largest tardiness) / 3.
//!
//! ```text
//! cargo run --release -p assignment --example hhcrsp -- INSTANCE.json --cpu-seconds 30 --seed 1 --out solution.json
//! python3 eval_hhcrsp.py INSTANCE.json solution.json     # judges it: the same cost, "problems": []
//! ```
//! With `--evaluations N` instead of `--cpu-seconds` the same seed gives the same solution everywhere. One thread.
//! Instances have times with three decimals at most; they are planned in thousandths, so that sums are exact.
#![expect(clippy::indexing_slicing, reason = "indexing JSON gives null where nothing is, and that is refused by name")]

mod shared;

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, bail};
use assignment::linked::{
    Carer, Draft, LunchDuty, Need, Patient, PlaceId, Problem, Promptness, Service, SkillId, Solution, Synchronisation,
    Weights, Window, plan,
};
use clap::Parser;
use serde_json::{Value, json};

use shared::{Arguments, list, spending::cpu_time, text};

/// Ticks in a unit of the instance.
const TICKS: f64 = 1000.0;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let text = fs::read_to_string(&arguments.instance).context("the instance can't be read")?;
    let instance: Value = serde_json::from_str(&text).context("the instance is not JSON")?;
    let problem = Problem::new(draft(&instance)?)?;
    let mut spending = arguments.spending();
    let solution = plan(&problem, &mut spending, arguments.seed);
    let written = write(&instance, &solution)?;
    fs::write(&arguments.out, serde_json::to_string_pretty(&written)?).context("the solution can't be written")?;
    let cost = &solution.cost;
    println!(
        "cost {:.3} travel {:.3} tardiness {:.3} largest {:.3} evaluations {} cpu {:.2}",
        units(cost.weighted) / 3.0,
        units(cost.travel),
        units(cost.tardiness),
        units(cost.largest_tardiness),
        spending.tried(),
        cpu_time().as_secs_f64(),
    );
    Ok(())
}

fn draft(instance: &Value) -> anyhow::Result<Draft> {
    let travel = list(&instance["distances"])?
        .iter()
        .map(|row| list(row)?.iter().map(ticks).collect())
        .collect::<anyhow::Result<Vec<Vec<i64>>>>()?;
    let mut skills = HashMap::new();
    for (number, service) in list(&instance["services"])?.iter().enumerate() {
        skills.insert(text(&service["id"])?, SkillId(number));
    }
    let skill = |name: &Value| -> anyhow::Result<SkillId> {
        let name = text(name)?;
        skills.get(name).copied().with_context(|| format!("unknown service {name}"))
    };
    let carers = list(&instance["caregivers"])?
        .iter()
        .map(|carer| {
            Ok(Carer {
                skills: list(&carer["abilities"])?.iter().map(skill).collect::<anyhow::Result<_>>()?,
                start: PlaceId(0),
                end: PlaceId(0),
                shift: None,
                lunch: LunchDuty::None,
            })
        })
        .collect::<anyhow::Result<Vec<Carer>>>()?;
    let patients = list(&instance["patients"])?
        .iter()
        .enumerate()
        .map(|(number, patient)| {
            let services = list(&patient["required_caregivers"])?
                .iter()
                .map(|service| {
                    Ok(Service { skill: skill(&service["service"])?, duration: ticks(&service["duration"])? })
                })
                .collect::<anyhow::Result<Vec<Service>>>()?;
            Ok(Patient {
                place: PlaceId(number + 1),
                windows: vec![Window {
                    opens: ticks(&patient["time_window"][0])?,
                    due: ticks(&patient["time_window"][1])?,
                }],
                synchronisation: synchronisation(patient, services.len())?,
                services,
                preferred: None,
                refused: Vec::new(),
                need: Need::Required,
            })
        })
        .collect::<anyhow::Result<Vec<Patient>>>()?;
    let weights = Weights { travel: 1, tardiness: 1, largest_tardiness: 1, ..Weights::default() };
    Ok(Draft { travel, carers, patients, lunch: None, promptness: Promptness::AtStart, weights })
}

fn synchronisation(patient: &Value, services: usize) -> anyhow::Result<Synchronisation> {
    let facts = &patient["synchronization"];
    if services < 2 {
        return Ok(Synchronisation::Alone);
    }
    match text(&facts["type"])? {
        "simultaneous" => Ok(Synchronisation::Together),
        "sequential" => {
            Ok(Synchronisation::Ordered { least: ticks(&facts["distance"][0])?, most: ticks(&facts["distance"][1])? })
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
            let service = &patient["required_caregivers"][visit.service];
            let end = visit.start + ticks(&service["duration"])?;
            locations.push(json!({
                "patient": patient["id"], "service": service["service"],
                "arrival_time": units(visit.start), "departure_time": units(end),
            }));
        }
        routes.push(json!({ "caregiver_id": instance["caregivers"][route.carer.0]["id"], "locations": locations }));
    }
    Ok(json!({ "routes": routes }))
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and the problem refuses what is too large")]
fn ticks(value: &Value) -> anyhow::Result<i64> {
    let number = value.as_f64().with_context(|| format!("a number was expected, not {value}"))?;
    Ok((number * TICKS).round() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "no plan takes 2⁵³ ticks")]
fn units(ticks: i64) -> f64 {
    ticks as f64 / TICKS
}
