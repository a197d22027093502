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

#[tokio::test]
async fn pekka_marks_a_member_away_and_their_visits_go_to_others() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    // Today's visits of the one who is asked are what leaves them.
    let visit = ordered(&mut aino, "garden_raking", 0).await;
    let (asked, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&asked).await;
    member.post("/api/member/accept", &[("offer", &offer)]).await;
    let mut pekka = app.sign_in(PEKKA).await;
    let list = pekka.get("/desk/members").await;
    let id = crate::world::person_id(&app.backend, &asked).await;
    list.says("Jäsenet");
    assert!(list.links().contains(&format!("/desk/members/{id}")), "{}", list.visible());

    let page = pekka.get(&format!("/desk/members/{id}")).await;
    page.says("Syytä ei kysytä eikä tallenneta.").says("Aino Niemelä");
    let form = page.form("/api/desk/away");
    let missing = pekka.submit_and_follow(&form, &[]).await;
    missing.says("Valitse, kuinka pitkään");
    let told = pekka.submit_and_follow(&form, &[("days", "14")]).await;
    assert!(told.path.contains("/desk/"), "{}", told.path);
    pekka.get(&format!("/desk/members/{id}")).await.says("Poissa").says("Ei tulevia käyntejä.");
    member.get("/member/today").await.says("Sinut on merkitty poissa olevaksi");
    assert!(!member.get("/member/today").await.visible().contains("Aino N."));
    let texts = app.sent_to(&asked).await;
    assert!(texts.iter().any(|sent| matches!(sent.message, Message::MarkedAway { .. })));

    let back = pekka.get(&format!("/desk/members/{id}")).await;
    back.says("Poissa");
    pekka.submit_and_follow(&back.form("/api/desk/back"), &[]).await.says("Merkitty takaisin töihin");
}

#[tokio::test]
async fn pekka_has_helpers_looked_for_and_takes_what_is_found() {
    let app = TestApp::new().await;
    let mut pekka = app.sign_in(PEKKA).await;
    let board = pekka.get("/desk").await;
    assert!(board.links().contains(&"/desk/plan".to_owned()), "{}", board.visible());
    let choose = pekka.get("/desk/plan").await;
    let form = choose.form("/api/desk/plan");
    let visits = form.choices("visits[]");
    let none = pekka.post("/api/desk/plan", &[("others", "may")]).await;
    pekka.visit(none.location()).await.says("Valitse ainakin yksi käynti");
    let fields: Vec<(String, String)> =
        visits.iter().enumerate().map(|(at, visit)| (format!("visits[{at}]"), visit.clone())).collect();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("others", "may"));
    let begun = pekka.post("/api/desk/plan", &fields).await;
    let page = begun.location().to_owned();
    let mut shown = pekka.get(&page).await;
    for _ in 0..600 {
        if shown.visible().contains("Mitään ei ole vielä muutettu.") {
            break;
        }
        // Without JavaScript one looks again, or has it end.
        shown.says("Etsimme auttajia");
        pekka.submit(&shown.form("/api/desk/plan-stop"), &[]).await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        shown = pekka.get(&page).await;
    }
    let before = app.dump().await["visit"].clone();
    let ended = if shown.body.contains("/api/desk/plan-accept") {
        let taken = pekka.submit_and_follow(&shown.form("/api/desk/plan-accept"), &[]).await;
        taken.says("Suunnitelma on käytössä").says("Näihin kysytään nyt auttajaa");
        assert_ne!(app.dump().await["visit"], before);
        taken
    } else {
        shown.says("Emme löytäneet näihin käynteihin auttajaa");
        let gone = pekka.submit_and_follow(&shown.form("/api/desk/plan-discard"), &[]).await;
        gone.says("Suunnitelma on suljettu").says("Mitään ei muutettu.");
        assert_eq!(app.dump().await["visit"], before);
        gone
    };
    assert!(ended.links().contains(&"/desk".to_owned()));
}
