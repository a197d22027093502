//! The connections. SQLite has one that writes and a few that read; PostgreSQL has one pool.

use std::{fs::File, str::FromStr, sync::Arc, time::Duration};

use domain::Moment;
use sqlx::{
    PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::tx::{Conn, Tx};
use crate::{Broken, Entropy, Error, Settings};

/// The open database.
pub(crate) enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// How long a request waits for a connection before it is told to try later.
const PATIENCE: Duration = Duration::from_secs(30);

impl Pools {
    pub(crate) async fn open(database_url: &str) -> Result<Self, Error> {
        if database_url.starts_with("sqlite:") {
            Self::open_sqlite(database_url).await
        } else if database_url.starts_with("postgres:") || database_url.starts_with("postgresql:") {
            Self::open_postgres(database_url).await
        } else {
            Err(Broken::Setting("DATABASE_URL must begin with sqlite:// or postgres://".to_owned()).into())
        }
    }

    async fn open_sqlite(database_url: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(database_url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged is on the disk: a commit waits for it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is gone from the file too, not only from the tables.
            .pragma("secure_delete", "on")
            // Another process (backup, migrate) may hold the file for a moment.
            .busy_timeout(Duration::from_secs(5));
        let file = options.get_filename().to_owned();
        let unusable = |error: std::io::Error| Broken::Setting(format!("the database's folder can't be used: {error}"));
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(unusable)?;
        }
        // Two processes that start at once would both make the tables: the second waits here and finds them made.
        let turn = File::create(file.with_extension("migrating")).map_err(unusable)?;
        let turn = tokio::task::spawn_blocking(move || turn.lock().map(|()| turn)).await;
        let turn = turn.map_err(|_| Broken::Panicked)?.map_err(unusable)?;
        // One writer: measured faster than several, and it can never be refused with "database is locked".
        let writer =
            SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_with(options.clone()).await?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await.map_err(Broken::from)?;
        drop(turn);
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(PATIENCE)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    async fn open_postgres(database_url: &str) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(database_url)?
            // Nothing that people wait for takes so long; a transaction that was forgotten holds nobody up for ever.
            .options([("statement_timeout", "10s"), ("idle_in_transaction_session_timeout", "30s")]);
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(PATIENCE).connect_with(options).await?;
        sqlx::migrate!("migrations/postgres").run(&pool).await.map_err(Broken::from)?;
        Ok(Self::Postgres(pool))
    }

    /// A transaction that may change things. On SQLite it is the only one from its first moment.
    pub(crate) async fn begin_write(
        &self,
        now: Moment,
        entropy: Entropy,
        settings: Arc<Settings>,
    ) -> Result<Tx, Error> {
        let conn = match self {
            Self::Sqlite { writer, .. } => Conn::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        Ok(Tx::new(conn, now, entropy, settings))
    }

    /// A transaction that sees one moment of the database and changes nothing.
    pub(crate) async fn begin_read(&self, now: Moment, entropy: Entropy, settings: Arc<Settings>) -> Result<Tx, Error> {
        let conn = match self {
            Self::Sqlite { readers, .. } => Conn::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Conn::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        };
        Ok(Tx::new(conn, now, entropy, settings))
    }

    /// What was deleted is gone from the journal beside the file too. (`PostgreSQL`'s vacuum does its part by itself.)
    pub(crate) async fn empty_journal(&self) -> Result<(), Error> {
        if let Self::Sqlite { writer, .. } = self {
            sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
