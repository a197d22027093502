//! Sessions, by the hash of their token. The token itself is in the person's cookie and nowhere else.

use domain::{Moment, PersonId};

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
}

/// That session, whatever its age. Whoever has left has none.
pub(crate) async fn by_id(tx: &mut Tx, session: &str) -> Result<Option<StoredSession>, Error> {
    let row: Option<(Option<String>, Option<String>, i64, i64)> = optional!(
        tx,
        (Option<String>, Option<String>, i64, i64),
        "select person_id, serving_id, made, seen from session where session_id = $1 and coop_id = $2 and not exists (\
         select 1 from person p where p.person_id = session.person_id and p.stopped is not null)",
        session,
        tx.settings().coop.id.to_string()
    )?;
    let Some((person, serving, made, seen)) = row else { return Ok(None) };
    let id = |text: Option<String>| text.map(|text| text.parse()).transpose().map_err(Error::stored);
    Ok(Some(StoredSession {
        person: id(person)?,
        serving: id(serving)?,
        made: Moment::from_seconds(made),
        seen: Moment::from_seconds(seen),
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

/// Forgets sessions made or last seen before these instants.
pub(crate) async fn forget(tx: &mut Tx, made_before: Moment, seen_before: Moment) -> Result<u64, Error> {
    execute!(tx, "delete from session where made < $1 or seen < $2", made_before.seconds(), seen_before.seconds())
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
