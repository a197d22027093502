//! How long what is kept: at most once an hour, a few rows at a time, what has been kept for long enough goes.
//!
//! Sessions, codes, drafts and runs of the planner go in every round of the jobs (`jobs`): they are few. Visits, and the
//! trace of who did what, stay: they say nothing of anybody once their person has been erased (`leaving`).

use std::sync::atomic::Ordering;

use domain::Minutes;

use crate::{
    Backend, Error,
    sign_in::KNOWN_DAYS,
    store::{merging, retention},
};

/// How long a question to somebody else is kept once it has its answer, or can't get one any more.
const INVITATION_KEPT: Minutes = days(30);

/// How long what was typed into a form is kept.
const FORM_KEPT: Minutes = days(7);

/// How many rows of a kind go in one transaction, and how many transactions there are in one round.
const AT_ONCE: i64 = 200;
const ROUNDS: usize = 20;

const fn days(days: i64) -> Minutes {
    Minutes(days * 24 * 60)
}

impl Backend {
    /// Forgets what has been kept for long enough, unless that was done within this hour. How many rows went.
    pub(crate) async fn forget_old(&self) -> Result<u64, Error> {
        let hour = self.now().seconds().div_euclid(3600);
        if self.0.forgot_in_hour.swap(hour, Ordering::SeqCst) == hour {
            return Ok(0);
        }
        let mut all = self.let_go().await?;
        for _ in 0..ROUNDS {
            let gone = self.write((), |tx, ()| Box::pin(round(tx))).await?;
            all += gone;
            if gone == 0 {
                break;
            }
        }
        Ok(all)
    }
}

async fn round(tx: &mut crate::store::tx::Tx) -> Result<u64, Error> {
    let now = tx.now();
    let messages_kept = days(tx.settings().coop.messages_days);
    Ok(retention::messages(tx, now - messages_kept, AT_ONCE).await?
        + retention::invitations(tx, now - INVITATION_KEPT, AT_ONCE).await?
        + retention::requests(tx, now - INVITATION_KEPT, AT_ONCE).await?
        + retention::clients(tx, now - days(KNOWN_DAYS), AT_ONCE).await?
        + retention::forms(tx, now - FORM_KEPT, AT_ONCE).await?
        + merging::settle(tx).await?)
}
