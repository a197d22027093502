//! Every page in every language, for everybody.

use std::collections::BTreeSet;

use app::App;
use http::StatusCode;
use leptos_axum::generate_route_list;

use crate::{
    test_app::TestApp,
    world::{Who, World},
};

#[tokio::test]
async fn every_page_in_every_language_is_whole() {
    let world = World::new().await;
    let copy = world.copy().await;
    let ids = &world.ids;
    let routes: Vec<String> = generate_route_list(App).iter().map(|route| route.path().to_owned()).collect();
    let mut shown = BTreeSet::new();
    for who in Who::ALL {
        let mut browser = copy.browser(who);
        for (language, tag) in [("fi", "fi"), ("sv", "sv-FI"), ("en", "en"), ("fi-simple", "fi")] {
            for route in &routes {
                let path = ids.page(route).replace("{why}", "changed");
                let answer = browser.get(&format!("{path}?lang={language}")).await;
                let place = format!("{path} in {language} as {who:?}");
                assert!(matches!(answer.status.as_u16(), 200 | 303 | 403 | 404 | 409), "{place}: {}", answer.status);
                if answer.status == StatusCode::SEE_OTHER {
                    continue;
                }
                assert!(answer.body.contains(&format!("<html lang=\"{tag}\"")), "{place}");
                assert_eq!(answer.body.matches("<h1").count(), 1, "{place}: one heading\n{}", answer.visible());
                assert!(answer.body.contains("<title>"), "{place}");
                let text = answer.visible();
                assert!(
                    !text.contains("panicked") && !text.contains("{{") && !text.contains("None"),
                    "{place}: {text}"
                );
                assert!(text.contains("08 123 4567"), "{place}: the co-op's number\n{text}");
                if answer.status == StatusCode::OK {
                    shown.insert(route.clone());
                }
            }
        }
    }
    let never: Vec<&String> = routes.iter().filter(|route| !shown.contains(*route)).collect();
    // These need an order under way in the asker's own session, or are shown with another status.
    let need_a_draft = [
        "/order/for",
        "/order/where",
        "/order/when",
        "/order/who",
        "/order/check",
        "/order/code",
        "/sorry/{why}",
        "/lounge/resident",
        "/lounge/locked",
        "/lounge/phone",
        "/order/done",
        "/order/slip",
        "/lounge/consent",
        "/my/visit/{id}/move",
        "/desk/visit/{id}/move",
        "/member/give-back/{id}",
    ];
    for route in never {
        assert!(need_a_draft.contains(&route.as_str()), "nobody could see {route}");
    }
}

#[tokio::test]
async fn the_language_is_remembered() {
    let app = TestApp::empty().await;
    let mut browser = app.browser();
    browser.language = "de, en;q=0.5";
    assert!(browser.get("/").await.body.contains("<html lang=\"en\""));
    let chosen = browser.get("/?lang=sv").await;
    assert!(chosen.body.contains("<html lang=\"sv-FI\""));
    assert!(chosen.header("set-cookie").starts_with("lang=sv;"), "{}", chosen.header("set-cookie"));
    assert!(browser.get("/slip").await.body.contains("<html lang=\"sv-FI\""));
    assert!(browser.get("/slip?lang=fi-simple").await.body.contains("data-easy=\"yes\""));
}

#[tokio::test]
async fn size_and_contrast_are_remembered_and_lead_back() {
    let app = TestApp::empty().await;
    let mut browser = app.browser();
    let answer = browser.post("/api/reading", &[("size", "large"), ("back", "/slip")]).await;
    assert_eq!(answer.location(), "/slip");
    browser.post("/api/reading", &[("contrast", "high"), ("back", "/slip")]).await;
    let page = browser.get("/slip").await;
    assert!(page.body.contains("data-size=\"large\"") && page.body.contains("data-contrast=\"high\""), "{}", page.body);
}
