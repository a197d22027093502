//! Ids are types: a visit's id can't be passed where a person's is wanted.
//!
//! Random bytes are an argument, so that a seed makes the same demo neighbourhood every time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// An id from sixteen random bytes.
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(Builder::from_random_bytes(bytes).into_uuid())
            }

            /// The id's sixteen bytes, for seeding what must differ by id and nothing else.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::parse_str(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )+};
}

ids! {
    /// A co-operative. One installation may hold many; a person of one sees nothing of another.
    CoopId,
    /// Anybody known to a co-op: resident, relative, member, lounge helper, coordinator.
    PersonId,
    /// A place where help is given.
    HomeId,
    /// What a resident asked for.
    OrderId,
    /// One piece of work at one place and time.
    VisitId,
    /// One visit put to one member, with an expiry.
    OfferId,
    /// Who may order for whom.
    MandateId,
    /// A resident's question to somebody whether they would order for them.
    InvitationId,
    /// Somebody's question to a resident whether they may order for them.
    MandateRequestId,
    /// A resident's own phone that stays signed in, or the link that would make it so.
    PhoneLinkId,
    /// A key on somebody's own device, by which they sign in without a code.
    PasskeyId,
    /// The draft of an order, before it is sent.
    DraftId,
    /// A message in the outbox.
    MessageId,
    /// One run of the planner, asked for at the desk.
    PlanningId,
    /// The key of one submission of one form: rendered into it, so that sending it twice does one thing.
    SubmissionKey,
}

/// The text isn't an id. It is told to nobody but the log: to people a wrong id is the same as an unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_being_written_and_read() {
        let id = PersonId::from_random([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("Aino".parse::<PersonId>(), Err(NotAnId));
    }
}
