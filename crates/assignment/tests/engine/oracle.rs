//! The rules told a second time, slowly: one start at a time, minute by minute.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use assignment::{MemberPlan, PlannedVisit, Rule, Strangers};
use chrono::{Datelike, Days, NaiveDate};
use domain::{Coordinates, EarningsGuard, Effort, Moment, PersonId, Service, Span, Strength, is_holiday};

use crate::world::{World, ZONE, monday};

/// A world with the dates of its visits looked up.
pub(crate) struct Oracle<'a> {
    world: &'a World,
    members: Vec<Known<'a>>,
    /// For the dates looked at: whether it is a holiday, and when the co-op opens and closes.
    dates: RefCell<BTreeMap<NaiveDate, (bool, Moment, Moment)>>,
}

pub(crate) struct Known<'a> {
    pub(crate) plan: &'a MemberPlan,
    /// By start.
    visits: Vec<(NaiveDate, PlannedVisit)>,
    /// The minutes in which they may work, for the dates looked at.
    minutes: RefCell<BTreeMap<NaiveDate, Rc<FreeMinutes>>>,
}

/// The minutes (of UTC) of a date in which a member may work.
struct FreeMinutes {
    midnight: i64,
    /// How many of the date's minutes up to each one are free.
    counted: Vec<i64>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let known = |plan: &'a MemberPlan| {
            let mut visits: Vec<_> = plan.visits.iter().map(|visit| (ZONE.date(visit.start), *visit)).collect();
            visits.sort_by_key(|(_, visit)| (visit.start, visit.id));
            Known { plan, visits, minutes: RefCell::default() }
        };
        Self { world, members: world.snapshot.members.iter().map(known).collect(), dates: RefCell::default() }
    }

    /// For each hour that begins in the horizon: who can come in it, and when at the earliest.
    pub(crate) fn all(&self, horizon: Span) -> BTreeMap<Moment, BTreeMap<PersonId, Moment>> {
        let mut hours: BTreeMap<Moment, BTreeMap<PersonId, Moment>> = BTreeMap::new();
        // Helsinki's hours begin with UTC's.
        let first = horizon.start.seconds().div_euclid(3600) * 3600;
        for start in (first..horizon.end.seconds() + 3600).step_by(300).map(Moment::from_seconds) {
            let hour = Moment::from_seconds(start.seconds().div_euclid(3600) * 3600);
            if hour < horizon.start || hour >= horizon.end {
                continue;
            }
            let date = ZONE.date(start);
            for known in &self.members {
                let found = hours.get(&hour).is_some_and(|able| able.contains_key(&known.plan.id));
                if !found && self.judge(known, date, start, false).is_ok() {
                    hours.entry(hour).or_default().insert(known.plan.id, start);
                }
            }
        }
        hours
    }

    /// The latest rule that each member gets to in the windows, counted; those who can come left out.
    pub(crate) fn stopped(&self, windows: &[Span]) -> BTreeMap<Rule, u32> {
        let mut counts = BTreeMap::new();
        for known in &self.members {
            let mut latest = Some(Rule::CoopHours);
            for window in windows {
                for start in (window.start.seconds()..window.end.seconds()).filter(|at| at % 300 == 0) {
                    let start = Moment::from_seconds(start);
                    match (self.judge(known, ZONE.date(start), start, false), latest) {
                        (Err(rule), Some(before)) => latest = Some(before.max(rule)),
                        _ => latest = None,
                    }
                }
            }
            if let Some(rule) = latest {
                *counts.entry(rule).or_default() += 1;
            }
        }
        counts
    }

    pub(crate) fn members(&self) -> &[Known<'a>] {
        &self.members
    }

    /// How good a choice the member is for that start: what `ranking` says in prose, counted once more.
    pub(crate) fn score(&self, known: &Known<'_>, start: Moment) -> i64 {
        let World { request, .. } = self.world;
        let (plan, date) = (known.plan, ZONE.date(start));
        let been = request.resident.map_or(0, |resident| plan.knows.get(&resident).copied().unwrap_or(0));
        let familiar = if been >= 3 { 30 } else { i64::from(been.min(1)) * 15 };

        let four_weeks = monday(date) - Days::new(21)..monday(date) + Days::new(7);
        let had = known.visits.iter().filter(|(day, _)| four_weeks.contains(day)).map(|(_, visit)| visit.minutes.0);
        let with_this = had.sum::<i64>() + request.terms.minutes.0;
        let wish = plan.wished_week.or(plan.limits.minutes_a_week).map_or(600, |wish| wish.0) * 4;
        let quarters = (with_this * 100 / wish.max(1)).min(400) / 25;

        let today: Vec<&PlannedVisit> =
            known.visits.iter().filter(|(day, _)| *day == date).map(|(_, visit)| visit).collect();
        let travelled = |stops: Vec<Coordinates>| -> i64 {
            let there_and_back = [vec![plan.home], stops, vec![plan.home]].concat();
            there_and_back.windows(2).map(|way| plan.mode.minutes_for(way[0].metres_to(way[1])).0).sum()
        };
        let without: Vec<Coordinates> = today.iter().map(|visit| visit.at).collect();
        let mut with = without.clone();
        with.insert(today.iter().filter(|visit| visit.start < start).count(), request.at);
        familiar - quarters * 10 - (travelled(with) - travelled(without)).max(0)
    }

    /// The first rule that forbids this start.
    pub(crate) fn judge(&self, known: &Known<'_>, date: NaiveDate, start: Moment, by_hand: bool) -> Result<(), Rule> {
        let World { snapshot, request, .. } = self.world;
        let (rules, terms, plan) = (&snapshot.rules, &request.terms, known.plan);
        let service = terms.kind.service();
        let forbid = |rule: Rule, broken: bool| if broken { Err(rule) } else { Ok(()) };
        let end = start.plus_seconds(terms.minutes.0 * 60);

        let looked_up = || (is_holiday(date), ZONE.at(date, rules.opens), ZONE.at(date, rules.closes));
        let (holiday, opens, closes) = *self.dates.borrow_mut().entry(date).or_insert_with(looked_up);
        forbid(Rule::CoopHours, holiday && service != Service::Snow)?;
        forbid(Rule::CoopHours, start < opens || end > closes)?;
        forbid(Rule::CoopHours, start.seconds_since(snapshot.now) < rules.notice.0 * 60)?;

        forbid(Rule::Skill, !plan.skills.iter().any(|skill| *skill == service))?;
        forbid(Rule::Asked, request.not_these.iter().any(|id| *id == plan.id))?;
        forbid(Rule::Blocked, plan.blocked.iter().any(|id| Some(*id) == request.resident))?;
        let been = plan.knows.iter().any(|(id, times)| Some(*id) == request.resident && *times > 0);
        forbid(Rule::Stranger, request.strangers == Strangers::OnlyFamiliar && !been)?;
        let metres = i64::from(plan.home.metres_to(request.at));
        forbid(Rule::Distance, plan.limits.furthest_metres.is_some_and(|most| metres > i64::from(most)))?;
        forbid(Rule::TooHeavy, terms.effort > plan.limits.heaviest)?;

        let minutes = known.free_minutes(date);
        let first = start.seconds().div_euclid(60);
        let last = (end.seconds() - 1).div_euclid(60);
        forbid(Rule::Hours, !minutes.all_free(first, last))?;

        let today: Vec<&PlannedVisit> =
            known.visits.iter().filter(|(day, _)| *day == date).map(|(_, visit)| visit).collect();
        let used: i64 = today.iter().map(|visit| visit.minutes.0).sum();
        let count = i64::try_from(today.len()).unwrap();
        match plan.strength.get(&date) {
            None | Some(Strength::Normal) => {}
            Some(Strength::Less) if by_hand => {
                let cap = plan.limits.minutes_a_day.map_or_else(|| minutes.in_all(), |cap| cap.0);
                let half = used + (cap - used).div_euclid(2);
                forbid(Rule::Strength, used + terms.minutes.0 > half)?;
                if let Some(cap) = plan.limits.visits_a_day {
                    let half = count + (i64::from(cap) - count).div_euclid(2);
                    forbid(Rule::Strength, count + 1 > half)?;
                }
            }
            Some(_) => return Err(Rule::Strength),
        }

        forbid(Rule::Busy, !known.is_free(date, request.at, Span { start, end }))?;

        let limits = &plan.limits;
        let over = |cap: Option<u16>, count: i64| cap.is_some_and(|cap| count > i64::from(cap));
        forbid(Rule::VisitsADay, over(limits.visits_a_day, count + 1))?;
        forbid(Rule::MinutesADay, limits.minutes_a_day.is_some_and(|cap| used + terms.minutes.0 > cap.0))?;
        let week: Vec<&PlannedVisit> =
            known.visits.iter().filter(|(day, _)| monday(*day) == monday(date)).map(|(_, visit)| visit).collect();
        forbid(Rule::VisitsAWeek, over(limits.visits_a_week, i64::try_from(week.len()).unwrap() + 1))?;
        let week_minutes: i64 = week.iter().map(|visit| visit.minutes.0).sum();
        forbid(Rule::MinutesAWeek, limits.minutes_a_week.is_some_and(|cap| week_minutes + terms.minutes.0 > cap.0))?;
        if terms.effort == Effort::Heavy {
            let heavy = week.iter().filter(|visit| visit.effort == Effort::Heavy).count();
            forbid(Rule::HeavyAWeek, over(limits.heavy_a_week, i64::try_from(heavy).unwrap() + 1))?;
        }
        let mut worked: BTreeSet<NaiveDate> = known.visits.iter().map(|(day, _)| *day).collect();
        worked.insert(date);
        let mut from = date;
        while worked.contains(&(from - Days::new(1))) {
            from = from - Days::new(1);
        }
        let row = (0..1_000).take_while(|n| worked.contains(&(from + Days::new(*n)))).count();
        forbid(Rule::DaysInRow, over(limits.days_in_row, i64::try_from(row).unwrap()))?;
        if let EarningsGuard::Wall(wall) = limits.earnings {
            let month = known.visits.iter().filter(|(day, _)| (day.year(), day.month()) == (date.year(), date.month()));
            let pay: i64 = month.map(|(_, visit)| visit.pay.0).sum();
            forbid(Rule::Earnings, pay + terms.pay.0 > wall.0)?;
        }
        Ok(())
    }
}

impl Known<'_> {
    fn free_minutes(&self, date: NaiveDate) -> Rc<FreeMinutes> {
        let mut looked_up = self.minutes.borrow_mut();
        Rc::clone(looked_up.entry(date).or_insert_with(|| Rc::new(FreeMinutes::of(self.plan, date))))
    }

    /// Whether there is time for that work: every other visit's work, the way from the one before and to the one
    /// after, and the rest between.
    fn is_free(&self, date: NaiveDate, place: Coordinates, work: Span) -> bool {
        let plan = self.plan;
        let way = |from: Coordinates, to: Coordinates| plan.mode.minutes_for(from.metres_to(to)).0 * 60;
        let gap = plan.limits.gap.0 * 60;
        if self.visits.iter().any(|(_, visit)| work.overlaps(Span::lasting(visit.start, visit.minutes))) {
            return false;
        }
        let before = self.visits.iter().rfind(|(_, visit)| visit.start < work.start);
        let after = self.visits.iter().find(|(_, visit)| visit.start > work.start);
        let rested = before.is_none_or(|(day, visit)| {
            let left = visit.start.plus_seconds(visit.minutes.0 * 60);
            let journey =
                if *day == date { way(visit.at, place) } else { way(visit.at, plan.home) + way(plan.home, place) };
            work.start.seconds_since(left) >= journey + gap
        });
        let in_time = after.is_none_or(|(day, visit)| {
            let journey =
                if *day == date { way(place, visit.at) } else { way(place, plan.home) + way(plan.home, visit.at) };
            visit.start.seconds_since(work.end) >= journey + gap
        });
        rested && in_time
    }
}

impl FreeMinutes {
    fn of(plan: &MemberPlan, date: NaiveDate) -> Self {
        let exception = plan.exceptions.iter().rfind(|exception| exception.date == date);
        let hours = match exception {
            Some(exception) => exception.hours.clone(),
            None => plan.hours.0.iter().filter(|(day, _)| *day == date.weekday()).map(|(_, hours)| *hours).collect(),
        };
        let minute = |at: Moment| at.seconds().div_euclid(60);
        let stretches: Vec<_> = hours
            .iter()
            .map(|stretch| minute(ZONE.at(date, stretch.from))..minute(ZONE.at(date, stretch.to)))
            .collect();
        let span = ZONE.day(date).span;
        let (midnight, next) = (minute(span.start), minute(span.end));
        let mut free = 0;
        let counted = (midnight..next).map(|minute| {
            free += i64::from(stretches.iter().any(|stretch| stretch.contains(&minute)));
            free
        });
        Self { midnight, counted: counted.collect() }
    }

    /// How many are free before that minute.
    fn before(&self, minute: i64) -> i64 {
        let minutes = usize::try_from(minute - self.midnight).unwrap().min(self.counted.len());
        if minutes == 0 { 0 } else { self.counted[minutes - 1] }
    }

    /// Whether every minute from the first to the last is free.
    fn all_free(&self, first: i64, last: i64) -> bool {
        self.before(last + 1) - self.before(first) == last + 1 - first
    }

    fn in_all(&self) -> i64 {
        self.counted.last().copied().unwrap_or(0)
    }
}
