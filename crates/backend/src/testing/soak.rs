//! What differs in `cargo xtask soak`, which runs these tests over and over, optimised.

use std::env;

/// Whether this is the soak.
pub fn is_on() -> bool {
    env::var("NAAPURIAPU_SOAK").is_ok_and(|value| value == "1")
}

/// A seed: the usual one in every test run, another in each round of the soak.
pub fn seed(usual: u64) -> u64 {
    let round = env::var("NEXTEST_STRESS_CURRENT").ok().filter(|_| is_on()).and_then(|round| round.parse().ok());
    usual + 1_000 * round.unwrap_or(0_u64)
}
