//! Who is best, among those who can.
//!
//! Three terms, each decisive before the next (`Standing` is compared field by field):
//! 1. [`Term::Familiar`]: a helper whom the resident knows. Three steps: never been there; once or twice; oftener.
//!    More visits than that weigh nothing, so that two familiar helpers share.
//! 2. [`Term::FairShare`]: whoever has had least of the hours they wish for. Fulfilment is the minutes of the visit's
//!    ISO week with this visit, as a share of the wished minutes, in bands of 25 per cent: within a band people are
//!    equally well off, and travel decides. Somebody who has told no wish is taken to wish for their weekly cap, or for
//!    ten hours.
//! 3. [`Term::Near`]: the least travel added to the day (to the visit and on, minus the way that it replaces).
//!
//! Ties go to the smaller id: arbitrary, the same every time. Nothing else is known: declines, ratings and the speed of
//! answering aren't in the snapshot. (A member asked for *this* visit already is left out by `Request::not_these`; that
//! neither outlives the visit nor moves anybody else.)
//!
//! # Worked example
//! Cleaning for 90 minutes. Leila has been there four times, has 120 of 240 wished minutes this week and 9 minutes'
//! more travel: familiar 2, fulfilment (120 + 90) / 240 = 87 %, band 3, score 2,000,000 − 30,000 − 9. Mikko has never
//! been there, has none of 300 minutes (30 %, band 1) and lives next door: 0 − 10,000 − 2. Leila is best, by "familiar".
//!
//! # Adding a term
//! A variant of [`Term`] in the order of weight, a field of `Standing` in the same place, its line in
//! `Standing::better_in` and in `Standing::score`, and its words in `app/locales` (`reason.*`).

use std::cmp::Reverse;

use domain::{Minutes, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    Insertion, Reasons,
    feasibility::{Candidacy, Opening},
};

/// What somebody is taken to wish for who has told neither a wish nor a weekly cap: ten hours a week.
pub(crate) const USUAL_WISH: Minutes = Minutes(600);

/// Fulfilment within so many percentage points is the same.
const BAND: i64 = 25;

/// A way there of at most so many minutes is near in its own right.
const NEAR: Minutes = Minutes(15);

/// One thing that a member is preferred for, the weightiest first. Its words are in `app/locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// The resident knows them.
    Familiar,
    /// They have had less of the hours they wish for.
    FairShare,
    /// It is on or near their way.
    Near,
}

/// Somebody who can come, and how they compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub member: PersonId,
    /// The earliest start in the window.
    pub start: Moment,
    /// How it fits into their day.
    pub insertion: Insertion,
    /// How good a choice, greater is better: steps of familiarity × 1,000,000 − bands of fulfilment × 10,000 − added
    /// travel in minutes.
    pub score: i64,
    /// Why them rather than the next.
    pub reasons: Reasons,
}

/// What a candidate is compared by. Smaller is better, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Standing {
    familiar: Reverse<i64>,
    band: i64,
    added_travel: i64,
    member: PersonId,
}

impl Standing {
    /// The standing of a member who takes the visit in that opening, whose start is at `start`.
    pub(crate) fn new(candidacy: &Candidacy<'_>, opening: &Opening) -> Self {
        let familiar = match candidacy.been_before() {
            0 => 0,
            1 | 2 => 1,
            _ => 2,
        };
        Self {
            familiar: Reverse(familiar),
            band: band(candidacy, opening),
            added_travel: opening.added_travel.0.clamp(0, 9_999),
            member: candidacy.member.id,
        }
    }

    /// The same as one number, greater is better. Only ids break its ties.
    pub(crate) fn score(&self) -> i64 {
        self.familiar.0 * 1_000_000 - self.band * 10_000 - self.added_travel
    }

    /// Why this one, given the next (if there is one).
    pub(crate) fn reasons(
        &self,
        candidacy: &Candidacy<'_>,
        opening: &Opening,
        next: Option<&Self>,
        only_one: bool,
    ) -> Reasons {
        let mut terms = next.map_or_else(Vec::new, |next| self.better_in(next));
        if terms.is_empty() {
            terms = self.good_in_itself(opening);
        }
        Reasons { terms, only_one, travel: opening.travel_in, been_before: candidacy.been_before() }
    }

    /// The terms in which this one is better than `other`, the weightiest first.
    fn better_in(&self, other: &Self) -> Vec<Term> {
        let better = [
            (Term::Familiar, self.familiar < other.familiar),
            (Term::FairShare, self.band < other.band),
            (Term::Near, self.added_travel < other.added_travel),
        ];
        better.into_iter().filter_map(|(term, is)| is.then_some(term)).collect()
    }

    /// What can be said of this one when nobody is to be compared with, or it was a tie.
    fn good_in_itself(&self, opening: &Opening) -> Vec<Term> {
        let good = [
            (Term::Familiar, self.familiar.0 > 0),
            (Term::FairShare, self.band * BAND < 100),
            (Term::Near, opening.travel_in <= NEAR),
        ];
        good.into_iter().filter_map(|(term, is)| is.then_some(term)).collect()
    }
}

/// The band of fulfilment in the visit's week, the visit included: 0 for under 25 per cent, 4 from 100, 16 from 400.
fn band(candidacy: &Candidacy<'_>, opening: &Opening) -> i64 {
    let member = candidacy.member;
    let wish = member.wished_week.or(member.limits.minutes_a_week).unwrap_or(USUAL_WISH).0.max(1);
    let with_this = candidacy.ledger.week(opening.date).minutes + candidacy.length();
    (with_this.0.saturating_mul(100) / wish).clamp(0, 400) / BAND
}
