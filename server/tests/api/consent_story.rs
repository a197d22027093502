//! Consent: a resident sees who may order for them and takes it back in one step; from then on nothing of theirs shows.

use domain::Message;

use crate::{
    test_app::{AINO, OUTI, SANNA, TestApp},
    world::ordered,
};

/// Aino takes Sanna's mandate back: Sanna's next request finds nothing, Sanna is told, and Aino's log says who did what.
#[tokio::test]
async fn aino_takes_sannas_mandate_back() {
    let app = TestApp::new().await;
    let (mut aino, mut sanna) = (app.sign_in(AINO).await, app.sign_in(SANNA).await);
    let visit = ordered(&mut aino, "garden_raking", 2).await;
    sanna.get(&format!("/my/visit/{visit}")).await.says("Ruiskukkatie");
    sanna.get("/my/people").await.says("Luovu luvasta: Aino Niemelä");

    aino.get("/my").await.says("Kuka saa tilata puolestani?");
    let page = aino.get("/my/people").await;
    page.says("Sanna").says("Kaikki palvelut").says("Paikan päällä").says("Pekka");
    let form = page.form("/api/consent/revoke");
    aino.submit_and_follow(&form, &[]).await.says("Lupa on päättynyt").says("Kenelläkään ei ole nyt lupaa");

    assert_eq!(sanna.get(&format!("/my/visit/{visit}")).await.status, http::StatusCode::NOT_FOUND);
    assert!(!sanna.get("/my").await.visible().contains("Aino"));
    assert!(!sanna.get("/my/people").await.visible().contains("Aino"));
    let told = |sent: &[backend::OutboxMessage]| {
        sent.iter()
            .filter(|sent| matches!(&sent.message, Message::MandateRevoked { resident } if resident == "Aino"))
            .count()
    };
    assert_eq!(told(&app.sent_to(SANNA).await), 1);
    // A double tap ends it once, and tells once.
    assert_eq!(aino.submit(&form, &[]).await.location(), "/my/people?told=revoked");
    assert_eq!(told(&app.sent_to(SANNA).await), 1);
}

/// Sanna gives hers up: Aino is told, and it stands in Aino's log.
#[tokio::test]
async fn sanna_gives_her_mandate_up() {
    let app = TestApp::new().await;
    let (mut aino, mut sanna) = (app.sign_in(AINO).await, app.sign_in(SANNA).await);
    let page = sanna.get("/my/people").await;
    sanna.submit_and_follow(&page.form("/api/consent/revoke"), &[]).await.says("Lupa on päättynyt");
    aino.get("/my/people").await.says("Kenelläkään ei ole nyt lupaa").says("perui luvan tilata apua");
    let ended =
        |message: &Message| matches!(message, Message::MandateEnded { holder: Some(holder) } if holder == "Sanna");
    assert!(app.sent_to(AINO).await.iter().any(|sent| ended(&sent.message)));
}

/// At the lounge the resident who sits there takes the lounge's own consent back: nobody is served any more, by any
/// helper's session, and a page that is still open writes nothing.
#[tokio::test]
async fn the_lounges_consent_ends_on_the_spot() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    let aino = crate::world::person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    let mut colleague = app.sign_in(OUTI).await;
    colleague.post("/api/lounge/serve", &[("person", aino.as_str())]).await;
    colleague.get("/lounge/resident").await.says("Aino Niemelä");

    outi.get("/lounge/resident").await.says("Luvat: Aino Niemelä");
    let page = outi.get("/my/people").await;
    page.says("Luvat: Aino Niemelä").says("Asukastupa").says("kirjasi luvan tilata apua");
    // The newest is the lounge's.
    let lounges = page.form("/api/consent/revoke");
    assert_eq!(outi.submit(&lounges, &[]).await.location(), "/lounge");
    for helper in [&mut outi, &mut colleague] {
        assert_eq!(helper.get("/lounge/resident").await.status, http::StatusCode::NOT_FOUND);
        assert!(!helper.get("/my").await.visible().contains("Ruiskukkatie"));
    }
    let refused = colleague.post("/api/order/send", &[("key", aino.as_str())]).await;
    assert!(
        refused.location().contains("fix=1") || refused.location().starts_with("/sorry/"),
        "{}",
        refused.location()
    );
    // Served again only after the sentence is read again.
    assert!(
        outi.post("/api/lounge/serve", &[("person", aino.as_str())]).await.location().starts_with("/lounge/consent")
    );
}
