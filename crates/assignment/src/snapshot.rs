//! What the engine knows: members with their limits and agreed visits, and the visit somebody is wanted for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    Cents, Coordinates, DayException, Effort, Hours, JobTerms, Limits, MinuteOfDay, Minutes, Moment, PersonId, Service,
    Span, Strength, TravelMode, VisitId, Zone,
};
use serde::{Deserialize, Serialize};

/// What holds for the whole co-op.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoopRules {
    /// The co-op's own zone.
    pub zone: Zone,
    /// The first minute of the working day (7.00), local time.
    pub opens: MinuteOfDay,
    /// The first minute after it (20.00), local time.
    pub closes: MinuteOfDay,
    /// How far ahead the earliest arrival is, at least (two hours).
    pub notice: Minutes,
}

/// Everything at one moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// When the snapshot was made.
    pub now: Moment,
    /// What holds for everybody.
    pub rules: CoopRules,
    /// The members, in order of id.
    pub members: Vec<MemberPlan>,
}

/// One member: what they can, what they set for themselves, and what they have agreed to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberPlan {
    /// Who.
    pub id: PersonId,
    /// Where their day begins and ends.
    pub home: Coordinates,
    /// How they get about.
    pub mode: TravelMode,
    /// What they do.
    pub skills: BTreeSet<Service>,
    /// Their own limits: law.
    pub limits: Limits,
    /// Their usual week.
    pub hours: Hours,
    /// Dates that differ from it; the last one of a date counts.
    #[serde(default)]
    pub exceptions: Vec<DayException>,
    /// The strength they told for a date; other dates are [`Strength::Normal`].
    #[serde(default)]
    pub strength: BTreeMap<NaiveDate, Strength>,
    /// Residents with whom either side said no.
    #[serde(default)]
    pub blocked: BTreeSet<PersonId>,
    /// Residents they have been to before, with the number of done visits.
    #[serde(default)]
    pub knows: BTreeMap<PersonId, u32>,
    /// Minutes a week they would like to work, if they said so. Fairness is measured against it.
    #[serde(default)]
    pub wished_week: Option<Minutes>,
    /// Every visit that holds their time (offered, agreed, under way, done), in order of start, from before the
    /// longest look back (days in a row, the month's earnings) to after the horizon.
    #[serde(default)]
    pub visits: Vec<PlannedVisit>,
}

/// A visit that holds a member's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedVisit {
    /// Which.
    pub id: VisitId,
    /// When the work is planned to begin.
    pub start: Moment,
    /// How long the work takes.
    pub minutes: Minutes,
    /// How heavy it is.
    pub effort: Effort,
    /// Where.
    pub at: Coordinates,
    /// What the member earns.
    pub pay: Cents,
}

/// Who may be asked besides the helpers that the resident knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strangers {
    /// Anybody.
    Welcome,
    /// Only members who have been there before.
    OnlyFamiliar,
}

/// The visit somebody is wanted for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The resident, when they are known.
    #[serde(default)]
    pub resident: Option<PersonId>,
    /// Where.
    pub at: Coordinates,
    /// What, how long, how heavy, what it pays.
    pub terms: JobTerms,
    /// Whether somebody unfamiliar may come.
    pub strangers: Strangers,
    /// Members not to ask: they were asked for this visit already. (Not declines in general: those aren't known.)
    #[serde(default)]
    pub not_these: BTreeSet<PersonId>,
}

impl PlannedVisit {
    /// What was asked for, once somebody has it.
    pub fn of(id: VisitId, start: Moment, request: &Request) -> Self {
        let terms = &request.terms;
        Self { id, start, minutes: terms.minutes, effort: terms.effort, at: request.at, pay: terms.pay }
    }

    /// The stretch of the work itself, travel not included.
    pub fn work(&self) -> Span {
        Span::lasting(self.start, self.minutes)
    }
}
