//! Naapuriapu's words as types.
//!
//! What this crate is: the field's own terms (see `product.md`'s list of words), parsed once at the edge and
//! impossible to hold in a wrong shape afterwards. What it isn't: it does no I/O, reads no clock and draws no
//! randomness. *Now* and random bytes are arguments.
//!
//! # Adding a word
//! 1. One file for one idea, listed below in reading order.
//! 2. A private field, a `parse` or `try_from` with a [`Problem`] for each way it can be wrong, no setters.
//! 3. Units in the doc comment (minutes, cents, metres, UTC seconds), and the source of a rule where it has one.
//!
//! The feature `server` adds what would be heavy in a browser: the zone database and libphonenumber's rules.

mod codes;
mod holidays;
mod ids;
mod moment;
#[cfg(feature = "server")]
mod zone;

mod credit;
mod money;
mod service;

mod email;
#[cfg(feature = "server")]
mod likeness;
mod mandate;
mod person;
#[cfg(feature = "server")]
mod phone;
mod place;
mod streets;

mod hidden;
mod limits;
mod message;
mod offer;
mod slip;
mod visit;

mod problem;
mod text;

pub mod gsm;

pub use credit::{CreditEligibility, CreditEstimate, CreditTerms, credit_terms};
pub use email::EmailAddress;
pub use hidden::Hidden;
pub use holidays::is_holiday;
pub use ids::*;
#[cfg(feature = "server")]
pub use likeness::{Known, Like, Likeness, likeness, name_key, worth_a_look};
pub use limits::{DayException, DayHours, EarningsGuard, Hours, Limits, MinuteOfDay, Strength};
pub use mandate::{ConsentGiven, Mandate};
pub use message::{Message, MessageKind, TextAnswer, Urgency};
pub use moment::{Minutes, Moment, Span};
pub use money::Cents;
pub use offer::{OFFER_HOURS, offer_expiry};
pub use person::{Channel, ContactWay, Language, PersonName, Role};
#[cfg(feature = "server")]
pub use phone::{PhoneKind, PhoneNumber};
pub use place::{Address, Coordinates, TravelMode};
pub use problem::{FieldProblem, Problem};
pub use service::{Effort, JobKind, JobTerms, Service};
pub use slip::{CodeWord, SlipCode};
pub use streets::{AREA, Street, find_street, streets};
pub use text::{Note, ShortText, plain_line};
#[cfg(feature = "server")]
pub use visit::free_cancelling_until;
pub use visit::{Cancelled, CannotMove, FREE_CANCELLING_UNTIL, Feedback, Held, Step, VisitState, WhoCancelled};
#[cfg(feature = "server")]
pub use zone::{LocalDay, UnknownZone, Zone};
