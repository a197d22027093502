//! How warm an annealing is, and how much worse a plan it puts up with, for `linked` and `routes` alike.
//!
//! A plan that costs Δ more is accepted with the chance e^(−Δ/T), that is, if Δ < T · (−ln u) for a u drawn from (0, 1).
//! A platform's `ln` and `exp` may differ in the last digit, and then so would the plans; here are only the operations
//! that floating point defines exactly, so the same seed gives the same plan on every machine.

use crate::chance::Chance;

/// From one temperature down to another, always by the same factor in the same share of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cooling {
    warmest: f64,
    /// coldest ÷ warmest
    ratio: f64,
}

impl Cooling {
    pub(crate) fn new(warmest: f64, coldest: f64) -> Self {
        Self { warmest, ratio: coldest / warmest }
    }

    /// The temperature when this share (0.0 to 1.0) is over: `warmest · ratio^share`, bit by bit of the share.
    pub(crate) fn at(&self, share: f64) -> f64 {
        let mut temperature = self.warmest;
        let mut root = self.ratio;
        let mut rest = share.clamp(0.0, 1.0);
        if rest >= 1.0 {
            return self.warmest * self.ratio;
        }
        for _ in 0..20 {
            root = root.sqrt();
            rest *= 2.0;
            if rest >= 1.0 {
                temperature *= root;
                rest -= 1.0;
            }
        }
        temperature
    }
}

/// −ln of a chance share: how many temperatures worse a plan may be this time. Mean 1.
pub(crate) fn patience(chance: &mut Chance) -> f64 {
    let share = (1.0 - chance.share()).max(f64::MIN_POSITIVE);
    minus_ln(share)
}

/// −ln by the exponent and a series for the rest; good to nine digits.
fn minus_ln(value: f64) -> f64 {
    let bits = value.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1023;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut series = 0.0;
    for odd in [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        series = series * square + 1.0 / odd;
    }
    -(f64::from(exponent) * std::f64::consts::LN_2 + 2.0 * ratio * series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_logarithm() {
        for share in [1.0, 0.999, 0.75, 0.5, 0.3, 0.1, 0.004, 1e-9] {
            assert!((minus_ln(share) + share.ln()).abs() < 1e-7, "{share}");
        }
    }

    #[test]
    fn it_cools_by_the_same_factor_all_the_time() {
        let cooling = Cooling::new(80.0, 5.0);
        for (share, expected) in [(0.0, 80.0), (0.25, 40.0), (0.5, 20.0), (0.75, 10.0), (1.0, 5.0)] {
            assert!((cooling.at(share) - expected).abs() < 1e-3, "{share}");
        }
    }
}
