//! What only the export of a person's own data reads: rows as text, instants in UTC seconds.

use domain::PersonId;

use crate::{
    Error,
    store::tx::{Tx, all, optional},
};

/// Messages to a person: when written, by which way, what about, when it went out, when it arrived.
pub(crate) type MessageRow = (i64, String, String, Option<i64>, Option<i64>);

pub(crate) async fn messages(tx: &mut Tx, person: PersonId) -> Result<Vec<MessageRow>, Error> {
    all!(
        tx,
        MessageRow,
        "select made, way, kind, sent_at, arrived_at from outbox where person_id = $1 order by outbox_id",
        person.to_string()
    )
}

/// Sessions of a person: when made, when last seen.
pub(crate) async fn sessions(tx: &mut Tx, person: PersonId) -> Result<Vec<(i64, i64)>, Error> {
    all!(tx, (i64, i64), "select made, seen from session where person_id = $1 order by made", person.to_string())
}

/// What a member's limits are called in the export.
pub(crate) const LIMITS: [&str; 14] = [
    "mode",
    "visits_a_day",
    "minutes_a_day",
    "visits_a_week",
    "minutes_a_week",
    "heavy_a_week",
    "days_in_row",
    "heaviest",
    "gap_minutes",
    "furthest_metres",
    "earnings_guard",
    "earnings_cents",
    "home_lat_micro",
    "home_lon_micro",
];

/// A member's limits in the order of [`LIMITS`], empty where there is none; nothing for who isn't a member.
pub(crate) async fn limits(tx: &mut Tx, member: PersonId) -> Result<Option<Vec<String>>, Error> {
    let row: Option<(String,)> = optional!(
        tx,
        (String,),
        // None of them has a space in it.
        "select mode || ' ' || coalesce(cast(visits_a_day as text), '') || ' ' || \
         coalesce(cast(minutes_a_day as text), '') || ' ' || coalesce(cast(visits_a_week as text), '') || ' ' || \
         coalesce(cast(minutes_a_week as text), '') || ' ' || coalesce(cast(heavy_a_week as text), '') || ' ' || \
         coalesce(cast(days_in_row as text), '') || ' ' || heaviest || ' ' || cast(gap as text) || ' ' || \
         coalesce(cast(furthest_metres as text), '') || ' ' || earnings_guard || ' ' || \
         coalesce(cast(earnings_cents as text), '') || ' ' || cast(lat_micro as text) || ' ' || cast(lon_micro as text) \
         from member where person_id = $1",
        member.to_string()
    )?;
    Ok(row.map(|(limits,)| limits.split(' ').map(str::to_owned).collect()))
}

/// What a member does.
pub(crate) async fn skills(tx: &mut Tx, member: PersonId) -> Result<Vec<(String,)>, Error> {
    all!(tx, (String,), "select service from member_skill where member_id = $1 order by service", member.to_string())
}

/// A member's usual week.
pub(crate) async fn hours(tx: &mut Tx, member: PersonId) -> Result<Vec<(String, i64, i64)>, Error> {
    all!(
        tx,
        (String, i64, i64),
        "select weekday, from_minute, to_minute from member_hours where member_id = $1 order by weekday, from_minute",
        member.to_string()
    )
}

/// A member's days that differ: other hours, strength, absence.
pub(crate) async fn days(tx: &mut Tx, member: PersonId) -> Result<Vec<(String, String, String)>, Error> {
    all!(
        tx,
        (String, String, String),
        "select on_date, 'hours', hours from member_exception where member_id = $1 \
         union all select on_date, 'strength', strength from member_strength where member_id = $1 \
         union all select on_date, 'away', '' from member_absence where member_id = $1 order by 1, 2",
        member.to_string()
    )
}

/// What a member has done: when it was planned, what, how long it took, what it paid. Nothing of whose home it was.
pub(crate) async fn work(tx: &mut Tx, member: PersonId) -> Result<Vec<(i64, String, String, Option<i64>, i64)>, Error> {
    all!(
        tx,
        (i64, String, String, Option<i64>, i64),
        "select planned_start, job, state, worked, pay from visit where member_id = $1 order by planned_start",
        member.to_string()
    )
}
