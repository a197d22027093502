//! Somebody who sends an order, and sends it again until they know what came of it.

use std::{io, net::SocketAddr, time::Duration};

use domain::{OrderId, SubmissionKey};
use tokio::time::{Instant, sleep};

use crate::wire::{self, Answer};

/// How long somebody tries before the test takes it for lost.
const PATIENCE: Duration = Duration::from_mins(2);

/// A resident on the page with their answers: the key is the one in its form.
#[derive(Clone, Debug)]
pub(crate) struct Orderer {
    pub(crate) key: SubmissionKey,
    pub(crate) token: String,
}

/// What the server said to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Ordered(OrderId),
    /// Somebody else has the time: others are shown.
    Taken,
    /// Not now: the plain words for what broke, and nothing of it.
    Later,
}

/// What became of an order, and how often it had to be sent in vain before that was known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled {
    pub(crate) said: Said,
    pub(crate) in_vain: u32,
}

impl Orderer {
    /// The form as it is sent.
    pub(crate) fn form(&self) -> Vec<u8> {
        wire::post("/api/order/send", &self.token, &format!("key={}", self.key))
    }

    /// Sends it once.
    ///
    /// # Errors
    /// When no whole answer came.
    pub(crate) async fn send(&self, to: SocketAddr) -> io::Result<Said> {
        wire::send(to, &self.form()).await.map(|answer| said(&answer))
    }

    /// Sends it until there is an order, or the time is somebody else's.
    pub(crate) async fn settle(&self, to: SocketAddr) -> Settled {
        let (began, mut in_vain) = (Instant::now(), 0);
        loop {
            match self.send(to).await {
                Ok(said @ (Said::Ordered(_) | Said::Taken)) => return Settled { said, in_vain },
                Ok(Said::Later) | Err(_) => in_vain += 1,
            }
            assert!(began.elapsed() < PATIENCE, "{} was sent {in_vain} times in vain", self.key);
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// What that answer says. Anything else than these three is a fault of the server's.
fn said(answer: &Answer) -> Said {
    match (answer.status, answer.location.as_str()) {
        (303, to) if to.starts_with("/order/done?order=") => {
            Said::Ordered(to.trim_start_matches("/order/done?order=").parse().expect("an order's id"))
        }
        (303, "/order/when?fix=1") => Said::Taken,
        (303, "/sorry/later") => Said::Later,
        (503, _) => {
            says_nothing_of_the_inside(&answer.body);
            Said::Later
        }
        _ => panic!("{answer:?}"),
    }
}

/// Plain words, and none of the database's.
pub(crate) fn says_nothing_of_the_inside(body: &str) {
    let told = body.to_lowercase();
    for word in ["sql", "database", "disk", "postgres", "error returned", "code:", "panicked", ".rs:"] {
        assert!(!told.contains(word), "{word}: {body}");
    }
}
