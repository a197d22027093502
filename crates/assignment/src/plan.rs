//! Many visits at once: a snow morning, a week of series, what a member who falls ill leaves behind.
//!
//! A [`Snapshot`] and the [`WantedVisit`]s go in; a [`Plan`] comes out, which says for each visit who comes and when
//! and why, or why nobody does, and what that changes for people who were told something already. What members have
//! agreed to (their [`crate::MemberPlan::visits`]) is pinned; a wanted visit may stand somewhere and be movable.
//!
//! # What is aimed at
//! In this order: as few visits as possible without a member, by urgency; as few people as possible told anew; then
//! familiar helpers, fair shares and short ways (see `routes::score`). Every rule is exact: the search in [`crate::routes`]
//! knows them all, and whatever it places is still confirmed by [`crate::feasible_at`], one visit after the other, before
//! it is in a plan. What it left over is offered to everybody once more by [`crate::candidates`]: a visit that is without a
//! member in a plan has nobody who could come, as the plan stands.
//!
//! # What stays
//! A visit that keeps its member and its start isn't judged again: like every agreed visit it stays rightly where it is
//! even if its member has since lowered a limit, told "less today", or the co-op's notice has begun. A visit that gets
//! another member or start is judged like a new one. So planning an accepted plan again changes nothing.
//!
//! # What it isn't
//! It accepts nothing. Two members at one home, together or one after the other, are two wanted visits and a [`Link`]:
//! see [`plan_linked`].
//!
//! # Adding a rule
//! As the crate says; and in `plan::layout` where the search should see it rather than stumble over it.

mod answer;
mod falling_ill;
mod layout;
mod links;
mod pairing;
mod standing;
mod two;
mod ways;
mod why_no_two;

use domain::{Moment, PersonId, Span, VisitId};
use serde::{Deserialize, Serialize};

use self::layout::Layout;
pub use self::{
    falling_ill::{Trade, fallen_ill},
    links::{Link, plan_linked},
};
use crate::{
    Budget, Failure, Reasons, Request, Snapshot,
    routes::{self, Options, Solution},
};

/// A visit that somebody is wanted for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WantedVisit {
    /// Which.
    pub id: VisitId,
    /// What, where, and who may come.
    pub request: Request,
    /// The arrival windows: it may begin in any of them.
    pub windows: Vec<Span>,
    /// What leaving it without a member costs beside others: of two that can't both be had, the greater is had. At
    /// least 1.
    pub urgency: u16,
    /// Where it stands.
    pub stands: Stands,
}

/// A member and a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Who.
    pub member: PersonId,
    /// When the work begins.
    pub start: Moment,
}

/// Where a wanted visit stands before the planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// Nobody has it.
    Nowhere,
    /// People were told so, and could be told anew.
    Movable(Place),
    /// It stays.
    Pinned(Place),
}

/// What becomes of one visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Somebody comes.
    Assigned {
        /// Who and when.
        place: Place,
        /// Why them, of those who could have come at that time as the plan stands.
        reasons: Reasons,
    },
    /// Nobody does.
    Unassigned {
        /// Why, as the plan stands. None for the least urgent of very many: nobody looked ([`crate::why_nobody()`] can).
        failure: Option<Failure>,
    },
}

/// What that is, compared with what people were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// It stood nowhere, and now it does, or still doesn't.
    New,
    /// As it was.
    Kept,
    /// Another member or another time.
    Moved {
        /// Where it was.
        from: Place,
    },
    /// It stood there, and nobody has it now.
    Lost {
        /// Where it was.
        from: Place,
    },
}

/// One visit of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWish {
    /// Which.
    pub visit: VisitId,
    /// What becomes of it.
    pub decision: Decision,
    /// What that changes.
    pub difference: Difference,
}

/// An answer for every wanted visit, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The visits.
    pub visits: Vec<PlannedWish>,
    /// How many changes the search tried.
    pub evaluations: u64,
}

/// How wide to search: independent searches, of which the best counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breadth {
    /// How many searches, each with a seed of its own. The plan depends on this number,
    pub searches: u16,
    /// and not on how many threads share them.
    pub threads: u16,
}

/// Why something can't be planned: what was asked contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadProblem {
    /// One visit is wanted twice.
    VisitTwice(VisitId),
    /// One member is in the snapshot twice.
    MemberTwice(PersonId),
    /// A visit stands with somebody who isn't in the snapshot.
    UnknownMember(VisitId),
    /// A visit is in some member's plan, and is said to stand elsewhere or nowhere.
    StandsElsewhere(VisitId),
    /// A pinned visit lasts no time, or longer than any horizon.
    Length(VisitId),
    /// A visit is linked to one that isn't wanted, or in two links, or at a distance that no two starts have.
    Link(VisitId),
    /// More members, days or windows than can be counted.
    TooMany,
}

impl std::fmt::Display for BadProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::VisitTwice(visit) => write!(f, "visit {visit} is wanted twice"),
            Self::MemberTwice(member) => write!(f, "member {member} is there twice"),
            Self::UnknownMember(visit) => write!(f, "visit {visit} stands with somebody unknown"),
            Self::StandsElsewhere(visit) => write!(f, "visit {visit} is in a plan and said to stand elsewhere"),
            Self::Length(visit) => write!(f, "pinned visit {visit} has no sound length"),
            Self::Link(visit) => write!(f, "visit {visit} is linked to what isn't wanted, twice, or impossibly"),
            Self::TooMany => f.write_str("more than can be counted"),
        }
    }
}

impl std::error::Error for BadProblem {}

impl Plan {
    /// The visits without a member.
    pub fn unassigned(&self) -> impl Iterator<Item = VisitId> {
        self.visits.iter().filter(|wish| wish.place().is_none()).map(|wish| wish.visit)
    }

    /// The visits that people have to be told anew about: moved or lost.
    pub fn told_anew(&self) -> impl Iterator<Item = VisitId> {
        let anew = |wish: &&PlannedWish| matches!(wish.difference, Difference::Moved { .. } | Difference::Lost { .. });
        self.visits.iter().filter(anew).map(|wish| wish.visit)
    }

    /// The urgency of what is left without a member; `wanted` is what the plan was made for.
    pub fn undone(&self, wanted: &[WantedVisit]) -> u64 {
        undone(wanted, self.visits.iter().map(PlannedWish::place))
    }
}

impl PlannedWish {
    /// Who comes and when, if somebody does.
    pub fn place(&self) -> Option<Place> {
        match self.decision {
            Decision::Assigned { place, .. } => Some(place),
            Decision::Unassigned { .. } => None,
        }
    }
}

impl WantedVisit {
    /// Where it stands, if it does.
    pub fn place(&self) -> Option<Place> {
        match self.stands {
            Stands::Nowhere => None,
            Stands::Movable(place) | Stands::Pinned(place) => Some(place),
        }
    }

    /// Where it stays.
    fn pinned(&self) -> Option<Place> {
        self.place().filter(|_| matches!(self.stands, Stands::Pinned(_)))
    }
}

/// A plan for the wanted visits, the best found within the budget.
///
/// The same snapshot, wishes, seed and [`crate::Evaluations`] give the same plan.
///
/// # Errors
/// [`BadProblem`] where what is asked contradicts itself.
pub fn plan(
    snapshot: &Snapshot,
    wanted: &[WantedVisit],
    seed: u64,
    budget: &mut impl Budget,
) -> Result<Plan, BadProblem> {
    let layout = Layout::new(snapshot, wanted)?;
    let found = layout.search(seed, budget);
    Ok(layout.answer(&found, |index| wanted.get(index).and_then(WantedVisit::place)))
}

/// The same by several independent searches, on several threads: the best of them, the first of equals. Each gets a
/// budget of its own. The plan is the same however many threads there are.
///
/// # Errors
/// [`BadProblem`] where what is asked contradicts itself.
pub fn plan_widely(
    snapshot: &Snapshot,
    wanted: &[WantedVisit],
    seed: u64,
    budget: &(impl Budget + Clone + Sync),
    breadth: Breadth,
) -> Result<Plan, BadProblem> {
    let layout = Layout::new(snapshot, wanted)?;
    let threads = u64::from(breadth.threads.clamp(1, 64));
    let searches = u64::from(breadth.searches.max(1));
    let run = |thread: u64| -> Option<(routes::Score, u64, Solution)> {
        let mine = (0..searches).filter(|search| search % threads == thread);
        mine.map(|search| {
            let found = layout.search(seed.wrapping_add(search), &mut budget.clone());
            (found.score, search, found)
        })
        .min_by_key(|(score, search, _)| (*score, *search))
    };
    let run = &run;
    let best = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(searches)).map(|thread| scope.spawn(move || run(thread))).collect();
        let own = run(0);
        let joined = others.into_iter().filter_map(|other| other.join().ok().flatten());
        own.into_iter().chain(joined).min_by_key(|(score, search, _)| (*score, *search))
    });
    let found = best.map_or_else(|| layout.first_plan(), |(_, _, found)| found);
    Ok(layout.answer(&found, |index| wanted.get(index).and_then(WantedVisit::place)))
}

/// The urgency that is left without a member where those are the wishes' places.
fn undone(wanted: &[WantedVisit], places: impl Iterator<Item = Option<Place>>) -> u64 {
    let open = wanted.iter().zip(places).filter(|(_, place)| place.is_none());
    open.map(|(wish, _)| u64::from(wish.urgency)).sum()
}

/// The search's settings for visits of people.
fn options(seed: u64) -> Options {
    Options {
        seed,
        // More than anything that a single visit could gain otherwise; see `routes::score`.
        weights: routes::Weights { undone: 400_000, told: 100_000 },
        temperatures: (600.0, 20.0),
    }
}
