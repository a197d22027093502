//! Text messages through the whole server: to gateways of each kind, and back from them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::any};
use domain::{Message, Minutes};
use http::{HeaderMap, Method, Request, StatusCode, Uri, header::CONTENT_TYPE};
use server::{
    AppState,
    config::{Config, Secret, Sms},
    rounds::Rounds,
    router,
    texts::{
        self,
        gateway::{Account, Preset},
        hooks::Keys,
    },
};
use tower::ServiceExt;

use crate::{
    browser::Browser,
    test_app::{AINO, MIKKO, TestApp, config},
    world::{offer_of, ordered},
};

const PASSWORD: &str = "salasana-jota-kukaan-ei-nae";

/// What the gateway was asked.
#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
}

/// A gateway that remembers, and answers as it is told: a status after a while.
#[derive(Clone, Default)]
struct Gateway {
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Arc<Mutex<(u16, Duration)>>,
}

impl Gateway {
    async fn start(status: u16) -> (Self, SocketAddr) {
        let gateway = Self::default();
        *gateway.answers.lock().unwrap() = (status, Duration::ZERO);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = Router::new().fallback(any(Self::answer)).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        (gateway, address)
    }

    async fn answer(
        State(gateway): State<Self>,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        let body = String::from_utf8(body.to_vec()).unwrap();
        gateway.asked.lock().unwrap().push(Asked { method, uri, headers, body });
        let (status, wait) = *gateway.answers.lock().unwrap();
        tokio::time::sleep(wait).await;
        StatusCode::from_u16(status).unwrap()
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Waits until so many were asked.
    async fn asked_at_least(&self, many: usize) -> Vec<Asked> {
        for _ in 0..200 {
            if self.asked().len() >= many {
                return self.asked();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the gateway was asked {} times, not {many}", self.asked().len());
    }
}

fn settings(preset: Preset, gateway: SocketAddr, answers: bool) -> Config {
    let account = Account {
        preset,
        url: format!("http://{gateway}/send"),
        user: "naapuri".to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        sender: "Naapuriapu".to_owned(),
    };
    let hooks = Keys::new(&Secret::new("h".repeat(32)), "http://127.0.0.1:3000");
    Config { sms: Some(Sms { account, hooks: Some(hooks), answers }), ..config(&[]) }
}

/// The co-op's whole server with that gateway, its sender running.
async fn server(config: Config) -> (TestApp, Router, Rounds) {
    let app = TestApp::new().await;
    if config.sms.as_ref().is_some_and(|sms| sms.answers) {
        app.backend.take_text_answers();
    }
    let sender = texts::start(app.backend.clone(), &config);
    let router = router(AppState::new(app.backend.clone(), config)).unwrap();
    (app, router, sender)
}

async fn call(router: &Router, request: Request<String>) -> StatusCode {
    router.clone().oneshot(request.map(axum::body::Body::from)).await.unwrap().status()
}

fn path(address: &str) -> String {
    address.strip_prefix("http://127.0.0.1:3000").unwrap().to_owned()
}

/// The form's value of that name.
fn field(body: &str, name: &str) -> String {
    let mut fields = form_urlencoded::parse(body.as_bytes()).into_owned();
    fields.find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

async fn ask_code(router: &Router, phone: &str) {
    let mut browser = Browser::new(router.clone());
    let asked = browser.post("/api/session/ask", &[("phone", phone)]).await;
    assert!(asked.location().starts_with("/sign-in/code"), "{}", asked.location());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_gateway_gets_a_code_in_its_own_way() {
    for preset in [Preset::Form, Preset::Kannel, Preset::Json] {
        let (gateway, address) = Gateway::start(202).await;
        let (app, router, sender) = server(settings(preset, address, false)).await;
        ask_code(&router, AINO).await;
        let code = app.code(AINO).await;
        let is_code = |asked: &&Asked| asked.body.contains(&code);
        let mut asked = gateway.asked_at_least(1).await;
        // The demo's own messages go out too; the code comes first.
        for _ in 0..100 {
            if asked.iter().any(|asked| is_code(&asked)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            asked = gateway.asked();
        }
        let asked = asked.iter().find(is_code).unwrap_or_else(|| panic!("{preset:?}: no code")).clone();
        assert_eq!((asked.method.clone(), asked.uri.path()), (Method::POST, "/send"), "{preset:?}");
        let header = |name: &str| asked.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (to, from, words, report) = match preset {
            Preset::Form => {
                assert_eq!(header("authorization").unwrap(), "Basic bmFhcHVyaTpzYWxhc2FuYS1qb3RhLWt1a2Fhbi1laS1uYWU=");
                let field = |name| field(&asked.body, name);
                (field("to"), field("from"), field("message"), field("whendelivered"))
            }
            Preset::Kannel => {
                assert_eq!(header("x-kannel-username").unwrap(), "naapuri");
                assert_eq!(header("x-kannel-password").unwrap(), PASSWORD);
                assert_eq!(header("x-kannel-coding").unwrap(), "0", "one part of the phones' own alphabet");
                let report = header("x-kannel-dlr-url").unwrap().replace("%d", "1");
                (header("x-kannel-to").unwrap(), header("x-kannel-from").unwrap(), asked.body.clone(), report)
            }
            Preset::Json => {
                assert_eq!(header("authorization").unwrap(), format!("Bearer {PASSWORD}"));
                let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
                let text = |name: &str| body[name].as_str().unwrap().to_owned();
                (text("to"), text("from"), text("text"), text("report_url"))
            }
        };
        assert_eq!((to.as_str(), from.as_str()), (AINO, "Naapuriapu"));
        assert!(words.ends_with(&format!("\n\n@127.0.0.1 #{code}")), "{words}");
        // The network's report, as this gateway brings it; a wrong key is an address that isn't there.
        let request = |path: &str| match preset {
            Preset::Kannel => Request::get(path).body(String::new()).unwrap(),
            Preset::Form => Request::post(path)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body("id=1&status=delivered".to_owned())
                .unwrap(),
            Preset::Json => Request::post(path)
                .header(CONTENT_TYPE, "application/json")
                .body("{\"status\":\"delivered\"}".to_owned())
                .unwrap(),
        };
        let path = path(&report);
        let wrong = path.replace("/report/", "/report/00000000-0000-4000-8000-000000000001/x?");
        assert_eq!(call(&router, request(&wrong)).await, StatusCode::NOT_FOUND);
        let (key, query) = path.split_once('?').unwrap_or((&path, ""));
        let mut other: Vec<char> = key.chars().collect();
        let last = other.len() - 1;
        other[last] = if other[last] == '0' { '1' } else { '0' };
        let other = format!("{}?{query}", other.into_iter().collect::<String>());
        assert_eq!(call(&router, request(&other)).await, StatusCode::NOT_FOUND, "{preset:?}");
        assert_eq!(call(&router, request(&path)).await, StatusCode::NO_CONTENT, "{preset:?}");
        assert_eq!(call(&router, request(&path)).await, StatusCode::NO_CONTENT, "twice is once");
        sender.stop().await;
        let codes = gateway.asked().iter().filter(|asked| asked.body.contains(&code)).count();
        assert_eq!(codes, 1, "{preset:?}: once");
        // Neither the password nor the code of the hook is stored anywhere.
        let everything = format!("{:?}", app.dump().await);
        assert!(!everything.contains(PASSWORD));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_out_of_order_delays_nobody_and_gets_each_text_once() {
    let (gateway, address) = Gateway::start(503).await;
    let (app, router, sender) = server(settings(Preset::Json, address, false)).await;
    ask_code(&router, AINO).await;
    gateway.asked_at_least(1).await;
    let code = app.code(AINO).await;
    // The gateway's five seconds don't hold up anybody's form.
    *gateway.answers.lock().unwrap() = (202, Duration::from_secs(5));
    let began = tokio::time::Instant::now();
    ask_code(&router, MIKKO).await;
    assert!(began.elapsed() < Duration::from_secs(4), "it waited for the gateway");
    sender.stop().await;
    *gateway.answers.lock().unwrap() = (202, Duration::ZERO);
    let before = gateway.asked().iter().filter(|asked| asked.body.contains(&code)).count();
    app.clock.advance(Minutes(2));
    let again = texts::start(app.backend.clone(), &settings(Preset::Json, address, false));
    let mut tries = 0;
    while gateway.asked().iter().filter(|asked| asked.body.contains(&code)).count() <= before {
        tries += 1;
        assert!(tries < 400, "it isn't tried again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    again.stop().await;
    let after = gateway.asked().iter().filter(|asked| asked.body.contains(&code)).count();
    assert_eq!(after, before + 1, "taken once, it isn't sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_answers_by_text_through_the_gateways_address() {
    let (_gateway, address) = Gateway::start(202).await;
    let config = settings(Preset::Kannel, address, true);
    let hooks = config.sms.as_ref().unwrap().hooks.clone().unwrap();
    let (app, router, sender) = server(config).await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "garden_raking", 2).await;
    let (asked, _) = offer_of(&app, &visit).await;
    let number = app.sent_to(&asked).await.into_iter().find_map(|sent| match sent.message {
        Message::NewOffer { answer, .. } => answer,
        _ => None,
    });
    let number = number.unwrap().to_string();
    let path = path(&hooks.answer_address());
    let bring = |path: &str, from: &str, words: &str, id: &str| {
        Request::post(path)
            .header("x-kannel-from", from)
            .header("x-kannel-uuid", id)
            .header(CONTENT_TYPE, "text/plain")
            .body(words.to_owned())
            .unwrap()
    };
    let wrong = format!("{}x", &path[..path.len() - 1]);
    assert_eq!(call(&router, bring(&wrong, &asked, &number, "1")).await, StatusCode::NOT_FOUND);
    assert_eq!(call(&router, Request::get(&path).body(String::new()).unwrap()).await, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(call(&router, bring(&path, "+358459999999", &number, "2")).await, StatusCode::NO_CONTENT);
    let page = aino.get(&format!("/my/visit/{visit}")).await;
    assert!(!page.visible().contains("tulee"), "a stranger's text agrees to nothing: {}", page.visible());
    assert_eq!(call(&router, bring(&path, &asked, &number, "3")).await, StatusCode::NO_CONTENT);
    assert_eq!(call(&router, bring(&path, &asked, &number, "3")).await, StatusCode::NO_CONTENT);
    aino.get(&format!("/my/visit/{visit}")).await.says("tulee");
    let replies = app.sent_to(&asked).await;
    assert_eq!(replies.iter().filter(|sent| matches!(sent.message, Message::Answered { .. })).count(), 1);
    sender.stop().await;
}

#[tokio::test]
async fn pekka_tells_by_voice_what_did_not_arrive() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(crate::test_app::PEKKA).await;
    pekka.get("/desk").await.says("Puhelimessa kerrottavia viestejä: 1");
    let page = pekka.get("/desk/messages").await;
    page.says("Kerro nämä puhelimessa").says("Puhelin voi olla kiinni.").says("uusi työpyyntö");
    let form = page.form("/api/desk/told");
    pekka.submit_and_follow(&form, &[]).await.says("Merkitty: kerroit puhelimessa.").says("Nyt ei ole viestejä");
    assert_eq!(pekka.submit(&form, &[]).await.location(), "/desk/messages?told=told", "a double tap");
}
