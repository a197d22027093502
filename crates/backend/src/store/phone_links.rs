//! Residents' own phones that stay signed in, and the links by which they come to. Tokens and codes are here as hashes.

use domain::{Moment, PersonId, PhoneLinkId};

use crate::{
    Error,
    store::{
        sha256_hex,
        tx::{Tx, all, execute, optional},
    },
};

/// A link as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct PhoneLink {
    pub(crate) id: PhoneLinkId,
    /// Whose phone it is.
    pub(crate) person: PersonId,
    pub(crate) name: String,
    pub(crate) made_by: PersonId,
    /// When the phone was linked, if it was.
    pub(crate) linked: Option<Moment>,
    code_hash: String,
}

#[derive(sqlx::FromRow)]
struct PhoneLinkRow {
    phone_link_id: String,
    person_id: String,
    name: String,
    made_by: String,
    linked_at: Option<i64>,
    code_hash: String,
}

impl TryFrom<PhoneLinkRow> for PhoneLink {
    type Error = Error;

    fn try_from(row: PhoneLinkRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.phone_link_id.parse().map_err(Error::stored)?,
            person: row.person_id.parse().map_err(Error::stored)?,
            name: row.name,
            made_by: row.made_by.parse().map_err(Error::stored)?,
            linked: row.linked_at.map(Moment::from_seconds),
            code_hash: row.code_hash,
        })
    }
}

impl PhoneLink {
    /// Whether that is its short code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code_hash == hash(self.id, code)
    }
}

fn hash(id: PhoneLinkId, code: &str) -> String {
    sha256_hex(&format!("{id}:{code}"))
}

/// A link to be made.
pub(crate) struct NewPhoneLink<'a> {
    pub(crate) id: PhoneLinkId,
    pub(crate) person: PersonId,
    pub(crate) name: &'a str,
    pub(crate) token: &'a str,
    pub(crate) code: &'a str,
    pub(crate) made_by: PersonId,
    pub(crate) ends: Moment,
}

/// A new link; those of the person that nobody has opened yet are forgotten.
pub(crate) async fn insert(tx: &mut Tx, new: NewPhoneLink<'_>) -> Result<(), Error> {
    execute!(tx, "delete from phone_link where person_id = $1 and linked_at is null", new.person.to_string())?;
    execute!(
        tx,
        "insert into phone_link (phone_link_id, coop_id, person_id, name, token_hash, code_hash, made, made_by, ends) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id.to_string(),
        tx.settings().coop.id.to_string(),
        new.person.to_string(),
        new.name,
        sha256_hex(new.token),
        hash(new.id, new.code),
        tx.now().seconds(),
        new.made_by.to_string(),
        new.ends.seconds()
    )?;
    Ok(())
}

/// The link of that token, if it can be opened now.
pub(crate) async fn open_by_token(tx: &mut Tx, token: &str) -> Result<Option<PhoneLink>, Error> {
    let row = optional!(
        tx,
        PhoneLinkRow,
        "select phone_link_id, person_id, name, made_by, linked_at, code_hash from phone_link \
         where token_hash = $1 and coop_id = $2 and linked_at is null and ends > $3",
        sha256_hex(token),
        tx.settings().coop.id.to_string(),
        tx.now().seconds()
    )?;
    row.map(PhoneLink::try_from).transpose()
}

/// All that can be opened now.
pub(crate) async fn open(tx: &mut Tx) -> Result<Vec<PhoneLink>, Error> {
    let rows = all!(
        tx,
        PhoneLinkRow,
        "select phone_link_id, person_id, name, made_by, linked_at, code_hash from phone_link \
         where coop_id = $1 and linked_at is null and ends > $2 order by made, phone_link_id",
        tx.settings().coop.id.to_string(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(PhoneLink::try_from).collect()
}

/// Opens it. Whether it was this call: of two phones at once, one does.
pub(crate) async fn link(tx: &mut Tx, link: PhoneLinkId) -> Result<bool, Error> {
    let now = tx.now().seconds();
    let changed = execute!(
        tx,
        "update phone_link set linked_at = $2 where phone_link_id = $1 and linked_at is null and ends > $2",
        link.to_string(),
        now
    )?;
    Ok(changed > 0)
}

/// The link of that id, in whatever state.
pub(crate) async fn by_id(tx: &mut Tx, link: PhoneLinkId) -> Result<Option<PhoneLink>, Error> {
    let row = optional!(
        tx,
        PhoneLinkRow,
        "select phone_link_id, person_id, name, made_by, linked_at, code_hash from phone_link \
         where phone_link_id = $1 and coop_id = $2",
        link.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.map(PhoneLink::try_from).transpose()
}

/// The phones that are linked to a person now, with the session's making and last use; the newest first. Whether such a
/// session has ended by its age is the caller's to say.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<(PhoneLink, Moment, Moment)>, Error> {
    let rows = all!(
        tx,
        (String, String, String, String, Option<i64>, i64, i64),
        "select l.phone_link_id, l.person_id, l.name, l.made_by, l.linked_at, s.made, s.seen \
         from phone_link l join session s on s.phone_link_id = l.phone_link_id \
         where l.person_id = $1 and l.ended_at is null order by l.linked_at desc, l.phone_link_id",
        person.to_string()
    )?;
    let read = |(phone_link_id, person_id, name, made_by, linked_at, made, seen)| {
        let code_hash = String::new();
        let row = PhoneLinkRow { phone_link_id, person_id, name, made_by, linked_at, code_hash };
        Ok((PhoneLink::try_from(row)?, Moment::from_seconds(made), Moment::from_seconds(seen)))
    };
    rows.into_iter().map(read).collect()
}

/// Ends it, and the phone's session with it. Whether it was this call.
pub(crate) async fn end(tx: &mut Tx, link: PhoneLinkId, by: PersonId) -> Result<bool, Error> {
    execute!(tx, "delete from session where phone_link_id = $1", link.to_string())?;
    let changed = execute!(
        tx,
        "update phone_link set ended_at = $2, ended_by = $3 \
         where phone_link_id = $1 and linked_at is not null and ended_at is null",
        link.to_string(),
        tx.now().seconds(),
        by.to_string()
    )?;
    Ok(changed > 0)
}

/// Ends every linked phone of a person, and every link that nobody has opened yet. Their sessions are ended by whoever ends
/// all of that person's.
pub(crate) async fn end_all(tx: &mut Tx, person: PersonId, by: PersonId) -> Result<(), Error> {
    execute!(tx, "delete from phone_link where person_id = $1 and linked_at is null", person.to_string())?;
    execute!(
        tx,
        "update phone_link set ended_at = $2, ended_by = $3 where person_id = $1 and ended_at is null",
        person.to_string(),
        tx.now().seconds(),
        by.to_string()
    )?;
    Ok(())
}

/// Forgets links that nobody opened before that instant.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from phone_link where linked_at is null and ends < $1", before.seconds())?;
    Ok(())
}
