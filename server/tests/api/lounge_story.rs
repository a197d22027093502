//! Outi at the shared PC: finds Veikko, records his consent, orders for him, and nothing of him stays for the next.

use http::StatusCode;

use crate::{
    test_app::{OUTI, TestApp},
    world::{order_to_check, visit_of},
};

#[tokio::test]
async fn outi_orders_for_veikko_who_has_only_a_landline() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    let page = outi.get("/lounge").await;
    let found = outi.submit_and_follow(&page.form("/api/lounge/find"), &[("query", "lahti")]).await;
    found.says("Veikko Lahti").says("08 123 4568");
    assert!(!found.path.contains("lahti"), "the search doesn't stand in the address: {}", found.path);
    let serve = found.forms().into_iter().find(|form| form.action == "/api/lounge/serve").expect("somebody to choose");
    // Without his consent the way leads to the page that records it.
    let consent = outi.submit_and_follow(&serve, &[]).await;
    assert!(consent.path.starts_with("GET /lounge/consent"), "{}", consent.path);
    consent.says("Veikko Lahti").says("Saako asukastupa tilata");
    let resident = outi.submit_and_follow(&consent.form("/api/lounge/consent"), &[("how", "in_person")]).await;
    resident.says("Veikko Lahti").says("Autat nyt");

    let check = order_to_check(&mut outi, "shopping_for", 0).await;
    check.says("Veikko Lahti").says_nothing_of("Outi");
    let done = outi.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    done.says("Tilaus on vastaanotettu");
    let order = done.path.split("order=").nth(1).unwrap().to_owned();
    let slip = outi.get(&format!("/order/slip?order={order}")).await;
    slip.page();
    let visit = visit_of(&mut outi, &done).await;

    let next = done.forms().into_iter().find(|form| form.action == "/api/lounge/next").expect("the next person");
    let fresh = outi.submit_and_follow(&next, &[]).await;
    assert_eq!(fresh.path, "GET /lounge");
    for page in ["/lounge", "/lounge?found=1", "/order", "/lounge/new"] {
        let answer = outi.get(page).await;
        assert!(!answer.visible().contains("Autat nyt"), "{page}");
    }
    assert!(!outi.get("/order/where").await.visible().contains("Veikko"));
    for page in
        [format!("/my/visit/{visit}"), format!("/order/done?order={order}"), format!("/order/slip?order={order}")]
    {
        let status = outi.get(&page).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{page}: nothing of Veikko is left on the shared PC");
    }
}

#[tokio::test]
async fn outi_adds_a_resident_and_her_own_name_is_never_theirs() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    let page = outi.get("/lounge/new").await;
    let form = page.form("/api/lounge/add");
    assert!(form.inputs.iter().all(|input| input.kind != "text" || input.value.is_empty()), "{form:?}");
    let filled = [("name", "Elma Testinen"), ("phone", "08 123 4588"), ("address", "Raitotie 5"), ("contact", "call")];
    // Consent is never assumed.
    let without = outi.submit_and_follow(&form, &filled).await;
    assert!(without.path.contains("fix=1"), "{}", without.path);
    assert_eq!(without.form("/api/lounge/add").value("name"), "Elma Testinen");
    let sms = [&filled[..3], &[("contact", "sms"), ("consent", "on_paper")]].concat();
    outi.submit_and_follow(&form, &sms).await.says("Tekstiviesti ei tule lankapuhelimeen");
    let fine = [&filled[..], &[("consent", "on_paper")]].concat();
    let resident = outi.submit_and_follow(&form, &fine).await;
    resident.says("Elma Testinen").says("Raitotie 5");
    // The same person again isn't made twice.
    let people = app.dump().await["person"].len();
    outi.submit_and_follow(&form, &fine).await.says("Elma Testinen");
    assert_eq!(app.dump().await["person"].len(), people);
    let kept = app.dump().await;
    let residents = kept["person_role"].iter().filter(|role| role.contains("resident"));
    let outi_row = kept["person"].iter().find(|row| row.contains("+358400000301")).unwrap();
    let outi_id = outi_row.split('\'').nth(1).unwrap();
    assert!(residents.clone().count() > 60 && residents.clone().all(|role| !role.contains(outi_id)));
}
