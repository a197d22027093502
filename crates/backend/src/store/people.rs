//! People, their roles and homes.
