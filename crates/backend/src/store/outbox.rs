//! What is to be told.
