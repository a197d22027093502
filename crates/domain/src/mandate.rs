//! Who may order for whom: how it was given, when, by whom recorded, and that it can be taken back.

use serde::{Deserialize, Serialize};

use crate::{MandateId, Moment, PersonId, Service, codes::codes};

/// How a resident gave their consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentGiven {
    /// In person, after the sentence was read aloud.
    InPerson,
    /// On the phone.
    ByPhone,
    /// On paper.
    OnPaper,
    /// In the app.
    InApp,
}

codes!(ConsentGiven { InPerson = "in_person", ByPhone = "by_phone", OnPaper = "on_paper", InApp = "in_app" });

/// A mandate (valtuutus). Without one, nobody orders for anybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its id.
    pub id: MandateId,
    /// The one it was given by.
    pub resident: PersonId,
    /// The one who may order. `None` is the co-op's lounge: whoever helps there.
    pub holder: Option<PersonId>,
    /// The services it covers; none named is all of them.
    pub services: Vec<Service>,
    /// How it was given.
    pub given: ConsentGiven,
    /// When it was given.
    pub given_at: Moment,
    /// The first instant when it no longer holds; a year by default.
    pub until: Moment,
    /// Who wrote it down.
    pub recorded_by: PersonId,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
}

impl Mandate {
    /// Whether it holds at that instant, for some service at least.
    pub fn holds(&self, now: Moment) -> bool {
        self.revoked_at.is_none_or(|revoked| now < revoked) && self.given_at <= now && now < self.until
    }

    /// Whether it lets its holder order that service at that instant.
    pub fn allows(&self, service: Service, now: Moment) -> bool {
        self.holds(now) && (self.services.is_empty() || self.services.contains(&service))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_when_revoked_at_once_and_by_itself() {
        let at = Moment::from_seconds;
        let mut mandate = Mandate {
            id: MandateId::from_random([1; 16]),
            resident: PersonId::from_random([2; 16]),
            holder: None,
            services: vec![Service::Snow],
            given: ConsentGiven::InPerson,
            given_at: at(100),
            until: at(1_000),
            recorded_by: PersonId::from_random([3; 16]),
            revoked_at: None,
        };
        assert!(mandate.allows(Service::Snow, at(100)));
        assert!(!mandate.allows(Service::Cleaning, at(100)));
        assert!(!mandate.allows(Service::Snow, at(1_000)));
        mandate.revoked_at = Some(at(500));
        assert!(!mandate.allows(Service::Snow, at(500)));
    }
}
