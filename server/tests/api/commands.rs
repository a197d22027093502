//! The binary itself: its help, its refusals, its copies, and how it stops.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use server::config::SETTINGS;

use crate::{
    test_app::{AINO, TestApp},
    world::ordered,
};

/// A folder of the test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("naapuriapu_commands_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn command(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_naapuriapu"));
        command.current_dir(&self.0).args(arguments);
        for setting in SETTINGS {
            command.env_remove(setting.variable);
        }
        command.envs(settings.iter().copied());
        command
    }

    fn run(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        self.command(arguments, settings).output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_lists_every_command_and_setting() {
    let output = Folder::new().run(&["--help"], &[]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for command in ["serve", "demo", "migrate", "backup", "restore", "export", "import", "audit", "plan"] {
        assert!(help.contains(command), "{help}");
    }
    for setting in SETTINGS {
        assert!(help.contains(setting.variable), "{help}");
    }
}

#[test]
fn a_wrong_setting_ends_with_one_sentence() {
    let folder = Folder::new();
    for (arguments, settings, name) in [
        (&["serve"][..], &[("NAAPURIAPU_LISTEN", "here")][..], "NAAPURIAPU_LISTEN"),
        (&["demo"], &[("NAAPURIAPU_LISTEN", "0.0.0.0:0")], "NAAPURIAPU_DEMO_PUBLIC"),
        (&["serve"], &[("NAAPURIAPU_DEMO", "true"), ("NAAPURIAPU_PUBLIC_URL", "https://a.example")], "DEMO_PUBLIC"),
        (&["migrate"], &[("DATABASE_URL", "mysql://u:sala-sana@h/x")], "DATABASE_URL"),
        (&["serve"], &[("NAAPURIAPU_DEMO", "maybe")], "DEMO"),
        (&["serve"], &[("NAAPURIAPU_LOG", "=/=")], "NAAPURIAPU_LOG"),
    ] {
        let output = folder.run(arguments, settings);
        let said = told(&output);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said.contains(name) && said.trim().lines().count() == 1, "{said}");
        assert!(!said.contains("sala-sana") && !said.contains("panicked"), "{said}");
    }
    std::fs::write(folder.0.join("naapuriapu.toml"), "colour = \"red\"\n").unwrap();
    let said = told(&folder.run(&["migrate"], &[]));
    assert!(said.contains("colour") && said.trim().lines().count() == 1, "{said}");
}

#[test]
fn the_file_is_read_under_the_environment() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("naapuriapu.toml"), "database_url = \"sqlite://from-file.db\"\n").unwrap();
    assert!(folder.run(&["migrate"], &[]).status.success());
    assert!(folder.0.join("from-file.db").exists());
    assert!(folder.run(&["migrate"], &[("DATABASE_URL", "sqlite://from-environment.db")]).status.success());
    assert!(folder.0.join("from-environment.db").exists());
}

#[test]
fn a_copy_is_made_and_put_back() {
    let folder = Folder::new();
    let here = [("DATABASE_URL", "sqlite://data/here.db")];
    let there = [("DATABASE_URL", "sqlite://data/there.db")];
    assert!(folder.run(&["migrate"], &here).status.success());
    let output = folder.run(&["backup", "copy.db"], &here);
    assert!(output.status.success(), "{}", told(&output));
    let again = folder.run(&["backup", "copy.db"], &here);
    assert!(!again.status.success() && told(&again).contains("exists already"), "{}", told(&again));
    let output = folder.run(&["restore", "copy.db"], &there);
    assert!(output.status.success(), "{}", told(&output));
    assert!(folder.0.join("data/there.db").exists());
    assert!(!folder.run(&["restore", "copy.db"], &here).status.success(), "a database is never written over");
    assert!(folder.run(&["migrate"], &there).status.success(), "what was restored opens");
}

/// T58 by the commands: through a file and through a pipe; who was erased since is erased again. The rows themselves are
/// compared in the backend's own tests.
#[tokio::test]
async fn a_database_is_carried_to_another_one() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    ordered(&mut aino, "garden_raking", 2).await;
    let id = crate::world::person_id(&app.backend, AINO).await;
    let folder = Folder::new();
    backend::backup::save(&app.url, &folder.0.join("here.db")).await.unwrap();
    let here = [("DATABASE_URL", "sqlite://here.db")];
    let output = folder.run(&["export", "all.jsonl"], &here);
    assert!(output.status.success() && told(&output).contains("Exported: "), "{}", told(&output));
    let again = folder.run(&["export", "all.jsonl"], &here);
    assert!(!again.status.success() && told(&again).contains("can't be made"), "{}", told(&again));
    let written = std::fs::read(folder.0.join("all.jsonl")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let rights = std::fs::metadata(folder.0.join("all.jsonl")).unwrap().permissions().mode() & 0o777;
        assert_eq!(rights, 0o600, "names and streets are in it");
    }

    let other = backend::testing::postgres().await;
    let through_the_pipe = [("DATABASE_URL", other.as_ref().map_or("sqlite://piped.db", |other| other.url.as_str()))];
    std::fs::create_dir_all(folder.0.join("data")).unwrap();
    let mut export = folder.command(&["export"], &here).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let pipe = export.stdout.take().unwrap();
    let output = folder.command(&["import"], &through_the_pipe).stdin(pipe).output().unwrap();
    assert!(export.wait().unwrap().success());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("Imported and compared: "), "{said}{}", told(&output));
    let again = folder.run(&["import", "all.jsonl"], &through_the_pipe);
    assert!(!again.status.success() && told(&again).contains("there is something"), "{}", told(&again));
    assert_eq!(folder.run(&["export"], &through_the_pipe).stdout, written, "it came as it went");
    assert!(folder.run(&["audit"], &through_the_pipe).status.success());

    std::fs::write(folder.0.join("data/erased.txt"), format!("2026-11-24 {id}\n")).unwrap();
    let there = [("DATABASE_URL", "sqlite://there.db")];
    let output = folder.run(&["import", "all.jsonl"], &there);
    assert!(String::from_utf8_lossy(&output.stdout).contains("Erased again"), "{output:?}");
    let came = format!("{:?}", backend::peek::dump(&format!("sqlite://{}/there.db", folder.0.display())).await);
    assert!(String::from_utf8(written).unwrap().contains(AINO) && !came.contains(AINO), "she came back");
    if let Some(other) = other {
        other.put_away().await;
    }
}

/// T44: the copy knows Aino, the list says that she was erased since; what is put back doesn't know her any more.
#[tokio::test]
async fn who_was_erased_since_is_not_in_a_copy_put_back() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    ordered(&mut aino, "garden_raking", 2).await;
    let id = crate::world::person_id(&app.backend, AINO).await;
    let folder = Folder::new();
    backend::backup::save(&app.url, &folder.0.join("copy.db")).await.unwrap();
    std::fs::create_dir_all(folder.0.join("data")).unwrap();
    std::fs::write(folder.0.join("data/erased.txt"), format!("2026-11-24 {id}\n")).unwrap();
    let there = [("DATABASE_URL", "sqlite://there.db")];
    let output = folder.run(&["restore", "copy.db"], &there);
    assert!(output.status.success(), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Erased again"), "{output:?}");
    let url = format!("sqlite://{}", folder.0.join("there.db").display());
    let restored = format!("{:?}", backend::peek::dump(&url).await);
    let before = format!("{:?}", app.dump().await);
    for word in ["Aino", AINO, "'Ruiskukkatie' '5'"] {
        assert!(before.contains(word) && !restored.contains(word), "{word} came back, or was never there");
    }
    assert!(folder.run(&["audit"], &there).status.success(), "the trace is whole");
}

#[test]
fn the_demo_starts_again_on_its_own_database_and_stops_in_good_order() {
    let folder = Folder::new();
    let settings = [("DATABASE_URL", "sqlite://demo.db"), ("NAAPURIAPU_LISTEN", "127.0.0.1:0")];
    stop(folder.command(&["demo"], &settings), &folder.0);
    // Again on the same database: it stands as it is, and stops as it should.
    stop(folder.command(&["demo"], &settings), &folder.0);
}

/// Whole as the server wrote it; broken where one word of one row was changed past the database.
#[tokio::test]
async fn the_audit_log_is_checked() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    ordered(&mut aino, "garden_raking", 2).await;
    let folder = Folder::new();
    let file = folder.0.join("copy.db");
    backend::backup::save(&app.url, &file).await.unwrap();
    let here = [("DATABASE_URL", "sqlite://copy.db")];
    let output = folder.run(&["audit"], &here);
    assert!(output.status.success(), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("is whole"), "{output:?}");
    let mut bytes = std::fs::read(&file).unwrap();
    let (was, becomes) = (b"order.sent", b"order.seen");
    let at = bytes.windows(was.len()).position(|window| window == was).expect("she has ordered");
    bytes[at..at + becomes.len()].copy_from_slice(becomes);
    std::fs::write(&file, bytes).unwrap();
    let output = folder.run(&["audit"], &here);
    assert!(!output.status.success() && told(&output).contains("The audit log is broken: row"), "{output:?}");
}

#[expect(clippy::disallowed_methods, reason = "how long a real process takes is real time")]
/// Starts the server, waits until it serves, asks it to stop, and sees that it does so in good order.
fn stop(mut command: Command, folder: &Path) {
    let log = folder.join("log");
    let mut server = command.stdout(Stdio::null()).stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
    let began = Instant::now();
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    while !said().contains("serving") {
        assert!(began.elapsed() < Duration::from_mins(1), "{}", said());
        std::thread::sleep(Duration::from_millis(50));
    }
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
    let ended = server.wait().unwrap();
    assert!(ended.success(), "{}", said());
    assert!(said().contains("stopped"), "{}", said());
    assert!(asked.elapsed() < Duration::from_secs(10));
}

/// The small problem that the documentation shows.
fn documented_problem() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/problem.json")
}

#[test]
fn a_file_is_planned_the_same_way_every_time_and_nothing_is_made() {
    let folder = Folder::new();
    let problem = documented_problem();
    let plan = || folder.run(&["plan", "--problem", problem.to_str().unwrap(), "--evaluations", "5000"], &[]);
    let first = plan();
    assert!(first.status.success(), "{}", told(&first));
    assert_eq!(first.stdout, plan().stdout);
    let plan: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    let decisions: Vec<&str> = plan["visits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|visit| visit["decision"]["decision"].as_str().unwrap())
        .collect();
    // Nobody there rakes; everything else has somebody, and the last two clean together.
    assert_eq!(decisions, ["assigned", "assigned", "assigned", "unassigned", "assigned", "assigned"]);
    assert_eq!(plan["visits"][3]["decision"]["failure"]["last"], "skill");
    let place = |visit: usize| &plan["visits"][visit]["decision"]["place"];
    assert_eq!(place(4)["start"], place(5)["start"]);
    assert_ne!(place(4)["member"], place(5)["member"]);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "no database was made");
}

#[test]
fn what_is_no_problem_to_plan_is_refused_in_a_sentence() {
    let folder = Folder::new();
    let file = folder.0.join("problem.json");
    let documented = std::fs::read_to_string(documented_problem()).unwrap();
    let cases = [
        ("{", "is not a problem to plan"),
        (&documented.replace("Europe/Helsinki", "Europe/Rajakyla"), "no time zone is called `Europe/Rajakyla`"),
        (&documented.replace("\"from\": 420", "\"from\": 9999"), "a minute of the day is at most 1440"),
        (&documented.replace("8000-000000000101", "8000-000000000100"), "is wanted twice"),
        (&documented.replace("\"least\": 0", "\"least\": 10"), "is linked to what isn't wanted, twice, or impossibly"),
    ];
    for (text, sentence) in cases {
        std::fs::write(&file, text).unwrap();
        let refused = folder.run(&["plan", "--problem", file.to_str().unwrap()], &[]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(told(&refused).contains(sentence), "{sentence}: {}", told(&refused));
        assert!(!told(&refused).contains("panicked"));
    }
    let missing = folder.run(&["plan", "--problem", "no-such-file.json"], &[]);
    assert!(told(&missing).contains("no-such-file.json can't be read"), "{}", told(&missing));
}
