//! What operators ask.

use http::StatusCode;

use crate::test_app::TestApp;

#[tokio::test]
async fn the_server_lives_and_is_ready() {
    let app = TestApp::empty().await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(browser.get("/health/ready").await.body, "ready");
}

#[tokio::test]
async fn metrics_are_for_this_machine_only_and_hold_no_address() {
    let app = TestApp::empty().await;
    let mut browser = app.browser();
    browser.get("/my/visit/0123-secret").await;
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
    browser.address = "127.0.0.1:5".parse().unwrap();
    let metrics = browser.get("/metrics").await;
    assert_eq!(metrics.status, StatusCode::OK);
    assert!(metrics.body.contains("route=\"/my/visit/{id}\""), "{}", metrics.body);
    assert!(!metrics.body.contains("secret"));
}

#[tokio::test]
async fn the_demo_pages_are_there_in_the_demo_only() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.get("/demo").await.says("Aino Niemelä");
    browser.get("/demo/outbox").await.page();

    let mut config_without = app.browser().at(app.without_demo());
    assert_eq!(config_without.get("/demo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(config_without.get("/demo/outbox").await.status, StatusCode::NOT_FOUND);
}
