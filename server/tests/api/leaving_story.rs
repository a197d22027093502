//! What is held of a person, taken away and erased: by themselves, and at the desk for somebody who is gone.

use std::io::Cursor;

use domain::{Message, Minutes};
use http::{StatusCode, header::CACHE_CONTROL};

use crate::{
    test_app::{AINO, MIKKO, OUTI, PEKKA, SANNA, TestApp},
    world::{offer_of, ordered, person_id},
};

/// The files of an archive, as text.
fn files(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut read = |name: &String| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    names.iter().map(|name| (name.clone(), read(name))).collect()
}

#[tokio::test]
async fn aino_sees_what_is_known_of_her_and_takes_it_away() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    ordered(&mut aino, "garden_raking", 2).await;
    let home = aino.get("/my/doors").await.form("/api/door/set").value("home");
    aino.post("/api/door/set", &[("home", home.as_str()), ("door_code", "Summeri 4711")]).await;
    aino.get("/my").await.says("Mitä tiedätte minusta?");
    let page = aino.get("/my/data").await;
    page.says("Aino Niemelä").says("Ruiskukkatie").says("365 päivän kuluttua").says("Lataa tietoni");

    let before = app.backend.trail().await.unwrap();
    let answer = aino.submit(&page.form("/my/data/export"), &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/zip");
    assert!(answer.header("content-disposition").starts_with("attachment"));
    assert!(answer.headers[CACHE_CONTROL].to_str().unwrap().contains("no-store"));
    assert_ne!(before, app.backend.trail().await.unwrap(), "it is traced");
    let files = files(answer.bytes);
    let text = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str()).unwrap();
    let json: serde_json::Value = serde_json::from_str(text("naapuriapu.json")).unwrap();
    assert_eq!(json["person"][0]["phone"], AINO);
    assert_eq!(json["homes"][0]["door_code_kept"], "yes");
    assert!(json["visits"].as_array().unwrap().iter().any(|visit| visit["job"] == "garden_raking"));
    // A spreadsheet reads the number as text, and the names with their dots.
    assert!(text("person.csv").starts_with('\u{feff}'));
    assert!(text("person.csv").contains(",Niemelä,'+358400000101,"), "{}", text("person.csv"));
    let everything = format!("{files:?}");
    for somebody_elses in ["4711", MIKKO, SANNA, OUTI, "Veikko"] {
        assert!(!everything.contains(somebody_elses), "{somebody_elses}");
    }

    // By a post of her own only.
    assert_ne!(aino.get("/my/data/export").await.header("content-type"), "application/zip");
    let foreign = [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")];
    let form = "application/x-www-form-urlencoded";
    assert_eq!(aino.post_raw("/my/data/export", form, Vec::new(), &foreign).await.status, StatusCode::FORBIDDEN);
    let nobody = app.browser().post("/my/data/export", &[("a", "b")]).await;
    assert!(nobody.location().starts_with("/sign-in"), "{}", nobody.location());
}

#[tokio::test]
async fn aino_leaves_in_two_steps_and_nothing_more_comes_to_her() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let mut elsewhere = app.sign_in(AINO).await;
    let visit = ordered(&mut aino, "garden_raking", 2).await;
    let (asked, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&asked).await;
    member.post("/api/member/accept", &[("offer", &offer)]).await;
    let page = aino.get("/my/data/leave").await;
    page.says("Käyntejä, jotka perutaan").says("14 päivän kuluttua").says("ilman nimeä");
    let sent = app.sent_to(AINO).await.len();
    let left = aino.submit_and_follow(&page.form("/api/data/leave"), &[]).await;
    left.says("Olet lopettanut").says("14 päivän kuluttua").says_nothing_of("Niemelä");

    for browser in [&mut aino, &mut elsewhere] {
        assert!(browser.get("/my").await.location().starts_with("/sign-in"), "no session is left");
    }
    let told = app.sent_to(&asked).await;
    assert!(told.iter().any(|sent| matches!(sent.message, Message::VisitCancelled { .. })), "the member is told");
    member.get("/member/today").await.says_nothing_of("Ruiskukkatie");
    let mut stranger = app.browser();
    stranger.post("/api/session/ask", &[("phone", AINO)]).await;
    assert!(app.sent_to(AINO).await.len() <= sent, "no code, and nothing else");
    let mut outi = app.sign_in(OUTI).await;
    outi.post("/api/lounge/find", &[("query", "Aino Niemelä")]).await;
    outi.get("/lounge?found=1").await.says("Ketään ei löytynyt");

    let hers = ["Aino", AINO, "'Ruiskukkatie' '5'"];
    let before = format!("{:?}", app.dump().await);
    assert!(hers.iter().all(|word| before.contains(word)), "they are looked for as they are stored");
    app.pass(Minutes(14 * 24 * 60)).await;
    assert!(app.backend.erase_due(None).await.unwrap() > 0);
    let mut pekka = app.sign_in(PEKKA).await;
    pekka.get(&format!("/desk/visit/{visit}")).await.says("Nimi poistettu").says_nothing_of("Aino");
    let everything = format!("{:?}", app.dump().await);
    for word in hers {
        assert!(!everything.contains(word), "{word}");
    }
}

/// T52 at the desk.
#[tokio::test]
async fn pekka_stops_everything_for_aino_and_takes_it_back() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    ordered(&mut aino, "garden_raking", 2).await;
    let id = person_id(&app.backend, AINO).await;
    let mut pekka = app.sign_in(PEKKA).await;
    let find = pekka.get("/desk/people").await.form("/api/desk/find");
    pekka.submit_and_follow(&find, &[("query", "aino niemela")]).await.says("Lopeta palvelu: Aino Niemelä");
    let page = pekka.get(&format!("/desk/people/{id}/leave")).await;
    page.says("on kuollut").says("Käyntejä, jotka perutaan");
    let stopped = pekka.submit_and_follow(&page.form("/api/desk/stop"), &[]).await;
    stopped.says("Palvelu on lopetettu.").says("Tiedot poistetaan");
    assert!(aino.get("/my").await.location().starts_with("/sign-in"));
    assert!(app.sent_to(SANNA).await.iter().all(|sent| !matches!(sent.message, Message::MandateRevoked { .. })));

    // Who has stopped is still found here, and it is taken back.
    pekka.submit_and_follow(&find, &[("query", "040 000 0101")]).await.says("Aino Niemelä");
    let page = pekka.get(&format!("/desk/people/{id}/leave")).await;
    pekka.submit_and_follow(&page.form("/api/desk/resume"), &[]).await.says("Lopettaminen on peruttu.");
    let mut aino = app.sign_in(AINO).await;
    aino.get("/my").await.says("Peruttu");
}

#[tokio::test]
async fn who_works_for_the_co_op_is_told_what_comes_first() {
    let app = TestApp::new().await;
    let mut mikko = app.sign_in(MIKKO).await;
    mikko.get("/member/limits").await.says("Mitä tiedätte minusta?");
    mikko.get("/my/data").await.says("Rajat, työajat ja päivän vointi").says("Vain sinä näet ne kokonaan");
    let page = mikko.get("/my/data/leave").await;
    page.says("Työskentelet osuuskunnassa");
    assert!(page.forms().iter().all(|form| form.action != "/api/data/leave"));
}
