//! Who may order for whom.
