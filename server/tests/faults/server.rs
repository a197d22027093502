//! The server in a process of its own, to be killed.

use std::{
    fs::{self, File, OpenOptions},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::wire;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_naapuriapu");

/// How long a start may take, unoptimised and on a busy machine, before the test gives up.
const START: Duration = Duration::from_mins(1);

/// A folder of the test's own, removed with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("naapuriapu_faults_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The binary, in a folder without settings and with none in its environment but those given.
pub(crate) fn command(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(arguments);
    prepared(command, folder, settings)
}

fn prepared(mut command: Command, folder: &Path, settings: &[(&str, &str)]) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.current_dir(folder).env_clear().env("PATH", path).envs(settings.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// A running server.
pub(crate) struct Server {
    /// Where it listens, also after it was started again.
    pub(crate) address: SocketAddr,
    child: Child,
    command: Command,
    folder: Folder,
}

impl Server {
    /// A server on that database, ready to answer.
    pub(crate) async fn start(database_url: &str) -> Self {
        Self::start_by(&[BINARY], &[("DATABASE_URL", database_url)]).await
    }

    /// The same, started by another program whose last arguments are the server's own.
    pub(crate) async fn start_by(program: &[&str], settings: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listen = address.to_string();
        let settings: Vec<(&str, &str)> =
            settings.iter().copied().chain([("NAAPURIAPU_LISTEN", listen.as_str())]).collect();
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).arg("serve");
        let mut command = prepared(command, folder.path(), &settings);
        let child = spawn(&mut command, folder.path());
        let mut server = Self { address, child, command, folder };
        server.answers().await;
        server
    }

    /// `kill -9`: nothing that it would do at its end is done.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again. How long it took until it answered.
    pub(crate) async fn restart(&mut self) -> Duration {
        let began = Instant::now();
        self.child = spawn(&mut self.command, self.folder.path());
        self.answers().await;
        began.elapsed()
    }

    /// It is stopped in the middle of whatever it does, for good: what it has on its disk stays as it is.
    pub(crate) fn stand_still(&self) {
        assert!(Command::new("kill").args(["-STOP", &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Where this process finds a folder as the server sees it, mounts of its own included.
    pub(crate) fn sees(&self, folder: &Path) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.child.id(), folder.display()))
    }

    /// All that it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    async fn answers(&mut self) {
        let began = Instant::now();
        while !wire::send(self.address, &wire::get("/health/ready", "")).await.is_ok_and(|answer| answer.status == 200)
        {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < START, "{ended:?}: {}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(command: &mut Command, folder: &Path) -> Child {
    let log: File = OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    command.stderr(log).spawn().unwrap()
}
