//! Helpers of these tests.

use std::{future::Future, time::Duration};

pub(crate) use backend::testing::{db, history, soak};
use backend::{Caller, Error, Refusal, Sent, testing::TestBackend};
use domain::{JobKind, Moment, OrderId, Problem, VisitState};

/// An instant by the wall clock in Helsinki in winter.
pub(crate) fn at(text: &str) -> Moment {
    Moment::parse(&format!("{text}:00+02:00")).expect("an instant")
}

/// A date.
pub(crate) fn on(date: &str) -> chrono::NaiveDate {
    date.parse().expect("a date")
}

/// Runs them all at once and answers each, with the longest that one took.
#[expect(clippy::disallowed_methods, reason = "how long it really took is what is measured")]
pub(crate) async fn at_once<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> (Vec<T>, Duration) {
    let running: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            tokio::spawn(async move {
                let began = std::time::Instant::now();
                (task.await, began.elapsed())
            })
        })
        .collect();
    let mut answers = Vec::with_capacity(running.len());
    let mut slowest = Duration::ZERO;
    for task in running {
        let (answer, took) = task.await.expect("no task panics");
        slowest = slowest.max(took);
        answers.push(answer);
    }
    (answers, slowest)
}

/// Whether it was refused with that problem in that field.
pub(crate) fn is_problem<T: std::fmt::Debug>(answer: &Result<T, Error>, field: &str, problem: Problem) -> bool {
    matches!(answer, Err(Error::Refused(Refusal::Fields(problems)))
        if problems.iter().any(|p| p.field == field && p.problem == problem))
}

/// Whether it was refused so.
pub(crate) fn is_refused<T>(answer: &Result<T, Error>, refusal: &Refusal) -> bool {
    matches!(answer, Err(Error::Refused(why)) if why == refusal)
}

/// Orders that job for the arrival window that begins then.
pub(crate) async fn order(test: &TestBackend, c: &Caller, job: JobKind, window: Moment) -> Result<OrderId, Error> {
    let key = test.draft(c, job, window).await;
    match test.backend.send_order(c, &key.to_string(), "client").await? {
        Sent::Ordered(order) => Ok(order),
        Sent::NeedsCode => panic!("somebody signed in needs no code"),
    }
}

/// The one offer that waits for the member.
pub(crate) async fn only_offer(test: &TestBackend, member: &Caller) -> String {
    let offers = test.backend.offers(member).await.expect("offers");
    assert_eq!(offers.len(), 1, "{}", test.kind);
    offers[0].offer.to_string()
}

/// Where the order's visit is in its life.
pub(crate) async fn state(test: &TestBackend, c: &Caller, order: OrderId) -> VisitState {
    test.backend.order_visit(c, &order.to_string()).await.expect("their visit").state
}
