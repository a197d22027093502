//! What one channel didn't carry goes by the next that its person has: an e-mail for a text, a text for an e-mail. When there
//! is none left, somebody tells it by voice. What was tried is written down with why, and nothing goes by one channel twice.
//!
//! What it isn't: it hands nothing over (`delivery` and the server do). A code goes nowhere but where it was asked for: it
//! shows that the number, or the address, is one's own.

use domain::{Channel, MessageId, MessageKind};

use crate::{
    Error,
    delivery::Trouble,
    store::{
        deliveries::{self, Waiting},
        outbox,
        people::{self, StoredPerson},
        tx::Tx,
    },
};

/// Its channel has just failed it: on to the next one, if there is one.
pub(crate) async fn next(tx: &mut Tx, message: MessageId, why: Trouble) -> Result<(), Error> {
    let Some(waiting) = deliveries::by_id(tx, message).await? else { return Ok(()) };
    deliveries::channel_failed(tx, message, waiting.way, why.code()).await?;
    let Some(person) = reader(tx, &waiting, why).await? else { return Ok(()) };
    let failed = deliveries::failures(tx, message).await?;
    let is_new = |way: Channel| failed.iter().all(|(tried, _)| *tried != way);
    let email = person.email.as_ref().filter(|_| tx.settings().emails && is_new(Channel::Email));
    let mobile = person.mobile().filter(|_| is_new(Channel::Sms));
    let by = match (email, mobile) {
        (Some(email), _) => (Channel::Email, None, Some(email)),
        (None, Some(mobile)) => (Channel::Sms, Some(mobile), None),
        (None, None) => return Ok(()),
    };
    let due = outbox::goes_out(tx, by.0, &waiting.message, tx.now());
    tracing::info!(%message, from = waiting.way.code(), to = by.0.code(), why = why.code(), "by another channel");
    deliveries::by_another_way(tx, message, by, due).await
}

/// To whom it can go another way. What is too late for one channel is for the others too; a code and an answer to a text
/// belong to their channel, and word of a new address or number is for whoever has the old one.
async fn reader(tx: &mut Tx, waiting: &Waiting, why: Trouble) -> Result<Option<StoredPerson>, Error> {
    let stays = matches!(
        waiting.message.kind(),
        MessageKind::SignInCode | MessageKind::Answered | MessageKind::EmailSet | MessageKind::NumberChanged
    );
    let Some(person) = waiting.person.filter(|_| !stays && why != Trouble::Late) else { return Ok(None) };
    Ok(people::by_id(tx, person).await?.filter(|person| !person.stopped))
}
