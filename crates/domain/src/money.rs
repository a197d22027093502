//! Money in whole cents.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A sum in euro cents, VAT included unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// So many per cent of the sum, rounded down to a cent.
    #[must_use]
    pub fn percent(self, percent: i64) -> Self {
        Self(self.0.saturating_mul(percent).div_euclid(100))
    }

    /// Whole euros and the cents that are left.
    pub fn euros_and_cents(self) -> (i64, i64) {
        (self.0.div_euclid(100), self.0.rem_euclid(100))
    }
}

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Cents {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self(0), Add::add)
    }
}
