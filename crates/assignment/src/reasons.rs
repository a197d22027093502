//! Why this member, and why nobody: data. The words are in `app/locales`.

use domain::{Minutes, Moment, PersonId, Service};
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
    /// One of the two has said no to the other, or they are the same person.
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
    /// They could make this one of two linked visits, but nobody makes the other at their distance ([`crate::Link`]).
    NoSecond,
}

impl Rule {
    /// The rule as anybody but the member may know it. Strength and earnings are theirs alone: others see that it is
    /// outside their hours.
    #[must_use]
    pub const fn told_to_others(self) -> Self {
        match self {
            Self::Strength | Self::Earnings => Self::Hours,
            other => other,
        }
    }
}

/// Why this member rather than the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// The terms in which they are better than the next, the weightiest first; where there is no next or none is better,
    /// what speaks for them in itself. Up to three, and none for an arbitrary choice.
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
    /// How many members each rule removed, in the order of [`Rule`]. A member counts once, at the latest rule that they
    /// got to at any of the times asked for: the one that stops them in their best window. Rules that are private to
    /// the member are counted as [`Rule::Hours`] ([`Rule::told_to_others`]).
    pub removed: Vec<(Rule, u32)>,
    /// The rule that removed the last one left; [`Rule::Skill`] where there are no members at all.
    pub last: Rule,
    /// The one smallest change that would help, found by trying. None only when somebody can come after all. Of linked
    /// visits, the two changes together help.
    pub change: Option<Change>,
}

/// A change that makes the visit possible. Tried, not guessed: made, it works.
///
/// Failures are kept as JSON: a new field needs a default, and no variant may lose its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Another hour of the same day or a near one.
    OtherTime {
        /// The arrival window's start.
        window: Moment,
        /// Who could come then.
        member: PersonId,
    },
    /// Somebody unfamiliar, at the same time.
    LetStrangerCome {
        /// Who could come.
        member: PersonId,
    },
    /// Two members who begin together and do half of the work each, at the asked time.
    SecondPerson {
        /// When both could begin.
        start: Moment,
        /// Who, the better choice first.
        members: [PersonId; 2],
        /// How long each would work.
        minutes: Minutes,
    },
    /// A member who could come at the asked time if they did this service too.
    OneMoreSkill {
        /// Who.
        member: PersonId,
        /// The service that they don't do.
        skill: Service,
    },
    /// A new member: nothing smaller that was tried would help.
    NewMember {
        /// The arrival window's start, where the co-op itself doesn't work at any asked time: the nearest at which it
        /// does.
        #[serde(default)]
        other_time: Option<Moment>,
        /// Whether the resident wants only helpers they know, which a new member isn't: they would have to agree.
        #[serde(default)]
        unfamiliar: bool,
    },
    /// Not even a new member who lives next door could come on the days around: the visit is longer than the co-op's day,
    /// or all those days are past or holidays.
    NotPossible,
}
