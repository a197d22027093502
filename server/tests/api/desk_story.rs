//! Pekka's page: what nobody can take stands on top with its reason; he puts a visit to a member, or calls it off.

use domain::Message;

use crate::{
    test_app::{AINO, PEKKA, TestApp},
    world::{offer_of, ordered},
};

#[tokio::test]
async fn pekka_sees_the_board_and_puts_a_visit_to_another_member() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "garden_raking", 2).await;
    let (asked, offer) = offer_of(&app, &visit).await;
    let mut pekka = app.sign_in(PEKKA).await;
    pekka.get("/desk").await.says("Aino Niemelä");
    let page = pekka.get(&format!("/desk/visit/{visit}")).await;
    let form = page.form("/api/desk/put");
    let choices = form.choices("member");
    assert!(!choices.is_empty(), "{}", page.visible());
    let mut told = None;
    for member in &choices {
        let answer = pekka.submit_and_follow(&form, &[("member", member)]).await;
        if answer.path.contains("told=put") && offer_of(&app, &visit).await.1 != offer {
            told = Some(answer);
            break;
        }
    }
    told.expect("one of those who can was asked").says("Käyntiä tarjotaan jäsenelle");
    let (now_asked, _) = offer_of(&app, &visit).await;
    assert_ne!(now_asked, asked);
    let mut before = app.sign_in(&asked).await;
    let gone = before.post("/api/member/accept", &[("offer", &offer)]).await;
    assert_eq!(gone.location(), "/sorry/changed");
}

#[tokio::test]
async fn pekka_calls_a_visit_off_with_a_message() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "snow_path", 2).await;
    let (asked, _) = offer_of(&app, &visit).await;
    let mut pekka = app.sign_in(PEKKA).await;
    let page = pekka.get(&format!("/desk/visit/{visit}")).await;
    let note = "Lumi ehti sulaa.";
    let told = pekka.submit_and_follow(&page.form("/api/desk/call-off"), &[("note", note)]).await;
    told.says("Käynti on peruttu");
    let called_off = app.backend.outbox(20).await.unwrap();
    let notes: Vec<_> = called_off
        .iter()
        .filter(|sent| matches!(&sent.message, Message::VisitCancelled { note: with, .. } if with == note))
        .collect();
    assert!(!notes.is_empty(), "the resident hears why");
    assert!(app.sent_to(&asked).await.iter().any(|sent| matches!(sent.message, Message::OfferWithdrawn { .. })));
    aino.get(&format!("/my/visit/{visit}")).await.says("Peruttu");
    // Sent twice: called off once, told once.
    let messages = app.dump().await["outbox"].len();
    let again = pekka.submit(&page.form("/api/desk/call-off"), &[("note", note)]).await;
    assert_eq!(again.location(), format!("/desk/visit/{visit}?told=called_off"));
    assert_eq!(app.dump().await["outbox"].len(), messages);
}
