//! What is secret stays where it is kept (T43): not in the log of a server that tells all it can, not in the program.
//!
//! What `Debug` shows of each is tested beside the types: `domain::Hidden`, `server::config`.

use std::{
    fs::{self, File},
    io::Read,
    time::Duration,
};

use backend::testing::TestBackend;
use tokio::time::{Instant, sleep};

use crate::{
    neighbourhood::{Neighbourhood, On},
    server::{BINARY, Folder, Server},
    wire,
};

/// The installation's secret, the gateway's password, the database's.
const SECRET: &str = "kukaan-ei-saa-lukea-tätä-riviä-lokista";
const GATEWAY: &str = "yhdyskaytavan-tunnussana";
const DATABASE: &str = "tietokannan-tunnussana";

/// Everything of ours at its most talkative, and the libraries at what an operator turns on to look for a fault.
const LOG: &str = "debug,server=trace,app=trace,backend=trace";

/// T43: passwords, secrets, one-time codes and sessions' tokens are in no line of the log, also when things fail: nobody
/// answers where the gateway should be, and PostgreSQL goes away.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_the_log_of_a_talkative_server() {
    let Some(neighbourhood) = Neighbourhood::new(On::Postgres, 3, 3).await else { return };
    let (database, orderers) = (neighbourhood.database, neighbourhood.orderers);
    let folder = Folder::new();
    let kept = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (secret, password) = (kept("secret", SECRET), kept("password", GATEWAY));
    let url = with_password(&database.url);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("NAAPURIAPU_LOG", LOG),
        ("NAAPURIAPU_SECRET_FILE", &secret),
        ("NAAPURIAPU_SMS_GATEWAY", "kannel"),
        ("NAAPURIAPU_SMS_URL", "http://127.0.0.1:9/cgi-bin/sendsms"),
        ("NAAPURIAPU_SMS_USER", "naapuri"),
        ("NAAPURIAPU_SMS_PASSWORD_FILE", &password),
        ("NAAPURIAPU_SMS_HOOKS_URL", "http://127.0.0.1"),
    ];
    let server = Server::start_by(&[BINARY], &settings).await;
    for orderer in &orderers {
        orderer.settle(server.address).await;
    }
    let token = orderers[0].token.clone();
    let ask = wire::post("/api/session/ask", &token, "phone=%2B358453000001");
    let asked = wire::send(server.address, &ask).await.expect("an answer");
    assert!(asked.location.starts_with("/sign-in/code"), "{asked:?}");
    let code = code_sent(&database).await;
    let answer = wire::post("/api/session/answer", &token, &format!("code={code}"));
    wire::send(server.address, &answer).await.expect("an answer");
    backend::testing::db::rows(
        &database,
        "select pg_terminate_backend(pid)::text from pg_stat_activity where datname = current_database() \
         and pid <> pg_backend_pid()",
    )
    .await;
    wire::send(server.address, &wire::get("/my", &token)).await.expect("an answer");
    // The server looks once a second whether there is something to send.
    let began = Instant::now();
    while !server.log().contains("\"message\":\"text message\"") {
        assert!(began.elapsed() < Duration::from_secs(20), "nothing was handed over: {}", server.log());
        sleep(Duration::from_millis(50)).await;
    }

    let log = server.log();
    assert!(log.contains("\"answered\""), "the log is there: {log}");
    for secret in [SECRET, GATEWAY, DATABASE, &token, &code] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret}: {}", line.unwrap_or_default());
    }
    drop(server);
    let left = database.again().await;
    left.put_away().await;
}

async fn code_sent(database: &TestBackend) -> String {
    let look = database.again().await;
    let code = look.newest_code().await;
    look.backend.close().await;
    code
}

/// The database's address with a password in it, which the tests' cluster doesn't ask for.
fn with_password(url: &str) -> String {
    let (user, rest) = url.split_once('@').expect("a user");
    let user = user.rsplit_once("//").and_then(|(_, user)| user.split(':').next()).expect("a name");
    format!("postgres://{user}:{DATABASE}@{rest}")
}

/// T43: no private key was built into the program, and no address with a password.
#[test]
fn no_secret_is_in_the_program() {
    let mut program = File::open(BINARY).unwrap();
    let (mut piece, mut before) = (vec![0; 4 << 20], Vec::new());
    loop {
        let read = program.read(&mut piece).unwrap();
        if read == 0 {
            return;
        }
        // What stands across two pieces is seen too.
        before.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&before);
        assert_eq!(secret_in(&text), None);
        before.drain(..before.len().saturating_sub(256));
    }
}

/// A private key, or a password in an address.
fn secret_in(text: &str) -> Option<&str> {
    let key = ["PRIVATE KEY-----\nM", "PRIVATE KEY-----\r\nM"].into_iter().find_map(|begins| text.find(begins));
    let with_password = || {
        text.match_indices("://").map(|(at, _)| at + 3).find(|at| {
            let is_end = |c: char| !c.is_ascii_graphic() || matches!(c, '/' | '"' | '\'' | '`' | '<' | '{' | '\\');
            let host = text[*at..].split(is_end).next().unwrap_or_default();
            let user = host.rsplit_once('@').and_then(|(user, at)| Some(user).filter(|_| !at.is_empty()));
            user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
        })
    };
    key.or_else(with_password).map(|at| text[at..].split('\0').next().unwrap_or_default())
}

#[test]
fn a_secret_in_a_program_is_found() {
    assert!(secret_in("x\0postgres://naapuri:sala-sana@db/naapuri\0").is_some());
    assert!(secret_in("-----BEGIN PRIVATE KEY-----\nMIIE").is_some());
    for harmless in ["postgres://db/naapuri", "https://naapuri.example:3000/a@b", "://{user}:{password}@{host}"] {
        assert_eq!(secret_in(harmless), None);
    }
}
