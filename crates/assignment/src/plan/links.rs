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
//! # What it isn't
//! How pairs and single visits share the members is `pairing`'s business. A link joins two visits, and a visit is in one
//! link at most.

use domain::{Minutes, VisitId};
use serde::{Deserialize, Serialize};

use super::{BadProblem, Place, Plan, WantedVisit, pairing::Pairing};
use crate::{Budget, Snapshot, starts::Starts};

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

/// A linked pair, as indices of wishes, with the seconds that lie between their starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) least: i64,
    pub(super) most: i64,
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
/// A pair that stands as it should stays. Why a pair hasn't two members is told for each of the two.
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
    let (found, evaluations) = pairing.search(seed, budget)?;
    pairing.answer(&found, evaluations, |index| wanted.get(index).and_then(WantedVisit::place))
}

impl Pair {
    /// Whether these two places are the pair's: two members, and the distance kept.
    pub(super) fn holds(self, first: Place, second: Place) -> bool {
        let apart = second.start.seconds().saturating_sub(first.start.seconds());
        first.member != second.member && (self.least..=self.most).contains(&apart)
    }

    /// The earliest two starts, if there are any.
    pub(super) fn meet(self, first: Starts, second: Starts) -> Option<(i64, i64)> {
        let start = first.first.max(second.first.saturating_sub(self.most));
        let later = second.first.max(start.saturating_add(self.least));
        (start <= first.last && later <= second.last).then_some((start, later))
    }
}
