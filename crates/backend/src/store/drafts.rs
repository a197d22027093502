//! Orders being made, and forms kept for another try.
