//! Where *now* comes from. Nothing else in the product reads a clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use domain::{Minutes, Moment};

/// The source of *now*.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock set to `at` when the server started; time runs on from there (`NAAPURIAPU_NOW`, in the demo only).
    Started {
        /// What it showed when it was set.
        at: Moment,
        /// The machine's own instant at which it was set.
        real: Instant,
    },
    /// A clock that only a test moves.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` now and runs on.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    pub fn started(at: Moment) -> Self {
        Self::Started { at, real: Instant::now() }
    }

    /// A clock that stands still at `at` until it is moved.
    pub fn manual(at: Moment) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.seconds())))
    }

    /// Moves a manual clock; any other clock can't be moved and stays as it is.
    pub fn advance(&self, length: Minutes) {
        if let Self::Manual(seconds) = self {
            seconds.fetch_add(length.seconds(), Ordering::SeqCst);
        }
    }

    /// Sets a manual clock; any other clock stays as it is.
    pub fn set(&self, at: Moment) {
        if let Self::Manual(seconds) = self {
            seconds.store(at.seconds(), Ordering::SeqCst);
        }
    }

    /// What it shows.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Moment::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
            }
            Self::Started { at, real } => at.plus_seconds(i64::try_from(real.elapsed().as_secs()).unwrap_or(i64::MAX)),
            Self::Manual(seconds) => Moment::from_seconds(seconds.load(Ordering::SeqCst)),
        }
    }
}
