//! "Plan these": the planner looks for somebody for visits that have nobody, and other visits may change hands for it.
//!
//! A run is a job of its own with a row in the database: how far it has come can be watched, and it can be stopped, from
//! any server. It reads everything in one transaction and then computes without any. What it finds is a proposal, with
//! both ends of the trade: what can be had while nothing else moves, and what more when others change hands.
//!
//! A proposal is accepted by a person, a while later, so each step is judged once more under every member's lock: a visit
//! that has changed since, or whose new place has gone, is left as it is and named (`assignment::still_possible`).
//!
//! The search counts evaluations: the same co-op gives the same plan on a fast machine and a slow one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use assignment::{
    Budget, Change, Decision, Difference, Evaluations, Plan, PlannedWish, Snapshot, Stands, Step, WantedVisit, plan,
    still_possible,
};
use domain::{
    JobKind, Message, MessageKind, Minutes, Moment, PersonId, PlanningId, Problem, Span, VisitId, VisitState,
};

use crate::{
    Backend, Error, Refusal,
    folding::folded,
    placing::{self, NOTICE, Place},
    rights,
    store::{
        audit,
        offers::{self, Answer},
        outbox, people,
        plannings::{self, Asked, Found, Others, StoredPlanning, StoredState, Taken},
        plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
    views::{
        Caller, PersonBrief, PlanChoice, PlanOption, PlanRow, PlanRowOutcome, PlanningState, PlanningView, ToPlan,
    },
};

/// How far ahead visits can be planned, in minutes: what the snapshot holds.
const AHEAD: Minutes = Minutes(30 * 24 * 60);

/// The most visits that are planned at once.
const MOST: usize = 300;

/// How many changes are tried, and how many more for each visit that may move. About a second for a week of a small
/// co-op.
const EVALUATIONS: (u64, u64) = (40_000, 4_000);

/// The most of them, whatever the number of visits.
const MOST_EVALUATIONS: u64 = 2_000_000;

/// How often a run tells how far it has come, and asks whether it is to end.
const BEAT: Duration = Duration::from_millis(400);

/// After so many beats a run ends with what it has: a minute.
const MOST_BEATS: u32 = 150;

/// The urgency of a visit that people were told of: more than any number of others that nobody was promised.
const PROMISED: u16 = 10_000;

/// What a run reads before it computes.
struct Basis {
    snapshot: Snapshot,
    wanted: Vec<WantedVisit>,
    versions: Vec<(VisitId, i64)>,
}

/// A count that can be watched and a wish to end, shared with the thread that computes.
#[derive(Clone, Debug)]
struct Watched {
    most: u64,
    tried: Arc<AtomicU64>,
    end: Arc<AtomicBool>,
}

impl Budget for Watched {
    fn spent(&mut self, evaluations: u64) -> f64 {
        self.tried.store(evaluations, Ordering::Relaxed);
        if self.end.load(Ordering::Relaxed) { 1.0 } else { Evaluations(self.most).spent(evaluations) }
    }
}

impl Backend {
    /// The visits that could be planned now, and how many others could move for them.
    pub async fn to_plan(&self, c: &Caller) -> Result<ToPlan, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let (zone, now) = (tx.settings().coop.zone, tx.now());
                let visits = open(tx).await?.into_iter().map(|visit| visit.view(zone, now)).collect();
                Ok(ToPlan { visits, run: plannings::open(tx).await? })
            })
        })
        .await
    }

    /// Starts a run over those visits; `others`: "stay" or "may", whether other visits of the same days may change hands.
    ///
    /// # Errors
    /// [`Problem::ChooseOne`] on field `visits` or `others`; [`Problem::AlreadyRunning`] on field `visits` while another
    /// run is going on; [`Refusal::Changed`] when one of the visits isn't open any more.
    pub async fn plan_these(&self, c: &Caller, visits: &[String], others: &str) -> Result<PlanningId, Error> {
        let given = (c.clone(), visits.to_vec(), others.to_owned());
        let id = self.write(given, |tx, (c, visits, others)| Box::pin(begin(tx, c, visits, others))).await?;
        self.spawn_planning(id);
        Ok(id)
    }

    /// A run: how far it has come, or what it proposes, or what became of that.
    pub async fn planning(&self, c: &Caller, id: &str) -> Result<PlanningView, Error> {
        self.read((c.clone(), id.to_owned()), |tx, (c, id)| Box::pin(view(tx, c, id))).await
    }

    /// The run ends with what it has found so far. One that has ended stays as it is.
    pub async fn stop_planning(&self, c: &Caller, id: &str) -> Result<(), Error> {
        self.write((c.clone(), id.to_owned()), |tx, (c, id)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let run = known(tx, id).await?;
                if plannings::stop(tx, run.id).await? {
                    audit::write(tx, Some(by), None, "planning.stopped", run.id).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Carries a proposal out, visit by visit; `which`: [`PlanChoice::code`]. What has changed since is left as it is.
    ///
    /// # Errors
    /// [`Refusal::Changed`] for a run that isn't waiting for it.
    pub async fn accept_plan(&self, c: &Caller, id: &str, which: &str) -> Result<(), Error> {
        let given = (c.clone(), id.to_owned(), which.to_owned());
        self.write(given, |tx, (c, id, which)| Box::pin(accept(tx, c, id, which))).await
    }

    /// Nobody wants the proposal. Nothing changes.
    pub async fn discard_plan(&self, c: &Caller, id: &str) -> Result<(), Error> {
        self.write((c.clone(), id.to_owned()), |tx, (c, id)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let run = known(tx, id).await?;
                if plannings::discarded(tx, run.id).await? {
                    return audit::write(tx, Some(by), None, "planning.discarded", run.id).await;
                }
                match run.state {
                    StoredState::Discarded(_) => Ok(()),
                    _ => Err(Refusal::Changed.into()),
                }
            })
        })
        .await
    }

    /// Runs the job in a task of its own. When this server dies with it, a tick of any server gives it up.
    pub(crate) fn spawn_planning(&self, id: PlanningId) {
        let backend = self.clone();
        tokio::spawn(async move {
            if let Err(error) = backend.run(id).await {
                tracing::error!(%error, planning = %id, "a planning run broke");
                let gone = backend.write(id, |tx, id| Box::pin(plannings::broken(tx, *id))).await;
                if let Err(error) = gone {
                    tracing::error!(%error, planning = %id, "and couldn't be marked so");
                }
            }
        });
    }

    async fn run(&self, id: PlanningId) -> Result<(), Error> {
        let basis = self.read(id, |tx, id| Box::pin(basis(tx, *id))).await?;
        let movable = u64::try_from(basis.wanted.len()).unwrap_or(u64::MAX);
        let most = movable.saturating_mul(EVALUATIONS.1).saturating_add(EVALUATIONS.0).min(MOST_EVALUATIONS);
        let watched = Watched { most, tried: Arc::default(), end: Arc::default() };
        let mut budget = watched.clone();
        let mut search = tokio::task::spawn_blocking(move || both_ends(&basis, &mut budget));
        let mut beats = 0;
        let found = loop {
            tokio::select! {
                found = &mut search => break found.map_err(|_| crate::Broken::Panicked)??,
                () = tokio::time::sleep(BEAT) => {
                    beats += 1;
                    let tried = watched.tried.load(Ordering::Relaxed);
                    let going = self.write((id, tried), |tx, (id, tried)| Box::pin(plannings::beat(tx, *id, *tried))).await?;
                    if !going || beats >= MOST_BEATS {
                        watched.end.store(true, Ordering::Relaxed);
                    }
                }
            }
        };
        self.write((id, found), |tx, (id, found)| Box::pin(plannings::ready(tx, *id, found))).await
    }
}

/// Everybody's plans, for visits that were promised already: they may be put to somebody up to [`NOTICE`] before.
pub(crate) async fn desk_snapshot(tx: &mut Tx) -> Result<Snapshot, Error> {
    let mut snapshot = plans::snapshot(tx).await?;
    snapshot.rules = placing::rules_for_promised(tx);
    Ok(snapshot)
}

/// A visit as the planner wants it: in its own arrival window, not by those who were asked for it then already. Whoever
/// has it may keep it.
pub(crate) async fn wanted(tx: &mut Tx, visit: &StoredVisit, stands: Stands) -> Result<WantedVisit, Error> {
    let mut request = placing::request(visit, visit.strangers());
    request.not_these = offers::asked(tx, visit.id, visit.window).await?;
    let urgency = match stands {
        Stands::Nowhere => urgency(visit, tx.now()),
        Stands::Movable(place) | Stands::Pinned(place) => {
            request.not_these.remove(&place.member);
            PROMISED
        }
    };
    Ok(WantedVisit { id: visit.id, request, windows: vec![visit.window], urgency, stands })
}

/// What leaving a visit without anybody costs beside others: who can't go without it comes before what can wait, and
/// today before tomorrow.
fn urgency(visit: &StoredVisit, now: Moment) -> u16 {
    let need = match visit.terms.kind {
        JobKind::AccompanyDoctor => 8,
        JobKind::ShoppingFor | JobKind::ShoppingTogether | JobKind::SnowPath => 4,
        JobKind::SnowYard | JobKind::AccompanyErrand => 3,
        JobKind::AccompanyOutdoors | JobKind::CleaningUsual => 2,
        JobKind::CleaningThorough
        | JobKind::CleaningWindows
        | JobKind::GardenRaking
        | JobKind::GardenLawn
        | JobKind::GardenPlanting => 1,
    };
    if visit.window.start < now + Minutes(24 * 60) { 2 * need } else { need }
}

/// The visits that nobody has, in windows that can still be kept.
async fn open(tx: &mut Tx) -> Result<Vec<StoredVisit>, Error> {
    let span = Span { start: tx.now() + NOTICE, end: tx.now() + AHEAD };
    let ahead = |visit: &StoredVisit| span.start < visit.window.end && visit.window.start < span.end;
    // For a request without a wished time there is nothing to plan yet: its resident is rung first.
    let wished = |visit: &StoredVisit| visit.failure.is_some();
    Ok(visits::in_state(tx, "open").await?.into_iter().filter(ahead).filter(wished).take(MOST).collect())
}

async fn begin(tx: &mut Tx, c: &Caller, visits: &[String], others: &str) -> Result<PlanningId, Error> {
    let by = rights::coordinator(tx, c).await?;
    let others = match others.trim() {
        "stay" => Others::Stay,
        "may" => Others::May,
        _ => return Err(Error::field("others", Problem::ChooseOne)),
    };
    let mut chosen: BTreeSet<VisitId> = BTreeSet::new();
    for visit in visits {
        chosen.insert(visit.parse().map_err(|_| Refusal::NotYours)?);
    }
    if chosen.is_empty() {
        return Err(Error::field("visits", Problem::ChooseOne));
    }
    let open: BTreeSet<VisitId> = open(tx).await?.iter().map(|visit| visit.id).collect();
    if !chosen.is_subset(&open) {
        return Err(Refusal::Changed.into());
    }
    let asked = Asked { visits: chosen.into_iter().collect(), others, away: None };
    let id = plannings::insert(tx, &asked, by).await?;
    let id = id.ok_or_else(|| Error::field("visits", Problem::AlreadyRunning))?;
    audit::write(tx, Some(by), None, "planning.begun", id).await?;
    Ok(id)
}

async fn known(tx: &mut Tx, id: &str) -> Result<StoredPlanning, Error> {
    let id: PlanningId = id.parse().map_err(|_| Refusal::NotYours)?;
    plannings::by_id(tx, id).await?.ok_or_else(|| Refusal::NotYours.into())
}

/// Everything the run rests on, in one moment.
async fn basis(tx: &mut Tx, id: PlanningId) -> Result<Basis, Error> {
    let run = plannings::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    let snapshot = desk_snapshot(tx).await?;
    let mut basis = Basis { snapshot, wanted: Vec::new(), versions: Vec::new() };
    let mut days: BTreeSet<chrono::NaiveDate> = BTreeSet::new();
    let zone = tx.settings().coop.zone;
    for visit in &run.asked.visits {
        let Some(visit) = visits::by_id(tx, *visit).await? else { continue };
        if visit.state == VisitState::Open {
            days.insert(zone.date(visit.window.start));
            basis.versions.push((visit.id, visit.version));
            basis.wanted.push(wanted(tx, &visit, Stands::Nowhere).await?);
        }
    }
    if run.asked.others == Others::May {
        for day in days {
            for visit in visits::within(tx, zone.day(day).span).await? {
                let (VisitState::Offered { held, .. } | VisitState::Agreed { held }) = visit.state else { continue };
                if held.start < tx.now() + NOTICE || basis.wanted.len() >= MOST {
                    continue;
                }
                let stands = Stands::Movable(assignment::Place { member: held.member, start: held.start });
                basis.versions.push((visit.id, visit.version));
                basis.wanted.push(wanted(tx, &visit, stands).await?);
            }
        }
    }
    Ok(basis)
}

/// What can be had while nothing else moves; and, where that leaves somebody without, what more can be had when others
/// change hands. The latter only if it takes nobody's helper away without finding another.
fn both_ends(basis: &Basis, budget: &mut Watched) -> Result<Found, Error> {
    let pinned: Vec<WantedVisit> = basis
        .wanted
        .iter()
        .map(|wish| WantedVisit { stands: wish.place().map_or(Stands::Nowhere, Stands::Pinned), ..wish.clone() })
        .collect();
    let at_once = plan(&basis.snapshot, &pinned, 0, &mut Evaluations(0)).map_err(Error::stored)?;
    let mut searched = None;
    if left_over(&at_once) > 0 && pinned.iter().any(|wish| wish.place().is_some()) {
        let plan = plan(&basis.snapshot, &basis.wanted, 0, budget).map_err(Error::stored)?;
        let takes = plan.visits.iter().any(|wish| matches!(wish.difference, Difference::Lost { .. }));
        searched = Some(plan).filter(|plan| !takes && left_over(plan) < left_over(&at_once));
    }
    Ok(Found { at_once, searched, versions: basis.versions.clone() })
}

fn left_over(plan: &Plan) -> usize {
    plan.unassigned().count()
}

async fn view(tx: &mut Tx, c: &Caller, id: &str) -> Result<PlanningView, Error> {
    rights::coordinator(tx, c).await?;
    let run = known(tx, id).await?;
    let away = match run.asked.away {
        Some(away) => people::brief(tx, away.member).await?.map(|person| (person, away.last, away.passed_on)),
        None => None,
    };
    let many = run.asked.visits.len();
    let state = match &run.state {
        StoredState::Running => PlanningState::Running { tried: run.tried },
        StoredState::Broken => PlanningState::Broken,
        StoredState::Discarded(_) => PlanningState::Discarded,
        StoredState::Ready(found) => {
            let mut options = vec![option(tx, PlanChoice::AtOnce, &found.at_once).await?];
            if let Some(searched) = &found.searched {
                options.push(option(tx, PlanChoice::Searched, searched).await?);
            }
            PlanningState::Ready { options }
        }
        StoredState::Accepted(_, taken) => {
            PlanningState::Accepted { done: views(tx, &taken.done).await?, changed: views(tx, &taken.changed).await? }
        }
    };
    Ok(PlanningView { id: run.id, many, away, state })
}

async fn views(tx: &mut Tx, ids: &[VisitId]) -> Result<Vec<crate::views::VisitView>, Error> {
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let mut views = Vec::with_capacity(ids.len());
    for id in ids {
        views.extend(visits::by_id(tx, *id).await?.map(|visit| visit.view(zone, now)));
    }
    views.sort_by_key(|visit| (visit.window.start, visit.visit));
    Ok(views)
}

/// One end of the trade as the desk sees it: what stays as it is isn't listed.
async fn option(tx: &mut Tx, choice: PlanChoice, plan: &Plan) -> Result<PlanOption, Error> {
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let mut names = Names::default();
    let mut rows = Vec::new();
    for wish in plan.visits.iter().filter(|wish| wish.difference != Difference::Kept) {
        let Some(visit) = visits::by_id(tx, wish.visit).await? else { continue };
        let from = match wish.difference {
            Difference::Moved { from } | Difference::Lost { from } => names.of(tx, from.member).await?,
            Difference::New | Difference::Kept => None,
        };
        let outcome = match &wish.decision {
            Decision::Assigned { place, reasons } => {
                let Some(helper) = names.of(tx, place.member).await? else { continue };
                PlanRowOutcome::Comes { helper, start: place.start, reasons: reasons.clone() }
            }
            Decision::Unassigned { failure } => {
                let mut helpers = Vec::new();
                for member in failure.iter().filter_map(|failure| failure.change.as_ref()).flat_map(Change::members) {
                    helpers.push(people::first_name(tx, member).await?);
                }
                PlanRowOutcome::Nobody { failure: failure.clone().map(folded), helpers }
            }
        };
        rows.push(PlanRow { visit: visit.view(zone, now), from, outcome });
    }
    // What was asked for comes first, then what moves for it.
    rows.sort_by_key(|row| (row.from.is_some(), row.visit.window.start, row.visit.visit));
    Ok(PlanOption { choice, rows })
}

/// Names that were looked up already.
#[derive(Default)]
struct Names(BTreeMap<PersonId, PersonBrief>);

impl Names {
    async fn of(&mut self, tx: &mut Tx, person: PersonId) -> Result<Option<PersonBrief>, Error> {
        if let Some(known) = self.0.get(&person) {
            return Ok(Some(known.clone()));
        }
        let found = people::brief(tx, person).await?;
        if let Some(found) = &found {
            self.0.insert(person, found.clone());
        }
        Ok(found)
    }
}

/// A step that is to be taken: the visit as it is now, and the plan's word for it.
struct Due<'p> {
    visit: StoredVisit,
    wish: &'p PlannedWish,
    wanted: WantedVisit,
    to: assignment::Place,
}

async fn accept(tx: &mut Tx, c: &Caller, id: &str, which: &str) -> Result<(), Error> {
    let by = rights::coordinator(tx, c).await?;
    let choice: PlanChoice = which.parse().map_err(|_| Refusal::Changed)?;
    tx.lock_all_members().await?;
    let run = known(tx, id).await?;
    let found = match run.state {
        StoredState::Ready(found) => found,
        // A double tap: it has been carried out.
        StoredState::Accepted(..) => return Ok(()),
        _ => return Err(Refusal::Changed.into()),
    };
    let plan = match choice {
        PlanChoice::AtOnce => &found.at_once,
        PlanChoice::Searched => found.searched.as_ref().ok_or(Refusal::Changed)?,
    };
    let mut taken = Taken::default();
    let due = due(tx, plan, &found.versions, &mut taken).await?;
    let snapshot = desk_snapshot(tx).await?;
    let steps: Vec<Step<'_>> =
        due.iter().map(|due| Step { visit: due.visit.id, request: &due.wanted.request, to: due.to }).collect();
    let possible = still_possible(&snapshot, &steps);
    let (possible, gone): (Vec<Due<'_>>, Vec<Due<'_>>) =
        due.into_iter().partition(|due| possible.contains(&due.visit.id));
    taken.changed.extend(gone.iter().map(|due| due.visit.id));
    taken.done = possible.iter().map(|due| due.visit.id).collect();
    carry_out(tx, possible, by).await?;
    if !plannings::accepted(tx, run.id, &taken).await? {
        return Err(Refusal::Changed.into());
    }
    audit::write(tx, Some(by), None, "planning.accepted", run.id).await
}

/// The steps of the plan whose visits are as they were when it was made, in order of time; the others are named.
async fn due<'p>(
    tx: &mut Tx,
    plan: &'p Plan,
    versions: &[(VisitId, i64)],
    taken: &mut Taken,
) -> Result<Vec<Due<'p>>, Error> {
    let versions: BTreeMap<VisitId, i64> = versions.iter().copied().collect();
    let mut due = Vec::new();
    for wish in plan.visits.iter().filter(|wish| wish.difference != Difference::Kept) {
        let Some(to) = wish.place() else { continue };
        let unchanged =
            visits::by_id(tx, wish.visit).await?.filter(|visit| versions.get(&visit.id) == Some(&visit.version));
        let Some(visit) = unchanged else {
            taken.changed.push(wish.visit);
            continue;
        };
        let stands = match visit.state.held() {
            Some(held) => Stands::Movable(assignment::Place { member: held.member, start: held.start }),
            None => Stands::Nowhere,
        };
        let wanted = wanted(tx, &visit, stands).await?;
        due.push(Due { visit, wish, wanted, to });
    }
    due.sort_by_key(|due| (due.to.start, due.visit.id));
    Ok(due)
}

/// Takes the steps: first every visit leaves its old place, then each takes its new one, in order of time.
async fn carry_out(tx: &mut Tx, mut due: Vec<Due<'_>>, by: PersonId) -> Result<(), Error> {
    let mut before = Vec::with_capacity(due.len());
    for step in &mut due {
        before.push(step.visit.state);
        let stays = step.visit.state.held().is_some_and(|held| held.member == step.to.member);
        if !stays {
            placing::end_offer(tx, &step.visit, Answer::Withdrawn).await?;
        }
        placing::release(tx, &mut step.visit, VisitState::Open).await?;
    }
    for (step, before) in due.iter_mut().zip(before) {
        let plan = plans::member(tx, step.to.member).await?.ok_or_else(|| Error::stored("a member who has left"))?;
        if before.held().is_some_and(|held| held.member == step.to.member) {
            another_start(tx, step, &before, &plan, by).await?;
            continue;
        }
        let Decision::Assigned { reasons, .. } = &step.wish.decision else { continue };
        let place = Place { member: step.to.member, start: step.to.start, reasons: Some(reasons.clone()) };
        let visit = &mut step.visit;
        placing::offer(tx, visit, &plan, &place).await?;
        visit_changes::happened(tx, visit.id, "planned", Some(place.member), Some(by)).await?;
        telling::resident(tx, visit, MessageKind::HelperChanged, Some(place.member)).await?;
        telling::not_yours_any_more(tx, visit, &before, "").await?;
        audit::write(tx, Some(by), Some(visit.resident.id), "visit.planned", visit.id).await?;
    }
    Ok(())
}

/// The same member, another minute of the same arrival window: they have said yes, or are being asked, as before.
async fn another_start(
    tx: &mut Tx,
    step: &mut Due<'_>,
    before: &VisitState,
    plan: &assignment::MemberPlan,
    by: PersonId,
) -> Result<(), Error> {
    let held = domain::Held { member: step.to.member, start: step.to.start };
    let state = match *before {
        VisitState::Offered { offer, expires, .. } => {
            offers::set_start(tx, offer, held.start).await?;
            VisitState::Offered { held, offer, expires }
        }
        VisitState::Agreed { .. } => VisitState::Agreed { held },
        _ => return Err(Refusal::Changed.into()),
    };
    let visit = &mut step.visit;
    placing::hold(tx, visit, plan, state).await?;
    visit_changes::happened(tx, visit.id, "start_changed", Some(held.member), Some(by)).await?;
    let message = Message::StartChanged { visit: visit.id, job: visit.terms.kind, start: held.start };
    outbox::write(tx, held.member, None, Some(visit.id), &message).await?;
    audit::write(tx, Some(by), Some(visit.resident.id), "visit.start_changed", visit.id).await
}
