//! What members set for themselves, written down. Reading is in `store::plans`.

use assignment::MemberPlan;
use chrono::{NaiveDate, Weekday};
use domain::{EarningsGuard, Hours, Limits, Minutes, PersonId, Service, Strength};

use crate::{
    Error,
    store::tx::{Tx, execute},
};

#[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "asked by the tests, until a command does"))]
/// A new member, whose person is there already: where they begin, how they get about, what they have set.
pub(crate) async fn insert(tx: &mut Tx, plan: &MemberPlan) -> Result<(), Error> {
    execute!(
        tx,
        "insert into member (person_id, coop_id, mode, lat_micro, lon_micro, heaviest) values ($1, $2, $3, $4, $5, $6)",
        plan.id.to_string(),
        tx.settings().coop.id.to_string(),
        plan.mode.code(),
        plan.home.lat_micro,
        plan.home.lon_micro,
        plan.limits.heaviest.code()
    )?;
    set_limits(tx, plan.id, &plan.limits, plan.wished_week).await?;
    set_hours(tx, plan.id, &plan.hours).await?;
    let skills: Vec<Service> = plan.skills.iter().copied().collect();
    set_skills(tx, plan.id, &skills).await
}

/// The strength of that date.
pub(crate) async fn set_strength(
    tx: &mut Tx,
    member: PersonId,
    date: NaiveDate,
    strength: Strength,
) -> Result<(), Error> {
    execute!(
        tx,
        "insert into member_strength (member_id, on_date, strength) values ($1, $2, $3) \
         on conflict (member_id, on_date) do update set strength = excluded.strength",
        member.to_string(),
        date.to_string(),
        strength.code()
    )?;
    Ok(())
}

/// Limits, and the minutes a week they would like to work.
pub(crate) async fn set_limits(
    tx: &mut Tx,
    member: PersonId,
    limits: &Limits,
    wished_week: Option<Minutes>,
) -> Result<(), Error> {
    let (guard, sum) = match limits.earnings {
        EarningsGuard::Off => ("off", None),
        EarningsGuard::Tell(sum) => ("tell", Some(sum.0)),
        EarningsGuard::Wall(sum) => ("wall", Some(sum.0)),
    };
    execute!(
        tx,
        "update member set visits_a_day = $2, minutes_a_day = $3, visits_a_week = $4, minutes_a_week = $5, \
         heavy_a_week = $6, days_in_row = $7, heaviest = $8, gap = $9, furthest_metres = $10, earnings_guard = $11, \
         earnings_cents = $12, wished_week = $13 where person_id = $1",
        member.to_string(),
        limits.visits_a_day.map(i64::from),
        limits.minutes_a_day.map(|minutes| minutes.0),
        limits.visits_a_week.map(i64::from),
        limits.minutes_a_week.map(|minutes| minutes.0),
        limits.heavy_a_week.map(i64::from),
        limits.days_in_row.map(i64::from),
        limits.heaviest.code(),
        limits.gap.0,
        limits.furthest_metres.map(i64::from),
        guard,
        sum,
        wished_week.map(|minutes| minutes.0)
    )?;
    Ok(())
}

/// The usual week, whole.
pub(crate) async fn set_hours(tx: &mut Tx, member: PersonId, hours: &Hours) -> Result<(), Error> {
    execute!(tx, "delete from member_hours where member_id = $1", member.to_string())?;
    for (weekday, stretch) in &hours.0 {
        execute!(
            tx,
            "insert into member_hours (member_id, weekday, from_minute, to_minute) values ($1, $2, $3, $4)",
            member.to_string(),
            weekday_code(*weekday),
            i64::from(stretch.from.get()),
            i64::from(stretch.to.get())
        )?;
    }
    Ok(())
}

/// The services they take, all of them.
pub(crate) async fn set_skills(tx: &mut Tx, member: PersonId, skills: &[Service]) -> Result<(), Error> {
    execute!(tx, "delete from member_skill where member_id = $1", member.to_string())?;
    for service in skills {
        execute!(
            tx,
            "insert into member_skill (member_id, service) values ($1, $2)",
            member.to_string(),
            service.code()
        )?;
    }
    Ok(())
}

const fn weekday_code(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}
