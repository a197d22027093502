//! A short fingerprint of what a page shows: the same as long as nothing on it has changed.

use std::hash::{DefaultHasher, Hash, Hasher};

use backend::{Error, PlanningState, Refusal};

use crate::{pages::lounge::lock::lock_mark, visitor::Visitor};

/// The fingerprint of `lock`, `my`, `today`, `offers`, `visit/<id>` or `planning/<id>` for this caller.
///
/// # Errors
/// What the page itself would answer: nobody learns here what they may not see there.
pub(crate) async fn fingerprint(visitor: &Visitor, what: &str) -> Result<String, Error> {
    let mut seen = DefaultHasher::new();
    if visitor.caller.is_locked() {
        // Whatever the page shows, it is to go from the screen.
        return Ok("locked".to_owned());
    }
    match what.split_once('/') {
        None if what == "my" => {
            for visit in visitor.backend.my_visits(&visitor.caller).await? {
                (visit.visit, visit.version, visit.state.code()).hash(&mut seen);
            }
        }
        None if what == "today" => {
            let today = visitor.backend.zone().date(visitor.backend.now());
            let day = visitor.backend.day(&visitor.caller, today).await?;
            day.strength.code().hash(&mut seen);
            for visit in &day.visits {
                (visit.visit, visit.version, visit.state.code()).hash(&mut seen);
            }
            visitor.backend.offers(&visitor.caller).await?.len().hash(&mut seen);
        }
        None if what == "lock" => return Ok(lock_mark(visitor)),
        None if what == "offers" => {
            for offer in visitor.backend.offers(&visitor.caller).await? {
                offer.offer.hash(&mut seen);
            }
        }
        Some(("visit", id)) => {
            let visit = visitor.backend.visit(&visitor.caller, id).await?;
            (visit.visit, visit.version, visit.state.code()).hash(&mut seen);
        }
        Some(("planning", id)) => match visitor.backend.planning(&visitor.caller, id).await?.state {
            PlanningState::Running { tried } => tried.hash(&mut seen),
            _ => "over".hash(&mut seen),
        },
        _ => return Err(Error::Refused(Refusal::NotYours)),
    }
    Ok(format!("{:x}", seen.finish()))
}
