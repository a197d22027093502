//! Half a year in an invented neighbourhood: who gets how much of the hours they wish for, by our ranking and by plain
//! nearest-first.
//!
//! ```text
//! cargo run --release -p assignment --example fairness -- [SEEDS]
//! ```
//!
//! Twenty-four members with differing skills, hours, caps and wishes; sixty residents; on each weekday some orders for the
//! next days, each for a random free hour. Whoever is asked says no one time in five (the same no for the same order
//! and member in both runs, and nobody remembers it); then the next is asked. A member's fulfilment is the minutes of
//! the half year as a share of those wished for. The spread is its standard deviation over the members; travel is what
//! each visit added to its day when it was agreed.

#![expect(clippy::indexing_slicing, reason = "an example; the indices are its own")]

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use assignment::{CoopRules, MemberPlan, PlannedVisit, Request, Snapshot, Strangers, candidates};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::{
    Cents, Coordinates, CreditEligibility, DayHours, Effort, Hours, JobKind, JobTerms, Limits, MinuteOfDay, Minutes,
    PersonId, Service, Span, TravelMode, VisitId, Zone,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const WEEKS: u64 = 26;
const RESIDENTS: usize = 60;
const ORDERS_A_DAY: usize = 26;

/// Who of those who can is asked first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Ours,
    NearestFirst,
}

/// What came of a half year.
struct Outcome {
    /// Minutes as a share of the wished ones, for each member.
    fulfilment: Vec<f64>,
    travel: i64,
    visits: u32,
    /// Visits by somebody who had been there before.
    familiar: u32,
    without: u32,
}

/// An order as everybody would get it.
struct Order {
    /// The day on which it is made, in the morning.
    made: NaiveDate,
    date: NaiveDate,
    hour: u16,
    resident: usize,
    kind: JobKind,
    minutes: Minutes,
    effort: Effort,
    /// What the members' noes are drawn from.
    moods: u64,
}

fn main() -> anyhow::Result<()> {
    let seeds: u64 = std::env::args().nth(1).map_or(Ok(3), |seeds| seeds.parse()).context("SEEDS is a number")?;
    println!(
        "| seed | ranking | visits | without a member | known helper | mean fulfilment | spread | travel, minutes |"
    );
    println!("|---:|---|---:|---:|---:|---:|---:|---:|");
    let (mut spreads, mut travels) = (Vec::new(), Vec::new());
    for seed in 1..=seeds {
        let (members, homes) = neighbourhood(seed)?;
        let orders = orders(seed)?;
        let ours = half_year(&members, &homes, &orders, Choice::Ours)?;
        let nearest = half_year(&members, &homes, &orders, Choice::NearestFirst)?;
        for (name, outcome) in [("ours", &ours), ("nearest first", &nearest)] {
            println!(
                "| {seed} | {name} | {} | {} | {} % | {:.0} % | {:.1} points | {} |",
                outcome.visits,
                outcome.without,
                outcome.familiar * 100 / outcome.visits.max(1),
                mean(&outcome.fulfilment) * 100.0,
                spread(&outcome.fulfilment) * 100.0,
                outcome.travel
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "minutes of half a year")]
        let travel = ours.travel as f64 / nearest.travel.max(1) as f64;
        let spread = spread(&ours.fulfilment) / spread(&nearest.fulfilment);
        println!("| {seed} | ours ÷ nearest first | | | | | {spread:.2} | {travel:.2} |");
        spreads.push(spread);
        travels.push(travel);
    }
    let worst = |ratios: &[f64]| ratios.iter().copied().fold(0.0, f64::max);
    println!("| all | ours ÷ nearest first, mean | | | | | {:.2} | {:.3} |", mean(&spreads), mean(&travels));
    println!("| all | the worst seed of each | | | | | {:.2} | {:.3} |", worst(&spreads), worst(&travels));
    Ok(())
}

fn mean(shares: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "two dozen")]
    let count = shares.len() as f64;
    shares.iter().sum::<f64>() / count
}

fn spread(shares: &[f64]) -> f64 {
    let middle = mean(shares);
    mean(&shares.iter().map(|share| (share - middle).powi(2)).collect::<Vec<_>>()).sqrt()
}

fn first_monday() -> anyhow::Result<NaiveDate> {
    NaiveDate::from_ymd_opt(2027, 1, 11).context("a date")
}

fn hour(hour: u16) -> anyhow::Result<MinuteOfDay> {
    MinuteOfDay::new(hour * 60).context("an hour")
}

/// A home in a district of three kilometres.
fn home(chance: &mut Pcg64Mcg) -> Coordinates {
    Coordinates {
        lat_micro: 65_065_000 + chance.random_range(-13_000..13_000),
        lon_micro: 25_475_000 + chance.random_range(-30_000..30_000),
    }
}

fn neighbourhood(seed: u64) -> anyhow::Result<(Vec<MemberPlan>, Vec<Coordinates>)> {
    let mut chance = Pcg64Mcg::seed_from_u64(seed);
    let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let mut members = Vec::new();
    for number in 0..24_usize {
        let days = &weekdays[..chance.random_range(2..=5)];
        let from = chance.random_range(7..11);
        let hours = DayHours { from: hour(from)?, to: hour(from + chance.random_range(4..9))? };
        // From four hours a week to thirty; partial work capacity is the rule here.
        let wished = Minutes(chance.random_range(4..=30) * 60);
        let mut skills = BTreeSet::from([[Service::Snow, Service::Cleaning, Service::Shopping][number % 3]]);
        for service in [Service::Snow, Service::Cleaning, Service::Shopping, Service::Accompaniment, Service::Garden] {
            if chance.random_range(0..3) > 0 {
                skills.insert(service);
            }
        }
        members.push(MemberPlan {
            id: PersonId::from_random(chance.random()),
            home: home(&mut chance),
            mode: [TravelMode::Walk, TravelMode::Bike, TravelMode::Car][chance.random_range(0..3)],
            skills,
            limits: Limits {
                visits_a_day: Some(chance.random_range(2..=5)),
                minutes_a_week: Some(wished + Minutes(120)),
                heavy_a_week: Some(chance.random_range(1..=6)),
                gap: Minutes(10),
                ..Limits::default()
            },
            hours: Hours(days.iter().map(|day| (*day, hours)).collect()),
            exceptions: Vec::new(),
            strength: BTreeMap::new(),
            blocked: BTreeSet::new(),
            knows: BTreeMap::new(),
            wished_week: Some(wished),
            visits: Vec::new(),
        });
    }
    members.sort_by_key(|member| member.id);
    Ok((members, (0..RESIDENTS).map(|_| home(&mut chance)).collect()))
}

fn orders(seed: u64) -> anyhow::Result<Vec<Order>> {
    let mut chance = Pcg64Mcg::seed_from_u64(seed.wrapping_add(1_000));
    let kinds = [
        (JobKind::SnowPath, 40, Effort::Medium),
        (JobKind::SnowYard, 75, Effort::Heavy),
        (JobKind::CleaningUsual, 90, Effort::Light),
        (JobKind::ShoppingTogether, 60, Effort::Light),
        (JobKind::AccompanyDoctor, 120, Effort::Light),
        (JobKind::GardenRaking, 60, Effort::Medium),
    ];
    let mut orders = Vec::new();
    for date in first_monday()?.iter_days().take(usize::try_from(WEEKS * 7)?) {
        if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            continue;
        }
        for _ in 0..ORDERS_A_DAY {
            let (kind, minutes, effort) = kinds[chance.random_range(0..kinds.len())];
            orders.push(Order {
                made: date,
                date: date + Days::new(chance.random_range(1..5)),
                hour: chance.random_range(7..16),
                resident: chance.random_range(0..RESIDENTS),
                kind,
                minutes: Minutes(minutes),
                effort,
                moods: chance.random(),
            });
        }
    }
    Ok(orders)
}

fn half_year(
    members: &[MemberPlan],
    homes: &[Coordinates],
    orders: &[Order],
    choice: Choice,
) -> anyhow::Result<Outcome> {
    let zone = Zone::HELSINKI;
    let rules = CoopRules { zone, opens: hour(7)?, closes: hour(20)?, notice: Minutes(120) };
    let mut snapshot = Snapshot { now: zone.at(first_monday()?, hour(0)?), rules, members: members.to_vec() };
    let mut minutes: BTreeMap<PersonId, i64> = BTreeMap::new();
    let mut outcome = Outcome { fulfilment: Vec::new(), travel: 0, visits: 0, familiar: 0, without: 0 };
    let mut chance = Pcg64Mcg::seed_from_u64(5);
    let residents: Vec<PersonId> = homes.iter().map(|_| PersonId::from_random(chance.random())).collect();
    for order in orders {
        snapshot.now = zone.at(order.made, hour(6)?);
        let start = zone.at(order.date, hour(order.hour)?);
        let request = Request {
            resident: Some(residents[order.resident]),
            at: homes[order.resident],
            terms: JobTerms {
                kind: order.kind,
                minutes: order.minutes,
                effort: order.effort,
                price: Cents(50_00),
                labour_percent: 100,
                pay: Cents(order.minutes.0 * 40),
                credit: CreditEligibility::Eligible,
            },
            strangers: Strangers::Welcome,
            not_these: BTreeSet::new(),
        };
        let mut able = candidates(&snapshot, &request, Span::lasting(start, Minutes(60)));
        if choice == Choice::NearestFirst {
            able.sort_by_key(|candidate| (candidate.added_travel, candidate.member));
        }
        let Some(taken) = able.into_iter().find(|candidate| !says_no(order, candidate.member)) else {
            outcome.without += 1;
            continue;
        };
        outcome.visits += 1;
        outcome.familiar += u32::from(taken.reasons.been_before > 0);
        outcome.travel += taken.added_travel.0;
        *minutes.entry(taken.member).or_default() += order.minutes.0;
        let member = snapshot.members.iter_mut().find(|member| member.id == taken.member).context("a member")?;
        *member.knows.entry(residents[order.resident]).or_default() += 1;
        member.visits.push(PlannedVisit {
            id: VisitId::from_random(chance.random()),
            start: taken.start,
            minutes: order.minutes,
            effort: order.effort,
            at: request.at,
            pay: request.terms.pay,
        });
        // Two months back is as far as any limit looks.
        let old = snapshot.now - Minutes(62 * 24 * 60);
        member.visits.retain(|visit| visit.start > old);
        member.visits.sort_by_key(|visit| visit.start);
    }
    #[expect(clippy::cast_precision_loss, reason = "minutes of half a year")]
    let share = |member: &MemberPlan| {
        let wished = member.wished_week.map_or(1, |wish| wish.0) * i64::try_from(WEEKS).unwrap_or(1);
        minutes.get(&member.id).copied().unwrap_or(0) as f64 / wished as f64
    };
    outcome.fulfilment = members.iter().map(share).collect();
    Ok(outcome)
}

/// One time in five; the same whoever ranks.
fn says_no(order: &Order, member: PersonId) -> bool {
    let mood = member
        .as_bytes()
        .iter()
        .fold(order.moods, |mood, byte| (mood ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(9));
    (mood >> 20) % 5 == 0
}
