//! What the coordinator sees: visits by day and state, those that nobody can take on top, each with the rule that emptied
//! the list and the change that would help.
//!
//! Putting a visit to a member and giving it another time are in `moving`. There is no way over a member's own limits.

use assignment::{Change, Failure, Snapshot, why_nobody};
use chrono::{Days, NaiveDate};
use domain::{Moment, Note, Span, VisitState, WhoCancelled};

use crate::{
    Backend, Error, calls,
    folding::{folded, folded_rule},
    moving::earliest_by_hand,
    orders::{Cancelling, cancel},
    passing_on::without,
    placing, rights,
    store::{
        offers, people, plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    views::{Board, Caller, DeskVisit, StuckVisit, VisitView},
};

/// The most days that a board shows.
const MOST_DAYS: u32 = 62;

impl Backend {
    /// The board of `days` days from a date on. What is stuck is shown whatever its date.
    pub async fn board(&self, c: &Caller, from: NaiveDate, days: u32) -> Result<Board, Error> {
        self.read((c.clone(), from, days), |tx, (c, from, days)| Box::pin(board(tx, c, *from, *days))).await
    }

    /// One visit, with each member's answer to "could they?".
    pub async fn desk_visit(&self, c: &Caller, visit: &str) -> Result<DeskVisit, Error> {
        self.read((c.clone(), visit.to_owned()), |tx, (c, visit)| Box::pin(desk_visit(tx, c, visit))).await
    }

    /// Calls a visit off for the co-op, with a word to those whom it concerns.
    ///
    /// # Errors
    /// [`domain::Problem::TooLong`] on field `note`, [`domain::Problem::TooLate`] on `visit`, [`crate::Refusal::Changed`].
    pub async fn call_off(&self, c: &Caller, visit: &str, version: &str, note: &str) -> Result<(), Error> {
        let given = (c.clone(), visit.to_owned(), version.to_owned(), note.to_owned());
        self.write(given, |tx, (c, visit, version, note)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let seen = rights::visit(tx, c, visit).await?;
                let note = Note::parse(note).map_err(|problem| Error::field("note", problem))?;
                let note = note.as_str().to_owned();
                cancel(tx, c, &seen, version, Cancelling { by: WhoCancelled::Coop, note }).await
            })
        })
        .await
    }
}

async fn board(tx: &mut Tx, c: &Caller, from: NaiveDate, days: u32) -> Result<Board, Error> {
    rights::coordinator(tx, c).await?;
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let open = visits::in_state(tx, "open").await?;
    let snapshot = if open.is_empty() { None } else { Some(plans::snapshot(tx).await?) };
    let mut stuck = Vec::with_capacity(open.len());
    for visit in open {
        stuck.push(stuck_visit(tx, visit, snapshot.as_ref()).await?);
    }
    let mut by_day: Vec<(NaiveDate, Vec<VisitView>)> =
        from.iter_days().take(days.min(MOST_DAYS) as usize).map(|date| (date, Vec::new())).collect();
    let last = from.checked_add_days(Days::new(u64::from(days.min(MOST_DAYS)))).unwrap_or(from);
    let span = Span { start: zone.day(from).span.start, end: zone.day(last).span.start };
    for visit in visits::within(tx, span).await? {
        if visit.state == VisitState::Open {
            continue;
        }
        let date = zone.date(visit.window.start);
        if let Some((_, visits)) = by_day.iter_mut().find(|(day, _)| *day == date) {
            visits.push(visit.view(zone, now));
        }
    }
    let calls = calls::list(tx, true).await?.count();
    Ok(Board { stuck, days: by_day, calls })
}

async fn stuck_visit(tx: &mut Tx, visit: StoredVisit, snapshot: Option<&Snapshot>) -> Result<StuckVisit, Error> {
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let failure = match snapshot {
        Some(snapshot) => failure(tx, &visit, snapshot).await?,
        None => None,
    };
    let mut helpers = Vec::new();
    for member in failure.iter().filter_map(|failure| failure.change.as_ref()).flat_map(Change::members) {
        helpers.push(people::first_name(tx, member).await?);
    }
    Ok(StuckVisit { visit: visit.view(zone, now), failure, helpers })
}

/// Why nobody comes, as it is at this moment; as it was when nobody was found, once the window has passed.
async fn failure(tx: &mut Tx, visit: &StoredVisit, snapshot: &Snapshot) -> Result<Option<Failure>, Error> {
    if visit.window.end <= tx.now() || visit.failure.is_none() {
        // Nothing was wished for, or it is too late to look.
        return Ok(visit.failure.clone().map(folded));
    }
    let mut request = placing::request(visit, visit.strangers());
    request.not_these = offers::asked(tx, visit.id, visit.window).await?;
    if !assignment::candidates(snapshot, &request, visit.window).is_empty() {
        // Somebody has become free since; the desk sees them on the visit's own page.
        return Ok(visit.failure.clone().map(folded));
    }
    Ok(Some(folded(why_nobody(snapshot, &request, &[visit.window]))))
}

async fn desk_visit(tx: &mut Tx, c: &Caller, visit: &str) -> Result<DeskVisit, Error> {
    rights::coordinator(tx, c).await?;
    let visit = rights::visit(tx, c, visit).await?;
    let mut snapshot = plans::snapshot(tx).await?;
    without(&mut snapshot, visit.id);
    let movable = matches!(
        visit.state,
        VisitState::Open | VisitState::Offered { .. } | VisitState::Agreed { .. } | VisitState::Reserved { .. }
    );
    let failure = if visit.state == VisitState::Open { failure(tx, &visit, &snapshot).await? } else { None };
    let mut members = Vec::new();
    if movable {
        let request = placing::request(&visit, visit.strangers());
        let rules = placing::rules_for_promised(tx);
        for plan in &snapshot.members {
            let answer: Result<Moment, _> = earliest_by_hand(&rules, tx.now(), plan, &request, visit.window);
            if let Some(brief) = people::brief(tx, plan.id).await? {
                members.push((brief, answer.map_err(folded_rule)));
            }
        }
        // Those who can, first; then by the rule that stands in the way.
        members.sort_by(|(one, answer), (other, theirs)| {
            (answer.err(), one.name.family(), one.name.given(), one.id).cmp(&(
                theirs.err(),
                other.name.family(),
                other.name.given(),
                other.id,
            ))
        });
    }
    let history = visit_changes::history(tx, visit.id).await?;
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    Ok(DeskVisit { visit: visit.view(zone, now), members, failure, history })
}
