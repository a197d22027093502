//! A member's own limits and hours. They are law, not a preference: nobody may overstep them on any route.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::{Cents, Effort, Minutes, Problem, codes::codes};

/// A minute of the local day, 0–1440 (1440 is the midnight that ends it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub struct MinuteOfDay(u16);

impl From<MinuteOfDay> for u16 {
    fn from(minute: MinuteOfDay) -> Self {
        minute.0
    }
}

impl TryFrom<u16> for MinuteOfDay {
    type Error = &'static str;

    fn try_from(minute: u16) -> Result<Self, &'static str> {
        Self::new(minute).ok_or("a minute of the day is at most 1440")
    }
}

impl MinuteOfDay {
    /// The end of the day.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// That minute, when the day has it.
    pub const fn new(minute: u16) -> Option<Self> {
        if minute <= 24 * 60 { Some(Self(minute)) } else { None }
    }

    /// That hour o'clock; the end of the day for any later one.
    pub const fn o_clock(hour: u16) -> Self {
        if hour < 24 { Self(hour * 60) } else { Self::MIDNIGHT }
    }

    /// Minutes since local midnight by the wall clock.
    pub fn get(self) -> u16 {
        self.0
    }

    /// Reads "8", "8:30", "08.30".
    ///
    /// # Errors
    /// [`Problem::Missing`] when empty, [`Problem::OutOfRange`] otherwise.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Missing);
        }
        let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "0"));
        let hours: u16 = hours.parse().map_err(|_| Problem::OutOfRange)?;
        let minutes: u16 = minutes.parse().map_err(|_| Problem::OutOfRange)?;
        if minutes > 59 || hours > 24 {
            return Err(Problem::OutOfRange);
        }
        Self::new(hours * 60 + minutes).ok_or(Problem::OutOfRange)
    }
}

/// Hours of one day, local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHours {
    /// The first minute of work.
    pub from: MinuteOfDay,
    /// The first minute after it.
    pub to: MinuteOfDay,
}

impl DayHours {
    /// From one minute to a later one.
    ///
    /// # Errors
    /// [`Problem::EndsBeforeStart`].
    pub fn new(from: MinuteOfDay, to: MinuteOfDay) -> Result<Self, Problem> {
        if from < to { Ok(Self { from, to }) } else { Err(Problem::EndsBeforeStart) }
    }
}

/// The hours in which a member may be asked, week after week. A day may have several stretches, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours(pub Vec<(Weekday, DayHours)>);

impl Hours {
    /// The stretches of that weekday.
    pub fn on(&self, weekday: Weekday) -> impl Iterator<Item = DayHours> {
        self.0.iter().filter(move |(day, _)| *day == weekday).map(|(_, hours)| *hours)
    }
}

/// One date that differs from the usual week: no hours at all is a day off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayException {
    /// The date.
    pub date: NaiveDate,
    /// The hours of that date instead of the week's.
    pub hours: Vec<DayHours>,
}

/// The strength of the day (päivän vointi): the member's own limit for one day, private to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// As usual.
    #[default]
    Normal,
    /// No new offers that day, and half of what is left of the day's caps. What is agreed stays.
    Less,
    /// Nothing that day. What is agreed stays unless the member gives it back.
    Pause,
}

codes!(Strength { Normal = "normal", Less = "less", Pause = "pause" });

/// What a member wants to happen with a monthly sum they typed in. Nobody else sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarningsGuard {
    /// No sum is watched.
    #[default]
    Off,
    /// Tell me how near I am before I accept.
    Tell(Cents),
    /// Don't ask me for anything that would go over.
    Wall(Cents),
}

/// A member's own limits. `None` is no limit of that kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Visits on one local day.
    pub visits_a_day: Option<u16>,
    /// Minutes of work on one local day.
    pub minutes_a_day: Option<Minutes>,
    /// Visits in one ISO week.
    pub visits_a_week: Option<u16>,
    /// Minutes of work in one ISO week.
    pub minutes_a_week: Option<Minutes>,
    /// Heavy visits in one ISO week.
    pub heavy_a_week: Option<u16>,
    /// Days with work in a row.
    pub days_in_row: Option<u16>,
    /// The heaviest work the member takes.
    pub heaviest: Effort,
    /// Rest between two visits, travel not counted.
    pub gap: Minutes,
    /// The furthest home to go to, in metres from the member's own.
    pub furthest_metres: Option<u32>,
    /// The private monthly earnings limit.
    pub earnings: EarningsGuard,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            visits_a_day: None,
            minutes_a_day: None,
            visits_a_week: None,
            minutes_a_week: None,
            heavy_a_week: None,
            days_in_row: None,
            heaviest: Effort::Heavy,
            gap: Minutes(0),
            furthest_metres: None,
            earnings: EarningsGuard::Off,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_time_is_read_as_people_write_it() {
        for (text, minute) in [("8", 480), ("8:30", 510), ("08.30", 510), ("24", 1440), ("0:00", 0)] {
            assert_eq!(MinuteOfDay::parse(text).map(MinuteOfDay::get), Ok(minute), "{text}");
        }
        for wrong in ["25", "24:30", "8:60", "-1", "aamulla", "8:3o", "99999999999"] {
            assert_eq!(MinuteOfDay::parse(wrong), Err(Problem::OutOfRange), "{wrong}");
        }
    }
}
