//! A server with a database of its own and a clock that only the test moves.

use std::{collections::BTreeMap, net::IpAddr};

use axum::Router;
use backend::{Backend, Clock, Entropy, OutboxMessage, demo, peek, testing};
use domain::{Message, Minutes};
use server::{
    AppState,
    config::{Config, Secret},
    router,
};

use crate::browser::Browser;

/// The persons of the demo, as everybody knows them (`contracts.md`).
pub const AINO: &str = "+358400000101";
pub const SANNA: &str = "+358400000103";
pub const MIKKO: &str = "+358400000201";
pub const LEILA: &str = "+358400000202";
pub const OUTI: &str = "+358400000301";
pub const PEKKA: &str = "+358400000401";

/// With which door codes are sealed.
const SECRET: &str = "not a secret";

/// The server under test.
pub struct TestApp {
    pub backend: Backend,
    pub router: Router,
    pub clock: Clock,
    pub url: String,
    /// Keeps the database until the test ends.
    _database: Option<testing::TestBackend>,
}

impl TestApp {
    /// The demo neighbourhood on SQLite, on Monday 23 November 2026, 9:00.
    pub async fn new() -> Self {
        Self::on(testing::sqlite().await).await
    }

    /// The demo neighbourhood on a database that the test chose.
    pub async fn on(database: testing::TestBackend) -> Self {
        demo::fill(&database.backend, 1).await.unwrap();
        database.backend.keep_secrets(&[SECRET.repeat(4)]).await.unwrap();
        database.backend.send_emails();
        let (backend, clock, url) = (database.backend.clone(), database.clock.clone(), database.url.clone());
        Self { router: app(&backend, &[]), backend, clock, url, _database: Some(database) }
    }

    /// An empty co-op.
    pub async fn empty() -> Self {
        let database = testing::sqlite().await;
        database.backend.send_emails();
        let (backend, clock, url) = (database.backend.clone(), database.clock.clone(), database.url.clone());
        Self { router: app(&backend, &[]), backend, clock, url, _database: Some(database) }
    }

    /// Another server on a copied database.
    pub async fn open(url: String, clock: Clock) -> Self {
        let backend = Backend::open(&url, clock.clone(), Entropy::from_seed(2)).await.unwrap();
        backend.keep_secrets(&[SECRET.repeat(4)]).await.unwrap();
        backend.send_emails();
        Self { router: app(&backend, &[]), backend, clock, url, _database: None }
    }

    /// The same database behind proxies at those addresses.
    pub fn behind(&self, proxies: &[IpAddr]) -> Router {
        app(&self.backend, proxies)
    }

    /// The same database, not as a demo.
    pub fn without_demo(&self) -> Router {
        let mut config = config(&[]);
        config.demo = false;
        router(AppState::new(self.backend.clone(), config)).unwrap()
    }

    /// A new visitor, of whom nothing is known.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A new visitor who signs in with their number and the code that comes to it.
    pub async fn sign_in(&self, phone: &str) -> Browser {
        let mut browser = self.browser();
        let asked = browser.post("/api/session/ask", &[("phone", phone)]).await;
        assert!(asked.location().starts_with("/sign-in/code"), "{phone}: {}", asked.location());
        let code = self.code(phone).await;
        let answered = browser.post("/api/session/answer", &[("code", code.as_str())]).await;
        assert!(!answered.location().contains("fix=1"), "{phone}: {}", answered.location());
        browser
    }

    /// The newest one-time code that went to that number.
    pub async fn code(&self, phone: &str) -> String {
        self.sent_to(phone)
            .await
            .into_iter()
            .find_map(|sent| match sent.message {
                Message::SignInCode { code } => Some(code.to_string()),
                _ => None,
            })
            .unwrap_or_else(|| panic!("no code was sent to {phone}"))
    }

    /// Messages to that number, newest first.
    pub async fn sent_to(&self, phone: &str) -> Vec<OutboxMessage> {
        let all = self.backend.outbox(10_000).await.unwrap();
        all.into_iter().filter(|sent| sent.phone.as_ref().is_some_and(|to| to.e164() == phone)).collect()
    }

    /// Everything that is stored.
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        peek::dump(&self.url).await
    }

    /// Time goes on, and the jobs run.
    pub async fn pass(&self, length: Minutes) {
        self.clock.advance(length);
        self.backend.tick().await.unwrap();
    }
}

fn app(backend: &Backend, proxies: &[IpAddr]) -> Router {
    router(AppState::new(backend.clone(), config(proxies))).unwrap()
}

pub fn config(proxies: &[IpAddr]) -> Config {
    Config {
        database_url: Secret::new(String::new()),
        listen: "127.0.0.1:3000".parse().unwrap(),
        public_url: "http://127.0.0.1:3000".to_owned(),
        demo: true,
        now: None,
        trusted_proxies: proxies.to_vec(),
        secrets: Vec::new(),
        erased_list: None,
        sms: None,
        smtp: None,
        log: String::new(),
    }
}
