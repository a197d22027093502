//! The demo neighbourhood's own writes: its mark on the co-op, visits with a past, and taking all of it away again.

use domain::{
    Address, HomeId, JobTerms, Limits, Minutes, Moment, OfferId, OrderId, PersonId, SlipCode, Span, TravelMode,
    VisitId, VisitState,
};

use crate::{
    Error,
    store::tx::{Tx, execute, optional},
};

/// Every table with something of a co-op's people in it, those that point at others first.
const TABLES: [&str; 37] = [
    "delete from merging_moved",
    "delete from merging",
    "delete from not_same",
    "update person set merged_into = null",
    "delete from outbox_failure",
    "delete from outbox",
    "delete from visit_event",
    "delete from feedback",
    "delete from offer",
    "delete from visit",
    "delete from help_order",
    "delete from mandate_request",
    "delete from mandate_invitation",
    "delete from mandate",
    "delete from door_code",
    "delete from resident_key",
    "delete from refusal_pair",
    "delete from member_skill",
    "delete from member_hours",
    "delete from member_exception",
    "delete from member_strength",
    "delete from member_absence",
    "delete from planning",
    "delete from member",
    "delete from home",
    "delete from known_client",
    "delete from session",
    "delete from passkey",
    "delete from phone_link",
    "delete from submission",
    "delete from attempt",
    "delete from audit_log",
    "update audit_head set seq = 0, hash = ''",
    "delete from person_role",
    "delete from person",
    "delete from job_terms",
    "delete from demo_fill",
];

/// Takes everything away. The database itself refuses it to a co-op that isn't the demo (see `audit_log`).
pub(crate) async fn clear(tx: &mut Tx) -> Result<(), Error> {
    for statement in TABLES {
        execute!(tx, statement)?;
    }
    Ok(())
}

/// Marks the co-op as the demo's, made now.
pub(crate) async fn begin(tx: &mut Tx, seed: u64) -> Result<(), Error> {
    let coop = tx.settings().coop.id.to_string();
    execute!(tx, "update coop set demo = 1 where coop_id = $1", coop.clone())?;
    execute!(
        tx,
        "insert into demo_fill (coop_id, seed, made) values ($1, $2, $3)",
        coop,
        i64::from_ne_bytes(seed.to_ne_bytes()),
        tx.now().seconds()
    )?;
    Ok(())
}

/// When the demo neighbourhood was made, if it was.
pub(crate) async fn made(tx: &mut Tx) -> Result<Option<Moment>, Error> {
    let row: Option<(i64,)> =
        optional!(tx, (i64,), "select made from demo_fill where coop_id = $1", tx.settings().coop.id.to_string())?;
    Ok(row.map(|(made,)| Moment::from_seconds(made)))
}

/// A member; limits, hours and skills are set as any member's are.
pub(crate) async fn insert_member(
    tx: &mut Tx,
    member: PersonId,
    mode: TravelMode,
    home: &Address,
    limits: &Limits,
) -> Result<(), Error> {
    execute!(
        tx,
        "insert into member (person_id, coop_id, mode, lat_micro, lon_micro, heaviest) values ($1, $2, $3, $4, $5, $6)",
        member.to_string(),
        tx.settings().coop.id.to_string(),
        mode.code(),
        home.at().lat_micro,
        home.at().lon_micro,
        limits.heaviest.code()
    )?;
    Ok(())
}

/// A visit with its past: as it is now, and how it came to be so.
pub(crate) struct PastVisit {
    pub(crate) order: OrderId,
    pub(crate) visit: VisitId,
    pub(crate) resident: PersonId,
    pub(crate) home: HomeId,
    pub(crate) contact: domain::ContactWay,
    pub(crate) strangers_welcome: bool,
    pub(crate) terms: JobTerms,
    pub(crate) window: Span,
    pub(crate) slip: SlipCode,
    pub(crate) ordered: Moment,
    pub(crate) state: VisitState,
    pub(crate) block: Option<Span>,
    /// When the member set out and began, for a visit that is done.
    pub(crate) on_way: Option<(Moment, Moment)>,
    pub(crate) ring_by: Option<Moment>,
    pub(crate) reasons: Option<assignment::Reasons>,
    pub(crate) failure: Option<assignment::Failure>,
    pub(crate) feedback: Option<u8>,
    /// Event codes with when, in order.
    pub(crate) events: Vec<(Moment, &'static str)>,
}

/// Writes it down.
pub(crate) async fn insert_visit(tx: &mut Tx, past: &PastVisit) -> Result<(), Error> {
    let coop = tx.settings().coop.id.to_string();
    execute!(
        tx,
        "insert into help_order (order_id, coop_id, resident_id, booker_id, home_id, job, note, contact, \
         strangers_welcome, slip_code, made) values ($1, $2, $3, $3, $4, $5, '', $6, $7, $8, $9)",
        past.order.to_string(),
        coop.clone(),
        past.resident.to_string(),
        past.home.to_string(),
        past.terms.kind.code(),
        past.contact.code(),
        i64::from(past.strangers_welcome),
        past.slip.to_string(),
        past.ordered.seconds()
    )?;
    let held = past.state.held();
    let seconds = |at: Option<Moment>| at.map(Moment::seconds);
    let (mut offer, mut reserved_until, mut on_way, mut started) = (None, None, None, None);
    let (mut done, mut cancelled) = (None::<(Moment, Minutes)>, None);
    match past.state {
        VisitState::Offered { offer: id, expires, .. } => offer = Some((id, expires)),
        VisitState::Reserved { until, .. } => reserved_until = Some(until),
        VisitState::UnderWay { on_way: left, started: began, .. } => (on_way, started) = (Some(left), began),
        VisitState::Done { done: at, worked, .. } => {
            (on_way, started) = past.on_way.unzip();
            done = Some((at, worked));
        }
        VisitState::Cancelled(how) => cancelled = Some(how),
        VisitState::Open | VisitState::Agreed { .. } => {}
    }
    execute!(
        tx,
        "insert into visit (visit_id, coop_id, order_id, resident_id, job, window_start, window_end, minutes, effort, \
         price, labour_percent, pay, state, member_id, planned_start, block_start, block_end, offer_id, offer_expires, \
         reserved_until, on_way, started, done, worked, cancelled_at, cancelled_by, ring_by, reasons, failure, made) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26, $27, $28, $29, $30)",
        past.visit.to_string(),
        coop.clone(),
        past.order.to_string(),
        past.resident.to_string(),
        past.terms.kind.code(),
        past.window.start.seconds(),
        past.window.end.seconds(),
        past.terms.minutes.0,
        past.terms.effort.code(),
        past.terms.price.0,
        past.terms.labour_percent,
        past.terms.pay.0,
        past.state.code(),
        held.map(|held| held.member.to_string()),
        held.map(|held| held.start.seconds()),
        past.block.map(|block| block.start.seconds()),
        past.block.map(|block| block.end.seconds()),
        offer.map(|(id, _)| id.to_string()),
        seconds(offer.map(|(_, expires)| expires)),
        seconds(reserved_until),
        seconds(on_way),
        seconds(started),
        seconds(done.map(|(at, _)| at)),
        done.map(|(_, worked)| worked.0),
        seconds(cancelled.map(|how| how.at)),
        cancelled.map(|how| how.by.code()),
        seconds(past.ring_by),
        past.reasons.as_ref().map(serde_json::to_string).transpose()?,
        past.failure.as_ref().map(serde_json::to_string).transpose()?,
        past.ordered.seconds()
    )?;
    for (at, kind) in &past.events {
        let member = if matches!(*kind, "ordered" | "nobody_found" | "cancelled") { None } else { held };
        execute!(
            tx,
            "insert into visit_event (coop_id, visit_id, at, kind, member_id) values ($1, $2, $3, $4, $5)",
            coop.clone(),
            past.visit.to_string(),
            at.seconds(),
            *kind,
            member.map(|held| held.member.to_string())
        )?;
    }
    if let (Some(number), VisitState::Done { done, .. }) = (past.feedback, past.state) {
        execute!(
            tx,
            "insert into feedback (visit_id, coop_id, number, at, by_person) values ($1, $2, $3, $4, $5)",
            past.visit.to_string(),
            coop,
            i64::from(number),
            (done + Minutes(90)).seconds(),
            past.resident.to_string()
        )?;
    }
    Ok(())
}

/// An offer with its answer: `None` is still open.
pub(crate) async fn insert_offer(
    tx: &mut Tx,
    offer: OfferId,
    past: &PastVisit,
    (made, expires): (Moment, Moment),
    accepted: Option<Moment>,
) -> Result<(), Error> {
    let Some(held) = past.state.held() else { return Ok(()) };
    execute!(
        tx,
        "insert into offer (offer_id, coop_id, visit_id, member_id, planned_start, made, expires, answer, answered_at, \
         reasons) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        offer.to_string(),
        tx.settings().coop.id.to_string(),
        past.visit.to_string(),
        held.member.to_string(),
        held.start.seconds(),
        made.seconds(),
        expires.seconds(),
        if accepted.is_some() { "accepted" } else { "pending" },
        accepted.map(Moment::seconds),
        past.reasons.as_ref().map(serde_json::to_string).transpose()?
    )?;
    Ok(())
}

/// One text message of the neighbourhood didn't arrive: whoever was asked last has their phone off.
pub(crate) async fn one_text_fails(tx: &mut Tx) -> Result<(), Error> {
    let coop = tx.settings().coop.id.to_string();
    execute!(
        tx,
        "update outbox set taken_at = made, tries = 1, failed_at = $2, trouble = 'undelivered' where outbox_id = \
         (select max(outbox_id) from outbox where coop_id = $1 and way = 'sms' and kind = 'new_offer')",
        coop,
        tx.now().seconds()
    )?;
    Ok(())
}
