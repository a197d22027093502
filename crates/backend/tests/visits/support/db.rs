//! What is really in the database, past every use case.

use backend::testing::TestBackend;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

/// Rows of text: every column must be cast to text in the query.
pub(crate) async fn rows(test: &TestBackend, sql: &str) -> Vec<Vec<Option<String>>> {
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
pub(crate) async fn number(test: &TestBackend, sql: &str) -> i64 {
    let rows = rows(test, &format!("select cast(({sql}) as text)")).await;
    rows[0][0].as_ref().expect("a number").parse().expect("a number")
}

/// How many rows a table has.
pub(crate) async fn count(test: &TestBackend, table: &str) -> i64 {
    number(test, &format!("select count(*) from {table}")).await
}
