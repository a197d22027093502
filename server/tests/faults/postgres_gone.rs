//! PostgreSQL goes away under load, or takes no more connections (T60).
//!
//! The cluster is everybody's, so it isn't restarted: what a restart does to a server, ending all its connections at once,
//! is done by `pg_terminate_backend`. The limit of connections is a role's of the test's own.

use std::time::Duration;

use backend::{
    Entropy, peek,
    testing::{TestBackend, history, soak},
};
use domain::OrderId;
use futures::future::join_all;
use tokio::time::{Instant, sleep};

use crate::{
    neighbourhood::{Neighbourhood, On},
    orders::{Orderer, Said},
    server::Server,
    wire,
};

/// How many want something at the same time: more than the server has connections.
const AT_ONCE: usize = 40;

/// How long anybody may have to wait for an answer, good or bad: promised of the optimised server, alone on the machine.
/// Unoptimised and beside everything else it is still less than the twenty seconds after which any request is given up.
fn slowest_allowed() -> Duration {
    Duration::from_secs(if soak::is_on() { 5 } else { 15 })
}

/// T60: every connection is ended, again and again, while people order. They are told to come later or served, and once it is
/// over everybody is served, by the same server.
#[tokio::test(flavor = "multi_thread")]
async fn every_connection_is_ended_under_load() {
    let (times, each) = if soak::is_on() { (30, 100) } else { (2, 20) };
    let Some(neighbourhood) = Neighbourhood::new(On::Postgres, 3, times * each).await else { return };
    let (database, orderers) = (neighbourhood.database, neighbourhood.orderers);
    let server = Server::start(&database.url).await;
    let random = Entropy::from_seed(soak::seed(60));
    let mut crowd = Crowd::default();
    for together in orderers.chunks(each as usize) {
        let ending = async {
            for _ in 0..3 {
                sleep(Duration::from_millis(random.below(120).into())).await;
                end_connections(&database).await;
            }
        };
        tokio::join!(crowd.all_send(&server, together), ending);
        crowd.all_are_served(&server, together).await;
    }
    crowd.judge(server, database, &format!("every connection ended {} times", times * 3)).await;
}

/// T60: PostgreSQL takes three connections and no more. Whoever can't be served is told so in time; when the limit is gone,
/// everybody is served, by the same server.
#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_connections_is_reached() {
    let (times, each) = if soak::is_on() { (10, 100) } else { (1, 50) };
    let Some(neighbourhood) = Neighbourhood::new(On::Postgres, 3, times * each).await else { return };
    let (database, orderers) = (neighbourhood.database, neighbourhood.orderers);
    let name = database.url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let role = format!("{name}_few");
    for statement in [
        format!("create role {role} login"),
        format!("grant all on schema public to {role}"),
        format!("grant all on all tables in schema public to {role}"),
        format!("grant all on all sequences in schema public to {role}"),
    ] {
        peek::execute(&database.url, &statement).await;
    }
    let (scheme, rest) = database.url.split_once("://").unwrap();
    let server = Server::start(&format!("{scheme}://{role}@{}", rest.split_once('@').unwrap().1)).await;
    let mut crowd = Crowd::default();
    for together in orderers.chunks(each as usize) {
        peek::execute(&database.url, &format!("alter role {role} connection limit 3")).await;
        end_connections(&database).await;
        for some in together.chunks(AT_ONCE) {
            crowd.all_send(&server, some).await;
        }
        peek::execute(&database.url, &format!("alter role {role} connection limit -1")).await;
        crowd.all_are_served(&server, together).await;
    }
    // The role owns nothing; without its rights in this database it can go, and does so before the database does.
    let leave = async |database: &TestBackend| {
        peek::execute(&database.url, &format!("drop owned by {role}")).await;
        peek::execute(&database.url, &format!("drop role {role}")).await;
    };
    let what = format!("three connections and no more, {times} times, {AT_ONCE} at once");
    let database = crowd.stopped(server, &database).await;
    leave(&database).await;
    crowd.judged(database, &what).await;
}

/// Ends every connection to that database but this one.
async fn end_connections(database: &TestBackend) {
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    backend::testing::db::number(database, end).await;
}

/// What everybody was told.
#[derive(Default)]
struct Crowd {
    acknowledged: Vec<OrderId>,
    /// How often somebody was told to come later.
    later: usize,
    /// How long the slowest answer took while something was wrong.
    slowest: Duration,
}

impl Crowd {
    /// All of them send at once, and each has an answer in time.
    async fn all_send(&mut self, server: &Server, orderers: &[Orderer]) {
        let sent = orderers.iter().map(|orderer| async {
            let began = Instant::now();
            let said = orderer.send(server.address).await.expect("the server itself is well");
            (said, began.elapsed())
        });
        for (said, took) in join_all(sent).await {
            self.later += usize::from(said == Said::Later);
            self.slowest = self.slowest.max(took);
        }
        assert!(self.slowest < slowest_allowed(), "{:?} until an answer", self.slowest);
    }

    /// The fault is over: within seconds everybody has what they asked for, and their pages.
    async fn all_are_served(&mut self, server: &Server, orderers: &[Orderer]) {
        let settled = join_all(orderers.iter().map(|orderer| orderer.settle(server.address))).await;
        self.acknowledged.extend(settled.iter().filter_map(|settled| match settled.said {
            Said::Ordered(order) => Some(order),
            _ => None,
        }));
        let pages = orderers.iter().take(AT_ONCE).map(|orderer| async {
            let page = wire::send(server.address, &wire::get("/my", &orderer.token)).await.expect("a page");
            assert_eq!(page.status, 200, "{}", page.body);
        });
        join_all(pages).await;
    }

    async fn judge(self, server: Server, database: TestBackend, what: &str) {
        let left = self.stopped(server, &database).await;
        self.judged(left, what).await;
    }

    /// The server is gone, and the database opened to be looked at.
    async fn stopped(&self, mut server: Server, database: &TestBackend) -> TestBackend {
        server.kill();
        database.again().await
    }

    async fn judged(self, left: TestBackend, what: &str) {
        history::check(&left, &self.acknowledged, false).await;
        assert!(self.later > 0, "nobody noticed anything: nothing was tested");
        println!(
            "soak: postgres: {what}: {} times somebody was told to come later, after {:.2?} at most; {} orders \
             acknowledged, each there once",
            self.later,
            self.slowest,
            self.acknowledged.len(),
        );
        left.put_away().await;
    }
}
