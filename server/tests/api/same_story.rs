//! One person who was written down twice, at the desk: noticed, looked at, put together, taken apart, without a script.

use http::StatusCode;

use crate::{
    test_app::{AINO, OUTI, PEKKA, TestApp},
    world::person_id,
};

/// Outi writes Aino down once more, by the landline, in another spelling.
async fn once_more(app: &TestApp) {
    let mut outi = app.sign_in(OUTI).await;
    let again = [
        ("name", "Niemela Aino Maria"),
        ("phone", "08 123 4599"),
        ("address", "Ruiskukkatie 5"),
        ("language", "fi"),
        ("contact", "call"),
        ("consent", "in_person"),
    ];
    assert_eq!(outi.post("/api/lounge/add", &again).await.location(), "/lounge/resident");
}

#[tokio::test]
async fn pekka_finds_aino_twice_puts_her_together_and_takes_it_back() {
    let app = TestApp::new().await;
    once_more(&app).await;
    let mut pekka = app.sign_in(PEKKA).await;
    pekka.get("/desk/people").await.says("Samat henkilöt?");
    let list = pekka.get("/desk/same").await;
    list.says("Aino Niemelä ja Niemela Aino Maria").says("lähes sama nimi, sama osoite");
    let look = list.links().into_iter().find(|link| link.starts_with("/desk/same/")).expect("a pair").clone();
    let page = pekka.get(&look).await;
    page.says("Yhdistetäänkö").says("08 123 4599").says("040 000 0101").says("14 päivän ajan").says("Mikä tieto jää?");
    assert!(page.body.contains("value=\"gone\""), "{}", page.visible());

    // Aino learns of none of it, before or after.
    let mut aino = app.sign_in(AINO).await;
    let missing = aino.get(&look).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(!missing.body.contains("4599"));
    let form = page.form("/api/desk/merge");
    assert_eq!(aino.submit(&form, &[]).await.location(), "/sorry/not-found");

    let done = pekka.submit_and_follow(&form, &[("form[phone]", "kept")]).await;
    done.says("Henkilöt on yhdistetty.").says("Äskettäin yhdistetyt");
    assert!(!done.visible().contains("Aino Niemelä ja Niemela"), "{}", done.visible());
    // The page that was shown is old now.
    assert_eq!(pekka.submit(&form, &[]).await.location(), "/sorry/not-found");
    aino.get("/my/people").await.says("yhdisti kahdesti kirjatut tiedot");
    let undone = pekka.submit_and_follow(&done.form("/api/desk/unmerge"), &[]).await;
    undone.says("Yhdistäminen on peruttu.").says("Aino Niemelä ja Niemela Aino Maria");

    // They are two after all.
    let two = pekka.submit_and_follow(&undone.form("/api/desk/are-two"), &[]).await;
    two.says("Paria ei näytetä enää.");
    assert!(!two.visible().contains("Niemela Aino Maria"), "{}", two.visible());
}

#[tokio::test]
async fn what_changed_while_the_page_was_read_is_looked_at_again() {
    let app = TestApp::new().await;
    once_more(&app).await;
    let mut pekka = app.sign_in(PEKKA).await;
    let list = pekka.get("/desk/same").await;
    let look = list.links().into_iter().find(|link| link.starts_with("/desk/same/")).expect("a pair").clone();
    let page = pekka.get(&look).await;
    let mut outi = app.sign_in(OUTI).await;
    let aino = person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    assert_eq!(pekka.submit(&page.form("/api/desk/merge"), &[]).await.location(), "/sorry/changed");
}
