//! A resident's own phone that stays signed in: linked at the lounge, with low rights, ended by one button.

use std::collections::BTreeMap;

use app::App;
use backend::peek;
use domain::{Message, Minutes};
use http::StatusCode;
use leptos_axum::generate_route_list;

use crate::{
    browser::Browser,
    endpoints::rows,
    test_app::{AINO, OUTI, PEKKA, SANNA, TestApp},
    world::{Who, World, made_link, ordered, person_id},
};

/// Outi with Aino beside her.
async fn serving(app: &TestApp) -> Browser {
    let mut outi = app.sign_in(OUTI).await;
    let aino = person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    outi
}

fn session_rows(app: &BTreeMap<String, Vec<String>>) -> usize {
    app["session"].len()
}

#[tokio::test]
async fn outi_links_ainos_phone_and_it_stays_signed_in() {
    let app = TestApp::new().await;
    let mut outi = serving(&app).await;
    outi.get("/lounge/resident").await.says("Puhelimet: Aino Niemelä");
    outi.get("/my/phones").await.says("Yhtään puhelinta ei ole liitetty").says("Liitä asukkaan oma puhelin");
    let form = outi.get("/lounge/phone").await.form("/lounge/phone");
    assert_eq!(form.value("phone_name"), "Aino, oma puhelin");
    // What is wrong is told, and nothing is made.
    let wrong = outi.submit_and_follow(&form, &[("phone_name", " ")]).await;
    wrong.says("Kirjoita puhelimen nimi");
    outi.submit_and_follow(&form, &[("phone_name", &"x".repeat(41))]).await.form("/lounge/phone");
    assert!(app.dump().await["phone_link"].is_empty());
    let made = outi.submit(&form, &[("phone_name", "Ainon puhelin")]).await;
    assert_eq!(made.status, StatusCode::OK);
    made.says("Avaa linkki puhelimella: Aino").says("127.0.0.1:3000/link");
    assert!(made.body.contains("class=\"qr\"") && made.body.contains("aria-label=\"Linkki ruutukoodina\""));
    assert!(made.header("cache-control").contains("no-store"));
    let token: String = made.body.split("/link/").nth(1).unwrap().chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(token.len(), 32, "128 bits");
    // It is nowhere but on that screen, and coming back shows the form.
    assert!(!format!("{:?}", app.dump().await).contains(&token));
    assert!(!outi.get("/lounge/phone").await.body.contains(&token));

    // Looking changes nothing, whoever looks.
    let mut phone = app.browser();
    let before = app.dump().await;
    let page = phone.get(&format!("/link/{token}")).await;
    page.says("Onko tämä sinun puhelimesi, Aino?").says_nothing_of("Niemelä");
    assert_eq!(before, app.dump().await);
    assert!(phone.session().is_none());
    let form = page.form("/api/phone/join");
    let joined = phone.submit(&form, &[]).await;
    assert_eq!(joined.location(), "/my?told=linked", "the token is in no address any more");
    let cookie = joined.headers.get_all("set-cookie").iter().next_back().unwrap().to_str().unwrap().to_owned();
    assert!(cookie.contains(&format!("Max-Age={}", 400 * 24 * 3600)) && cookie.contains("HttpOnly"), "{cookie}");
    phone.visit("/my?told=linked").await.says("Puhelimesi on nyt liitetty").says_nothing_of("Ovikoodi");

    // A text to her number, whatever her usual way; and a line in her log and in the trace.
    let told = app.sent_to(AINO).await;
    assert!(told.iter().any(|sent| matches!(&sent.message, Message::PhoneLinked { name } if name == "Ainon puhelin")));
    let mut aino = app.sign_in(AINO).await;
    aino.get("/my/people").await.says("teki linkin asukkaan puhelimelle");
    assert!(app.dump().await["audit_log"].iter().any(|row| row.contains("phone.linked")));

    // It opens once: not for another phone, and not for this one again.
    let mut second = app.browser();
    second.get(&format!("/link/{token}")).await.says("Linkki ei ole enää voimassa");
    let late = second.submit_and_follow(&form, &[]).await;
    late.says("Linkki on jo käytetty tai vanhentunut");
    assert!(second.get("/my").await.location().starts_with("/sign-in"));

    // It orders for her, changes and calls off what is hers.
    let visit = ordered(&mut phone, "snow_path", 1).await;
    let cancel = phone.get(&format!("/my/visit/{visit}/cancel")).await.form("/api/visit/cancel");
    assert!(phone.submit(&cancel, &[]).await.location().starts_with("/my/visit/"));

    // She sees it on her list and ends it: it opens nothing from that instant.
    let list = aino.get("/my/phones").await;
    list.says("Ainon puhelin").says("Outi").says("23.11.2026");
    let ended = aino.submit_and_follow(&list.form("/api/phone/end"), &[]).await;
    ended.says("Se ei ole enää liitetty").says("Yhtään puhelinta ei ole liitetty");
    assert!(phone.get("/my").await.location().starts_with("/sign-in"));
    let refused = phone.post("/api/order/what", &[("job", "snow_path")]).await;
    let page = phone.visit(refused.location()).await;
    assert!(page.form("/api/order/where").choices("home").is_empty(), "{}", page.visible());
    assert_eq!(
        aino.submit(&list.form("/api/phone/end"), &[]).await.location(),
        "/my/phones?told=ended",
        "a double tap"
    );
}

#[tokio::test]
async fn a_code_is_typed_where_there_is_no_camera_and_guessing_ends_soon() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(PEKKA).await;
    let aino = person_id(&app.backend, AINO).await;
    pekka.get(&format!("/desk/people/{aino}")).await.says("Puhelimet: Aino Niemelä");
    let (token, code) = made_link(&mut pekka, &aino, "Ainon puhelin").await;
    let mut phone = app.browser();
    let form = phone.get("/link").await.form("/api/phone/code");
    phone.submit_and_follow(&form, &[("phone_code", "")]).await.says("Kirjoita koodi");
    phone.submit_and_follow(&form, &[("phone_code", "1234 5678")]).await.says("Koodi ei täsmää, tai se on vanhentunut");
    let spaced = format!("{} {}", &code[..4], &code[4..]);
    let joined = phone.submit(&form, &[("phone_code", &spaced)]).await;
    assert_eq!(joined.location(), "/my?told=linked");
    assert_eq!(app.browser().get(&format!("/link/{token}")).await.status, StatusCode::OK);
    app.browser().get(&format!("/link/{token}")).await.says("Linkki ei ole enää voimassa");

    // From one address ten tries an hour; a right one too late is too late. The link itself still opens.
    let (token, code) = made_link(&mut pekka, &aino, "Toinen puhelin").await;
    let mut guesser = app.browser();
    for _ in 0..8 {
        guesser.submit_and_follow(&form, &[("phone_code", "0000 0001")]).await.says("Koodi ei täsmää");
    }
    guesser.submit_and_follow(&form, &[("phone_code", &code)]).await.says("Yrityksiä on ollut monta");
    let page = guesser.get(&format!("/link/{token}")).await;
    assert_eq!(guesser.submit(&page.form("/api/phone/join"), &[]).await.location(), "/my?told=linked");
    // The coordinator ends one for somebody who rings.
    let list = pekka.get(&format!("/desk/people/{aino}/phones")).await;
    list.says("Toinen puhelin").says("Ainon puhelin");
    pekka.submit_and_follow(&list.form("/api/phone/end"), &[]).await.says("Se ei ole enää liitetty");
    assert!(guesser.get("/my").await.location().starts_with("/sign-in"), "the newest was on top");
    let mut aino = app.sign_in(AINO).await;
    aino.get("/my/people").await.says("poisti liitetyn puhelimen");
}

#[tokio::test]
async fn a_link_ends_to_the_second_and_a_new_one_ends_the_one_before() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(PEKKA).await;
    let aino = person_id(&app.backend, AINO).await;
    let (first, _) = made_link(&mut pekka, &aino, "Eka").await;
    let (token, code) = made_link(&mut pekka, &aino, "Toka").await;
    let mut phone = app.browser();
    phone.get(&format!("/link/{first}")).await.says("Linkki ei ole enää voimassa");
    let form = phone.get(&format!("/link/{token}")).await.form("/api/phone/join");
    app.clock.set(app.clock.now().plus_seconds(15 * 60 - 1));
    phone.get(&format!("/link/{token}")).await.says("Onko tämä sinun puhelimesi");
    app.clock.set(app.clock.now().plus_seconds(1));
    phone.get(&format!("/link/{token}")).await.says("Linkki ei ole enää voimassa");
    assert_eq!(phone.submit(&form, &[]).await.location(), "/link?fix=1");
    assert_eq!(phone.post("/api/phone/code", &[("phone_code", code.as_str())]).await.location(), "/link?fix=1");
    // What was never opened is forgotten.
    app.pass(Minutes(25 * 60)).await;
    assert!(app.dump().await["phone_link"].is_empty());
}

#[tokio::test]
async fn the_lounges_own_tablet_cannot_become_a_residents_phone() {
    let app = TestApp::new().await;
    let mut outi = serving(&app).await;
    let (token, code) = made_link(&mut outi, "", "Ainon puhelin").await;
    let page = outi.get(&format!("/link/{token}")).await;
    outi.submit_and_follow(&page.form("/api/phone/join"), &[])
        .await
        .says("Tällä laitteella on kirjautunut joku toinen");
    outi.submit_and_follow(&outi.clone().get("/link").await.form("/api/phone/code"), &[("phone_code", &code)])
        .await
        .says("Tällä laitteella on kirjautunut joku toinen");
    outi.get("/lounge/resident").await.says("Aino Niemelä");
    // It is still good for her phone.
    let mut phone = app.browser();
    let page = phone.get(&format!("/link/{token}")).await;
    assert_eq!(phone.submit(&page.form("/api/phone/join"), &[]).await.location(), "/my?told=linked");
    // Nobody is served: there is nobody to link a phone for, and a helper names nobody else.
    outi.post("/api/lounge/next", &[("", ""); 0]).await;
    assert_eq!(outi.post("/lounge/phone", &[("phone_name", "Joku")]).await.status, StatusCode::NOT_FOUND);
    let aino = person_id(&app.backend, AINO).await;
    let named = [("person", aino.as_str()), ("phone_name", "Joku")];
    assert_eq!(outi.post("/lounge/phone", &named).await.status, StatusCode::NOT_FOUND);
    for phone in [AINO, SANNA] {
        let mut other = app.sign_in(phone).await;
        assert_eq!(other.post("/lounge/phone", &named).await.status, StatusCode::NOT_FOUND, "{phone}");
    }
    assert!(app.browser().post("/lounge/phone", &named).await.location().starts_with("/sign-in"));
}

/// Aino is everything at once, and Sanna's visits are hers to order; her linked phone is a resident's and nothing else.
#[tokio::test]
async fn a_linked_phone_has_no_rights_but_its_residents_own() {
    let world = World::new().await;
    let copy = world.copy().await;
    let aino = &world.ids.aino;
    for role in ["member", "lounge", "coordinator", "relative"] {
        let insert = format!("insert into person_role (person_id, role) values ('{aino}', '{role}')");
        peek::execute(&copy.app.url, &insert).await;
    }
    let before = copy.app.dump().await;
    let mut phone = copy.browser(Who::LinkedPhone);
    let closed = [
        "/api/member/",
        "/api/lounge/",
        "/api/calls/",
        "/api/desk/",
        "/api/consent/",
        "/api/door/",
        "/api/passkeys/made",
        "/api/passkeys/remove",
    ];
    // Moving is the same for whoever may; and no device here is locked.
    let open = ["/api/desk/move", "/api/lounge/unlock", "/api/lounge/unlock-code"];
    let mut asked = 0;
    for row in rows() {
        if closed.iter().any(|folder| row.path.starts_with(folder)) && !open.contains(&row.path) {
            let answer = phone.post(row.path, &(row.fields)(&world.ids)).await;
            assert_eq!(answer.location(), "/sorry/needs-code", "{}", row.path);
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
    for (address, fields) in [
        ("/lounge/phone", vec![("person", aino.as_str()), ("phone_name", "Kolmas")]),
        ("/member/door", vec![("visit", world.ids.agreed.as_str())]),
        ("/my/data/export", vec![]),
    ] {
        assert_eq!(phone.post(address, &fields).await.status, StatusCode::FORBIDDEN, "{address}");
    }
    let mut pages = 0;
    for route in generate_route_list(App) {
        let page = world.ids.page(route.path());
        let elsewhere = ["/my/people", "/my/passkeys", "/my/doors", "/my/data", "/member", "/lounge", "/desk"];
        if elsewhere.iter().any(|folder| page.starts_with(folder)) && page != "/lounge/locked" {
            let answer = phone.get(&page).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page}: {}", answer.location());
            answer.says("Tähän tarvitaan koodi");
            pages += 1;
        }
    }
    assert!(pages > 20, "{pages}");
    assert_eq!(before["audit_log"], copy.app.dump().await["audit_log"], "nothing was done");
    // Her own visits, as before; nothing in the footer of what she is besides.
    let my = phone.get("/my").await;
    my.says("Omat tilaukset");
    for link in ["/member", "/lounge", "/desk", "/my/people", "/my/doors"] {
        assert!(!my.links().iter().any(|there| there == link), "{link}");
    }
    assert_eq!(phone.get(&format!("/my/visit/{}", world.ids.agreed)).await.status, StatusCode::OK);
    // She isn't a resident any more: the phone is nobody's in particular, whatever else she is.
    peek::execute(&copy.app.url, &format!("delete from person_role where person_id = '{aino}' and role = 'resident'"))
        .await;
    let started = phone.post("/api/order/what", &[("job", "snow_path")]).await;
    let page = phone.visit(started.location()).await;
    assert!(page.form("/api/order/where").choices("home").is_empty(), "{}", page.visible());
    copy.close().await;
}

/// A relative who is a resident too: her linked phone shows her own visits, and not those of whoever gave her a mandate.
#[tokio::test]
async fn a_linked_phone_holds_no_mandate() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "snow_path", 1).await;
    let sanna = person_id(&app.backend, SANNA).await;
    peek::execute(&app.url, &format!("insert into person_role (person_id, role) values ('{sanna}', 'resident')")).await;
    let mut by_code = app.sign_in(SANNA).await;
    assert_eq!(by_code.get(&format!("/my/visit/{visit}")).await.status, StatusCode::OK);
    let mut pekka = app.sign_in(PEKKA).await;
    let mut phone = crate::world::linked_phone(&app, &mut pekka, &sanna, "Sannan puhelin").await;
    assert_eq!(phone.get(&format!("/my/visit/{visit}")).await.status, StatusCode::NOT_FOUND);
    phone.get("/my").await.says_nothing_of("Aino");
    let cancel = by_code.get(&format!("/my/visit/{visit}/cancel")).await.form("/api/visit/cancel");
    assert_eq!(phone.submit(&cancel, &[]).await.location(), "/sorry/not-found");
    let started = phone.post("/api/order/what", &[("job", "snow_path")]).await;
    assert_eq!(phone.visit(started.location()).await.path, "GET /order/where");
    let aino = person_id(&app.backend, AINO).await;
    let answer = phone.post("/api/order/for", &[("person", aino.as_str())]).await;
    assert_eq!(answer.location(), "/sorry/not-found");
}

#[tokio::test]
async fn a_code_on_a_linked_phone_opens_the_rest_for_an_hour_and_the_phone_stays_linked() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(PEKKA).await;
    let aino = person_id(&app.backend, AINO).await;
    let mut phone = crate::world::linked_phone(&app, &mut pekka, &aino, "Ainon puhelin").await;
    let refused = phone.get("/my/doors").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.links().contains(&"/sign-in?next=/my/doors".to_owned()), "{:?}", refused.links());
    let before = phone.clone();
    let form = phone.get("/sign-in?next=/my/doors").await.form("/api/session/ask");
    phone.submit_and_follow(&form, &[("phone", AINO)]).await;
    let code = app.code(AINO).await;
    let answered = phone.post("/api/session/answer", &[("code", code.as_str()), ("next", "/my/doors")]).await;
    assert_eq!(answered.location(), "/my/doors");
    assert_ne!(before.session(), phone.session(), "a new token");
    assert!(before.clone().get("/my").await.location().starts_with("/sign-in"), "the old one is dead");
    assert_eq!(phone.get("/my/doors").await.status, StatusCode::OK);
    phone.get("/my/phones").await.says("Ainon puhelin");
    app.clock.set(app.clock.now().plus_seconds(3_600 - 1));
    assert_eq!(phone.get("/my/doors").await.status, StatusCode::OK);
    app.clock.set(app.clock.now().plus_seconds(1));
    assert_eq!(phone.get("/my/doors").await.status, StatusCode::FORBIDDEN);
    assert_eq!(phone.get("/my").await.status, StatusCode::OK);
    // On the phone itself there is that one alone; signing out ends it for good.
    let this = phone.get("/my/phones").await;
    this.says("Tämä puhelin").says("Ainon puhelin");
    let sessions = session_rows(&app.dump().await);
    let out = phone.submit(&this.form("/api/phone/end"), &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(session_rows(&app.dump().await), sessions - 1);
    assert!(app.dump().await["phone_link"].iter().all(|row| !row.contains("NULL, NULL")), "it has ended");
}

#[tokio::test]
async fn a_linked_phone_outlives_other_sessions_and_ends_in_its_time() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(PEKKA).await;
    let aino = person_id(&app.backend, AINO).await;
    let mut phone = crate::world::linked_phone(&app, &mut pekka, &aino, "Ainon puhelin").await;
    let day = 24 * 60;
    app.pass(Minutes(179 * day)).await;
    assert_eq!(phone.get("/my").await.status, StatusCode::OK, "half a year without a use");
    phone.post("/api/reading", &[("size", "large")]).await;
    app.pass(Minutes(179 * day)).await;
    assert_eq!(phone.get("/my").await.status, StatusCode::OK);
    phone.post("/api/reading", &[("size", "large")]).await;
    app.clock.advance(Minutes(42 * day - 1));
    assert_eq!(phone.get("/my").await.status, StatusCode::OK, "the last minute of 400 days");
    app.clock.advance(Minutes(1));
    assert!(phone.get("/my").await.location().starts_with("/sign-in"), "400 days after it was linked");
    app.pass(Minutes(1)).await;
    assert!(app.dump().await["session"].is_empty(), "forgotten");
}
