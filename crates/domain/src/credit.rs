//! The household tax credit (kotitalousvähennys), by year; source: `finland.md`, "Household tax credit".

use serde::{Deserialize, Serialize};

use crate::Cents;

/// Whether work of a kind counts. "Conditional" is said to people with whom to ask, never as a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditEligibility {
    /// Counts.
    Eligible,
    /// Sources conflict: the tax office decides.
    Conditional,
    /// Doesn't count.
    No,
}

/// One year's terms, for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditTerms {
    /// The share of labour (VAT included) that counts, in per cent.
    pub percent: i64,
    /// What the person bears themselves each year.
    pub own_share: Cents,
    /// The most a person gets in a year.
    pub most: Cents,
}

/// What this order would likely give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditEstimate {
    /// The payer told what they have bought this year: the difference that this order makes.
    Known {
        /// What comes back because of this order.
        back: Cents,
        /// Labour bought earlier this year.
        used: Cents,
    },
    /// Not told: between nothing (under the own share) and the full share of the labour.
    Range {
        /// The most that can come back.
        most: Cents,
    },
}

/// The terms of the year of payment. A year not yet known has the newest known terms, and pages say "likely".
pub fn credit_terms(year: i32) -> CreditTerms {
    if year <= 2024 {
        CreditTerms { percent: 60, own_share: Cents(100_00), most: Cents(3_500_00) }
    } else {
        CreditTerms { percent: 35, own_share: Cents(150_00), most: Cents(1_600_00) }
    }
}

impl CreditTerms {
    /// The labour of a year from which on anything comes back, to the cent below: own share ÷ share.
    pub fn starts_above(self) -> Cents {
        Cents(self.own_share.0.saturating_mul(100).checked_div(self.percent).unwrap_or(i64::MAX))
    }

    /// The credit of a year in which so much labour was paid: max(0, min(share × labour − own share, most)).
    pub fn of_year(self, labour: Cents) -> Cents {
        (labour.percent(self.percent) - self.own_share).min(self.most).max(Cents(0))
    }

    /// What `labour` more gives back, on top of what was `used` this year, if that was told.
    pub fn estimate(self, labour: Cents, used: Option<Cents>) -> CreditEstimate {
        match used {
            Some(used) => {
                let back = self.of_year(used + labour) - self.of_year(used);
                CreditEstimate::Known { back, used }
            }
            None => CreditEstimate::Range { most: labour.percent(self.percent).min(self.most) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_in_the_look() {
        // 420 € of labour this year, this order 32 €: 0.35 × 452 − 150 = 8.20 €.
        let estimate = credit_terms(2026).estimate(Cents(32_00), Some(Cents(420_00)));
        assert_eq!(estimate, CreditEstimate::Known { back: Cents(8_20), used: Cents(420_00) });
    }

    #[test]
    fn nothing_up_to_the_own_share_and_full_at_five_thousand() {
        let terms = credit_terms(2026);
        assert_eq!(terms.starts_above(), Cents(428_57));
        assert_eq!(terms.of_year(terms.starts_above()), Cents(0));
        assert_eq!(terms.of_year(Cents(5_000_00)), Cents(1_600_00));
        assert_eq!(terms.of_year(Cents(9_000_00)), Cents(1_600_00));
        assert_eq!(terms.estimate(Cents(32_00), None), CreditEstimate::Range { most: Cents(11_20) });
    }
}
