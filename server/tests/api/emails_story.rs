//! E-mail through the whole server, to a mail server of our own that answers as it is told: every way in which one can take
//! an e-mail, refuse it, or say nothing.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use backend::Handed;
use domain::{EmailAddress, Moment};
use server::{
    AppState,
    config::Config,
    emails::{
        self,
        smtp::{Account, Courier, Email, Security},
    },
    router,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::sleep,
};

use crate::{
    browser::Browser,
    test_app::{AINO, PEKKA, TestApp, config},
    world::order_to_check,
};

/// What the mail server answers at each step; nothing: it says nothing more, and keeps the line open.
#[derive(Clone, Copy)]
struct Answers {
    recipient: Option<&'static str>,
    data: Option<&'static str>,
    contents: Option<&'static str>,
    /// It hangs up instead of saying nothing.
    hangs_up: bool,
}

const TAKES: Answers =
    Answers { recipient: Some("250 ok"), data: Some("354 go on"), contents: Some("250 ok"), hangs_up: false };

/// A mail server that remembers what it was told.
#[derive(Clone)]
struct MailServer {
    address: SocketAddr,
    answers: Arc<Mutex<Answers>>,
    /// Every command.
    said: Arc<Mutex<Vec<String>>>,
    /// The contents of every e-mail.
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            answers: Arc::new(Mutex::new(answers)),
            said: Arc::default(),
            mails: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                // Whoever hangs up ends only their own line.
                tokio::spawn(async move { serving.talk(stream).await.ok() });
            }
        });
        server
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 posti.example\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            self.said.lock().unwrap().push(line.clone());
            let answers = *self.answers.lock().unwrap();
            let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match command.as_str() {
                "EHLO" => Some("250-posti.example\r\n250 8BITMIME"),
                "RCPT" => answers.recipient,
                "DATA" => answers.data,
                "QUIT" => Some("221 bye"),
                _ => Some("250 ok"),
            };
            if !self.answer(&mut writing, answer, answers).await? {
                return Ok(());
            }
            if command == "DATA" && answer.is_some_and(|answer| answer.starts_with("354")) {
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                self.mails.lock().unwrap().push(mail);
                if !self.answer(&mut writing, answers.contents, answers).await? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether the talk goes on.
    async fn answer(
        &self,
        writing: &mut tokio::net::tcp::OwnedWriteHalf,
        answer: Option<&str>,
        answers: Answers,
    ) -> std::io::Result<bool> {
        match answer {
            Some(answer) => {
                writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
                Ok(true)
            }
            None if answers.hangs_up => Ok(false),
            None => {
                sleep(Duration::from_secs(30)).await;
                Ok(false)
            }
        }
    }

    fn account(&self) -> Account {
        account(self.address, Security::None)
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    /// Waits for an e-mail with these words in it.
    async fn mail_with(&self, words: &str) -> String {
        for _ in 0..300 {
            if let Some(mail) = self.mails().into_iter().find(|mail| mail.contains(words)) {
                return mail;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("no e-mail with {words:?} came: {:?}", self.mails());
    }
}

fn account(at: SocketAddr, security: Security) -> Account {
    Account {
        host: at.ip().to_string(),
        port: at.port(),
        security,
        user: None,
        from: EmailAddress::parse("apu@osuuskunta.example").unwrap(),
        authority: None,
    }
}

fn email(reference: &str) -> Email {
    Email {
        reference: reference.to_owned(),
        made: Moment::from_seconds(1_795_391_021),
        to: EmailAddress::parse("aino@posti.example").unwrap(),
        sender: "Naapuriapu".to_owned(),
        subject: "Hyv\u{e4}\u{e4} p\u{e4}iv\u{e4}\u{e4}\r\nBcc: kaikki@posti.example".to_owned(),
        words: "Mikko tulee.\n.\nHei hei".to_owned(),
    }
}

/// Brings one with that account, then says what came of it.
async fn brought(account: Account) -> Handed {
    tokio::task::spawn_blocking(move || {
        let mut courier = Courier::new(account, "127.0.0.1").patient_for(Duration::from_millis(700));
        let handed = courier.send(&email("yksi"));
        courier.leave();
        handed
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_an_e_mail_is_told_as_carefully_as_can_be_known() {
    for (answers, expected, what) in [
        (TAKES, Handed::Accepted { parts: 0 }, "taken"),
        (Answers { recipient: Some("451 later"), ..TAKES }, Handed::NotNow, "not now"),
        (Answers { recipient: Some("550 nobody"), ..TAKES }, Handed::Refused, "never"),
        (Answers { recipient: None, ..TAKES }, Handed::NotNow, "silence before the contents"),
        (Answers { data: Some("421 busy"), ..TAKES }, Handed::NotNow, "busy at DATA"),
        (Answers { data: None, hangs_up: true, ..TAKES }, Handed::NotNow, "gone at DATA"),
        (Answers { contents: Some("452 full"), ..TAKES }, Handed::NotNow, "not now, after the contents"),
        (Answers { contents: Some("554 spam"), ..TAKES }, Handed::Refused, "never, after the contents"),
        (Answers { contents: None, ..TAKES }, Handed::Unsure, "silence after the contents"),
        (Answers { contents: None, hangs_up: true, ..TAKES }, Handed::Unsure, "gone after the contents"),
        (Answers { contents: Some("what?"), ..TAKES }, Handed::Unsure, "an answer that is none"),
    ] {
        let server = MailServer::start(answers).await;
        assert_eq!(brought(server.account()).await, expected, "{what}");
    }
    // Nobody there.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(brought(account(gone, Security::None)).await, Handed::NotNow);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_protection_that_was_asked_for_gets_nothing() {
    let server = MailServer::start(TAKES).await;
    assert_eq!(brought(account(server.address, Security::StartTls)).await, Handed::Refused);
    let said = server.said.lock().unwrap().clone();
    assert!(said.iter().all(|line| line.starts_with("EHLO") || line.starts_with("QUIT")), "{said:?}");
    assert_ne!(brought(account(server.address, Security::Tls)).await, Handed::Accepted { parts: 0 });
    assert!(server.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_carries_several_and_no_line_becomes_one_of_the_head() {
    let server = MailServer::start(TAKES).await;
    let account = server.account();
    tokio::task::spawn_blocking(move || {
        let mut courier = Courier::new(account, "127.0.0.1");
        for reference in ["yksi", "kaksi"] {
            assert_eq!(courier.send(&email(reference)), Handed::Accepted { parts: 0 });
        }
        courier.leave();
    })
    .await
    .unwrap();
    let said = server.said.lock().unwrap().clone();
    assert_eq!(said.iter().filter(|line| line.starts_with("EHLO")).count(), 1, "{said:?}");
    assert_eq!(said.last().unwrap(), "QUIT");
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    let (head, body) = mails[0].split_once("\n\n").unwrap();
    for line in [
        "From: Naapuriapu <apu@osuuskunta.example>",
        "To: aino@posti.example",
        "Message-ID: <yksi@osuuskunta.example>",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(head.lines().any(|there| there == line), "{line}: {head}");
    }
    assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
    assert!(body.contains("Mikko tulee.") && body.contains("Hei hei"), "a lone dot doesn't end it: {body}");
}

/// The code in the last line of an e-mail.
fn code_of(mail: &str) -> String {
    let last = mail.trim_end().lines().last().unwrap();
    let code = last.strip_prefix("@127.0.0.1 #").unwrap_or_else(|| panic!("its last line is {last:?}"));
    code.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn aino_has_an_address_is_told_by_it_and_signs_in_by_it() {
    let server = MailServer::start(TAKES).await;
    let app = TestApp::new().await;
    let config = Config { smtp: Some(server.account()), ..config(&[]) };
    let sender = emails::start(app.backend.clone(), &config);
    let router = router(AppState::new(app.backend.clone(), config)).unwrap();
    let mut aino = app.sign_in(AINO).await;
    aino.get("/my").await.says("S\u{e4}hk\u{f6}postiosoite");
    let page = aino.get("/my/email").await;
    let wrong = aino.submit_and_follow(&page.form("/api/email/ask"), &[("email", "aino@")]).await;
    wrong.says("Tarkista s\u{e4}hk\u{f6}postiosoite.");
    let form = aino.get("/my/email").await.form("/api/email/ask");
    let page = aino.submit_and_follow(&form, &[("email", "Aino@Posti.example")]).await;
    let code = code_of(&server.mail_with("Subject: Koodisi").await);
    let page = aino.submit_and_follow(&page.form("/api/email/confirm"), &[("code", &code)]).await;
    page.says("Osoite on otettu k\u{e4}ytt\u{f6}\u{f6}n.").says("Aino@posti.example");
    aino.submit_and_follow(&page.form("/api/email/choose"), &[("first", "yes")]).await.says("Valinta on tallennettu.");

    // What she is told comes by e-mail, once, without her street.
    order_to_check(&mut aino, "garden_raking", 2).await;
    aino.post("/api/order/who", &[("contact", "sms"), ("strangers", "yes")]).await;
    let check = aino.get("/order/check").await;
    aino.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    let mail = server.mail_with("Subject: Saimme tilauksesi").await;
    assert!(mail.contains("To: Aino@posti.example") && !mail.contains("Ruiskukkatie"), "{mail}");
    assert!(mail.contains("http://127.0.0.1:3000") && mail.contains("08 123 4567"), "{mail}");

    // Signing in by it, on another device; an unknown one gets the same answer.
    let mut other = Browser::new(router.clone());
    other.get("/sign-in").await.says("Puhelinnumero tai s\u{e4}hk\u{f6}postiosoite");
    let asked = other.post("/api/session/ask", &[("phone", "aino@posti.example")]).await;
    let mut stranger = Browser::new(router.clone());
    let unknown = stranger.post("/api/session/ask", &[("phone", "ei.kukaan@posti.example")]).await;
    assert_eq!((asked.status, asked.location()), (unknown.status, unknown.location()));
    assert_eq!(other.get("/sign-in/code").await.visible(), stranger.get("/sign-in/code").await.visible());
    let mut codes: Vec<String> = Vec::new();
    for _ in 0..200 {
        codes =
            server.mails().iter().filter(|mail| mail.contains("Subject: Koodisi")).map(|mail| code_of(mail)).collect();
        if codes.len() == 2 {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(codes.len(), 2, "hers, and nobody else's");
    let answered = other.post("/api/session/answer", &[("code", codes[1].as_str())]).await;
    assert_eq!(answered.location(), "/my");
    sender.stop().await;

    // The coordinator sees that it went out.
    let mut pekka = app.sign_in(PEKKA).await;
    pekka.get("/desk/messages").await.says("S\u{e4}hk\u{f6}posteja l\u{e4}hetetty");
}
