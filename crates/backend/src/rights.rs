//! Who may do what with a visit. Asked in the transaction that does it, from the database, not from what was true when
//! the page was made. Somebody else's visit is answered exactly like one that doesn't exist.

use domain::{PersonId, Role, VisitId};

use crate::{
    Error, Refusal,
    store::{
        mandates, people,
        tx::Tx,
        visits::{self, StoredVisit},
    },
    views::Caller,
};

/// The person signed in.
pub(crate) fn person(c: &Caller) -> Result<PersonId, Error> {
    c.person.as_ref().map(|person| person.id).ok_or_else(|| Refusal::SignInFirst.into())
}

/// The person signed in, who has one of these roles now.
pub(crate) async fn one_of(tx: &mut Tx, c: &Caller, roles: &[Role]) -> Result<PersonId, Error> {
    let person = person(c)?;
    let has = people::roles(tx, person).await?;
    if has.iter().any(|role| roles.contains(role)) { Ok(person) } else { Err(Refusal::NotYours.into()) }
}

/// The member signed in.
pub(crate) async fn member(tx: &mut Tx, c: &Caller) -> Result<PersonId, Error> {
    one_of(tx, c, &[Role::Member]).await
}

/// The coordinator signed in.
pub(crate) async fn coordinator(tx: &mut Tx, c: &Caller) -> Result<PersonId, Error> {
    one_of(tx, c, &[Role::Coordinator]).await
}

/// Whoever helps at the lounge or runs the co-op.
pub(crate) async fn lounge(tx: &mut Tx, c: &Caller) -> Result<PersonId, Error> {
    one_of(tx, c, &[Role::Lounge, Role::Coordinator]).await
}

/// The visit of that id, when the caller is its resident, holds their mandate, serves them at the lounge, runs the co-op,
/// or is the very session that ordered it.
///
/// # Errors
/// [`Refusal::NotYours`] otherwise, and for what isn't an id at all.
pub(crate) async fn visit(tx: &mut Tx, c: &Caller, visit: &str) -> Result<StoredVisit, Error> {
    let id: VisitId = visit.parse().map_err(|_| Refusal::NotYours)?;
    let visit = visits::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    if concerns(tx, c, &visit).await? { Ok(visit) } else { Err(Refusal::NotYours.into()) }
}

/// The resident whom the caller serves at the lounge, as long as that resident's consent holds.
pub(crate) async fn served(tx: &mut Tx, c: &Caller, roles: &[Role]) -> Result<Option<PersonId>, Error> {
    let helps = roles.contains(&Role::Lounge) || roles.contains(&Role::Coordinator);
    let Some(served) = c.serving.as_ref().filter(|_| helps) else { return Ok(None) };
    Ok(mandates::of_lounge(tx, served.id).await?.map(|mandate| mandate.resident))
}

/// Who acts, and for which resident: the one who is served at the lounge, or themselves.
///
/// # Errors
/// [`Refusal::SignInFirst`]; [`Refusal::NotYours`] for who is no resident.
pub(crate) async fn for_resident(tx: &mut Tx, c: &Caller) -> Result<(PersonId, PersonId), Error> {
    let by = person(c)?;
    let roles = people::roles(tx, by).await?;
    if let Some(served) = served(tx, c, &roles).await? {
        return Ok((by, served));
    }
    if roles.contains(&Role::Resident) { Ok((by, by)) } else { Err(Refusal::NotYours.into()) }
}

/// Whether the visit is any of the caller's business.
pub(crate) async fn concerns(tx: &mut Tx, c: &Caller, visit: &StoredVisit) -> Result<bool, Error> {
    if c.session.is_some() && visit.session == c.session {
        return Ok(true);
    }
    let Some(person) = c.person.as_ref().map(|person| person.id) else { return Ok(false) };
    if person == visit.resident.id {
        return Ok(true);
    }
    let roles = people::roles(tx, person).await?;
    if roles.contains(&Role::Coordinator) {
        return Ok(true);
    }
    if served(tx, c, &roles).await? == Some(visit.resident.id) {
        return Ok(true);
    }
    let now = tx.now();
    let mandates = mandates::held_by(tx, person).await?;
    Ok(mandates
        .iter()
        .any(|mandate| mandate.resident == visit.resident.id && mandate.allows(visit.terms.kind.service(), now)))
}
