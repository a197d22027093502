//! Orders being made: one a session, as JSON of the answers so far.

use domain::{
    Address, Cents, ContactWay, HomeId, JobKind, Moment, Note, PersonId, PersonName, PhoneNumber, Span, SubmissionKey,
};
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    store::tx::{Tx, execute, optional},
};

/// The answers so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredDraft {
    pub(crate) key: SubmissionKey,
    pub(crate) job: JobKind,
    pub(crate) resident: Option<PersonId>,
    /// The home chosen among the resident's own; none for an address typed now.
    pub(crate) home_id: Option<HomeId>,
    pub(crate) home: Option<Address>,
    pub(crate) note: Note,
    pub(crate) time: Option<StoredTime>,
    pub(crate) newcomer: Option<(PersonName, Option<PhoneNumber>)>,
    pub(crate) contact: Option<ContactWay>,
    pub(crate) strangers_welcome: Option<bool>,
    pub(crate) credit_used: Option<Cents>,
}

/// Which time was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredTime {
    /// As soon as possible, with the latest promise.
    Soonest(Span),
    /// That window.
    Window(Span),
    /// None of those: the desk rings.
    RingMe,
}

/// The session's draft.
pub(crate) async fn of_session(tx: &mut Tx, session: &str) -> Result<Option<StoredDraft>, Error> {
    let row: Option<(String,)> = optional!(tx, (String,), "select draft from draft where session_id = $1", session)?;
    row.map(|(draft,)| serde_json::from_str(&draft).map_err(Error::from)).transpose()
}

/// Keeps it.
pub(crate) async fn save(tx: &mut Tx, session: &str, draft: &StoredDraft) -> Result<(), Error> {
    execute!(
        tx,
        "insert into draft (session_id, draft, at) values ($1, $2, $3) \
         on conflict (session_id) do update set draft = excluded.draft, at = excluded.at",
        session,
        serde_json::to_string(draft)?,
        tx.now().seconds()
    )?;
    Ok(())
}

/// Forgets it.
pub(crate) async fn delete(tx: &mut Tx, session: &str) -> Result<(), Error> {
    execute!(tx, "delete from draft where session_id = $1", session)?;
    Ok(())
}

/// Forgets drafts that nobody has touched since that instant.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from draft where at < $1", before.seconds())?;
    Ok(())
}
