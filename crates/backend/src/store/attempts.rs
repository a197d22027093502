//! Counted attempts, for limits.
