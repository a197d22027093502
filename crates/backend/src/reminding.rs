//! The evening before: residents who are told by text message hear once more who comes tomorrow.
//!
//! "Tomorrow" and "evening" are the co-op's own, so both nights of the clock change have one. A visit is reminded of once
//! for each date that it is on; one that was agreed on a moment ago has just been told.

use domain::{MessageKind, MinuteOfDay, Minutes, Span};

use crate::{
    Error,
    store::{people, tx::Tx, visits},
    telling,
};

/// From when on, local time: 18.00.
const EVENING: u16 = 18 * 60;

/// Whoever has been told of their helper so shortly before isn't told again.
const JUST_TOLD: Minutes = Minutes(3 * 60);

/// Reminds of tomorrow's visits, if it is evening. How many were written.
pub(crate) async fn remind(tx: &mut Tx) -> Result<usize, Error> {
    let coop = tx.settings().coop.clone();
    let (zone, now) = (coop.zone, tx.now());
    let today = zone.date(now);
    let Some(evening) = MinuteOfDay::new(EVENING) else { return Ok(0) };
    let evening = Span { start: zone.at(today, evening), end: zone.at(today, coop.quiet_hours.0) };
    let Some(tomorrow) = today.succ_opt().filter(|_| evening.contains(now)) else { return Ok(0) };
    let mut written = 0;
    for visit in visits::to_remind(tx, zone.day(tomorrow).span, tomorrow, now - JUST_TOLD).await? {
        let Some(resident) = people::by_id(tx, visit.resident.id).await? else { continue };
        let once = visits::reminder_of(visit.id, tomorrow);
        written += usize::from(telling::resident_once(tx, &visit, &resident, MessageKind::Reminder, &once).await?);
    }
    Ok(written)
}
