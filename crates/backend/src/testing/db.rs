//! What is really in the database, past every use case.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that can't look can't go on")]

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use super::TestBackend;

/// Rows of text: every column must be cast to text in the query.
///
/// # Panics
/// When it can't be asked.
pub async fn rows(test: &TestBackend, sql: &str) -> Vec<Vec<Option<String>>> {
    if test.kind == "sqlite" {
        let mut conn = SqliteConnection::connect(&test.url).await.expect("the database");
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut conn).await.expect("a query");
        rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
    } else {
        let mut conn = PgConnection::connect(&test.url).await.expect("the database");
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut conn).await.expect("a query");
        rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
    }
}

/// The one number of a query.
///
/// # Panics
/// When it can't be asked, or answers something else.
pub async fn number(test: &TestBackend, sql: &str) -> i64 {
    let rows = rows(test, &format!("select cast(({sql}) as text)")).await;
    rows[0][0].as_ref().expect("a number").parse().expect("a number")
}

/// How many rows a table has.
///
/// # Panics
/// When there is no such table.
pub async fn count(test: &TestBackend, table: &str) -> i64 {
    number(test, &format!("select count(*) from {table}")).await
}
