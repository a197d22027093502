//! Visits, read whole with their order, home and people. They are changed in `store::visit_changes`.

use assignment::Strangers;
use chrono::NaiveDate;
use domain::{
    Address, Cancelled, Cents, ContactWay, Coordinates, Held, JobKind, JobTerms, Minutes, Moment, Note, OrderId,
    PersonId, PersonName, PhoneNumber, SlipCode, Span, VisitId, VisitState,
};

use crate::{
    Error,
    folding::folded,
    store::tx::{Tx, all, optional, scalar},
    views::{PersonBrief, VisitView},
};

/// A visit with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct StoredVisit {
    pub(crate) id: VisitId,
    pub(crate) order: OrderId,
    pub(crate) state: VisitState,
    pub(crate) version: i64,
    pub(crate) window: Span,
    /// What was asked for, as the terms were when it was ordered.
    pub(crate) terms: JobTerms,
    pub(crate) resident: PersonBrief,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) contact: ContactWay,
    pub(crate) home: Address,
    pub(crate) note: Note,
    pub(crate) slip: SlipCode,
    pub(crate) strangers_welcome: bool,
    /// The session that ordered it.
    pub(crate) session: Option<String>,
    pub(crate) helper: Option<PersonBrief>,
    pub(crate) been_before: u32,
    pub(crate) feedback: Option<u8>,
    pub(crate) ring_by: Option<Moment>,
    pub(crate) reasons: Option<assignment::Reasons>,
    pub(crate) failure: Option<assignment::Failure>,
    /// The stretch of the member's time that it takes, travel included.
    pub(crate) block: Option<Span>,
}

#[derive(sqlx::FromRow)]
struct VisitRow {
    visit_id: String,
    order_id: String,
    job: String,
    window_start: i64,
    window_end: i64,
    minutes: i64,
    effort: String,
    price: i64,
    labour_percent: i64,
    pay: i64,
    state: String,
    member_id: Option<String>,
    planned_start: Option<i64>,
    block_start: Option<i64>,
    block_end: Option<i64>,
    offer_id: Option<String>,
    offer_expires: Option<i64>,
    reserved_until: Option<i64>,
    on_way: Option<i64>,
    started: Option<i64>,
    done: Option<i64>,
    worked: Option<i64>,
    cancelled_at: Option<i64>,
    cancelled_by: Option<String>,
    ring_by: Option<i64>,
    reasons: Option<String>,
    failure: Option<String>,
    version: i64,
    note: String,
    contact: String,
    strangers_welcome: i64,
    slip_code: String,
    session_id: Option<String>,
    street: String,
    house: String,
    district: String,
    lat_micro: i64,
    lon_micro: i64,
    resident_id: String,
    resident_given: String,
    resident_family: String,
    phone: Option<String>,
    member_given: Option<String>,
    member_family: Option<String>,
    been_before: i64,
    feedback: Option<i64>,
}

macro_rules! visits {
    ($rest:literal) => {
        concat!(
            "select v.visit_id, v.order_id, v.job, v.window_start, v.window_end, v.minutes, v.effort, v.price, \
             v.labour_percent, v.pay, v.state, v.member_id, v.planned_start, v.block_start, v.block_end, v.offer_id, v.offer_expires, \
             v.reserved_until, v.on_way, v.started, v.done, v.worked, v.cancelled_at, v.cancelled_by, v.ring_by, \
             v.reasons, v.failure, v.version, o.note, o.contact, o.strangers_welcome, o.slip_code, o.session_id, \
             h.street, h.house, h.district, h.lat_micro, h.lon_micro, v.resident_id, \
             r.given as resident_given, r.family as resident_family, r.phone, \
             m.given as member_given, m.family as member_family, \
             (select count(*) from visit before where before.member_id = v.member_id \
              and before.resident_id = v.resident_id and before.state = 'done' and before.visit_id <> v.visit_id) \
             as been_before, \
             f.number as feedback \
             from visit v \
             join help_order o on o.order_id = v.order_id \
             join home h on h.home_id = o.home_id \
             join person r on r.person_id = v.resident_id \
             left join person m on m.person_id = v.member_id \
             left join feedback f on f.visit_id = v.visit_id ",
            $rest
        )
    };
}

/// The visit of that id, if the co-op has it.
pub(crate) async fn by_id(tx: &mut Tx, visit: VisitId) -> Result<Option<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    optional!(tx, VisitRow, visits!("where v.visit_id = $1 and v.coop_id = $2"), visit.to_string(), coop)?
        .map(read)
        .transpose()
}

/// The first visit of that order.
pub(crate) async fn by_order(tx: &mut Tx, order: OrderId) -> Result<Option<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    optional!(
        tx,
        VisitRow,
        visits!("where v.order_id = $1 and v.coop_id = $2 order by v.window_start, v.visit_id limit 1"),
        order.to_string(),
        coop
    )?
    .map(read)
    .transpose()
}

/// The visit that a slip of paper is about: the first of its order.
pub(crate) async fn by_slip(tx: &mut Tx, slip: SlipCode) -> Result<Option<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    optional!(
        tx,
        VisitRow,
        visits!("where o.slip_code = $1 and v.coop_id = $2 order by v.window_start, v.visit_id limit 1"),
        slip.to_string(),
        coop
    )?
    .map(read)
    .transpose()
}

/// The visits to one resident, the earliest first.
pub(crate) async fn of_resident(tx: &mut Tx, resident: PersonId) -> Result<Vec<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    all!(
        tx,
        VisitRow,
        visits!("where v.resident_id = $1 and v.coop_id = $2 order by v.window_start, v.visit_id"),
        resident.to_string(),
        coop
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// The visits that hold a member's time and begin within the stretch, in order of start.
pub(crate) async fn of_member(tx: &mut Tx, member: PersonId, within: Span) -> Result<Vec<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    all!(
        tx,
        VisitRow,
        visits!(
            "where v.member_id = $1 and v.coop_id = $2 and v.planned_start >= $3 and v.planned_start < $4 \
             order by v.planned_start, v.visit_id"
        ),
        member.to_string(),
        coop,
        within.start.seconds(),
        within.end.seconds()
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// The visits whose arrival window begins within the stretch.
pub(crate) async fn within(tx: &mut Tx, span: Span) -> Result<Vec<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    all!(
        tx,
        VisitRow,
        visits!(
            "where v.coop_id = $1 and v.window_start >= $2 and v.window_start < $3 order by v.window_start, v.visit_id"
        ),
        coop,
        span.start.seconds(),
        span.end.seconds()
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// The visits in that state, the soonest first.
pub(crate) async fn in_state(tx: &mut Tx, state: &'static str) -> Result<Vec<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    all!(
        tx,
        VisitRow,
        visits!("where v.coop_id = $1 and v.state = $2 order by v.window_start, v.visit_id"),
        coop,
        state
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// The visits about which somebody waits to be told by voice.
pub(crate) async fn to_tell(tx: &mut Tx) -> Result<Vec<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    all!(
        tx,
        VisitRow,
        visits!(
            "where v.coop_id = $1 and v.state not in ('open', 'reserved') and v.window_end > $2 and exists (\
             select 1 from outbox b where b.visit_id = v.visit_id and b.person_id = v.resident_id \
             and (b.way = 'call' or b.failed_at is not null) and b.sent_at is null \
             and b.kind in ('visit_agreed', 'helper_changed', 'visit_moved', 'visit_cancelled')) \
             order by v.window_start, v.visit_id"
        ),
        coop,
        tx.now().seconds()
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// What is written once a visit and date.
pub(crate) fn reminder_of(visit: VisitId, date: NaiveDate) -> String {
    format!("reminder {visit} {date}")
}

/// Agreed visits whose windows begin within the day, that were agreed on before `agreed`, and whose residents, told by
/// text message, haven't been reminded of that date.
pub(crate) async fn to_remind(
    tx: &mut Tx,
    day: Span,
    date: NaiveDate,
    agreed: Moment,
) -> Result<Vec<StoredVisit>, Error> {
    let coop = tx.settings().coop.id.to_string();
    all!(
        tx,
        VisitRow,
        visits!(
            "where v.coop_id = $1 and v.state = 'agreed' and v.window_start >= $2 and v.window_start < $3 \
             and o.contact = 'sms' \
             and not exists (select 1 from visit_event e where e.visit_id = v.visit_id and e.kind = 'agreed' \
             and e.at > $4) \
             and not exists (select 1 from outbox b where b.coop_id = $1 \
             and b.once = 'reminder ' || v.visit_id || ' ' || $5) \
             order by v.window_start, v.visit_id"
        ),
        coop,
        day.start.seconds(),
        day.end.seconds(),
        agreed.seconds(),
        date.to_string()
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// Whether that has happened to the visit, to or by that person.
pub(crate) async fn has_happened(
    tx: &mut Tx,
    visit: VisitId,
    kind: &'static str,
    by: Option<PersonId>,
) -> Result<bool, Error> {
    let count: i64 = scalar!(
        tx,
        i64,
        "select count(*) from visit_event where visit_id = $1 and kind = $2 and ($3 = '' or by_person = $3)",
        visit.to_string(),
        kind,
        by.map(|by| by.to_string()).unwrap_or_default()
    )?;
    Ok(count > 0)
}

/// The newest order that a session has made since that instant.
pub(crate) async fn newest_order(tx: &mut Tx, session: &str, since: Moment) -> Result<Option<OrderId>, Error> {
    let row: Option<(String,)> = optional!(
        tx,
        (String,),
        "select order_id from help_order where session_id = $1 and made >= $2 order by made desc limit 1",
        session,
        since.seconds()
    )?;
    row.map(|(order,)| order.parse().map_err(Error::stored)).transpose()
}

/// Offers that have ended unanswered and reservations that nobody confirmed.
pub(crate) async fn overdue(tx: &mut Tx) -> Result<Vec<(VisitId, String)>, Error> {
    let coop = tx.settings().coop.id.to_string();
    let rows: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select visit_id, state from visit where coop_id = $1 and ((state = 'offered' and offer_expires <= $2) \
         or (state = 'reserved' and reserved_until <= $2)) order by window_start, visit_id",
        coop,
        tx.now().seconds()
    )?;
    rows.into_iter().map(|(id, state)| Ok((id.parse().map_err(Error::stored)?, state))).collect()
}

fn read(row: VisitRow) -> Result<StoredVisit, Error> {
    let id: VisitId = row.visit_id.parse().map_err(Error::stored)?;
    let state = read_state(&row).ok_or_else(|| Error::stored(format!("visit {id}: state {}", row.state)))?;
    let name = |given: &str, family: &str| PersonName::stored(given.to_owned(), family.to_owned());
    let helper = match (&row.member_id, &row.member_given, &row.member_family) {
        (Some(member), Some(given), Some(family)) => {
            Some(PersonBrief { id: member.parse().map_err(Error::stored)?, name: name(given, family) })
        }
        _ => None,
    };
    let block = match (row.block_start, row.block_end) {
        (Some(start), Some(end)) => Some(Span { start: Moment::from_seconds(start), end: Moment::from_seconds(end) }),
        _ => None,
    };
    let json = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    Ok(StoredVisit {
        id,
        order: row.order_id.parse().map_err(Error::stored)?,
        state,
        version: row.version,
        window: Span { start: Moment::from_seconds(row.window_start), end: Moment::from_seconds(row.window_end) },
        terms: JobTerms {
            kind: row.job.parse::<JobKind>().map_err(Error::stored)?,
            minutes: Minutes(row.minutes),
            effort: row.effort.parse().map_err(Error::stored)?,
            price: Cents(row.price),
            labour_percent: row.labour_percent,
            pay: Cents(row.pay),
            // The credit is estimated when an order is made and not kept with the visit.
            credit: domain::CreditEligibility::Conditional,
        },
        resident: PersonBrief {
            id: row.resident_id.parse().map_err(Error::stored)?,
            name: name(&row.resident_given, &row.resident_family),
        },
        phone: row.phone.map(PhoneNumber::stored),
        contact: row.contact.parse().map_err(Error::stored)?,
        home: Address::stored(
            row.street,
            row.house,
            row.district,
            Coordinates { lat_micro: row.lat_micro, lon_micro: row.lon_micro },
        ),
        note: Note::parse(&row.note).map_err(Error::stored)?,
        slip: read_slip(&row.slip_code)?,
        strangers_welcome: row.strangers_welcome != 0,
        session: row.session_id,
        helper,
        been_before: u32::try_from(row.been_before).unwrap_or(u32::MAX),
        feedback: row.feedback.and_then(|number| u8::try_from(number).ok()),
        ring_by: row.ring_by.map(Moment::from_seconds),
        reasons: serde_json::from_str(&json(&row.reasons))?,
        failure: serde_json::from_str(&json(&row.failure))?,
        block,
    })
}

fn read_slip(code: &str) -> Result<SlipCode, Error> {
    let (word, number) = code.split_once(' ').ok_or_else(|| Error::stored("slip code"))?;
    SlipCode::parse(word, number).map_err(Error::stored)
}

/// The state in the row's columns; nothing when they contradict each other, which the table's checks forbid.
fn read_state(row: &VisitRow) -> Option<VisitState> {
    let at = |seconds: Option<i64>| seconds.map(Moment::from_seconds);
    let held = || {
        Some(Held { member: row.member_id.as_ref()?.parse().ok()?, start: Moment::from_seconds(row.planned_start?) })
    };
    Some(match row.state.as_str() {
        "open" => VisitState::Open,
        "reserved" => VisitState::Reserved { held: held()?, until: at(row.reserved_until)? },
        "offered" => VisitState::Offered {
            held: held()?,
            offer: row.offer_id.as_ref()?.parse().ok()?,
            expires: at(row.offer_expires)?,
        },
        "agreed" => VisitState::Agreed { held: held()? },
        "under_way" => VisitState::UnderWay { held: held()?, on_way: at(row.on_way)?, started: at(row.started) },
        "done" => VisitState::Done { held: held()?, done: at(row.done)?, worked: Minutes(row.worked?) },
        "cancelled" => {
            VisitState::Cancelled(Cancelled { at: at(row.cancelled_at)?, by: row.cancelled_by.as_ref()?.parse().ok()? })
        }
        _ => return None,
    })
}

impl StoredVisit {
    /// Who may be asked.
    pub(crate) const fn strangers(&self) -> Strangers {
        if self.strangers_welcome { Strangers::Welcome } else { Strangers::OnlyFamiliar }
    }

    /// As residents, relatives and the co-op see it.
    pub(crate) fn view(self, zone: domain::Zone, now: Moment) -> VisitView {
        VisitView {
            visit: self.id,
            order: self.order,
            job: self.terms.kind,
            window: self.window,
            minutes: self.terms.minutes,
            effort: self.terms.effort,
            state: self.state,
            version: self.version,
            helper: self.helper,
            been_before: self.been_before > 0,
            resident: self.resident,
            phone: self.phone,
            contact: self.contact,
            home: self.home,
            note: self.note,
            slip: self.slip,
            price: self.terms.price,
            strangers_welcome: self.strangers_welcome,
            feedback: self.feedback,
            cancel_free: now < domain::free_cancelling_until(zone, self.window.start),
            ring_by: self.ring_by,
            reasons: self.reasons,
            nobody: self.failure.filter(|_| self.state == VisitState::Open).map(folded),
        }
    }
}
