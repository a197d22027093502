//! Residents' questions to others whether they would order for them.

use domain::{ConsentGiven, InvitationId, Moment, PersonId, PersonName, PhoneNumber, Service};

use crate::{
    Error,
    store::{
        mandates::{codes, services},
        tx::{Tx, all, execute, optional},
    },
};

/// An invitation as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    pub(crate) resident: PersonId,
    /// As it was typed.
    pub(crate) name: PersonName,
    pub(crate) phone: PhoneNumber,
    /// None named is all of them.
    pub(crate) services: Vec<Service>,
    pub(crate) until: Moment,
    pub(crate) consent: ConsentGiven,
    pub(crate) made_by: PersonId,
    pub(crate) ends: Moment,
    pub(crate) answer: Option<Answer>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted,
    Declined,
    Withdrawn,
}

impl Answer {
    const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    invitation_id: String,
    resident_id: String,
    given: String,
    family: String,
    phone: String,
    services: String,
    valid_until: i64,
    consent: String,
    made_by: String,
    ends: i64,
    answer: Option<String>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = Error;

    fn try_from(row: InvitationRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.invitation_id.parse().map_err(Error::stored)?,
            resident: row.resident_id.parse().map_err(Error::stored)?,
            name: PersonName::parse(&row.given, &row.family).map_err(Error::stored)?,
            phone: PhoneNumber::stored(row.phone),
            services: services(&row.services)?,
            until: Moment::from_seconds(row.valid_until),
            consent: row.consent.parse().map_err(Error::stored)?,
            made_by: row.made_by.parse().map_err(Error::stored)?,
            ends: Moment::from_seconds(row.ends),
            answer: match row.answer.as_deref() {
                None => None,
                Some("accepted") => Some(Answer::Accepted),
                Some("declined") => Some(Answer::Declined),
                Some("withdrawn") => Some(Answer::Withdrawn),
                Some(other) => return Err(Error::stored(format!("invitation: answer {other}"))),
            },
        })
    }
}

/// A new one.
pub(crate) async fn insert(tx: &mut Tx, invitation: &Invitation) -> Result<(), Error> {
    execute!(
        tx,
        "insert into mandate_invitation (invitation_id, coop_id, resident_id, given, family, phone, services, \
         valid_until, consent, made, made_by, ends) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        invitation.id.to_string(),
        tx.settings().coop.id.to_string(),
        invitation.resident.to_string(),
        invitation.name.given(),
        invitation.name.family(),
        invitation.phone.e164(),
        codes(&invitation.services),
        invitation.until.seconds(),
        invitation.consent.code(),
        tx.now().seconds(),
        invitation.made_by.to_string(),
        invitation.ends.seconds()
    )?;
    Ok(())
}

/// The invitation of that id, answered or not.
pub(crate) async fn by_id(tx: &mut Tx, invitation: InvitationId) -> Result<Option<Invitation>, Error> {
    let row = optional!(
        tx,
        InvitationRow,
        "select invitation_id, resident_id, given, family, phone, services, valid_until, consent, made_by, ends, answer \
         from mandate_invitation where invitation_id = $1 and coop_id = $2",
        invitation.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.map(Invitation::try_from).transpose()
}

/// What waits for the answer of that number's owner, the newest first.
pub(crate) async fn to_number(tx: &mut Tx, phone: &PhoneNumber) -> Result<Vec<Invitation>, Error> {
    let rows = all!(
        tx,
        InvitationRow,
        "select invitation_id, resident_id, given, family, phone, services, valid_until, consent, made_by, ends, answer \
         from mandate_invitation where coop_id = $1 and phone = $2 and answer is null and ends > $3 \
         order by made desc, invitation_id",
        tx.settings().coop.id.to_string(),
        phone.e164(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// What a resident has asked and waits for, the newest first.
pub(crate) async fn of_resident(tx: &mut Tx, resident: PersonId) -> Result<Vec<Invitation>, Error> {
    let rows = all!(
        tx,
        InvitationRow,
        "select invitation_id, resident_id, given, family, phone, services, valid_until, consent, made_by, ends, answer \
         from mandate_invitation where resident_id = $1 and answer is null and ends > $2 order by made desc, invitation_id",
        resident.to_string(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// Writes down what became of it. Whether it was this call: of two at once, one does.
pub(crate) async fn answer(tx: &mut Tx, invitation: InvitationId, answer: Answer) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update mandate_invitation set answer = $2, answered_at = $3 where invitation_id = $1 and answer is null",
        invitation.to_string(),
        answer.code(),
        tx.now().seconds()
    )?;
    Ok(changed > 0)
}
