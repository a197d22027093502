//! The best two members for a linked pair, as a plan stands.
//!
//! Everybody who can make the one is held against everybody who can make the other; they are two people, so that neither
//! is in the other's way. The best pair is the one whose two scores (`ranking`) are highest together, and of equals the
//! earliest.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Moment, PersonId, Span};

use super::{Place, links::Pair};
use crate::{
    Request, Snapshot,
    calendar::{Calendar, WorkingDay},
    feasibility::{Question, Workings},
    ranking::Standing,
    starts::{GRID, Starts},
};

/// One of two linked visits: what is asked, when it may begin, and its place if that is given.
#[derive(Clone, Copy)]
pub(super) struct Half<'a> {
    pub(super) request: &'a Request,
    pub(super) windows: &'a [Span],
    pub(super) given: Option<Place>,
}

/// Somebody who can begin one of the two within a stretch.
#[derive(Clone, Copy)]
struct Able {
    member: PersonId,
    starts: Starts,
    score: i64,
}

/// The best two places for a pair, if there are two.
pub(super) fn best_two(
    snapshot: &Snapshot,
    calendar: &Calendar,
    pair: Pair,
    [first, second]: [Half<'_>; 2],
) -> Option<(Place, Place)> {
    let mut firsts = first.able(snapshot, calendar);
    let mut seconds = second.able(snapshot, calendar);
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
                let place = |able: &Able, start: i64| Place { member: able.member, start: Moment::from_seconds(start) };
                best = Some((score, start, place(one, start), place(other, later)));
            }
        }
    }
    best.map(|(_, _, first, second)| (first, second))
}

impl Half<'_> {
    /// Everybody who can make the visit, with each stretch in which they can begin; or the given place.
    fn able(&self, snapshot: &Snapshot, calendar: &Calendar) -> Vec<Able> {
        if let Some(Place { member, start }) = self.given {
            let starts = Starts::new(start.seconds(), start.seconds());
            return starts.map(|starts| Able { member, starts, score: 0 }).into_iter().collect();
        }
        let question = Question::automatic(snapshot, self.request);
        let mut dates: BTreeSet<NaiveDate> = BTreeSet::new();
        for window in self.windows {
            dates.extend(calendar.dates(*window));
        }
        let days: Vec<WorkingDay> = dates.into_iter().map(|date| question.working_day(date)).collect();
        let windows: Vec<Starts> = self.windows.iter().filter_map(|window| Starts::within(*window)).collect();
        let mut able = Vec::new();
        let mut workings = Workings::default();
        let worth = |starts: Starts| windows.iter().any(|window| starts.meet(*window).is_some());
        for candidacy in question.candidacies(snapshot, calendar) {
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
}

/// The stretch from its first start on the grid to its last.
pub(super) fn on_the_grid(starts: Starts) -> Option<Starts> {
    Starts::new(starts.earliest(GRID)?, starts.last.div_euclid(GRID).saturating_mul(GRID))
}
