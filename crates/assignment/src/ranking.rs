//! Who is best, among those who can.
//!
//! Every advantage is weighed in one currency, minutes of travel, and the smallest cost is best (`Standing`):
//! 1. [`Term::Familiar`]: a helper whom the resident knows. Three steps: never been there; once or twice; oftener. Each
//!    step is worth [`STEP_OF_FAMILIARITY`]. More visits than that weigh nothing, so that two familiar helpers share.
//! 2. [`Term::FairShare`]: whoever has had least of the hours they wish for. Fulfilment is the minutes of the visit's
//!    ISO week and the three before it, this visit included, as a share of four weeks' wished minutes, in bands of 25
//!    per cent, each of which costs [`BAND_OF_FULFILMENT`]: within a band people are equally well off. Somebody who has
//!    told no wish is taken to wish for their weekly cap, or for ten hours.
//! 3. [`Term::Near`]: the travel added to the day (to the visit and on, minus the way that it replaces), as it is.
//!
//! Ties go to the smaller id: arbitrary, the same every time. Nothing else is known: declines, ratings and the speed of
//! answering aren't in the snapshot. (A member asked for *this* visit already is left out by `Request::not_these`; that
//! neither outlives the visit nor moves anybody else.)
//!
//! # Worked example
//! An hour's cleaning at Aino's. Leila has been there four times, has had 490 of four weeks' 960 wished minutes
//! (with this visit 57 %, band 2) and eight minutes' drive each way. Mikko has never been there, has had 330 of 1,200
//! (32 %, band 1) and lives in the same house.
//!
//! | | familiar | fair share | travel | score |
//! |---|---:|---:|---:|---:|
//! | Leila | 2 × 15 | −2 × 10 | −16 | −6 |
//! | Mikko | 0 | −1 × 10 | 0 | −10 |
//!
//! Leila is best, by "familiar" alone: in the other terms she is behind. After Mikko's first visit he has a step too, and
//! 5 is more than −6: now he is best, by "near" (16 minutes better), then by "fair share" (10).
//!
//! # Why a sum, and why these weights
//! The design names the terms in a strict order, familiar before fair before near. Measured over simulated half years
//! (example `fairness`, seeds 1–6, beside plain nearest-first), that order drove people a third further for a spread of
//! fulfilment that hardly shrank (0.86): a band's difference sent somebody across the district, and whoever had come
//! twice kept coming whatever share they had. Weighed, the same terms do better at all three:
//!
//! | a step, a band, weeks of fulfilment | spread | travel | travel, worst seed | visits by a known helper |
//! |---|---:|---:|---:|---:|
//! | nearest first | 1 | 1 | 1 | 55 % |
//! | strict order, 1 week | 0.86 | 1.33 | | |
//! | 20, 10, 1 week | 0.83 | 1.08 | 1.12 | 65 % |
//! | 30, 10, 4 weeks | 0.82 | 1.10 | 1.12 | 65 % |
//! | 20, 10, 4 weeks | 0.76 | 1.08 | 1.11 | 64 % |
//! | **15, 10, 4 weeks** | **0.72** | **1.07** | **1.10** | **63 %** |
//! | 15, 15, 4 weeks | 0.68 | 1.07 | 1.10 | 61 % |
//!
//! So the weights are the greatest for a familiar face with which no half year cost a tenth more travel; half as
//! many orders (a slack neighbourhood) gave the same picture. A step outweighs a band, and two a half-hour's detour.
//! Four weeks are as far back as a snapshot is sure to reach, and make a good week no reason to be passed over.
//!
//! # Adding a term
//! A variant of [`Term`], a field of `Standing` in minutes, its line in `Standing::costs`, and its words in
//! `app/locales` (`reason.*`). Then measure: `cargo run --release -p assignment --example fairness`.

use domain::{Minutes, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    Insertion, Reasons,
    calendar::Day,
    feasibility::{Candidacy, Opening},
    ledger::Ledger,
};

/// What somebody is taken to wish for who has told neither a wish nor a weekly cap: ten hours a week.
pub(crate) const USUAL_WISH: Minutes = Minutes(600);

/// What one step of familiarity is worth, in minutes of travel.
pub(crate) const STEP_OF_FAMILIARITY: i32 = 15;

/// What one band of fulfilment costs, in minutes of travel.
pub(crate) const BAND_OF_FULFILMENT: i32 = 10;

/// Fulfilment is that of so many weeks, the visit's own the last of them.
const WEEKS_OF_FULFILMENT: u16 = 4;

/// Fulfilment within so many percentage points is the same.
const BAND: i32 = 25;

/// Fulfilment is counted up to so many per cent of the wish.
const MOST_FULFILMENT: i32 = 400;

/// Travel is counted up to so many minutes, so that nonsense can't overflow the sum.
const MOST_TRAVEL: i32 = 9_999;

/// A way there of at most so many minutes is near in its own right.
pub(crate) const NEAR: Minutes = Minutes(15);

/// One thing that a member is preferred for. Its words are in `app/locales`.
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
    /// The travel of their day with the visit, minus that without it.
    pub added_travel: Minutes,
    /// How good a choice, greater is better, in minutes of travel: what familiarity is worth, minus what the share they
    /// have had costs, minus the added travel.
    pub score: i64,
    /// Why them rather than the next.
    pub reasons: Reasons,
}

/// What a candidate is compared by: the sum of the costs, then the id. Smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Standing {
    cost: i32,
    member: PersonId,
    /// In minutes of travel: less than nothing for familiar ones.
    familiar: i32,
    share: i32,
    added_travel: i32,
}

impl Standing {
    /// The standing of a member who takes the visit in that opening.
    pub(crate) fn new(candidacy: &Candidacy<'_>, opening: &Opening) -> Self {
        let had = minutes_of_fulfilment(&candidacy.agenda.ledger, opening.day);
        Self::at_best(candidacy, had).with_travel(opening.added_travel)
    }

    /// The same, of somebody who has had so many [`minutes_of_fulfilment`], if it were on their very way: no opening of
    /// theirs on that day is better.
    pub(crate) fn at_best(candidacy: &Candidacy<'_>, had: Minutes) -> Self {
        let steps = match candidacy.been_before {
            0 => 0,
            1 | 2 => 1,
            _ => 2,
        };
        let familiar = -steps * STEP_OF_FAMILIARITY;
        let share = band(candidacy, had) * BAND_OF_FULFILMENT;
        Self { cost: familiar + share, member: candidacy.member.id, familiar, share, added_travel: 0 }
    }

    /// With the travel that it adds to the day, of one that had none.
    pub(crate) fn with_travel(self, added: Minutes) -> Self {
        let added_travel = whole(added.0, MOST_TRAVEL);
        Self { cost: self.cost + added_travel, added_travel, ..self }
    }

    /// How good a choice, greater is better. Only ids break its ties.
    pub(crate) fn score(&self) -> i64 {
        i64::from(-self.cost)
    }

    /// The travel that the visit adds to the day.
    pub(crate) fn added_travel(&self) -> Minutes {
        Minutes(i64::from(self.added_travel))
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
        Reasons { terms, only_one, travel: opening.travel_in, been_before: candidacy.been_before }
    }

    /// Each term and what it costs.
    fn costs(&self) -> [(Term, i32); 3] {
        [(Term::Familiar, self.familiar), (Term::FairShare, self.share), (Term::Near, self.added_travel)]
    }

    /// The terms in which this one is better than `other`, the weightiest difference first.
    fn better_in(&self, other: &Self) -> Vec<Term> {
        let pairs = self.costs().into_iter().zip(other.costs());
        let mut better: Vec<(Term, i32)> = pairs.map(|((term, own), (_, other))| (term, other - own)).collect();
        better.retain(|(_, saved)| *saved > 0);
        better.sort_by_key(|(term, saved)| (std::cmp::Reverse(*saved), *term));
        better.into_iter().map(|(term, _)| term).collect()
    }

    /// What can be said of this one when nobody is to be compared with, or it was a tie.
    fn good_in_itself(&self, opening: &Opening) -> Vec<Term> {
        let good = [
            (Term::Familiar, self.familiar < 0),
            (Term::FairShare, self.share < 100 / BAND * BAND_OF_FULFILMENT),
            (Term::Near, opening.travel_in <= NEAR),
        ];
        good.into_iter().filter_map(|(term, is)| is.then_some(term)).collect()
    }
}

/// What a member has had so far, for a visit on that day: the minutes of the four weeks that end with its own.
pub(crate) fn minutes_of_fulfilment(ledger: &Ledger, day: Day) -> Minutes {
    ledger.sum(day.weeks(WEEKS_OF_FULFILMENT)).minutes
}

/// The band of fulfilment with so many minutes had, and the visit's besides: 0 for under 25 per cent, 4 from 100, 16 from
/// 400.
fn band(candidacy: &Candidacy<'_>, had: Minutes) -> i32 {
    let member = candidacy.member;
    let wish_a_week = member.wished_week.or(member.limits.minutes_a_week).unwrap_or(USUAL_WISH);
    let wish = wish_a_week.0.saturating_mul(i64::from(WEEKS_OF_FULFILMENT)).max(1);
    let with_this = had + candidacy.length();
    whole(with_this.0.saturating_mul(100) / wish, MOST_FULFILMENT) / BAND
}

/// The number, at least nothing and at most `most`.
fn whole(number: i64, most: i32) -> i32 {
    i32::try_from(number.max(0)).unwrap_or(most).min(most)
}
