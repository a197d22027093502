//! Signing in by one-time code.
