//! The bundled register of the area's streets, `data/streets-rajakyla.csv` (its head says where it comes from).

use std::sync::LazyLock;

use crate::Coordinates;

/// What people call the area of the register.
pub const AREA: &str = "Rajakylä";

/// A street of the area.
#[derive(Clone, Copy, Debug)]
pub struct Street {
    /// Its Finnish name.
    pub name: &'static str,
    /// Its Swedish name, where it has one.
    pub name_sv: Option<&'static str>,
    /// The district it lies in.
    pub district: &'static str,
    /// The middle of the street.
    pub middle: Coordinates,
    /// The highest house number that a source shows; 0 when none does. Never a limit.
    pub highest: u32,
}

static STREETS: LazyLock<Vec<Street>> =
    LazyLock::new(|| include_str!("../data/streets-rajakyla.csv").lines().filter_map(read).collect());

fn read(line: &'static str) -> Option<Street> {
    let mut cells = line.split(',').map(str::trim);
    let (name, name_sv, district) = (cells.next()?, cells.next()?, cells.next()?);
    let middle = Coordinates { lat_micro: cells.next()?.parse().ok()?, lon_micro: cells.next()?.parse().ok()? };
    let highest = cells.next()?.parse().ok()?;
    Some(Street { name, name_sv: (!name_sv.is_empty()).then_some(name_sv), district, middle, highest })
}

/// The whole register.
pub fn streets() -> &'static [Street] {
    &STREETS
}

/// The street of that name in Finnish or Swedish, letter case and surrounding space apart.
pub fn find_street(name: &str) -> Option<&'static Street> {
    let wanted = name.trim().to_lowercase();
    STREETS.iter().find(|street| {
        street.name.to_lowercase() == wanted || street.name_sv.is_some_and(|sv| sv.to_lowercase() == wanted)
    })
}

impl Street {
    /// About where a house stands: the numbers are spread evenly over 8 metres each around the street's middle,
    /// odd ones on one side and even ones on the other. Good enough to tell who lives near, not to find a door.
    pub fn house(&self, number: u32) -> Coordinates {
        let highest = self.highest.max(40);
        let along = (i64::from(number.min(highest)) - i64::from(highest) / 2) * 36;
        let side = if number.is_multiple_of(2) { 120 } else { -120 };
        Coordinates {
            lat_micro: self.middle.lat_micro + along * 2,
            lon_micro: self.middle.lon_micro + along * 3 + side,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_read_whole() {
        let lines = include_str!("../data/streets-rajakyla.csv").lines();
        let rows =
            lines.filter(|line| !line.starts_with('#') && !line.starts_with("street") && !line.trim().is_empty());
        assert_eq!(rows.count(), streets().len());
        assert!(streets().len() >= 20);
        for street in streets() {
            assert!((65_000_000..65_150_000).contains(&street.middle.lat_micro), "{}", street.name);
            assert!((25_300_000..25_600_000).contains(&street.middle.lon_micro), "{}", street.name);
        }
    }
}
