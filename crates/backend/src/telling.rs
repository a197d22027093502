//! Who is told what about a visit: rows of the outbox, in the transaction that makes them true, one a transition and
//! person.

use domain::{Message, MessageKind, PersonId, VisitState};

use crate::{
    Error,
    store::{
        offers, outbox,
        people::{self, StoredPerson},
        tx::Tx,
        visits::StoredVisit,
    },
};

/// Tells the resident. `helper` is the member it is about, when the visit has just gone to them.
pub(crate) async fn resident(
    tx: &mut Tx,
    visit: &StoredVisit,
    kind: MessageKind,
    helper: Option<PersonId>,
) -> Result<(), Error> {
    let message = to_resident(tx, visit, kind, helper).await?;
    outbox::write(tx, visit.resident.id, Some(visit.contact), Some(visit.id), &message).await
}

/// Tells the resident by text message what is told once, whatever is run twice. Whether it was written now.
pub(crate) async fn resident_once(
    tx: &mut Tx,
    visit: &StoredVisit,
    resident: &StoredPerson,
    kind: MessageKind,
    once: &str,
) -> Result<bool, Error> {
    let message = to_resident(tx, visit, kind, None).await?;
    outbox::write_once(tx, resident, Some(visit.id), &message, once).await
}

async fn to_resident(
    tx: &mut Tx,
    visit: &StoredVisit,
    kind: MessageKind,
    helper: Option<PersonId>,
) -> Result<Message, Error> {
    let helper = match helper.or_else(|| visit.state.held().map(|held| held.member)) {
        Some(member) => people::first_name(tx, member).await?,
        None => String::new(),
    };
    let by = visit.ring_by.unwrap_or_else(|| tx.settings().coop.ring_by(tx.now()));
    let (id, job, window) = (visit.id, visit.terms.kind, visit.window.start);
    Ok(match kind {
        MessageKind::OrderReceived => Message::OrderReceived { visit: id, job, window, helper, slip: visit.slip },
        MessageKind::RequestReceived => Message::RequestReceived { visit: id, job, by, slip: visit.slip },
        MessageKind::VisitAgreed => Message::VisitAgreed { visit: id, job, window, helper },
        MessageKind::HelperChanged => Message::HelperChanged { visit: id, job, window, helper },
        MessageKind::NobodyFound => Message::NobodyFound { visit: id, job, window, by },
        MessageKind::OnTheWay => Message::OnTheWay { visit: id, job, helper },
        MessageKind::VisitDone => Message::VisitDone { visit: id, job, helper },
        MessageKind::VisitMoved => Message::VisitMoved { visit: id, job, window, helper },
        MessageKind::VisitCancelled => cancelled(visit, ""),
        MessageKind::Reminder => Message::Reminder { visit: id, job, window, helper },
        MessageKind::NewOffer
        | MessageKind::Answered
        | MessageKind::OfferWithdrawn
        | MessageKind::StartChanged
        | MessageKind::MarkedAway
        | MessageKind::Invited
        | MessageKind::MandateAsked
        | MessageKind::MandateGranted
        | MessageKind::MandateGiven
        | MessageKind::MandateRevoked
        | MessageKind::MandateEnded
        | MessageKind::PhoneLinked
        | MessageKind::PasskeyMade
        | MessageKind::PasskeyCopied
        | MessageKind::NumberChanged
        | MessageKind::EmailSet
        | MessageKind::SignInCode => {
            return Err(Error::stored("not a resident's message"));
        }
    })
}

/// Tells the resident that the visit was called off, in the coordinator's words.
pub(crate) async fn resident_called_off(tx: &mut Tx, visit: &StoredVisit, note: &str) -> Result<(), Error> {
    outbox::write(tx, visit.resident.id, Some(visit.contact), Some(visit.id), &cancelled(visit, note)).await
}

/// Tells somebody of a way in to what is theirs. A text, whatever their usual way: whoever holds the number's phone learns
/// of it.
pub(crate) async fn of_a_way_in(tx: &mut Tx, owner: PersonId, message: &Message) -> Result<(), Error> {
    let owner = people::by_id(tx, owner).await?.ok_or_else(|| Error::stored("a way in for nobody"))?;
    match owner.mobile() {
        Some(mobile) => outbox::write_to_number(tx, Some(owner.id), mobile, owner.language, message).await,
        None => outbox::write(tx, owner.id, None, None, message).await,
    }
}

/// Asks the member to whom the visit has just been offered.
pub(crate) async fn asked(tx: &mut Tx, visit: &StoredVisit) -> Result<(), Error> {
    let VisitState::Offered { held, offer, expires } = visit.state else {
        return Err(Error::stored("nobody is asked about this visit"));
    };
    let district = visit.home.district().to_owned();
    let (id, job, window) = (visit.id, visit.terms.kind, visit.window.start);
    let answer = offers::answer_number_of(tx, offer).await?;
    let message = Message::NewOffer { visit: id, job, window, district, expires, answer };
    outbox::write(tx, held.member, None, Some(visit.id), &message).await
}

/// The member who knows of a visit in this state: who is asked, who has agreed. (A reservation was put to nobody yet.)
pub(crate) fn knows_of(state: &VisitState) -> Option<PersonId> {
    match state {
        VisitState::Reserved { .. } => None,
        state => state.held().map(|held| held.member),
    }
}

/// Tells the member who knew of the visit as it was `before` that it isn't theirs any more: who hadn't answered needn't,
/// who had agreed doesn't go. `note` is what the coordinator wanted to say.
pub(crate) async fn not_yours_any_more(
    tx: &mut Tx,
    visit: &StoredVisit,
    before: &VisitState,
    note: &str,
) -> Result<(), Error> {
    let Some(member) = knows_of(before) else { return Ok(()) };
    let message = if matches!(before, VisitState::Offered { .. }) {
        Message::OfferWithdrawn { visit: visit.id, job: visit.terms.kind, window: visit.window.start }
    } else {
        cancelled(visit, note)
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
