//! Every table as such, whatever stands in it: read row by row as text, and written again on either database.
//!
//! What it isn't: an aggregate. It knows no table but the two that migrations fill; only `transfer` asks it.
//!
//! Columns are TEXT and BIGINT on both databases, so that text is enough to carry any value. Rows come in one order on
//! both: by every column in the order of their names, text by its bytes.

use futures::{Stream, StreamExt};
use sqlx::{AssertSqlSafe, Row as _};

use super::tx::{Conn, Tx, all, execute, scalar};
use crate::{Broken, Error};

/// What migrations put into an empty database: the co-op, and the head of its trace.
const MADE_BY_MIGRATIONS: [&str; 2] = ["audit_head", "coop"];

/// How many rows are written by one statement.
pub(crate) const AT_ONCE: usize = 500;

/// One value of a row, as text; nothing: null.
pub(crate) type Cell = Option<String>;

/// A table's name and its columns in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    number: bool,
    /// PostgreSQL counts it on by itself.
    counted: bool,
}

impl Table {
    pub(crate) fn column_names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// Every column between quotes, as told.
    fn each(&self, tell: impl Fn(usize, &Column) -> String) -> String {
        self.columns.iter().enumerate().map(|(place, column)| tell(place, column)).collect::<Vec<_>>().join(", ")
    }

    fn named(&self) -> String {
        self.each(|_, column| format!("\"{}\"", column.name))
    }

    fn select(&self, postgres: bool) -> String {
        let columns = self.each(|_, column| format!("cast(\"{}\" as text)", column.name));
        let order = self.each(|_, column| {
            let by_bytes = if postgres && !column.number { " collate \"C\"" } else { "" };
            // With the table's name: without it PostgreSQL would order by what was cast to text.
            format!("it.\"{}\"{by_bytes} nulls first", column.name)
        });
        format!("select {columns} from \"{}\" as it order by {order}", self.name)
    }
}

/// Every table, by name.
pub(crate) async fn every_table(tx: &mut Tx) -> Result<Vec<Table>, Error> {
    let sql = match &tx.conn {
        Conn::Sqlite(_) => {
            "select t.name, c.name, lower(c.type), 0 from sqlite_schema t join pragma_table_info(t.name) c
             where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\' and t.name not like '\\_sqlx%' escape '\\'
             order by t.name, c.name"
        }
        Conn::Postgres(_) => {
            "select t.table_name::text, c.column_name::text, c.data_type::text, (c.is_identity = 'YES')::int::bigint
             from information_schema.tables t
             join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
             where t.table_schema = current_schema() and t.table_type = 'BASE TABLE' and t.table_name not like '\\_sqlx%'
             order by t.table_name::text collate \"C\", c.column_name::text collate \"C\""
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, kind, counted) in all!(tx, (String, String, String, i64), sql)? {
        let number = match kind.as_str() {
            "integer" | "bigint" => true,
            "text" => false,
            other => return Err(Error::stored(format!("{table}.{name} is {other}, which text can't carry"))),
        };
        let column = Column { name, number, counted: counted == 1 };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// The newest migration that has run.
pub(crate) async fn schema(tx: &mut Tx) -> Result<i64, Error> {
    scalar!(tx, i64, "select cast(max(version) as bigint) from _sqlx_migrations")
}

/// A large table takes longer than anything that people wait for.
pub(crate) async fn take_all_the_time(tx: &mut Tx) -> Result<(), Error> {
    if let Conn::Postgres(_) = &tx.conn {
        execute!(tx, "set local statement_timeout = 0")?;
        execute!(tx, "set local idle_in_transaction_session_timeout = 0")?;
    }
    Ok(())
}

/// The table's rows, one after the other.
pub(crate) async fn each_row(
    tx: &mut Tx,
    table: &Table,
    mut tell: impl FnMut(Vec<Cell>) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    macro_rules! cells {
        ($rows:expr) => {
            told(
                $rows.map(|row| row.and_then(|row| (0..row.len()).map(|place| row.try_get(place)).collect())),
                &mut tell,
            )
        };
    }
    match &tx.conn {
        Conn::Sqlite(_) => {
            let sql = AssertSqlSafe(table.select(false));
            cells!(sqlx::query(sql).fetch(tx.sqlite()?)).await
        }
        Conn::Postgres(_) => {
            let sql = AssertSqlSafe(table.select(true));
            cells!(sqlx::query(sql).fetch(tx.postgres()?)).await
        }
    }
}

async fn told(
    mut rows: impl Stream<Item = Result<Vec<Cell>, sqlx::Error>> + Unpin + Send,
    tell: &mut (impl FnMut(Vec<Cell>) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    while let Some(row) = rows.next().await {
        tell(row?)?;
    }
    Ok(())
}

/// Which tables have something in them that no migration has put there. Nobody else writes until this transaction ends.
pub(crate) async fn not_empty(tx: &mut Tx, tables: &[Table]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for Table { name, .. } in tables {
        if let Conn::Postgres(_) = &tx.conn {
            execute!(tx, AssertSqlSafe(format!("lock table \"{name}\" in access exclusive mode")))?;
        }
        let all_right = i64::from(MADE_BY_MIGRATIONS.contains(&name.as_str()));
        if scalar!(tx, i64, AssertSqlSafe(format!("select count(*) from \"{name}\"")))? > all_right {
            found.push(name.clone());
        }
    }
    Ok(found)
}

/// From here until [`end_filling`] rows may point at what comes after them; what migrations put here is gone.
pub(crate) async fn begin_filling(tx: &mut Tx) -> Result<(), Error> {
    match &tx.conn {
        Conn::Sqlite(_) => {
            execute!(tx, "pragma defer_foreign_keys = on")?;
        }
        Conn::Postgres(_) => references(tx, "deferrable initially deferred").await?,
    }
    for name in MADE_BY_MIGRATIONS {
        execute!(tx, AssertSqlSafe(format!("delete from \"{name}\"")))?;
    }
    Ok(())
}

/// Writes these rows, each as long as the table has columns.
pub(crate) async fn fill(tx: &mut Tx, table: &Table, rows: Vec<Vec<Cell>>) -> Result<(), Error> {
    match &tx.conn {
        Conn::Sqlite(_) => {
            let values = table.each(|place, column| {
                let kind = if column.number { "integer" } else { "text" };
                format!("cast(${} as {kind})", place + 1)
            });
            let sql = format!("insert into \"{}\" ({}) values ({values})", table.name, table.named());
            for row in rows {
                let query = row.into_iter().fold(sqlx::query(AssertSqlSafe(sql.clone())), sqlx::query::Query::bind);
                query.execute(tx.sqlite()?).await?;
            }
        }
        Conn::Postgres(_) => {
            let arrays = table.each(|place, _| format!("${}::text[]", place + 1));
            let cells =
                table.each(|place, column| format!("cell{place}::{}", if column.number { "bigint" } else { "text" }));
            let names = table.each(|place, _| format!("cell{place}"));
            let sql = format!(
                "insert into \"{}\" ({}) overriding system value select {cells} from unnest({arrays}) as row({names})",
                table.name,
                table.named()
            );
            let mut columns: Vec<Vec<Cell>> = table.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
            for row in rows {
                columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
            }
            let query = columns.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), sqlx::query::Query::bind);
            query.execute(tx.postgres()?).await?;
        }
    }
    Ok(())
}

/// Every row points at something that is there, or this fails; what counts itself on goes on after the highest.
pub(crate) async fn end_filling(tx: &mut Tx, tables: &[Table]) -> Result<(), Error> {
    match &tx.conn {
        Conn::Sqlite(_) => {
            let loose: Option<String> =
                scalar!(tx, Option<String>, "select min(\"table\") from pragma_foreign_key_check()")?;
            if let Some(table) = loose {
                return Err(Broken::Setting(format!("a row of {table} points at something that isn't there")).into());
            }
        }
        Conn::Postgres(_) => {
            execute!(tx, "set constraints all immediate")?;
            references(tx, "not deferrable").await?;
            for Table { name, columns } in tables {
                for Column { name: column, .. } in columns.iter().filter(|column| column.counted) {
                    let sql = format!(
                        "select setval(pg_get_serial_sequence('{name}', '{column}'), coalesce(max(\"{column}\"), 1),
                         max(\"{column}\") is not null) from \"{name}\""
                    );
                    scalar!(tx, i64, AssertSqlSafe(sql))?;
                }
            }
        }
    }
    Ok(())
}

/// When PostgreSQL looks at what rows point at.
async fn references(tx: &mut Tx, when: &str) -> Result<(), Error> {
    let sql = "select c.conrelid::regclass::text, c.conname::text from pg_constraint c
               join pg_namespace n on n.oid = c.connamespace
               where c.contype = 'f' and n.nspname = current_schema() order by 1, 2";
    for (table, name) in all!(tx, (String, String), sql)? {
        execute!(tx, AssertSqlSafe(format!("alter table {table} alter constraint \"{name}\" {when}")))?;
    }
    Ok(())
}
