//! Members and what they set for themselves.
