//! Where things are and how long it takes to get there.
//!
//! Distances are straight lines by coordinates times a detour factor (`assignment.md`: haversine × 1.34). A router's
//! matrix may replace them later; nothing but [`Coordinates::metres_to`] knows how a distance is made.

use serde::{Deserialize, Serialize};

use crate::{Minutes, Problem, codes::codes, find_street, streets::Street, text::plain_line};

/// How much longer a way is than its straight line.
const DETOUR: f64 = 1.34;

/// Mean radius of the Earth in metres (IUGG).
const EARTH_RADIUS: f64 = 6_371_008.8;

/// A point on the map in millionths of a degree (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coordinates {
    /// Millionths of a degree north.
    pub lat_micro: i64,
    /// Millionths of a degree east.
    pub lon_micro: i64,
}

/// How a member gets from place to place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelMode {
    /// On foot.
    Walk,
    /// By bicycle.
    Bike,
    /// By car.
    Car,
}

codes!(TravelMode { Walk = "walk", Bike = "bike", Car = "car" });

/// A home's address within the co-op's area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    street: String,
    house: String,
    district: String,
    at: Coordinates,
}

impl Coordinates {
    /// The way to `other` in metres, detours included.
    ///
    /// The haversine formula. Members and homes are near each other, so its sines and its arc sine are the first terms
    /// of their series there: the same metres for a third of the time, and plans are made of millions of them. (The
    /// product of the two cosines is `(cos(lat + other) + cos(lat − other)) / 2`, whose second half is known by then.)
    pub fn metres_to(self, other: Self) -> u32 {
        #[expect(clippy::cast_precision_loss, reason = "millionths of a degree fit a double exactly")]
        let half = |micro: i64| micro as f64 * HALF_MICRODEGREE;
        let half_north = sine(half(other.lat_micro.saturating_sub(self.lat_micro)));
        let half_east = sine(half(other.lon_micro.saturating_sub(self.lon_micro)));
        let both_lats = 2.0 * half(self.lat_micro.saturating_add(other.lat_micro));
        let north_squared = half_north * half_north;
        let cosines = f64::midpoint(both_lats.cos(), 1.0) - north_squared;
        let chord = cosines.mul_add(half_east * half_east, north_squared);
        let metres = 2.0 * EARTH_RADIUS * arc_sine(chord.max(0.0).sqrt().min(1.0)) * DETOUR;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most half the Earth's girth")]
        let whole = (metres + 0.5) as u32;
        whole
    }
}

/// Half a millionth of a degree in radians.
const HALF_MICRODEGREE: f64 = std::f64::consts::PI / 360e6;

/// What counts as a small angle, or its sine: about 60 kilometres. The terms left out are under a double's last digit.
const SMALL: f64 = 0.01;

fn sine(angle: f64) -> f64 {
    if angle.abs() > SMALL {
        return angle.sin();
    }
    let square = angle * angle;
    let terms = (square * (-1.0 / 5_040.0) + 1.0 / 120.0) * square - 1.0 / 6.0;
    (terms * square + 1.0) * angle
}

fn arc_sine(sine: f64) -> f64 {
    if sine > SMALL {
        return sine.asin();
    }
    let square = sine * sine;
    let terms = (square * (15.0 / 336.0) + 3.0 / 40.0) * square + 1.0 / 6.0;
    (terms * square + 1.0) * sine
}

impl TravelMode {
    /// Metres a minute: walking 4 km/h (winter, a bag to carry), cycling 12 km/h, driving 25 km/h in a district.
    const fn metres_a_minute(self) -> u32 {
        match self {
            Self::Walk => 67,
            Self::Bike => 200,
            Self::Car => 417,
        }
    }

    /// Minutes lost at each trip whatever its length: a lock to open, a car to brush and park.
    const fn start_minutes(self) -> i64 {
        match self {
            Self::Walk => 0,
            Self::Bike => 2,
            Self::Car => 4,
        }
    }

    /// Time to travel so many metres, in whole minutes rounded up. No way at all takes no time.
    pub fn minutes_for(self, metres: u32) -> Minutes {
        if metres == 0 {
            return Minutes(0);
        }
        Minutes(i64::from(metres.div_ceil(self.metres_a_minute())) + self.start_minutes())
    }
}

impl Address {
    /// Reads "Ruiskukkatie 5 B 12" against the bundled register of the area's streets.
    ///
    /// # Errors
    /// [`Problem::Missing`] when empty, [`Problem::NoHouseNumber`] for a known street alone,
    /// [`Problem::OutsideArea`] for a street that the register doesn't have.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let line = plain_line(text);
        if line.is_empty() {
            return Err(Problem::Missing);
        }
        if line.chars().count() > 100 {
            return Err(Problem::TooLong);
        }
        let digit = line.find(|c: char| c.is_ascii_digit());
        let (street, house) = match digit {
            Some(at) => line.split_at(at),
            None => (line.as_str(), ""),
        };
        let street = find_street(street).ok_or(Problem::OutsideArea)?;
        let house = house.trim();
        let number: u32 = house
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse().ok())
            .ok_or(Problem::NoHouseNumber)?;
        if number == 0 || number > 999 || house.chars().count() > 20 {
            return Err(Problem::NoHouseNumber);
        }
        Ok(Self::on(street, house, number))
    }

    fn on(street: &Street, house: &str, number: u32) -> Self {
        Self {
            street: street.name.to_owned(),
            house: house.to_owned(),
            district: street.district.to_owned(),
            at: street.house(number),
        }
    }

    /// An address that was parsed before and comes back from storage.
    pub fn stored(street: String, house: String, district: String, at: Coordinates) -> Self {
        Self { street, house, district, at }
    }

    /// The street's name.
    pub fn street(&self) -> &str {
        &self.street
    }

    /// House number, stair and flat, as typed: "5 B 12".
    pub fn house(&self) -> &str {
        &self.house
    }

    /// The district: all that a member sees before accepting.
    pub fn district(&self) -> &str {
        &self.district
    }

    /// Where on the map.
    pub fn at(&self) -> Coordinates {
        self.at
    }

    /// "Ruiskukkatie 5 B 12".
    pub fn line(&self) -> String {
        format!("{} {}", self.street, self.house)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_the_area_is_read_in_any_spelling() {
        let plain = Address::parse("Ruiskukkatie 5").unwrap();
        assert_eq!(plain.line(), "Ruiskukkatie 5");
        assert_eq!(Address::parse("  ruiskukkatie   5 ").unwrap(), plain);
        assert_eq!(Address::parse("Ruiskukkatie 5 B 12").unwrap().house(), "5 B 12");
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(Address::parse(" "), Err(Problem::Missing));
        assert_eq!(Address::parse("Ruiskukkatie"), Err(Problem::NoHouseNumber));
        assert_eq!(Address::parse("Mannerheimintie 1"), Err(Problem::OutsideArea));
        assert_eq!(Address::parse(&"x".repeat(10_000)), Err(Problem::TooLong));
    }

    /// The formula as it stands in books.
    fn by_the_book(a: Coordinates, b: Coordinates) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "millionths of a degree fit a double exactly")]
        let radians = |micro: i64| (micro as f64 / 1e6).to_radians();
        let (lat, other) = (radians(a.lat_micro), radians(b.lat_micro));
        let north = ((other - lat) / 2.0).sin().powi(2);
        let east = ((radians(b.lon_micro) - radians(a.lon_micro)) / 2.0).sin().powi(2);
        2.0 * EARTH_RADIUS * (north + lat.cos() * other.cos() * east).sqrt().min(1.0).asin() * DETOUR
    }

    #[test]
    fn the_series_give_the_metres_of_the_book_near_and_far() {
        // A small generator of places: next door, in the district, in the country, anywhere.
        let mut state = 1_u64;
        let mut within = |most: i64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(state >> 33).unwrap() % (2 * most + 1) - most
        };
        for spread in [300, 30_000, 900_000, 3_000_000, 60_000_000] {
            for _ in 0..20_000 {
                let a = Coordinates { lat_micro: within(80_000_000), lon_micro: within(100_000_000) };
                let (north, east) = (within(spread).min(90_000_000 - a.lat_micro), within(spread));
                let b = Coordinates { lat_micro: a.lat_micro + north, lon_micro: a.lon_micro + east };
                let (ours, books) = (f64::from(a.metres_to(b)), by_the_book(a, b));
                // The same whole metre; at most where the book is within a micrometre of a half may it be the next.
                assert!((ours - books).abs() < 0.500_001, "{a:?} {b:?}: {ours} and {books}");
            }
        }
    }

    #[test]
    fn distance_is_the_same_both_ways_and_nothing_to_oneself() {
        let a = Coordinates { lat_micro: 65_062_000, lon_micro: 25_440_000 };
        let b = Coordinates { lat_micro: 65_071_000, lon_micro: 25_440_000 };
        // 0.009° of latitude is 1,001 m; with detours 1,341 m.
        assert_eq!(a.metres_to(b), 1_341);
        assert_eq!(b.metres_to(a), 1_341);
        assert_eq!(a.metres_to(a), 0);
        assert_eq!(TravelMode::Walk.minutes_for(1_341), Minutes(21));
    }
}
