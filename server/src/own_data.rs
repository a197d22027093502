//! A person's own data as an archive: one JSON file with everything, and each table as CSV for those who open it in a
//! spreadsheet. It answers a post, is made anew each time, and is kept by nobody (`no-store`).
//!
//! Cells that a spreadsheet would run as a formula are made text (T46).

use std::io::{Cursor, Write};

use app::visitor::Visitor;
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use backend::OwnTable;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Map, Value};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{once, sorry::Sorry};

/// Where it is asked for.
pub const ADDRESS: &str = "/my/data/export";

/// Hands it to the one signed in.
pub async fn export(Extension(visitor): Extension<Visitor>) -> Response {
    let tables = match visitor.backend.export_own_data(&visitor.caller).await {
        Ok(tables) => tables,
        Err(error) => return once::refused(&visitor, &error, "/my/data"),
    };
    match archive(&tables) {
        Ok(bytes) => {
            let kind = (CONTENT_TYPE, "application/zip");
            ([kind, (CONTENT_DISPOSITION, "attachment; filename=\"naapuriapu.zip\"")], bytes).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an archive can't be made");
            Sorry::later().into_response()
        }
    }
}

/// The archive's bytes.
fn archive(tables: &[OwnTable]) -> anyhow::Result<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("naapuriapu.json", options)?;
    serde_json::to_writer_pretty(&mut zip, &json(tables))?;
    for table in tables {
        zip.start_file(format!("{}.csv", table.name), options)?;
        zip.write_all(csv(table).as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Every table by its name, each row by its columns.
fn json(tables: &[OwnTable]) -> Value {
    let row = |table: &OwnTable, row: &Vec<String>| {
        let cells =
            table.columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), Value::from(cell.as_str())));
        Value::Object(cells.collect())
    };
    let rows = |table: &OwnTable| Value::Array(table.rows.iter().map(|cells| row(table, cells)).collect());
    Value::Object(tables.iter().map(|table| (table.name.to_owned(), rows(table))).collect::<Map<_, _>>())
}

/// A table as RFC 4180 has it, after the mark by which spreadsheets know UTF-8.
fn csv(table: &OwnTable) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| cells.map(cell).collect::<Vec<_>>().join(",") + "\r\n";
    let mut text = format!("\u{feff}{}", line(&mut table.columns.iter().copied()));
    for row in &table.rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// One cell, quoted where it must be. What begins like a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', ';', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_cell_is_text_whatever_stands_in_it() {
        for (typed, written) in [
            ("Aino", "Aino"),
            ("=cmd()", "'=cmd()"),
            ("+358400000101", "'+358400000101"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("one, two", "\"one, two\""),
            ("\"so\"\nit is", "\"\"\"so\"\"\nit is\""),
            ("", ""),
        ] {
            assert_eq!(cell(typed), written);
        }
    }

    #[test]
    fn an_archive_has_everything_once_as_json_and_each_table_as_csv() {
        let rows = vec![vec!["=1".to_owned(), "b".to_owned()]];
        let tables = [OwnTable { name: "homes", columns: vec!["a", "c"], rows }];
        let mut archive = zip::ZipArchive::new(Cursor::new(archive(&tables).unwrap())).unwrap();
        let mut read = |name: &str| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
        assert_eq!(read("homes.csv"), "\u{feff}a,c\r\n'=1,b\r\n");
        let json: Value = serde_json::from_str(&read("naapuriapu.json")).unwrap();
        assert_eq!(json["homes"][0]["a"], "=1", "as it is: no spreadsheet reads this");
    }
}
