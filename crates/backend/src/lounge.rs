//! What a lounge helper does.
