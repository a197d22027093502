//! Text messages through a real gateway: Debian's Kannel, with a network of our own behind it.
//!
//! Kannel's `fake` network is a plain TCP connection that carries a text a line, `from to text words`, both ways: this test
//! is the phone at its other end. What goes out, what the network reports of it, and what the phone answers all pass
//! through Kannel as they would through a real one.
//!
//! With `NAAPURIAPU_REQUIRE_KANNEL` set (as `cargo xtask test` does) a missing Kannel is a failure; without it, this says
//! that it isn't there.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use domain::Message;
use server::{
    AppState,
    config::{Config, Secret, Sms},
    router,
    texts::{
        self,
        gateway::{Account, Preset},
        hooks::Keys,
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    sync::mpsc,
    time::{sleep, timeout},
};

use crate::{
    test_app::{AINO, PEKKA, TestApp, config},
    world::{offer_of, ordered},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// Kannel's two programs, ended with the test.
struct Kannel {
    boxes: Vec<Child>,
    folder: PathBuf,
    network: SocketAddr,
    sending: String,
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for running in &mut self.boxes {
            let _ = running.kill();
            let _ = running.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let found =
        ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"].map(|folder| Path::new(folder).join(name));
    found.into_iter().find(|path| path.is_file())
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

impl Kannel {
    /// Starts one that brings what phones send to that address; nothing where there is no Kannel.
    async fn start(answers: &str) -> Option<Self> {
        let programs = program("bearerbox").zip(program("smsbox"));
        let required = env::var_os("NAAPURIAPU_REQUIRE_KANNEL").is_some();
        let Some((bearerbox, smsbox)) = programs else {
            assert!(!required, "Kannel is to be here, and isn't");
            eprintln!("not run: there is no Kannel on this machine (Debian's package kannel)");
            return None;
        };
        let folder = env::temp_dir().join(format!("naapuriapu_kannel_{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (admin, boxes, network, sending) =
            (free_port().await, free_port().await, free_port().await, free_port().await);
        let log = folder.join("log");
        let settings = format!(
            "group = core\nadmin-port = {admin}\nadmin-password = vain-testi\nadmin-allow-ip = 127.0.0.1\n\
             smsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\nadmin-interface = 127.0.0.1\n\
             box-allow-ip = 127.0.0.1\nlog-file = {log}-bearerbox\nlog-level = 1\n\n\
             group = smsc\nsmsc = fake\nsmsc-id = testi\nhost = 127.0.0.1\nport = {network}\nconnect-allow-ip = 127.0.0.1\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {sending}\nsendsms-interface = 127.0.0.1\n\
             log-file = {log}-smsbox\nlog-level = 1\n\n\
             group = sendsms-user\nusername = naapuri\npassword = vain-testi\nconcatenation = true\nmax-messages = 10\n\n\
             group = sms-service\nkeyword = default\ncatch-all = true\nmax-messages = 0\npost-url = \"{answers}\"\n\
             send-sender = true\n",
            log = log.display()
        );
        let file = folder.join("kannel.conf");
        fs::write(&file, settings).unwrap();
        let start = |program: &Path, folder: &Path| {
            Command::new(program)
                .arg("-v")
                .arg("4")
                .arg(&file)
                .current_dir(folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        let mut kannel = Self {
            boxes: vec![start(&bearerbox, &folder)],
            folder,
            network: SocketAddr::from(([127, 0, 0, 1], network)),
            sending: format!("http://127.0.0.1:{sending}/cgi-bin/sendsms"),
        };
        answering(boxes).await;
        let running = start(&smsbox, &kannel.folder);
        kannel.boxes.push(running);
        answering(sending).await;
        Some(kannel)
    }
}

/// Waits until something listens there.
async fn answering(port: u16) {
    for _ in 0..300 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("Kannel doesn't listen on {port}");
}

/// All the phones behind the network.
struct Phones {
    sending: OwnedWriteHalf,
    received: mpsc::UnboundedReceiver<String>,
}

impl Phones {
    async fn connect(network: SocketAddr) -> Self {
        let (reading, sending) = TcpStream::connect(network).await.unwrap().into_split();
        let (told, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut lines = BufReader::new(reading).lines();
            let mut first_part = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                let Some((line, is_last)) = whole(&line, &mut first_part) else { continue };
                if is_last && told.send(line).is_err() {
                    return;
                }
            }
        });
        Self { sending, received }
    }

    /// The next text to that number that has these words in it.
    async fn next_to(&mut self, number: &str, part: &str) -> String {
        let waiting = async {
            loop {
                let line = self.received.recv().await.expect("the network is there");
                if line.contains(number) && line.contains(part) {
                    return line;
                }
            }
        };
        timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("no text with {part:?} came to {number}"))
    }

    async fn send(&mut self, from: &str, words: &str) {
        self.sending.write_all(format!("{from} 12345 text {words}\n").as_bytes()).await.unwrap();
    }
}

/// The line with the parts before it, as the phone shows them; and whether it is the last part. Long texts come in parts:
/// `from to udh %05%00%03 reference count number data words`, all of it percent-encoded.
fn whole(line: &str, before: &mut String) -> Option<(String, bool)> {
    let Some((head, rest)) = line.split_once(" udh ") else { return Some((line.to_owned(), true)) };
    let (header, data) = rest.split_once(" data ")?;
    let bytes: Vec<&str> = header.split('%').skip(1).collect();
    let (count, number) = (bytes.get(4)?, bytes.get(5)?);
    let decoded = form_urlencoded::parse(format!("words={data}").as_bytes()).next()?.1.into_owned();
    before.push_str(&decoded);
    let is_last = count == number;
    let text = format!("{head} text {before}");
    if is_last {
        before.clear();
    }
    Some((text, is_last))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_an_offer_its_report_and_the_answer_pass_through_kannel() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = format!("http://{}", listener.local_addr().unwrap());
    let hooks = Keys::new(&Secret::new("k".repeat(32)), &ours);
    let Some(kannel) = Kannel::start(&hooks.answer_address()).await else { return };
    let mut phones = Phones::connect(kannel.network).await;
    let account = Account {
        preset: Preset::Kannel,
        url: kannel.sending.clone(),
        user: "naapuri".to_owned(),
        password: Secret::new("vain-testi".to_owned()),
        sender: "Naapuriapu".to_owned(),
    };
    let config = Config { sms: Some(Sms { account, hooks: Some(hooks), answers: true }), ..config(&[]) };
    let app = TestApp::new().await;
    app.backend.take_text_answers();
    let sender = texts::start(app.backend.clone(), &config);
    let service = router(AppState::new(app.backend.clone(), config)).unwrap();
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });

    // Aino's code, and an order whose words have every letter that Finnish has.
    let mut aino = app.sign_in(AINO).await;
    let code = app.code(AINO).await;
    phones.next_to(AINO, &code).await;
    let visit = ordered(&mut aino, "garden_raking", 2).await;
    let (asked, _) = offer_of(&app, &visit).await;
    let number = app.sent_to(&asked).await.into_iter().find_map(|sent| match sent.message {
        Message::NewOffer { answer, .. } => answer,
        _ => None,
    });
    let number = number.expect("an offer with numbers");
    let line = phones.next_to(&asked, &format!("{number} =")).await;
    assert!(line.contains("Rajakyl"), "{line}");
    assert!(!line.contains('?'), "a letter got lost on the way: {line}");

    // The network says of every text that it arrived.
    let mut pekka = app.sign_in(PEKKA).await;
    let mut waited = Duration::ZERO;
    loop {
        let page = pekka.get("/desk/messages").await.visible();
        let (sent, arrived) = (count(&page, "Lähetetty"), count(&page, "Perillä operaattorin mukaan"));
        if sent > 2 && sent == arrived {
            break;
        }
        assert!(waited < PATIENCE, "{arrived} of {sent} texts are reported: {page}");
        sleep(Duration::from_millis(200)).await;
        waited += Duration::from_millis(200);
    }

    // The member takes the work by text, and hears so.
    phones.send(&asked, &number.to_string()).await;
    phones.next_to(&asked, "kiitos").await;
    aino.get(&format!("/my/visit/{visit}")).await.says("tulee");

    sender.stop().await;
    serving.abort();
    drop(kannel);
}

/// The number that follows these words on the page.
fn count(page: &str, words: &str) -> usize {
    let after = page.split(words).nth(1).unwrap_or_default();
    let digits: String = after.chars().skip_while(|c| c.is_whitespace()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after {words:?}: {page}"))
}
