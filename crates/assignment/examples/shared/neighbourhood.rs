//! An invented neighbourhood whose members are half booked, to measure how long questions about it take.

#![expect(clippy::indexing_slicing, reason = "one of three ways to get about, by a number under three")]

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use assignment::{CoopRules, MemberPlan, PlannedVisit, Request, Snapshot, Strangers};
use chrono::{Datelike, NaiveDate, Weekday};
use domain::{
    Cents, Coordinates, CreditEligibility, DayHours, Effort, Hours, JobKind, JobTerms, Limits, MinuteOfDay, Minutes,
    PersonId, Service, TravelMode, VisitId, Zone,
};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

const WEEKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// That hour o'clock.
pub(crate) fn hour(hour: u16) -> anyhow::Result<MinuteOfDay> {
    MinuteOfDay::new(hour * 60).context("an hour")
}

/// Somewhere within ten kilometres.
fn somewhere(chance: &mut Pcg64Mcg) -> Coordinates {
    Coordinates {
        lat_micro: 65_060_000 + chance.random_range(-45_000..45_000),
        lon_micro: 25_480_000 + chance.random_range(-100_000..100_000),
    }
}

/// A cleaning at a home of its own.
pub(crate) fn order(chance: &mut Pcg64Mcg) -> Request {
    Request {
        resident: Some(PersonId::from_random(chance.random())),
        at: somewhere(chance),
        terms: JobTerms {
            kind: JobKind::CleaningUsual,
            minutes: Minutes(90),
            effort: Effort::Light,
            price: Cents(54_00),
            labour_percent: 100,
            pay: Cents(36_20),
            credit: CreditEligibility::Eligible,
        },
        strangers: Strangers::Welcome,
        not_these: BTreeSet::new(),
    }
}

/// So many members, half booked for so many days from that Monday on.
pub(crate) fn neighbourhood(
    chance: &mut Pcg64Mcg,
    members: usize,
    days: u64,
    monday: NaiveDate,
) -> anyhow::Result<Snapshot> {
    let zone = Zone::HELSINKI;
    let hours = Hours(
        WEEKDAYS
            .into_iter()
            .map(|day| Ok((day, DayHours { from: hour(7)?, to: hour(15)? })))
            .collect::<anyhow::Result<_>>()?,
    );
    let limits = Limits {
        visits_a_day: Some(5),
        minutes_a_day: Some(Minutes(360)),
        minutes_a_week: Some(Minutes(1_500)),
        gap: Minutes(10),
        ..Limits::default()
    };
    let mut all = Vec::with_capacity(members);
    for _ in 0..members {
        let mut visits = Vec::new();
        for date in monday.iter_days().take(usize::try_from(days)?).filter(|date| WEEKDAYS.contains(&date.weekday())) {
            // Every other two hours of the day, or so.
            for slot in 0..3_u16 {
                if chance.random_range(0..6) == 0 {
                    continue;
                }
                visits.push(PlannedVisit {
                    id: VisitId::from_random(chance.random()),
                    start: zone.at(date, MinuteOfDay::new(7 * 60 + 20 + slot * 160).context("a minute")?),
                    minutes: Minutes(60),
                    effort: Effort::Medium,
                    at: somewhere(chance),
                    pay: Cents(24_00),
                });
            }
        }
        all.push(MemberPlan {
            id: PersonId::from_random(chance.random()),
            home: somewhere(chance),
            mode: [TravelMode::Walk, TravelMode::Bike, TravelMode::Car][chance.random_range(0..3)],
            skills: BTreeSet::from([Service::Cleaning, Service::Snow]),
            limits: limits.clone(),
            hours: hours.clone(),
            exceptions: Vec::new(),
            strength: BTreeMap::new(),
            blocked: BTreeSet::new(),
            knows: BTreeMap::new(),
            wished_week: Some(Minutes(900)),
            visits,
        });
    }
    all.sort_by_key(|member| member.id);
    let now = zone.at(monday, hour(0)?);
    Ok(Snapshot {
        now,
        rules: CoopRules { zone, opens: hour(7)?, closes: hour(20)?, notice: Minutes(120) },
        members: all,
    })
}
