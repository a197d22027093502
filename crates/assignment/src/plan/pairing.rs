//! How linked pairs and single visits share the members.
//!
//! Two plans are made, each for half the budget, and the better is taken: pairs first, one after the other by urgency,
//! and the search plans single visits around them; or single visits first, and pairs where there is room. Either way
//! pairs are offered to everybody once more at the end.
//!
//! # When one of two is lost
//! A pair whose one half fell away keeps the other where people were told it is, if anybody can make the lost one at their
//! distance. [`Pairing::at_once`] looks no further: else neither half stays. [`Pairing::search`] may move both.
//!
//! # What it isn't
//! No joint search: pairs don't move while single visits are searched for, and a pair doesn't push a single visit that
//! stands.

use std::collections::{BTreeMap, BTreeSet};

use domain::VisitId;

use super::{
    BadProblem, Link, Place, Plan, Stands, WantedVisit,
    answer::{Growing, looks},
    layout::{Layout, sound},
    links::Pair,
    two::{Half, best_two, on_the_grid},
    undone,
    why_no_two::why_no_two,
};
use crate::{
    Budget, Decision, Difference, Failure, PlannedWish, Snapshot,
    calendar::Calendar,
    routes::{Solution, first_plan},
    starts::Starts,
};

/// The pairs and what is wanted, while plans are made.
pub(super) struct Pairing<'a> {
    wanted: &'a [WantedVisit],
    pairs: Vec<Pair>,
    /// By wish: whether it is one of a pair.
    is_linked: Vec<bool>,
    /// The members without anything that is wanted.
    bare: Snapshot,
    calendar: Calendar,
}

/// Two plans share a budget one after the other: each sees its own part.
struct Part<'a, B> {
    whole: &'a mut B,
    /// Changes tried by those before, and the shares at which this part begins and ends.
    before: u64,
    from: f64,
    to: f64,
    tried: u64,
}

impl<B: Budget> Budget for Part<'_, B> {
    fn spent(&mut self, evaluations: u64) -> f64 {
        self.tried = evaluations;
        let whole = self.whole.spent(self.before.saturating_add(evaluations));
        ((whole - self.from) / (self.to - self.from)).max(0.0)
    }
}

impl<'a> Pairing<'a> {
    pub(super) fn new(snapshot: &Snapshot, wanted: &'a [WantedVisit], links: &[Link]) -> Result<Self, BadProblem> {
        sound(snapshot, wanted)?;
        let index_of: BTreeMap<VisitId, usize> = wanted.iter().zip(0..).map(|(wish, index)| (wish.id, index)).collect();
        let mut is_linked = vec![false; wanted.len()];
        let mut pairs = Vec::with_capacity(links.len());
        for link in links {
            let mut index = |visit: VisitId| {
                let index = *index_of.get(&visit).ok_or(BadProblem::Link(visit))?;
                let twice = is_linked.get_mut(index).is_none_or(|linked| std::mem::replace(linked, true));
                if twice { Err(BadProblem::Link(visit)) } else { Ok(index) }
            };
            let (first, second) = (index(link.first)?, index(link.second)?);
            // Starts are on the grid, so their distances are.
            let (least, most) = (link.least.seconds(), link.most.seconds());
            let apart = Starts::new(least, most).and_then(on_the_grid).filter(|apart| apart.first >= 0);
            let Some(Starts { first: least, last: most }) = apart else { return Err(BadProblem::Link(link.first)) };
            pairs.push(Pair { first, second, least, most });
        }
        let urgency = |index: usize| wanted.get(index).map_or(0, |wish| u32::from(wish.urgency));
        pairs.sort_by_key(|pair| std::cmp::Reverse(urgency(pair.first) + urgency(pair.second)));
        let ids: BTreeSet<VisitId> = wanted.iter().map(|wish| wish.id).collect();
        let mut bare = snapshot.clone();
        for member in &mut bare.members {
            member.visits.retain(|visit| !ids.contains(&visit.id));
        }
        Ok(Self { wanted, pairs, is_linked, bare, calendar: Calendar::plain(snapshot.rules.zone) })
    }

    /// The best places found within the budget, and how many changes were tried for them.
    pub(super) fn search(&self, seed: u64, budget: &mut impl Budget) -> Result<(Vec<Option<Place>>, u64), BadProblem> {
        let mut half = Part { whole: budget, before: 0, from: 0.0, to: 0.5, tried: 0 };
        let pairs_first = self.pairs_first(seed, &mut half)?;
        let before = half.tried;
        let mut half = Part { whole: budget, before, from: 0.5, to: 1.0, tried: 0 };
        let singles_first = self.singles_first(seed, &mut half)?;
        let better = if self.score(&singles_first) < self.score(&pairs_first) { singles_first } else { pairs_first };
        Ok((better, before + half.tried))
    }

    /// What stands stays, but for half a pair that can't be made whole beside it; the rest goes where there is room.
    pub(super) fn at_once(&self) -> Result<Vec<Option<Place>>, BadProblem> {
        let mut growing = self.growing(&self.standing(|_, _| true));
        self.complete_halves(&mut growing);
        for pair in self.pairs.iter().filter(|pair| pair.is_nowhere(self.wanted)) {
            if let Some(both) = self.best(&growing, *pair, (None, None)) {
                growing.put_both(*pair, both);
            }
        }
        self.plan_around(|index| self.stays_beside(&growing.places, index), |layout| first_plan(&layout.problem))
    }

    /// Where wishes are before the planning: those for which it is asked.
    fn standing(&self, which: impl Fn(usize, &WantedVisit) -> bool) -> Vec<Option<Place>> {
        let place = |(index, wish): (usize, &WantedVisit)| wish.place().filter(|_| which(index, wish));
        self.wanted.iter().enumerate().map(place).collect()
    }

    fn growing(&self, places: &[Option<Place>]) -> Growing<'a> {
        let mut growing = Growing::empty(self.bare.clone(), self.wanted);
        for (index, place) in places.iter().enumerate() {
            if let Some(place) = place {
                growing.put(index, *place);
            }
        }
        growing
    }

    /// Pairs beside all that stands; then single visits around them.
    fn pairs_first(&self, seed: u64, budget: &mut impl Budget) -> Result<Vec<Option<Place>>, BadProblem> {
        let mut beside = self.growing(&self.standing(|_, _| true));
        self.place_pairs(&mut beside);
        let stays = |index: usize| self.stays_beside(&beside.places, index);
        let planned = self.plan_around(stays, |layout| layout.search(seed, budget))?;
        let mut growing = self.growing(&planned);
        self.place_pairs(&mut growing);
        Ok(growing.places)
    }

    /// Single visits beside the pairs that stand; then pairs where there is room.
    fn singles_first(&self, seed: u64, budget: &mut impl Budget) -> Result<Vec<Option<Place>>, BadProblem> {
        let kept = self.standing(|index, wish| {
            let pair = self.pairs.iter().find(|pair| pair.first == index || pair.second == index);
            matches!(wish.stands, Stands::Pinned(_)) || pair.is_some_and(|pair| self.stands_rightly(*pair))
        });
        let stays = |index: usize| kept.get(index).copied().flatten();
        let planned = self.plan_around(stays, |layout| layout.search(seed, budget))?;
        let mut growing = self.growing(&planned);
        self.place_pairs(&mut growing);
        Ok(growing.places)
    }

    fn is_linked(&self, index: usize) -> bool {
        self.is_linked.get(index).copied().unwrap_or(false)
    }

    /// What of those places isn't searched for: linked visits, and what is pinned.
    fn stays_beside(&self, places: &[Option<Place>], index: usize) -> Option<Place> {
        let wish = self.wanted.get(index)?;
        if self.is_linked(index) { places.get(index).copied()? } else { wish.pinned() }
    }

    /// Plans the single visits, with what `stays` pinned, linked or not.
    fn plan_around(
        &self,
        stays: impl Fn(usize) -> Option<Place>,
        find: impl FnOnce(&Layout<'_>) -> Solution,
    ) -> Result<Vec<Option<Place>>, BadProblem> {
        let mut places: Vec<Option<Place>> = (0..self.wanted.len()).map(&stays).collect();
        let mut indices = Vec::with_capacity(self.wanted.len());
        let mut around = Vec::with_capacity(self.wanted.len());
        for (index, wish) in self.wanted.iter().enumerate() {
            let stands = match stays(index) {
                Some(place) => Stands::Pinned(place),
                None if self.is_linked(index) => continue,
                None => wish.stands,
            };
            indices.push(index);
            around.push(WantedVisit { stands, ..wish.clone() });
        }
        let layout = Layout::new(&self.bare, &around)?;
        let found = layout.places(&find(&layout));
        for (index, place) in indices.into_iter().zip(found) {
            if let Some(slot) = places.get_mut(index) {
                *slot = place;
            }
        }
        Ok(places)
    }

    /// Whether both stand, with two members and at their distance.
    fn stands_rightly(&self, pair: Pair) -> bool {
        let place = |index: usize| self.wanted.get(index).and_then(WantedVisit::place);
        matches!((place(pair.first), place(pair.second)), (Some(first), Some(second)) if pair.holds(first, second))
    }

    /// Gives each pair that isn't there two members, if there are two; takes half a pair away, unless it is pinned.
    fn place_pairs(&self, growing: &mut Growing<'a>) {
        for pair in &self.pairs {
            let (first, second) = growing.both(*pair);
            if matches!((first, second), (Some(first), Some(second)) if pair.holds(first, second)) {
                continue;
            }
            // As few people told anew as possible: one of the two stays where it is, if it may; else neither.
            let pinned = |index: usize| self.wanted.get(index).and_then(WantedVisit::pinned);
            let (pinned_first, pinned_second) = (pinned(pair.first), pinned(pair.second));
            growing.take(pair.first);
            growing.take(pair.second);
            let ways = [(first, pinned_second), (pinned_first, second), (pinned_first, pinned_second)];
            let allowed = ways.into_iter().filter(|(first, second)| {
                (pinned_first.is_none() || *first == pinned_first)
                    && (pinned_second.is_none() || *second == pinned_second)
            });
            let mut found = None;
            for given in allowed {
                found = found.or_else(|| self.best(growing, *pair, given));
            }
            let (first, second) =
                found.map_or((pinned_first, pinned_second), |(first, second)| (Some(first), Some(second)));
            for (index, place) in [(pair.first, first), (pair.second, second)] {
                if let Some(place) = place {
                    growing.put(index, place);
                }
            }
        }
    }

    /// Finds the missing half of each pair of which one stands, the other staying where it is. Of those for which that
    /// can't be, the least urgent is given up, unless it is pinned, and the rest are tried again with its room.
    fn complete_halves(&self, growing: &mut Growing<'a>) {
        let is_half = |pair: &Pair| {
            let (first, second) = growing.both(*pair);
            first.is_some() != second.is_some()
        };
        let mut halves: Vec<Pair> = self.pairs.iter().copied().filter(is_half).collect();
        loop {
            halves.retain(|pair| {
                let found = self.best(growing, *pair, growing.both(*pair));
                if let Some(both) = found {
                    growing.put_both(*pair, both);
                }
                found.is_none()
            });
            let Some(least) = halves.pop() else { return };
            for index in [least.first, least.second] {
                if self.wanted.get(index).is_some_and(|wish| wish.pinned().is_none()) {
                    growing.take(index);
                }
            }
        }
    }

    /// The best two places for a pair as the plan stands, of which some may be given.
    fn best(&self, growing: &Growing<'a>, pair: Pair, given: (Option<Place>, Option<Place>)) -> Option<(Place, Place)> {
        best_two(&growing.snapshot, &self.calendar, pair, self.halves(pair, given)?)
    }

    /// What is wanted of each of the two.
    fn halves(&self, pair: Pair, given: (Option<Place>, Option<Place>)) -> Option<[Half<'_>; 2]> {
        let half = |index: usize, given: Option<Place>| {
            let wish = self.wanted.get(index)?;
            Some(Half { request: &wish.request, windows: &wish.windows, given })
        };
        Some([half(pair.first, given.0)?, half(pair.second, given.1)?])
    }

    /// What plans are compared by: urgency left undone, then people told anew.
    fn score(&self, places: &[Option<Place>]) -> (u64, usize) {
        let both = self.wanted.iter().zip(places);
        let anew = both.filter(|(wish, place)| wish.place().is_some() && wish.place() != **place).count();
        (undone(self.wanted, places.iter().copied()), anew)
    }

    /// Why visits of pairs have no members as that plan stands, by the index of their wishes; of very many pairs, of the
    /// most urgent.
    fn failures(&self, places: &[Option<Place>]) -> BTreeMap<usize, Failure> {
        let mut failures = BTreeMap::new();
        let place = |index: usize| places.get(index).copied().flatten();
        let open = |pair: &&Pair| place(pair.first).is_none() || place(pair.second).is_none();
        let mut open = self.pairs.iter().filter(open).take(looks(self.bare.members.len())).peekable();
        if open.peek().is_none() {
            return failures;
        }
        let growing = self.growing(places);
        for pair in open {
            let Some(halves) = self.halves(*pair, growing.both(*pair)) else { continue };
            let told = why_no_two(&growing.snapshot, &self.calendar, *pair, halves);
            for (index, failure) in [pair.first, pair.second].into_iter().zip(told) {
                failures.extend(failure.map(|failure| (index, failure)));
            }
        }
        failures
    }

    /// The plan of those places, with its reasons; `before` tells where people were told that each visit is.
    pub(super) fn answer(
        &self,
        places: &[Option<Place>],
        evaluations: u64,
        before: impl Fn(usize) -> Option<Place>,
    ) -> Result<Plan, BadProblem> {
        let place = |index: usize| places.get(index).copied().flatten();
        let is_told = |index: &usize| place(*index).is_some() || !self.is_linked(*index);
        let indices: Vec<usize> = (0..self.wanted.len()).filter(is_told).collect();
        let told: Vec<WantedVisit> = indices
            .iter()
            .filter_map(|index| Some((*index, self.wanted.get(*index)?)))
            .map(|(index, wish)| WantedVisit {
                stands: place(index).map_or(Stands::Nowhere, Stands::Pinned),
                ..wish.clone()
            })
            .collect();
        let layout = Layout::new(&self.bare, &told)?;
        let before_told = |index: usize| indices.get(index).and_then(|index| before(*index));
        let answered = layout.answer(&layout.first_plan(), before_told);
        let mut answered: BTreeMap<VisitId, PlannedWish> =
            answered.visits.into_iter().map(|wish| (wish.visit, wish)).collect();
        let places: Vec<Option<Place>> =
            self.wanted.iter().map(|wish| answered.get(&wish.id).and_then(PlannedWish::place)).collect();
        let mut failures = self.failures(&places);
        let visits = self.wanted.iter().enumerate().map(|(index, wish)| {
            answered.remove(&wish.id).unwrap_or_else(|| PlannedWish {
                visit: wish.id,
                decision: Decision::Unassigned { failure: failures.remove(&index) },
                difference: before(index).map_or(Difference::New, |from| Difference::Lost { from }),
            })
        });
        Ok(Plan { visits: visits.collect(), evaluations })
    }
}

impl Pair {
    /// Whether neither of the two stands anywhere.
    fn is_nowhere(self, wanted: &[WantedVisit]) -> bool {
        [self.first, self.second].iter().all(|index| wanted.get(*index).is_some_and(|wish| wish.place().is_none()))
    }
}

impl Growing<'_> {
    /// Where the two of a pair are.
    fn both(&self, pair: Pair) -> (Option<Place>, Option<Place>) {
        let place = |index: usize| self.places.get(index).copied().flatten();
        (place(pair.first), place(pair.second))
    }

    /// Puts those of the two that aren't anywhere yet.
    fn put_both(&mut self, pair: Pair, (first, second): (Place, Place)) {
        for (index, place) in [(pair.first, first), (pair.second, second)] {
            if matches!(self.places.get(index), Some(None)) {
                self.put(index, place);
            }
        }
    }
}
