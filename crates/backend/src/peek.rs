//! For tests only: looks into a database beside the use cases, and changes what no use case can.
//!
//! A test that asks "did this change anything?" compares two [`dump`]s; one that needs a role taken away says so with
//! [`execute`]. Nothing of the product calls this.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// Every row of every table, as text, by table. Migrations' own table is left out.
///
/// # Panics
/// When the database can't be read.
#[expect(clippy::expect_used, reason = "a test without its database can't go on")]
pub async fn dump(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    if url.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(url).await.expect("the test's database");
        let names: Vec<String> = sqlx::query_scalar(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '\\_sqlx%' escape '\\'",
        )
        .fetch_all(&mut db)
        .await
        .expect("tables");
        for name in names {
            let columns: Vec<String> = sqlx::query_scalar("select name from pragma_table_info($1)")
                .bind(&name)
                .fetch_all(&mut db)
                .await
                .expect("columns");
            let row = columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join("||' '||");
            let sql = AssertSqlSafe(format!("select {row} from \"{name}\" order by 1"));
            tables.insert(name, sqlx::query_scalar(sql).fetch_all(&mut db).await.expect("rows"));
        }
        db.close().await.expect("close");
    } else {
        let mut db = PgConnection::connect(url).await.expect("the test's database");
        let names: Vec<String> = sqlx::query_scalar(
            "select tablename::text from pg_tables where schemaname = 'public' and tablename not like '\\_sqlx%'",
        )
        .fetch_all(&mut db)
        .await
        .expect("tables");
        for name in names {
            let sql = AssertSqlSafe(format!("select row_to_json(t)::text from \"{name}\" t order by 1"));
            tables.insert(name, sqlx::query_scalar(sql).fetch_all(&mut db).await.expect("rows"));
        }
        db.close().await.expect("close");
    }
    tables
}

/// Runs one statement of the test's own.
///
/// # Panics
/// When it can't be run.
#[expect(clippy::expect_used, reason = "a test without its database can't go on")]
pub async fn execute(url: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(url).await.expect("the test's database");
        sqlx::query(sql).execute(&mut db).await.expect("the statement");
        db.close().await.expect("close");
    } else {
        let mut db = PgConnection::connect(url).await.expect("the test's database");
        sqlx::query(sql).execute(&mut db).await.expect("the statement");
        db.close().await.expect("close");
    }
}
