//! The engine's snapshot, read from the database: members with what they set for themselves and what holds their time.
//!
//! [`snapshot`] reads everybody, to find out who could come; [`member`] reads one, inside the transaction that holds
//! that member's lock, to decide. How anybody has answered before is not read: no query here touches `offer`.

use std::collections::{BTreeMap, BTreeSet};

use assignment::{MemberPlan, PlannedVisit, Snapshot};
use chrono::{NaiveDate, Weekday};
use domain::{
    Cents, Coordinates, DayException, DayHours, EarningsGuard, Hours, Limits, MinuteOfDay, Minutes, Moment, PersonId,
    Service, Span, Strength,
};

use crate::{
    Error,
    store::tx::{Tx, all},
};

/// How far back and ahead visits are read, in minutes: 35 days hold a month's earnings and the longest run of days.
const LOOK: Minutes = Minutes(35 * 24 * 60);

/// Everybody who works now.
pub(crate) async fn snapshot(tx: &mut Tx) -> Result<Snapshot, Error> {
    let members = load(tx, None).await?;
    Ok(Snapshot { now: tx.now(), rules: tx.settings().coop.rules(), members })
}

/// One member; nothing when there is none of that id, or they have left.
pub(crate) async fn member(tx: &mut Tx, member: PersonId) -> Result<Option<MemberPlan>, Error> {
    Ok(load(tx, Some(member)).await?.pop())
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    person_id: String,
    mode: String,
    lat_micro: i64,
    lon_micro: i64,
    visits_a_day: Option<i64>,
    minutes_a_day: Option<i64>,
    visits_a_week: Option<i64>,
    minutes_a_week: Option<i64>,
    heavy_a_week: Option<i64>,
    days_in_row: Option<i64>,
    heaviest: String,
    gap: i64,
    furthest_metres: Option<i64>,
    earnings_guard: String,
    earnings_cents: Option<i64>,
    wished_week: Option<i64>,
}

/// One fact about a member, of any kind: what `a`, `b`, `n` and `m` mean depends on it.
#[derive(sqlx::FromRow)]
struct FactRow {
    kind: String,
    member_id: String,
    a: String,
    b: String,
    n: i64,
    m: i64,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    visit_id: String,
    member_id: String,
    planned_start: i64,
    minutes: i64,
    effort: String,
    pay: i64,
    lat_micro: i64,
    lon_micro: i64,
}

/// Everybody, or only one. (`$2` is empty for everybody.)
async fn load(tx: &mut Tx, only: Option<PersonId>) -> Result<Vec<MemberPlan>, Error> {
    let coop = tx.settings().coop.id.to_string();
    let one = only.map(|member| member.to_string()).unwrap_or_default();
    let rows: Vec<MemberRow> = all!(
        tx,
        MemberRow,
        "select person_id, mode, lat_micro, lon_micro, visits_a_day, minutes_a_day, visits_a_week, minutes_a_week, \
         heavy_a_week, days_in_row, heaviest, gap, furthest_metres, earnings_guard, earnings_cents, wished_week \
         from member where coop_id = $1 and active = 1 and ($2 = '' or person_id = $2)",
        coop.clone(),
        one.clone()
    )?;
    let mut members = BTreeMap::new();
    for row in rows {
        let plan = read_member(&row)?;
        members.insert(plan.id, plan);
    }
    add_facts(tx, &coop, &one, &mut members).await?;
    add_visits(tx, &coop, &one, &mut members).await?;
    Ok(members.into_values().collect())
}

type Members = BTreeMap<PersonId, MemberPlan>;

fn find<'m>(members: &'m mut Members, id: &str) -> Option<&'m mut MemberPlan> {
    members.get_mut(&id.parse().ok()?)
}

/// Skills, hours, dates that differ, strength, whom they don't go to and whom they know: in one question, since whoever
/// holds a member's lock keeps others waiting for as long as it asks.
async fn add_facts(tx: &mut Tx, coop: &str, one: &str, members: &mut Members) -> Result<(), Error> {
    let facts: Vec<FactRow> = all!(
        tx,
        FactRow,
        "select 'skill' as kind, s.member_id, s.service as a, '' as b, 0 as n, 0 as m \
         from member_skill s join member m on m.person_id = s.member_id \
         where m.coop_id = $1 and ($2 = '' or s.member_id = $2) \
         union all select 'hours', h.member_id, h.weekday, '', h.from_minute, h.to_minute \
         from member_hours h join member m on m.person_id = h.member_id \
         where m.coop_id = $1 and ($2 = '' or h.member_id = $2) \
         union all select 'exception', e.member_id, e.on_date, e.hours, 0, 0 \
         from member_exception e join member m on m.person_id = e.member_id \
         where m.coop_id = $1 and ($2 = '' or e.member_id = $2) \
         union all select 'strength', s.member_id, s.on_date, s.strength, 0, 0 \
         from member_strength s join member m on m.person_id = s.member_id \
         where m.coop_id = $1 and ($2 = '' or s.member_id = $2) \
         union all select 'away', a.member_id, a.on_date, '', 0, 0 \
         from member_absence a join member m on m.person_id = a.member_id \
         where m.coop_id = $1 and ($2 = '' or a.member_id = $2) \
         union all select 'refusal', p.member_id, p.resident_id, '', 0, 0 \
         from refusal_pair p join member m on m.person_id = p.member_id \
         where m.coop_id = $1 and ($2 = '' or p.member_id = $2) \
         union all select 'knows', v.member_id, v.resident_id, '', count(*), 0 from visit v \
         where v.coop_id = $1 and v.state = 'done' and ($2 = '' or v.member_id = $2) \
         group by v.member_id, v.resident_id",
        coop.to_owned(),
        one.to_owned()
    )?;
    let mut away: Vec<(String, NaiveDate)> = Vec::new();
    for fact in facts {
        if fact.kind == "away" {
            away.push((fact.member_id, on_date(&fact.a)?));
        } else if let Some(plan) = find(members, &fact.member_id) {
            add_fact(plan, &fact)?;
        }
    }
    for plan in members.values_mut() {
        plan.hours.0.sort_by_key(|(day, hours)| (day.num_days_from_monday(), hours.from));
        plan.exceptions.sort_by_key(|exception| exception.date);
    }
    // Whoever is away has no hours that day, whatever they set for it: the last exception of a date counts.
    for (member, date) in away {
        if let Some(plan) = find(members, &member) {
            plan.exceptions.push(DayException { date, hours: Vec::new() });
        }
    }
    Ok(())
}

fn add_fact(plan: &mut MemberPlan, fact: &FactRow) -> Result<(), Error> {
    match fact.kind.as_str() {
        "skill" => {
            plan.skills.insert(fact.a.parse::<Service>().map_err(Error::stored)?);
        }
        "hours" => {
            let weekday: Weekday = fact.a.parse().map_err(|_| Error::stored("member_hours: weekday"))?;
            plan.hours.0.push((weekday, day_hours(fact.n, fact.m)?));
        }
        "exception" => {
            let stretches: Vec<(i64, i64)> = serde_json::from_str(&fact.b)?;
            let hours = stretches.into_iter().map(|(from, to)| day_hours(from, to)).collect::<Result<_, _>>()?;
            plan.exceptions.push(DayException { date: on_date(&fact.a)?, hours });
        }
        "strength" => {
            plan.strength.insert(on_date(&fact.a)?, fact.b.parse::<Strength>().map_err(Error::stored)?);
        }
        "refusal" => {
            plan.blocked.insert(fact.a.parse().map_err(Error::stored)?);
        }
        "knows" => {
            plan.knows.insert(fact.a.parse().map_err(Error::stored)?, u32::try_from(fact.n).unwrap_or(u32::MAX));
        }
        other => return Err(Error::stored(format!("a fact of kind {other}"))),
    }
    Ok(())
}

/// What holds their time.
async fn add_visits(tx: &mut Tx, coop: &str, one: &str, members: &mut Members) -> Result<(), Error> {
    let (from, until) = (tx.now() - LOOK, tx.now() + LOOK);
    let rows: Vec<HeldRow> = if one.is_empty() {
        all!(
            tx,
            HeldRow,
            "select v.visit_id, v.member_id, v.planned_start, v.minutes, v.effort, v.pay, h.lat_micro, h.lon_micro \
             from visit v join help_order o on o.order_id = v.order_id join home h on h.home_id = o.home_id \
             where v.coop_id = $1 and v.member_id is not null and v.planned_start >= $2 and v.planned_start < $3 \
             order by v.planned_start, v.visit_id",
            coop.to_owned(),
            from.seconds(),
            until.seconds()
        )?
    } else {
        all!(
            tx,
            HeldRow,
            "select v.visit_id, v.member_id, v.planned_start, v.minutes, v.effort, v.pay, h.lat_micro, h.lon_micro \
             from visit v join help_order o on o.order_id = v.order_id join home h on h.home_id = o.home_id \
             where v.member_id = $1 and v.planned_start >= $2 and v.planned_start < $3 \
             order by v.planned_start, v.visit_id",
            one.to_owned(),
            from.seconds(),
            until.seconds()
        )?
    };
    for row in rows {
        if let Some(plan) = find(members, &row.member_id) {
            plan.visits.push(PlannedVisit {
                id: row.visit_id.parse().map_err(Error::stored)?,
                start: Moment::from_seconds(row.planned_start),
                minutes: Minutes(row.minutes),
                effort: row.effort.parse().map_err(Error::stored)?,
                at: Coordinates { lat_micro: row.lat_micro, lon_micro: row.lon_micro },
                pay: Cents(row.pay),
            });
        }
    }
    Ok(())
}

fn read_member(row: &MemberRow) -> Result<MemberPlan, Error> {
    let count = |number: Option<i64>| number.map(|n| u16::try_from(n).unwrap_or(u16::MAX));
    let earnings = match (row.earnings_guard.as_str(), row.earnings_cents) {
        ("off", None) => EarningsGuard::Off,
        ("tell", Some(sum)) => EarningsGuard::Tell(Cents(sum)),
        ("wall", Some(sum)) => EarningsGuard::Wall(Cents(sum)),
        _ => return Err(Error::stored("member: earnings guard")),
    };
    Ok(MemberPlan {
        id: row.person_id.parse().map_err(Error::stored)?,
        home: Coordinates { lat_micro: row.lat_micro, lon_micro: row.lon_micro },
        mode: row.mode.parse().map_err(Error::stored)?,
        skills: BTreeSet::new(),
        limits: Limits {
            visits_a_day: count(row.visits_a_day),
            minutes_a_day: row.minutes_a_day.map(Minutes),
            visits_a_week: count(row.visits_a_week),
            minutes_a_week: row.minutes_a_week.map(Minutes),
            heavy_a_week: count(row.heavy_a_week),
            days_in_row: count(row.days_in_row),
            heaviest: row.heaviest.parse().map_err(Error::stored)?,
            gap: Minutes(row.gap),
            furthest_metres: row.furthest_metres.map(|metres| u32::try_from(metres).unwrap_or(u32::MAX)),
            earnings,
        },
        hours: Hours::default(),
        exceptions: Vec::new(),
        strength: BTreeMap::new(),
        blocked: BTreeSet::new(),
        knows: BTreeMap::new(),
        wished_week: row.wished_week.map(Minutes),
        visits: Vec::new(),
    })
}

fn day_hours(from: i64, to: i64) -> Result<DayHours, Error> {
    let minute = |minute: i64| u16::try_from(minute).ok().and_then(MinuteOfDay::new);
    match (minute(from), minute(to)) {
        (Some(from), Some(to)) => DayHours::new(from, to).map_err(Error::stored),
        _ => Err(Error::stored("hours: minute of day")),
    }
}

fn on_date(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(Error::stored)
}

/// Who is busy within the stretch, and when: one quick look, before anybody's lock is waited for.
pub(crate) async fn busy(tx: &mut Tx, within: Span) -> Result<Vec<(PersonId, Span)>, Error> {
    let rows: Vec<(String, i64, i64)> = all!(
        tx,
        (String, i64, i64),
        "select member_id, block_start, block_end from visit \
         where coop_id = $1 and member_id is not null and block_start < $3 and $2 < block_end",
        tx.settings().coop.id.to_string(),
        within.start.seconds(),
        within.end.seconds()
    )?;
    rows.into_iter()
        .map(|(member, start, end)| {
            let span = Span { start: Moment::from_seconds(start), end: Moment::from_seconds(end) };
            Ok((member.parse().map_err(Error::stored)?, span))
        })
        .collect()
}

/// The local day in which `at` lies.
pub(crate) fn day_of(tx: &Tx, at: Moment) -> Span {
    let zone = tx.settings().coop.zone;
    zone.day(zone.date(at)).span
}
