//! What has been told.
