//! The disk is full while people order (T17).
//!
//! The database stands on a small tmpfs in a mount namespace of the server's own, so that nothing else of the machine is
//! hurt, and the test fills what is left of it through `/proc`. Where no such namespace may be made (an unprivileged
//! container), this test says so and passes over itself; the one in `crates/backend/src/store/tests.rs`, which bounds the
//! database's pages (`pragma max_page_count`) and meets the same `SQLITE_FULL`, runs everywhere.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use backend::testing::{history, soak};
use domain::OrderId;

use crate::{
    neighbourhood::{Neighbourhood, On},
    orders::{Orderer, Said, says_nothing_of_the_inside},
    server::{BINARY, Folder, Server},
    wire,
};

/// In the namespace: a disk of that size at the place given, the database copied onto it, and then the server.
const ON_A_SMALL_DISK: &str =
    "mount -t tmpfs -o size=32m tmpfs \"$1\" && cp \"$2\" \"$1/small.db\" && exec \"$3\" \"$4\"";

/// T17: "try again later" in plain words, no half order, pages go on being read, and all is well once there is space.
#[tokio::test(flavor = "multi_thread")]
async fn orders_wait_for_space_on_the_disk() {
    let Some(namespace) = namespace() else {
        println!("Passed over: no mount namespace may be made here, so there is no small disk.");
        return;
    };
    let (rounds, each) = if soak::is_on() { (20, 60) } else { (2, 20) };
    let neighbourhood = Neighbourhood::new(On::Sqlite, 4, rounds * each).await.expect("SQLite is always there");
    let (database, mut orderers) = (neighbourhood.database, neighbourhood.orderers);
    let file = PathBuf::from(database.url.trim_start_matches("sqlite://"));
    let disk = Folder::new();
    let place = disk.path().to_str().unwrap();
    let program = [namespace, &["sh", "-c", ON_A_SMALL_DISK, "sh", place, file.to_str().unwrap(), BINARY]].concat();
    let url = format!("sqlite://{place}/small.db");
    let server = Server::start_by(&program, &[("DATABASE_URL", &url)]).await;
    let disk = server.sees(disk.path());

    let (mut acknowledged, mut refused) = (Vec::new(), 0_usize);
    for _ in 0..rounds {
        let rest = orderers.split_off(each as usize);
        let (done, in_vain) = filled_and_emptied(&server, &disk, &orderers).await;
        acknowledged.extend(done);
        refused += in_vain;
        orderers = rest;
    }
    // Each time but for those in which the log that is written first had room left inside itself.
    assert!(refused >= each as usize, "the disk was full, and orders were taken all the same: {refused}");
    // Standing still, it is copied back to where the history checker looks.
    server.stand_still();
    for suffix in ["", "-wal"] {
        let copied = fs::copy(with_suffix(&disk.join("small.db"), suffix), with_suffix(&file, suffix));
        copied.expect("a copy of the database");
    }
    drop(server);
    let left = database.again().await;
    history::check(&left, &acknowledged, false).await;
    println!(
        "soak: sqlite: the disk was full {rounds} times: {refused} orders were told to come later and were sent again, {} \
         acknowledged in all, each there once",
        acknowledged.len(),
    );
    left.put_away().await;
}

/// Fills the disk, sees what people are told, gives the space back, and sees that all of them are served.
async fn filled_and_emptied(server: &Server, disk: &Path, orderers: &[Orderer]) -> (Vec<OrderId>, usize) {
    fill(&disk.join("filler"));
    let mut said = Vec::new();
    for orderer in orderers {
        said.push(orderer.send(server.address).await.expect("an answer"));
    }
    let refused = said.iter().filter(|said| **said == Said::Later).count();
    let page = wire::send(server.address, &wire::get("/my", &orderers[0].token)).await.expect("a page");
    assert_eq!(page.status, 200, "pages are read all the same: {}", page.body);
    let sorry = wire::send(server.address, &wire::get("/sorry/later", &orderers[0].token)).await.expect("a page");
    assert!(sorry.body.contains("The fault is ours, not yours. Try again in a moment"), "{}", sorry.body);
    says_nothing_of_the_inside(&sorry.body);

    fs::remove_file(disk.join("filler")).unwrap();
    let mut acknowledged = Vec::new();
    for (orderer, before) in orderers.iter().zip(said) {
        let now = orderer.send(server.address).await.expect("an answer");
        assert!(now != Said::Later, "there is space again: {}", server.log());
        assert!(before == Said::Later || before == now, "one form, two answers: {before:?}, {now:?}");
        if let Said::Ordered(order) = now {
            acknowledged.push(order);
        }
    }
    (acknowledged, refused)
}

/// Writes until there is no room left.
fn fill(file: &Path) {
    let mut filler = fs::File::create(file).unwrap();
    for piece in [vec![0; 64 * 1024], vec![0; 512]] {
        while filler.write_all(&piece).is_ok() {}
    }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", file.display()))
}

/// How a mount namespace is made here, if it may be.
fn namespace() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--user", "--map-root-user", "--mount"]];
    let disk = Folder::new();
    WAYS.into_iter().find(|way| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(disk.path());
        command.output().is_ok_and(|output| output.status.success())
    })
}
