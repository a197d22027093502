//! Whose turn it is for one of PostgreSQL's connections, so that nobody waits for a database that isn't there.
//!
//! The pool alone can't tell two kinds of waiting apart: while everybody else is being served, which is worth some patience,
//! and for a connection that can't be made, because PostgreSQL is down or takes no more of them. It tries the latter for as
//! long as the former, and holds a place meanwhile. Here a turn comes first; with a turn in hand a connection is free or can
//! be made, so that what takes longer than [`CONNECTING`] is trouble. Then whoever still waits is told at once, unless
//! others were served in the meantime.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Error as SqlError, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::{Error, Refusal};

/// How many transactions there are at once.
const AT_ONCE: u32 = 16;

/// How long a connection may take to be there for somebody whose turn it is.
const CONNECTING: Duration = Duration::from_secs(3);

/// The pool, and the turns for it.
pub(crate) struct Turns {
    pool: PgPool,
    free: Arc<Semaphore>,
    /// How many have had a connection so far.
    served: AtomicU64,
    /// Somebody has waited in vain, and nobody else was served meanwhile.
    nobody_is_served: Notify,
    /// How long a request waits for its turn while others are served.
    patience: Duration,
}

/// Somebody's turn. It ends with their transaction.
pub(crate) type Turn = OwnedSemaphorePermit;

impl Turns {
    pub(crate) async fn open(options: PgConnectOptions, patience: Duration) -> Result<Self, SqlError> {
        let pool =
            PgPoolOptions::new().max_connections(AT_ONCE).acquire_timeout(CONNECTING).connect_with(options).await?;
        Ok(Self {
            pool,
            free: Arc::new(Semaphore::new(AT_ONCE as usize)),
            served: AtomicU64::new(0),
            nobody_is_served: Notify::new(),
            patience,
        })
    }

    /// A transaction that begins so, when it is its turn.
    ///
    /// # Errors
    /// [`Refusal::TryLater`] when there is none in time; the database's own error when it begins none.
    pub(crate) async fn begin(&self, how: &'static str) -> Result<(Transaction<'static, Postgres>, Turn), Error> {
        let turn = tokio::select! {
            turn = self.free.clone().acquire_owned() => turn.map_err(|_| SqlError::PoolClosed)?,
            () = self.nobody_is_served.notified() => return Err(Refusal::TryLater.into()),
            () = tokio::time::sleep(self.patience) => return Err(SqlError::PoolTimedOut.into()),
        };
        let before = self.served.load(Ordering::SeqCst);
        match self.pool.begin_with(how).await {
            Ok(transaction) => {
                self.served.fetch_add(1, Ordering::SeqCst);
                Ok((transaction, turn))
            }
            Err(error) => {
                if self.served.load(Ordering::SeqCst) == before {
                    self.nobody_is_served.notify_waiters();
                }
                Err(error.into())
            }
        }
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}
