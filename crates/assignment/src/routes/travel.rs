//! How long the way from one place to another takes.
//!
//! Three sources: a matrix for each profile (a way of moving) where a router gave one; points on a plane with a pace,
//! so that ten thousand places need no table of a hundred million; and somebody else's [`Measure`]. Where all ways are
//! as long back as there, a scan of a route asks once for each stop instead of twice: that is what `symmetric` is for.
#![expect(
    clippy::indexing_slicing,
    reason = "the innermost loop; places and profiles are checked when a problem is made"
)]

use super::BadProblem;

/// The longest way that is counted, in seconds; a longer one is taken to be as long. (About 97 days.)
pub(super) const LONGEST: u32 = 1 << 23;

/// Ways between places, for each profile.
pub struct Travel {
    source: Source,
    places: usize,
    profiles: usize,
    symmetric: bool,
}

/// Ways measured by somebody who knows the places.
pub trait Measure: Send + Sync {
    /// The way in seconds. The same back as there.
    fn seconds(&self, profile: u32, from: u32, to: u32) -> u32;
}

/// How fast a profile moves on the plane.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Seconds for each metre of the straight line, detours included.
    pub seconds_a_metre: f64,
    /// Seconds lost at each way whatever its length; none where there is no way at all.
    pub start_seconds: u32,
}

enum Source {
    /// Row by row, a profile after the other. Half the memory is twice the cache: most matrices fit.
    Short(Vec<Vec<u16>>),
    Long(Vec<Vec<u32>>),
    Plane(Vec<Pace>),
    Measured(Box<dyn Measure>),
}

/// The ways between one place and the others, for those who scan a route.
pub(super) enum Row<'a> {
    Short(&'a [u16]),
    Long(&'a [u32]),
    /// No such table: ask [`Ground::seconds`].
    Asked,
}

/// The ways, and where the places roughly are (metres on a plane), if that is known.
pub struct Ground {
    /// The ways.
    pub travel: Travel,
    /// Only for telling which places are near each other without asking about all pairs.
    pub points: Vec<[f64; 2]>,
}

impl Ground {
    /// A matrix for each profile, row by row, in seconds.
    ///
    /// # Errors
    /// [`BadProblem::Travel`] where a matrix isn't square or there is none.
    pub fn matrices(places: usize, matrices: Vec<Vec<u32>>) -> Result<Self, BadProblem> {
        let cells = places.checked_mul(places).ok_or(BadProblem::Travel)?;
        if matrices.is_empty() || matrices.iter().any(|matrix| matrix.len() != cells) {
            return Err(BadProblem::Travel);
        }
        let symmetric = matrices
            .iter()
            .all(|matrix| (0..places).all(|a| (0..a).all(|b| matrix[a * places + b] == matrix[b * places + a])));
        let profiles = matrices.len();
        let short = |matrix: &Vec<u32>| -> Option<Vec<u16>> {
            matrix.iter().map(|seconds| u16::try_from(*seconds).ok()).collect()
        };
        let source = if matrices.iter().flatten().all(|seconds| u16::try_from(*seconds).is_ok()) {
            Source::Short(matrices.iter().filter_map(short).collect())
        } else {
            let capped = |matrix: Vec<u32>| matrix.into_iter().map(|seconds| seconds.min(LONGEST)).collect();
            Source::Long(matrices.into_iter().map(capped).collect())
        };
        Ok(Self { travel: Travel { source, places, profiles, symmetric }, points: Vec::new() })
    }

    /// Points on a plane, in metres, and a pace for each profile.
    ///
    /// # Errors
    /// [`BadProblem::Travel`] where there is no pace, or a number isn't one.
    pub fn plane(points: Vec<[f64; 2]>, paces: Vec<Pace>) -> Result<Self, BadProblem> {
        let number = |value: f64| value.is_finite() && value.abs() < 1e9;
        let fine = paces.iter().all(|pace| number(pace.seconds_a_metre) && pace.start_seconds <= LONGEST)
            && points.iter().all(|[east, north]| number(*east) && number(*north));
        if paces.is_empty() || !fine {
            return Err(BadProblem::Travel);
        }
        let (places, profiles) = (points.len(), paces.len());
        Ok(Self { travel: Travel { source: Source::Plane(paces), places, profiles, symmetric: true }, points })
    }

    /// Ways measured by somebody else, between places that lie about there.
    pub fn measured(points: Vec<[f64; 2]>, profiles: usize, measure: Box<dyn Measure>) -> Self {
        let places = points.len();
        Self { travel: Travel { source: Source::Measured(measure), places, profiles, symmetric: true }, points }
    }

    /// The way in seconds.
    #[inline]
    #[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "capped")]
    pub(super) fn seconds(&self, profile: u32, from: u32, to: u32) -> i32 {
        let (profile, from_index, to_index) = (profile as usize, from as usize, to as usize);
        match &self.travel.source {
            Source::Short(matrices) => i32::from(matrices[profile][from_index * self.travel.places + to_index]),
            Source::Long(matrices) => matrices[profile][from_index * self.travel.places + to_index] as i32,
            Source::Plane(paces) => {
                if from == to {
                    return 0;
                }
                let (a, b, pace) = (self.points[from_index], self.points[to_index], paces[profile]);
                let (east, north) = (a[0] - b[0], a[1] - b[1]);
                // Squares, sum and root in this order, and each exactly rounded: the same on every machine.
                let metres = (east * east + north * north).sqrt();
                let way = (metres * pace.seconds_a_metre + 0.5) as u32;
                (way + pace.start_seconds).min(LONGEST) as i32
            }
            Source::Measured(measure) => measure.seconds(profile as u32, from, to).min(LONGEST) as i32,
        }
    }

    /// The ways to a place from all others, and back.
    #[inline]
    pub(super) fn row(&self, profile: u32, place: u32) -> Row<'_> {
        let (profile_index, index) = (profile as usize, place as usize);
        let cells = index * self.travel.places..(index + 1) * self.travel.places;
        match &self.travel.source {
            _ if !self.travel.symmetric => Row::Asked,
            Source::Short(matrices) => Row::Short(&matrices[profile_index][cells]),
            Source::Long(matrices) => Row::Long(&matrices[profile_index][cells]),
            Source::Plane(_) | Source::Measured(_) => Row::Asked,
        }
    }

    pub(super) fn symmetric(&self) -> bool {
        self.travel.symmetric
    }

    pub(super) fn places(&self) -> usize {
        self.travel.places
    }

    pub(super) fn profiles(&self) -> usize {
        self.travel.profiles
    }
}
