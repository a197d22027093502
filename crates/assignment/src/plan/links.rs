//! Visits that hang together: two members at one home, at once or the one a while after the other.
//!
//! [`plan_linked`] is [`super::plan`] with [`Link`]s: of a linked pair both get members, two different ones, whose starts
//! keep their distance, or neither does. Everything else holds for each of the two as for any visit.
//!
//! # When a pair may begin
//! The starts that a member's rules leave are stretches (`feasibility`), so whether two members can is a sum and two
//! comparisons. Let the first be able to begin from *a* to *A*, the second from *b* to *B*, and the second begin *least*
//! to *most* after the first. The earliest way is
//!
//! > first = max(a, b − most), second = max(b, first + least),
//!
//! and if that is too late for either (first > A or second > B), every other way is. Two people at once are
//! *least = most = 0*: the two stretches' intersection. Worked example: the first from 9.00 to 10.00, the second from
//! 9.45 to 11.00, 30 to 60 minutes apart: first = max(9.00, 9.45 − 60) = 9.00, second = max(9.45, 9.30) = 9.45.
//!
//! # How pairs and single visits share the members
//! Two plans are made, each for half the budget, and the better is taken: pairs first, one after the other by urgency,
//! and the search plans single visits around them; or single visits first, and pairs where there is room. Either way
//! pairs are offered to everybody once more at the end. It's no joint search: pairs don't move while single visits are
//! searched for, and a pair doesn't push a single visit that stands.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{Minutes, Moment, PersonId, VisitId};
use serde::{Deserialize, Serialize};

use super::{
    BadProblem, Place, Plan, Stands, WantedVisit,
    answer::Growing,
    layout::{Layout, sound},
};
use crate::{
    Budget, Decision, Difference, PlannedWish, Snapshot,
    calendar::{Calendar, WorkingDay},
    feasibility::{Question, Workings},
    ranking::Standing,
    starts::{GRID, Starts},
};

/// Two wanted visits that hang together. Distances are from start to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The one.
    pub first: VisitId,
    /// The other, with another member.
    pub second: VisitId,
    /// It begins at least so long after the first; not before it.
    pub least: Minutes,
    /// And at most so long after it.
    pub most: Minutes,
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

/// A linked pair, as indices of wishes, with the seconds that lie between their starts.
#[derive(Clone, Copy)]
struct Pair {
    first: usize,
    second: usize,
    least: i64,
    most: i64,
}

/// Somebody who can begin one of the two within a stretch.
#[derive(Clone, Copy)]
struct Able {
    member: PersonId,
    starts: Starts,
    score: i64,
}

/// The pairs and what is wanted, while plans are made.
struct Pairing<'a> {
    wanted: &'a [WantedVisit],
    pairs: Vec<Pair>,
    /// By wish: whether it is one of a pair.
    is_linked: Vec<bool>,
    /// The members without anything that is wanted.
    bare: Snapshot,
    calendar: Calendar,
}

impl Link {
    /// Both begin at the same time.
    #[must_use]
    pub fn together(first: VisitId, second: VisitId) -> Self {
        Self { first, second, least: Minutes(0), most: Minutes(0) }
    }
}

/// A plan for wanted visits of which some hang together, the best found within the budget. Where `links` is empty, it is
/// [`super::plan`]'s.
///
/// A pair that stands as it should stays. A visit of a pair that nobody can make has no failure told.
///
/// # Errors
/// [`BadProblem`] where what is asked contradicts itself; [`BadProblem::Link`] for a link to what isn't wanted, for a
/// visit in two links, and for a distance in which no start of the grid of five minutes lies.
pub fn plan_linked(
    snapshot: &Snapshot,
    wanted: &[WantedVisit],
    links: &[Link],
    seed: u64,
    budget: &mut impl Budget,
) -> Result<Plan, BadProblem> {
    if links.is_empty() {
        return super::plan(snapshot, wanted, seed, budget);
    }
    let pairing = Pairing::new(snapshot, wanted, links)?;
    let mut half = Part { whole: budget, before: 0, from: 0.0, to: 0.5, tried: 0 };
    let pairs_first = pairing.pairs_first(seed, &mut half)?;
    let before = half.tried;
    let mut half = Part { whole: budget, before, from: 0.5, to: 1.0, tried: 0 };
    let singles_first = pairing.singles_first(seed, &mut half)?;
    let better = if pairing.score(&singles_first) < pairing.score(&pairs_first) { singles_first } else { pairs_first };
    pairing.answer(&better, before + half.tried)
}

impl<B: Budget> Budget for Part<'_, B> {
    fn spent(&mut self, evaluations: u64) -> f64 {
        self.tried = evaluations;
        let whole = self.whole.spent(self.before.saturating_add(evaluations));
        ((whole - self.from) / (self.to - self.from)).max(0.0)
    }
}

impl<'a> Pairing<'a> {
    fn new(snapshot: &Snapshot, wanted: &'a [WantedVisit], links: &[Link]) -> Result<Self, BadProblem> {
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
        let is_linked = |index: usize| self.is_linked.get(index).copied().unwrap_or(false);
        let pinned = self.standing(|_, wish| matches!(wish.stands, Stands::Pinned(_)));
        let stays = |index: usize| {
            let places = if is_linked(index) { &beside.places } else { &pinned };
            places.get(index).copied().flatten()
        };
        let planned = self.plan_around(stays, seed, budget)?;
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
        let planned = self.plan_around(|index| kept.get(index).copied().flatten(), seed, budget)?;
        let mut growing = self.growing(&planned);
        self.place_pairs(&mut growing);
        Ok(growing.places)
    }

    /// Plans the single visits, with what `stays` pinned, linked or not.
    fn plan_around(
        &self,
        stays: impl Fn(usize) -> Option<Place>,
        seed: u64,
        budget: &mut impl Budget,
    ) -> Result<Vec<Option<Place>>, BadProblem> {
        let mut places: Vec<Option<Place>> = (0..self.wanted.len()).map(&stays).collect();
        let mut indices = Vec::with_capacity(self.wanted.len());
        let mut around = Vec::with_capacity(self.wanted.len());
        for (index, wish) in self.wanted.iter().enumerate() {
            let stands = match stays(index) {
                Some(place) => Stands::Pinned(place),
                None if self.is_linked.get(index).copied().unwrap_or(false) => continue,
                None => wish.stands,
            };
            indices.push(index);
            around.push(WantedVisit { stands, ..wish.clone() });
        }
        let layout = Layout::new(&self.bare, &around)?;
        let found = layout.places(&layout.search(seed, budget));
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
            let place = |growing: &Growing<'a>, index: usize| growing.places.get(index).copied().flatten();
            let (first, second) = (place(growing, pair.first), place(growing, pair.second));
            if matches!((first, second), (Some(first), Some(second)) if pair.holds(first, second)) {
                continue;
            }
            // As few people told anew as possible: one of the two stays where it is, if it may; else neither.
            let pinned = |index: usize| {
                let wish = self.wanted.get(index)?;
                wish.place().filter(|_| matches!(wish.stands, Stands::Pinned(_)))
            };
            let (pinned_first, pinned_second) = (pinned(pair.first), pinned(pair.second));
            growing.take(pair.first);
            growing.take(pair.second);
            let ways = [(first, pinned_second), (pinned_first, second), (pinned_first, pinned_second)];
            let allowed = ways.into_iter().filter(|(first, second)| {
                (pinned_first.is_none() || *first == pinned_first)
                    && (pinned_second.is_none() || *second == pinned_second)
            });
            let mut found = None;
            for (first, second) in allowed {
                found = found.or_else(|| self.best(growing, *pair, first, second));
            }
            if let Some((first, second)) = found {
                growing.put(pair.first, first);
                growing.put(pair.second, second);
            } else {
                for (index, place) in [(pair.first, pinned_first), (pair.second, pinned_second)] {
                    if let Some(place) = place {
                        growing.put(index, place);
                    }
                }
            }
        }
    }

    /// The best two places for a pair as the plan stands, of which some may be given.
    fn best(
        &self,
        growing: &Growing<'a>,
        pair: Pair,
        first: Option<Place>,
        second: Option<Place>,
    ) -> Option<(Place, Place)> {
        let mut firsts = self.able(growing, pair.first, first);
        let mut seconds = self.able(growing, pair.second, second);
        for able in [&mut firsts, &mut seconds] {
            able.sort_by_key(|able| (std::cmp::Reverse(able.score), able.starts.first, able.member));
        }
        let mut best: Option<(i64, i64, Place, Place)> = None;
        for one in &firsts {
            for other in &seconds {
                let score = one.score.saturating_add(other.score);
                if best.is_some_and(|best| score < best.0) {
                    break;
                }
                let Some((start, later)) = pair.meet(one.starts, other.starts) else { continue };
                let is_better = best.is_none_or(|best| (score, -start) > (best.0, -best.1));
                if one.member != other.member && is_better {
                    let place =
                        |able: &Able, start: i64| Place { member: able.member, start: Moment::from_seconds(start) };
                    best = Some((score, start, place(one, start), place(other, later)));
                }
            }
        }
        best.map(|(_, _, first, second)| (first, second))
    }

    /// Everybody who can make a visit as the plan stands, with each stretch in which they can begin; or the given place.
    fn able(&self, growing: &Growing<'a>, index: usize, given: Option<Place>) -> Vec<Able> {
        let Some(wish) = self.wanted.get(index) else { return Vec::new() };
        if let Some(Place { member, start }) = given {
            let starts = Starts::new(start.seconds(), start.seconds());
            return starts.map(|starts| Able { member, starts, score: 0 }).into_iter().collect();
        }
        let snapshot = &growing.snapshot;
        let question = Question::automatic(snapshot, &wish.request);
        let mut dates: BTreeSet<NaiveDate> = BTreeSet::new();
        for window in &wish.windows {
            dates.extend(self.calendar.dates(*window));
        }
        let days: Vec<WorkingDay> = dates.into_iter().map(|date| question.working_day(date)).collect();
        let windows: Vec<Starts> = wish.windows.iter().filter_map(|window| Starts::within(*window)).collect();
        let mut able = Vec::new();
        let mut workings = Workings::default();
        let worth = |starts: Starts| windows.iter().any(|window| starts.meet(*window).is_some());
        for candidacy in question.candidacies(snapshot, &self.calendar) {
            let member = candidacy.member.id;
            for day in &days {
                candidacy.all_openings(day, &mut workings, &worth);
                for opening in &workings.openings {
                    let score = Standing::new(&candidacy, opening).score();
                    let met = windows.iter().filter_map(|window| on_the_grid(opening.starts.meet(*window)?));
                    able.extend(met.map(|starts| Able { member, starts, score }));
                }
            }
        }
        able
    }

    /// What plans are compared by: urgency left undone, then people told anew.
    fn score(&self, places: &[Option<Place>]) -> (u64, usize) {
        let both = || self.wanted.iter().zip(places);
        let undone = both().filter(|(_, place)| place.is_none()).map(|(wish, _)| u64::from(wish.urgency)).sum();
        let anew = both().filter(|(wish, place)| wish.place().is_some() && wish.place() != **place).count();
        (undone, anew)
    }

    /// The plan of those places, with its reasons.
    fn answer(&self, places: &[Option<Place>], evaluations: u64) -> Result<Plan, BadProblem> {
        let place = |index: usize| places.get(index).copied().flatten();
        let is_linked = |index: &usize| self.is_linked.get(*index).copied().unwrap_or(false);
        let indices: Vec<usize> =
            (0..self.wanted.len()).filter(|index| place(*index).is_some() || !is_linked(index)).collect();
        let told: Vec<WantedVisit> = indices
            .iter()
            .filter_map(|index| Some((*index, self.wanted.get(*index)?)))
            .map(|(index, wish)| WantedVisit {
                stands: place(index).map_or(Stands::Nowhere, Stands::Pinned),
                ..wish.clone()
            })
            .collect();
        let layout = Layout::new(&self.bare, &told)?;
        let before = |index: usize| indices.get(index).and_then(|index| self.wanted.get(*index)?.place());
        let mut answered: BTreeMap<VisitId, PlannedWish> =
            layout.answer(&layout.first_plan(), before).visits.into_iter().map(|wish| (wish.visit, wish)).collect();
        let visits = self.wanted.iter().map(|wish| {
            answered.remove(&wish.id).unwrap_or_else(|| PlannedWish {
                visit: wish.id,
                decision: Decision::Unassigned { failure: None },
                difference: wish.place().map_or(Difference::New, |from| Difference::Lost { from }),
            })
        });
        Ok(Plan { visits: visits.collect(), evaluations })
    }
}

impl Pair {
    /// Whether these two places are the pair's: two members, and the distance kept.
    fn holds(self, first: Place, second: Place) -> bool {
        let apart = second.start.seconds().saturating_sub(first.start.seconds());
        first.member != second.member && (self.least..=self.most).contains(&apart)
    }

    /// The earliest two starts, if there are any.
    fn meet(self, first: Starts, second: Starts) -> Option<(i64, i64)> {
        let start = first.first.max(second.first.saturating_sub(self.most));
        let later = second.first.max(start.saturating_add(self.least));
        (start <= first.last && later <= second.last).then_some((start, later))
    }
}

/// The stretch from its first start on the grid to its last.
fn on_the_grid(starts: Starts) -> Option<Starts> {
    Starts::new(starts.earliest(GRID)?, starts.last.div_euclid(GRID).saturating_mul(GRID))
}
