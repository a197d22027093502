//! The trace that stays: who did what, for whom, when. Append-only by the database's own trigger, and each row's hash
//! covers the row before it, so that a row taken out or changed behind our back shows.
//!
//! It holds ids, codes and days, never a word of anybody's: so it stays whole when somebody is erased (`leaving`). Who needs
//! words in it puts them beside it, where they can go.
//!
//! Write the trace last in a transaction: its head is one row that every writer of a co-op waits for.

use domain::{Moment, PersonId};
use sha2::{Digest, Sha256};

use crate::{
    Error,
    store::tx::{Tx, all, execute, optional, scalar},
};

/// Writes that `by` did `act` to `subject`, for somebody else or for themselves. Nobody is the system.
pub(crate) async fn write(
    tx: &mut Tx,
    by: Option<PersonId>,
    on_behalf_of: Option<PersonId>,
    act: &str,
    subject: impl std::fmt::Display,
) -> Result<(), Error> {
    write_change(tx, by, on_behalf_of, act, subject, None, None).await
}

/// The same, with what was before and what is after, as JSON.
pub(crate) async fn write_change(
    tx: &mut Tx,
    by: Option<PersonId>,
    on_behalf_of: Option<PersonId>,
    act: &str,
    subject: impl std::fmt::Display,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<(), Error> {
    let coop = tx.settings().coop.id.to_string();
    // The update takes the head's lock; the hash read with it is the one to build on.
    let head: Option<(i64, String)> = optional!(
        tx,
        (i64, String),
        "update audit_head set seq = seq + 1 where coop_id = $1 returning seq, hash",
        coop.clone()
    )?;
    let (seq, prev_hash) = head.ok_or_else(|| Error::stored("no audit head"))?;
    let mut link = Link {
        coop_id: coop.clone(),
        seq,
        at: tx.now().seconds(),
        person_id: by.map(|person| person.to_string()),
        on_behalf_of: on_behalf_of.map(|person| person.to_string()),
        act: act.to_owned(),
        subject: Some(subject.to_string()),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        prev_hash,
        hash: String::new(),
    };
    link.hash = link.expected_hash();
    execute!(tx, "update audit_head set hash = $2 where coop_id = $1", coop, link.hash.clone())?;
    execute!(
        tx,
        "insert into audit_log (coop_id, seq, at, person_id, on_behalf_of, act, subject, before, after, prev_hash, \
         hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        link.coop_id,
        link.seq,
        link.at,
        link.person_id,
        link.on_behalf_of,
        link.act,
        link.subject,
        link.before,
        link.after,
        link.prev_hash,
        link.hash
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Link {
    coop_id: String,
    seq: i64,
    at: i64,
    person_id: Option<String>,
    on_behalf_of: Option<String>,
    act: String,
    subject: Option<String>,
    before: Option<String>,
    after: Option<String>,
    prev_hash: String,
    hash: String,
}

impl Link {
    fn expected_hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: Option<&str>| {
            // The length before each part: no two different rows can read alike. Absent differs from empty.
            match text {
                Some(text) => {
                    hash.update(format!("{}:", text.len()));
                    hash.update(text);
                }
                None => hash.update("-"),
            }
        };
        add(Some(&self.coop_id));
        add(Some(&self.seq.to_string()));
        add(Some(&self.at.to_string()));
        for part in [&self.person_id, &self.on_behalf_of] {
            add(part.as_deref());
        }
        add(Some(&self.act));
        for part in [&self.subject, &self.before, &self.after] {
            add(part.as_deref());
        }
        add(Some(&self.prev_hash));
        super::hex(&hash.finalize())
    }
}

/// One thing that somebody did for somebody else.
pub(crate) struct OnBehalf {
    pub(crate) at: Moment,
    pub(crate) by: PersonId,
    pub(crate) act: String,
}

/// What others did for a person, the newest first; also for whoever has become part of them (`merging`).
pub(crate) async fn on_behalf_of(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<OnBehalf>, Error> {
    let rows = all!(
        tx,
        (i64, String, String),
        "select at, person_id, act from audit_log where coop_id = $1 and person_id is not null and person_id <> $2 \
         and (on_behalf_of = $2 or on_behalf_of in (select p.person_id from person p where p.merged_into = $2)) order by seq desc limit $3",
        tx.settings().coop.id.to_string(),
        person.to_string(),
        most
    )?;
    let read = |(at, by, act): (i64, String, String)| {
        Ok(OnBehalf { at: Moment::from_seconds(at), by: by.parse().map_err(Error::stored)?, act })
    };
    rows.into_iter().map(read).collect()
}

/// Whether that has been written before.
pub(crate) async fn has(tx: &mut Tx, act: &str, subject: &str) -> Result<bool, Error> {
    let rows: i64 = scalar!(
        tx,
        i64,
        "select count(*) from audit_log where coop_id = $1 and act = $2 and subject = $3",
        tx.settings().coop.id.to_string(),
        act,
        subject
    )?;
    Ok(rows > 0)
}

/// How many rows of the chain are read at once.
const AT_ONCE: i64 = 5_000;

/// Walks the whole chain. The number of its rows, or the first row that doesn't fit.
pub(crate) async fn verify(tx: &mut Tx) -> Result<Result<i64, i64>, Error> {
    let coop = tx.settings().coop.id.to_string();
    let (mut seq, mut hash) = (0, String::new());
    loop {
        let links = all!(
            tx,
            Link,
            "select coop_id, seq, at, person_id, on_behalf_of, act, subject, before, after, prev_hash, hash \
             from audit_log where coop_id = $1 and seq > $2 order by seq limit $3",
            coop.clone(),
            seq,
            AT_ONCE
        )?;
        if links.is_empty() {
            break;
        }
        for link in links {
            if link.seq != seq + 1 || link.prev_hash != hash || link.hash != link.expected_hash() {
                return Ok(Err(seq + 1));
            }
            (seq, hash) = (link.seq, link.hash);
        }
    }
    let head: Option<(i64, String)> =
        optional!(tx, (i64, String), "select seq, hash from audit_head where coop_id = $1", coop)?;
    Ok(if head == Some((seq, hash)) { Ok(seq) } else { Err(seq + 1) })
}
