//! The server is killed while people order, and started again (T15).

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use backend::{
    Entropy,
    testing::{history, soak},
};
use domain::OrderId;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    neighbourhood::{Neighbourhood, On},
    orders::{Orderer, Said},
    server::Server,
};

/// How many order at the same time.
const AT_ONCE: usize = 8;

/// Every so many, somebody sends once more what was answered already.
const AGAIN: usize = 10;

/// How long the server may take to be there again: promised of the optimised one, alone on the machine.
fn slowest_restart_allowed() -> Duration {
    if soak::is_on() { Duration::from_secs(2) } else { Duration::from_secs(30) }
}

/// T15 on SQLite: whatever was acknowledged is there once, whenever the server was killed.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_ordering_on_sqlite() {
    killed_while_ordering(On::Sqlite).await;
}

/// T15 on PostgreSQL.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_ordering_on_postgres() {
    killed_while_ordering(On::Postgres).await;
}

async fn killed_while_ordering(on: On) {
    let (kills, orders, members) = if soak::is_on() { (30, 5_000, 30) } else { (3, 80, 1) };
    let Some(neighbourhood) = Neighbourhood::new(on, members, orders).await else { return };
    let database = neighbourhood.database;
    let mut server = Server::start(&database.url).await;
    let counts = Arc::new(Counts::default());
    let mut clients = everybody_orders(neighbourhood.orderers, &server, &counts);

    let random = Entropy::from_seed(soak::seed(15));
    let mut slowest = Duration::ZERO;
    for kill in 1..=kills {
        // Spread over the whole, and at any moment of an order.
        reach(&counts, kill * orders as usize / (kills + 1)).await;
        sleep(Duration::from_millis(random.below(60).into())).await;
        server.kill();
        let took = server.restart().await;
        println!("{}: ready again after kill -9, the slowest {took:?}", database.kind);
        slowest = slowest.max(took);
    }
    let mut acknowledged: Vec<OrderId> = Vec::new();
    while let Some(client) = clients.join_next().await {
        acknowledged.extend(client.expect("no client finds a contradiction"));
    }
    // And once more at the end: what is judged is what a killed server has left.
    server.kill();
    let (tried, lost) = (counts.settled.load(Ordering::SeqCst), counts.in_vain.load(Ordering::SeqCst));
    assert_eq!(tried, orders as usize);
    assert!(lost > 0, "{}: no order was under way when the server was killed", database.kind);
    assert!(slowest < slowest_restart_allowed(), "{}: {slowest:?}", database.kind);
    let left = database.again().await;
    history::check(&left, &acknowledged, false).await;
    println!(
        "soak: {}: kill -9 {} times during {tried} orders by {AT_ONCE} at once: {} acknowledged and there once, the others \
         told that the time is taken; {lost} times sent in vain; a restart took {slowest:.2?} at most",
        left.kind,
        kills + 1,
        acknowledged.len(),
    );
    left.put_away().await;
}

/// What has been done so far.
#[derive(Default)]
struct Counts {
    settled: AtomicUsize,
    in_vain: AtomicUsize,
}

/// So many have their answer.
async fn reach(counts: &Counts, settled: usize) {
    let began = Instant::now();
    while counts.settled.load(Ordering::SeqCst) < settled {
        assert!(began.elapsed() < Duration::from_mins(2), "nobody is served any more");
        sleep(Duration::from_millis(2)).await;
    }
}

/// Each client takes the next one's form, until there are no more. Answers whose orders were acknowledged.
fn everybody_orders(orderers: Vec<Orderer>, server: &Server, counts: &Arc<Counts>) -> JoinSet<Vec<OrderId>> {
    let (orderers, next, address) = (Arc::new(orderers), Arc::new(AtomicUsize::new(0)), server.address);
    let mut clients = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (orderers, next, counts) = (orderers.clone(), next.clone(), counts.clone());
        clients.spawn(async move {
            let mut acknowledged = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                let Some(orderer) = orderers.get(number) else { return acknowledged };
                let settled = orderer.settle(address).await;
                if let Said::Ordered(order) = settled.said {
                    acknowledged.push(order);
                    if number % AGAIN == 0 {
                        assert_eq!(orderer.settle(address).await.said, settled.said, "one form, two orders");
                    }
                }
                counts.in_vain.fetch_add(settled.in_vain as usize, Ordering::SeqCst);
                counts.settled.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    clients
}
