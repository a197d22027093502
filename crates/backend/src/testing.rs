//! Databases for tests: a fresh one each, SQLite always and PostgreSQL where there is one.
//!
//! `NAAPURIAPU_TEST_POSTGRES` is the URL of a superuser on a cluster of the tests' own; each test gets a database in
//! it. With `NAAPURIAPU_REQUIRE_POSTGRES` set (as `cargo xtask test` does), a missing cluster is a failure.

pub mod authenticator;
pub mod db;
pub mod history;
pub mod soak;
pub mod world;

use std::{
    env,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use domain::Moment;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{Backend, Clock, Entropy};

/// Monday 23 November 2026, 9:00 in Helsinki: when tests begin unless they say otherwise.
pub const MONDAY_MORNING: i64 = 1_795_417_200;

/// A database of a test's own. Dropped with it.
pub struct TestBackend {
    /// The open backend, on a clock that only the test moves and a fixed seed.
    pub backend: Backend,
    /// Its clock.
    pub clock: Clock,
    /// Its address, to open it once more.
    pub url: String,
    /// Which database it is, for messages: "sqlite" or "postgres".
    pub kind: &'static str,
    folder: Option<PathBuf>,
}

impl TestBackend {
    /// The same database opened once more by the machine's own clock: to look at what a server left that was killed.
    ///
    /// # Panics
    /// When it can't be opened.
    pub async fn again(&self) -> Self {
        self.again_by(Clock::System).await
    }

    /// The same database opened once more by that clock, with ids that no other test of its seed has drawn.
    ///
    /// # Panics
    /// When it can't be opened.
    #[expect(clippy::expect_used, reason = "a database that doesn't open any more is a failed test")]
    pub async fn again_by(&self, clock: Clock) -> Self {
        let backend = Backend::open(&self.url, clock.clone(), Entropy::from_system()).await.expect("the same database");
        Self { backend, clock, url: self.url.clone(), kind: self.kind, folder: None }
    }

    /// All is well: a database in the tests' cluster goes away. One whose test failed stays to be looked at.
    pub async fn put_away(self) {
        self.backend.close().await;
        if self.kind == "postgres" {
            drop_database(&self.url).await;
        }
    }

    /// The newest messages, newest first, codes included.
    ///
    /// # Panics
    /// When the database can't be read.
    #[expect(clippy::expect_used, reason = "a test without a database can't go on")]
    pub async fn messages(&self) -> Vec<crate::OutboxMessage> {
        let read = self.backend.read((), |tx, ()| Box::pin(crate::store::outbox::newest(tx, 1_000)));
        read.await.expect("the outbox")
    }

    /// The code in the newest message that has one.
    ///
    /// # Panics
    /// When no code was sent.
    #[expect(clippy::expect_used, reason = "a test that waits for a code can't go on without")]
    pub async fn newest_code(&self) -> String {
        let mut codes = self.messages().await.into_iter().filter_map(|message| match message.message {
            domain::Message::SignInCode { code } => Some(code.to_string()),
            _ => None,
        });
        codes.next().expect("a code was sent")
    }

    /// Somebody signed in the way people do it, by number and code; and their token.
    ///
    /// # Panics
    /// When nobody signs in by that number.
    #[expect(clippy::expect_used, reason = "a test whose people can't sign in can't go on")]
    pub async fn signed_in_by_code(&self, phone: &str) -> (crate::Caller, String) {
        let token = self.backend.open_session().await.expect("a session");
        let caller = self.backend.caller(Some(&token)).await.expect("a caller");
        // An address of their own: the limits of a household aren't what such tests are about.
        let client = format!("2001:db8::{phone}");
        self.backend.ask_code(&caller, phone, domain::Language::Finnish, &client).await.expect("a code");
        let code = self.newest_code().await;
        let token = self.backend.answer_code(&caller, &code).await.expect("the right code").token;
        (self.backend.caller(Some(&token)).await.expect("a caller"), token)
    }

    /// Walks the whole trace. The number of its rows.
    ///
    /// # Panics
    /// When a row was taken out or changed.
    #[expect(clippy::expect_used, reason = "a broken chain is a failed test")]
    pub async fn audit_rows(&self) -> i64 {
        let read = self.backend.read((), |tx, ()| Box::pin(crate::store::audit::verify(tx)));
        read.await.expect("the trace").expect("an unbroken chain")
    }
}

impl Drop for TestBackend {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What can't be removed is in the system's temporary folder anyway.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

fn unique() -> String {
    format!("naapuriapu_test_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::SeqCst))
}

/// A fresh SQLite database at [`MONDAY_MORNING`].
///
/// # Panics
/// When it can't be made.
pub async fn sqlite() -> TestBackend {
    sqlite_by(monday_morning()).await
}

fn monday_morning() -> Clock {
    Clock::manual(Moment::from_seconds(MONDAY_MORNING))
}

/// A fresh SQLite database by that clock: the machine's own where a server in a process of its own has it too.
///
/// # Panics
/// When it can't be made.
#[expect(clippy::expect_used, reason = "a test without a database can't go on")]
pub async fn sqlite_by(clock: Clock) -> TestBackend {
    let folder = env::temp_dir().join(unique());
    let url = format!("sqlite://{}/test.db", folder.display());
    let backend = Backend::open(&url, clock.clone(), Entropy::from_seed(1)).await.expect("a SQLite database");
    TestBackend { backend, clock, url, kind: "sqlite", folder: Some(folder) }
}

/// A fresh PostgreSQL database at [`MONDAY_MORNING`]; `None` where there is no cluster and none is required.
///
/// # Panics
/// When it can't be made, or is required and there is no cluster.
pub async fn postgres() -> Option<TestBackend> {
    postgres_by(monday_morning()).await
}

/// A fresh PostgreSQL database by that clock, as [`sqlite_by`].
///
/// # Panics
/// When it can't be made, or is required and there is no cluster.
#[expect(clippy::expect_used, reason = "a test without a database can't go on")]
pub async fn postgres_by(clock: Clock) -> Option<TestBackend> {
    let Ok(cluster) = env::var("NAAPURIAPU_TEST_POSTGRES") else {
        assert!(
            env::var_os("NAAPURIAPU_REQUIRE_POSTGRES").is_none(),
            "NAAPURIAPU_TEST_POSTGRES isn't set, and NAAPURIAPU_REQUIRE_POSTGRES is"
        );
        return None;
    };
    let name = unique();
    let mut admin = PgConnection::connect(&cluster).await.expect("the test cluster");
    sqlx::raw_sql(AssertSqlSafe(format!("drop database if exists {name}"))).execute(&mut admin).await.expect("drop");
    sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await.expect("create");
    admin.close().await.expect("close");
    let (server, query) = cluster.split_once('?').map_or((cluster.as_str(), None), |(s, q)| (s, Some(q)));
    let server = server.rsplit_once('/').map_or(server, |(server, _)| server);
    let url = query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"));
    let backend = Backend::open(&url, clock.clone(), Entropy::from_seed(1)).await.expect("a PostgreSQL database");
    Some(TestBackend { backend, clock, url, kind: "postgres", folder: None })
}

/// Tells the story on SQLite, and on PostgreSQL where there is one.
pub async fn both_databases<F>(story: F)
where
    F: AsyncFn(&TestBackend),
{
    story(&sqlite().await).await;
    if let Some(test) = postgres().await {
        story(&test).await;
        test.put_away().await;
    }
}

/// Takes a database of a test that went well away; one that failed is left to look at.
async fn drop_database(url: &str) {
    let Ok(cluster) = env::var("NAAPURIAPU_TEST_POSTGRES") else { return };
    let name = url.rsplit('/').next().and_then(|name| name.split('?').next()).unwrap_or_default().to_owned();
    if let Ok(mut admin) = PgConnection::connect(&cluster).await {
        let drop = format!("drop database if exists {name} with (force)");
        let _ = sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut admin).await;
    }
}
