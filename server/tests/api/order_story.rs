//! Ordering without JavaScript, from the first page to the slip.

use domain::{Message, Minutes};
use http::StatusCode;

use crate::{
    test_app::{AINO, SANNA, TestApp},
    world::{
        code_words, first_id, newcomer, newcomer_sends, newcomer_to_check, offer_of, order_to_check, ordered, visit_of,
    },
};

#[tokio::test]
async fn aino_orders_and_sees_who_is_asked() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let home = aino.get("/").await;
    assert!(home.links().iter().any(|link| link.starts_with("/order?service=snow")), "{:?}", home.links());
    aino.get("/order?service=snow").await.form("/api/order/what");

    let check = order_to_check(&mut aino, "snow_path", 0).await;
    check.says("Aino Niemelä").says("€").says("puhelinsoitto");
    let done = aino.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    done.says("Tilaus on vastaanotettu").says("Kysymme nyt, pääseekö");
    let code = code_words(&done.visible());

    let visit = visit_of(&mut aino, &done).await;
    let page = aino.get(&format!("/my/visit/{visit}")).await;
    page.says("Vaihda aika");
    aino.get("/my").await.says("Kysymme, pääseekö");

    // The slip is found by its code by whoever has it, and says neither name nor street.
    let mut stranger = app.browser();
    let (word, number) = code.split_once(' ').unwrap();
    let found = stranger.post("/api/slip", &[("word", word.to_lowercase().as_str()), ("number", number)]).await;
    let slip = stranger.visit(found.location()).await;
    slip.says("Odottaa").says_nothing_of("Niemelä").says_nothing_of("Aino").says_nothing_of("katie");
    assert!(!found.location().contains(number), "the code doesn't stand in an address");
}

#[tokio::test]
async fn a_newcomer_with_a_mobile_orders_with_one_code() {
    let app = TestApp::new().await;
    let mut kaarina = newcomer(&app, "Kaarina Testinen", "040 000 0999").await;
    let my = kaarina.get("/my").await;
    my.says("Siivous");
    let codes = app.sent_to("+358400000999").await;
    let count = codes.iter().filter(|sent| matches!(sent.message, Message::SignInCode { .. })).count();
    assert_eq!(count, 1, "one text message with a code");
}

#[tokio::test]
async fn a_newcomer_with_a_landline_is_rung() {
    let app = TestApp::new().await;
    let mut toivo = app.browser();
    let sent = newcomer_sends(&mut toivo, "Toivo Uusi", "08 123 4577").await;
    assert!(sent.location().starts_with("/order/done?order="), "{}", sent.location());
    let done = toivo.visit(sent.location()).await;
    done.says("Varasimme ajan. Soitamme sinulle");
    assert_eq!(toivo.get("/my").await.status, StatusCode::SEE_OTHER, "nobody is signed in by a landline");
    // The lounge rings, and the order stands.
    let mut outi = app.sign_in(crate::test_app::OUTI).await;
    let calls = outi.get("/lounge/calls").await;
    calls.says("Toivo Uusi");
    let order = done.path.split("order=").nth(1).unwrap().to_owned();
    let visits = app.dump().await["visit"].clone();
    let visit = visits.iter().find(|row| row.contains(&order)).map(|row| first_id(row)).unwrap();
    let confirm = |form: &crate::answer::Form| form.action == "/api/calls/confirm" && form.value("visit") == visit;
    let form = calls.forms().into_iter().find(confirm).expect("his order is to be confirmed");
    let told = outi.submit_and_follow(&form, &[]).await;
    assert!(told.path.contains("told=confirmed"), "{}", told.path);
    toivo.visit(sent.location()).await.says("Kysymme nyt");
}

#[tokio::test]
async fn sending_twice_makes_one_order() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let check = order_to_check(&mut aino, "garden_raking", 1).await;
    let before = app.dump().await["help_order"].len();
    let form = check.form("/api/order/send");
    let first = aino.submit(&form, &[]).await;
    let again = aino.submit(&form, &[]).await;
    assert_eq!(first.location(), again.location(), "the same page both times");
    assert_eq!(app.dump().await["help_order"].len(), before + 1);

    // A double tap: both on their way at once.
    let check = order_to_check(&mut aino, "cleaning_usual", 1).await;
    let form = check.form("/api/order/send");
    let (mut one, mut other) = (aino.clone(), aino.clone());
    let (first, second) = tokio::join!(one.submit(&form, &[]), other.submit(&form, &[]));
    assert_eq!(first.location(), second.location());
    assert_eq!(app.dump().await["help_order"].len(), before + 2);
}

#[tokio::test]
async fn a_double_tap_on_the_code_makes_one_order_too() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    newcomer_sends(&mut browser, "Kaarina Testinen", "040 000 0999").await;
    let code = app.code("+358400000999").await;
    let before = app.dump().await["help_order"].len();
    let mut second = browser.clone();
    let one = browser.post("/api/order/code", &[("code", &code)]).await;
    let two = second.post("/api/order/code", &[("code", &code)]).await;
    assert!(one.location().starts_with("/order/done"), "{}", one.location());
    assert!(!two.status.is_server_error());
    assert_eq!(app.dump().await["help_order"].len(), before + 1);
}

#[tokio::test]
async fn a_problem_keeps_everything_that_was_typed() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.post("/api/order/what", &[("job", "cleaning_usual")]).await;
    let page = browser.get("/order/where").await;
    let form = page.form("/api/order/where");
    let note = "Avain on naapurilla. ".repeat(10);
    let answer = browser.submit_and_follow(&form, &[("address", "Mannerheimintie 5"), ("note", &note)]).await;
    answer.says("Korjaa vielä yksi kohta").says("Emme löydä katua alueeltamme");
    assert_eq!(answer.form("/api/order/where").value("address"), "Mannerheimintie 5");
    assert!(answer.body.contains(note.trim()), "the note is still there");
    assert!(answer.body.contains("<title>Virhe: "), "a screen reader hears it first");
    // Nothing typed at all.
    let answer = browser.submit_and_follow(&form, &[("address", "")]).await;
    answer.says("Kirjoita katuosoite.");
    // Ten thousand characters.
    let answer = browser.submit_and_follow(&form, &[("address", "Raitotie 5"), ("note", &"x".repeat(10_000))]).await;
    answer.says("Teksti on liian pitkä");
}

#[tokio::test]
async fn a_text_message_cannot_go_to_a_landline() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    newcomer_to_check(&mut browser, "Toivo Uusi", "08 123 4577").await;
    let page = browser.get("/order/who").await;
    let form = page.form("/api/order/who");
    let answer = browser.submit_and_follow(&form, &[("contact", "sms")]).await;
    answer.says("Tekstiviesti ei tule lankapuhelimeen");
    assert_eq!(answer.form("/api/order/who").value("name"), "Toivo Uusi");
    let answer = browser.submit_and_follow(&form, &[("phone", "12"), ("name", "Toivo")]).await;
    answer.says("Tarkista puhelinnumero").says("Kirjoita etunimi ja sukunimi");
}

#[tokio::test]
async fn somebody_elses_number_shows_and_opens_nothing() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let check = newcomer_to_check(&mut browser, "Joku Muu", "040 000 0101").await;
    check.says_nothing_of("Aino").says_nothing_of("Niemelä");
    let sent = browser.submit(&check.form("/api/order/send"), &[]).await;
    assert_eq!(sent.location(), "/order/code", "as for any mobile number");
    assert!(browser.get("/my").await.location().starts_with("/sign-in"));
    let page = browser.visit("/order/code").await;
    page.says_nothing_of("Aino").says_nothing_of("Niemelä");
}

#[tokio::test]
async fn a_time_taken_meanwhile_is_said_and_others_are_shown() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    // Both look at the same time, which only one member can keep: the order that comes second is told.
    let check = order_to_check(&mut aino, "garden_lawn", 0).await;
    let before = app.dump().await["help_order"].len();
    app.clock.advance(Minutes(30 * 24 * 60));
    let mut aino = app.sign_in(AINO).await;
    let late = aino.submit(&check.form("/api/order/send"), &[]).await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    assert!(late.location().contains("fix=1"), "a draft of another session, a month old: {}", late.location());
    assert_eq!(app.dump().await["help_order"].len(), before);
}

#[tokio::test]
async fn sanna_orders_for_aino_by_her_mandate() {
    let app = TestApp::new().await;
    let mut sanna = app.sign_in(SANNA).await;
    let check = order_to_check(&mut sanna, "shopping_for", 2).await;
    check.says("Aino Niemelä").says_nothing_of("Sanna Niemelä");
    let done = sanna.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    let visit = visit_of(&mut sanna, &done).await;
    let mut aino = app.sign_in(AINO).await;
    aino.get(&format!("/my/visit/{visit}")).await.page();
}

#[tokio::test]
async fn aino_cancels_and_the_member_is_told() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "snow_path", 2).await;
    let (asked, _) = offer_of(&app, &visit).await;
    let page = aino.get(&format!("/my/visit/{visit}/cancel")).await;
    let told = aino.submit_and_follow(&page.form("/api/visit/cancel"), &[]).await;
    told.says("Käynti on peruttu");
    let messages = app.sent_to(&asked).await;
    assert!(
        messages
            .iter()
            .any(|sent| matches!(&sent.message, Message::OfferWithdrawn { visit: of, .. } if of.to_string() == visit))
    );
    // The page from before is stale now.
    let again = aino.submit(&page.form("/api/visit/cancel"), &[]).await;
    assert!(
        again.location() == "/sorry/changed" || again.location().contains("told=cancelled"),
        "{}",
        again.location()
    );
}

#[tokio::test]
async fn aino_takes_another_time() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "snow_path", 2).await;
    let page = aino.get(&format!("/my/visit/{visit}/move")).await;
    let form = page.form("/api/visit/move");
    let time = form.choices("time").pop().unwrap();
    let told = aino.submit_and_follow(&form, &[("time", &time)]).await;
    told.says("Uusi aika on varattu");
}
