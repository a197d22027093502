//! A member falls ill: both ends of the trade.

use assignment::{
    Difference, Evaluations, Link, Place, Plan, Snapshot, Stands, WantedVisit, check_linked, check_planned, fallen_ill,
    feasible_at, plan, plan_linked,
};
use domain::{Moment, PersonId, Span, Strength, VisitId};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    links::linked,
    wishes::{Wanting, standing, wanting},
    world::{ZONE, member_id},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn at_once_nothing_else_moves_and_searching_never_helps_fewer(wanting in wanting(5, 12)) {
        let Wanting { world, wanted } = &wanting;
        let first = plan(&world.snapshot, wanted, 1, &mut Evaluations(100)).unwrap();
        let told = standing(wanted, &first, |_, place| Stands::Movable(place));
        let accepted = first.accepted(&world.snapshot, wanted);
        let (ill, away) = (member_id(1), world.days(0, 16));
        let trade = fallen_ill(&accepted, &told, &[], ill, away, 3, &mut Evaluations(300)).unwrap();

        for answer in [&trade.at_once, &trade.searched] {
            prop_assert_eq!(check_planned(&accepted, &told, answer), vec![]);
            prop_assert!(answer.visits.iter().all(|wish| wish.place().is_none_or(|place| place.member != ill)));
        }
        for (wish, planned) in told.iter().zip(&trade.at_once.visits) {
            let theirs = wish.place().is_some_and(|place| place.member == ill);
            let kept = matches!(planned.difference, Difference::Kept | Difference::New);
            prop_assert!(kept || theirs, "{:?}", planned);
        }
        prop_assert!(trade.searched.undone(wanted) <= trade.at_once.undone(wanted));
    }
}

/// Linked visits as they were planned, and the member who falls ill: one who has half of a pair, if anybody has.
struct Told {
    accepted: Snapshot,
    wanted: Vec<WantedVisit>,
    links: Vec<Link>,
    ill: PersonId,
    away: Span,
}

impl Told {
    fn new(Wanting { world, wanted }: &Wanting, links: &[Link]) -> Self {
        let first = plan_linked(&world.snapshot, wanted, links, 1, &mut Evaluations(100)).unwrap();
        let told = standing(wanted, &first, |_, place| Stands::Movable(place));
        let accepted = first.accepted(&world.snapshot, wanted);
        let had = links.iter().find_map(|link| place_of(&told, link.first));
        let ill = had.map_or(member_id(1), |place| place.member);
        Self { accepted, wanted: told, links: links.to_vec(), ill, away: world.days(0, 16) }
    }

    fn is_lost(&self, visit: VisitId) -> bool {
        place_of(&self.wanted, visit).is_some_and(|place| place.member == self.ill && self.away.contains(place.start))
    }

    /// The pairs of which one was the ill member's: what they lost, and where the other stands.
    fn halves(&self) -> Vec<(&Link, VisitId, Place)> {
        let half = |lost: VisitId, other: VisitId| place_of(&self.wanted, other).filter(|_| self.is_lost(lost));
        let of = |Link { first, second, .. }: &Link| {
            let lost_first = half(*first, *second).map(|other| (*first, other));
            lost_first.or_else(|| half(*second, *first).map(|other| (*second, other)))
        };
        let halved = self.links.iter().filter_map(|link| of(link).map(|(lost, other)| (link, lost, other)));
        halved.collect()
    }

    /// Whether anybody else can make the lost half beside all that stands: every start of the grid of five minutes, and
    /// of the other half's.
    fn can_be_completed(&self, link: &Link, lost: VisitId, other: Place) -> bool {
        let mut without = self.accepted.clone();
        for member in without.members.iter_mut().filter(|member| member.id == self.ill) {
            member.visits.retain(|visit| !self.is_lost(visit.id));
            for day in 0..20 {
                member.strength.insert(ZONE.date(self.away.start) + chrono::Days::new(day), Strength::Pause);
            }
        }
        let (from, to) = if lost == link.first {
            (other.start - link.most, other.start - link.least)
        } else {
            (other.start + link.least, other.start + link.most)
        };
        let wish = self.wanted.iter().find(|wish| wish.id == lost).unwrap();
        let starts = (from.seconds()..=to.seconds()).filter(|at| at % 300 == 0).map(Moment::from_seconds);
        let mut starts = starts.filter(|at| wish.windows.iter().any(|window| window.contains(*at)));
        starts.any(|at| {
            let others = without.members.iter().filter(|member| member.id != other.member);
            others.into_iter().any(|member| feasible_at(&without.rules, without.now, member, &wish.request, at).is_ok())
        })
    }
}

fn place_of(told: &[WantedVisit], visit: VisitId) -> Option<Place> {
    told.iter().find(|wish| wish.id == visit)?.place()
}

fn answer_of(plan: &Plan, visit: VisitId) -> &assignment::PlannedWish {
    plan.visits.iter().find(|wish| wish.visit == visit).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_pair_is_left_half_done_and_its_other_half_stays_if_it_can((wanting, links) in linked(7, 12)) {
        let told = Told::new(&wanting, &links);
        let Told { accepted, wanted, ill, away, .. } = &told;
        let trade = fallen_ill(accepted, wanted, &links, *ill, *away, 3, &mut Evaluations(150)).unwrap();

        for answer in [&trade.at_once, &trade.searched] {
            prop_assert_eq!(check_linked(accepted, wanted, &links, answer), vec![]);
            prop_assert!(answer.visits.iter().all(|wish| wish.place().is_none_or(|place| place.member != *ill)));
        }
        prop_assert!(trade.searched.undone(wanted) <= trade.at_once.undone(wanted));

        let halves = told.halves();
        for planned in &trade.at_once.visits {
            let is_other = halves.iter().any(|(link, lost, _)| {
                *lost != planned.visit && [link.first, link.second].contains(&planned.visit)
            });
            let may_be = match planned.difference {
                Difference::Kept | Difference::New => true,
                Difference::Moved { .. } => told.is_lost(planned.visit),
                Difference::Lost { .. } => told.is_lost(planned.visit) || is_other,
            };
            prop_assert!(may_be, "{planned:?}");
        }
        // Where only one pair is halved, nothing competes with it for who is there.
        if let [(link, lost, other)] = halves.as_slice() {
            let can = told.can_be_completed(link, *lost, *other);
            let stayed = if *lost == link.first { link.second } else { link.first };
            prop_assert_eq!(answer_of(&trade.at_once, *lost).place().is_some(), can);
            prop_assert_eq!(answer_of(&trade.at_once, stayed).place(), can.then_some(*other));
        }
    }
}

/// The cases are worth what they hold: often the other half stays, and often it is given up.
#[test]
fn halved_pairs_are_completed_and_given_up() {
    let mut runner = TestRunner::deterministic();
    let (mut completed, mut given_up, mut moved) = (0, 0, 0);
    for _ in 0..600 {
        let (wanting, links) = linked(7, 12).new_tree(&mut runner).unwrap().current();
        let told = Told::new(&wanting, &links);
        let mut budget = Evaluations(150);
        let trade = fallen_ill(&told.accepted, &told.wanted, &links, told.ill, told.away, 3, &mut budget).unwrap();
        for (_, lost, _) in told.halves() {
            match (answer_of(&trade.at_once, lost).place(), answer_of(&trade.searched, lost).place()) {
                (Some(_), _) => completed += 1,
                (None, Some(_)) => moved += 1,
                (None, None) => given_up += 1,
            }
        }
    }
    assert!(completed >= 20 && given_up >= 20 && moved >= 5, "{completed} {given_up} {moved}");
}
