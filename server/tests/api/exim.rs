//! E-mail through a real mail server: Debian's Exim, with STARTTLS and a password, delivering into a folder of the test's.
//!
//! It runs as the ordinary user who runs the test, and as "nobody" when that is root, whom Exim doesn't deliver for.
//!
//! With `NAAPURIAPU_REQUIRE_EXIM` set (as `cargo xtask test` does) a missing Exim is a failure; without it, this says that it
//! isn't there.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use backend::Handed;
use domain::{EmailAddress, Moment};
use server::{
    config::{Config, Secret},
    emails::{
        self,
        smtp::{self, Account, Courier, Email, Security},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

use crate::test_app::{AINO, TestApp, config};

const PROGRAM: &str = "/usr/sbin/exim4";
const PASSWORD: &str = "vain-testi";

/// "nobody", and their group, on every Debian.
const NOBODY: u32 = 65534;

/// Exim, ended with the test.
struct Exim {
    running: Child,
    folder: PathBuf,
    port: u16,
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Exim {
    /// Starts one; nothing where there is no Exim.
    async fn start(name: &str) -> Option<Self> {
        if !Path::new(PROGRAM).is_file() {
            assert!(env::var_os("NAAPURIAPU_REQUIRE_EXIM").is_none(), "Exim is to be here, and isn't");
            eprintln!("not run: there is no Exim on this machine (Debian's package exim4-daemon-light)");
            return None;
        }
        let folder = env::temp_dir().join(format!("naapuriapu_exim_{name}_{}", std::process::id()));
        fs::create_dir_all(folder.join("inbox")).unwrap();
        let certificate = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-keyout", "key.pem", "-out", "certificate.pem"])
            .current_dir(&folder)
            .stderr(Stdio::null())
            .status();
        assert!(certificate.unwrap().success(), "openssl makes no certificate");
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let (mine, group) = fs::metadata("/proc/self").map(|me| (me.uid(), me.gid())).unwrap();
        let (user, group) = if mine == 0 { (NOBODY, NOBODY) } else { (mine, group) };
        let file = folder.join("exim.conf");
        fs::write(&file, settings(&folder, port, user, group)).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg("-C").arg(&file).arg("-bdf").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if mine == 0 {
            for path in [folder.clone(), folder.join("inbox"), folder.join("key.pem")] {
                chown(path, Some(user), Some(group)).unwrap();
            }
            command.uid(user).gid(group);
        }
        let exim = Self { running: command.spawn().unwrap(), folder, port };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Some(exim);
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("Exim doesn't listen on {port}");
    }

    fn account(&self) -> Account {
        let pem = fs::read(self.folder.join("certificate.pem")).unwrap();
        Account {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::StartTls,
            user: Some(("apu".to_owned(), Secret::new(PASSWORD.to_owned()))),
            from: EmailAddress::parse("apu@osuuskunta.example").unwrap(),
            authority: smtp::authority(&pem),
        }
    }

    /// What was delivered.
    fn inbox(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.folder.join("inbox/new")) else { return Vec::new() };
        files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok()).collect()
    }

    /// Waits for an e-mail with these words in it.
    async fn mail_with(&self, words: &str) -> String {
        for _ in 0..200 {
            if let Some(mail) = self.inbox().into_iter().find(|mail| mail.contains(words)) {
                return mail;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("no e-mail with {words:?} was delivered: {:?}", self.inbox());
    }
}

/// Takes e-mail only from who has signed in over TLS, and delivers all of it into the inbox.
fn settings(folder: &Path, port: u16, user: u32, group: u32) -> String {
    let folder = folder.display();
    format!(
        "exim_user = {user}\nexim_group = {group}\nspool_directory = {folder}/spool\nlog_file_path = {folder}/log_%slog\n\
         pid_file_path = {folder}/pid\nprimary_hostname = posti.example\ndaemon_smtp_ports = {port}\n\
         local_interfaces = <; 127.0.0.1\nkeep_environment =\ntls_advertise_hosts = *\n\
         tls_certificate = {folder}/certificate.pem\ntls_privatekey = {folder}/key.pem\n\
         auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}}}\nacl_smtp_rcpt = recipient\n\
         begin acl\nrecipient:\n  deny local_parts = ei.ole\n  defer local_parts = myohemmin\n\
         \x20 accept authenticated = *\n  deny message = sign in first\n\
         begin routers\nhere:\n  driver = accept\n  transport = inbox\n\
         begin transports\ninbox:\n  driver = appendfile\n  maildir_format\n  directory = {folder}/inbox\n\
         \x20 user = {user}\n  group = {group}\n\
         begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n\
         \x20 server_condition = ${{if and{{{{eq{{$auth2}}{{apu}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}\n  server_set_id = $auth2\n"
    )
}

async fn brought(account: Account, to: &str) -> Handed {
    let email = Email {
        reference: "yksi".to_owned(),
        made: Moment::from_seconds(1_795_391_021),
        to: EmailAddress::parse(to).unwrap(),
        sender: "Naapuriapu".to_owned(),
        subject: "K\u{e4}ynti".to_owned(),
        words: "Mikko tulee huomenna.".to_owned(),
    };
    tokio::task::spawn_blocking(move || {
        let mut courier = Courier::new(account, "naapuriapu.example");
        let handed = courier.send(&email);
        courier.leave();
        handed
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn exim_takes_refuses_and_puts_off_as_we_tell_it() {
    let Some(exim) = Exim::start("answers").await else { return };
    let account = exim.account();
    assert_eq!(brought(account.clone(), "aino@posti.example").await, Handed::Accepted { parts: 0 });
    exim.mail_with("Message-ID: <yksi@osuuskunta.example>").await;
    assert_eq!(brought(account.clone(), "ei.ole@posti.example").await, Handed::Refused);
    assert_eq!(brought(account.clone(), "myohemmin@posti.example").await, Handed::NotNow);
    let stranger = Account { user: None, ..account.clone() };
    assert_eq!(brought(stranger, "aino@posti.example").await, Handed::Refused, "it wants a password");
    let wrong = Some(("apu".to_owned(), Secret::new("toinen".to_owned())));
    assert_eq!(brought(Account { user: wrong, ..account.clone() }, "aino@posti.example").await, Handed::Refused);
    // One whose certificate nobody vouches for gets neither e-mail nor password.
    let doubted = Account { authority: None, ..account };
    assert_eq!(brought(doubted, "aino@posti.example").await, Handed::NotNow);
    assert_eq!(exim.inbox().len(), 1, "one e-mail, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_comes_through_exim_and_the_address_is_hers() {
    let Some(exim) = Exim::start("story").await else { return };
    let app = TestApp::new().await;
    let config = Config { smtp: Some(exim.account()), ..config(&[]) };
    let sender = emails::start(app.backend.clone(), &config);
    let mut aino = app.sign_in(AINO).await;
    let form = aino.get("/my/email").await.form("/api/email/ask");
    let page = aino.submit_and_follow(&form, &[("email", "aino@posti.example")]).await;
    let mail = exim.mail_with("Subject: Koodisi").await;
    assert!(mail.contains("with esmtpsa") && mail.contains("TLS"), "it came over TLS, with a password: {mail}");
    let code = mail.trim_end().lines().last().unwrap().strip_prefix("@127.0.0.1 #").unwrap().to_owned();
    let page = aino.submit_and_follow(&page.form("/api/email/confirm"), &[("code", &code)]).await;
    page.says("aino@posti.example");
    sender.stop().await;
    assert_eq!(exim.inbox().len(), 1, "once");
}
