//! Ways between the places of a snapshot, for the search: exactly those of [`Coordinates::metres_to`].
//!
//! Up to some fifteen hundred places as a table, beyond that measured when asked.

use std::collections::BTreeMap;

use domain::{Coordinates, TravelMode};

use crate::routes::{BadProblem, Ground, Measure};

/// The most places for which a table is made: a table of twice two million ways, nine megabytes for each mode.
const TABLE: usize = 1_500;

/// Every profile there is.
pub(super) const MODES: [TravelMode; 3] = [TravelMode::Walk, TravelMode::Bike, TravelMode::Car];

/// Places numbered as they come, each once.
#[derive(Default)]
pub(super) struct Places {
    numbers: BTreeMap<(i64, i64), u32>,
    places: Vec<Coordinates>,
}

struct Measured(Vec<Coordinates>);

/// The number of a mode.
pub(super) fn profile(mode: TravelMode) -> u32 {
    match mode {
        TravelMode::Walk => 0,
        TravelMode::Bike => 1,
        TravelMode::Car => 2,
    }
}

fn seconds(mode: TravelMode, metres: u32) -> u32 {
    u32::try_from(mode.minutes_for(metres).seconds()).unwrap_or(u32::MAX)
}

impl Places {
    /// The number of that place.
    pub(super) fn number(&mut self, at: Coordinates) -> u32 {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        *self.numbers.entry((at.lat_micro, at.lon_micro)).or_insert_with(|| {
            self.places.push(at);
            next
        })
    }

    /// The ways between them all.
    pub(super) fn ground(self) -> Result<Ground, BadProblem> {
        let points = rough_points(&self.places);
        let count = self.places.len();
        if count > TABLE {
            return Ok(Ground::measured(points, MODES.len(), Box::new(Measured(self.places))));
        }
        let mut tables = vec![vec![0; count * count]; MODES.len()];
        for (row, from) in self.places.iter().enumerate() {
            for (column, to) in self.places.iter().enumerate().take(row) {
                let metres = from.metres_to(*to);
                for (table, mode) in tables.iter_mut().zip(MODES) {
                    let way = seconds(mode, metres);
                    for cell in [row * count + column, column * count + row] {
                        if let Some(cell) = table.get_mut(cell) {
                            *cell = way;
                        }
                    }
                }
            }
        }
        Ok(Ground { points, ..Ground::matrices(count, tables)? })
    }
}

impl Measure for Measured {
    fn seconds(&self, profile: u32, from: u32, to: u32) -> u32 {
        let place = |index: u32| self.0.get(index as usize).copied();
        let mode = MODES.get(profile as usize).copied().unwrap_or(TravelMode::Walk);
        match (place(from), place(to)) {
            (Some(from), Some(to)) => seconds(mode, from.metres_to(to)),
            _ => 0,
        }
    }
}

/// Metres on a plane, only to tell near from far: a degree of longitude is shortened by Bhāskara's cosine of the first
/// place's latitude, which needs no library's.
fn rough_points(places: &[Coordinates]) -> Vec<[f64; 2]> {
    #[expect(clippy::cast_precision_loss, reason = "millionths of a degree, clamped to a globe's")]
    let degrees = |micro: i64| micro.clamp(-180_000_000, 180_000_000) as f64 / 1e6;
    let latitude = places.first().map_or(0.0, |place| degrees(place.lat_micro)).clamp(-89.0, 89.0);
    let square = latitude * latitude;
    let cosine = (32_400.0 - 4.0 * square) / (32_400.0 + square);
    let metres = 111_195.0;
    places
        .iter()
        .map(|place| [degrees(place.lon_micro) * metres * cosine.max(0.01), degrees(place.lat_micro) * metres])
        .collect()
}
