//! What happens by itself as time passes: offers and reservations end, what nobody needs is forgotten.
//!
//! Safe to run anywhere and twice: each visit is looked at again in its own transaction before anything is done with it.

use domain::{Minutes, VisitId};

use crate::{
    Backend, Error, calls, delivery,
    passing_on::{Leaving, Passed},
    reminding,
    requesting::UNCONFIRMED_KEPT,
    sessions::{self, LONGEST},
    store::{
        attempts, codes, deliveries, drafts, idempotency, passkeys, phone_links, plannings, requests, tx::Tx, visits,
    },
};

/// How long an unsent draft is kept.
const DRAFT_KEPT: Minutes = Minutes(7 * 24 * 60);

/// How long a used or ended code is kept, so that a late try is told that it is too late.
const CODE_KEPT: Minutes = Minutes(24 * 60);

/// How long a run of the planner is kept, to see what became of it.
const PLANNING_KEPT: Minutes = Minutes(30 * 24 * 60);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Offers that ended unanswered.
    pub expired: usize,
    /// Of them, those that went to another member.
    pub passed_on: usize,
    /// Reservations that nobody confirmed.
    pub unconfirmed: usize,
    /// Residents who were reminded of tomorrow.
    pub reminded: usize,
    /// Text messages of which nobody knows whether they went.
    pub unsure: u64,
    /// Rows that had been kept for long enough.
    pub forgotten: u64,
}

impl Backend {
    /// One round.
    pub async fn tick(&self) -> Result<TickReport, Error> {
        let mut report = TickReport::default();
        let overdue = self.read((), |tx, ()| Box::pin(visits::overdue(tx))).await?;
        for (visit, state) in overdue {
            self.end(visit, &state, &mut report).await?;
        }
        (report.reminded, report.unsure) = self
            .write((), |tx, ()| {
                Box::pin(async move {
                    let done = (reminding::remind(tx).await?, delivery::settle(tx).await?);
                    forget(tx).await?;
                    Ok(done)
                })
            })
            .await?;
        report.forgotten = self.forget_old().await?;
        Ok(report)
    }

    async fn end(&self, visit: VisitId, state: &str, report: &mut TickReport) -> Result<(), Error> {
        if state == "reserved" {
            let ended = self.write(visit, |tx, visit| Box::pin(calls::cancel_unconfirmed(tx, *visit))).await;
            report.unconfirmed += usize::from(unless_changed(ended)?.unwrap_or(false));
            return Ok(());
        }
        match unless_changed(self.pass_on(visit, Leaving::Expired).await)? {
            Some(Passed::To(_)) => {
                report.expired += 1;
                report.passed_on += 1;
            }
            Some(Passed::Open) => report.expired += 1,
            Some(Passed::Before) | None => {}
        }
        Ok(())
    }
}

/// Whatever nobody asks for any more is gone.
async fn forget(tx: &mut Tx) -> Result<(), Error> {
    let now = tx.now();
    drafts::forget(tx, now - DRAFT_KEPT).await?;
    codes::forget(tx, now - CODE_KEPT).await?;
    deliveries::forget_codes(tx, now - codes::GOOD_FOR).await?;
    attempts::forget(tx, now - attempts::REMEMBERED).await?;
    idempotency::forget(tx, now - LONGEST).await?;
    sessions::forget(tx).await?;
    phone_links::forget(tx, now - CODE_KEPT).await?;
    passkeys::forget_ceremonies(tx).await?;
    requests::forget(tx, now - UNCONFIRMED_KEPT).await?;
    plannings::give_up_silent(tx).await?;
    plannings::forget(tx, now - PLANNING_KEPT).await
}

/// Somebody answered at this very moment: there is nothing left to end.
fn unless_changed<T>(ended: Result<T, Error>) -> Result<Option<T>, Error> {
    match ended {
        Ok(done) => Ok(Some(done)),
        Err(Error::Refused(refusal)) => {
            tracing::debug!(?refusal, "moved on by itself");
            Ok(None)
        }
        Err(broken) => Err(broken),
    }
}
