//! A server with a demo neighbourhood of its own, for what tries it from outside: browsers, the fuzzer.
//!
//! Each has a fresh database at the same fixed moment, so that what one tries never meets what another does.

use std::{
    env, fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{self, Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{run::command, serve::server_binary, setup::free_port};

/// A Tuesday morning in January: it has snowed, and the lounge is open.
const NOW: &str = "2027-01-12T08:00:00+02:00";
/// A debug server fills its database within this.
const START_LIMIT: Duration = Duration::from_mins(2);

/// A server with a fresh demo neighbourhood; dropping it ends it and removes its database.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Starts it and waits until it serves.
    ///
    /// # Errors
    /// When it can't be started or doesn't get ready.
    pub(crate) fn start() -> Result<Self> {
        let port = free_port()?;
        let folder = env::temp_dir().join(format!("naapuriapu-e2e-{}-{port}", process::id()));
        fs::create_dir_all(&folder)?;
        let log = fs::File::create(folder.join("server.log"))?;
        let mut server = command(server_binary());
        server.arg("demo").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        server
            .env("NAAPURIAPU_LISTEN", format!("127.0.0.1:{port}"))
            .env("NAAPURIAPU_NOW", NOW)
            .env("NAAPURIAPU_DEMO", "true");
        server.env("DATABASE_URL", format!("sqlite://{}", folder.join("demo.db").display()));
        let process = server.spawn().context("the server could not be started")?;
        let mut server = Self { process, folder, port };
        server.wait()?;
        Ok(server)
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        while !is_ready(self.port) {
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended at once ({status}):\n{}", tail(&self.folder.join("server.log")));
            }
            if Instant::now() > end {
                let log = tail(&self.folder.join("server.log"));
                bail!("the server was not ready within {} seconds:\n{log}", START_LIMIT.as_secs());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether `/health/ready` answers 200.
fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(30)).copied().collect::<Vec<_>>().join("\n")
}
