//! A browser without JavaScript: it keeps cookies, sends forms, and follows redirects when told.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
};
use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE},
};
use tower::ServiceExt;

use crate::answer::{Answer, Form};

pub const HOST_NAME: &str = "127.0.0.1:3000";
pub const ORIGIN_NAME: &str = "http://127.0.0.1:3000";
const FORM: &str = "application/x-www-form-urlencoded";

/// One visitor's browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub address: SocketAddr,
    pub language: &'static str,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), address: "192.0.2.10:40000".parse().unwrap(), language: "fi" }
    }

    /// The same browser at another copy of the server: cookies and all.
    pub fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Follows redirects to the page at their end.
    pub async fn visit(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                break;
            }
            answer = self.get(answer.location()).await;
        }
        answer
    }

    /// Sends a form as our own page would, and doesn't follow.
    pub async fn post<K: AsRef<str>, V: AsRef<str>>(&mut self, path: &str, fields: &[(K, V)]) -> Answer {
        let body = encode(fields);
        self.post_raw(
            path,
            FORM,
            body.into_bytes(),
            &[(ORIGIN.as_str(), ORIGIN_NAME), ("sec-fetch-site", "same-origin")],
        )
        .await
    }

    /// Any body with any headers.
    pub async fn post_raw(&mut self, path: &str, kind: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.request(Method::POST, path).header(CONTENT_TYPE, kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// As an island would, with `fetch`.
    pub async fn fetch(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self
            .request(Method::POST, path)
            .header(CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(encode(fields)))
            .unwrap();
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        self.send(request).await
    }

    /// Fills in a form of a page and sends it.
    pub async fn submit(&mut self, form: &Form, filled: &[(&str, &str)]) -> Answer {
        let mut fields = form.untouched();
        for (name, value) in filled {
            fields.retain(|(other, _)| other != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.post(&form.action, &fields).await
    }

    /// Sends a form and goes where it leads.
    #[track_caller]
    pub fn submit_and_follow<'a>(
        &'a mut self,
        form: &'a Form,
        filled: &'a [(&'a str, &'a str)],
    ) -> impl Future<Output = Answer> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.submit(form, filled).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "at {place}: {} {}", answer.path, answer.visible());
            self.visit(answer.location()).await
        }
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, HOST_NAME)
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(ACCEPT_LANGUAGE, self.language)
            .extension(ConnectInfo(self.address));
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        request
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let path = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 8 << 20).await.unwrap();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let bytes = body.to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body, bytes, path }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The session's token.
    pub fn session(&self) -> Option<&str> {
        self.cookies.get("__Host-session").map(String::as_str)
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encode<K: AsRef<str>, V: AsRef<str>>(fields: &[(K, V)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
                b' ' => "+".to_owned(),
                byte => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name.as_ref()), escape(value.as_ref())))
        .collect::<Vec<_>>()
        .join("&")
}
