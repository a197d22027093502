//! Seeded chance for a search: the same seed, the same choices, on every machine.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A seeded source of choices. (The generator is named, so that a library's change of default changes no plan.)
pub(crate) struct Chance(Pcg64Mcg);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed))
    }

    /// A whole number from 0, less than `end`; 0 where `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.random_range(0..end) }
    }

    /// A share from 0.0, less than 1.0.
    pub(crate) fn share(&mut self) -> f64 {
        self.0.random::<f64>()
    }
}
