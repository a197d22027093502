//! What a use case may answer instead of a result. Two audiences: people get a [`Refusal`], which pages put into
//! words; operators get [`Broken`] with its whole chain, in the log only.

use domain::{FieldProblem, Problem};

/// Why a use case didn't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The product says no, and can say why.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Something of ours is broken. People are told to try later; the chain is for the log.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// A closed list of what a person may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Answers that can't be taken, field by field.
    Fields(Vec<FieldProblem>),
    /// Only for those who are signed in.
    SignInFirst,
    /// Not from a linked phone (`phones`): whoever wants it signs in by a code.
    NeedsCode,
    /// Not theirs, or nothing at all: the two are told apart by nobody.
    NotYours,
    /// It has moved on since the page was made.
    Changed,
    /// Too much at once, or a limit of ours: another time.
    TryLater,
}

/// What broke.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The database refused an overlap: the last guard, normally never reached because of the checks before it.
    #[error("the member's time is taken (database guard)")]
    MemberTimeTaken,
    /// The same unique thing exists already; the constraint's name or message.
    #[error("already there: {0}")]
    AlreadyThere(String),
    /// The database couldn't.
    #[error("database")]
    Database(#[source] sqlx::Error),
    /// A migration couldn't be run.
    #[error("migration")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored contradicts itself or can't be read.
    #[error("stored data: {0}")]
    Stored(String),
    /// The task that did the work panicked.
    #[error("the work panicked")]
    Panicked,
    /// A setting can't be used.
    #[error("setting: {0}")]
    Setting(String),
}

impl Error {
    /// One field is wrong.
    pub fn field(field: &str, problem: Problem) -> Self {
        Self::Refused(Refusal::Fields(vec![FieldProblem::new(field, problem)]))
    }

    /// Stored data that can't be read.
    pub(crate) fn stored(what: impl std::fmt::Display) -> Self {
        Self::Broken(Broken::Stored(what.to_string()))
    }

    /// Whether the database's own guard against double booking refused.
    pub fn is_member_time_taken(&self) -> bool {
        matches!(self, Self::Broken(Broken::MemberTimeTaken))
    }

    /// Whether the same transaction may succeed when it is run again (PostgreSQL 40001 and 40P01).
    pub(crate) fn is_worth_retrying(&self) -> bool {
        let Self::Broken(Broken::Database(sqlx::Error::Database(error))) = self else { return false };
        error.code().is_some_and(|code| code == "40001" || code == "40P01")
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Vec<FieldProblem>> for Error {
    fn from(problems: Vec<FieldProblem>) -> Self {
        Self::Refused(Refusal::Fields(problems))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        // Nothing is broken when everybody comes at once: whoever waited too long for a connection may come again.
        if matches!(error, sqlx::Error::PoolTimedOut) {
            tracing::warn!("no connection became free in time");
            return Self::Refused(Refusal::TryLater);
        }
        Self::Broken(Broken::from(error))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::stored(error)
    }
}

/// The one place where a constraint's name becomes a typed error.
impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(inner) = &error {
            // SQLite's trigger says `member_time_taken` in its message; PostgreSQL's exclusion constraint is named so.
            if inner.constraint() == Some("member_time_taken") || inner.message().contains("member_time_taken") {
                return Self::MemberTimeTaken;
            }
            if inner.is_unique_violation() {
                return Self::AlreadyThere(inner.constraint().unwrap_or(inner.message()).to_owned());
            }
        }
        Self::Database(error)
    }
}
