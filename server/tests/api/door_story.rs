//! A door's code, from the resident who gives it to the member who stands before the door.

use domain::Minutes;
use http::{StatusCode, header::CACHE_CONTROL};

use crate::{
    test_app::{AINO, TestApp},
    world::{offer_of, ordered, window_of},
};

const CODE: &str = "Summeri 4711";

#[tokio::test]
async fn a_code_is_in_no_page_until_the_member_asks_for_it_before_the_door() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    aino.get("/my").await.says("Ovikoodi");
    let form = aino.get("/my/doors").await.form("/api/door/set");
    aino.submit_and_follow(&form, &[("door_code", " ")]).await.says("Koodia ei ole tallessa");
    let told = aino.submit_and_follow(&form, &[("door_code", CODE)]).await;
    told.says("Koodi on tallessa.");
    assert!(!told.body.contains("4711"), "it isn't shown again");

    let visit = ordered(&mut aino, "garden_raking", 2).await;
    let (asked, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&asked).await;
    member.post("/api/member/accept", &[("offer", &offer)]).await;
    let window = window_of(&app, &visit).await;
    let early = Minutes((window - app.clock.now().seconds()) / 60 - 90);
    app.clock.advance(early);
    let today = member.get("/member/today").await;
    today.says("Ovikoodi näkyy");
    assert_eq!(member.post("/member/door", &[("visit", &visit)]).await.status, StatusCode::CONFLICT);

    app.clock.advance(Minutes(45));
    let today = member.get("/member/today").await;
    assert!(!today.body.contains("4711"), "not before it is asked for");
    let form = today.form("/member/door");
    let shown = member.submit(&form, &[]).await;
    assert_eq!(shown.status, StatusCode::OK);
    shown.says(CODE).says("Asukas näkee, että katsoit koodin");
    assert!(shown.headers[CACHE_CONTROL].to_str().unwrap().contains("no-store"));
    // Coming back to the page, by whatever way, shows nothing.
    let again = member.get("/member/door").await;
    again.says("Avaa koodi uudelleen");
    assert!(!again.body.contains("4711"));
    // Nobody else, whatever they know.
    for phone in [AINO, crate::test_app::OUTI, crate::test_app::PEKKA] {
        let mut other = app.sign_in(phone).await;
        assert_eq!(other.post("/member/door", &[("visit", &visit)]).await.status, StatusCode::NOT_FOUND, "{phone}");
    }
    let mut nobody = app.browser();
    assert!(nobody.post("/member/door", &[("visit", &visit)]).await.location().starts_with("/sign-in"));
    // It stands in Aino's own log, and nowhere in the clear.
    aino.get("/my/people").await.says("katsoi ovikoodin");
    assert!(!format!("{:?}", app.dump().await).contains("4711"));
    let remove = aino.get("/my/doors").await.form("/api/door/remove");
    aino.submit_and_follow(&remove, &[]).await.says("Koodi on poistettu");
    assert_eq!(member.submit(&form, &[]).await.status, StatusCode::CONFLICT);
}

/// A resident with two homes has a form for each: each field has its own id, and what is wrong stands beside the home that
/// was posted.
#[tokio::test]
async fn each_home_has_a_field_of_its_own() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let started = aino.post("/api/order/what", &[("job", "garden_raking")]).await;
    let page = aino.visit(started.location()).await;
    let elsewhere = [("home", ""), ("address", "Raitotie 5")];
    let page = aino.submit_and_follow(&page.form("/api/order/where"), &elsewhere).await;
    let form = page.form("/api/order/when");
    let time = form.choices("time").into_iter().find(|time| time != "soonest").expect("times");
    let page = aino.submit_and_follow(&form, &[("time", &time)]).await;
    let filled = [("contact", "call"), ("strangers", "yes")];
    let page = aino.submit_and_follow(&page.form("/api/order/who"), &filled).await;
    aino.submit_and_follow(&page.form("/api/order/send"), &[]).await;

    let page = aino.get("/my/doors").await;
    page.says("Ruiskukkatie 5").says("Raitotie 5");
    let forms: Vec<_> = page.forms().into_iter().filter(|form| form.action == "/api/door/set").collect();
    assert_eq!(forms.len(), 2);
    assert_eq!(page.body.matches(" id=\"f-door_code\"").count(), 1);
    let second = forms[1].value("home");
    assert!(page.body.contains(&format!(" id=\"f-door_code-{second}\"")), "{}", page.body);
    let wrong = aino.submit_and_follow(&forms[1], &[("door_code", "")]).await;
    // The summary's link leads to the second home's field now.
    let first = forms[0].value("home");
    assert!(wrong.body.contains(&format!(" id=\"f-door_code-{first}\"")), "{}", wrong.body);
    assert_eq!(wrong.body.matches(" id=\"f-door_code\"").count(), 1);
    assert_eq!(wrong.body.matches(" id=\"f-door_code-e\"").count(), 1);
}
