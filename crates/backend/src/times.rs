//! The times that a page offers: exactly those that can be ordered at that moment.

use std::collections::BTreeMap;

use assignment::{Candidate, Request, Snapshot, Strangers, candidates, times, why_nobody};
use chrono::Days;
use domain::{Minutes, Moment, PersonId, Span, Zone};

use crate::{
    Error,
    folding::folded,
    store::{people, tx::Tx},
    views::{Helper, TimeOption, Times},
};

/// How many days ahead times are offered, today not counted.
pub const DAYS_AHEAD: u64 = 14;

/// Whether the one who looks may learn who would come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Signed in, and it is their visit.
    Shown,
    /// Not signed in: never a name, nor who has been where.
    Hidden,
}

/// The stretch in which times are offered: from now to the end of the fourteenth day.
pub(crate) fn horizon(zone: Zone, now: Moment) -> Span {
    let today = zone.date(now);
    let last = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
    Span { start: now, end: zone.day(last).span.end }
}

/// The arrival window that begins at `start`, when somebody can keep it.
pub(crate) fn window_at(snapshot: &Snapshot, request: &Request, start: Moment) -> Option<Span> {
    let only = Span { start, end: start.plus_seconds(1) };
    let near = horizon(snapshot.rules.zone, snapshot.now);
    let begins_in_time = start + Minutes(60) > snapshot.now && start < near.end;
    let offer = times(snapshot, request, only).into_iter().find(|offer| offer.window.start == start);
    offer.filter(|_| begins_in_time).map(|offer| offer.window)
}

/// The times page.
pub(crate) async fn view(tx: &mut Tx, snapshot: &Snapshot, request: &Request, names: Names) -> Result<Times, Error> {
    let near = horizon(snapshot.rules.zone, snapshot.now);
    let offers = times(snapshot, request, near);
    let known = match names {
        Names::Shown => first_names(tx, offers.iter().map(|offer| offer.best.member)).await?,
        Names::Hidden => BTreeMap::new(),
    };
    let nobody = offers.is_empty().then(|| folded(why_nobody(snapshot, request, &[near])));
    let soonest = offers.first().map(|offer| offer.window);
    let windows = offers
        .into_iter()
        .map(|offer| TimeOption { window: offer.window, helper: helper(&known, &offer.best) })
        .collect();
    Ok(Times { soonest, windows, nobody })
}

/// Who is asked first for an order, and who next. With strangers welcome, everybody who can, best first. Otherwise
/// those who know the resident; and where none of them can, the one best member whom the check page showed: the resident
/// chose that time knowing who would come. Nobody else unfamiliar follows.
pub(crate) fn to_ask(snapshot: &Snapshot, request: &Request, window: Span) -> Vec<Candidate> {
    let familiar = candidates(snapshot, request, window);
    if request.strangers == Strangers::Welcome || !familiar.is_empty() {
        return familiar;
    }
    let anybody = Request { strangers: Strangers::Welcome, ..request.clone() };
    let mut best = candidates(snapshot, &anybody, window);
    best.truncate(1);
    best
}

/// The candidate as residents see them.
pub(crate) fn helper(known: &BTreeMap<PersonId, String>, best: &Candidate) -> Option<Helper> {
    let given = known.get(&best.member)?.clone();
    Some(Helper { given, been_before: best.reasons.been_before > 0 })
}

/// The first names of those members, each read once.
pub(crate) async fn first_names(
    tx: &mut Tx,
    members: impl Iterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, String>, Error> {
    let mut names = BTreeMap::new();
    for member in members.collect::<std::collections::BTreeSet<_>>() {
        if let Some(name) = people::name(tx, member).await? {
            names.insert(member, name.given().to_owned());
        }
    }
    Ok(names)
}
