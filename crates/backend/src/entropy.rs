//! Where random bytes come from: the operating system, or a seed in tests and in the demo.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// The source of random bytes. Cheap to clone; clones share one stream.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<ChaCha20Rng>>);

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(…)")
    }
}

impl Entropy {
    /// Seeded by the operating system, unguessable.
    pub fn from_system() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// The same bytes every time for the same seed. For tests and for what must be repeatable; never for codes
    /// that people sign in with outside the demo.
    pub fn from_seed(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// The next `N` bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A number from 0 up to but not including `end`, evenly. Nothing is below 1: `below(0)` is 0.
    pub fn below(&self, end: u32) -> u32 {
        // A u64 reduced to 32 bits' range: the unevenness is under 2⁻³², far below what a guess could use.
        let wide = u64::from_le_bytes(self.bytes::<8>());
        u32::try_from(wide.checked_rem(u64::from(end)).unwrap_or(0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        let (one, same) = (Entropy::from_seed(7), Entropy::from_seed(7));
        assert_eq!(one.bytes::<16>(), same.bytes::<16>());
        assert_ne!(Entropy::from_system().bytes::<16>(), Entropy::from_system().bytes::<16>());
        assert!((0..1_000).all(|_| one.below(6) < 6));
        assert_eq!(one.below(0), 0);
    }
}
