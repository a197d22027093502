//! T58: everything one database holds is carried to another, of the other kind and back, row by row; nothing of what was
//! cut off, changed or sent twice on the way is taken; and where it came to, the promises hold as before.

use std::io::Cursor;

use backend::{
    Backend, Error, demo, peek,
    testing::{
        self, TestBackend, both_databases,
        world::{LONG, Member, every_day, member},
    },
};
use domain::{JobKind, OrderId, Problem};

use super::support::{at, at_once, db, history, is_problem, order, soak};

const JOB: JobKind = JobKind::CleaningUsual;

async fn export(test: &TestBackend) -> String {
    let mut written = Vec::new();
    let carried = test.backend.export(&mut written).await.expect("an export");
    assert!(carried.rows > 0, "{}", test.kind);
    String::from_utf8(written).expect("text")
}

async fn import(backend: &Backend, text: &str) -> Result<u64, Error> {
    Ok(backend.import(&mut Cursor::new(text.as_bytes())).await?.rows)
}

/// Every row of every table, read past the product and put in order here: the product's own order and hash aren't asked.
async fn everything(test: &TestBackend) -> Vec<(String, Vec<Vec<Option<String>>>)> {
    let columns = if test.kind == "sqlite" {
        "select t.name, c.name from sqlite_schema t join pragma_table_info(t.name) c
         where t.type = 'table' and t.name not like 'sqlite%' and t.name not like '%sqlx%'"
    } else {
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = 'public' and table_name not like '%sqlx%'"
    };
    let mut columns: Vec<(String, String)> = db::rows(test, columns)
        .await
        .into_iter()
        .map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap()))
        .collect();
    columns.sort();
    let mut tables = Vec::new();
    for of_table in columns.chunk_by(|one, next| one.0 == next.0) {
        let cells: Vec<String> = of_table.iter().map(|(_, column)| format!("cast(\"{column}\" as text)")).collect();
        let table = &of_table[0].0;
        let mut rows = db::rows(test, &format!("select {} from \"{table}\"", cells.join(", "))).await;
        rows.sort();
        let columns: Vec<&str> = of_table.iter().map(|(_, column)| column.as_str()).collect();
        tables.push((format!("{table}({})", columns.join(", ")), rows));
    }
    tables
}

/// Many old visits that were called off, each of an order of its own, as copies of one that is there.
async fn grow_old(test: &TestBackend, many: u32) {
    let copies = |table: &str, changed: &[(&str, &str)], columns: Vec<String>| {
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let change = changed.iter().find(|(name, _)| name == column);
                change.map_or_else(|| column.clone(), |(_, value)| (*value).to_owned())
            })
            .collect();
        format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {many})
             insert into {table} ({}) select {} from n, (select * from {table} limit 1) as one",
            columns.join(", "),
            values.join(", ")
        )
    };
    let id = |place: u32| format!("printf('0000000{place}-0000-8000-8000-%012x', i)");
    let (order, visit) = (id(1), id(2));
    for (table, changed) in [
        (
            "help_order",
            &[("order_id", order.as_str()), ("slip_code", "'VANHA ' || i"), ("note", "'Lumi & jää ' || i")][..],
        ),
        (
            "visit",
            &[
                ("visit_id", visit.as_str()),
                ("order_id", &order),
                ("state", "'cancelled'"),
                ("member_id", "null"),
                ("planned_start", "null"),
                ("block_start", "null"),
                ("block_end", "null"),
                ("offer_id", "null"),
                ("offer_expires", "null"),
                ("reserved_until", "null"),
                ("done", "null"),
                ("worked", "null"),
                ("cancelled_at", "one.made + i"),
                ("cancelled_by", "'coop'"),
            ],
        ),
    ] {
        let columns = db::rows(test, &format!("select name from pragma_table_info('{table}')")).await;
        let columns = columns.into_iter().map(|row| row[0].clone().unwrap()).collect();
        peek::execute(&test.url, &copies(table, changed, columns)).await;
    }
}

/// The demo neighbourhood and thousands of old visits, there and back: equal row by row, and the same bytes. The soak's has
/// ten thousand.
#[tokio::test(flavor = "multi_thread")]
async fn a_neighbourhood_moves_to_postgres_and_back() {
    let here = testing::sqlite().await;
    demo::fill(&here.backend, demo::SEED).await.unwrap();
    let old = if soak::is_on() { 10_000 } else { 1_500 };
    grow_old(&here, old).await;
    let (text, rows) = (export(&here).await, everything(&here).await);
    assert_eq!(text, export(&here).await, "the same contents make the same bytes");
    assert!(db::count(&here, "visit").await > i64::from(old));

    let of_rows: u64 = rows.iter().map(|(_, rows)| rows.len() as u64).sum();
    let mut on_the_way = text.clone();
    if let Some(there) = testing::postgres().await {
        assert_eq!(import(&there.backend, &text).await.unwrap(), of_rows);
        assert_eq!(rows, everything(&there).await);
        assert_eq!(there.audit_rows().await, here.audit_rows().await);
        on_the_way = export(&there).await;
        assert_eq!(text, on_the_way);
        there.put_away().await;
    }
    let back = testing::sqlite().await;
    assert_eq!(import(&back.backend, &on_the_way).await.unwrap(), of_rows);
    assert_eq!(rows, everything(&back).await);
    println!("soak: {of_rows} rows with {old} old visits carried there and back, equal row by row");
}

/// Where it came to, everything is as it was: who was refused is refused, who is signed in orders, and of many who want one
/// time one has it. The foreign keys and the database's own guard stand there as in any other.
#[tokio::test(flavor = "multi_thread")]
async fn where_it_came_to_the_promises_hold() {
    let here = testing::sqlite().await;
    here.with_jobs(LONG).await;
    here.member(Member { hours: every_day(10, 12), ..member("Mikko") }).await;
    let (first, second) = (at("2026-11-24T10:00"), at("2026-11-25T10:00"));
    let crowd = here.crowd(40, JOB, |number| number, |_| first).await;
    let taken = order(&here, &crowd[0].0, JOB, first).await.unwrap();
    let text = export(&here).await;

    both_databases(async |test| {
        import(&test.backend, &text).await.unwrap();
        let there = test.again_by(test.clock.clone()).await;
        let refused = order(&there, &crowd[1].0, JOB, first).await;
        assert!(is_problem(&refused, "time", Problem::TimeTaken), "{}: {refused:?}", there.kind);
        for (caller, _) in &crowd {
            there.draft(caller, JOB, second).await;
        }
        let (answers, _) = at_once(crowd.iter().map(|(caller, _)| {
            let (backend, caller) = (there.backend.clone(), caller.clone());
            async move {
                let key = backend.draft(&caller).await.unwrap().unwrap().key;
                backend.send_order(&caller, &key.to_string(), "client").await
            }
        }))
        .await;
        let won: Vec<OrderId> = answers
            .iter()
            .filter_map(|answer| match answer {
                Ok(backend::Sent::Ordered(order)) => Some(*order),
                _ => None,
            })
            .collect();
        assert_eq!(won.len(), 1, "{}", there.kind);
        history::check(&there, &[taken, won[0]], false).await;
        if there.kind == "postgres" {
            let changed = "select cast(count(*) as text) from pg_constraint where contype = 'f' and condeferrable";
            assert_eq!(db::rows(&there, changed).await[0][0].as_deref(), Some("0"), "as the migrations made them");
        }
        there.backend.close().await;
    })
    .await;
}

/// Nothing is written where something is, or of what isn't whole, unchanged, of this version and about what is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_is_not_taken() {
    let here = testing::sqlite().await;
    here.with_jobs(LONG).await;
    here.member(member("Mikko")).await;
    let aino = here.resident("Aino", 7).await;
    order(&here, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
    let text = export(&here).await;
    let lines: Vec<&str> = text.lines().collect();
    let place = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    let visit = place("{\"table\":\"visit\"");
    let without = |gone: std::ops::Range<usize>| {
        let kept = lines.iter().enumerate().filter(|(number, _)| !gone.contains(number)).map(|(_, line)| *line);
        kept.fold(String::new(), |text, line| text + line + "\n")
    };
    let cases = [
        ("cut off", text[..text.len() / 2].to_owned(), "line"),
        ("without its end", without(lines.len() - 1..lines.len()), "too early"),
        ("without a row", without(visit + 1..visit + 2), "aren't those that were written"),
        ("with a changed row", text.replacen("Tervakukkatie", "Tervakukkakuja", 1), "aren't those that were written"),
        ("without a table", without(visit..visit + 3), "visit didn't come"),
        (
            "a table twice",
            text.replacen(
                "{\"table\":\"visit\"",
                &format!("{}\n{{\"table\":\"visit\"", lines[1..place("{\"table\":\"audit_log\"")].join("\n")),
                1,
            ),
            "came already",
        ),
        ("of another version", text.replacen("\"schema\":", "\"schema\":9", 1), "another version"),
        ("something else", "id,name\n1,Aino\n".to_owned(), "isn't what an export writes"),
        ("nothing", String::new(), "too early"),
        ("of a resident who isn't there", pointing_nowhere(&here, &text).await, "points at"),
    ];
    both_databases(async |test| {
        let before = everything(test).await;
        for (what, text, why) in &cases {
            let refused = import(&test.backend, text).await.unwrap_err().to_string();
            let by_the_database = *why == "points at" && refused.contains("foreign key");
            assert!(refused.contains(why) || by_the_database, "{}: {what}: {refused}", test.kind);
            assert!(!refused.contains("Aino"), "{}: {what}: {refused}", test.kind);
            assert_eq!(before, everything(test).await, "{}: {what}", test.kind);
        }
        import(&test.backend, &text).await.unwrap();
        let twice = import(&test.backend, &text).await.unwrap_err().to_string();
        assert!(twice.contains("there is something in this database already"), "{}: {twice}", test.kind);
    })
    .await;
}

/// An export in which every hash is right and an order's resident is nobody: as if somebody had written it by hand.
async fn pointing_nowhere(here: &TestBackend, text: &str) -> String {
    let elsewhere = testing::sqlite().await;
    import(&elsewhere.backend, text).await.unwrap();
    peek::execute(
        &elsewhere.url,
        "pragma foreign_keys = off; update visit set resident_id = '00000000-0000-8000-8000-000000000000'",
    )
    .await;
    assert_eq!(db::count(&elsewhere, "visit").await, db::count(here, "visit").await);
    export(&elsewhere).await
}
