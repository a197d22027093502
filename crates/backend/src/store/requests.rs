//! Questions to residents whether somebody may order for them.

use domain::{MandateRequestId, Moment, PersonId, PersonName, PhoneNumber, Service};

use crate::{
    Error,
    store::{
        mandates::{codes, services},
        tx::{Tx, all, execute, optional, scalar},
    },
};

/// A question as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct MandateRequest {
    pub(crate) id: MandateRequestId,
    pub(crate) asker: Asker,
    /// Whom they ask, as typed.
    pub(crate) resident: PersonName,
    pub(crate) phone: PhoneNumber,
    /// To whom it was put, if that was anybody.
    pub(crate) put_to: Option<PersonId>,
    /// None named is all of them.
    pub(crate) services: Vec<Service>,
    pub(crate) until: Moment,
    pub(crate) ends: Moment,
    pub(crate) answer: Option<Answer>,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Asker {
    /// This person.
    Known(PersonId),
    /// Whoever shows in this session that the number is theirs; the name is as typed.
    Unconfirmed { name: PersonName, phone: PhoneNumber, session: String },
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Given,
    Refused,
    Withdrawn,
}

impl Answer {
    const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(sqlx::FromRow)]
struct RequestRow {
    request_id: String,
    asker_id: Option<String>,
    given: Option<String>,
    family: Option<String>,
    own_phone: Option<String>,
    session_id: Option<String>,
    resident_given: String,
    resident_family: String,
    resident_phone: String,
    resident_id: Option<String>,
    services: String,
    valid_until: i64,
    ends: i64,
    answer: Option<String>,
}

impl TryFrom<RequestRow> for MandateRequest {
    type Error = Error;

    fn try_from(row: RequestRow) -> Result<Self, Error> {
        let asker = match (row.asker_id, row.given, row.family, row.own_phone, row.session_id) {
            (Some(id), ..) => Asker::Known(id.parse().map_err(Error::stored)?),
            (None, Some(given), Some(family), Some(phone), Some(session)) => Asker::Unconfirmed {
                name: PersonName::parse(&given, &family).map_err(Error::stored)?,
                phone: PhoneNumber::stored(phone),
                session,
            },
            _ => return Err(Error::stored("a question of nobody")),
        };
        Ok(Self {
            id: row.request_id.parse().map_err(Error::stored)?,
            asker,
            resident: PersonName::parse(&row.resident_given, &row.resident_family).map_err(Error::stored)?,
            phone: PhoneNumber::stored(row.resident_phone),
            put_to: row.resident_id.map(|id| id.parse()).transpose().map_err(Error::stored)?,
            services: services(&row.services)?,
            until: Moment::from_seconds(row.valid_until),
            ends: Moment::from_seconds(row.ends),
            answer: match row.answer.as_deref() {
                None => None,
                Some("given") => Some(Answer::Given),
                Some("refused") => Some(Answer::Refused),
                Some("withdrawn") => Some(Answer::Withdrawn),
                Some(other) => return Err(Error::stored(format!("a question: answer {other}"))),
            },
        })
    }
}

/// What is read of a question, with a clause of its own after it.
macro_rules! requests {
    ($clause:literal) => {
        concat!(
            "select request_id, asker_id, given, family, own_phone, session_id, resident_given, resident_family, \
             resident_phone, resident_id, services, valid_until, ends, answer from mandate_request ",
            $clause
        )
    };
}

/// A new one.
pub(crate) async fn insert(tx: &mut Tx, request: &MandateRequest) -> Result<(), Error> {
    let (asker, name, phone, session) = match &request.asker {
        Asker::Known(person) => (Some(person.to_string()), None, None, None),
        Asker::Unconfirmed { name, phone, session } => (None, Some(name), Some(phone), Some(session.clone())),
    };
    execute!(
        tx,
        "insert into mandate_request (request_id, coop_id, asker_id, given, family, own_phone, session_id, resident_given, \
         resident_family, resident_phone, services, valid_until, made, ends) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        request.id.to_string(),
        tx.settings().coop.id.to_string(),
        asker,
        name.map(|name| name.given().to_owned()),
        name.map(|name| name.family().to_owned()),
        phone.map(|phone| phone.e164().to_owned()),
        session,
        request.resident.given(),
        request.resident.family(),
        request.phone.e164(),
        codes(&request.services),
        request.until.seconds(),
        tx.now().seconds(),
        request.ends.seconds()
    )?;
    Ok(())
}

/// The question of that id, answered or not.
pub(crate) async fn by_id(tx: &mut Tx, request: MandateRequestId) -> Result<Option<MandateRequest>, Error> {
    let row = optional!(
        tx,
        RequestRow,
        requests!("where request_id = $1 and coop_id = $2"),
        request.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.map(MandateRequest::try_from).transpose()
}

/// What waits for a resident's answer, the newest first.
pub(crate) async fn to_resident(tx: &mut Tx, resident: PersonId) -> Result<Vec<MandateRequest>, Error> {
    let rows = all!(
        tx,
        RequestRow,
        requests!(
            "where resident_id = $1 and answer is null and asker_id is not null and ends > $2 \
         order by made desc, request_id"
        ),
        resident.to_string(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(MandateRequest::try_from).collect()
}

/// What somebody has asked, the newest first, that isn't over. A no looks as if there were no answer.
pub(crate) async fn of_asker(tx: &mut Tx, asker: PersonId) -> Result<Vec<MandateRequest>, Error> {
    let rows = all!(
        tx,
        RequestRow,
        requests!(
            "where asker_id = $1 and (answer is null or answer = 'refused') and ends > $2 order by made desc, request_id"
        ),
        asker.to_string(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(MandateRequest::try_from).collect()
}

/// What was typed in that session by somebody who is to show that the number is theirs, the newest first.
pub(crate) async fn unconfirmed(tx: &mut Tx, session: &str, phone: &PhoneNumber) -> Result<Vec<MandateRequest>, Error> {
    let rows = all!(
        tx,
        RequestRow,
        requests!(
            "where session_id = $1 and own_phone = $2 and asker_id is null and answer is null and ends > $3 \
         order by made desc, request_id"
        ),
        session,
        phone.e164(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(MandateRequest::try_from).collect()
}

/// The number is theirs: the question is, too, and nothing is kept of what was typed.
pub(crate) async fn confirm(tx: &mut Tx, request: MandateRequestId, asker: PersonId) -> Result<(), Error> {
    execute!(
        tx,
        "update mandate_request set asker_id = $2, given = null, family = null, own_phone = null, session_id = null \
         where request_id = $1 and asker_id is null",
        request.to_string(),
        asker.to_string()
    )?;
    Ok(())
}

/// It is this resident's to answer.
pub(crate) async fn put_to(tx: &mut Tx, request: MandateRequestId, resident: PersonId) -> Result<(), Error> {
    execute!(
        tx,
        "update mandate_request set resident_id = $2 where request_id = $1",
        request.to_string(),
        resident.to_string()
    )?;
    Ok(())
}

/// It was never asked.
pub(crate) async fn remove(tx: &mut Tx, request: MandateRequestId) -> Result<(), Error> {
    execute!(tx, "delete from mandate_request where request_id = $1", request.to_string())?;
    Ok(())
}

/// Writes down what became of it. Whether it was this call: of two at once, one does.
pub(crate) async fn answer(tx: &mut Tx, request: MandateRequestId, answer: Answer) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update mandate_request set answer = $2, answered_at = $3 where request_id = $1 and answer is null",
        request.to_string(),
        answer.code(),
        tx.now().seconds()
    )?;
    Ok(changed > 0)
}

/// It is over: its asker sees it no more. That it was refused stays.
pub(crate) async fn end(tx: &mut Tx, request: MandateRequestId) -> Result<(), Error> {
    execute!(
        tx,
        "update mandate_request set ends = $2 where request_id = $1",
        request.to_string(),
        tx.now().seconds()
    )?;
    Ok(())
}

/// Whether that number has refused that person since that instant.
pub(crate) async fn refused_since(
    tx: &mut Tx,
    asker: PersonId,
    phone: &PhoneNumber,
    since: Moment,
) -> Result<bool, Error> {
    let count: i64 = scalar!(
        tx,
        i64,
        "select count(*) from mandate_request \
         where asker_id = $1 and resident_phone = $2 and answer = 'refused' and answered_at > $3",
        asker.to_string(),
        phone.e164(),
        since.seconds()
    )?;
    Ok(count > 0)
}

/// Forgets what was typed before that instant by people who never showed that the number was theirs.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from mandate_request where asker_id is null and made < $1", before.seconds())?;
    Ok(())
}
