//! How a visit changes: written down, moved from state to state, given another window.
//!
//! Every change of state goes through [`set_state`], which refuses when the visit has moved on since it was read: the
//! version is the visit's own lock. A member's time is guarded by the member's lock (see `placing`).

use domain::{
    Cancelled, Cents, ContactWay, HomeId, JobTerms, Minutes, Moment, Note, OfferId, OrderId, PersonId, SlipCode, Span,
    VisitId, VisitState,
};

use super::visits::StoredVisit;
use crate::{
    Error, Refusal,
    store::tx::{Tx, all, execute, scalar},
};

/// What an order needs to be written down.
#[derive(Clone, Debug)]
pub(crate) struct NewOrder {
    pub(crate) order: OrderId,
    pub(crate) visit: VisitId,
    pub(crate) resident: PersonId,
    pub(crate) booker: Option<PersonId>,
    pub(crate) session: Option<String>,
    pub(crate) home: HomeId,
    pub(crate) terms: JobTerms,
    pub(crate) window: Span,
    pub(crate) note: Note,
    pub(crate) contact: ContactWay,
    pub(crate) strangers_welcome: bool,
    pub(crate) credit_used: Option<Cents>,
}

/// Writes down an order and its one visit, which is open: whoever holds its time comes next, in the same transaction.
/// Answers the slip's code.
pub(crate) async fn insert(tx: &mut Tx, new: &NewOrder) -> Result<SlipCode, Error> {
    let coop = tx.settings().coop.id.to_string();
    let slip = free_slip(tx).await?;
    execute!(
        tx,
        "insert into help_order (order_id, coop_id, resident_id, booker_id, session_id, home_id, job, note, contact, \
         strangers_welcome, credit_used, slip_code, made) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        new.order.to_string(),
        coop.clone(),
        new.resident.to_string(),
        new.booker.map(|booker| booker.to_string()),
        new.session.clone(),
        new.home.to_string(),
        new.terms.kind.code(),
        new.note.as_str().to_owned(),
        new.contact.code(),
        i64::from(new.strangers_welcome),
        new.credit_used.map(|sum| sum.0),
        slip.to_string(),
        tx.now().seconds()
    )?;
    execute!(
        tx,
        "insert into visit (visit_id, coop_id, order_id, resident_id, job, window_start, window_end, minutes, effort, \
         price, labour_percent, pay, state, version, made) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', 1, $13)",
        new.visit.to_string(),
        coop,
        new.order.to_string(),
        new.resident.to_string(),
        new.terms.kind.code(),
        new.window.start.seconds(),
        new.window.end.seconds(),
        new.terms.minutes.0,
        new.terms.effort.code(),
        new.terms.price.0,
        new.terms.labour_percent,
        new.terms.pay.0,
        tx.now().seconds()
    )?;
    Ok(slip)
}

/// The paper slip of that order leads nowhere any more.
pub(crate) async fn new_slip(tx: &mut Tx, order: &str) -> Result<(), Error> {
    let slip = free_slip(tx).await?;
    execute!(tx, "update help_order set slip_code = $2 where order_id = $1", order, slip.to_string())?;
    Ok(())
}

/// A code that no other slip has.
async fn free_slip(tx: &mut Tx) -> Result<SlipCode, Error> {
    let coop = tx.settings().coop.id.to_string();
    for _ in 0..50 {
        let slip = SlipCode::from_random(u32::from_le_bytes(tx.random()));
        let taken: i64 = scalar!(
            tx,
            i64,
            "select count(*) from help_order where coop_id = $1 and slip_code = $2",
            coop.clone(),
            slip.to_string()
        )?;
        if taken == 0 {
            return Ok(slip);
        }
    }
    Err(Refusal::TryLater.into())
}

/// Moves the visit on, from the version that was read, with the stretch of the member's time that it takes from now on.
///
/// # Errors
/// [`Refusal::Changed`] when somebody else moved it on meanwhile.
pub(crate) async fn set_state(
    tx: &mut Tx,
    visit: &mut StoredVisit,
    state: VisitState,
    block: Option<Span>,
) -> Result<(), Error> {
    let columns = Columns::of(&state);
    let changed = execute!(
        tx,
        "update visit set state = $3, member_id = $4, planned_start = $5, block_start = $6, block_end = $7, \
         offer_id = $8, offer_expires = $9, reserved_until = $10, \
         on_way = case when $3 = 'done' then on_way else $11 end, \
         started = case when $3 = 'done' then started else $12 end, \
         done = $13, worked = $14, cancelled_at = $15, cancelled_by = $16, version = version + 1 \
         where visit_id = $1 and version = $2",
        visit.id.to_string(),
        visit.version,
        state.code(),
        state.held().map(|held| held.member.to_string()),
        state.held().map(|held| held.start.seconds()),
        block.map(|block| block.start.seconds()),
        block.map(|block| block.end.seconds()),
        columns.offer.map(|offer| offer.to_string()),
        columns.offer_expires.map(Moment::seconds),
        columns.reserved_until.map(Moment::seconds),
        columns.on_way.map(Moment::seconds),
        columns.started.map(Moment::seconds),
        columns.done.map(|(done, _)| done.seconds()),
        columns.done.map(|(_, worked)| worked.0),
        columns.cancelled.map(|cancelled| cancelled.at.seconds()),
        columns.cancelled.map(|cancelled| cancelled.by.code())
    )?;
    if changed == 0 {
        return Err(Refusal::Changed.into());
    }
    visit.state = state;
    visit.version += 1;
    Ok(())
}

/// Why this member, why nobody, and by when the desk rings.
pub(crate) async fn set_why(
    tx: &mut Tx,
    visit: VisitId,
    reasons: Option<&assignment::Reasons>,
    failure: Option<&assignment::Failure>,
    ring_by: Option<Moment>,
) -> Result<(), Error> {
    execute!(
        tx,
        "update visit set reasons = $2, failure = $3, ring_by = $4 where visit_id = $1",
        visit.to_string(),
        reasons.map(serde_json::to_string).transpose()?,
        failure.map(serde_json::to_string).transpose()?,
        ring_by.map(Moment::seconds)
    )?;
    Ok(())
}

/// Another arrival window.
pub(crate) async fn set_window(tx: &mut Tx, visit: &mut StoredVisit, window: Span) -> Result<(), Error> {
    execute!(
        tx,
        "update visit set window_start = $2, window_end = $3 where visit_id = $1",
        visit.id.to_string(),
        window.start.seconds(),
        window.end.seconds()
    )?;
    visit.window = window;
    Ok(())
}

/// How it went. A second answer replaces the first.
pub(crate) async fn set_feedback(
    tx: &mut Tx,
    visit: VisitId,
    number: domain::Feedback,
    by: Option<PersonId>,
) -> Result<(), Error> {
    execute!(
        tx,
        "insert into feedback (visit_id, coop_id, number, at, by_person) values ($1, $2, $3, $4, $5) \
         on conflict (visit_id) do update set number = excluded.number, at = excluded.at, by_person = excluded.by_person",
        visit.to_string(),
        tx.settings().coop.id.to_string(),
        i64::from(number.get()),
        tx.now().seconds(),
        by.map(|by| by.to_string())
    )?;
    Ok(())
}

/// The columns that belong to one state and are null in the others.
#[derive(Default)]
struct Columns {
    offer: Option<OfferId>,
    offer_expires: Option<Moment>,
    reserved_until: Option<Moment>,
    on_way: Option<Moment>,
    started: Option<Moment>,
    done: Option<(Moment, Minutes)>,
    cancelled: Option<Cancelled>,
}

impl Columns {
    fn of(state: &VisitState) -> Self {
        let none = Self::default();
        match *state {
            VisitState::Open | VisitState::Agreed { .. } => none,
            VisitState::Reserved { until, .. } => Self { reserved_until: Some(until), ..none },
            VisitState::Offered { offer, expires, .. } => {
                Self { offer: Some(offer), offer_expires: Some(expires), ..none }
            }
            VisitState::UnderWay { on_way, started, .. } => Self { on_way: Some(on_way), started, ..none },
            VisitState::Done { done, worked, .. } => Self { done: Some((done, worked)), ..none },
            VisitState::Cancelled(cancelled) => Self { cancelled: Some(cancelled), ..none },
        }
    }
}

/// The messages about the visit were told to its resident by voice. Whether there were any.
pub(crate) async fn told(tx: &mut Tx, visit: VisitId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update outbox set sent_at = $2 where visit_id = $1 and (way = 'call' or failed_at is not null) and sent_at is null \
         and person_id = (select resident_id from visit where visit_id = $1)",
        visit.to_string(),
        tx.now().seconds()
    )?;
    Ok(changed > 0)
}

/// The stored stretches of a member's visits that begin within the day.
pub(crate) async fn blocks(tx: &mut Tx, member: PersonId, day: Span) -> Result<Vec<(VisitId, Span)>, Error> {
    let rows: Vec<(String, i64, i64)> = all!(
        tx,
        (String, i64, i64),
        "select visit_id, block_start, block_end from visit \
         where member_id = $1 and planned_start >= $2 and planned_start < $3",
        member.to_string(),
        day.start.seconds(),
        day.end.seconds()
    )?;
    rows.into_iter()
        .map(|(visit, start, end)| {
            let span = Span { start: Moment::from_seconds(start), end: Moment::from_seconds(end) };
            Ok((visit.parse().map_err(Error::stored)?, span))
        })
        .collect()
}

/// Cuts a visit's stretch to the work itself, so that its neighbours' can change without passing through an overlap.
pub(crate) async fn cut_block(tx: &mut Tx, visit: VisitId) -> Result<(), Error> {
    execute!(
        tx,
        "update visit set block_start = planned_start, block_end = planned_start + minutes * 60 where visit_id = $1",
        visit.to_string()
    )?;
    Ok(())
}

/// Another stretch of the same member's time, since a neighbour came or went.
pub(crate) async fn set_block(tx: &mut Tx, visit: VisitId, block: Span) -> Result<(), Error> {
    execute!(
        tx,
        "update visit set block_start = $2, block_end = $3 where visit_id = $1",
        visit.to_string(),
        block.start.seconds(),
        block.end.seconds()
    )?;
    Ok(())
}

/// One line of what has happened to a visit. `kind` has words in the texts (`event.*`).
pub(crate) async fn happened(
    tx: &mut Tx,
    visit: VisitId,
    kind: &'static str,
    member: Option<PersonId>,
    by: Option<PersonId>,
) -> Result<(), Error> {
    execute!(
        tx,
        "insert into visit_event (coop_id, visit_id, at, kind, member_id, by_person) values ($1, $2, $3, $4, $5, $6)",
        tx.settings().coop.id.to_string(),
        visit.to_string(),
        tx.now().seconds(),
        kind,
        member.map(|member| member.to_string()),
        by.map(|by| by.to_string())
    )?;
    Ok(())
}

/// What has happened to a visit, in order: when, what, and the first name of the helper it is about.
pub(crate) async fn history(tx: &mut Tx, visit: VisitId) -> Result<Vec<(Moment, String, Option<String>)>, Error> {
    let rows: Vec<(i64, String, Option<String>)> = all!(
        tx,
        (i64, String, Option<String>),
        "select e.at, e.kind, p.given from visit_event e left join person p on p.person_id = e.member_id \
         where e.visit_id = $1 order by e.visit_event_id",
        visit.to_string()
    )?;
    Ok(rows.into_iter().map(|(at, kind, helper)| (Moment::from_seconds(at), kind, helper)).collect())
}
