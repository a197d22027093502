//! Who is told what about a visit: rows of the outbox, in the transaction that makes them true, one a transition and
//! person.

use domain::{Message, MessageKind, PersonId};

use crate::{
    Error,
    store::{outbox, people, tx::Tx, visits::StoredVisit},
};

/// Tells the resident. `helper` is the member it is about, when the visit has just gone to them.
pub(crate) async fn resident(
    tx: &mut Tx,
    visit: &StoredVisit,
    kind: MessageKind,
    helper: Option<PersonId>,
) -> Result<(), Error> {
    let helper = match helper.or_else(|| visit.state.held().map(|held| held.member)) {
        Some(member) => first_name(tx, member).await?,
        None => String::new(),
    };
    let by = visit.ring_by.unwrap_or_else(|| tx.settings().coop.ring_by(tx.now()));
    let (id, job, window) = (visit.id, visit.terms.kind, visit.window.start);
    let message = match kind {
        MessageKind::OrderReceived => Message::OrderReceived { visit: id, job, window, helper, slip: visit.slip },
        MessageKind::RequestReceived => Message::RequestReceived { visit: id, job, by, slip: visit.slip },
        MessageKind::VisitAgreed => Message::VisitAgreed { visit: id, job, window, helper },
        MessageKind::HelperChanged => Message::HelperChanged { visit: id, job, window, helper },
        MessageKind::NobodyFound => Message::NobodyFound { visit: id, job, window, by },
        MessageKind::OnTheWay => Message::OnTheWay { visit: id, job, helper },
        MessageKind::VisitDone => Message::VisitDone { visit: id, job, helper },
        MessageKind::VisitMoved => Message::VisitMoved { visit: id, job, window, helper },
        MessageKind::VisitCancelled => cancelled(visit, ""),
        MessageKind::NewOffer | MessageKind::SignInCode => return Err(Error::stored("not a resident's message")),
    };
    outbox::write(tx, visit.resident.id, Some(visit.contact), Some(visit.id), &message).await
}

/// Tells the resident that the visit was called off, in the coordinator's words.
pub(crate) async fn resident_called_off(tx: &mut Tx, visit: &StoredVisit, note: &str) -> Result<(), Error> {
    outbox::write(tx, visit.resident.id, Some(visit.contact), Some(visit.id), &cancelled(visit, note)).await
}

/// Tells a member. `note` is what the coordinator wanted to say, where a message has room for it.
pub(crate) async fn member(
    tx: &mut Tx,
    visit: &StoredVisit,
    member: PersonId,
    kind: MessageKind,
    note: &str,
) -> Result<(), Error> {
    let (id, job, window) = (visit.id, visit.terms.kind, visit.window.start);
    let message = match (kind, visit.state) {
        (MessageKind::NewOffer, domain::VisitState::Offered { expires, .. }) => {
            Message::NewOffer { visit: id, job, window, district: visit.home.district().to_owned(), expires }
        }
        (MessageKind::VisitCancelled, _) => cancelled(visit, note),
        _ => return Err(Error::stored("not a member's message")),
    };
    outbox::write(tx, member, None, Some(visit.id), &message).await
}

fn cancelled(visit: &StoredVisit, note: &str) -> Message {
    Message::VisitCancelled {
        visit: visit.id,
        job: visit.terms.kind,
        window: visit.window.start,
        note: note.to_owned(),
    }
}

async fn first_name(tx: &mut Tx, person: PersonId) -> Result<String, Error> {
    Ok(people::name(tx, person).await?.map(|name| name.given().to_owned()).unwrap_or_default())
}
