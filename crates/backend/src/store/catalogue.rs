//! Jobs with minutes, effort and price.
