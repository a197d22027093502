//! What lets somebody in as a person: their sessions, codes, linked phones, passkeys, e-mail address. Closed together when a
//! row of theirs goes over to another, and when it comes back.

use domain::PersonId;

use crate::{
    Error,
    store::{
        merging::Merging,
        passkeys, people, phone_links, sessions,
        tx::{Tx, execute, scalar},
    },
};

/// Sessions, codes and linked phones of the one who goes open nothing any more; nobody serves them, and no order of theirs is
/// being made.
pub(crate) async fn close_doors(tx: &mut Tx, gone: PersonId, by: PersonId) -> Result<(), Error> {
    let id = gone.to_string();
    shut(tx, gone, by).await?;
    passkeys::delete_all(tx, gone).await?;
    execute!(
        tx,
        "delete from outbox where person_id = $1 and kind = 'sign_in_code' and sent_at is null and taken_at is null",
        id.clone()
    )?;
    execute!(tx, "delete from draft where draft like $1", format!("%{id}%"))?;
    Ok(())
}

/// Whoever was let in as the one who stays since the two were put together may have been the other: sessions, linked phones,
/// and passkeys and an e-mail address of that time open nothing any more.
pub(crate) async fn close_since(tx: &mut Tx, merging: &Merging, by: PersonId) -> Result<(), Error> {
    let (kept, made) = (merging.kept, merging.made.seconds());
    shut(tx, kept, by).await?;
    execute!(tx, "delete from passkey where person_id = $1 and made >= $2", kept.to_string(), made)?;
    let email: i64 = scalar!(
        tx,
        i64,
        "select count(*) from audit_log where act = 'email.set' and subject = $1 and at >= $2",
        kept.to_string(),
        made
    )?;
    if email > 0 {
        people::remove_email(tx, kept).await?;
    }
    Ok(())
}

/// Nobody is signed in as them, no code or linked phone of theirs opens anything, and nobody serves them.
async fn shut(tx: &mut Tx, person: PersonId, by: PersonId) -> Result<(), Error> {
    let id = person.to_string();
    sessions::end_others(tx, person, None).await?;
    execute!(tx, "update session set serving_id = null where serving_id = $1", id.clone())?;
    execute!(tx, "delete from sign_in_code where person_id = $1", id)?;
    phone_links::end_all(tx, person, by).await
}
