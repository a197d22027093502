//! The connections. SQLite has one that writes and a few that read; PostgreSQL has one pool.

use std::{fs::File, str::FromStr, sync::Arc, time::Duration};

use domain::Moment;
use futures::future::BoxFuture;
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    pool::PoolConnectionMetadata,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    turns::Turns,
    tx::{Conn, Tx},
};
use crate::{Broken, Entropy, Error, Settings};

/// The open database.
pub(crate) enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(Turns),
}

/// How long a request waits for a connection before it is told to try later.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether the connection can be used again. When the disk is full, SQLite itself ends the transaction; sqlx 0.9 then can't
/// roll back, takes the connection to be in that transaction for good, and begins no other: nobody could order any more
/// until the server was started again. Such a connection is closed, and another opened.
fn can_begin_again(conn: &mut SqliteConnection, _: PoolConnectionMetadata) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        // What was sent to it before is done by then, the rollback of what was dropped too.
        conn.ping().await?;
        Ok(!conn.is_in_transaction())
    })
}

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
            SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).after_release(can_begin_again);
        let writer = writer.connect_with(options.clone()).await?;
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
        let options = PgConnectOptions::from_str(database_url)?;
        // A connection of its own, which may wait as long as it takes: for PostgreSQL to start, for another process that
        // migrates, for a large table to be changed.
        let migrating = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
        let migrating = migrating.connect_with(options.clone()).await?;
        sqlx::migrate!("migrations/postgres").run(&migrating).await.map_err(Broken::from)?;
        migrating.close().await;
        // Nothing that people wait for takes so long; a transaction that was forgotten holds nobody up for ever.
        let options = options.options([("statement_timeout", "10s"), ("idle_in_transaction_session_timeout", "30s")]);
        Ok(Self::Postgres(Turns::open(options, PATIENCE).await?))
    }

    /// A transaction that may change things. On SQLite it is the only one from its first moment.
    pub(crate) async fn begin_write(
        &self,
        now: Moment,
        entropy: Entropy,
        settings: Arc<Settings>,
    ) -> Result<Tx, Error> {
        let (conn, turn) = match self {
            Self::Sqlite { writer, .. } => (Conn::Sqlite(writer.begin_with("begin immediate").await?), None),
            Self::Postgres(turns) => {
                let (conn, turn) = turns.begin("begin").await?;
                (Conn::Postgres(conn), Some(turn))
            }
        };
        Ok(Tx::new(conn, turn, now, entropy, settings))
    }

    /// A transaction that sees one moment of the database and changes nothing.
    pub(crate) async fn begin_read(&self, now: Moment, entropy: Entropy, settings: Arc<Settings>) -> Result<Tx, Error> {
        let (conn, turn) = match self {
            Self::Sqlite { readers, .. } => (Conn::Sqlite(readers.begin().await?), None),
            Self::Postgres(turns) => {
                let (conn, turn) = turns.begin("begin isolation level repeatable read read only").await?;
                (Conn::Postgres(conn), Some(turn))
            }
        };
        Ok(Tx::new(conn, turn, now, entropy, settings))
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(turns) => turns.close().await,
        }
    }
}
