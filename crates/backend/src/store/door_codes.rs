//! Sealed codes of doors, and the sealed keys of their residents. Nothing here can open either (`sealing`).

use domain::{HomeId, PersonId, VisitId};

use crate::{
    Error,
    store::tx::{Tx, all, execute, optional},
};

/// A resident's key as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredKey {
    pub(crate) person: PersonId,
    /// Which of the installation's secrets it is sealed with.
    pub(crate) secret_id: String,
    pub(crate) sealed: String,
}

/// A code as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredCode {
    pub(crate) home: HomeId,
    /// Whose key it is sealed with.
    pub(crate) person: PersonId,
    pub(crate) sealed: String,
}

fn key((person, secret_id, sealed): (String, String, String)) -> Result<StoredKey, Error> {
    Ok(StoredKey { person: person.parse().map_err(Error::stored)?, secret_id, sealed })
}

fn code((home, person, sealed): (String, String, String)) -> Result<StoredCode, Error> {
    let (home, person) = (home.parse().map_err(Error::stored)?, person.parse().map_err(Error::stored)?);
    Ok(StoredCode { home, person, sealed })
}

/// That resident's key, if they have one.
pub(crate) async fn key_of(tx: &mut Tx, person: PersonId) -> Result<Option<StoredKey>, Error> {
    let row = optional!(
        tx,
        (String, String, String),
        "select person_id, secret_id, sealed from resident_key where person_id = $1",
        person.to_string()
    )?;
    row.map(key).transpose()
}

/// Every key of the installation.
pub(crate) async fn keys(tx: &mut Tx) -> Result<Vec<StoredKey>, Error> {
    let rows =
        all!(tx, (String, String, String), "select person_id, secret_id, sealed from resident_key order by person_id")?;
    rows.into_iter().map(key).collect()
}

/// Writes a resident's key down, in place of the one there is.
pub(crate) async fn put_key(tx: &mut Tx, stored: &StoredKey) -> Result<(), Error> {
    execute!(
        tx,
        "insert into resident_key (person_id, coop_id, secret_id, sealed, made) values ($1, $2, $3, $4, $5) \
         on conflict (person_id) do update set secret_id = excluded.secret_id, sealed = excluded.sealed",
        stored.person.to_string(),
        tx.settings().coop.id.to_string(),
        stored.secret_id.as_str(),
        stored.sealed.as_str(),
        tx.now().seconds()
    )?;
    Ok(())
}

/// The homes of a resident for which a code is kept.
pub(crate) async fn homes_with_code(tx: &mut Tx, person: PersonId) -> Result<Vec<HomeId>, Error> {
    let rows: Vec<(String,)> =
        all!(tx, (String,), "select home_id from door_code where person_id = $1", person.to_string())?;
    rows.into_iter().map(|(home,)| home.parse().map_err(Error::stored)).collect()
}

/// The code of the home that a visit goes to, if one is kept.
pub(crate) async fn of_visit(tx: &mut Tx, visit: VisitId) -> Result<Option<StoredCode>, Error> {
    let row = optional!(
        tx,
        (String, String, String),
        "select d.home_id, d.person_id, d.sealed from visit v join help_order o on o.order_id = v.order_id \
         join door_code d on d.home_id = o.home_id where v.visit_id = $1",
        visit.to_string()
    )?;
    row.map(code).transpose()
}

/// The codes of a person's homes.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<StoredCode>, Error> {
    let rows = all!(
        tx,
        (String, String, String),
        "select home_id, person_id, sealed from door_code where person_id = $1 order by home_id",
        person.to_string()
    )?;
    rows.into_iter().map(code).collect()
}

/// The code of that home, if one is kept.
pub(crate) async fn of_home(tx: &mut Tx, home: HomeId) -> Result<Option<StoredCode>, Error> {
    let row = optional!(
        tx,
        (String, String, String),
        "select home_id, person_id, sealed from door_code where home_id = $1",
        home.to_string()
    )?;
    row.map(code).transpose()
}

/// A home's code becomes another row: another home's, or sealed with another's key.
pub(crate) async fn replace(tx: &mut Tx, home: HomeId, by: &StoredCode) -> Result<(), Error> {
    execute!(
        tx,
        "update door_code set home_id = $2, person_id = $3, sealed = $4 where home_id = $1",
        home.to_string(),
        by.home.to_string(),
        by.person.to_string(),
        by.sealed.as_str()
    )?;
    Ok(())
}

/// Writes a home's code down, in place of the one there is.
pub(crate) async fn put(tx: &mut Tx, stored: &StoredCode, by: PersonId) -> Result<(), Error> {
    execute!(
        tx,
        "insert into door_code (home_id, coop_id, person_id, sealed, made, made_by) values ($1, $2, $3, $4, $5, $6) \
         on conflict (home_id) do update set sealed = excluded.sealed, made = excluded.made, made_by = excluded.made_by",
        stored.home.to_string(),
        tx.settings().coop.id.to_string(),
        stored.person.to_string(),
        stored.sealed.as_str(),
        tx.now().seconds(),
        by.to_string()
    )?;
    Ok(())
}

/// Forgets a home's code. Whether there was one.
pub(crate) async fn remove(tx: &mut Tx, home: HomeId) -> Result<bool, Error> {
    let removed = execute!(tx, "delete from door_code where home_id = $1", home.to_string())?;
    Ok(removed > 0)
}
