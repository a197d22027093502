//! A private PostgreSQL for the tests: made in a temporary folder, on a free port of loopback, gone afterwards.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{apt, free_port};
use crate::run::{command, find, is_root, output, run, say};

/// The setting by which the tests find it.
pub(crate) const SETTING: &str = "NAAPURIAPU_TEST_POSTGRES";
const ROLE: &str = "naapuriapu";
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running cluster; dropping it stops it and removes its folder.
pub(crate) struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Errors
    /// When PostgreSQL can't be had or doesn't start.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = PathBuf::from(output(as_owner("mktemp").args(["-d", "-t", "naapuriapu-postgres.XXXXXX"]))?.trim());
        let data = folder.join("data");
        say("Making a private PostgreSQL for the tests (initdb)");
        let mut initdb = as_owner(programs.join("initdb"));
        initdb.arg("-D").arg(&data).args([
            "-U",
            ROLE,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        output(&mut initdb)?;

        let port = free_port()?;
        let mut postgres = as_owner(programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder).args(["-p", &port.to_string()]);
        // It dies with the tests, so it need not survive a power cut.
        for setting in ["listen_addresses=127.0.0.1", "max_connections=200", "fsync=off", "log_min_messages=fatal"] {
            postgres.args(["-c", setting]);
        }
        let log = folder.join("log");
        // Made by the owner of the folder: not even root may open another's file in a sticky folder for writing.
        output(as_owner("touch").arg(&log))?;
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::options().append(true).open(&log)?);
        let server = postgres.spawn().context("PostgreSQL could not be started")?;
        let mut cluster = Self { server, folder, port };
        cluster.wait(&programs)?;
        say(format!("PostgreSQL listens on 127.0.0.1:{port}"));
        Ok(cluster)
    }

    /// What the tests connect to.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self, programs: &Path) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        let mut ready = command(programs.join("pg_isready"));
        ready.args(["-q", "-U", ROLE, "-d", "postgres", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        while !ready.status()?.success() {
            if let Some(status) = self.server.try_wait()? {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL ended at once ({status}): {}", log.trim());
            }
            if Instant::now() > end {
                bail!("PostgreSQL did not answer within {} seconds", START_LIMIT.as_secs());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it ends its own children and frees its shared memory.
        let asked = run(command("kill").args(["-INT", &self.server.id().to_string()]));
        if asked.is_err() {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        if let Err(error) = run(as_owner("rm").arg("-rf").arg(&self.folder)) {
            say(format!("{} could not be removed: {error:#}", self.folder.display()));
        }
    }
}

/// A command as somebody who isn't root, since PostgreSQL refuses root. `setpriv` becomes the program, so that the
/// process we started is the server itself.
fn as_owner(program: impl AsRef<Path>) -> Command {
    let program = program.as_ref();
    let mut owner = if is_root() {
        let mut setpriv = command("setpriv");
        setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
        setpriv
    } else {
        command(program)
    };
    owner.current_dir(env::temp_dir());
    owner
}

/// The folder with `initdb` and `postgres`, installed if need be.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = newest() {
        return Ok(folder);
    }
    apt::install(&["postgresql"])?;
    newest().context("PostgreSQL is installed, but its initdb is nowhere to be found")
}

fn newest() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    versions.sort();
    let elsewhere = || find("initdb")?.parent().map(Path::to_path_buf);
    versions.pop().map(|(_, folder)| folder).or_else(elsewhere)
}
