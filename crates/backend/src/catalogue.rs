//! What can be ordered.
