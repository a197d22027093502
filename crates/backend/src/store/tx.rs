//! One transaction on either database, and the macros by which a query is written once for both.
//!
//! ```ignore
//! let row: Option<PersonRow> = optional!(tx, PersonRow, "select … from person where person_id = $1", id)?;
//! let rows: Vec<PersonRow> = all!(tx, PersonRow, "select … from person where coop_id = $1", coop)?;
//! let count: i64 = scalar!(tx, i64, "select count(*) from person where coop_id = $1", coop)?;
//! let changed: u64 = execute!(tx, "update person set phone = $2 where person_id = $1", id, phone)?;
//! ```
//!
//! What both understand: `$1`, `returning`, `on conflict`, partial indexes, `coalesce`, `case`, `cast(… as bigint)`
//! (a sum of BIGINT is NUMERIC in PostgreSQL: cast it back). Columns are TEXT, BIGINT, BLOB/BYTEA; a flag is 0 or 1.
//! What differs has a function here: [`Tx::lock_member`].

use domain::{Moment, PersonId};

use super::turns::Turn;
use crate::{Entropy, Error, Settings};

/// A connection with an open transaction.
pub(crate) enum Conn {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// One use case's transaction: the connection, and what it may know of the world. *Now* stands still within it.
pub(crate) struct Tx {
    pub(crate) conn: Conn,
    /// Given back after the connection.
    _turn: Option<Turn>,
    now: Moment,
    entropy: Entropy,
    settings: std::sync::Arc<Settings>,
}

/// Every row.
macro_rules! all {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match &$tx.conn {
            $crate::store::tx::Conn::Sqlite(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($arg))*;
                match $tx.sqlite() {
                    Ok(conn) => query.fetch_all(conn).await,
                    Err(error) => Err(error),
                }
            }
            $crate::store::tx::Conn::Postgres(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($arg))*;
                match $tx.postgres() {
                    Ok(conn) => query.fetch_all(conn).await,
                    Err(error) => Err(error),
                }
            }
        }.map_err($crate::Error::from)
    };
}

/// The row, if there is one.
macro_rules! optional {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match &$tx.conn {
            $crate::store::tx::Conn::Sqlite(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($arg))*;
                match $tx.sqlite() {
                    Ok(conn) => query.fetch_optional(conn).await,
                    Err(error) => Err(error),
                }
            }
            $crate::store::tx::Conn::Postgres(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($arg))*;
                match $tx.postgres() {
                    Ok(conn) => query.fetch_optional(conn).await,
                    Err(error) => Err(error),
                }
            }
        }.map_err($crate::Error::from)
    };
}

/// The one value of the one row.
macro_rules! scalar {
    ($tx:expr, $value:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match &$tx.conn {
            $crate::store::tx::Conn::Sqlite(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query_scalar::<sqlx::Sqlite, $value>($sql)$(.bind($arg))*;
                match $tx.sqlite() {
                    Ok(conn) => query.fetch_one(conn).await,
                    Err(error) => Err(error),
                }
            }
            $crate::store::tx::Conn::Postgres(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query_scalar::<sqlx::Postgres, $value>($sql)$(.bind($arg))*;
                match $tx.postgres() {
                    Ok(conn) => query.fetch_one(conn).await,
                    Err(error) => Err(error),
                }
            }
        }.map_err($crate::Error::from)
    };
}

/// Changes rows and tells how many.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match &$tx.conn {
            $crate::store::tx::Conn::Sqlite(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query::<sqlx::Sqlite>($sql)$(.bind($arg))*;
                match $tx.sqlite() {
                    Ok(conn) => query.execute(conn).await.map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                }
            }
            $crate::store::tx::Conn::Postgres(_) => {
                // Bound first, so that an argument may ask the transaction itself.
                let query = sqlx::query::<sqlx::Postgres>($sql)$(.bind($arg))*;
                match $tx.postgres() {
                    Ok(conn) => query.execute(conn).await.map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                }
            }
        }.map_err($crate::Error::from)
    };
}

pub(crate) use {all, execute, optional, scalar};

impl Tx {
    pub(crate) fn new(
        conn: Conn,
        turn: Option<Turn>,
        now: Moment,
        entropy: Entropy,
        settings: std::sync::Arc<Settings>,
    ) -> Self {
        Self { conn, _turn: turn, now, entropy, settings }
    }

    /// The connection, if it is SQLite's. For the macros.
    pub(crate) fn sqlite(&mut self) -> Result<&mut sqlx::SqliteConnection, sqlx::Error> {
        match &mut self.conn {
            Conn::Sqlite(conn) => Ok(conn),
            Conn::Postgres(_) => Err(sqlx::Error::Protocol("not SQLite".to_owned())),
        }
    }

    /// The connection, if it is PostgreSQL's. For the macros.
    pub(crate) fn postgres(&mut self) -> Result<&mut sqlx::PgConnection, sqlx::Error> {
        match &mut self.conn {
            Conn::Postgres(conn) => Ok(conn),
            Conn::Sqlite(_) => Err(sqlx::Error::Protocol("not PostgreSQL".to_owned())),
        }
    }

    /// When this use case happens.
    pub(crate) fn now(&self) -> Moment {
        self.now
    }

    /// What the co-op has decided for everybody.
    pub(crate) fn settings(&self) -> std::sync::Arc<Settings> {
        self.settings.clone()
    }

    /// Draws from another stream from here on: the demo neighbourhood's ids come from its seed.
    pub(crate) fn draw_from(&mut self, entropy: Entropy) {
        self.entropy = entropy;
    }

    /// Random bytes, for an id: `VisitId::from_random(tx.random())`.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        self.entropy.bytes()
    }

    /// A random number below `end`.
    pub(crate) fn random_below(&self, end: u32) -> u32 {
        self.entropy.below(end)
    }

    /// Everybody else who wants to change this member's time waits from here until this transaction ends. To be called
    /// first, before what is decided on is read. With several members: in order of id, or two of them wait for each
    /// other for ever.
    pub(crate) async fn lock_member(&mut self, member: PersonId) -> Result<(), Error> {
        if let Conn::Postgres(conn) = &mut self.conn {
            sqlx::query("select person_id from member where person_id = $1 for no key update")
                .bind(member.to_string())
                .execute(&mut **conn)
                .await?;
        }
        // SQLite has one writer: `begin immediate` locked everything already.
        Ok(())
    }

    /// Every member's plan stands still from here. For what concerns many of them at once: somebody falls ill, a plan is
    /// accepted. Everybody who orders or answers meanwhile waits.
    pub(crate) async fn lock_all_members(&mut self) -> Result<(), Error> {
        let coop = self.settings.coop.id;
        if let Conn::Postgres(conn) = &mut self.conn {
            // In order of id, like everybody who locks more than one.
            sqlx::query("select person_id from member where coop_id = $1 order by person_id for no key update")
                .bind(coop.to_string())
                .execute(&mut **conn)
                .await?;
        }
        Ok(())
    }

    /// The whole co-op's plan stands still from here: used where the choice of member is part of the decision.
    /// Orders that take this wait a few milliseconds for each other; nobody is given a time that is just being taken.
    pub(crate) async fn lock_plans(&mut self, coop: domain::CoopId) -> Result<(), Error> {
        if let Conn::Postgres(conn) = &mut self.conn {
            sqlx::query("select coop_id from coop where coop_id = $1 for no key update")
                .bind(coop.to_string())
                .execute(&mut **conn)
                .await?;
        }
        Ok(())
    }

    /// Everybody else who asks for the same name waits from here until this transaction ends. For counting: two requests
    /// at once must not both find room for the last one.
    pub(crate) async fn lock_name(&mut self, name: &str) -> Result<(), Error> {
        if let Conn::Postgres(conn) = &mut self.conn {
            sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind(name)
                .execute(&mut **conn)
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        match self.conn {
            Conn::Sqlite(conn) => conn.commit().await?,
            Conn::Postgres(conn) => conn.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), Error> {
        match self.conn {
            Conn::Sqlite(conn) => conn.rollback().await?,
            Conn::Postgres(conn) => conn.rollback().await?,
        }
        Ok(())
    }
}
