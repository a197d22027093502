//! What is acknowledged is on the disk (T16).
//!
//! A killed process proves that nothing is written by halves, not that anything was written to the disk: the kernel has it
//! all. So the calls by which the server waits for the disk are counted, and made to fail, by `strace`. Where there is no
//! strace, or it may trace nothing, these tests say so and pass over themselves; that each connection of SQLite's is set to
//! wait (`pragma synchronous` is read back on every one) is then all that is shown, by
//! `every_sqlite_connection_waits_for_the_disk_and_readers_only_read` in the backend. PostgreSQL syncs in a process of its
//! own, and its `fsync` is its administrator's.

use std::{fs, path::Path, process::Command};

use backend::testing::history;
use domain::OrderId;

use crate::{
    neighbourhood::{Neighbourhood, On},
    orders::{Orderer, Said},
    server::{BINARY, Folder, Server},
};

/// How many order, one after the other.
const ORDERS: u32 = 30;

/// T16: an order that is acknowledged was waited for. One after the other, none can share another's wait.
#[tokio::test(flavor = "multi_thread")]
async fn every_order_waits_for_the_disk() {
    if !may_trace() {
        return;
    }
    let neighbourhood = Neighbourhood::new(On::Sqlite, 3, ORDERS).await.expect("SQLite is always there");
    let (database, orderers) = (neighbourhood.database, neighbourhood.orderers);
    let folder = Folder::new();
    let calls = folder.path().join("calls");
    let mut server = traced(&database.url, &calls, &["-e", "trace=fsync,fdatasync"]).await;
    let before = waits(&calls);
    let acknowledged = all_settle(&server, &orderers).await;
    let waited = waits(&calls) - before;
    server.kill();
    assert!(waited >= acknowledged.len(), "{} orders were acknowledged, and {waited} waits", acknowledged.len());
    let left = database.again().await;
    history::check(&left, &acknowledged, false).await;
    println!(
        "soak: sqlite: {} orders acknowledged one after the other, {waited} waits for the disk",
        acknowledged.len()
    );
    left.put_away().await;
}

/// T16: when the disk says that it couldn't keep it, the order isn't acknowledged; and sent again it is one order.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_did_not_keep_is_not_acknowledged() {
    if !may_trace() {
        return;
    }
    let neighbourhood = Neighbourhood::new(On::Sqlite, 3, ORDERS).await.expect("SQLite is always there");
    let (database, orderers) = (neighbourhood.database, neighbourhood.orderers);
    let folder = Folder::new();
    let failing = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"];
    let mut server = traced(&database.url, &folder.path().join("calls"), &failing).await;
    for orderer in &orderers {
        assert_eq!(orderer.send(server.address).await.expect("an answer"), Said::Later);
    }
    server.kill();
    let server = Server::start(&database.url).await;
    let acknowledged = all_settle(&server, &orderers).await;
    drop(server);
    let left = database.again().await;
    history::check(&left, &acknowledged, false).await;
    println!("soak: sqlite: {ORDERS} orders while every wait for the disk failed: none was acknowledged");
    left.put_away().await;
}

async fn all_settle(server: &Server, orderers: &[Orderer]) -> Vec<OrderId> {
    let mut acknowledged = Vec::new();
    for orderer in orderers {
        if let Said::Ordered(order) = orderer.settle(server.address).await.said {
            acknowledged.push(order);
        }
    }
    assert!(!acknowledged.is_empty(), "nobody could order");
    acknowledged
}

/// A server whose calls are written down. Strace stands aside (`-D`), so that the process is the server's own.
async fn traced(url: &str, calls: &Path, how: &[&str]) -> Server {
    let program = [&["strace", "-D", "-f", "-qq", "-o", calls.to_str().unwrap()], how, &[BINARY]].concat();
    Server::start_by(&program, &[("DATABASE_URL", url)]).await
}

/// How often it has waited for the disk so far.
fn waits(calls: &Path) -> usize {
    let calls = fs::read_to_string(calls).unwrap_or_default();
    // A call that another thread's stands between is told in two lines, of which the second has its answer.
    calls.lines().filter(|line| line.contains("sync") && line.trim_end().ends_with("= 0")).count()
}

fn may_trace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let may = traced.is_ok_and(|output| output.status.success());
    if !may {
        println!("Passed over: there is no strace here, or it may trace nothing.");
    }
    may
}
