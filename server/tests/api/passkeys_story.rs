//! A passkey through the router: made after a code, signed in by, removed; as the page's script does it, and what the pages
//! are without one.

use backend::testing::authenticator::Authenticator;
use domain::{Message, Minutes};
use http::StatusCode;

use crate::{
    answer::Answer,
    browser::Browser,
    test_app::{AINO, MIKKO, OUTI, PEKKA, SANNA, TestApp},
    world::make_passkey,
};

/// Signs in by that device as the page's script does, on the way to that page.
async fn enter(browser: &mut Browser, device: &mut Authenticator, next: &str) -> Answer {
    let asked = browser.fetch("/api/passkeys/enter", &[]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    let options: String = serde_json::from_str(&asked.body).unwrap();
    let credential = device.sign(&options);
    browser.post("/api/passkeys/entered", &[("credential", credential.as_str()), ("next", next)]).await
}

#[tokio::test]
async fn sanna_makes_a_passkey_signs_in_by_it_and_removes_it() {
    let app = TestApp::new().await;
    let mut sanna = app.sign_in(SANNA).await;
    sanna.get("/my").await.says("Pääsyavaimet");
    let page = sanna.get("/my/passkeys").await;
    page.says("Sinulla ei ole pääsyavaimia").says("Tällä selaimella pääsyavainta ei voi tehdä");
    assert!(page.body.contains("data-host=\"localhost\""));
    // What is wrong with the name is told beside it, and what was typed stays.
    let form = page.form("/api/passkeys/made");
    assert_eq!(form.value("passkey_name"), "Sanna, oma laite");
    sanna.submit_and_follow(&form, &[("passkey_name", " ")]).await.says("Kirjoita pääsyavaimelle nimi");
    let nothing = sanna.submit_and_follow(&form, &[("passkey_name", "Sannan puhelin")]).await;
    nothing.says("Pääsyavainta ei voitu tehdä");
    assert_eq!(nothing.form("/api/passkeys/made").value("passkey_name"), "Sannan puhelin");

    let mut device = Authenticator::number(1);
    assert_eq!(make_passkey(&mut sanna, &mut device, "Sannan puhelin").await.location(), "/my/passkeys?told=made");
    sanna.get("/my/passkeys?told=made").await.says("Pääsyavain on valmis").says("Sannan puhelin").says("Ei vielä");
    let told = app.sent_to(SANNA).await;
    assert!(matches!(&told[0].message, Message::PasskeyMade { name } if name == "Sannan puhelin"));
    app.browser().get("/demo/outbox").await.says("on tehty uusi pääsyavain: Sannan puhelin");

    let mut later = app.browser();
    assert_eq!(enter(&mut later, &mut device, "").await.location(), "/my");
    later.get("/my/passkeys").await.says("Käytetty viimeksi").says("Sannan puhelin");
    let mut elsewhere = app.browser();
    assert_eq!(enter(&mut elsewhere, &mut device, "/my/people").await.location(), "/my/people");
    let mut lured = app.browser();
    assert_eq!(enter(&mut lured, &mut device, "//evil.example").await.location(), "/my");

    // Removed where she signed in by it: she is signed out there and wherever else it let her in, and nowhere else.
    let form = later.get("/my/passkeys").await.form("/api/passkeys/remove");
    let removed = later.submit(&form, &[]).await;
    assert_eq!(removed.location(), "/sign-in?told=removed");
    assert!(later.session().is_none());
    later.get("/sign-in?told=removed").await.says("Pääsyavain on poistettu");
    assert_eq!(elsewhere.get("/my").await.location(), "/sign-in?next=/my");
    sanna.get("/my/passkeys").await.says("Sinulla ei ole pääsyavaimia");
    let mut refused = app.browser();
    assert_eq!(enter(&mut refused, &mut device, "").await.location(), "/sign-in?next=/&fix=1");
    refused.get("/sign-in?next=/&fix=1").await.says("Pääsyavain ei kelvannut").form("/api/session/ask");
}

#[tokio::test]
async fn an_hour_after_the_sign_in_the_page_asks_for_another() {
    let app = TestApp::new().await;
    for (phone, home) in [(SANNA, "/my"), (AINO, "/my"), (MIKKO, "/member"), (PEKKA, "/desk")] {
        let mut browser = app.sign_in(phone).await;
        let page = browser.get("/my/passkeys").await;
        page.form("/api/passkeys/made");
        let back = page.body.split("<a ").find(|link| link.contains("back-link")).unwrap();
        assert!(back.contains(&format!("href=\"{home}\"")), "{phone}: {back}");
    }
    let mut mikko = app.sign_in(MIKKO).await;
    mikko.get("/member/limits").await.says("Pääsyavaimet");
    app.pass(Minutes(60)).await;
    let page = mikko.get("/my/passkeys").await;
    page.says("kirjaudu ensin uudelleen");
    assert!(!page.body.contains("/api/passkeys/made"));
    assert_eq!(mikko.fetch("/api/passkeys/make", &[]).await.status, StatusCode::BAD_REQUEST);
    let late = mikko.post("/api/passkeys/made", &[("passkey_name", "x"), ("credential", "{}")]).await;
    mikko.visit(late.location()).await.says("Kirjaudu uudelleen");
}

#[tokio::test]
async fn the_lounges_device_makes_none_and_signs_nobody_in_by_one() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    let page = outi.get("/my/passkeys").await;
    page.says("muutkin käyttävät sitä");
    assert!(!page.body.contains("/api/passkeys/made"));
    let mut device = Authenticator::number(1);
    make_passkey(&mut app.sign_in(AINO).await, &mut device, "Ainon puhelin").await;
    assert_eq!(outi.fetch("/api/passkeys/enter", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(!outi.get("/sign-in").await.body.contains("/api/passkeys/entered"));
    let tried = outi.post("/api/passkeys/entered", &[("credential", "{}")]).await;
    assert_eq!(tried.location(), "/sorry/not-found");
}

#[tokio::test]
async fn what_a_browser_without_script_sees_is_hidden_and_what_it_needs_is_allowed() {
    let app = TestApp::new().await;
    let page = app.browser().get("/sign-in").await;
    let form = page.body.split("<form").find(|form| form.contains("/api/passkeys/entered")).unwrap();
    let opening = form.split('>').next().unwrap();
    assert!(opening.contains(" hidden"), "{opening}");
    assert!(page.header("permissions-policy").contains("publickey-credentials-get=(self)"));
    assert!(!page.header("content-security-policy").contains("unsafe-inline"));
    // 64 kB, and then no more.
    let much = "x".repeat(70_000);
    let answer = app.browser().post("/api/passkeys/entered", &[("credential", much.as_str())]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
