//! How far messages have come: what waits to go out, what is under way, what arrived, what didn't.
//!
//! What it isn't: it decides nothing (`delivery` does) and knows no gateway.

use domain::{Channel, EmailAddress, Language, Message, MessageId, Moment, PersonId, PersonName, PhoneNumber};

use crate::{
    Error,
    store::tx::{Tx, all, execute, optional, scalar},
};

/// A text message or an e-mail that waits to go out.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) id: MessageId,
    pub(crate) made: Moment,
    /// By what it goes now.
    pub(crate) way: Channel,
    /// To whom; nobody: a number or address that isn't anybody's yet.
    pub(crate) person: Option<PersonId>,
    /// There when it goes by text.
    pub(crate) phone: Option<PhoneNumber>,
    /// There when it goes by e-mail.
    pub(crate) email: Option<EmailAddress>,
    pub(crate) language: Language,
    pub(crate) message: Message,
    pub(crate) tries: i64,
}

/// A message that somebody tells by voice now.
#[derive(Clone, Debug)]
pub(crate) struct Undelivered {
    pub(crate) waiting: Waiting,
    pub(crate) to: Option<PersonName>,
    pub(crate) failed: Moment,
    pub(crate) trouble: String,
}

/// How many text messages are where, for the coordinator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Counts {
    /// Ready to go out, and not gone.
    pub(crate) waiting: i64,
    /// The oldest of them became ready then.
    pub(crate) oldest: i64,
    /// Kept back until the night is over, or for another try.
    pub(crate) later: i64,
    pub(crate) sent_today: i64,
    pub(crate) parts_today: i64,
    pub(crate) arrived_today: i64,
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    message_id: String,
    made: i64,
    way: String,
    person_id: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    language: String,
    body: String,
    tries: i64,
}

#[derive(sqlx::FromRow)]
struct UndeliveredRow {
    #[sqlx(flatten)]
    waiting: WaitingRow,
    given: Option<String>,
    family: Option<String>,
    failed_at: i64,
    trouble: Option<String>,
}

impl TryFrom<WaitingRow> for Waiting {
    type Error = Error;

    fn try_from(row: WaitingRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.message_id.parse().map_err(Error::stored)?,
            made: Moment::from_seconds(row.made),
            way: row.way.parse().map_err(Error::stored)?,
            person: row.person_id.map(|person| person.parse()).transpose().map_err(Error::stored)?,
            phone: row.phone.map(PhoneNumber::stored),
            email: row.email.map(EmailAddress::stored),
            language: row.language.parse().map_err(Error::stored)?,
            message: serde_json::from_str(&row.body)?,
            tries: row.tries,
        })
    }
}

impl TryFrom<UndeliveredRow> for Undelivered {
    type Error = Error;

    fn try_from(row: UndeliveredRow) -> Result<Self, Error> {
        let UndeliveredRow { waiting, given, family, failed_at, trouble } = row;
        let to = match (given, family) {
            (Some(given), Some(family)) => Some(PersonName::stored(given, family)),
            _ => None,
        };
        Ok(Self {
            waiting: waiting.try_into()?,
            to,
            failed: Moment::from_seconds(failed_at),
            trouble: trouble.unwrap_or_default(),
        })
    }
}

/// Text messages, or e-mails, that may go out now, codes first: somebody waits for them with the phone in their hand.
pub(crate) async fn due(tx: &mut Tx, way: Channel, most: i64) -> Result<Vec<Waiting>, Error> {
    let rows = all!(
        tx,
        WaitingRow,
        "select message_id, made, way, person_id, phone, email, language, body, tries from outbox \
         where coop_id = $1 and way = $4 and due <= $2 and sent_at is null and failed_at is null \
         and taken_at is null order by case when kind = 'sign_in_code' then 0 else 1 end, outbox_id limit $3",
        tx.settings().coop.id.to_string(),
        tx.now().seconds(),
        most,
        way.code()
    )?;
    rows.into_iter().map(Waiting::try_from).collect()
}

/// That text message or e-mail.
pub(crate) async fn by_id(tx: &mut Tx, message: MessageId) -> Result<Option<Waiting>, Error> {
    let row = optional!(
        tx,
        WaitingRow,
        "select message_id, made, way, person_id, phone, email, language, body, tries from outbox \
         where message_id = $1 and way in ('sms', 'email')",
        message.to_string()
    )?;
    row.map(Waiting::try_from).transpose()
}

/// Takes a message to hand it over. Not when somebody else has taken it: two servers may look at once.
pub(crate) async fn take(tx: &mut Tx, message: MessageId) -> Result<bool, Error> {
    let taken = execute!(
        tx,
        "update outbox set taken_at = $2, tries = tries + 1 \
         where message_id = $1 and taken_at is null and sent_at is null and failed_at is null",
        message.to_string(),
        tx.now().seconds()
    )?;
    Ok(taken > 0)
}

/// It is with the gateway, in so many parts (an e-mail has none), or with the mail server.
pub(crate) async fn sent(tx: &mut Tx, message: MessageId, parts: u32) -> Result<(), Error> {
    execute!(
        tx,
        "update outbox set sent_at = $2, parts = parts + $3, trouble = null \
         where message_id = $1 and taken_at is not null and sent_at is null and failed_at is null",
        message.to_string(),
        tx.now().seconds(),
        i64::from(parts)
    )?;
    Ok(())
}

/// It didn't go out and may be tried again from that instant on.
pub(crate) async fn again(tx: &mut Tx, message: MessageId, due: Moment, trouble: &str) -> Result<(), Error> {
    execute!(
        tx,
        "update outbox set taken_at = null, due = $2, trouble = $3 \
         where message_id = $1 and taken_at is not null and sent_at is null and failed_at is null",
        message.to_string(),
        due.seconds(),
        trouble
    )?;
    Ok(())
}

/// It doesn't go out this way any more. Whether it was this call that said so.
pub(crate) async fn failed(tx: &mut Tx, message: MessageId, trouble: &str) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update outbox set failed_at = $2, trouble = $3 where message_id = $1 and sent_at is null and failed_at is null",
        message.to_string(),
        tx.now().seconds(),
        trouble
    )?;
    Ok(changed > 0)
}

/// Writes down that its channel didn't carry it, and why.
pub(crate) async fn channel_failed(tx: &mut Tx, message: MessageId, way: Channel, why: &str) -> Result<(), Error> {
    execute!(
        tx,
        "insert into outbox_failure (message_id, way, at, trouble) values ($1, $2, $3, $4) \
         on conflict (message_id, way) do nothing",
        message.to_string(),
        way.code(),
        tx.now().seconds(),
        why
    )?;
    Ok(())
}

/// The channels that didn't carry it, and why, in the order in which they were tried.
pub(crate) async fn failures(tx: &mut Tx, message: MessageId) -> Result<Vec<(Channel, String)>, Error> {
    let rows: Vec<(String, String)> = all!(
        tx,
        (String, String),
        // Two in one second: the channel that it has now was the last.
        "select f.way, f.trouble from outbox_failure f join outbox o on o.message_id = f.message_id \
         where f.message_id = $1 order by f.at, case when f.way = o.way then 1 else 0 end",
        message.to_string()
    )?;
    rows.into_iter().map(|(way, why)| Ok((way.parse().map_err(Error::stored)?, why))).collect()
}

/// What one channel didn't carry goes by another one from that instant on.
pub(crate) async fn by_another_way(
    tx: &mut Tx,
    message: MessageId,
    (way, phone, email): (Channel, Option<&PhoneNumber>, Option<&EmailAddress>),
    due: Moment,
) -> Result<(), Error> {
    execute!(
        tx,
        "update outbox set way = $2, phone = coalesce($3, phone), email = coalesce($4, email), due = $5, tries = 0, \
         taken_at = null, sent_at = null, failed_at = null, trouble = null \
         where message_id = $1 and failed_at is not null and arrived_at is null",
        message.to_string(),
        way.code(),
        phone.map(|phone| phone.e164().to_owned()),
        email.map(|email| email.as_str().to_owned()),
        due.seconds()
    )?;
    Ok(())
}

/// Messages that one channel didn't carry and another one did, or is about to, since that instant; the newest first.
pub(crate) async fn rerouted(tx: &mut Tx, since: Moment, most: i64) -> Result<Vec<Rerouted>, Error> {
    let rows = all!(
        tx,
        ReroutedRow,
        "select p.given, p.family, f.way as failed_way, f.trouble as why, f.at, o.way, o.sent_at from outbox_failure f \
         join outbox o on o.message_id = f.message_id join person p on p.person_id = o.person_id \
         where o.coop_id = $1 and f.at >= $2 and o.way <> f.way and o.failed_at is null \
         order by f.at desc, o.outbox_id desc limit $3",
        tx.settings().coop.id.to_string(),
        since.seconds(),
        most
    )?;
    rows.into_iter().map(Rerouted::try_from).collect()
}

/// A message that goes, or went, by another channel than at first.
#[derive(Clone, Debug)]
pub(crate) struct Rerouted {
    pub(crate) to: PersonName,
    pub(crate) first: Channel,
    pub(crate) why: String,
    pub(crate) at: Moment,
    pub(crate) now_by: Channel,
    pub(crate) is_sent: bool,
}

#[derive(sqlx::FromRow)]
struct ReroutedRow {
    given: String,
    family: String,
    failed_way: String,
    why: String,
    at: i64,
    way: String,
    sent_at: Option<i64>,
}

impl TryFrom<ReroutedRow> for Rerouted {
    type Error = Error;

    fn try_from(row: ReroutedRow) -> Result<Self, Error> {
        Ok(Self {
            to: PersonName::stored(row.given, row.family),
            first: row.failed_way.parse().map_err(Error::stored)?,
            why: row.why,
            at: Moment::from_seconds(row.at),
            now_by: row.way.parse().map_err(Error::stored)?,
            is_sent: row.sent_at.is_some(),
        })
    }
}

/// The network says that it arrived: whatever was feared of it before.
pub(crate) async fn arrived(tx: &mut Tx, message: MessageId) -> Result<bool, Error> {
    let now = tx.now().seconds();
    let changed = execute!(
        tx,
        "update outbox set arrived_at = $2, sent_at = coalesce(sent_at, $2), failed_at = null, trouble = null, \
         parts = case when parts = 0 then 1 else parts end \
         where message_id = $1 and way = 'sms' and tries > 0 and arrived_at is null",
        message.to_string(),
        now
    )?;
    Ok(changed > 0)
}

/// The network says that it will not arrive. What did arrive stays so, whatever comes later.
pub(crate) async fn not_arrived(tx: &mut Tx, message: MessageId, trouble: &str) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update outbox set sent_at = null, failed_at = $2, trouble = $3 \
         where message_id = $1 and way = 'sms' and tries > 0 and arrived_at is null and failed_at is null",
        message.to_string(),
        tx.now().seconds(),
        trouble
    )?;
    Ok(changed > 0)
}

/// What is kept of a code's message once it has gone, or can't be used any more: not the code.
const WITHOUT_CODE: &str = r#"{"kind":"sign_in_code","code":""}"#;

/// Forgets the codes in messages that have gone or were written before that instant. In the demo they stay, to be read.
pub(crate) async fn forget_codes(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    if tx.settings().demo {
        return Ok(());
    }
    execute!(
        tx,
        "update outbox set body = $2 where coop_id = $1 and kind = 'sign_in_code' and body <> $2 \
         and (sent_at is not null or failed_at is not null or made < $3)",
        tx.settings().coop.id.to_string(),
        WITHOUT_CODE,
        before.seconds()
    )?;
    Ok(())
}

/// What was handed over before that instant, and of which nobody knows whether it went.
pub(crate) async fn unsure(tx: &mut Tx, before: Moment) -> Result<Vec<MessageId>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select message_id from outbox where coop_id = $1 and way in ('sms', 'email') \
         and taken_at < $2 and sent_at is null and failed_at is null order by outbox_id",
        tx.settings().coop.id.to_string(),
        before.seconds()
    )?;
    rows.into_iter().map(|(message,)| message.parse().map_err(Error::stored)).collect()
}

/// Parts of text messages other than codes that went out since that instant, those included that are with the gateway.
pub(crate) async fn parts_since(tx: &mut Tx, since: Moment) -> Result<i64, Error> {
    scalar!(
        tx,
        i64,
        "select cast(coalesce(sum(case when parts > 0 then parts else 1 end), 0) as bigint) from outbox \
         where coop_id = $1 and (way = 'sms' or parts > 0) and kind <> 'sign_in_code' and taken_at >= $2",
        tx.settings().coop.id.to_string(),
        since.seconds()
    )
}

/// What somebody tells by voice, the oldest first: what was of use only at the moment isn't among it.
pub(crate) async fn undelivered(tx: &mut Tx) -> Result<Vec<Undelivered>, Error> {
    let rows = all!(
        tx,
        UndeliveredRow,
        "select o.message_id, o.made, o.way, o.person_id, o.phone, o.email, o.language, o.body, o.tries, p.given, p.family, \
         o.failed_at, o.trouble from outbox o left join person p on p.person_id = o.person_id \
         where o.coop_id = $1 and o.failed_at is not null and o.sent_at is null \
         and o.kind not in ('sign_in_code', 'on_the_way', 'answered', 'reminder') order by o.failed_at, o.outbox_id",
        tx.settings().coop.id.to_string()
    )?;
    rows.into_iter().map(Undelivered::try_from).collect()
}

/// Somebody has told it. To whom and about what it was; nothing when there was nothing to tell.
pub(crate) async fn told(tx: &mut Tx, message: MessageId) -> Result<Option<Option<String>>, Error> {
    let row: Option<(Option<String>,)> = optional!(
        tx,
        (Option<String>,),
        "update outbox set sent_at = $2 where message_id = $1 and failed_at is not null and sent_at is null \
         and coop_id = $3 returning person_id",
        message.to_string(),
        tx.now().seconds(),
        tx.settings().coop.id.to_string()
    )?;
    Ok(row.map(|(person,)| person))
}

/// A message to somebody whom texts don't reach, that isn't about a visit of their own (those are `visits::to_tell`).
#[derive(Clone, Debug)]
pub(crate) struct ByVoice {
    pub(crate) id: MessageId,
    pub(crate) to: PersonId,
    pub(crate) name: PersonName,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) language: Language,
    pub(crate) message: Message,
    pub(crate) made: Moment,
}

#[derive(sqlx::FromRow)]
struct ByVoiceRow {
    message_id: String,
    person_id: String,
    given: String,
    family: String,
    phone: Option<String>,
    language: String,
    body: String,
    made: i64,
}

impl TryFrom<ByVoiceRow> for ByVoice {
    type Error = Error;

    fn try_from(row: ByVoiceRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.message_id.parse().map_err(Error::stored)?,
            to: row.person_id.parse().map_err(Error::stored)?,
            name: PersonName::parse(&row.given, &row.family).map_err(Error::stored)?,
            phone: row.phone.map(PhoneNumber::stored),
            language: row.language.parse().map_err(Error::stored)?,
            message: serde_json::from_str(&row.body)?,
            made: Moment::from_seconds(row.made),
        })
    }
}

/// Those of them that nobody has told, written since that instant, the oldest first.
pub(crate) async fn by_voice(tx: &mut Tx, since: Moment) -> Result<Vec<ByVoice>, Error> {
    let rows = all!(
        tx,
        ByVoiceRow,
        "select o.message_id, o.person_id, p.given, p.family, o.phone, o.language, o.body, o.made from outbox o \
         join person p on p.person_id = o.person_id left join visit v on v.visit_id = o.visit_id \
         where o.coop_id = $1 and o.way in ('call', 'lounge') and o.sent_at is null and o.made > $2 \
         and (v.visit_id is null or v.resident_id <> o.person_id) order by o.made, o.outbox_id",
        tx.settings().coop.id.to_string(),
        since.seconds()
    )?;
    rows.into_iter().map(ByVoice::try_from).collect()
}

/// To whom such a message is, told or not.
pub(crate) async fn by_voice_to(tx: &mut Tx, message: MessageId) -> Result<Option<PersonId>, Error> {
    let row: Option<(String,)> = optional!(
        tx,
        (String,),
        "select person_id from outbox where message_id = $1 and coop_id = $2 and way in ('call', 'lounge') \
         and person_id is not null",
        message.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.map(|(person,)| person.parse().map_err(Error::stored)).transpose()
}

/// Somebody has told it. Whether it was this call.
pub(crate) async fn told_by_voice(tx: &mut Tx, message: MessageId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update outbox set sent_at = $2 where message_id = $1 and way in ('call', 'lounge') and sent_at is null",
        message.to_string(),
        tx.now().seconds()
    )?;
    Ok(changed > 0)
}

/// What was written once as that needs no telling any more, unless it is with the gateway already.
pub(crate) async fn needless(tx: &mut Tx, once: &str) -> Result<(), Error> {
    execute!(
        tx,
        "update outbox set sent_at = $3 where coop_id = $1 and once = $2 and sent_at is null \
         and (taken_at is null or failed_at is not null)",
        tx.settings().coop.id.to_string(),
        once,
        tx.now().seconds()
    )?;
    Ok(())
}

/// How many e-mails went out since that instant.
pub(crate) async fn emails_since(tx: &mut Tx, since: Moment) -> Result<i64, Error> {
    scalar!(
        tx,
        i64,
        "select count(*) from outbox where coop_id = $1 and way = 'email' and tries > 0 and sent_at >= $2",
        tx.settings().coop.id.to_string(),
        since.seconds()
    )
}

/// How many are where; "today" begins at that instant.
pub(crate) async fn counts(tx: &mut Tx, today: Moment) -> Result<Counts, Error> {
    let counts = optional!(
        tx,
        Counts,
        "select \
         cast(coalesce(sum(case when sent_at is null and failed_at is null and due <= $2 then 1 else 0 end), 0) as bigint) \
         as waiting, \
         cast(coalesce(min(case when sent_at is null and failed_at is null and due <= $2 then \
         case when due > made then due else made end end), 0) as bigint) as oldest, \
         cast(coalesce(sum(case when sent_at is null and failed_at is null and due > $2 then 1 else 0 end), 0) as bigint) \
         as later, \
         cast(coalesce(sum(case when sent_at >= $3 and parts > 0 then 1 else 0 end), 0) as bigint) as sent_today, \
         cast(coalesce(sum(case when sent_at >= $3 then parts else 0 end), 0) as bigint) as parts_today, \
         cast(coalesce(sum(case when arrived_at >= $3 then 1 else 0 end), 0) as bigint) as arrived_today \
         from outbox where coop_id = $1 and way = 'sms' and (sent_at is null or sent_at >= $3)",
        tx.settings().coop.id.to_string(),
        tx.now().seconds(),
        today.seconds()
    )?;
    Ok(counts.unwrap_or_default())
}
