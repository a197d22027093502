//! Sessions, by the hash of their token. The token itself is in the person's cookie and nowhere else.

use domain::{Moment, PasskeyId, PersonId, PhoneLinkId};

use crate::{
    Error, KeptForm,
    store::tx::{Tx, execute, optional},
};

/// A session as stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredSession {
    pub(crate) person: Option<PersonId>,
    pub(crate) serving: Option<PersonId>,
    pub(crate) made: Moment,
    pub(crate) seen: Moment,
    /// The linked phone whose session it is.
    pub(crate) phone: Option<PhoneLinkId>,
    /// Until when a linked phone's rights are whole, since a code was answered on it.
    pub(crate) raised_until: Option<Moment>,
    /// Since when its helper has locked it.
    pub(crate) locked: Option<Moment>,
    /// The hash of the digits that open it.
    pub(crate) pin_hash: Option<String>,
    /// How often they may still be tried.
    pub(crate) pin_tries_left: i64,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    person_id: Option<String>,
    serving_id: Option<String>,
    made: i64,
    seen: i64,
    phone_link_id: Option<String>,
    raised_until: Option<i64>,
    locked_at: Option<i64>,
    pin_hash: Option<String>,
    pin_tries_left: i64,
}

/// That session, whatever its age. Whoever has left has none.
pub(crate) async fn by_id(tx: &mut Tx, session: &str) -> Result<Option<StoredSession>, Error> {
    let row = optional!(
        tx,
        SessionRow,
        "select person_id, serving_id, made, seen, phone_link_id, raised_until, locked_at, pin_hash, pin_tries_left \
         from session where session_id = $1 and coop_id = $2 and not exists (\
         select 1 from person p where p.person_id = session.person_id and p.stopped is not null)",
        session,
        tx.settings().coop.id.to_string()
    )?;
    let Some(row) = row else { return Ok(None) };
    let id = |text: Option<String>| text.map(|text| text.parse()).transpose().map_err(Error::stored);
    Ok(Some(StoredSession {
        person: id(row.person_id)?,
        serving: id(row.serving_id)?,
        made: Moment::from_seconds(row.made),
        seen: Moment::from_seconds(row.seen),
        phone: row.phone_link_id.map(|id| id.parse()).transpose().map_err(Error::stored)?,
        raised_until: row.raised_until.map(Moment::from_seconds),
        locked: row.locked_at.map(Moment::from_seconds),
        pin_hash: row.pin_hash,
        pin_tries_left: row.pin_tries_left,
    }))
}

/// A new session.
pub(crate) async fn insert(tx: &mut Tx, session: &str, person: Option<PersonId>) -> Result<(), Error> {
    execute!(
        tx,
        "insert into session (session_id, coop_id, person_id, made, seen) values ($1, $2, $3, $4, $4)",
        session,
        tx.settings().coop.id.to_string(),
        person.map(|person| person.to_string()),
        tx.now().seconds()
    )?;
    Ok(())
}

/// The session is a linked phone's, with whole rights until then if a code was answered on it.
pub(crate) async fn set_phone(
    tx: &mut Tx,
    session: &str,
    phone: PhoneLinkId,
    raised_until: Option<Moment>,
) -> Result<(), Error> {
    execute!(
        tx,
        "update session set phone_link_id = $2, raised_until = $3 where session_id = $1",
        session,
        phone.to_string(),
        raised_until.map(Moment::seconds)
    )?;
    Ok(())
}

/// The session was opened by that passkey, and ends with it.
pub(crate) async fn set_passkey(tx: &mut Tx, session: &str, passkey: PasskeyId) -> Result<(), Error> {
    execute!(tx, "update session set passkey_id = $2 where session_id = $1", session, passkey.to_string())?;
    Ok(())
}

/// By which passkey the session was opened, if it was by one.
pub(crate) async fn passkey(tx: &mut Tx, session: &str) -> Result<Option<PasskeyId>, Error> {
    let row: Option<(Option<String>,)> =
        optional!(tx, (Option<String>,), "select passkey_id from session where session_id = $1", session)?;
    row.and_then(|(passkey,)| passkey).map(|passkey| passkey.parse().map_err(Error::stored)).transpose()
}

/// Locks the device.
pub(crate) async fn lock(tx: &mut Tx, session: &str) -> Result<(), Error> {
    execute!(tx, "update session set locked_at = $2 where session_id = $1", session, tx.now().seconds())?;
    Ok(())
}

/// Opens the device again: it is in use from now on, and its digits may be tried so often.
pub(crate) async fn unlock(tx: &mut Tx, session: &str, tries: i64) -> Result<(), Error> {
    execute!(
        tx,
        "update session set locked_at = null, seen = $2, pin_tries_left = $3 where session_id = $1",
        session,
        tx.now().seconds(),
        tries
    )?;
    Ok(())
}

/// The digits that open the device, hashed, and how often they may be tried.
pub(crate) async fn set_pin(tx: &mut Tx, session: &str, hash: &str, tries: i64) -> Result<(), Error> {
    execute!(tx, "update session set pin_hash = $2, pin_tries_left = $3 where session_id = $1", session, hash, tries)?;
    Ok(())
}

/// Takes one try at the digits: the hash to compare with and how many are left, or nothing when there is none to take.
/// The count stays when the try fails: commit it.
pub(crate) async fn try_pin(tx: &mut Tx, session: &str) -> Result<Option<(String, i64)>, Error> {
    optional!(
        tx,
        (String, i64),
        "update session set pin_tries_left = pin_tries_left - 1 \
         where session_id = $1 and pin_hash is not null and pin_tries_left > 0 returning pin_hash, pin_tries_left",
        session
    )
}

/// The session is in use.
pub(crate) async fn touch(tx: &mut Tx, session: &str) -> Result<(), Error> {
    execute!(tx, "update session set seen = $2 where session_id = $1", session, tx.now().seconds())?;
    Ok(())
}

/// Ends it, with its draft, its forms and its codes.
pub(crate) async fn delete(tx: &mut Tx, session: &str) -> Result<(), Error> {
    execute!(tx, "delete from session where session_id = $1", session)?;
    Ok(())
}

/// What somebody was doing before they signed in goes with them: the order being made, the forms, and the orders
/// Ends all sessions of a person but that one, if one is named; linked phones' too.
pub(crate) async fn end_others(tx: &mut Tx, person: PersonId, but: Option<&str>) -> Result<(), Error> {
    execute!(
        tx,
        "delete from session where person_id = $1 and session_id <> $2",
        person.to_string(),
        but.unwrap_or_default()
    )?;
    Ok(())
}

/// that the old session could see.
pub(crate) async fn carry_over(tx: &mut Tx, old: &str, new: &str) -> Result<(), Error> {
    execute!(tx, "update draft set session_id = $2 where session_id = $1", old, new)?;
    execute!(tx, "update form_kept set session_id = $2 where session_id = $1", old, new)?;
    execute!(tx, "update help_order set session_id = $2 where session_id = $1", old, new)?;
    execute!(tx, "update submission set scope = $2 where scope = $1", old, new)?;
    Ok(())
}

/// Whom a lounge helper is serving from now on.
pub(crate) async fn set_serving(tx: &mut Tx, session: &str, resident: Option<PersonId>) -> Result<(), Error> {
    execute!(
        tx,
        "update session set serving_id = $2 where session_id = $1",
        session,
        resident.map(|resident| resident.to_string())
    )?;
    Ok(())
}

/// Forgets sessions made or last seen before these instants: linked phones' or all others.
pub(crate) async fn forget(tx: &mut Tx, whose: Forget, made_before: Moment, seen_before: Moment) -> Result<u64, Error> {
    let (made, seen) = (made_before.seconds(), seen_before.seconds());
    match whose {
        Forget::LinkedPhones => {
            execute!(tx, "delete from session where phone_link_id is not null and (made < $1 or seen < $2)", made, seen)
        }
        Forget::Others => {
            execute!(tx, "delete from session where phone_link_id is null and (made < $1 or seen < $2)", made, seen)
        }
    }
}

/// Which sessions are forgotten by these ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forget {
    LinkedPhones,
    Others,
}

/// Keeps what was typed into a form.
pub(crate) async fn keep_form(tx: &mut Tx, session: &str, form: &str, kept: &KeptForm) -> Result<(), Error> {
    execute!(
        tx,
        "insert into form_kept (session_id, form, kept, at) values ($1, $2, $3, $4) \
         on conflict (session_id, form) do update set kept = excluded.kept, at = excluded.at",
        session,
        form,
        serde_json::to_string(&(&kept.values, &kept.problems))?,
        tx.now().seconds()
    )?;
    Ok(())
}

/// What was typed into a form, if it is kept.
pub(crate) async fn kept_form(tx: &mut Tx, session: &str, form: &str) -> Result<Option<KeptForm>, Error> {
    let row: Option<(String,)> =
        optional!(tx, (String,), "select kept from form_kept where session_id = $1 and form = $2", session, form)?;
    let Some((kept,)) = row else { return Ok(None) };
    let (values, problems) = serde_json::from_str(&kept)?;
    Ok(Some(KeptForm { values, problems }))
}

/// Forgets one form.
pub(crate) async fn clear_form(tx: &mut Tx, session: &str, form: &str) -> Result<(), Error> {
    execute!(tx, "delete from form_kept where session_id = $1 and form = $2", session, form)?;
    Ok(())
}

/// Forgets every form of a session.
pub(crate) async fn clear_forms(tx: &mut Tx, session: &str) -> Result<(), Error> {
    execute!(tx, "delete from form_kept where session_id = $1", session)?;
    Ok(())
}
