//! One submission does one thing.
