//! The trace that stays: append-only, hash-chained.
