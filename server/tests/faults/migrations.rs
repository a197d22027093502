//! A migration that is killed, two that run at once, and a program that is older than the database (T19).

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Output, Stdio},
    time::Duration,
};

use backend::{
    Clock, Entropy, peek,
    testing::{self, TestBackend, db, soak},
};
use tokio::time::sleep;

use crate::server::{Folder, command};

/// How many processes migrate at once.
const TOGETHER: usize = 4;

/// T19 on SQLite: whenever it was killed, and however many start at once, the database ends migrated once.
#[tokio::test]
async fn migrations_killed_and_together_on_sqlite() {
    let reference = testing::sqlite_by(Clock::System).await;
    let wanted = schema(&reference).await;
    let random = Entropy::from_seed(soak::seed(19));
    for _ in 0..rounds() {
        let folder = Folder::new();
        let url = format!("sqlite://{}/migrated.db", folder.path().display());
        killed_then_together(&url, folder.path(), &random).await;
        let mut migrated = reference.again().await;
        migrated.url = url;
        assert_eq!(schema(&migrated).await, wanted);
    }
    println!(
        "soak: sqlite: {} databases, each migration killed three times and then run by {TOGETHER} at once",
        rounds()
    );
    reference.put_away().await;
}

/// T19 on PostgreSQL.
#[tokio::test]
async fn migrations_killed_and_together_on_postgres() {
    let Some(reference) = testing::postgres_by(Clock::System).await else { return };
    let wanted = schema(&reference).await;
    let random = Entropy::from_seed(soak::seed(19));
    let folder = Folder::new();
    for _ in 0..rounds() {
        // Everything goes, as in a database that was just made.
        peek::execute(&reference.url, "drop schema public cascade").await;
        peek::execute(&reference.url, "create schema public").await;
        killed_then_together(&reference.url, folder.path(), &random).await;
        assert_eq!(schema(&reference).await, wanted);
    }
    println!(
        "soak: postgres: {} databases, each migration killed three times and then run by {TOGETHER} at once",
        rounds()
    );
    reference.put_away().await;
}

fn rounds() -> u32 {
    if soak::is_on() { 30 } else { 4 }
}

async fn killed_then_together(url: &str, folder: &Path, random: &Entropy) {
    for _ in 0..3 {
        let mut killed = migrate(url, folder);
        // Starting takes some milliseconds, all of the migrations some tens.
        sleep(Duration::from_millis(random.below(120).into())).await;
        killed.kill().unwrap();
        killed.wait().unwrap();
    }
    let together: Vec<Child> = (0..TOGETHER).map(|_| migrate(url, folder)).collect();
    for migrating in together {
        let ended = migrating.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", told(&ended));
    }
}

fn migrate(url: &str, folder: &Path) -> Child {
    command(folder, &["migrate"], &[("DATABASE_URL", url)]).stderr(Stdio::piped()).spawn().unwrap()
}

/// What the database consists of, and which migrations it says it has had.
async fn schema(test: &TestBackend) -> BTreeMap<String, u32> {
    let parts = if test.kind == "sqlite" {
        "select type || ' ' || name || ' ' || coalesce(sql, '') from sqlite_master \
         union all select 'migration ' || version || ' ' || hex(checksum) || ' ' || success from _sqlx_migrations \
         union all select 'co-op ' || count(*) from coop"
    } else {
        "select 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable \
         from information_schema.columns where table_schema = 'public' \
         union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint \
         where connamespace = 'public'::regnamespace \
         union all select 'index ' || indexdef from pg_indexes where schemaname = 'public' \
         union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal \
         union all select 'migration ' || version || ' ' || encode(checksum, 'hex') || ' ' || success from _sqlx_migrations \
         union all select 'co-op ' || count(*) from coop"
    };
    let mut counted = BTreeMap::new();
    for row in db::rows(test, parts).await {
        *counted.entry(row[0].clone().expect("a text")).or_default() += 1;
    }
    assert!(counted.keys().filter(|part| part.starts_with("migration")).count() > 5, "{counted:?}");
    counted
}

/// T19: what a newer version has changed, this one leaves alone, and says so in one sentence.
#[tokio::test]
async fn an_older_program_leaves_a_newer_database_alone() {
    for test in [Some(testing::sqlite_by(Clock::System).await), testing::postgres_by(Clock::System).await] {
        let Some(test) = test else { continue };
        let success = if test.kind == "sqlite" { "1" } else { "true" };
        let later = format!(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             select 9999, 'later', {success}, checksum, 0 from _sqlx_migrations where version = 1"
        );
        peek::execute(&test.url, &later).await;
        let before = (schema(&test).await, peek::dump(&test.url).await);
        let folder = Folder::new();
        for doing in ["migrate", "serve", "demo", "audit"] {
            let settings = [("DATABASE_URL", test.url.as_str()), ("NAAPURIAPU_LISTEN", "127.0.0.1:0")];
            let refused = command(folder.path(), &[doing], &settings).stderr(Stdio::piped()).output().unwrap();
            assert_eq!(refused.status.code(), Some(1), "{doing}: {}", told(&refused));
            assert_eq!(
                told(&refused).trim(),
                "The database belongs to a newer version of Naapuriapu than this one, which leaves it as it is."
            );
        }
        assert_eq!((schema(&test).await, peek::dump(&test.url).await), before);
        test.put_away().await;
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
