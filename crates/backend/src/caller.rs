//! Who is calling, and what their session is worth: made anew at every request (`sessions`), asked by every use case
//! (`rights`).

use domain::{CoopId, Language, Moment, PhoneLinkId, Role};

use crate::PersonBrief;

/// Who is calling: the session's person and what they may do, read anew at every request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// SHA-256 of the session's token, in hex; `None` when there is no session yet (nothing was posted).
    pub session: Option<String>,
    /// The co-op whose pages these are.
    pub coop: CoopId,
    /// The person signed in, if any.
    pub person: Option<PersonBrief>,
    /// Their roles.
    pub roles: Vec<Role>,
    /// The resident whom a lounge helper is serving now.
    pub serving: Option<PersonBrief>,
    /// The language of the page: in it somebody new is written down, and whoever orders for themselves is told.
    pub language: Language,
    /// What the session is worth.
    pub standing: Standing,
    /// When this device locks by itself unless something is posted, at the lounge.
    pub locks: Option<Moment>,
}

/// What a session is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All that the person may do; or nobody is signed in.
    Usual,
    /// A resident's own phone that stays signed in by that link: their own visits, and little else.
    LinkedPhone(PhoneLinkId),
    /// A lounge's device that is locked. Nobody is signed in on it until its helper, whose session has that hash, opens it.
    Locked(String),
}

impl Caller {
    /// Somebody of whom nothing is known.
    pub fn nobody(coop: CoopId) -> Self {
        Self {
            session: None,
            coop,
            person: None,
            roles: Vec::new(),
            serving: None,
            language: Language::Finnish,
            standing: Standing::Usual,
            locks: None,
        }
    }

    /// Whether this device is locked.
    pub fn is_locked(&self) -> bool {
        matches!(self.standing, Standing::Locked(_))
    }

    /// Whether this is a linked phone on which no code was answered a moment ago.
    pub fn by_linked_phone(&self) -> bool {
        matches!(self.standing, Standing::LinkedPhone(_))
    }

    /// The session in the cookie, locked or not.
    pub(crate) fn cookie_session(&self) -> Option<&str> {
        match &self.standing {
            Standing::Locked(session) => Some(session),
            _ => self.session.as_deref(),
        }
    }
}
