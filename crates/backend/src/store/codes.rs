//! One-time codes: asked for, tried, used. The codes themselves are stored nowhere.

use domain::{EmailAddress, Minutes, Moment, PersonId, PhoneNumber};

use crate::{
    Error,
    store::{
        sha256_hex,
        tx::{Tx, all, execute, scalar},
    },
};

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Signing in.
    SignIn,
    /// Confirming an order of somebody not signed in.
    Order,
    /// Showing that a new number is theirs.
    Number,
    /// Showing that an address is one's own.
    Email,
}

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SentTo {
    /// By text message.
    Phone(PhoneNumber),
    /// By e-mail.
    Email(EmailAddress),
}

impl SentTo {
    /// What its limits are counted by.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Phone(phone) => phone.e164().to_owned(),
            Self::Email(email) => email.key(),
        }
    }

    fn columns(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Phone(phone) => (Some(phone.e164().to_owned()), None),
            Self::Email(email) => (None, Some(email.as_str().to_owned())),
        }
    }
}

/// How long a code is good for.
pub const GOOD_FOR: Minutes = Minutes(10);

/// How often a code may be tried.
const TRIES: i64 = 5;

/// A code that was answered rightly.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// Where it was sent.
    pub(crate) to: SentTo,
    /// Whose number or address that was, if anybody's, when the code was asked for.
    pub(crate) person: Option<PersonId>,
    /// From where it was asked for: the hash of an address.
    pub(crate) client: String,
}

/// What came of a try.
#[derive(Clone, Debug)]
pub(crate) enum Tried {
    /// It is the code.
    Right(Answered),
    /// It isn't.
    Wrong,
    /// There is no code to try any more: too old, tried too often, used.
    Expired,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Order => "order",
            Self::Email => "email",
            Self::Number => "number",
        }
    }
}

fn hash(id: &str, code: &str) -> String {
    sha256_hex(&format!("{id}:{code}"))
}

/// A code to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewCode<'a> {
    pub(crate) session: &'a str,
    pub(crate) purpose: Purpose,
    pub(crate) to: &'a SentTo,
    pub(crate) person: Option<PersonId>,
    /// False for a number or address that gets none: the row is written all the same, and opens nothing.
    pub(crate) sent: bool,
    pub(crate) client: &'a str,
}

/// Makes a code, and returns it for the message.
pub(crate) async fn make(tx: &mut Tx, new: NewCode<'_>) -> Result<String, Error> {
    let code = format!("{:06}", tx.random_below(1_000_000));
    let id = super::hex(&tx.random::<16>());
    let (phone, email) = new.to.columns();
    execute!(
        tx,
        "insert into sign_in_code (code_id, coop_id, session_id, purpose, phone, email, person_id, sent, client, \
         code_hash, made, expires, tries_left) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id.clone(),
        tx.settings().coop.id.to_string(),
        new.session,
        new.purpose.code(),
        phone,
        email,
        new.person.map(|person| person.to_string()),
        i64::from(new.sent),
        sha256_hex(new.client),
        hash(&id, &code),
        tx.now().seconds(),
        (tx.now() + GOOD_FOR).seconds(),
        TRIES
    )?;
    Ok(code)
}

/// A code that was made so much later than now was made by a clock that has been set back since: it would be good for longer
/// than it promises, and is good for nothing.
const CLOCKS_DIFFER: Minutes = Minutes(1);

#[derive(sqlx::FromRow)]
struct CodeRow {
    code_id: String,
    phone: Option<String>,
    email: Option<String>,
    person_id: Option<String>,
    sent: i64,
    client: String,
    code_hash: String,
}

/// Tries a code against every one that this session has asked for and that is still good; each of them is tried once by
/// it. The count stays when the try fails: commit it.
pub(crate) async fn attempt(tx: &mut Tx, session: &str, purpose: Purpose, typed: &str) -> Result<Tried, Error> {
    // One statement takes the try from every open code: two requests at once can't share one try.
    let open = all!(
        tx,
        CodeRow,
        "update sign_in_code set tries_left = tries_left - 1 where session_id = $1 and purpose = $2 \
         and used_at is null and expires > $3 and made <= $4 and tries_left > 0 \
         returning code_id, phone, email, person_id, sent, client, code_hash",
        session,
        purpose.code(),
        tx.now().seconds(),
        (tx.now() + CLOCKS_DIFFER).seconds()
    )?;
    if open.is_empty() {
        return Ok(Tried::Expired);
    }
    let right = open.into_iter().find(|row| row.code_hash == hash(&row.code_id, typed) && row.sent == 1);
    let Some(row) = right else { return Ok(Tried::Wrong) };
    execute!(tx, "update sign_in_code set used_at = $2 where code_id = $1", row.code_id, tx.now().seconds())?;
    let to = match (row.phone, row.email) {
        (Some(phone), None) => SentTo::Phone(PhoneNumber::stored(phone)),
        (None, Some(email)) => SentTo::Email(EmailAddress::stored(email)),
        _ => return Err(Error::stored("a code that went nowhere")),
    };
    Ok(Tried::Right(Answered {
        to,
        person: row.person_id.map(|id| id.parse()).transpose().map_err(Error::stored)?,
        client: row.client,
    }))
}

/// Whether this session was sent a code to that number since that instant, and may still answer it.
pub(crate) async fn was_sent(
    tx: &mut Tx,
    session: &str,
    purpose: Purpose,
    phone: &PhoneNumber,
    since: Moment,
) -> Result<bool, Error> {
    let open: i64 = scalar!(
        tx,
        i64,
        "select count(*) from sign_in_code where session_id = $1 and purpose = $2 and phone = $3 and made > $4 \
         and used_at is null and sent = 1 and tries_left > 0",
        session,
        purpose.code(),
        phone.e164(),
        since.seconds()
    )?;
    Ok(open > 0)
}

/// Forgets codes that ended before that instant.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from sign_in_code where expires < $1", before.seconds())?;
    Ok(())
}

/// Remembers that somebody signed in from the address with that hash.
pub(crate) async fn remember_client(tx: &mut Tx, person: PersonId, hash: &str) -> Result<(), Error> {
    execute!(
        tx,
        "insert into known_client (person_id, client, seen) values ($1, $2, $3) \
         on conflict (person_id, client) do update set seen = excluded.seen",
        person.to_string(),
        hash,
        tx.now().seconds()
    )?;
    Ok(())
}

/// Whether somebody has signed in from that address since that instant.
pub(crate) async fn knows_client(tx: &mut Tx, person: PersonId, client: &str, since: Moment) -> Result<bool, Error> {
    let known: Vec<(i64,)> = all!(
        tx,
        (i64,),
        "select seen from known_client where person_id = $1 and client = $2 and seen >= $3",
        person.to_string(),
        sha256_hex(client),
        since.seconds()
    )?;
    Ok(!known.is_empty())
}
