//! Who may do what with a visit. Asked in the transaction that does it, from the database, not from what was true when
//! the page was made. Somebody else's visit is answered exactly like one that doesn't exist.
//!
//! A linked phone (`phones`) has low rights, and here is where they end: [`person`] refuses it, so that a use case is
//! closed to it unless it asks for [`themselves`] instead, and [`roles`] and [`fn@mandates`] know it as its resident and
//! nobody else.

use domain::{Mandate, PersonId, Role, VisitId};

use crate::{
    Error, Refusal,
    store::{
        mandates, people,
        tx::Tx,
        visits::{self, StoredVisit},
    },
    views::{Caller, Standing},
};

/// The person signed in by a code.
///
/// # Errors
/// [`Refusal::NeedsCode`] on a linked phone, before anything is looked up.
pub(crate) fn person(c: &Caller) -> Result<PersonId, Error> {
    let person = themselves(c)?;
    if c.by_linked_phone() { Err(Refusal::NeedsCode.into()) } else { Ok(person) }
}

/// The person signed in, by a code or by a linked phone: for their own visits, and nothing else.
pub(crate) fn themselves(c: &Caller) -> Result<PersonId, Error> {
    c.person.as_ref().map(|person| person.id).ok_or_else(|| Refusal::SignInFirst.into())
}

/// Whether whoever has these roles works for the co-op.
pub(crate) fn work_here(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Member | Role::Lounge | Role::Coordinator))
}

/// What the caller may act as now.
pub(crate) async fn roles(tx: &mut Tx, c: &Caller) -> Result<Vec<Role>, Error> {
    match &c.person {
        Some(person) => Ok(narrowed(&c.standing, people::roles(tx, person.id).await?)),
        None => Ok(Vec::new()),
    }
}

/// What is left of somebody's roles: on a linked phone they are a resident at most.
pub(crate) fn narrowed(standing: &Standing, roles: Vec<Role>) -> Vec<Role> {
    match standing {
        Standing::Usual => roles,
        Standing::LinkedPhone(_) => roles.into_iter().filter(|role| *role == Role::Resident).collect(),
        Standing::Locked(_) => Vec::new(),
    }
}

/// The mandates by which the caller may act for others now.
pub(crate) async fn mandates(tx: &mut Tx, c: &Caller) -> Result<Vec<Mandate>, Error> {
    match &c.person {
        Some(person) if c.standing == Standing::Usual => mandates::held_by(tx, person.id).await,
        _ => Ok(Vec::new()),
    }
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
    person(c)?;
    about_whom(tx, c).await
}

/// The same on a linked phone too.
pub(crate) async fn about_whom(tx: &mut Tx, c: &Caller) -> Result<(PersonId, PersonId), Error> {
    let by = themselves(c)?;
    let roles = roles(tx, c).await?;
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
    let roles = roles(tx, c).await?;
    if roles.contains(&Role::Coordinator) {
        return Ok(true);
    }
    if served(tx, c, &roles).await? == Some(visit.resident.id) {
        return Ok(true);
    }
    let now = tx.now();
    let mandates = mandates(tx, c).await?;
    Ok(mandates
        .iter()
        .any(|mandate| mandate.resident == visit.resident.id && mandate.allows(visit.terms.kind.service(), now)))
}
