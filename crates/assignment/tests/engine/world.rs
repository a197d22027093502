//! Random neighbourhoods: up to 12 members and 30 visits around two weeks of interest, every limit possible.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Range, RangeInclusive},
};

use assignment::{CoopRules, MemberPlan, PlannedVisit, Request, Snapshot, Strangers, check_plan};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::{
    Cents, Coordinates, CreditEligibility, DayException, DayHours, EarningsGuard, Effort, Hours, JobKind, JobTerms,
    Limits, MinuteOfDay, Minutes, Moment, PersonId, Service, Span, Strength, TravelMode, VisitId, Zone,
};
use proptest::{option, prelude::*};

/// A neighbourhood, a question about it, and what each of its visits is.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) request: Request,
    pub(crate) known: BTreeMap<VisitId, (Service, PersonId)>,
    /// The first of the fourteen days.
    pub(crate) first: NaiveDate,
}

/// A visit as drawn, before it is known whether it fits anywhere.
#[derive(Clone, Copy, Debug)]
struct Draft {
    member: usize,
    visit: PlannedVisit,
    service: Service,
    resident: PersonId,
}

/// How many cases of a property are tried in every run, or in `NAAPURIAPU_SOAK=1` (`cargo xtask soak`).
#[allow(dead_code, reason = "one of the two test programs")]
pub(crate) fn cases(in_every_run: u32, in_a_soak: u32) -> ProptestConfig {
    let soak = std::env::var_os("NAAPURIAPU_SOAK").is_some_and(|value| value == "1");
    ProptestConfig::with_cases(if soak { in_a_soak } else { in_every_run })
}

pub(crate) const ZONE: Zone = Zone::HELSINKI;
const DAYS: u64 = 14;

pub(crate) fn member_id(n: u8) -> PersonId {
    PersonId::from_random([n; 16])
}

pub(crate) fn resident_id(n: u8) -> PersonId {
    PersonId::from_random([100 + n; 16])
}

pub(crate) fn visit_id(n: u8) -> VisitId {
    VisitId::from_random([n; 16])
}

pub(crate) fn at(date: NaiveDate, minute: u16) -> Moment {
    ZONE.at(date, MinuteOfDay::new(minute).unwrap())
}

impl World {
    /// The snapshot with one visit more, as if the request had been agreed.
    pub(crate) fn with_agreed(&self, member: PersonId, start: Moment) -> Self {
        let mut world = self.clone();
        let mut bytes = [0xEE; 16];
        bytes[15] = member.as_bytes()[0];
        let id = VisitId::from_random(bytes);
        let terms = &self.request.terms;
        let visit = PlannedVisit {
            id,
            start,
            minutes: terms.minutes,
            effort: terms.effort,
            at: self.request.at,
            pay: terms.pay,
        };
        let plan = world.snapshot.members.iter_mut().find(|plan| plan.id == member).unwrap();
        plan.visits.push(visit);
        plan.visits.sort_by_key(|visit| visit.start);
        if let Some(resident) = self.request.resident {
            world.known.insert(id, (terms.kind.service(), resident));
        }
        world
    }

    pub(crate) fn member(&self, id: PersonId) -> &MemberPlan {
        self.snapshot.members.iter().find(|member| member.id == id).unwrap()
    }

    pub(crate) fn breaches(&self) -> Vec<assignment::Breach> {
        check_plan(&self.snapshot, &|id| self.known.get(&id).copied())
    }

    /// So many days from the first, midnight to midnight.
    pub(crate) fn days(&self, from: u64, count: u64) -> Span {
        let day = |n: u64| ZONE.day(self.first + Days::new(n)).span.start;
        Span { start: day(from), end: day(from + count) }
    }
}

/// A world whose plan breaks no rule.
pub(crate) fn clean_world() -> impl Strategy<Value = World> {
    world(true, some_members())
}

/// The same with so many members.
#[allow(dead_code, reason = "one of the two test programs")]
pub(crate) fn clean_world_of(members: RangeInclusive<usize>) -> impl Strategy<Value = World> {
    world(true, members)
}

fn some_members() -> impl Strategy<Value = usize> {
    prop_oneof![2 => 1..=3_usize, 1 => 4..=12_usize]
}

/// A world whose visits lie anywhere, over each other and over every limit (limits can be lowered later).
pub(crate) fn any_world() -> impl Strategy<Value = World> {
    world(false, some_members())
}

fn world(clean: bool, members: impl Strategy<Value = usize>) -> impl Strategy<Value = World> {
    let weeks = prop_oneof![
        // The spring change, on Easter Sunday 28 March.
        3 => Just((2027, 3, 22)),
        // The autumn change on 31 October, and All Saints' on 6 November.
        3 => Just((2027, 10, 25)),
        1 => Just((2026, 12, 14)),
        2 => Just((2026, 11, 23)),
    ];
    (weeks, members).prop_flat_map(move |((year, month, day), members)| {
        let first = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        (
            prop::collection::vec(member(first), members),
            prop_oneof![1 => 0..=10_usize, 3 => 10..=30_usize]
                .prop_flat_map(move |visits| prop::collection::vec(draft(first, members), visits)),
            request(members),
            rules(),
            0..7 * 24 * 12_i64,
        )
            .prop_map(move |(mut members, drafts, request, rules, fives)| {
                for (n, member) in members.iter_mut().enumerate() {
                    member.id = member_id(u8::try_from(n).unwrap() + 1);
                }
                let now = at(first, 0).plus_seconds(fives * 300 - 86_400);
                let mut world =
                    World { snapshot: Snapshot { now, rules, members }, request, known: BTreeMap::new(), first };
                for (n, draft) in drafts.into_iter().enumerate() {
                    world.place(visit_id(u8::try_from(n).unwrap() + 1), draft, clean);
                }
                world
            })
    })
}

impl World {
    /// Puts a visit into its member's plan, unless it would break a rule there and the plan is to be clean.
    fn place(&mut self, id: VisitId, draft: Draft, clean: bool) {
        let plan = &self.snapshot.members[draft.member];
        let mut tried = plan.clone();
        tried.visits.push(PlannedVisit { id, ..draft.visit });
        tried.visits.sort_by_key(|visit| visit.start);
        let about = (draft.service, draft.resident);
        let alone = Snapshot { members: vec![tried.clone()], ..self.snapshot.clone() };
        let known = |asked: VisitId| if asked == id { Some(about) } else { self.known.get(&asked).copied() };
        if !clean || check_plan(&alone, &known).is_empty() {
            self.snapshot.members[draft.member] = tried;
            self.known.insert(id, about);
        }
    }
}

fn rules() -> impl Strategy<Value = CoopRules> {
    let hours = prop_oneof![2 => Just((7, 20)), 1 => Just((0, 24))];
    (hours, 0..300_i64).prop_map(|((opens, closes), notice)| CoopRules {
        zone: ZONE,
        opens: MinuteOfDay::new(opens * 60).unwrap(),
        closes: MinuteOfDay::new(closes * 60).unwrap(),
        notice: Minutes(notice),
    })
}

/// Mostly in one district; sometimes so far away that the way home takes half the night.
fn place() -> impl Strategy<Value = Coordinates> {
    let near = (-9..=9_i64, -9..=9_i64).prop_map(|(north, east)| (north * 1_500, east * 3_500));
    let far = (-2..=2_i64, -2..=2_i64).prop_map(|(north, east)| (north * 150_000, east * 300_000));
    prop_oneof![12 => near, 1 => far]
        .prop_map(|(north, east)| Coordinates { lat_micro: 65_060_000 + north, lon_micro: 25_440_000 + east })
}

/// Whole quarters of an hour, so that sums often reach a cap exactly.
fn quarters(range: Range<i64>) -> impl Strategy<Value = Minutes> {
    range.prop_map(|quarters| Minutes(quarters * 15))
}

/// A visit's minutes: mostly whole quarters.
fn length() -> impl Strategy<Value = i64> {
    prop_oneof![3 => (1..12_i64).prop_map(|quarters| quarters * 15), 1 => 5..180_i64]
}

/// Cents in steps of five euros, for the same reason.
fn euros(steps: i64) -> impl Strategy<Value = i64> {
    (0..=steps).prop_map(|step| step * 500)
}

fn service() -> impl Strategy<Value = Service> {
    prop::sample::select(Service::ALL)
}

/// Most of the services, so that the later rules have something to say.
fn skills() -> impl Strategy<Value = BTreeSet<Service>> {
    prop::collection::vec(prop::bool::weighted(0.85), Service::ALL.len())
        .prop_map(|has| Service::ALL.iter().zip(has).filter_map(|(service, has)| has.then_some(*service)).collect())
}

fn effort() -> impl Strategy<Value = Effort> {
    prop::sample::select(Effort::ALL)
}

fn day_hours() -> impl Strategy<Value = DayHours> {
    (0..92_u16, 1..60_u16).prop_map(|(from, length)| {
        let minute = |quarter: u16| MinuteOfDay::new(quarter.min(96) * 15).unwrap();
        DayHours { from: minute(from), to: minute(from + length) }
    })
}

fn hours() -> impl Strategy<Value = Hours> {
    let stretch = (0..7_u8, day_hours()).prop_map(|(day, hours)| (Weekday::try_from(day).unwrap(), hours));
    let all_day = Just(Hours(
        (0..7_u8)
            .map(|day| {
                let hours = DayHours { from: MinuteOfDay::new(0).unwrap(), to: MinuteOfDay::MIDNIGHT };
                (Weekday::try_from(day).unwrap(), hours)
            })
            .collect(),
    ));
    prop_oneof![2 => prop::collection::vec(stretch, 0..14).prop_map(Hours), 2 => all_day]
}

fn limits() -> impl Strategy<Value = Limits> {
    let day = (option::weighted(0.4, 0..4_u16), option::weighted(0.4, quarters(2..20)));
    let week = (
        option::weighted(0.4, 0..8_u16),
        option::weighted(0.4, quarters(4..60)),
        option::weighted(0.4, 0..3_u16),
        option::weighted(0.4, 1..5_u16),
    );
    let earnings = prop_oneof![
        3 => Just(EarningsGuard::Off),
        1 => euros(60).prop_map(|sum| EarningsGuard::Tell(Cents(sum))),
        2 => euros(60).prop_map(|sum| EarningsGuard::Wall(Cents(sum))),
    ];
    let heaviest = prop_oneof![3 => Just(Effort::Heavy), 1 => effort()];
    (day, week, heaviest, 0..45_i64, option::weighted(0.4, 500..12_000_u32), earnings).prop_map(
        |((visits, minutes), (week_visits, week_minutes, heavy, row), heaviest, gap, furthest_metres, earnings)| {
            Limits {
                visits_a_day: visits,
                minutes_a_day: minutes,
                visits_a_week: week_visits,
                minutes_a_week: week_minutes,
                heavy_a_week: heavy,
                days_in_row: row,
                heaviest,
                gap: Minutes(gap),
                furthest_metres,
                earnings,
            }
        },
    )
}

fn date(first: NaiveDate) -> impl Strategy<Value = NaiveDate> {
    (0..DAYS).prop_map(move |day| first + Days::new(day))
}

fn residents() -> impl Strategy<Value = BTreeSet<PersonId>> {
    prop::collection::btree_set((0..6_u8).prop_map(resident_id), 0..3)
}

fn member(first: NaiveDate) -> impl Strategy<Value = MemberPlan> {
    let exception =
        (date(first), prop::collection::vec(day_hours(), 0..3)).prop_map(|(date, hours)| DayException { date, hours });
    let strength = prop::sample::select(Strength::ALL);
    let who = (place(), prop::sample::select(TravelMode::ALL), skills());
    let week =
        (hours(), prop::collection::vec(exception, 0..3), prop::collection::btree_map(date(first), strength, 0..4));
    let people = (residents(), prop::collection::btree_map((0..6_u8).prop_map(resident_id), 0..5_u32, 0..4));
    let wish = option::of((0..1_200_i64).prop_map(Minutes));
    (who, limits(), week, people, wish).prop_map(
        |((home, mode, skills), limits, (hours, exceptions, strength), (blocked, knows), wished_week)| MemberPlan {
            id: member_id(0),
            home,
            mode,
            skills,
            limits,
            hours,
            exceptions,
            strength,
            blocked,
            knows,
            wished_week,
            visits: Vec::new(),
        },
    )
}

fn draft(first: NaiveDate, members: usize) -> impl Strategy<Value = Draft> {
    let job = (service(), effort(), length(), place(), euros(12));
    (0..members, date(first), 0..288_u16, (0..6_u8).prop_map(resident_id), job).prop_map(
        |(member, date, five, resident, (service, effort, minutes, place, pay))| Draft {
            member,
            visit: PlannedVisit {
                id: visit_id(0),
                start: at(date, five * 5),
                minutes: Minutes(minutes),
                effort,
                at: place,
                pay: Cents(pay),
            },
            service,
            resident,
        },
    )
}

pub(crate) fn request(members: usize) -> impl Strategy<Value = Request> {
    let most = u8::try_from(members).unwrap();
    let terms = (prop::sample::select(JobKind::ALL), length(), effort(), euros(12));
    let strangers = prop_oneof![4 => Just(Strangers::Welcome), 1 => Just(Strangers::OnlyFamiliar)];
    let not_these = prop::collection::btree_set((1..=most).prop_map(member_id), 0..2);
    (option::weighted(0.9, (0..6_u8).prop_map(resident_id)), place(), terms, strangers, not_these).prop_map(
        |(resident, place, (kind, minutes, effort, pay), strangers, not_these)| Request {
            resident,
            at: place,
            terms: JobTerms {
                kind,
                minutes: Minutes(minutes),
                effort,
                price: Cents(pay * 2),
                labour_percent: 80,
                pay: Cents(pay),
                credit: CreditEligibility::Eligible,
            },
            strangers,
            not_these,
        },
    )
}

/// The Monday of a date's week.
pub(crate) fn monday(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.weekday().num_days_from_monday()))
}
