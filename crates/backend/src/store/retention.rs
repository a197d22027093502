//! Forgetting what has been kept for long enough. Each takes at most so many rows, so that no writer waits long, and with a
//! question the message that asked it.

use domain::Moment;

use crate::{
    Error,
    store::tx::{Tx, execute},
};

/// Messages that were written before that instant, whatever became of them. How many.
pub(crate) async fn messages(tx: &mut Tx, before: Moment, most: i64) -> Result<u64, Error> {
    execute!(
        tx,
        "delete from outbox where outbox_id in (\
         select outbox_id from outbox where coop_id = $1 and made < $2 order by outbox_id limit $3)",
        tx.settings().coop.id.to_string(),
        before.seconds(),
        most
    )
}

/// Questions to others that were answered, or could be answered only, before that instant: somebody's name and number
/// stand in them. How many.
pub(crate) async fn invitations(tx: &mut Tx, before: Moment, most: i64) -> Result<u64, Error> {
    // Their messages too: an erasure would find them by these rows alone.
    execute!(
        tx,
        "delete from outbox where coop_id = $1 and kind = 'invited' and made < $2 and phone in (\
         select phone from mandate_invitation where coop_id = $1 and coalesce(answered_at, ends) < $2)",
        tx.settings().coop.id.to_string(),
        before.seconds()
    )?;
    execute!(
        tx,
        "delete from mandate_invitation where invitation_id in (\
         select invitation_id from mandate_invitation where coop_id = $1 and coalesce(answered_at, ends) < $2 \
         order by invitation_id limit $3)",
        tx.settings().coop.id.to_string(),
        before.seconds(),
        most
    )
}

/// The same of questions to residents, whether somebody may order for them. How many.
pub(crate) async fn requests(tx: &mut Tx, before: Moment, most: i64) -> Result<u64, Error> {
    execute!(
        tx,
        "delete from outbox where coop_id = $1 and kind = 'mandate_asked' and once in (\
         select 'mandate_request ' || request_id from mandate_request \
         where coop_id = $1 and coalesce(answered_at, ends) < $2)",
        tx.settings().coop.id.to_string(),
        before.seconds()
    )?;
    execute!(
        tx,
        "delete from mandate_request where request_id in (\
         select request_id from mandate_request where coop_id = $1 and coalesce(answered_at, ends) < $2 \
         order by request_id limit $3)",
        tx.settings().coop.id.to_string(),
        before.seconds(),
        most
    )
}

/// Hashes of addresses from which nobody has signed in since that instant. How many.
pub(crate) async fn clients(tx: &mut Tx, before: Moment, most: i64) -> Result<u64, Error> {
    execute!(
        tx,
        "delete from known_client where (person_id, client) in (\
         select person_id, client from known_client where seen < $1 order by seen limit $2)",
        before.seconds(),
        most
    )
}

/// What was typed into forms before that instant and never taken. How many.
pub(crate) async fn forms(tx: &mut Tx, before: Moment, most: i64) -> Result<u64, Error> {
    execute!(
        tx,
        "delete from form_kept where (session_id, form) in (\
         select session_id, form from form_kept where at < $1 order by at limit $2)",
        before.seconds(),
        most
    )
}
