//! What is to be told: rows written in the transaction that makes them true.

use domain::{
    Channel, ContactWay, EmailAddress, Language, Message, MessageId, MessageKind, Moment, PersonId, PersonName,
    PhoneKind, PhoneNumber, VisitId,
};

use crate::{
    Error, OutboxMessage,
    store::{
        people::{self, StoredPerson},
        tx::{Tx, all, execute, scalar},
    },
};

#[derive(sqlx::FromRow)]
struct OutboxRow {
    message_id: String,
    made: i64,
    given: Option<String>,
    family: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    way: String,
    language: String,
    body: String,
}

impl TryFrom<OutboxRow> for OutboxMessage {
    type Error = Error;

    fn try_from(row: OutboxRow) -> Result<Self, Error> {
        let to = match (row.given, row.family) {
            (Some(given), Some(family)) => Some(PersonName::stored(given, family)),
            _ => None,
        };
        Ok(Self {
            id: row.message_id.parse().map_err(Error::stored)?,
            at: Moment::from_seconds(row.made),
            to,
            phone: row.phone.map(PhoneNumber::stored),
            email: row.email.map(EmailAddress::stored),
            way: row.way.parse().map_err(Error::stored)?,
            language: row.language.parse().map_err(Error::stored)?,
            message: serde_json::from_str(&row.body)?,
        })
    }
}

/// Writes a message to a person. `way` is how they want to be told in this matter, their usual way if it isn't said;
/// somebody whom text messages don't reach is rung instead, and whoever has left is told nothing.
pub(crate) async fn write(
    tx: &mut Tx,
    to: PersonId,
    way: Option<ContactWay>,
    visit: Option<VisitId>,
    message: &Message,
) -> Result<(), Error> {
    let person = people::by_id(tx, to).await?.ok_or_else(|| Error::stored("a message to nobody"))?;
    if person.stopped {
        return Ok(());
    }
    let for_whom = ForWhom::reached(&person, way, tx.settings().emails);
    insert(tx, for_whom, visit, message, None).await.map(|_| ())
}

/// Writes a message to a person in their usual way, which can be found by `once` and is written once.
pub(crate) async fn write_about(tx: &mut Tx, to: &StoredPerson, message: &Message, once: &str) -> Result<(), Error> {
    insert(tx, ForWhom::reached(to, None, tx.settings().emails), None, message, Some(once)).await.map(|_| ())
}

/// Writes a message to a person by text, or by e-mail where they have chosen it, that is written once, whatever is run
/// twice: `once` says what it is. An answer to a text goes back as one. Whether it was written.
pub(crate) async fn write_once(
    tx: &mut Tx,
    to: &StoredPerson,
    visit: Option<VisitId>,
    message: &Message,
    once: &str,
) -> Result<bool, Error> {
    let emails = tx.settings().emails && message.kind() != MessageKind::Answered;
    let for_whom = ForWhom::reached(to, Some(ContactWay::Sms), emails);
    if to.stopped || !matches!(for_whom.way, Channel::Sms | Channel::Email) {
        return Ok(false);
    }
    insert(tx, for_whom, visit, message, Some(once)).await
}

/// Writes a text message to a number, in the language of the page where it was asked for. The number may be nobody's yet;
/// where it was only somebody's who has left, it gets nothing but a code that was asked for with it in hand.
pub(crate) async fn write_to_number(
    tx: &mut Tx,
    to: Option<PersonId>,
    phone: &PhoneNumber,
    language: Language,
    message: &Message,
) -> Result<(), Error> {
    let owners = people::with_phone(tx, phone).await?;
    let has_left = !owners.is_empty() && owners.iter().all(|owner| owner.stopped);
    // A number that somebody gave up is told so, though its only other owner has left.
    if has_left && !matches!(message.kind(), MessageKind::SignInCode | MessageKind::NumberChanged) {
        return Ok(());
    }
    let for_whom = ForWhom { person: to, phone: Some(phone), email: None, way: Channel::Sms, language };
    insert(tx, for_whom, None, message, None).await.map(|_| ())
}

/// Writes an e-mail to an address: a code that was asked for with it. It may be nobody's yet.
pub(crate) async fn write_to_address(
    tx: &mut Tx,
    to: Option<PersonId>,
    email: &EmailAddress,
    language: Language,
    message: &Message,
) -> Result<(), Error> {
    let for_whom = ForWhom { person: to, phone: None, email: Some(email), way: Channel::Email, language };
    insert(tx, for_whom, None, message, None).await.map(|_| ())
}

/// Word of a way in, old or new, as SQL: it is for whoever had the number when it was written, and goes to no other.
macro_rules! words_of_ways_in {
    () => {
        "('number_changed', 'phone_linked', 'passkey_made', 'passkey_copied', 'email_set')"
    };
}
pub(crate) use words_of_ways_in;

/// What waits to be told to a person goes to their new number, as far as it reaches them there. Codes don't: they belong to
/// the number. Nor does word of a way in.
pub(crate) async fn follow(tx: &mut Tx, person: PersonId, phone: Option<&PhoneNumber>) -> Result<(), Error> {
    let (texted, rung) = reaching(phone);
    execute!(
        tx,
        concat!(
            "update outbox set phone = $2, way = case way when 'sms' then $3 when 'call' then $4 else way end \
             where person_id = $1 and sent_at is null and taken_at is null and kind <> 'sign_in_code' and kind not in ",
            words_of_ways_in!()
        ),
        person.to_string(),
        phone.map(|phone| phone.e164().to_owned()),
        texted.code(),
        rung.code()
    )?;
    Ok(())
}

/// What waits to go to a person by e-mail goes to their new address; without one, as anything else is told to them.
pub(crate) async fn readdress_emails(tx: &mut Tx, person: PersonId, email: Option<&EmailAddress>) -> Result<(), Error> {
    let waiting =
        "person_id = $1 and way = 'email' and sent_at is null and taken_at is null and kind <> 'sign_in_code'";
    if let Some(email) = email {
        let sql = sqlx::AssertSqlSafe(format!("update outbox set email = $2 where {waiting}"));
        execute!(tx, sql, person.to_string(), email.as_str())?;
        return Ok(());
    }
    let phone = people::by_id(tx, person).await?.and_then(|person| person.phone);
    let (way, _) = reaching(phone.as_ref());
    let sql = sqlx::AssertSqlSafe(format!("update outbox set email = null, phone = $2, way = $3 where {waiting}"));
    execute!(tx, sql, person.to_string(), phone.as_ref().map(|phone| phone.e164().to_owned()), way.code())?;
    Ok(())
}

/// How somebody with that number is told what was to go by text message, and what by a call: whom no text reaches is rung,
/// and whom nobody can ring asks at the lounge.
pub(crate) fn reaching(phone: Option<&PhoneNumber>) -> (ContactWay, ContactWay) {
    match phone.map(PhoneNumber::kind) {
        Some(PhoneKind::Mobile) => (ContactWay::Sms, ContactWay::Call),
        Some(PhoneKind::Landline) => (ContactWay::Call, ContactWay::Call),
        None => (ContactWay::Lounge, ContactWay::Lounge),
    }
}

/// To whom a message goes, and how.
struct ForWhom<'a> {
    person: Option<PersonId>,
    phone: Option<&'a PhoneNumber>,
    email: Option<&'a EmailAddress>,
    way: Channel,
    language: Language,
}

impl<'a> ForWhom<'a> {
    /// A person, in that way or their usual one. Who has chosen e-mail gets one for every text message, and, when texts
    /// don't reach them at all, for everything; whom neither reaches is rung.
    fn reached(person: &'a StoredPerson, way: Option<ContactWay>, emails: bool) -> Self {
        let wished = way.unwrap_or(person.contact);
        let mobile = person.mobile().is_some();
        let email = person.email.as_ref().filter(|_| emails && person.email_first);
        let email = email.filter(|_| wished == ContactWay::Sms || !mobile);
        let way = match wished {
            _ if email.is_some() => Channel::Email,
            ContactWay::Sms if mobile => Channel::Sms,
            ContactWay::Sms | ContactWay::Call if person.phone.is_some() => Channel::Call,
            _ => Channel::Lounge,
        };
        Self { person: Some(person.id), phone: person.phone.as_ref(), email, way, language: person.language }
    }
}

async fn insert(
    tx: &mut Tx,
    ForWhom { person: to, phone, email, way, language }: ForWhom<'_>,
    visit: Option<VisitId>,
    message: &Message,
    once: Option<&str>,
) -> Result<bool, Error> {
    let id = MessageId::from_random(tx.random());
    let due = goes_out(tx, way, message, tx.now());
    let written = execute!(
        tx,
        "insert into outbox (message_id, coop_id, made, person_id, phone, email, way, language, kind, body, visit_id, due, \
         once) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         on conflict (coop_id, once) where once is not null do nothing",
        id.to_string(),
        tx.settings().coop.id.to_string(),
        tx.now().seconds(),
        to.map(|person| person.to_string()),
        phone.map(|phone| phone.e164().to_owned()),
        email.map(|email| email.as_str().to_owned()),
        way.code(),
        language.code(),
        message.kind().code(),
        serde_json::to_string(message)?,
        visit.map(|visit| visit.to_string()),
        due.seconds(),
        once
    )?;
    Ok(written > 0)
}

/// From when on a message may go by that channel. An e-mail wakes nobody, so it doesn't wait for the morning; a reminder is
/// read in the evening by whichever channel it comes.
pub(crate) fn goes_out(tx: &Tx, way: Channel, message: &Message, from: Moment) -> Moment {
    if way == Channel::Email && message.kind() != MessageKind::Reminder {
        from
    } else {
        tx.settings().coop.goes_out(message.urgency(), from)
    }
}

/// The newest messages, newest first.
pub(crate) async fn newest(tx: &mut Tx, most: i64) -> Result<Vec<OutboxMessage>, Error> {
    let rows = all!(
        tx,
        OutboxRow,
        "select o.message_id, o.made, p.given, p.family, o.phone, o.email, o.way, o.language, o.body \
         from outbox o left join person p on p.person_id = o.person_id where o.coop_id = $1 \
         order by o.outbox_id desc limit $2",
        tx.settings().coop.id.to_string(),
        most
    )?;
    rows.into_iter().map(OutboxMessage::try_from).collect()
}

/// How many one-time codes were sent by text message since that instant.
pub(crate) async fn codes_since(tx: &mut Tx, since: Moment) -> Result<i64, Error> {
    scalar!(
        tx,
        i64,
        "select count(*) from outbox where coop_id = $1 and way = 'sms' and kind = 'sign_in_code' and made >= $2",
        tx.settings().coop.id.to_string(),
        since.seconds()
    )
}
