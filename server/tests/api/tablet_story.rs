//! The lounge's shared tablet: one tap locks it, it locks by itself when it is left alone, and while it is locked it shows
//! nobody's data.

use domain::Minutes;
use http::StatusCode;

use crate::{
    browser::Browser,
    endpoints::{BY_SCRIPT, rows},
    test_app::{AINO, OUTI, PEKKA, TestApp},
    world::{Who, World, order_to_check, person_id},
};

const NOTHING: [(&str, &str); 0] = [];

/// Outi with Aino beside her.
async fn serving(app: &TestApp) -> Browser {
    let mut outi = app.sign_in(OUTI).await;
    let aino = person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    outi.get("/lounge/resident").await.says("Aino Niemelä");
    outi
}

async fn is_locked(browser: &mut Browser) -> bool {
    browser.get("/lounge").await.location().starts_with("/lounge/locked")
}

#[tokio::test]
async fn one_tap_locks_and_a_code_or_the_digits_open() {
    let app = TestApp::new().await;
    let mut outi = serving(&app).await;
    order_to_check(&mut outi, "snow_path", 0).await;
    let pin = outi.get("/lounge/pin").await.form("/api/lounge/pin");
    for easy in ["", "123", "1234", "7777", "12345", "12a4"] {
        outi.submit_and_follow(&pin, &[("pin", easy)]).await.says("Tunnusluvussa on neljä numeroa");
    }
    outi.submit_and_follow(&pin, &[("pin", "4711")]).await.says("Tunnusluku on tallessa");
    assert!(!format!("{:?}", app.dump().await["session"]).contains("'4711'"), "only its hash");

    let lock = outi.get("/lounge/resident").await.form("/api/lounge/lock");
    let locked = outi.submit(&lock, &[]).await;
    assert_eq!(locked.location(), "/lounge/locked");
    assert_eq!(locked.header("clear-site-data"), "\"cache\", \"storage\"");
    let page = outi.visit("/my").await;
    page.says("Laite on lukittu").says_nothing_of("Aino").says_nothing_of("Ruiskukkatie").says_nothing_of("Outi");
    assert!(app.dump().await["draft"].is_empty(), "the resident's part is over");

    let open = page.form("/api/lounge/unlock");
    outi.submit_and_follow(&open, &[("unlock", "1111")]).await.says("Numerot eivät täsmää");
    let opened = outi.submit(&open, &[("unlock", "4711")]).await;
    assert_eq!(opened.location(), "/my?fix=1", "on to where the way was cut");
    outi.get("/lounge").await.says_nothing_of("Autat nyt");

    // Five wrong digits, and only a code opens it, also for the right ones.
    outi.post("/api/lounge/lock", &NOTHING).await;
    for _ in 0..4 {
        outi.submit_and_follow(&open, &[("unlock", "1111")]).await.says("Numerot eivät täsmää");
    }
    outi.submit_and_follow(&open, &[("unlock", "1111")]).await.says("Tunnuslukua on kokeiltu liian monta kertaa");
    outi.submit_and_follow(&open, &[("unlock", "4711")]).await.says("Tunnuslukua on kokeiltu liian monta kertaa");
    let sent = app.sent_to(OUTI).await.len();
    let code = outi.visit("/lounge/locked").await.form("/api/lounge/unlock-code");
    outi.submit_and_follow(&code, &[]).await.says("Koodi on lähetetty ohjaajan puhelimeen");
    assert_eq!(app.sent_to(OUTI).await.len(), sent + 1, "to her own phone, whose number nobody typed");
    outi.submit_and_follow(&open, &[("unlock", "000000")]).await.says("Numerot eivät täsmää");
    let code = app.code(OUTI).await;
    assert_eq!(outi.submit(&open, &[("unlock", code.as_str())]).await.location(), "/my?fix=1");
    assert!(!is_locked(&mut outi).await);
    // The code is used up, and a double tap is no harm.
    outi.post("/api/lounge/lock", &NOTHING).await;
    outi.submit_and_follow(&open, &[("unlock", code.as_str())]).await.says("Numerot eivät täsmää");
    assert!(is_locked(&mut outi).await);
    // The digits count anew after a code.
    assert_eq!(outi.submit(&open, &[("unlock", "4711")]).await.location(), "/my?fix=1");
    let trace = app.dump().await["audit_log"].join("\n");
    assert!(trace.contains("lounge.locked") && trace.contains("lounge.unlocked"));
}

#[tokio::test]
async fn left_alone_it_locks_to_the_second_whatever_the_page_asks_by_itself() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    outi.post("/api/lounge/find", &[("query", "niemelä")]).await;
    let page = outi.get("/lounge").await;
    page.says("Lukittuu kello 9.05");
    app.clock.set(app.clock.now().plus_seconds(5 * 60 - 1));
    // Neither looking nor a page's own questions are a sign of anybody.
    let warned = outi.get("/lounge/calls").await;
    warned.says("jos et jatka");
    assert_eq!(outi.fetch("/api/fresh", &[("what", "lock")]).await.body, "\"soon\"");
    app.clock.set(app.clock.now().plus_seconds(1));
    assert!(is_locked(&mut outi).await);
    assert_eq!(outi.fetch("/api/fresh", &[("what", "lock")]).await.body, "\"locked\"");
    outi.post("/api/lounge/unlock-code", &NOTHING).await;
    let code = app.code(OUTI).await;
    assert_eq!(outi.post("/api/lounge/unlock", &[("unlock", code.as_str())]).await.location(), "/lounge");

    // The warning's button puts it off, from that page to that page.
    app.clock.advance(Minutes(4));
    let stay = outi.get("/lounge/calls").await.form("/api/lounge/stay");
    assert_eq!(outi.submit(&stay, &[]).await.location(), "/lounge/calls");
    app.clock.advance(Minutes(4));
    assert!(!is_locked(&mut outi).await);

    // With a resident there it is ten minutes: they think, they talk. And what was begun goes on after the lock.
    let aino = person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    let check = order_to_check(&mut outi, "snow_path", 0).await;
    app.clock.advance(Minutes(9));
    assert_eq!(outi.get("/order/check").await.status, StatusCode::OK);
    app.clock.advance(Minutes(1));
    let orders = app.dump().await["help_order"].len();
    let sent = outi.submit(&check.form("/api/order/send"), &[]).await;
    assert_eq!(sent.location(), "/lounge/locked?next=/order/check");
    assert_eq!(app.dump().await["help_order"].len(), orders, "nobody ordered");
    outi.post("/api/lounge/unlock-code", &NOTHING).await;
    let code = app.code(OUTI).await;
    let opened = outi.post("/api/lounge/unlock", &[("unlock", code.as_str()), ("next", "/order/check")]).await;
    outi.visit(opened.location()).await.says("Aino Niemelä");
}

/// What somebody was typing when the device locked isn't lost: it is there for whoever opens it, and for nobody before.
#[tokio::test]
async fn what_was_being_typed_is_kept_behind_the_lock() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    let form = outi.get("/lounge/new").await.form("/api/lounge/add");
    app.clock.advance(Minutes(6));
    let filled = [("name", "Elma Testinen"), ("phone", "08 123 4588"), ("address", "Raitotie 5")];
    let locked = outi.submit(&form, &filled).await;
    assert_eq!(locked.location(), "/lounge/locked?next=/lounge/new");
    let page = outi.visit("/lounge/new").await;
    page.says("Laite on lukittu").says_nothing_of("Elma");
    outi.post("/api/lounge/unlock-code", &NOTHING).await;
    let code = app.code(OUTI).await;
    let opened = outi.submit(&page.form("/api/lounge/unlock"), &[("unlock", code.as_str())]).await;
    let form = outi.visit(opened.location()).await.form("/api/lounge/add");
    assert_eq!((form.value("name").as_str(), form.value("address").as_str()), ("Elma Testinen", "Raitotie 5"));
}

/// While it is locked, every page and every post leads to the lock, and nothing of anybody's is written or shown.
#[tokio::test]
async fn while_it_is_locked_every_address_says_so() {
    let world = World::new().await;
    let copy = world.copy().await;
    let mut outi = copy.browser(Who::Lounge);
    let consent = [("person", world.ids.aino.as_str()), ("how", "in_person")];
    assert_eq!(outi.post("/api/lounge/consent", &consent).await.location(), "/lounge/resident");
    outi.post("/api/lounge/lock", &NOTHING).await;
    let people = copy.app.dump().await;
    for row in rows() {
        // How one wants to read is nobody's data; opening and signing out are what a locked device is for.
        let by_script = BY_SCRIPT.contains(&row.path);
        if ["/api/reading", "/api/session/end"].contains(&row.path) || by_script || row.path.contains("/unlock") {
            continue;
        }
        let answer = outi.post(row.path, &(row.fields)(&world.ids)).await;
        let to = answer.location();
        assert!(to.starts_with("/lounge/locked") || to.starts_with("/sorry/"), "{}: {} {to}", row.path, answer.status);
    }
    let after = copy.app.dump().await;
    for table in ["help_order", "visit", "mandate", "door_code", "person", "phone_link", "passkey", "offer"] {
        assert_eq!(people[table], after[table], "{table}");
    }
    let mut locked = world.copy().await.browser(Who::Lounge);
    locked.post("/api/lounge/lock", &NOTHING).await;
    for route in leptos_axum::generate_route_list(app::App) {
        let page = world.ids.page(route.path()).replace("{why}", "later");
        let answer = locked.get(&page).await;
        let open = ["/lounge/locked", "/privacy", "/accessibility", "/sorry/later"].contains(&page.as_str());
        assert_eq!(!open, answer.location().starts_with("/lounge/locked?next="), "{page}: {}", answer.status);
        assert!(!answer.body.contains("Niemelä") && !answer.body.contains("Ruiskukkatie"), "{page}");
    }
    copy.close().await;
}

#[tokio::test]
async fn done_next_tells_the_browser_to_forget_and_the_desk_is_not_locked() {
    let app = TestApp::new().await;
    let mut outi = serving(&app).await;
    let next = outi.get("/lounge/resident").await.form("/api/lounge/next");
    let done = outi.submit(&next, &[]).await;
    assert_eq!((done.location(), done.header("clear-site-data")), ("/lounge", "\"cache\", \"storage\""));
    // The coordinator's own desk stays open, until they serve somebody.
    let mut pekka = app.sign_in(PEKKA).await;
    app.clock.advance(Minutes(60));
    assert_eq!(pekka.get("/desk").await.status, StatusCode::OK);
    let aino = person_id(&app.backend, AINO).await;
    pekka.post("/api/lounge/serve", &[("person", aino.as_str())]).await;
    app.clock.advance(Minutes(10));
    assert!(pekka.get("/desk").await.location().starts_with("/lounge/locked"));
    // Signing out of a locked device ends its session.
    let end = pekka.visit("/desk").await.form("/api/session/end");
    pekka.submit(&end, &[]).await;
    assert!(pekka.get("/desk").await.location().starts_with("/sign-in"));
}
