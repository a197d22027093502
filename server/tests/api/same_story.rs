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
    pekka.get("/desk/people").await.says("Sama henkilö?");
    let list = pekka.get("/desk/same").await;
    list.says("Niemela Aino Maria, Ruiskukkatie 5").says("lähes sama nimi, sama osoite");
    let aino = person_id(&app.backend, AINO).await;
    let link = list.links().into_iter().find(|link| link.starts_with("/desk/same/")).expect("a pair").clone();
    let other = link.split('/').skip(3).find(|id| *id != aino).expect("the other one").to_owned();
    let look = format!("/desk/same/{aino}/{other}");
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
    assert!(!done.visible().contains("lähes sama nimi"), "{}", done.visible());
    // The page that was shown is old now.
    assert_eq!(pekka.submit(&form, &[]).await.location(), "/sorry/not-found");
    aino.get("/my/people").await.says("yhdisti kahdesti kirjatut tiedot");
    let undone = pekka.submit_and_follow(&done.form("/api/desk/unmerge"), &[]).await;
    undone.says("Yhdistäminen on peruttu.").says("lähes sama nimi, sama osoite");

    // They are two after all.
    let two = pekka.submit_and_follow(&undone.form("/api/desk/are-two"), &[]).await;
    two.says("Paria ei näytetä enää.");
    assert!(!two.visible().contains("Niemela Aino Maria"), "{}", two.visible());
}

#[tokio::test]
async fn aino_corrects_her_name_and_number_and_pekka_hers_too() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let data = aino.get("/my/data").await;
    assert!(data.links().iter().any(|link| *link == "/my/data/number"), "{}", data.visible());
    let form = aino.get("/my/data/name").await.form("/api/data/name");
    let wrong = aino.submit_and_follow(&form, &[("name", "Aino"), ("language", "fi")]).await;
    wrong.says("Korjaa nimesi ja kielesi");
    assert!(wrong.body.contains("value=\"Aino\""), "{}", wrong.visible());
    let done = aino.submit_and_follow(&form, &[("name", "Aino Maria Niemelä"), ("language", "fi")]).await;
    done.says("Tiedot on korjattu.").says("Aino Maria Niemelä");

    let form = aino.get("/my/data/number").await.form("/api/data/number");
    aino.submit_and_follow(&form, &[("mobile", "08 123 4599")]).await.says("Kirjoita matkapuhelimen numero.");
    let code = aino.submit_and_follow(&form, &[("mobile", "040 000 0866")]).await;
    assert_eq!(code.path, "GET /my/data/number/code");
    let form = code.form("/api/data/number-code");
    aino.submit_and_follow(&form, &[("code", "12")]).await.says("Kirjoita koodi");
    let sent = app.code("+358400000866").await;
    let done = aino.submit_and_follow(&form, &[("code", &sent)]).await;
    done.says("Puhelinnumerosi on vaihdettu.").says("+358400000866");
    let told = app.sent_to(AINO).await;
    assert!(told.iter().any(|sent| sent.message == domain::Message::NumberChanged), "the old number is told");

    let mut pekka = app.sign_in(PEKKA).await;
    let person = person_id(&app.backend, "+358400000866").await;
    let form = pekka.get(&format!("/desk/people/{person}/correct")).await.form("/api/desk/correct");
    let done =
        pekka.submit_and_follow(&form, &[("name", "Aino Niemelä"), ("language", "fi"), ("birth_year", "1940")]).await;
    done.says("Tiedot on korjattu.").says("Korjaa tiedot: Aino Niemelä");
    assert!(done.body.contains("value=\"1940\""), "{}", done.visible());
    aino.get("/my/people").await.says("korjasi tietoja");
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
