//! Quick bounds on the ways around a visit, to see whether an exact one is worth looking up.
//!
//! So near to a visit's home that the Earth is nearly flat ([`REACH_NORTH`], [`REACH_EAST`]), the way between two places is
//! bounded from both sides by Pythagoras. What it isn't: a second opinion on distances. No answer hangs on these numbers;
//! where they can't rule a member out, the exact way ([`travel`](crate::blocks)) decides.
//!
//! # The mathematics
//! With `n` and `e` the differences north and east as angles, and `c² = cos φ₁ cos φ₂` of the two latitudes, the
//! haversine formula says `d = 2R asin √(sin²(n/2) + c² sin²(e/2))`. For small angles `sin x` is a little less than `x`
//! and `asin x` a little more: by under 2 in 100,000 within the reach. A parallel is shorter the nearer it is to the
//! pole, so `c` lies between the cosines of the reach's far and near edge. Hence, in millionths of a degree, each 0.149
//! metres with detours:
//!
//! `0.1489 √(n² + (c_least e)²) ≤ metres ≤ 0.1491 √(n² + (c_most e)²)`
//!
//! # Worked example
//! The visit is at 65.06° N, and the cosines are between 0.417 and 0.426. The way to a place
//! 0.003° north and 0.004° east of another is at least `0.1489 √(3,000² + 1,668²) = 511.1` and at most
//! `0.1491 √(3,000² + 1,704²) = 514.4` metres: 8 minutes' walk by either.

use domain::{Coordinates, Minutes, TravelMode};

use crate::blocks::travel_at_most;

/// How far north and south the surroundings reach, in millionths of a degree: 28 kilometres.
const REACH_NORTH: i64 = 250_000;

/// How far east and west.
const REACH_EAST: i64 = 500_000;

/// No surroundings are told of so near to a pole or beyond it.
const FURTHEST_NORTH: i64 = 89_000_000;

/// The surroundings of a place, as if they were flat.
#[derive(Clone, Copy)]
pub(crate) struct Vicinity {
    centre: Coordinates,
    /// How much shorter a degree of longitude is than one of latitude, anywhere in it: at the far edge.
    least_cosine: f64,
    /// At the near edge.
    most_cosine: f64,
}

impl Vicinity {
    pub(crate) fn of(centre: Coordinates) -> Self {
        let latitude = centre.lat_micro.saturating_abs();
        #[expect(clippy::cast_precision_loss, reason = "millionths of a degree fit a double exactly")]
        let cosine = |micro: i64| (micro as f64 / 1e6).to_radians().cos();
        Self {
            centre,
            least_cosine: cosine(latitude.saturating_add(REACH_NORTH)),
            most_cosine: cosine(latitude.saturating_sub(REACH_NORTH).max(0)),
        }
    }

    /// No more than the way takes.
    pub(crate) fn at_least(&self, mode: TravelMode, from: Coordinates, to: Coordinates) -> Minutes {
        if !(self.holds(from) && self.holds(to)) {
            return Minutes(0);
        }
        mode.minutes_for(whole(0.1489 * straight(from, to, self.least_cosine)))
    }

    /// No less than the way takes.
    pub(crate) fn at_most(&self, mode: TravelMode, from: Coordinates, to: Coordinates) -> Minutes {
        if !(self.holds(from) && self.holds(to)) {
            return travel_at_most(mode, from, to);
        }
        // A metre more, since metres are rounded.
        mode.minutes_for(whole(0.1491 * straight(from, to, self.most_cosine)).saturating_add(1))
    }

    fn holds(&self, place: Coordinates) -> bool {
        let away = |one: i64, other: i64| one.saturating_sub(other).saturating_abs();
        away(place.lat_micro, self.centre.lat_micro) <= REACH_NORTH
            && away(place.lon_micro, self.centre.lon_micro) <= REACH_EAST
            && self.centre.lat_micro.saturating_abs() <= FURTHEST_NORTH
    }
}

/// The straight line in millionths of a degree of latitude.
fn straight(from: Coordinates, to: Coordinates, cosine: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "millionths of a degree fit a double exactly")]
    let apart = |one: i64, other: i64| one.saturating_sub(other) as f64;
    let (north, east) = (apart(from.lat_micro, to.lat_micro), apart(from.lon_micro, to.lon_micro) * cosine);
    (north * north + east * east).sqrt()
}

/// The whole metres of a way within reach.
fn whole(metres: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "under 200 kilometres, and no root is less than 0"
    )]
    let whole = metres as u32;
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::blocks::travel;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_way_is_within_its_bounds(
            lat in -90_000_000..=90_000_000_i64,
            lon in -180_000_000..=180_000_000_i64,
            away in prop::array::uniform4(-600_000..=600_000_i64),
            near in 1..200_000_i64,
        ) {
            let centre = Coordinates { lat_micro: lat, lon_micro: lon };
            let vicinity = Vicinity::of(centre);
            for scale in [1, near] {
                let [north, east, second_north, second_east] = away.map(|micro| micro / scale);
                let from = Coordinates { lat_micro: lat + north, lon_micro: lon + east };
                let to = Coordinates { lat_micro: lat + second_north, lon_micro: lon + second_east };
                for mode in [TravelMode::Walk, TravelMode::Bike, TravelMode::Car] {
                    let exact = travel(mode, from, to);
                    prop_assert!(vicinity.at_least(mode, from, to) <= exact);
                    prop_assert!(exact <= vicinity.at_most(mode, from, to));
                }
            }
        }
    }
}
