//! How long a search may go on.
//!
//! The crate reads no clock. A search counts what it tries and asks its [`Budget`] how much of it is spent; the share
//! also sets how warm the annealing is. Counted in [`Evaluations`], the same seed gives the same plan on every machine.
//! Whoever wants a deadline (the examples: processor seconds) or a run that can be watched and stopped implements the
//! trait outside.

/// What a search may spend.
pub trait Budget {
    /// The share spent, from 0.0 at the start; from 1.0 the search ends with the best it has found. Never shrinks.
    ///
    /// `evaluations` is how many changes to the plan have been tried so far; asked about every hundred of them.
    fn spent(&mut self, evaluations: u64) -> f64;
}

/// So many tried changes and no more. The plan then depends on the snapshot and the seed alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evaluations(pub u64);

impl Budget for Evaluations {
    #[expect(clippy::cast_precision_loss, reason = "a share: nobody counts to 2⁵³")]
    fn spent(&mut self, evaluations: u64) -> f64 {
        if self.0 == 0 { 1.0 } else { evaluations as f64 / self.0 as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_spend_is_spent_at_once() {
        assert!(Evaluations(0).spent(0) >= 1.0);
        assert!(Evaluations(200).spent(199) < 1.0);
        assert!(Evaluations(200).spent(200) >= 1.0);
    }
}
