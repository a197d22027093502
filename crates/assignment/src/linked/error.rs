//! What can be wrong with a linked-visits problem. (Not: what is wrong with a plan; the search makes no bad ones.)
//!
//! To add one: a variant here, and the test that finds it in `problem`.

use thiserror::Error;

use super::problem::{CarerId, PatientId, PlaceId};

/// Why a [`Draft`](super::Draft) is no problem that can be planned.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ProblemError {
    /// There is nobody to send.
    #[error("there are no carers")]
    NoCarers,
    /// The travel matrix has a row of the wrong length.
    #[error("row {row} of the travel times has {found} entries, {expected} places are known")]
    TravelShape {
        /// The row.
        row: usize,
        /// How many entries it has.
        found: usize,
        /// How many there are rows.
        expected: usize,
    },
    /// A travel time below zero.
    #[error("the travel time from place {} to place {} is negative", from.0, to.0)]
    NegativeTravel {
        /// From here
        from: PlaceId,
        /// to there.
        to: PlaceId,
    },
    /// A carer starts or ends where there is no place.
    #[error("carer {} starts or ends at unknown place {}", carer.0, place.0)]
    CarerPlace {
        /// The carer.
        carer: CarerId,
        /// The place nobody knows.
        place: PlaceId,
    },
    /// A shift below zero, or one that ends before it starts.
    #[error("the shift of carer {} ends before it starts, or starts before zero", .0.0)]
    Shift(CarerId),
    /// A patient lives where there is no place.
    #[error("patient {} lives at unknown place {}", patient.0, place.0)]
    PatientPlace {
        /// The patient.
        patient: PatientId,
        /// The place nobody knows.
        place: PlaceId,
    },
    /// A patient has one service, or two; not none, and not three.
    #[error("patient {} has {found} services, not one or two", patient.0)]
    ServiceCount {
        /// The patient.
        patient: PatientId,
        /// How many services were asked for.
        found: usize,
    },
    /// Two services together or in order, and only one service.
    #[error("patient {} has one service, and so nothing to synchronise", .0.0)]
    NothingToSynchronise(PatientId),
    /// A service that takes no time, or less.
    #[error("patient {} has a service that takes no time", .0.0)]
    Duration(PatientId),
    /// A patient has one time window, or two in their order.
    #[error("patient {} has {found} time windows, not one or two", patient.0)]
    WindowCount {
        /// The patient.
        patient: PatientId,
        /// How many windows were given.
        found: usize,
    },
    /// A window that closes before it opens, opens before zero, or stands before the one it should follow.
    #[error("a time window of patient {} is the wrong way round, before zero or out of order", .0.0)]
    Window(PatientId),
    /// The least distance of an ordered pair is above the most, or below zero.
    #[error("the distance between the services of patient {} is the wrong way round or negative", .0.0)]
    Distance(PatientId),
    /// A preferred or refused carer does not exist.
    #[error("patient {} names unknown carer {}", patient.0, carer.0)]
    UnknownCarer {
        /// The patient.
        patient: PatientId,
        /// The carer nobody knows.
        carer: CarerId,
    },
    /// Nobody (or not two different people) can give what a patient must get.
    #[error("nobody can give patient {} service {service}", patient.0)]
    NobodyCan {
        /// The patient.
        patient: PatientId,
        /// Which of the patient's services, from 0.
        service: usize,
    },
    /// The lunch break takes no time, or may not start where it may.
    #[error("the lunch break takes no time, or its latest start is before its earliest")]
    Lunch,
    /// A weight below zero.
    #[error("a weight of the objective is negative")]
    NegativeWeight,
    /// The whole work in a row would overflow the times.
    #[error("the times are too large to count: choose a coarser unit")]
    TooLarge,
}
