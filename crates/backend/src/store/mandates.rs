//! Who may order for whom.

use domain::{ConsentGiven, Mandate, MandateId, Moment, PersonId, Service};

use crate::{
    Error,
    store::tx::{Tx, all, execute, optional},
};

#[derive(sqlx::FromRow)]
struct MandateRow {
    mandate_id: String,
    resident_id: String,
    holder_id: Option<String>,
    services: String,
    given: String,
    given_at: i64,
    valid_until: i64,
    recorded_by: String,
    revoked_at: Option<i64>,
}

impl TryFrom<MandateRow> for Mandate {
    type Error = Error;

    fn try_from(row: MandateRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.mandate_id.parse().map_err(Error::stored)?,
            resident: row.resident_id.parse().map_err(Error::stored)?,
            holder: row.holder_id.map(|id| id.parse()).transpose().map_err(Error::stored)?,
            services: services(&row.services)?,
            given: row.given.parse().map_err(Error::stored)?,
            given_at: Moment::from_seconds(row.given_at),
            until: Moment::from_seconds(row.valid_until),
            recorded_by: row.recorded_by.parse().map_err(Error::stored)?,
            revoked_at: row.revoked_at.map(Moment::from_seconds),
        })
    }
}

/// Mandates given by a resident, the newest first; also those that hold no longer.
pub(crate) async fn by_resident(tx: &mut Tx, resident: PersonId) -> Result<Vec<Mandate>, Error> {
    let rows = all!(
        tx,
        MandateRow,
        "select mandate_id, resident_id, holder_id, services, given, given_at, valid_until, recorded_by, revoked_at \
         from mandate where resident_id = $1 order by given_at desc, mandate_id",
        resident.to_string()
    )?;
    rows.into_iter().map(Mandate::try_from).collect()
}

/// Mandates held by a person, the newest first; also those that hold no longer.
pub(crate) async fn held_by(tx: &mut Tx, holder: PersonId) -> Result<Vec<Mandate>, Error> {
    let rows = all!(
        tx,
        MandateRow,
        "select mandate_id, resident_id, holder_id, services, given, given_at, valid_until, recorded_by, revoked_at \
         from mandate where holder_id = $1 order by given_at desc, mandate_id",
        holder.to_string()
    )?;
    rows.into_iter().map(Mandate::try_from).collect()
}

/// The lounge's mandate for a resident that holds now, if there is one.
pub(crate) async fn of_lounge(tx: &mut Tx, resident: PersonId) -> Result<Option<Mandate>, Error> {
    let now = tx.now();
    let holds = |mandate: &Mandate| mandate.holder.is_none() && mandate.holds(now);
    Ok(by_resident(tx, resident).await?.into_iter().find(holds))
}

/// The mandate of that id.
pub(crate) async fn by_id(tx: &mut Tx, mandate: MandateId) -> Result<Option<Mandate>, Error> {
    let row = optional!(
        tx,
        MandateRow,
        "select mandate_id, resident_id, holder_id, services, given, given_at, valid_until, recorded_by, revoked_at \
         from mandate where mandate_id = $1 and coop_id = $2",
        mandate.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.map(Mandate::try_from).transpose()
}

/// It holds no longer, from now on. Whether it is this call that took it back: of two at once, one does.
pub(crate) async fn revoke(tx: &mut Tx, mandate: MandateId) -> Result<bool, Error> {
    let rows = execute!(
        tx,
        "update mandate set revoked_at = $2 where mandate_id = $1 and revoked_at is null",
        mandate.to_string(),
        tx.now().seconds()
    )?;
    // A no is a no to that one altogether: a resident who was written down twice may have said yes to them twice.
    execute!(
        tx,
        "update mandate set revoked_at = $2 where revoked_at is null and exists (select 1 from mandate no \
         where no.mandate_id = $1 and no.resident_id = mandate.resident_id and no.given_at >= mandate.given_at \
         and coalesce(no.holder_id, '') = coalesce(mandate.holder_id, ''))",
        mandate.to_string(),
        tx.now().seconds()
    )?;
    Ok(rows > 0)
}

/// Writes down that a resident has agreed, to everything, until `until`.
pub(crate) async fn insert(
    tx: &mut Tx,
    resident: PersonId,
    holder: Option<PersonId>,
    given: ConsentGiven,
    until: Moment,
    recorded_by: PersonId,
) -> Result<MandateId, Error> {
    insert_for(tx, resident, holder, &[], (given, recorded_by), until).await
}

/// The same for some services; none named is all of them.
pub(crate) async fn insert_for(
    tx: &mut Tx,
    resident: PersonId,
    holder: Option<PersonId>,
    services: &[Service],
    (given, recorded_by): (ConsentGiven, PersonId),
    until: Moment,
) -> Result<MandateId, Error> {
    let id = MandateId::from_random(tx.random());
    execute!(
        tx,
        "insert into mandate (mandate_id, coop_id, resident_id, holder_id, services, given, given_at, valid_until, \
         recorded_by) values ($1, $2, $3, $4, $9, $5, $6, $7, $8)",
        id.to_string(),
        tx.settings().coop.id.to_string(),
        resident.to_string(),
        holder.map(|holder| holder.to_string()),
        given.code(),
        tx.now().seconds(),
        until.seconds(),
        recorded_by.to_string(),
        codes(services)
    )?;
    Ok(id)
}

/// Services as they are stored: their codes with spaces between.
pub(crate) fn codes(services: &[Service]) -> String {
    services.iter().map(|service| service.code()).collect::<Vec<_>>().join(" ")
}

/// The services of such codes.
pub(crate) fn services(codes: &str) -> Result<Vec<Service>, Error> {
    codes.split_whitespace().map(str::parse::<Service>).collect::<Result<_, _>>().map_err(Error::stored)
}
