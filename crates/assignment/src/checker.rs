//! The judge: every hard rule once more, written without a line of the planner's.
//!
//! It takes plans as they are and says what is wrong with them, in order of member and time. It knows neither openings nor
//! ledgers; it goes through each member's visits and counts. Slow on purpose, so that it is easy to believe.
//!
//! What a plan alone can't show isn't judged: whether the notice was kept, whether a stranger was welcome, whether a
//! visit on a day of "less" came in time. A limit is judged as it is now. A visit agreed before its member lowered a limit
//! or told a pause stays rightly where it is, and is named here all the same: whoever asks knows which came first.
//!
//! # Adding a rule
//! A test in one of `judge_…` below, and a mutation in the tests that it finds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    Cents, Coordinates, EarningsGuard, Effort, Minutes, Moment, PersonId, Service, Strength, VisitId, is_holiday,
};

use crate::{CoopRules, MemberPlan, PlannedVisit, Rule, Snapshot};

/// Something in a plan that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breach {
    /// A visit that the member can't do at that time, whatever else they do: the co-op's hours, skill, a no between the
    /// two, distance, effort, the member's hours, a pause.
    Visit {
        /// Whose.
        member: PersonId,
        /// Which.
        visit: VisitId,
        /// The rule.
        rule: Rule,
    },
    /// Two visits of one member that share time, travel included.
    Overlap {
        /// Whose.
        member: PersonId,
        /// The one that begins first.
        first: VisitId,
        /// The other.
        second: VisitId,
    },
    /// Two visits with less rest between them than the member needs.
    TooLittleRest {
        /// Whose.
        member: PersonId,
        /// The one that begins first.
        first: VisitId,
        /// The other.
        second: VisitId,
    },
    /// More than a cap allows, in the day, week or month that begins on that date, or in the run of days that does.
    Cap {
        /// Whose.
        member: PersonId,
        /// The first date.
        from: NaiveDate,
        /// The rule.
        rule: Rule,
    },
    /// One visit that is in the plan twice.
    Twice {
        /// Which.
        visit: VisitId,
    },
}

/// Sums over some stretch of days.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) visits: u64,
    pub(crate) heavy: u64,
    pub(crate) minutes: i64,
    pub(crate) pay: i64,
}

/// Every breach of a hard rule in the snapshot's plan.
///
/// `service_of` tells a visit's service and resident; for a visit unknown to it, skill, a no between two people and
/// holidays can't be judged.
pub fn check_plan(snapshot: &Snapshot, service_of: &impl Fn(VisitId) -> Option<(Service, PersonId)>) -> Vec<Breach> {
    let mut breaches = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for member in &snapshot.members {
        for visit in &member.visits {
            if !seen.insert(visit.id) {
                breaches.insert(Breach::Twice { visit: visit.id });
            }
            for rule in judge_visit(&snapshot.rules, member, visit, service_of(visit.id)) {
                breaches.insert(Breach::Visit { member: member.id, visit: visit.id, rule });
            }
        }
        judge_order(&snapshot.rules, member, &mut breaches);
        judge_caps(&snapshot.rules, member, &mut breaches);
    }
    breaches.into_iter().collect()
}

/// The rules that one visit breaks by itself.
pub(crate) fn judge_visit(
    rules: &CoopRules,
    member: &MemberPlan,
    visit: &PlannedVisit,
    known: Option<(Service, PersonId)>,
) -> Vec<Rule> {
    let zone = rules.zone;
    let (start, end) = (visit.start, visit.start + visit.minutes);
    let date = zone.date(start);
    let mut broken = Vec::new();
    let mut judge = |rule: Rule, kept: bool| {
        if !kept {
            broken.push(rule);
        }
    };

    judge(Rule::CoopHours, zone.at(date, rules.opens) <= start && end <= zone.at(date, rules.closes));
    if let Some((service, resident)) = known {
        judge(Rule::CoopHours, service == Service::Snow || !is_holiday(date));
        judge(Rule::Skill, member.skills.contains(&service));
        judge(Rule::Blocked, !member.blocked.contains(&resident) && member.id != resident);
    }
    let far = member.home.metres_to(visit.at);
    judge(Rule::Distance, member.limits.furthest_metres.is_none_or(|most| far <= most));
    judge(Rule::TooHeavy, visit.effort <= member.limits.heaviest);
    judge(Rule::Hours, within_hours(rules, member, date, start, end));
    judge(Rule::Strength, member.strength.get(&date) != Some(&Strength::Pause));
    broken
}

/// Whether the member's hours of that date cover the work from its start to its end without a break.
fn within_hours(rules: &CoopRules, member: &MemberPlan, date: NaiveDate, start: Moment, end: Moment) -> bool {
    let mut hours: Vec<_> = member.hours.on(date.weekday()).collect();
    for exception in &member.exceptions {
        if exception.date == date {
            hours.clone_from(&exception.hours);
        }
    }
    let mut covered = start;
    // Each stretch can help at most once.
    for _ in 0..=hours.len() {
        for stretch in &hours {
            let (from, to) = (rules.zone.at(date, stretch.from), rules.zone.at(date, stretch.to));
            if from <= covered && covered < to {
                covered = to;
            }
        }
    }
    covered > start && end <= covered
}

/// Overlaps and rest, of each pair of visits that follow each other.
pub(crate) fn judge_order(rules: &CoopRules, member: &MemberPlan, breaches: &mut BTreeSet<Breach>) {
    let mut visits = member.visits.clone();
    visits.sort_by_key(|visit| (visit.start, visit.id));
    let minutes = |from: Coordinates, to: Coordinates| member.mode.minutes_for(from.metres_to(to));
    for (index, first) in visits.iter().enumerate() {
        for (later, second) in visits.iter().enumerate().skip(index + 1) {
            let done = first.start + first.minutes;
            let same_day = rules.zone.date(first.start) == rules.zone.date(second.start);
            // Those next to each other: straight there on one day, else by way of home. Others: the work alone.
            let way = match (later == index + 1, same_day) {
                (true, true) => minutes(first.at, second.at),
                (true, false) => minutes(first.at, member.home) + minutes(member.home, second.at),
                (false, _) => Minutes(0),
            };
            let (member_id, first, second_id) = (member.id, first.id, second.id);
            if second.start < done + way {
                breaches.insert(Breach::Overlap { member: member_id, first, second: second_id });
            } else if later == index + 1 && second.start < done + way + member.limits.gap {
                breaches.insert(Breach::TooLittleRest { member: member_id, first, second: second_id });
            }
        }
    }
}

/// Caps by day, week, run of days and month.
fn judge_caps(rules: &CoopRules, member: &MemberPlan, breaches: &mut BTreeSet<Breach>) {
    let limits = &member.limits;
    let days = summed(rules, member, |date| date);
    let weeks = summed(rules, member, |date| date - Days::new(u64::from(date.weekday().num_days_from_monday())));
    let months = summed(rules, member, |date| date.with_day(1).unwrap_or(date));
    let mut judge = |rule: Rule, from: NaiveDate, kept: bool| {
        if !kept {
            breaches.insert(Breach::Cap { member: member.id, from, rule });
        }
    };
    for (date, sum) in &days {
        judge(Rule::VisitsADay, *date, limits.visits_a_day.is_none_or(|cap| sum.visits <= u64::from(cap)));
        judge(Rule::MinutesADay, *date, limits.minutes_a_day.is_none_or(|cap| sum.minutes <= cap.0));
    }
    for (monday, sum) in &weeks {
        judge(Rule::VisitsAWeek, *monday, limits.visits_a_week.is_none_or(|cap| sum.visits <= u64::from(cap)));
        judge(Rule::MinutesAWeek, *monday, limits.minutes_a_week.is_none_or(|cap| sum.minutes <= cap.0));
        judge(Rule::HeavyAWeek, *monday, limits.heavy_a_week.is_none_or(|cap| sum.heavy <= u64::from(cap)));
    }
    let mut run: Option<(NaiveDate, NaiveDate, u64)> = None;
    for date in days.keys() {
        let (first, length) = match run {
            Some((first, last, length)) if last.succ_opt() == Some(*date) => (first, length + 1),
            _ => (*date, 1),
        };
        run = Some((first, *date, length));
        judge(Rule::DaysInRow, first, limits.days_in_row.is_none_or(|cap| length <= u64::from(cap)));
    }
    if let EarningsGuard::Wall(Cents(wall)) = limits.earnings {
        for (first, sum) in &months {
            judge(Rule::Earnings, *first, sum.pay <= wall);
        }
    }
}

/// The member's visits summed by some date that each belongs to.
pub(crate) fn summed(
    rules: &CoopRules,
    member: &MemberPlan,
    by: impl Fn(NaiveDate) -> NaiveDate,
) -> BTreeMap<NaiveDate, Sum> {
    let mut sums: BTreeMap<NaiveDate, Sum> = BTreeMap::new();
    for visit in &member.visits {
        let sum = sums.entry(by(rules.zone.date(visit.start))).or_default();
        sum.visits += 1;
        sum.heavy += u64::from(visit.effort == Effort::Heavy);
        sum.minutes = sum.minutes.saturating_add(visit.minutes.0);
        sum.pay = sum.pay.saturating_add(visit.pay.0);
    }
    sums
}
