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

#[derive(sqlx::FromRow)]
struct HoursRow {
    member_id: String,
    weekday: String,
    from_minute: i64,
    to_minute: i64,
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
        let plan = read_member(row)?;
        members.insert(plan.id, plan);
    }
    add_week(tx, &coop, &one, &mut members).await?;
    add_dates(tx, &coop, &one, &mut members).await?;
    add_people(tx, &coop, &one, &mut members).await?;
    add_visits(tx, &coop, &one, &mut members).await?;
    Ok(members.into_values().collect())
}

type Members = BTreeMap<PersonId, MemberPlan>;

fn find<'m>(members: &'m mut Members, id: &str) -> Option<&'m mut MemberPlan> {
    members.get_mut(&id.parse().ok()?)
}

/// Skills and the usual week.
async fn add_week(tx: &mut Tx, coop: &str, one: &str, members: &mut Members) -> Result<(), Error> {
    let skills: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select s.member_id, s.service from member_skill s join member m on m.person_id = s.member_id \
         where m.coop_id = $1 and ($2 = '' or s.member_id = $2)",
        coop.to_owned(),
        one.to_owned()
    )?;
    for (member, service) in skills {
        if let Some(plan) = find(members, &member) {
            plan.skills.insert(service.parse::<Service>().map_err(Error::stored)?);
        }
    }
    let hours: Vec<HoursRow> = all!(
        tx,
        HoursRow,
        "select h.member_id, h.weekday, h.from_minute, h.to_minute \
         from member_hours h join member m on m.person_id = h.member_id \
         where m.coop_id = $1 and ($2 = '' or h.member_id = $2) order by h.member_id, h.from_minute",
        coop.to_owned(),
        one.to_owned()
    )?;
    for row in hours {
        if let Some(plan) = find(members, &row.member_id) {
            let weekday: Weekday = row.weekday.parse().map_err(|_| Error::stored("member_hours: weekday"))?;
            plan.hours.0.push((weekday, day_hours(row.from_minute, row.to_minute)?));
        }
    }
    Ok(())
}

/// Dates that differ from the week, and the strength told for a date.
async fn add_dates(tx: &mut Tx, coop: &str, one: &str, members: &mut Members) -> Result<(), Error> {
    let exceptions: Vec<(String, String, String)> = all!(
        tx,
        (String, String, String),
        "select e.member_id, e.on_date, e.hours from member_exception e join member m on m.person_id = e.member_id \
         where m.coop_id = $1 and ($2 = '' or e.member_id = $2) order by e.member_id, e.on_date",
        coop.to_owned(),
        one.to_owned()
    )?;
    for (member, date, hours) in exceptions {
        if let Some(plan) = find(members, &member) {
            let stretches: Vec<(i64, i64)> = serde_json::from_str(&hours)?;
            let hours = stretches.into_iter().map(|(from, to)| day_hours(from, to)).collect::<Result<_, _>>()?;
            plan.exceptions.push(DayException { date: on_date(&date)?, hours });
        }
    }
    let strengths: Vec<(String, String, String)> = all!(
        tx,
        (String, String, String),
        "select s.member_id, s.on_date, s.strength from member_strength s join member m on m.person_id = s.member_id \
         where m.coop_id = $1 and ($2 = '' or s.member_id = $2)",
        coop.to_owned(),
        one.to_owned()
    )?;
    for (member, date, strength) in strengths {
        if let Some(plan) = find(members, &member) {
            plan.strength.insert(on_date(&date)?, strength.parse::<Strength>().map_err(Error::stored)?);
        }
    }
    Ok(())
}

/// Whom they don't go to, and whom they know.
async fn add_people(tx: &mut Tx, coop: &str, one: &str, members: &mut Members) -> Result<(), Error> {
    let pairs: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select p.member_id, p.resident_id from refusal_pair p join member m on m.person_id = p.member_id \
         where m.coop_id = $1 and ($2 = '' or p.member_id = $2)",
        coop.to_owned(),
        one.to_owned()
    )?;
    for (member, resident) in pairs {
        if let Some(plan) = find(members, &member) {
            plan.blocked.insert(resident.parse().map_err(Error::stored)?);
        }
    }
    let known: Vec<(String, String, i64)> = all!(
        tx,
        (String, String, i64),
        "select member_id, resident_id, count(*) from visit \
         where coop_id = $1 and state = 'done' and ($2 = '' or member_id = $2) group by member_id, resident_id",
        coop.to_owned(),
        one.to_owned()
    )?;
    for (member, resident, times) in known {
        if let Some(plan) = find(members, &member) {
            plan.knows.insert(resident.parse().map_err(Error::stored)?, u32::try_from(times).unwrap_or(u32::MAX));
        }
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

fn read_member(row: MemberRow) -> Result<MemberPlan, Error> {
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

/// The local day in which `at` lies.
pub(crate) fn day_of(tx: &Tx, at: Moment) -> Span {
    let zone = tx.settings().coop.zone;
    zone.day(zone.date(at)).span
}
