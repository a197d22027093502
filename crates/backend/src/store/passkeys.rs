//! Passkeys, found by the hash of their credential's id, and the ceremonies that have begun.

use domain::{Moment, PasskeyId, PersonId};

use crate::{
    Error,
    store::tx::{Tx, all, execute, optional, scalar},
};

/// A passkey as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredPasskey {
    pub(crate) id: PasskeyId,
    /// Who signs in by it.
    pub(crate) person: PersonId,
    pub(crate) name: String,
    /// The public half and the counter, as `ceremonies` writes them.
    pub(crate) key: String,
    pub(crate) made: Moment,
    pub(crate) used: Option<Moment>,
    /// Since when it signs nobody in, because somebody may have a copy of it.
    pub(crate) copied: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct PasskeyRow {
    passkey_id: String,
    person_id: String,
    name: String,
    key: String,
    made: i64,
    used: Option<i64>,
    copied: Option<i64>,
}

impl TryFrom<PasskeyRow> for StoredPasskey {
    type Error = Error;

    fn try_from(row: PasskeyRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.passkey_id.parse().map_err(Error::stored)?,
            person: row.person_id.parse().map_err(Error::stored)?,
            name: row.name,
            key: row.key,
            made: Moment::from_seconds(row.made),
            used: row.used.map(Moment::from_seconds),
            copied: row.copied.map(Moment::from_seconds),
        })
    }
}

/// A passkey to be.
pub(crate) struct NewPasskey<'a> {
    pub(crate) id: PasskeyId,
    pub(crate) person: PersonId,
    pub(crate) name: &'a str,
    pub(crate) credential_hash: &'a str,
    pub(crate) key: &'a str,
}

/// Keeps it. Whether no credential of that id was known before, whosever.
pub(crate) async fn insert(tx: &mut Tx, new: NewPasskey<'_>) -> Result<bool, Error> {
    let written = execute!(
        tx,
        "insert into passkey (passkey_id, coop_id, person_id, name, credential_hash, key, made) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (credential_hash) do nothing",
        new.id.to_string(),
        tx.settings().coop.id.to_string(),
        new.person.to_string(),
        new.name,
        new.credential_hash,
        new.key,
        tx.now().seconds()
    )?;
    Ok(written > 0)
}

/// A person's passkeys, the oldest first.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<StoredPasskey>, Error> {
    let rows = all!(
        tx,
        PasskeyRow,
        "select passkey_id, person_id, name, key, made, used, copied from passkey \
         where person_id = $1 and coop_id = $2 order by made, passkey_id",
        person.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    rows.into_iter().map(StoredPasskey::try_from).collect()
}

/// How many a person has.
pub(crate) async fn count(tx: &mut Tx, person: PersonId) -> Result<i64, Error> {
    scalar!(tx, i64, "select count(*) from passkey where person_id = $1", person.to_string())
}

/// The passkey of that credential, of somebody of this co-op who hasn't left.
pub(crate) async fn by_credential(tx: &mut Tx, credential_hash: &str) -> Result<Option<StoredPasskey>, Error> {
    let row = optional!(
        tx,
        PasskeyRow,
        "select k.passkey_id, k.person_id, k.name, k.key, k.made, k.used, k.copied \
         from passkey k join person p on p.person_id = k.person_id \
         where k.credential_hash = $1 and k.coop_id = $2 and p.stopped is null",
        credential_hash,
        tx.settings().coop.id.to_string()
    )?;
    row.map(StoredPasskey::try_from).transpose()
}

/// It was used just now, and is so from here on. Whether it was still as it had been read: of two uses at once that know
/// the same counter, one is.
pub(crate) async fn used(tx: &mut Tx, before: &StoredPasskey, key: &str) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update passkey set key = $2, used = $3 where passkey_id = $1 and key = $4 and copied is null",
        before.id.to_string(),
        key,
        tx.now().seconds(),
        before.key.clone()
    )?;
    Ok(changed > 0)
}

/// It signs nobody in any more. Whether it was this call that said so.
pub(crate) async fn set_copied(tx: &mut Tx, passkey: PasskeyId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update passkey set copied = $2 where passkey_id = $1 and copied is null",
        passkey.to_string(),
        tx.now().seconds()
    )?;
    Ok(changed > 0)
}

/// Takes a person's own passkey away, and with it the sessions that it opened. Whether it was there.
pub(crate) async fn delete(tx: &mut Tx, passkey: PasskeyId, person: PersonId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "delete from passkey where passkey_id = $1 and person_id = $2",
        passkey.to_string(),
        person.to_string()
    )?;
    Ok(changed > 0)
}

/// What a ceremony is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ceremony {
    /// A new passkey.
    Make,
    /// Signing in.
    Enter,
}

impl Ceremony {
    const fn code(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Enter => "enter",
        }
    }
}

/// Keeps what a ceremony needs at its end, until then. The session's earlier one of that kind is over.
pub(crate) async fn begin(tx: &mut Tx, session: &str, kind: Ceremony, state: &str, ends: Moment) -> Result<(), Error> {
    execute!(
        tx,
        "insert into passkey_ceremony (session_id, coop_id, kind, state, ends) values ($1, $2, $3, $4, $5) \
         on conflict (session_id, kind) do update set state = excluded.state, ends = excluded.ends",
        session,
        tx.settings().coop.id.to_string(),
        kind.code(),
        state,
        ends.seconds()
    )?;
    Ok(())
}

/// Takes what the session's ceremony of that kind needs at its end, if it hasn't ended. It is there once: commit it.
pub(crate) async fn take(tx: &mut Tx, session: &str, kind: Ceremony) -> Result<Option<String>, Error> {
    let row: Option<(String, i64)> = optional!(
        tx,
        (String, i64),
        "delete from passkey_ceremony where session_id = $1 and kind = $2 returning state, ends",
        session,
        kind.code()
    )?;
    Ok(row.filter(|(_, ends)| Moment::from_seconds(*ends) > tx.now()).map(|(state, _)| state))
}

/// Forgets ceremonies that have ended.
pub(crate) async fn forget_ceremonies(tx: &mut Tx) -> Result<(), Error> {
    execute!(tx, "delete from passkey_ceremony where ends <= $1", tx.now().seconds())?;
    Ok(())
}

/// All of that person's: nobody signs in by them any more, and the sessions that they opened end.
pub(crate) async fn delete_all(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    execute!(tx, "delete from passkey where person_id = $1", person.to_string())?;
    Ok(())
}

/// The sessions that it opened end.
pub(crate) async fn end_sessions(tx: &mut Tx, passkey: PasskeyId) -> Result<(), Error> {
    execute!(tx, "delete from session where passkey_id = $1", passkey.to_string())?;
    Ok(())
}
