//! How warm the search is, and the logarithm that it draws by: the same on every machine.
//!
//! A plan that is worse by Δ is accepted with the chance e^(−Δ/T): Δ < −T ln u for a u drawn from (0, 1). A platform's
//! `ln` and `exp` may differ in the last digit, and then so would the plans; these two are made of exactly rounded
//! sums and products alone.

/// Cooling from `hot` to `cold`, geometrically.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cooling {
    hot: f64,
    /// ln(cold / hot), negative.
    fall: f64,
}

impl Cooling {
    pub(super) fn new(hot: f64, cold: f64) -> Self {
        Self { hot, fall: natural_log(cold / hot) }
    }

    /// The temperature when that share of the budget is spent.
    pub(super) fn at(&self, spent: f64) -> f64 {
        self.hot * exponential(self.fall * spent.clamp(0.0, 1.0))
    }
}

/// ln of a positive number: its power of two, and 2 artanh((m − 1) / (m + 1)) of what is left of it.
pub(super) fn natural_log(value: f64) -> f64 {
    if value <= 0.0 || value.is_nan() {
        return -700.0;
    }
    let bits = value.to_bits();
    let power = i32::try_from((bits >> 52) & 0x7FF).unwrap_or(0) - 1023;
    let mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    let x = (mantissa - 1.0) / (mantissa + 1.0);
    let square = x * x;
    let series =
        1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0 + square * (1.0 / 9.0 + square / 11.0))));
    f64::from(power) * std::f64::consts::LN_2 + 2.0 * x * series
}

/// e^x for an x that isn't large: (1 + x / 2²⁰)^(2²⁰).
fn exponential(x: f64) -> f64 {
    let mut power = 1.0 + x / 1_048_576.0;
    for _ in 0..20 {
        power *= power;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_one() {
        for value in [1e-9, 0.001, 0.3, 0.5, 1.0, 2.0, 7.5, 1e6] {
            assert!((natural_log(value) - f64::ln(value)).abs() < 1e-4, "{value}");
        }
    }

    #[test]
    fn it_cools_from_hot_to_cold() {
        let cooling = Cooling::new(100.0, 1.0);
        assert!((cooling.at(0.0) - 100.0).abs() < 1e-9);
        assert!((cooling.at(0.5) - 10.0).abs() < 0.01);
        assert!((cooling.at(1.0) - 1.0).abs() < 0.01);
    }
}
