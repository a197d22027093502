//! Members with time, and residents who have answered every question and are about to send.

use backend::{
    Clock,
    testing::{self, TestBackend, world::member},
};
use domain::{JobKind, MinuteOfDay, Minutes, Moment};

use crate::orders::Orderer;

/// Clearing snow is done on holidays too, so that a test may run on any day.
const JOB: JobKind = JobKind::SnowPath;

/// Days on which something is wanted, from tomorrow on, few enough that some want what others have; and arrival windows of
/// such a day, from seven o'clock on.
const DAYS: u32 = 6;
const HOURS: u32 = 12;

/// Which database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// A database of the test's own, and who is about to order in it.
pub(crate) struct Neighbourhood {
    /// Its connections are closed: it is the server's.
    pub(crate) database: TestBackend,
    pub(crate) orderers: Vec<Orderer>,
}

impl Neighbourhood {
    /// By the machine's clock, which is the server's. `None` where there is no PostgreSQL and none is required.
    pub(crate) async fn new(on: On, members: u32, orderers: u32) -> Option<Self> {
        let database = match on {
            On::Sqlite => testing::sqlite_by(Clock::System).await,
            On::Postgres => testing::postgres_by(Clock::System).await?,
        };
        database.with_jobs(Minutes(60)).await;
        for number in 0..members {
            database.member(member(&format!("Jäsen{number}"))).await;
        }
        let (zone, now) = (database.backend.zone(), database.backend.now());
        let window = |number: u32| -> Moment {
            let day = zone.date(now + Minutes(i64::from(1 + number % DAYS) * 24 * 60));
            let hour = u16::try_from(7 + number / DAYS % HOURS).unwrap();
            zone.at(day, MinuteOfDay::new(hour * 60).unwrap())
        };
        let crowd = database.crowd_with_tokens(orderers, JOB, |number| number % 50 + 1, window).await;
        database.backend.close().await;
        let orderers = crowd.into_iter().map(|(_, key, token)| Orderer { key, token }).collect();
        Some(Self { database, orderers })
    }
}
