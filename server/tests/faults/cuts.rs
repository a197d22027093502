//! Connections that are cut in the middle of an order, by a proxy of our own (T14).
//!
//! Whoever's phone lost its network doesn't know whether they have ordered. They send the form again, and it is the same
//! order. What was cut leaves nothing behind in the server either: no connection of the pool in the middle of a
//! transaction, no place taken.

use std::{io, net::SocketAddr, time::Duration};

use backend::{
    Entropy,
    testing::{TestBackend, db, history, soak},
};
use domain::OrderId;
use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};

use crate::{
    neighbourhood::{Neighbourhood, On},
    orders::{Orderer, Said},
    server::Server,
    wire,
};

/// How many orders are cut at the same time.
const AT_ONCE: usize = 8;

/// How many requests are made afterwards, all at once.
const AFTERWARDS: u32 = 100;

/// Where a connection is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// The server has half of the form.
    InTheForm,
    /// The server has the whole form, and as long to work on it.
    AfterTheForm(Duration),
    /// The server has begun to answer, and nothing of it has come through.
    BeforeTheAnswer,
    /// Some of the answer has come through, and no end.
    InTheAnswer,
}

/// T14 on SQLite: what was cut and is sent again is one order, and the server is as good as before.
#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_on_sqlite() {
    cut_connections(On::Sqlite).await;
}

/// T14 on PostgreSQL, whose transactions begin with a round trip that a cut might fall into (sqlx #4393).
#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_on_postgres() {
    cut_connections(On::Postgres).await;
}

async fn cut_connections(on: On) {
    let (cuts, members) = if soak::is_on() { (1_000_u32, 20) } else { (60, 3) };
    let Some(neighbourhood) = Neighbourhood::new(on, members, cuts + AFTERWARDS / 2).await else { return };
    let (database, mut orderers) = (neighbourhood.database, neighbourhood.orderers);
    let afterwards = orderers.split_off(cuts as usize);
    let mut server = Server::start(&database.url).await;
    let random = Entropy::from_seed(soak::seed(14));
    let cut = |number: usize| match number % 4 {
        0 => Cut::InTheForm,
        1 => Cut::AfterTheForm(Duration::from_millis(random.below(40).into())),
        2 => Cut::BeforeTheAnswer,
        _ => Cut::InTheAnswer,
    };
    let numbered: Vec<(&Orderer, Cut)> = orderers.iter().zip((0..).map(cut)).collect();
    let mut acknowledged: Vec<OrderId> = Vec::new();
    for together in numbered.chunks(AT_ONCE) {
        let settled = together.iter().map(|(orderer, cut)| cut_and_sent_again(orderer, *cut, server.address));
        acknowledged.extend(join_all(settled).await.into_iter().flatten());
    }
    acknowledged.extend(a_hundred_are_served(&server, &orderers, &afterwards).await);
    nothing_is_left_open(&database).await;
    server.kill();
    let left = database.again().await;
    history::check(&left, &acknowledged, false).await;
    println!(
        "soak: {}: {cuts} connections cut in four places: each form sent again was the same order, {} orders in all; \
         {AFTERWARDS} requests at once were served afterwards",
        left.kind,
        acknowledged.len(),
    );
    left.put_away().await;
}

/// The order that came of it, if the time was to be had.
async fn cut_and_sent_again(orderer: &Orderer, cut: Cut, server: SocketAddr) -> Option<OrderId> {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = proxy.local_addr().unwrap();
    let cutting = tokio::spawn(async move { cut_one(&proxy, server, cut).await });
    let sent = orderer.send(address).await;
    assert!(sent.is_err(), "{cut:?}: an answer came through a connection that was cut: {sent:?}");
    cutting.await.unwrap().unwrap();
    let settled = orderer.settle(server).await.said;
    assert_eq!(orderer.settle(server).await.said, settled, "{cut:?}: one form, two answers");
    match settled {
        Said::Ordered(order) => Some(order),
        Said::Taken => None,
        Said::Later => panic!("nobody settles for that"),
    }
}

/// One connection, to the point where it is cut. Both ends are closed then.
async fn cut_one(proxy: &TcpListener, server: SocketAddr, cut: Cut) -> io::Result<()> {
    let (mut client, _) = proxy.accept().await?;
    let form = whole_form(&mut client).await?;
    let mut server = TcpStream::connect(server).await?;
    let passed = if matches!(cut, Cut::InTheForm) { form.len() - 20 } else { form.len() };
    server.write_all(&form[..passed]).await?;
    match cut {
        // It arrives, and the server waits for the rest.
        Cut::InTheForm => sleep(Duration::from_millis(5)).await,
        Cut::AfterTheForm(pause) => sleep(pause).await,
        Cut::BeforeTheAnswer => server.readable().await?,
        Cut::InTheAnswer => {
            let mut beginning = [0; 20];
            server.read_exact(&mut beginning).await?;
            client.write_all(&beginning).await?;
        }
    }
    Ok(())
}

/// Reads a request to the end of its body.
async fn whole_form(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut form, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = client.read(&mut piece).await?;
        assert!(read > 0, "the client sends all of it");
        form.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&form);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).expect("a form has a length");
        if body.len() >= length.parse().unwrap() {
            return Ok(form);
        }
    }
}

/// Half of them look at their visits, half of them order: all at once, and everybody is served.
async fn a_hundred_are_served(server: &Server, looking: &[Orderer], ordering: &[Orderer]) -> Vec<OrderId> {
    let pages = looking.iter().take(AFTERWARDS as usize / 2).map(|orderer| async {
        let page = wire::send(server.address, &wire::get("/my", &orderer.token)).await.expect("a page");
        assert_eq!(page.status, 200, "{}", page.body);
    });
    let orders = ordering.iter().map(|orderer| async { orderer.send(server.address).await.expect("an answer") });
    let (_, orders) = tokio::join!(join_all(pages), join_all(orders));
    orders
        .into_iter()
        .filter_map(|said| match said {
            Said::Ordered(order) => Some(order),
            Said::Taken => None,
            Said::Later => panic!("somebody wasn't served: {}", server.log()),
        })
        .collect()
}

/// No connection of the server's is in the middle of a transaction that nobody will end.
async fn nothing_is_left_open(database: &TestBackend) {
    if database.kind != "postgres" {
        // There is one writer: had it been left so, none of the orders afterwards would have been served.
        return;
    }
    let open = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() \
                and state <> 'idle' and xact_start < clock_timestamp() - interval '1 second'";
    let began = Instant::now();
    while db::number(database, open).await > 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "a transaction was left open");
        sleep(Duration::from_millis(50)).await;
    }
}
