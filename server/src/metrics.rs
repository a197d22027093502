//! Counts for operators, in Prometheus' text form: answers by route and status, and the time they took. Nothing about
//! anybody: a route is its pattern, never the address that was asked for.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CONTENT_TYPE};

use crate::{AppState, client, sorry::Sorry};

/// What has been counted since the server started.
pub struct Metrics {
    started: Instant,
    answers: Mutex<BTreeMap<(String, u16), Answers>>,
    ticks: Mutex<Ticks>,
}

#[derive(Clone, Copy, Default)]
struct Answers {
    count: u64,
    took: Duration,
}

/// What the jobs have done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ticks {
    /// How often they ran.
    pub done: u64,
    /// How often they couldn't.
    pub failed: u64,
    /// Offers that ended without an answer.
    pub expired: u64,
    /// Visits put to the next member.
    pub passed_on: u64,
    /// Reservations that nobody confirmed.
    pub unconfirmed: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { started: stopwatch(), answers: Mutex::default(), ticks: Mutex::default() }
    }
}

impl Metrics {
    /// One answer of that route.
    pub fn answered(&self, route: &str, status: StatusCode, took: Duration) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = answers.entry((route.to_owned(), status.as_u16())).or_default();
        entry.count += 1;
        entry.took += took;
    }

    /// One run of the jobs.
    pub fn ticked(&self, change: impl FnOnce(&mut Ticks)) {
        change(&mut self.ticks.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let ticks = *self.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str("# TYPE naapuriapu_answers_total counter\n");
        for ((route, status), entry) in &answers {
            line(
                &mut text,
                format_args!("naapuriapu_answers_total{{route=\"{route}\",status=\"{status}\"}} {}", entry.count),
            );
        }
        text.push_str("# TYPE naapuriapu_answer_seconds_total counter\n");
        for ((route, status), entry) in &answers {
            let seconds = entry.took.as_secs_f64();
            line(
                &mut text,
                format_args!("naapuriapu_answer_seconds_total{{route=\"{route}\",status=\"{status}\"}} {seconds:.6}"),
            );
        }
        for (name, value) in [
            ("job_runs", ticks.done),
            ("job_failures", ticks.failed),
            ("offers_expired", ticks.expired),
            ("visits_passed_on", ticks.passed_on),
            ("reservations_unconfirmed", ticks.unconfirmed),
        ] {
            line(&mut text, format_args!("# TYPE naapuriapu_{name}_total counter"));
            line(&mut text, format_args!("naapuriapu_{name}_total {value}"));
        }
        line(&mut text, format_args!("# TYPE naapuriapu_uptime_seconds gauge"));
        line(&mut text, format_args!("naapuriapu_uptime_seconds {}", self.started.elapsed().as_secs()));
        text
    }
}

/// Begins to measure how long something takes. It tells no time: that is the clock's.
#[expect(clippy::disallowed_methods, reason = "the one place of the server that measures durations")]
pub(crate) fn stopwatch() -> Instant {
    Instant::now()
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = writeln!(text, "{line}");
}

/// `GET /metrics`, for this machine only; to everybody else there is no such page.
pub async fn show(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if !client::is_local(&parts) {
        return Sorry::new(StatusCode::NOT_FOUND, "not-found").into_response();
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], state.metrics.text()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        metrics.answered("/my/visit/{id}", StatusCode::OK, Duration::from_millis(1500));
        metrics.answered("/my/visit/{id}", StatusCode::OK, Duration::from_millis(500));
        metrics.ticked(|ticks| ticks.expired += 2);
        let text = metrics.text();
        assert!(text.contains("naapuriapu_answers_total{route=\"/my/visit/{id}\",status=\"200\"} 2\n"), "{text}");
        assert!(text.contains("naapuriapu_answer_seconds_total{route=\"/my/visit/{id}\",status=\"200\"} 2.000000\n"));
        assert!(text.contains("naapuriapu_offers_expired_total 2\n"));
    }
}
