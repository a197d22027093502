//! Linked visits.

mod cooling;
mod decode;
mod error;
mod moves;
mod neighbours;
mod problem;
mod route;
mod schedule;
mod search;
mod solution;

pub use decode::{DecodeError, decode};
pub use error::ProblemError;
pub use problem::{
    Carer, CarerId, Draft, Lunch, LunchDuty, Need, Patient, PatientId, PlaceId, Problem, Promptness, Service, Shift,
    SkillId, Synchronisation, Weights, Window,
};
pub use search::plan;
pub use solution::{Cost, LunchBreak, Route, Solution, Visit};
