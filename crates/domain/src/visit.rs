//! A visit's life cycle: an enum whose variants hold just what is true then. A transition consumes the state it
//! leaves and can refuse.
//!
//! ```text
//! Reserved ──confirm by phone──▶ Open
//!
//! Open ──offer──▶ Offered ──accept──▶ Agreed ──on my way──▶ UnderWay ──finish──▶ Done
//!  ▲                 │ decline, expiry   │ give back
//!  └─────────────────┴───────────────────┘            before the work begins ──cancel──▶ Cancelled
//! ```

use serde::{Deserialize, Serialize};

use crate::{MinuteOfDay, Minutes, Moment, OfferId, PersonId, Problem, Span, codes::codes};

/// A time of a member that a visit occupies. While it lasts, nobody else gets that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whose time.
    pub member: PersonId,
    /// When the work is planned to begin, within the arrival window.
    pub start: Moment,
}

/// Why and when a visit was called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: WhoCancelled,
}

/// Who called a visit off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoCancelled {
    /// The resident, or somebody for them.
    Resident,
    /// The co-op.
    Coop,
    /// Nobody confirmed the order in time.
    Unconfirmed,
}

codes!(WhoCancelled { Resident = "resident", Coop = "coop", Unconfirmed = "unconfirmed" });

/// Where a visit is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VisitState {
    /// Nobody has it and nobody is being asked: the desk looks for somebody.
    Open,
    /// Ordered by somebody whom we can only ring: a member's time is held, and nobody is asked, until the co-op has
    /// rung and confirmed the order.
    Reserved {
        /// The time held.
        held: Held,
        /// When the reservation ends by itself.
        until: Moment,
    },
    /// One member is being asked; their time is held until they answer.
    Offered {
        /// The time held.
        held: Held,
        /// The offer that holds it.
        offer: OfferId,
        /// When the offer ends by itself.
        expires: Moment,
    },
    /// Somebody has agreed to do it.
    Agreed {
        /// Whose time.
        held: Held,
    },
    /// The member is on the way, or at work.
    UnderWay {
        /// Whose time.
        held: Held,
        /// When they set out, by their own phone.
        on_way: Moment,
        /// When the work began, by their own phone.
        started: Option<Moment>,
    },
    /// The work is done.
    Done {
        /// Whose time it was.
        held: Held,
        /// When it ended, by the member's own phone.
        done: Moment,
        /// How long the work took.
        worked: Minutes,
    },
    /// Called off. The time is free again.
    Cancelled(Cancelled),
}

/// The step can't be taken from where the visit is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the visit has moved on")]
pub struct CannotMove;

impl From<CannotMove> for Problem {
    fn from(_: CannotMove) -> Self {
        Self::Changed
    }
}

/// What a member reports of a visit on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Matkalla.
    OnWay,
    /// Aloitin.
    Started,
    /// Valmis.
    Done,
}

codes!(Step { OnWay = "on_way", Started = "started", Done = "done" });

/// How it went, 1–5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Feedback(u8);

impl Feedback {
    /// A number from 1 to 5.
    ///
    /// # Errors
    /// [`Problem::ChooseOne`].
    pub fn new(number: i64) -> Result<Self, Problem> {
        u8::try_from(number).ok().filter(|n| (1..=5).contains(n)).map(Self).ok_or(Problem::ChooseOne)
    }

    /// 1–5.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// Cancelling is free until this minute of the day before (`decisions.md`, "Cancelling").
pub const FREE_CANCELLING_UNTIL: MinuteOfDay = MinuteOfDay::o_clock(20);

#[cfg(feature = "server")]
/// The first moment at which cancelling a visit that begins then isn't free any more.
pub fn free_cancelling_until(zone: crate::Zone, start: Moment) -> Moment {
    let date = zone.date(start);
    zone.at(date.pred_opt().unwrap_or(date), FREE_CANCELLING_UNTIL)
}

impl VisitState {
    /// The time of a member that this visit occupies, if any.
    pub fn held(&self) -> Option<Held> {
        match *self {
            Self::Reserved { held, .. }
            | Self::Offered { held, .. }
            | Self::Agreed { held }
            | Self::UnderWay { held, .. }
            | Self::Done { held, .. } => Some(held),
            Self::Open | Self::Cancelled(_) => None,
        }
    }

    /// The state's code in the database and in `app/locales`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reserved { .. } => "reserved",
            Self::Offered { .. } => "offered",
            Self::Agreed { .. } => "agreed",
            Self::UnderWay { .. } => "under_way",
            Self::Done { .. } => "done",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// Whether nothing can happen any more.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Cancelled(_))
    }

    /// Puts the visit to one member, whose time is held from now on.
    ///
    /// # Errors
    /// [`CannotMove`] unless it is open.
    pub fn offer(self, held: Held, offer: OfferId, expires: Moment) -> Result<Self, CannotMove> {
        match self {
            Self::Open => Ok(Self::Offered { held, offer, expires }),
            _ => Err(CannotMove),
        }
    }

    /// The co-op has rung and the order stands: the visit is open, to be offered in the same breath.
    ///
    /// # Errors
    /// [`CannotMove`] unless it is reserved and the reservation hasn't ended.
    pub fn confirm(self, now: Moment) -> Result<Self, CannotMove> {
        match self {
            Self::Reserved { until, .. } if now < until => Ok(Self::Open),
            _ => Err(CannotMove),
        }
    }

    /// The member takes it: only the one who is being asked, by that very offer, before it ends.
    ///
    /// # Errors
    /// [`CannotMove`].
    pub fn accept(self, by: PersonId, with: OfferId, now: Moment) -> Result<Self, CannotMove> {
        match self {
            Self::Offered { held, offer, expires } if held.member == by && offer == with && now < expires => {
                Ok(Self::Agreed { held })
            }
            _ => Err(CannotMove),
        }
    }

    /// The offer ends unanswered, is declined or withdrawn, or the member gives an agreed visit back: it is open again.
    ///
    /// # Errors
    /// [`CannotMove`] when nobody holds it or the work has begun.
    pub fn reopen(self, by: PersonId) -> Result<Self, CannotMove> {
        match self {
            Self::Offered { held, .. } | Self::Agreed { held } if held.member == by => Ok(Self::Open),
            Self::UnderWay { held, started: None, .. } if held.member == by => Ok(Self::Open),
            _ => Err(CannotMove),
        }
    }

    /// The member reports a step, at a time told by their own phone.
    ///
    /// # Errors
    /// [`CannotMove`] when it isn't theirs or the step isn't next.
    pub fn step(self, by: PersonId, step: Step, at: Moment) -> Result<Self, CannotMove> {
        match (self, step) {
            (Self::Agreed { held }, Step::OnWay) if held.member == by => {
                Ok(Self::UnderWay { held, on_way: at, started: None })
            }
            (Self::UnderWay { held, on_way, started: None }, Step::Started) if held.member == by && at >= on_way => {
                Ok(Self::UnderWay { held, on_way, started: Some(at) })
            }
            (Self::UnderWay { held, started: Some(started), .. }, Step::Done) if held.member == by && at >= started => {
                Ok(Self::Done { held, done: at, worked: Minutes::from_seconds_up(at.seconds_since(started)) })
            }
            _ => Err(CannotMove),
        }
    }

    /// The step that comes next for the one who does the work.
    pub const fn next_step(&self) -> Option<Step> {
        match self {
            Self::Agreed { .. } => Some(Step::OnWay),
            Self::UnderWay { started: None, .. } => Some(Step::Started),
            Self::UnderWay { started: Some(_), .. } => Some(Step::Done),
            _ => None,
        }
    }

    /// Calls the visit off.
    ///
    /// # Errors
    /// [`CannotMove`] once the work has begun, is done, or was called off before.
    pub fn cancel(self, by: WhoCancelled, at: Moment) -> Result<Self, CannotMove> {
        match self {
            Self::Open
            | Self::Reserved { .. }
            | Self::Offered { .. }
            | Self::Agreed { .. }
            | Self::UnderWay { started: None, .. } => Ok(Self::Cancelled(Cancelled { at, by })),
            _ => Err(CannotMove),
        }
    }

    /// The stretch in which the work itself is planned, for a visit of that length.
    pub fn planned(&self, length: Minutes) -> Option<Span> {
        self.held().map(|held| Span::lasting(held.start, length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(n: u8) -> PersonId {
        PersonId::from_random([n; 16])
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_seconds(seconds)
    }

    #[test]
    fn the_whole_way() {
        let (mikko, offer) = (person(1), OfferId::from_random([9; 16]));
        let held = Held { member: mikko, start: at(10_000) };
        let agreed = VisitState::Open.offer(held, offer, at(100)).unwrap().accept(mikko, offer, at(99)).unwrap();
        let done = agreed
            .step(mikko, Step::OnWay, at(9_000))
            .and_then(|s| s.step(mikko, Step::Started, at(10_000)))
            .and_then(|s| s.step(mikko, Step::Done, at(12_345)))
            .unwrap();
        assert_eq!(done, VisitState::Done { held, done: at(12_345), worked: Minutes(40) });
        assert_eq!(done.cancel(WhoCancelled::Resident, at(13_000)), Err(CannotMove));
    }

    #[test]
    fn a_reservation_is_confirmed_in_time_or_not_at_all() {
        let reserved = VisitState::Reserved { held: Held { member: person(1), start: at(10_000) }, until: at(100) };
        assert_eq!(reserved.confirm(at(99)), Ok(VisitState::Open));
        assert_eq!(reserved.confirm(at(100)), Err(CannotMove));
        assert!(reserved.cancel(WhoCancelled::Unconfirmed, at(100)).is_ok());
    }

    #[test]
    fn an_offer_that_has_ended_cannot_be_accepted_nor_by_another() {
        let (mikko, offer) = (person(1), OfferId::from_random([9; 16]));
        let offered = VisitState::Open.offer(Held { member: mikko, start: at(10_000) }, offer, at(100)).unwrap();
        assert_eq!(offered.accept(mikko, offer, at(100)), Err(CannotMove));
        assert_eq!(offered.accept(person(2), offer, at(1)), Err(CannotMove));
        assert_eq!(offered.accept(mikko, OfferId::from_random([8; 16]), at(1)), Err(CannotMove));
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Offer(u8),
        Accept(u8, u8),
        Reopen(u8),
        Step(u8, Step),
        Cancel,
    }

    fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
        let step = prop_oneof![Just(Step::OnWay), Just(Step::Started), Just(Step::Done)];
        let act = prop_oneof![
            (0..3_u8).prop_map(Act::Offer),
            ((0..3_u8), (0..3_u8)).prop_map(|(by, with)| Act::Accept(by, with)),
            (0..3_u8).prop_map(Act::Reopen),
            ((0..3_u8), step).prop_map(|(by, step)| Act::Step(by, step)),
            Just(Act::Cancel),
        ];
        prop::collection::vec((act, 0..50_i64), 0..40)
    }

    proptest! {
        /// Whatever is tried in whatever order: only the one who was asked ever comes to hold it, what is done or
        /// called off stays so, and time never runs backwards inside a visit.
        #[test]
        fn no_order_of_acts_breaks_the_life_cycle(acts in acts()) {
            let mut state = VisitState::Open;
            for (act, now) in acts {
                let before = state;
                let tried = match act {
                    Act::Offer(m) => state.offer(
                        Held { member: person(m), start: at(100) }, OfferId::from_random([m; 16]), at(40)),
                    Act::Accept(by, with) => state.accept(person(by), OfferId::from_random([with; 16]), at(now)),
                    Act::Reopen(by) => state.reopen(person(by)),
                    Act::Step(by, step) => state.step(person(by), step, at(now)),
                    Act::Cancel => state.cancel(WhoCancelled::Coop, at(now)),
                };
                if let Ok(next) = tried {
                    state = next;
                }
                match before {
                    VisitState::Done { .. } | VisitState::Cancelled(_) => prop_assert_eq!(state, before),
                    VisitState::Offered { held, .. } | VisitState::Agreed { held } | VisitState::UnderWay { held, .. } => {
                        if let Some(later) = state.held() {
                            prop_assert_eq!(later, held);
                        }
                    }
                    VisitState::Open | VisitState::Reserved { .. } => {
                        let agreed = matches!(state, VisitState::Agreed { .. } | VisitState::UnderWay { .. });
                        prop_assert!(!agreed);
                    },
                }
                if let VisitState::Done { worked, .. } = state {
                    prop_assert!(worked >= Minutes(0));
                }
            }
        }
    }
}
