//! What a fresh machine may lack, one file each. Each looks first, and installs only what isn't there.

pub(crate) mod apt;
pub(crate) mod chromium;
pub(crate) mod exim;
pub(crate) mod kannel;
pub(crate) mod nextest;
pub(crate) mod npm;
pub(crate) mod postgres;
pub(crate) mod python;
pub(crate) mod room;
pub(crate) mod wasm_target;

use std::net::TcpListener;

use anyhow::{Context, Result};

/// A port of loopback that nobody listens on right now.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("loopback has no free port")?;
    Ok(listener.local_addr()?.port())
}
