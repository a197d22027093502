//! A snapshot and its wishes laid out as a problem of plain arrays, exactly.
//!
//! A member's day in the horizon is a shift; each agreed visit of such a day is a pinned job in it; a wanted visit is a
//! job whose starts are its windows where the co-op works. What a member has agreed to on other days is drawn on their
//! accounts beforehand. Who is barred at any time (skill, a no, a stranger, distance, effort) is a set for each kind of
//! wish.
//!
//! # Over midnight
//! Rest counts between two days' work too, the way leading through home. Here a shift begins at midnight and ends a rest
//! before the next, moved where agreed visits reach over it. What a rule would just allow in the small hours is found
//! when what is left over is offered to everybody once more.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{Datelike, Days, NaiveDate};
use domain::{EarningsGuard, Effort, Minutes, Moment, PersonId, Service, Span, Strength, VisitId};

use super::{BadProblem, Place, Stands, WantedVisit, options, ways, ways::Places};
use crate::{
    Budget, MemberPlan, PlannedVisit, Request, Snapshot, Strangers,
    blocks::travel,
    calendar::{Calendar, WorkingDay},
    feasibility::{Question, stretches},
    ranking::USUAL_WISH,
    routes::{self, Account, FAR, Job, Parts, Problem, Purse, Run, Shift, Solution, Told},
    starts::{GRID, Starts},
};

/// The most wishes that are looked at, the most urgent first.
pub(super) const MOST_WISHES: usize = 50_000;

/// The most member-days.
const MOST_SHIFTS: usize = 400_000;

/// How far ahead is planned, in days.
const MOST_DAYS: u64 = 366;

/// The same in seconds, less a day that the clock may shift.
const MOST_SECONDS_AHEAD: i64 = 365 * 86_400;

/// What a step of familiarity is worth, in seconds of travel: ten hours.
const FAMILIAR: i64 = 36_000;

/// A day that can be planned.
struct Workday {
    date: NaiveDate,
    /// Without any visit's length: for hours.
    day: WorkingDay,
    span: Span,
}

/// The problem, and what its numbers mean.
pub(super) struct Layout<'a> {
    /// Members with what is pinned, and nothing that is wanted and movable.
    pub(super) base: Snapshot,
    pub(super) wanted: &'a [WantedVisit],
    pub(super) problem: Problem,
    /// The wish of each job; none for what is agreed.
    pub(super) wish_of: Vec<Option<usize>>,
    /// The member of each shift.
    pub(super) member_of: Vec<usize>,
    pub(super) origin: i64,
    pub(super) calendar: Calendar,
    /// Where each wish is that isn't to be planned, because it stays.
    pub(super) staying: Vec<Option<Place>>,
}

/// The layout under way.
struct Builder<'a> {
    base: &'a Snapshot,
    calendar: Calendar,
    dates: Vec<Workday>,
    origin: i64,
    places: Places,
    shifts: Vec<Shift>,
    member_of: Vec<usize>,
    date_of: Vec<NaiveDate>,
    shift_at: BTreeMap<(usize, NaiveDate), u32>,
    accounts: Vec<Account>,
    purses: Vec<Purse>,
    runs: Vec<Run>,
    jobs: Vec<Job>,
    wish_of: Vec<Option<usize>>,
}

/// Refuses what contradicts itself.
pub(super) fn sound(snapshot: &Snapshot, wanted: &[WantedVisit]) -> Result<(), BadProblem> {
    let mut members = BTreeSet::new();
    let mut agreed: BTreeMap<VisitId, PersonId> = BTreeMap::new();
    for member in &snapshot.members {
        if !members.insert(member.id) {
            return Err(BadProblem::MemberTwice(member.id));
        }
        agreed.extend(member.visits.iter().map(|visit| (visit.id, member.id)));
    }
    let mut seen = BTreeSet::new();
    for wish in wanted {
        if !seen.insert(wish.id) {
            return Err(BadProblem::VisitTwice(wish.id));
        }
        let stands = wish.place().map(|place| place.member);
        if stands.is_some_and(|member| !members.contains(&member)) {
            return Err(BadProblem::UnknownMember(wish.id));
        }
        if agreed.get(&wish.id).is_some_and(|holder| stands != Some(*holder)) {
            return Err(BadProblem::StandsElsewhere(wish.id));
        }
        let length = wish.request.terms.minutes.0;
        if stands.is_some() && !(1..=366 * 24 * 60).contains(&length) {
            return Err(BadProblem::Length(wish.id));
        }
    }
    Ok(())
}

/// The visit as it would be in a member's plan.
pub(super) fn as_planned(wish: &WantedVisit, start: Moment) -> PlannedVisit {
    PlannedVisit::of(wish.id, start, &wish.request)
}

impl<'a> Layout<'a> {
    /// Lays out the wishes, but for those that stay.
    pub(super) fn but_for(
        stay: &BTreeSet<usize>,
        snapshot: &Snapshot,
        wanted: &'a [WantedVisit],
    ) -> Result<Self, BadProblem> {
        let mut looked_at = most_urgent(snapshot.now, wanted);
        looked_at.retain(|index| !stay.contains(index));
        let mut staying: Vec<Option<Place>> = wanted.iter().map(WantedVisit::place).collect();
        for index in &looked_at {
            if let Some(place) = staying.get_mut(*index) {
                *place = None;
            }
        }
        let base = pinned_only(snapshot, wanted, &staying);
        let mut builder = Builder::new(&base, wanted, &looked_at)?;
        builder.lay_out_members(wanted)?;
        builder.lay_out_wishes(wanted, &looked_at)?;
        let Builder { origin, calendar, places, shifts, member_of, accounts, purses, runs, jobs, wish_of, .. } =
            builder;
        let grid = i32::try_from(GRID).unwrap_or(300);
        let ground = places.ground().map_err(|_| BadProblem::TooMany)?;
        let parts = Parts { jobs, shifts, accounts, purses, runs, workers: base.members.len(), grid, ground };
        let problem = Problem::new(parts).map_err(|_| BadProblem::TooMany)?;
        Ok(Self { base, wanted, problem, wish_of, member_of, origin, calendar, staying })
    }

    /// The best found within the budget.
    pub(super) fn search(&self, seed: u64, budget: &mut impl Budget) -> Solution {
        routes::search(&self.problem, &options(seed), budget)
    }

    /// What stands, and the rest where there is room.
    pub(super) fn first_plan(&self) -> Solution {
        routes::first_plan(&self.problem)
    }
}

/// The members with what stays: agreed visits that nobody wants planned, and wanted ones that are to stay.
fn pinned_only(snapshot: &Snapshot, wanted: &[WantedVisit], staying: &[Option<Place>]) -> Snapshot {
    let ids: BTreeSet<VisitId> = wanted.iter().map(|wish| wish.id).collect();
    let mut base = snapshot.clone();
    let mut index_of = BTreeMap::new();
    for (index, member) in base.members.iter_mut().enumerate() {
        member.visits.retain(|visit| !ids.contains(&visit.id));
        index_of.insert(member.id, index);
    }
    for (wish, place) in wanted.iter().zip(staying) {
        if let Some(place) = place
            && let Some(member) = index_of.get(&place.member).and_then(|index| base.members.get_mut(*index))
        {
            member.visits.push(as_planned(wish, place.start));
        }
    }
    for member in &mut base.members {
        member.visits.sort_by_key(|visit| (visit.start, visit.id));
    }
    base
}

/// The indices of the wishes to be planned, in their order; of very many the most urgent. Those that are pinned, that
/// have begun, or that stand beyond the horizon stay where they are.
fn most_urgent(now: Moment, wanted: &[WantedVisit]) -> Vec<usize> {
    let horizon = Span { start: now, end: now.plus_seconds(MOST_SECONDS_AHEAD) };
    let open = |index: &usize| {
        wanted.get(*index).is_some_and(|wish| match wish.stands {
            Stands::Nowhere => true,
            Stands::Movable(place) => horizon.contains(place.start),
            Stands::Pinned(_) => false,
        })
    };
    let mut indices: Vec<usize> = (0..wanted.len()).filter(open).collect();
    if indices.len() > MOST_WISHES {
        let key = |index: &usize| wanted.get(*index).map(|wish| (wish.place().is_none(), u16::MAX - wish.urgency));
        indices.sort_by_key(key);
        indices.truncate(MOST_WISHES);
        indices.sort_unstable();
    }
    indices
}

impl<'a> Builder<'a> {
    fn new(base: &'a Snapshot, wanted: &[WantedVisit], looked_at: &[usize]) -> Result<Self, BadProblem> {
        let zone = base.rules.zone;
        let plain = Calendar::plain(zone);
        let today = plain.date(base.now);
        let last = today.checked_add_days(Days::new(MOST_DAYS)).unwrap_or(today);
        let reach = Span { start: zone.day(today).span.start, end: zone.day(last).span.end };
        let reached = looked_at.iter().filter_map(|index| wanted.get(*index)).flat_map(|wish| {
            let stands = wish.place().map(|place| Span { start: place.start, end: place.start.plus_seconds(1) });
            wish.windows.iter().copied().chain(stands)
        });
        let cut = |span: Span| Span { start: span.start.max(reach.start), end: span.end.min(reach.end) };
        let (first, last) = reached
            .map(cut)
            .filter(|span| span.start < span.end)
            .fold((reach.end, reach.start), |(first, last), span| (first.min(span.start), last.max(span.end)));
        let calendar = Calendar::around(zone, Span { start: first, end: last });
        let mut dates: BTreeSet<NaiveDate> = BTreeSet::new();
        for wish in looked_at.iter().filter_map(|index| wanted.get(*index)) {
            for window in &wish.windows {
                if dates.len() < usize::try_from(MOST_DAYS).unwrap_or(0) {
                    dates.extend(calendar.dates(cut(*window)));
                }
            }
            if let Some(place) = wish.place().filter(|place| reach.contains(place.start)) {
                dates.insert(calendar.date(place.start));
            }
        }
        if dates.len().saturating_mul(base.members.len()) > MOST_SHIFTS {
            return Err(BadProblem::TooMany);
        }
        let workday = |date: &NaiveDate| Workday {
            date: *date,
            day: WorkingDay::new(&base.rules, base.now, *date, 0, true),
            span: zone.day(*date).span,
        };
        let origin = reach.start.seconds().div_euclid(GRID).saturating_mul(GRID);
        Ok(Self {
            base,
            calendar,
            dates: dates.iter().map(workday).collect(),
            origin,
            places: Places::default(),
            shifts: Vec::new(),
            member_of: Vec::new(),
            date_of: Vec::new(),
            shift_at: BTreeMap::new(),
            accounts: Vec::new(),
            purses: Vec::new(),
            runs: Vec::new(),
            jobs: Vec::new(),
            wish_of: Vec::new(),
        })
    }

    /// Seconds from the origin, as far as the search counts.
    fn seconds(&self, at: Moment) -> i32 {
        clamped(at.seconds().saturating_sub(self.origin))
    }

    fn lay_out_members(&mut self, wanted: &[WantedVisit]) -> Result<(), BadProblem> {
        let mut standing: BTreeSet<(PersonId, NaiveDate)> = BTreeSet::new();
        for place in wanted.iter().filter_map(WantedVisit::place) {
            standing.insert((place.member, self.calendar.date(place.start)));
        }
        for (index, member) in self.base.members.iter().enumerate() {
            self.lay_out_member(index, member, &standing)?;
        }
        Ok(())
    }

    fn lay_out_member(
        &mut self,
        index: usize,
        member: &MemberPlan,
        standing: &BTreeSet<(PersonId, NaiveDate)>,
    ) -> Result<(), BadProblem> {
        let number = |len: usize| u32::try_from(len).map_err(|_| BadProblem::TooMany);
        let worker = number(index)?;
        let home = self.places.number(member.home);
        let gap = member.limits.gap.seconds().clamp(0, i64::from(FAR / 4));
        let agreed: Vec<(NaiveDate, PlannedVisit)> =
            member.visits.iter().map(|visit| (self.calendar.date(visit.start), *visit)).collect();
        let mut of_week: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        let mut of_month: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        let first_shift = self.shifts.len();
        for n in 0..self.dates.len() {
            let Some(Workday { date, day, span }) = self.dates.get(n) else { continue };
            let (date, span) = (*date, *span);
            let normal = member.strength.get(&date).copied().unwrap_or_default() == Strength::Normal;
            let hours: Vec<(i32, i32)> = if normal {
                stretches(member, day).iter().map(|own| (self.seconds(own.start), self.seconds(own.end))).collect()
            } else {
                Vec::new()
            };
            if hours.is_empty() && !standing.contains(&(member.id, date)) {
                continue;
            }
            let (leaves, home_by) = between_neighbours(member, gap, &agreed, date, span);
            let next = number(self.accounts.len())?;
            let account = *of_week.entry(monday(date)).or_insert(next);
            if account == next {
                self.accounts.push(new_account(member));
            }
            let purse = match member.limits.earnings {
                EarningsGuard::Wall(wall) => {
                    let month = date.with_day(1).unwrap_or(date);
                    let next = number(self.purses.len())?;
                    let purse = *of_month.entry(month).or_insert(next);
                    if purse == next {
                        self.purses.push(Purse { most: wall.0, used: 0 });
                    }
                    Some(purse)
                }
                EarningsGuard::Off | EarningsGuard::Tell(_) => None,
            };
            let limits = &member.limits;
            let shift = number(self.shifts.len())?;
            self.shift_at.insert((index, date), shift);
            self.member_of.push(index);
            self.date_of.push(date);
            self.shifts.push(Shift {
                worker,
                profile: ways::profile(member.mode),
                skills: 0,
                from: home,
                to: home,
                leaves: self.seconds(leaves),
                home_by: self.seconds(home_by),
                hours,
                most_jobs: limits.visits_a_day.map_or(u32::MAX, u32::from),
                most_seconds: limits.minutes_a_day.map_or(i32::MAX, |cap| clamped(cap.seconds()).max(0)),
                gap: clamped(gap),
                account: Some(account),
                purse,
                run: None,
            });
        }
        if self.shifts.len() > first_shift {
            self.lay_out_run(member, first_shift, &agreed)?;
            self.draw(index, &agreed, &of_week, &of_month)?;
        }
        Ok(())
    }

    /// The member's days in a row, with what is agreed on days that aren't shifts.
    fn lay_out_run(
        &mut self,
        member: &MemberPlan,
        first_shift: usize,
        agreed: &[(NaiveDate, PlannedVisit)],
    ) -> Result<(), BadProblem> {
        let (Some(most), Some(first), Some(last)) = (member.limits.days_in_row, self.dates.first(), self.dates.last())
        else {
            return Ok(());
        };
        // A run longer than a cap of days can be is over it whatever lies further back.
        let around = Days::new(MOST_DAYS * 2);
        let earliest = first.date.checked_sub_days(around).unwrap_or(first.date);
        let latest = last.date.checked_add_days(around).unwrap_or(last.date);
        let number = |date: NaiveDate| usize::try_from(date.signed_duration_since(earliest).num_days()).ok();
        let mut used = vec![0_u32; number(latest).unwrap_or(0) + 1];
        let run = u32::try_from(self.runs.len()).map_err(|_| BadProblem::TooMany)?;
        for (date, _) in agreed {
            let is_shift = self.shifts_on(*date, first_shift).is_some();
            if let Some(count) = number(*date).filter(|_| !is_shift).and_then(|day| used.get_mut(day)) {
                *count = count.saturating_add(1);
            }
        }
        for shift in first_shift..self.shifts.len() {
            let on = self.date_of.get(shift).copied();
            let day = on.and_then(number).and_then(|day| u32::try_from(day).ok());
            if let (Some(shift), Some(day)) = (self.shifts.get_mut(shift), day) {
                shift.run = Some((run, day));
            }
        }
        self.runs.push(Run { most: u32::from(most), used });
        Ok(())
    }

    fn shifts_on(&self, date: NaiveDate, first_shift: usize) -> Option<u32> {
        let member = self.member_of.get(first_shift)?;
        self.shift_at.get(&(*member, date)).copied()
    }

    /// What is agreed: a pinned job in its shift, or drawn beforehand.
    fn draw(
        &mut self,
        index: usize,
        agreed: &[(NaiveDate, PlannedVisit)],
        of_week: &BTreeMap<NaiveDate, u32>,
        of_month: &BTreeMap<NaiveDate, u32>,
    ) -> Result<(), BadProblem> {
        for (date, visit) in agreed {
            let heavy = visit.effort == Effort::Heavy;
            if let Some(shift) = self.shift_at.get(&(index, *date)).copied() {
                let start = self.seconds(visit.start);
                let place = self.places.number(visit.at);
                self.wish_of.push(None);
                self.jobs.push(Job {
                    place,
                    seconds: clamped(visit.minutes.seconds()).max(0),
                    heavy,
                    pay: visit.pay.0,
                    told: Told::Pinned { shift, start },
                    ..Job::default()
                });
                u32::try_from(self.jobs.len()).map_err(|_| BadProblem::TooMany)?;
                continue;
            }
            let account = of_week.get(&monday(*date)).and_then(|account| self.accounts.get_mut(*account as usize));
            if let Some(account) = account {
                account.used_jobs = account.used_jobs.saturating_add(1);
                account.used_seconds = account.used_seconds.saturating_add(visit.minutes.seconds());
                account.used_heavy = account.used_heavy.saturating_add(u32::from(heavy));
            }
            let month = date.with_day(1).unwrap_or(*date);
            if let Some(purse) = of_month.get(&month).and_then(|purse| self.purses.get_mut(*purse as usize)) {
                purse.used = purse.used.saturating_add(visit.pay.0);
            }
        }
        Ok(())
    }

    fn lay_out_wishes(&mut self, wanted: &[WantedVisit], looked_at: &[usize]) -> Result<(), BadProblem> {
        let mut open_to: BTreeMap<Kind, Arc<[u64]>> = BTreeMap::new();
        let mut familiar_of: BTreeMap<PersonId, Vec<(u32, i64)>> = BTreeMap::new();
        for (worker, member) in (0_u32..).zip(&self.base.members) {
            for (resident, times) in &member.knows {
                if let Some(saved) = familiar_steps(*times) {
                    familiar_of.entry(*resident).or_default().push((worker, saved));
                }
            }
        }
        let mut coop: BTreeMap<(NaiveDate, i64, bool), Option<Starts>> = BTreeMap::new();
        let index_of: BTreeMap<PersonId, usize> =
            self.base.members.iter().enumerate().map(|(index, member)| (member.id, index)).collect();
        let mut stretches_in_all = 0_usize;
        for index in looked_at {
            let Some(wish) = wanted.get(*index) else { continue };
            let request = &wish.request;
            let only = open_to.entry(Kind::of(request)).or_insert_with(|| self.open_to(request)).clone();
            let starts = self.starts(wish, &mut coop);
            stretches_in_all += starts.len();
            if stretches_in_all > 40_000_000 {
                return Err(BadProblem::TooMany);
            }
            let told = wish.place().and_then(|place| {
                let member = index_of.get(&place.member)?;
                let shift = *self.shift_at.get(&(*member, self.calendar.date(place.start)))?;
                Some(Told::Standing { shift, start: self.seconds(place.start) })
            });
            let place = self.places.number(request.at);
            let seconds = request.terms.minutes.seconds();
            self.wish_of.push(Some(*index));
            self.jobs.push(Job {
                place,
                seconds: clamped(seconds).max(0),
                starts,
                skills: 0,
                only: Some(only),
                urgency: u32::from(wish.urgency.max(1)),
                heavy: request.terms.effort == Effort::Heavy,
                pay: request.terms.pay.0,
                familiar: request.resident.and_then(|resident| familiar_of.get(&resident).cloned()).unwrap_or_default(),
                told: told.unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// Whom no rule bars at any time, a bit a member.
    fn open_to(&self, request: &Request) -> Arc<[u64]> {
        let question = Question::automatic(self.base, request);
        let word = |members: &[MemberPlan]| {
            (0_u32..)
                .zip(members)
                .fold(0_u64, |bits, (bit, member)| bits | u64::from(question.barred(member).is_none()) << bit)
        };
        self.base.members.chunks(64).map(word).collect()
    }

    /// Where the visit's windows meet the co-op's hours, on each date.
    fn starts(
        &self,
        wish: &WantedVisit,
        coop: &mut BTreeMap<(NaiveDate, i64, bool), Option<Starts>>,
    ) -> Vec<(i32, i32)> {
        let terms = &wish.request.terms;
        let (length, snow) = (terms.minutes.seconds(), terms.kind.service() == Service::Snow);
        let mut starts = Vec::new();
        for within in wish.windows.iter().filter_map(|window| Starts::within(*window)) {
            let from = self.dates.partition_point(|date| date.span.end.seconds() <= within.first);
            for date in self.dates.iter().skip(from).take_while(|date| date.span.start.seconds() <= within.last) {
                let base = self.base;
                let day = coop
                    .entry((date.date, length, snow))
                    .or_insert_with(|| WorkingDay::new(&base.rules, base.now, date.date, length, snow).coop);
                if let Some(met) = day.and_then(|day| day.meet(within)) {
                    let moment = |at: i64| self.seconds(Moment::from_seconds(at));
                    starts.push((moment(met.first), moment(met.last)));
                }
            }
        }
        starts
    }
}

/// Requests of one kind are open to the same members.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    service: Service,
    effort: Effort,
    resident: Option<PersonId>,
    only_familiar: bool,
    at: (i64, i64),
    not_these: BTreeSet<PersonId>,
}

impl Kind {
    fn of(request: &Request) -> Self {
        Self {
            service: request.terms.kind.service(),
            effort: request.terms.effort,
            resident: request.resident,
            only_familiar: request.strangers == Strangers::OnlyFamiliar,
            at: (request.at.lat_micro, request.at.lon_micro),
            not_these: request.not_these.clone(),
        }
    }
}

/// The steps of familiarity that `ranking` knows, in seconds of travel.
fn familiar_steps(times: u32) -> Option<i64> {
    match times {
        0 => None,
        1 | 2 => Some(FAMILIAR),
        _ => Some(2 * FAMILIAR),
    }
}

fn new_account(member: &MemberPlan) -> Account {
    let limits = &member.limits;
    let wish = member.wished_week.or(limits.minutes_a_week).unwrap_or(USUAL_WISH);
    Account {
        most_jobs: limits.visits_a_week.map_or(u32::MAX, u32::from),
        most_seconds: limits.minutes_a_week.map_or(i64::MAX, Minutes::seconds),
        most_heavy: limits.heavy_a_week.map_or(u32::MAX, u32::from),
        wished: Some(wish.seconds().clamp(3600, 1 << 28)),
        used_jobs: 0,
        used_seconds: 0,
        used_heavy: 0,
    }
}

/// From when and until when the day's travel may be: from midnight to a rest before the next, unless what is agreed on
/// other days reaches over.
fn between_neighbours(
    member: &MemberPlan,
    gap: i64,
    agreed: &[(NaiveDate, PlannedVisit)],
    date: NaiveDate,
    day: Span,
) -> (Moment, Moment) {
    let way = |visit: &PlannedVisit| travel(member.mode, visit.at, member.home);
    let (mut leaves, mut home_by) = (day.start, day.end.plus_seconds(-gap));
    for (on, visit) in agreed {
        if *on < date {
            leaves = leaves.max((visit.work().end + way(visit)).plus_seconds(gap));
        } else if *on > date {
            home_by = home_by.min((visit.start - way(visit)).plus_seconds(-gap));
        }
    }
    (leaves, home_by)
}

fn clamped(seconds: i64) -> i32 {
    i32::try_from(seconds.clamp(-i64::from(FAR), i64::from(FAR))).unwrap_or(FAR)
}

fn monday(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))).unwrap_or(date)
}
