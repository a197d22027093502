//! One submission of one form does one thing: the key rendered into the form, kept with the result in the transaction
//! that does the work.

use domain::{Moment, SubmissionKey};

use crate::{
    Error,
    store::{
        sha256_hex,
        tx::{Tx, execute, optional},
    },
};

/// What a key says about a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Submission {
    /// It is new: do the work, then [`finish`].
    New,
    /// It was done: the same answer again.
    Done(String),
    /// The same key came with other contents, or from somebody else.
    Different,
}

/// Claims the key. The same key in another transaction waits until this one ends. Call it before anything is changed.
pub(crate) async fn begin(tx: &mut Tx, key: SubmissionKey, scope: &str, payload: &str) -> Result<Submission, Error> {
    let hash = sha256_hex(payload);
    let claimed = execute!(
        tx,
        "insert into submission (submission_key, scope, payload_hash, made) values ($1, $2, $3, $4) \
         on conflict do nothing",
        key.to_string(),
        scope,
        hash.clone(),
        tx.now().seconds()
    )?;
    if claimed == 1 {
        return Ok(Submission::New);
    }
    Ok(match find(tx, key).await? {
        Some((by, of, Some(result))) if by == scope && of == hash => Submission::Done(result),
        _ => Submission::Different,
    })
}

/// The answer that a key has had, for the one who sent it, whatever the contents are now.
pub(crate) async fn answer(tx: &mut Tx, key: SubmissionKey, scope: &str) -> Result<Option<String>, Error> {
    Ok(find(tx, key).await?.filter(|(by, _, _)| by == scope).and_then(|(_, _, result)| result))
}

async fn find(tx: &mut Tx, key: SubmissionKey) -> Result<Option<(String, String, Option<String>)>, Error> {
    optional!(
        tx,
        (String, String, Option<String>),
        "select scope, payload_hash, result from submission where submission_key = $1",
        key.to_string()
    )
}

/// Keeps the answer.
pub(crate) async fn finish(tx: &mut Tx, key: SubmissionKey, result: &str) -> Result<(), Error> {
    execute!(tx, "update submission set result = $2 where submission_key = $1", key.to_string(), result)?;
    Ok(())
}

/// Forgets submissions before that instant: nobody sends a form again after so long.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from submission where made < $1", before.seconds())?;
    Ok(())
}
