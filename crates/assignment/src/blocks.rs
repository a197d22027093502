//! What a visit takes of its member's day: the way there, the work, and the way home after the last.
//!
//! A block is `[start − travel from the previous place of that local day, end)`; the first visit of a day is travelled
//! to from home, the last one's block also holds the way home. So neighbours' blocks may touch and never overlap.
//! The member's rest between visits is *not* in a block: it is a rule of `feasibility`, since nobody else needs it.
//!
//! Whoever inserts, moves or removes a visit makes the day's blocks anew: the neighbours' change too.

use domain::{Coordinates, Minutes, Span, TravelMode, VisitId};

use crate::PlannedVisit;

/// One visit's block of its member's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Which visit.
    pub visit: VisitId,
    /// From setting out to it until the work ends, or until being home after the day's last.
    pub span: Span,
}

/// The blocks of one member's day: `day` holds the visits of one local day, in any order; the blocks come in order of
/// start (visits that begin together in order of id).
pub fn day_blocks(home: Coordinates, mode: TravelMode, day: &[PlannedVisit]) -> Vec<Block> {
    let mut visits: Vec<&PlannedVisit> = day.iter().collect();
    visits.sort_by_key(|visit| (visit.start, visit.id));
    let mut from = home;
    let mut blocks: Vec<Block> = Vec::with_capacity(visits.len());
    for visit in &visits {
        let work = visit.work();
        let start = work.start - travel(mode, from, visit.at);
        blocks.push(Block { visit: visit.id, span: Span { start, end: work.end } });
        from = visit.at;
    }
    if let Some(last) = blocks.last_mut() {
        last.span.end = last.span.end + travel(mode, from, home);
    }
    blocks
}

/// The way from one place to another, in whole minutes.
pub(crate) fn travel(mode: TravelMode, from: Coordinates, to: Coordinates) -> Minutes {
    mode.minutes_for(from.metres_to(to))
}

/// At least as long as the way from one place to another, and cheap to tell: nobody needs longer than along the
/// meridian and then the equator. A millionth of a degree of either is 0.149 metres, detours included.
pub(crate) fn travel_at_most(mode: TravelMode, from: Coordinates, to: Coordinates) -> Minutes {
    let away = |one: i64, other: i64| one.saturating_sub(other).saturating_abs();
    let micro = away(from.lat_micro, to.lat_micro).saturating_add(away(from.lon_micro, to.lon_micro));
    let metres = micro.saturating_mul(3).div_euclid(20).saturating_add(1);
    mode.minutes_for(u32::try_from(metres).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_way_is_longer_than_the_longest(
            lats in prop::array::uniform2(-90_000_000..=90_000_000_i64),
            lons in prop::array::uniform2(-180_000_000..=180_000_000_i64),
            near in 1..2_000_000_i64,
        ) {
            for scale in [1, near] {
                let place = |side: usize| Coordinates { lat_micro: lats[side] / scale, lon_micro: lons[side] / scale };
                for mode in [TravelMode::Walk, TravelMode::Bike, TravelMode::Car] {
                    prop_assert!(travel(mode, place(0), place(1)) <= travel_at_most(mode, place(0), place(1)));
                }
            }
        }
    }
}
