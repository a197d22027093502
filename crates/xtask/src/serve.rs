//! `cargo xtask serve`: the whole product on this machine, with the demo neighbourhood.

use std::{env, net::TcpListener, os::unix::process::CommandExt, path::PathBuf};

use anyhow::{Context, Result, anyhow};

use crate::{
    run::{cargo, command, run, say},
    setup::room,
    site, workspace,
};

const ADDRESS: &str = "127.0.0.1:3000";

/// Builds what has changed and becomes the server.
///
/// # Errors
/// When something doesn't build, or the address is taken. On success it doesn't return.
pub(crate) fn serve() -> Result<()> {
    room::warn_if_short();
    TcpListener::bind(ADDRESS)
        .with_context(|| format!("something else listens on {ADDRESS} already; end it first and try again"))?;
    site::build()?;
    build_server()?;
    println!(
        "
  Naapuriapu starts on  http://{ADDRESS}  as soon as the server below says that it listens.

  To sign in:  http://{ADDRESS}/demo  shows who lives here and their numbers;
               type one of them on  http://{ADDRESS}/sign-in ,
               and find the code on  http://{ADDRESS}/demo/outbox .
  To stop:     Ctrl-C. What you do is kept in data/; delete that folder to begin again.
"
    );
    let mut server = command(server_binary());
    server.arg("demo").env("NAAPURIAPU_LISTEN", ADDRESS).env("NAAPURIAPU_DEMO", "true");
    // Becoming the server, rather than waiting for it, means that whoever ends us ends it.
    Err(anyhow!(server.exec()).context("the server could not be started"))
}

/// The server as cargo's debug profile leaves it.
pub(crate) fn server_binary() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace::path("target"), PathBuf::from);
    target.join("debug/naapuriapu")
}

/// Builds the server binary.
pub(crate) fn build_server() -> Result<()> {
    say("Building the server (cargo build)");
    run(cargo().args(["build", "--quiet", "--package", "server"])).context("the server doesn't compile")
}
