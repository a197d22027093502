//! The judge is judged: every kind of breach, made in a plan that had none, is found.

use std::collections::BTreeMap;

use assignment::{Breach, MemberPlan, PlannedVisit, Rule};
use chrono::{Datelike, Days, NaiveDate};
use domain::{
    Cents, DayException, DayHours, EarningsGuard, Effort, MinuteOfDay, Minutes, Service, Strength, is_holiday,
};
use proptest::{prelude::*, sample::Index, strategy::ValueTree};

use crate::world::{World, ZONE, at, clean_world, monday, visit_id};

/// A world and one visit in it, to be spoilt.
struct Spoilt {
    world: World,
    member: usize,
    visit: usize,
}

impl Spoilt {
    fn plan(&mut self) -> &mut MemberPlan {
        &mut self.world.snapshot.members[self.member]
    }

    fn visit(&mut self) -> &mut PlannedVisit {
        let visit = self.visit;
        &mut self.plan().visits[visit]
    }

    fn date(&mut self) -> NaiveDate {
        ZONE.date(self.visit().start)
    }

    /// The member's visits whose date `belongs`.
    fn those(&mut self, belongs: impl Fn(NaiveDate) -> bool) -> Vec<PlannedVisit> {
        self.plan().visits.iter().filter(|visit| belongs(ZONE.date(visit.start))).copied().collect()
    }

    /// The breach of a rule by the visit itself.
    fn by_visit(&mut self, rule: Rule) -> Breach {
        Breach::Visit { member: self.plan().id, visit: self.visit().id, rule }
    }

    fn by_cap(&mut self, from: NaiveDate, rule: Rule) -> Breach {
        Breach::Cap { member: self.plan().id, from, rule }
    }

    /// Another visit of the same member that begins so many seconds after this one ends, at the same place.
    fn follow(&mut self, seconds: i64) -> PlannedVisit {
        let visit = *self.visit();
        let start = visit.work().end.plus_seconds(seconds);
        let next = PlannedVisit { id: visit_id(200), start, ..visit };
        // Nothing else is to come between the two.
        self.plan().visits = vec![visit, next];
        self.visit = 0;
        next
    }
}

type Spoil = fn(&mut Spoilt) -> Option<Breach>;

/// One way to spoil a plan for each kind of breach; none where this plan can't be spoilt so.
const WAYS: &[(&str, Spoil)] = &[
    ("before the co-op opens", |s| {
        let (date, opens) = (s.date(), s.world.snapshot.rules.opens.get());
        s.visit().start = at(date, opens).plus_seconds(-60);
        Some(s.by_visit(Rule::CoopHours))
    }),
    ("after it closes", |s| {
        let (date, closes) = (s.date(), s.world.snapshot.rules.closes.get());
        s.visit().start = at(date, closes) - s.visit().minutes;
        s.visit().start = s.visit().start.plus_seconds(60);
        Some(s.by_visit(Rule::CoopHours))
    }),
    ("cleaning on a holiday", |s| {
        let first = s.world.first;
        let holiday = (0..14).map(|n| first + Days::new(n)).find(|date| is_holiday(*date))?;
        s.visit().start = at(holiday, 12 * 60);
        let id = s.visit().id;
        s.world.known.get_mut(&id)?.0 = Service::Cleaning;
        Some(s.by_visit(Rule::CoopHours))
    }),
    ("a skill they don't have", |s| {
        let id = s.visit().id;
        let service = s.world.known[&id].0;
        s.plan().skills.remove(&service);
        Some(s.by_visit(Rule::Skill))
    }),
    ("a no between the two", |s| {
        let id = s.visit().id;
        let resident = s.world.known[&id].1;
        s.plan().blocked.insert(resident);
        Some(s.by_visit(Rule::Blocked))
    }),
    ("their own home help", |s| {
        let (id, member) = (s.visit().id, s.plan().id);
        s.world.known.get_mut(&id)?.1 = member;
        Some(s.by_visit(Rule::Blocked))
    }),
    ("too far", |s| {
        let place = s.visit().at;
        let metres = s.plan().home.metres_to(place);
        s.plan().limits.furthest_metres = Some(metres.checked_sub(1)?);
        Some(s.by_visit(Rule::Distance))
    }),
    ("too heavy", |s| {
        s.visit().effort = Effort::Heavy;
        s.plan().limits.heaviest = Effort::Medium;
        Some(s.by_visit(Rule::TooHeavy))
    }),
    ("a day off", |s| {
        let date = s.date();
        s.plan().exceptions.push(DayException { date, hours: Vec::new() });
        Some(s.by_visit(Rule::Hours))
    }),
    ("hours with a hole", |s| {
        let (date, visit) = (s.date(), *s.visit());
        let midnight = ZONE.day(date).span;
        (midnight.end.seconds_since(midnight.start) == 86_400).then_some(())?;
        let hole = u16::try_from(visit.start.seconds_since(midnight.start) / 60 + visit.minutes.0 / 2).ok()?;
        let minute = |n: u16| MinuteOfDay::new(n).unwrap();
        let hours = vec![
            DayHours { from: minute(hole + 1), to: minute(24 * 60) },
            DayHours { from: minute(0), to: minute(hole) },
        ];
        s.plan().exceptions.push(DayException { date, hours });
        Some(s.by_visit(Rule::Hours))
    }),
    ("a pause", |s| {
        let date = s.date();
        s.plan().strength.insert(date, Strength::Pause);
        Some(s.by_visit(Rule::Strength))
    }),
    ("two at once", |s| {
        let first = s.visit().id;
        let second = s.follow(-60).id;
        Some(Breach::Overlap { member: s.plan().id, first, second })
    }),
    ("no time for the way", |s| {
        let first = s.visit().id;
        let second = s.follow(0);
        s.plan().visits[1].at.lat_micro += 9_000;
        Some(Breach::Overlap { member: s.plan().id, first, second: second.id })
    }),
    ("not home before the next morning", |s| {
        let first = s.visit().id;
        // The longest day of the year has 25 hours.
        let second = s.follow(26 * 3600);
        for visit in &mut s.plan().visits {
            visit.at.lat_micro += 4_000_000;
        }
        Some(Breach::Overlap { member: s.plan().id, first, second: second.id })
    }),
    ("too little rest", |s| {
        let first = s.visit().id;
        s.plan().limits.gap = Minutes(10);
        let date = s.date();
        let second = s.follow(9 * 60);
        // Over midnight the way home comes between.
        (ZONE.date(second.start) == date).then_some(())?;
        Some(Breach::TooLittleRest { member: s.plan().id, first, second: second.id })
    }),
    ("visits a day", |s| {
        let date = s.date();
        let count = u16::try_from(s.those(|day| day == date).len()).ok()?;
        s.plan().limits.visits_a_day = Some(count - 1);
        Some(s.by_cap(date, Rule::VisitsADay))
    }),
    ("minutes a day", |s| {
        let date = s.date();
        let minutes: Minutes = s.those(|day| day == date).iter().map(|visit| visit.minutes).sum();
        s.plan().limits.minutes_a_day = Some(Minutes(minutes.0 - 1));
        Some(s.by_cap(date, Rule::MinutesADay))
    }),
    ("visits a week", |s| {
        let week = monday(s.date());
        let count = u16::try_from(s.those(|day| monday(day) == week).len()).ok()?;
        s.plan().limits.visits_a_week = Some(count - 1);
        Some(s.by_cap(week, Rule::VisitsAWeek))
    }),
    ("minutes a week", |s| {
        let week = monday(s.date());
        let minutes: Minutes = s.those(|day| monday(day) == week).iter().map(|visit| visit.minutes).sum();
        s.plan().limits.minutes_a_week = Some(Minutes(minutes.0 - 1));
        Some(s.by_cap(week, Rule::MinutesAWeek))
    }),
    ("heavy ones a week", |s| {
        s.visit().effort = Effort::Heavy;
        let week = monday(s.date());
        let heavy = s.those(|day| monday(day) == week).iter().filter(|visit| visit.effort == Effort::Heavy).count();
        s.plan().limits.heavy_a_week = Some(u16::try_from(heavy).ok()? - 1);
        Some(s.by_cap(week, Rule::HeavyAWeek))
    }),
    ("days in a row", |s| {
        let mut from = s.date();
        while !s.those(|day| day == from - Days::new(1)).is_empty() {
            from = from - Days::new(1);
        }
        let mut length = 0;
        while !s.those(|day| day == from + Days::new(length)).is_empty() {
            length += 1;
        }
        s.plan().limits.days_in_row = Some(u16::try_from(length).ok()? - 1);
        Some(s.by_cap(from, Rule::DaysInRow))
    }),
    ("the earnings wall", |s| {
        let first = s.date().with_day(1)?;
        let pay: Cents = s.those(|day| day.with_day(1) == Some(first)).iter().map(|visit| visit.pay).sum();
        s.plan().limits.earnings = EarningsGuard::Wall(Cents(pay.0 - 1));
        Some(s.by_cap(first, Rule::Earnings))
    }),
    ("one visit twice", |s| {
        let visit = *s.visit();
        let last = s.world.snapshot.members.len() - 1;
        s.world.snapshot.members[last].visits.push(visit);
        Some(Breach::Twice { visit: visit.id })
    }),
];

fn with_visits() -> impl Strategy<Value = World> {
    let some = |world: &World| world.snapshot.members.iter().any(|member| !member.visits.is_empty());
    clean_world().prop_filter("a plan with visits", some)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_kind_of_breach_is_found(world in with_visits(), which in any::<Index>()) {
        prop_assert_eq!(world.breaches(), vec![]);
        let places: Vec<(usize, usize)> = (0..world.snapshot.members.len())
            .flat_map(|member| (0..world.snapshot.members[member].visits.len()).map(move |visit| (member, visit)))
            .collect();
        let (member, visit) = places[which.index(places.len())];
        for (name, spoil) in WAYS {
            let mut spoilt = Spoilt { world: world.clone(), member, visit };
            if let Some(breach) = spoil(&mut spoilt) {
                let found = spoilt.world.breaches();
                prop_assert!(found.contains(&breach), "{}: {:?} isn't among {:?}", name, breach, found);
            }
        }
    }
}

/// The property above skips what a plan can't be spoilt by; this counts that no way is skipped always.
#[test]
fn every_way_to_spoil_a_plan_is_used() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut used: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..60 {
        let world = with_visits().new_tree(&mut runner).unwrap().current();
        let member = world.snapshot.members.iter().position(|member| !member.visits.is_empty()).unwrap();
        for (name, spoil) in WAYS {
            let mut spoilt = Spoilt { world: world.clone(), member, visit: 0 };
            if let Some(breach) = spoil(&mut spoilt) {
                assert!(spoilt.world.breaches().contains(&breach), "{name}");
                *used.entry(name).or_default() += 1;
            }
        }
    }
    for (name, _) in WAYS {
        assert!(used.get(name).is_some_and(|times| *times >= 10), "{name}: {used:?}");
    }
}
