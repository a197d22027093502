//! A member's phone: an offer, the answer, the day, their own limits.

use domain::{Message, Minutes};

use crate::{
    test_app::{AINO, MIKKO, TestApp},
    world::{offer_of, ordered, window_of},
};

#[tokio::test]
async fn a_member_accepts_does_it_and_the_resident_sees_each_step() {
    from_order_to_thanks(TestApp::new().await).await;
}

#[tokio::test]
async fn the_same_on_postgresql() {
    if let Some(database) = backend::testing::postgres().await {
        from_order_to_thanks(TestApp::on(database).await).await;
    }
}

async fn from_order_to_thanks(app: TestApp) {
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "snow_path", 0).await;
    let (phone, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&phone).await;
    let list = member.get("/member/offers").await;
    assert!(list.links().contains(&format!("/member/offers/{offer}")), "{:?}", list.links());
    let page = member.get(&format!("/member/offers/{offer}")).await;
    page.says("Otan työn").says("En ota tätä").says("€").says("kotoasi");
    let today = member.submit_and_follow(&page.form("/api/member/accept"), &[]).await;
    today.says("Otit työn");
    // Tapped twice: the same.
    let again = member.submit(&page.form("/api/member/accept"), &[]).await;
    assert_eq!(again.location(), "/member/today?told=accepted");

    aino.get(&format!("/my/visit/{visit}")).await.says("tulee");
    // On the day itself.
    let window = window_of(&app, &visit).await;
    let now = app.clock.now().seconds();
    app.clock.advance(Minutes((window - now) / 60 - 10));
    let mut member = app.sign_in(&phone).await;
    for (button, state) in [("on_way", "Matkalla"), ("started", "Työ on alkanut"), ("done", "Tehty")] {
        let today = member.get("/member/today").await;
        let form = today
            .forms()
            .into_iter()
            .find(|form| {
                form.action == "/api/member/step" && form.value("visit") == visit && form.value("step") == button
            })
            .unwrap_or_else(|| panic!("no {button} on {}", today.visible()));
        member.submit_and_follow(&form, &[]).await;
        app.clock.advance(Minutes(12));
        aino.get(&format!("/my/visit/{visit}")).await.says(state);
    }
    let page = aino.get(&format!("/my/visit/{visit}")).await;
    let thanked = aino.submit_and_follow(&page.form("/api/visit/feedback"), &[("number", "5")]).await;
    thanked.says("Kiitos");
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next_and_costs_nothing() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "garden_raking", 0).await;
    let (phone, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&phone).await;
    let page = member.get(&format!("/member/offers/{offer}")).await;
    let told = member.submit_and_follow(&page.form("/api/member/decline"), &[]).await;
    told.says("Selvä, et ota tätä työtä");
    let (next, _) = offer_of(&app, &visit).await;
    assert_ne!(next, phone, "somebody else is asked");
    let told = app.sent_to(AINO).await;
    assert!(
        told.iter()
            .any(|sent| matches!(&sent.message, Message::HelperChanged { visit: of, .. } if of.to_string() == visit))
            || app
                .backend
                .outbox(20)
                .await
                .unwrap()
                .iter()
                .any(|sent| matches!(&sent.message, Message::HelperChanged { .. })),
        "the resident is told that the name changed"
    );
    let gone = member.get(&format!("/member/offers/{offer}")).await;
    assert!(gone.status.is_client_error(), "{}", gone.status);
}

#[tokio::test]
async fn an_offer_that_nobody_answers_goes_on_by_itself() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "garden_raking", 4).await;
    let (phone, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&phone).await;
    app.pass(Minutes(4 * 60)).await;
    let late = member.post("/api/member/accept", &[("offer", &offer)]).await;
    assert_eq!(late.location(), "/sorry/changed");
    member.visit("/sorry/changed").await.says("Tilanne on muuttunut");
    let rows = app.dump().await;
    let row = rows["offer"].iter().find(|row| row.contains(&offer)).unwrap();
    assert!(row.contains("'expired'"), "{row}");
}

#[tokio::test]
async fn limits_hours_and_strength_are_the_members_own() {
    let app = TestApp::new().await;
    let mut mikko = app.sign_in(MIKKO).await;
    let page = mikko.get("/member/limits").await;
    let form = page.form("/api/member/limits");
    let saved = mikko.submit_and_follow(&form, &[("form[visits_a_day]", "3")]).await;
    saved.says("Tallennettu");
    assert_eq!(saved.form("/api/member/limits").value("form[visits_a_day]"), "3");
    let wrong = mikko.submit_and_follow(&form, &[("form[visits_a_day]", "kolme"), ("form[gap]", "20")]).await;
    wrong.says("Tarkista luku");
    assert_eq!(wrong.form("/api/member/limits").value("form[visits_a_day]"), "kolme");
    assert_eq!(wrong.form("/api/member/limits").value("form[gap]"), "20", "what was right is still there");

    let page = mikko.get("/member/hours").await;
    let form = page.form("/api/member/hours");
    let saved = mikko.submit_and_follow(&form, &[("form[sun_from]", "10"), ("form[sun_to]", "14")]).await;
    saved.says("Tallennettu");
    let wrong = mikko.submit_and_follow(&form, &[("form[sun_from]", "14"), ("form[sun_to]", "10")]).await;
    wrong.says("Loppuajan pitää olla alkuajan jälkeen");

    let today = mikko.get("/member/today").await;
    today.form("/api/member/strength");
    let told = mikko.post("/api/member/strength", &[("strength", "pause")]).await;
    mikko.visit(told.location()).await.says("Tänään ei tule mitään uutta");
}

#[tokio::test]
async fn a_member_gives_a_visit_back_without_a_reason() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "garden_raking", 1).await;
    let (phone, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&phone).await;
    member.post("/api/member/accept", &[("offer", &offer)]).await;
    let page = member.get(&format!("/member/give-back/{visit}")).await;
    let told = member.submit_and_follow(&page.form("/api/member/give-back"), &[]).await;
    told.says("Käynti on annettu takaisin");
    let page = aino.get(&format!("/my/visit/{visit}")).await;
    assert_eq!(page.status.as_u16(), 200);
}
