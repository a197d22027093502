//! Signing in and out, and what a stolen or old cookie opens (T25–T27, T36).

use backend::peek;
use domain::Minutes;
use http::StatusCode;

use crate::test_app::{AINO, MIKKO, OUTI, PEKKA, TestApp};

#[tokio::test]
async fn everybody_signs_in_and_lands_where_their_work_is() {
    let app = TestApp::new().await;
    for (phone, start) in [(AINO, "/my"), (MIKKO, "/member"), (OUTI, "/lounge"), (PEKKA, "/desk")] {
        let mut browser = app.browser();
        browser.post("/api/session/ask", &[("phone", phone)]).await;
        let code = app.code(phone).await;
        let answer = browser.post("/api/session/answer", &[("code", &code)]).await;
        assert_eq!(answer.location(), start);
        browser.get(start).await.page();
    }
}

#[tokio::test]
async fn the_cookie_is_bound_to_this_host_and_out_of_scripts_reach() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let answer = browser.post("/api/session/ask", &[("phone", AINO)]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn a_session_from_before_signing_in_is_dead_afterwards() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.post("/api/session/ask", &[("phone", AINO)]).await;
    let before = browser.clone();
    let code = app.code(AINO).await;
    browser.post("/api/session/answer", &[("code", &code)]).await;
    assert_ne!(browser.session(), before.session(), "a new token");
    assert_eq!(browser.get("/my").await.status, StatusCode::OK);
    let mut planted = before.clone();
    assert!(planted.get("/my").await.location().starts_with("/sign-in"), "the old token opens nothing");
    // A token of one's own making isn't taken up either.
    let mut made_up = app.browser();
    made_up.cookies.insert("__Host-session".to_owned(), "0".repeat(64));
    let answer = made_up.post("/api/session/ask", &[("phone", AINO)]).await;
    assert!(answer.header("set-cookie").starts_with("__Host-session="));
    assert_ne!(made_up.session(), Some("0".repeat(64).as_str()));
}

#[tokio::test]
async fn a_cookie_is_dead_after_signing_out_and_after_its_time() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let mut stolen = aino.clone();
    assert_eq!(stolen.get("/my").await.status, StatusCode::OK);
    let out = aino.post("/api/session/end", &[("", ""); 0]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(aino.session().is_none());
    assert!(stolen.get("/my").await.location().starts_with("/sign-in"));

    let mut again = app.sign_in(AINO).await;
    app.clock.advance(Minutes(31 * 24 * 60));
    assert!(again.get("/my").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_role_taken_away_is_gone_at_the_next_request() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(PEKKA).await;
    assert_eq!(pekka.get("/desk").await.status, StatusCode::OK);
    peek::execute(&app.url, "delete from person_role where role = 'coordinator'").await;
    let refused = pekka.get("/desk").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let refused = pekka.post("/api/lounge/find", &[("query", "Niemelä")]).await;
    assert_eq!(refused.location(), "/sorry/not-found");
}

#[tokio::test]
async fn known_and_unknown_numbers_get_the_same_answer() {
    let app = TestApp::new().await;
    let mut answers = Vec::new();
    for phone in [AINO, "+358 40 111 2233", "08 123 4568"] {
        let mut browser = app.browser();
        let asked = browser.post("/api/session/ask", &[("phone", phone)]).await;
        let page = browser.get(asked.location()).await;
        answers.push((asked.status, asked.location().to_owned(), page.status, page.visible()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2], "a landline can't get a code, and nobody learns whose it is");
    assert!(app.sent_to("+358401112233").await.is_empty(), "nothing is sent to strangers");
}

#[tokio::test]
async fn a_wrong_code_is_told_beside_the_field_and_five_are_enough() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.post("/api/session/ask", &[("phone", AINO)]).await;
    let right = app.code(AINO).await;
    let wrong = if right == "111111" { "222222" } else { "111111" };
    for _ in 0..5 {
        let answer = browser.post("/api/session/answer", &[("code", wrong)]).await;
        let page = browser.visit(answer.location()).await;
        assert!(page.body.contains("aria-invalid=\"true\""), "{}", page.visible());
    }
    let late = browser.post("/api/session/answer", &[("code", &right)]).await;
    assert!(late.location().contains("fix=1"), "the code is used up");
}

#[tokio::test]
async fn pages_for_the_signed_in_send_others_to_sign_in_and_back() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let sent = browser.get("/member/limits").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(sent.location(), "/sign-in?next=/member/limits");
    let page = browser.visit("/member/limits").await;
    let page = browser.submit_and_follow(&page.form("/api/session/ask"), &[("phone", MIKKO)]).await;
    let code = app.code(MIKKO).await;
    let page = browser.submit_and_follow(&page.form("/api/session/answer"), &[("code", &code)]).await;
    assert_eq!(page.path, "GET /member/limits");
}
