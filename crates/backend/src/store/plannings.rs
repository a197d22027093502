//! Runs of the planner: what was asked, how far each has come, what it found, what became of that.

use assignment::Plan;
use chrono::NaiveDate;
use domain::{Minutes, Moment, PersonId, PlanningId, VisitId};
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    store::tx::{Tx, execute, optional, scalar},
};

/// A run that has told nothing for so long has died with its server.
const SILENT: Minutes = Minutes(2);

/// What the coordinator asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The visits that somebody is wanted for.
    pub(crate) visits: Vec<VisitId>,
    /// Whether other visits may change hands for it.
    pub(crate) others: Others,
    /// Whose absence left them, if one did.
    #[serde(default)]
    pub(crate) away: Option<Away>,
}

/// Whether other visits may change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Others {
    /// They stay as they are.
    Stay,
    /// Those of the same days may, where it helps somebody who has nobody.
    May,
}

/// A member who was marked away, and what that did at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Away {
    pub(crate) member: PersonId,
    pub(crate) last: NaiveDate,
    /// How many of their visits others are asked for already.
    pub(crate) passed_on: usize,
}

/// What a run found: both ends of the trade, and the versions of the visits it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Found {
    /// Nothing else moves.
    pub(crate) at_once: Plan,
    /// Others move, and fewer are left without. None where that helps nobody.
    pub(crate) searched: Option<Plan>,
    /// Every visit that was looked at, as it was then.
    pub(crate) versions: Vec<(VisitId, i64)>,
}

/// What became of a plan that was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// The visits for which it was carried out.
    pub(crate) done: Vec<VisitId>,
    /// Those that had changed, or whose new place had gone, since it was made. Nothing was done with them.
    pub(crate) changed: Vec<VisitId>,
}

/// Where a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoredState {
    Running,
    Ready(Found),
    Broken,
    Accepted(Found, Taken),
    Discarded(Found),
}

/// A run.
#[derive(Clone, Debug)]
pub(crate) struct StoredPlanning {
    pub(crate) id: PlanningId,
    pub(crate) asked: Asked,
    pub(crate) tried: u64,
    pub(crate) state: StoredState,
}

#[derive(sqlx::FromRow)]
struct PlanningRow {
    planning_id: String,
    state: String,
    asked: String,
    tried: i64,
    found: Option<String>,
    taken: Option<String>,
}

/// A new run, unless one is running.
pub(crate) async fn insert(tx: &mut Tx, asked: &Asked, by: PersonId) -> Result<Option<PlanningId>, Error> {
    let id = PlanningId::from_random(tx.random());
    let made = execute!(
        tx,
        "insert into planning (planning_id, coop_id, by_person, made, state, asked, beat) \
         values ($1, $2, $3, $4, 'running', $5, $4) on conflict do nothing",
        id.to_string(),
        tx.settings().coop.id.to_string(),
        by.to_string(),
        tx.now().seconds(),
        serde_json::to_string(asked)?
    )?;
    Ok((made == 1).then_some(id))
}

/// The run of that id, if the co-op has it.
pub(crate) async fn by_id(tx: &mut Tx, id: PlanningId) -> Result<Option<StoredPlanning>, Error> {
    let row = optional!(
        tx,
        PlanningRow,
        "select planning_id, state, asked, tried, found, taken from planning where planning_id = $1 and coop_id = $2",
        id.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.as_ref().map(read).transpose()
}

/// The newest run that runs or waits to be accepted.
pub(crate) async fn open(tx: &mut Tx) -> Result<Option<PlanningId>, Error> {
    let row: Option<(String,)> = optional!(
        tx,
        (String,),
        "select planning_id from planning where coop_id = $1 and state in ('running', 'ready') \
         order by made desc, planning_id limit 1",
        tx.settings().coop.id.to_string()
    )?;
    row.map(|(id,)| id.parse().map_err(Error::stored)).transpose()
}

/// Tells how far the run has come. Whether it is to go on: nobody has stopped it, and it wasn't given up for dead.
pub(crate) async fn beat(tx: &mut Tx, id: PlanningId, tried: u64) -> Result<bool, Error> {
    execute!(
        tx,
        "update planning set tried = $2, beat = $3 where planning_id = $1 and state = 'running'",
        id.to_string(),
        i64::try_from(tried).unwrap_or(i64::MAX),
        tx.now().seconds()
    )?;
    let going: i64 = scalar!(
        tx,
        i64,
        "select count(*) from planning where planning_id = $1 and state = 'running' and stop = 0",
        id.to_string()
    )?;
    Ok(going > 0)
}

/// Asks the run to end with what it has. Whether it was running.
pub(crate) async fn stop(tx: &mut Tx, id: PlanningId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update planning set stop = 1 where planning_id = $1 and state = 'running' and coop_id = $2",
        id.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    Ok(changed > 0)
}

/// What it found. Nothing is written when it was given up for dead.
pub(crate) async fn ready(tx: &mut Tx, id: PlanningId, found: &Found) -> Result<(), Error> {
    execute!(
        tx,
        "update planning set state = 'ready', found = $2, tried = $3 where planning_id = $1 and state = 'running'",
        id.to_string(),
        serde_json::to_string(found)?,
        i64::try_from(found.searched.as_ref().unwrap_or(&found.at_once).evaluations).unwrap_or(i64::MAX)
    )?;
    Ok(())
}

/// It ended without an answer.
pub(crate) async fn broken(tx: &mut Tx, id: PlanningId) -> Result<(), Error> {
    execute!(tx, "update planning set state = 'broken' where planning_id = $1 and state = 'running'", id.to_string())?;
    Ok(())
}

/// Runs whose server died: nobody will end them.
pub(crate) async fn give_up_silent(tx: &mut Tx) -> Result<(), Error> {
    let silent_since = tx.now() - SILENT;
    execute!(tx, "update planning set state = 'broken' where state = 'running' and beat < $1", silent_since.seconds())?;
    Ok(())
}

/// It was accepted, and this came of it. Whether it was ready until now.
pub(crate) async fn accepted(tx: &mut Tx, id: PlanningId, taken: &Taken) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update planning set state = 'accepted', taken = $2 where planning_id = $1 and state = 'ready'",
        id.to_string(),
        serde_json::to_string(taken)?
    )?;
    Ok(changed > 0)
}

/// Nobody wants it. Whether it was ready until now.
pub(crate) async fn discarded(tx: &mut Tx, id: PlanningId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update planning set state = 'discarded' where planning_id = $1 and state = 'ready'",
        id.to_string()
    )?;
    Ok(changed > 0)
}

/// Forgets runs made before that instant.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from planning where made < $1 and state <> 'running'", before.seconds())?;
    Ok(())
}

fn read(row: &PlanningRow) -> Result<StoredPlanning, Error> {
    let id = row.planning_id.parse().map_err(Error::stored)?;
    let found = || -> Result<Found, Error> {
        let text = row.found.as_deref().ok_or_else(|| Error::stored(format!("planning {id}: nothing found")))?;
        Ok(serde_json::from_str(text)?)
    };
    let state = match row.state.as_str() {
        "running" => StoredState::Running,
        "ready" => StoredState::Ready(found()?),
        "broken" => StoredState::Broken,
        "accepted" => StoredState::Accepted(found()?, serde_json::from_str(row.taken.as_deref().unwrap_or("null"))?),
        "discarded" => StoredState::Discarded(found()?),
        other => return Err(Error::stored(format!("planning {id}: state {other}"))),
    };
    let tried = u64::try_from(row.tried).unwrap_or(0);
    Ok(StoredPlanning { id, asked: serde_json::from_str(&row.asked)?, tried, state })
}
