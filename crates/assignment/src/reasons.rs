//! Why this member, and why nobody: data. The words are in `app/locales`.

use domain::{Minutes, PersonId};
use serde::{Deserialize, Serialize};

use crate::Term;

/// A rule that is never broken, in the order in which members are removed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The co-op doesn't work then: outside 7–20, a holiday and not snow, or too soon.
    CoopHours,
    /// They don't do this service.
    Skill,
    /// They were asked for this visit already.
    Asked,
    /// One of the two has said no to the other.
    Blocked,
    /// They don't know the resident, who wants somebody familiar.
    Stranger,
    /// The home is further than they go.
    Distance,
    /// The work is heavier than they take.
    TooHeavy,
    /// Outside their own hours.
    Hours,
    /// They told they need less that day, or a pause.
    Strength,
    /// They are elsewhere then; travel and the rest between visits included.
    Busy,
    /// Visits a day.
    VisitsADay,
    /// Minutes a day.
    MinutesADay,
    /// Visits a week.
    VisitsAWeek,
    /// Minutes a week.
    MinutesAWeek,
    /// Heavy visits a week.
    HeavyAWeek,
    /// Days with work in a row.
    DaysInRow,
    /// Their private earnings limit. Shown to nobody but them: to others it is [`Rule::Hours`].
    Earnings,
}

/// Why this member rather than the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// The terms that decided, the weightiest first: two or three.
    pub terms: Vec<Term>,
    /// Whether nobody else could have come.
    pub only_one: bool,
    /// The way there, from where they come, in whole minutes.
    pub travel: Minutes,
    /// How often they have been to this resident.
    pub been_before: u32,
}

/// Why there is nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// How many members each rule removed, in the order of [`Rule`]; a member counts at the first rule that removes them
    /// at every time asked for.
    pub removed: Vec<(Rule, u32)>,
    /// The rule that removed the last one left.
    pub last: Rule,
    /// The one smallest change that would help, found by trying.
    pub change: Option<Change>,
}

/// A change that makes the visit possible. Tried, not guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Another hour of the same day or a near one.
    OtherTime {
        /// The arrival window's start.
        window: domain::Moment,
        /// Who could come then.
        member: PersonId,
    },
    /// Somebody unfamiliar, at the same time.
    LetStrangerCome {
        /// Who could come.
        member: PersonId,
    },
    /// Nothing tried would help: no member has the skill, or none lives near enough.
    NewMember,
}
