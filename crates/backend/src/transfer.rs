//! `naapuriapu export | naapuriapu import`: everything that one database holds, carried to another one, which may be of
//! the other kind. So a co-op that began with SQLite moves to PostgreSQL, or back.
//!
//! It is text, a JSON value a line. First what it is: `{"naapuriapu_export":1,"schema":10}`. Then each table: its name and
//! columns, a line a row, and how many rows there were with the SHA-256 of their lines. Last how many tables there were:
//! what was cut off on the way lacks it. The same contents make the same bytes on either database.
//!
//! An import is one transaction: all of it, into a database with nothing in it, or nothing. What was written is read
//! back and compared with what came, row by row by their hash, before any of it counts.
//!
//! What it isn't: a copy to put back after a fire (`backup`), or somebody's own data (`own_data`).

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Backend, Broken, Error,
    store::{
        hex,
        tables::{self, Cell, Table},
        tx::Tx,
    },
};

/// The form of what is written. Another form is another number.
const FORM: u32 = 1;

/// What was carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// How many tables.
    pub tables: u64,
    /// How many rows in all.
    pub rows: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning {
    naapuriapu_export: u32,
    /// The newest migration: a database of another version has other columns.
    schema: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableBegins {
    table: String,
    columns: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEnds {
    rows: u64,
    sha256: String,
}

/// A line between the first and the last.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Row(Vec<Cell>),
    Begins(TableBegins),
    Ends(TableEnds),
    End(Carried),
}

/// How many rows have passed, and their hash.
#[derive(Default)]
struct Passing {
    rows: u64,
    hash: Sha256,
}

impl Passing {
    fn passes(&mut self, line: &str) {
        self.rows += 1;
        self.hash.update(line);
        self.hash.update(b"\n");
    }

    fn ends(self) -> TableEnds {
        TableEnds { rows: self.rows, sha256: hex(&self.hash.finalize()) }
    }
}

impl Backend {
    /// Writes everything that the database holds at this moment. What is sealed stays sealed, but names and streets are in
    /// the clear.
    ///
    /// # Errors
    /// When the database can't be read, or the text can't be written.
    pub async fn export(&self, to: &mut (impl Write + Send)) -> Result<Carried, Error> {
        let mut tx = self.0.pools.begin_read(self.now(), self.0.entropy.clone(), self.settings()).await?;
        let carried = export(&mut tx, to).await?;
        tx.commit().await?;
        Ok(carried)
    }

    /// Takes in what [`Backend::export`] wrote, where nothing is yet. The settings and whoever was erased meanwhile are read
    /// when the database is opened the next time.
    ///
    /// # Errors
    /// [`Broken::Setting`] in words for people who operate: something is here already, it is of another version, it was
    /// cut off or changed on the way. Then nothing was written.
    pub async fn import(&self, from: &mut (impl BufRead + Send)) -> Result<Carried, Error> {
        let mut tx = self.0.pools.begin_write(self.now(), self.0.entropy.clone(), self.settings()).await?;
        match import(&mut tx, from).await {
            Ok(carried) => {
                tx.commit().await?;
                Ok(carried)
            }
            Err(error) => {
                tx.rollback().await?;
                Err(error)
            }
        }
    }
}

async fn export(tx: &mut Tx, to: &mut (impl Write + Send)) -> Result<Carried, Error> {
    tables::take_all_the_time(tx).await?;
    write(to, &json(&Beginning { naapuriapu_export: FORM, schema: tables::schema(tx).await? })?)?;
    let every_table = tables::every_table(tx).await?;
    let mut carried = Carried { tables: 0, rows: 0 };
    for table in &every_table {
        let columns = table.column_names().into_iter().map(str::to_owned).collect();
        write(to, &json(&TableBegins { table: table.name.clone(), columns })?)?;
        let ends = read(tx, table, |line| write(to, line)).await?;
        write(to, &json(&ends)?)?;
        carried = Carried { tables: carried.tables + 1, rows: carried.rows + ends.rows };
    }
    write(to, &json(&carried)?)?;
    to.flush().map_err(|error| unwritten(&error))?;
    Ok(carried)
}

/// Tells each row of the table as its line.
async fn read(
    tx: &mut Tx,
    table: &Table,
    mut tell: impl FnMut(&str) -> Result<(), Error> + Send,
) -> Result<TableEnds, Error> {
    let mut passing = Passing::default();
    tables::each_row(tx, table, |row| {
        let line = json(&row)?;
        passing.passes(&line);
        tell(&line)
    })
    .await?;
    Ok(passing.ends())
}

async fn import(tx: &mut Tx, from: &mut (impl BufRead + Send)) -> Result<Carried, Error> {
    let mut lines = Lines { from, number: 0 };
    let beginning: Beginning = lines.next(|line| serde_json::from_str(line))?;
    let schema = tables::schema(tx).await?;
    if beginning.naapuriapu_export != FORM || beginning.schema != schema {
        return Err(refused(&format!(
            "it was written by another version (form {}, schema {}; here form {FORM}, schema {schema}): export and import \
             with the same program",
            beginning.naapuriapu_export, beginning.schema
        )));
    }
    tables::take_all_the_time(tx).await?;
    let mut to_come = tables::every_table(tx).await?;
    let not_empty = tables::not_empty(tx, &to_come).await?;
    if !not_empty.is_empty() {
        return Err(refused(&format!("there is something in this database already ({})", not_empty.join(", "))));
    }
    tables::begin_filling(tx).await?;
    let mut came = Vec::new();
    let said = loop {
        match lines.next(|line| serde_json::from_str(line))? {
            Line::Begins(TableBegins { table, columns }) => {
                let here = to_come.iter().position(|known| known.name == table && known.column_names() == columns);
                let Some(here) = here else { return Err(lines.wrong("such a table isn't here, or came already")) };
                let table = to_come.remove(here);
                let ends = fill(tx, &table, &mut lines).await?;
                came.push((table, ends));
            }
            Line::End(said) => break said,
            Line::Row(_) | Line::Ends(_) => return Err(lines.wrong("it belongs to no table")),
        }
    };
    if let Some(missing) = to_come.first() {
        return Err(lines.wrong(&format!("{} didn't come", missing.name)));
    }
    let every_table: Vec<Table> = came.iter().map(|(table, _)| table.clone()).collect();
    tables::end_filling(tx, &every_table).await?;
    let mut carried = Carried { tables: 0, rows: 0 };
    for (table, ends) in &came {
        if read(tx, table, |_| Ok(())).await? != *ends {
            return Err(refused(&format!("{} isn't here as it came", table.name)));
        }
        carried = Carried { tables: carried.tables + 1, rows: carried.rows + ends.rows };
    }
    if carried == said { Ok(carried) } else { Err(lines.wrong("the number of tables or rows is another")) }
}

/// Writes the rows up to the table's end, and tells what they were.
async fn fill(tx: &mut Tx, table: &Table, lines: &mut Lines<'_, impl BufRead>) -> Result<TableEnds, Error> {
    let mut passing = Passing::default();
    let mut waiting = Vec::new();
    loop {
        match lines.next(|line| {
            serde_json::from_str(line).inspect(|read| {
                if let Line::Row(_) = read {
                    passing.passes(line);
                }
            })
        })? {
            Line::Row(row) if row.len() == table.columns.len() => waiting.push(row),
            Line::Ends(said) => {
                let ends = passing.ends();
                if ends != said {
                    return Err(lines.wrong(&format!("the rows of {} aren't those that were written", table.name)));
                }
                tables::fill(tx, table, waiting).await?;
                return Ok(ends);
            }
            _ => return Err(lines.wrong(&format!("it isn't a row of {}", table.name))),
        }
        if waiting.len() == tables::AT_ONCE {
            tables::fill(tx, table, std::mem::take(&mut waiting)).await?;
        }
    }
}

/// What is read, and at which line.
struct Lines<'r, R> {
    from: &'r mut R,
    number: u64,
}

impl<R: BufRead> Lines<'_, R> {
    fn next<T>(&mut self, parse: impl FnOnce(&str) -> serde_json::Result<T>) -> Result<T, Error> {
        let mut line = String::new();
        self.number += 1;
        match self.from.read_line(&mut line) {
            Ok(0) => Err(self.wrong("it ends too early")),
            // What is in the line is people's own: it isn't repeated.
            Ok(_) => parse(line.trim_end_matches('\n')).map_err(|_| self.wrong("it isn't what an export writes")),
            Err(error) => Err(self.wrong(&error.to_string())),
        }
    }

    fn wrong(&self, why: &str) -> Error {
        refused(&format!("line {}: {why}", self.number))
    }
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::stored)
}

fn write(to: &mut impl Write, line: &str) -> Result<(), Error> {
    writeln!(to, "{line}").map_err(|error| unwritten(&error))
}

fn unwritten(error: &std::io::Error) -> Error {
    Broken::Setting(format!("the export can't be written: {error}")).into()
}

fn refused(why: &str) -> Error {
    Broken::Setting(format!("nothing was imported: {why}")).into()
}
