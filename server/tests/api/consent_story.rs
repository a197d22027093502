//! Consent: a resident sees who may order for them and takes it back in one step; from then on nothing of theirs shows.

use domain::Message;

use crate::{
    answer::{Answer, Form},
    test_app::{AINO, OUTI, SANNA, TestApp},
    world::ordered,
};

/// Aino takes Sanna's mandate back: Sanna's next request finds nothing, Sanna is told, and Aino's log says who did what.
#[tokio::test]
async fn aino_takes_sannas_mandate_back() {
    let app = TestApp::new().await;
    let (mut aino, mut sanna) = (app.sign_in(AINO).await, app.sign_in(SANNA).await);
    let visit = ordered(&mut aino, "garden_raking", 2).await;
    sanna.get(&format!("/my/visit/{visit}")).await.says("Ruiskukkatie");
    sanna.get("/my/people").await.says("Luovu luvasta: Aino Niemelä");

    aino.get("/my").await.says("Kuka saa tilata puolestani?");
    let page = aino.get("/my/people").await;
    page.says("Sanna").says("Kaikki palvelut").says("Paikan päällä").says("Pekka");
    let form = page.form("/api/consent/revoke");
    aino.submit_and_follow(&form, &[]).await.says("Lupa on päättynyt").says("Kenelläkään ei ole nyt lupaa");

    assert_eq!(sanna.get(&format!("/my/visit/{visit}")).await.status, http::StatusCode::NOT_FOUND);
    assert!(!sanna.get("/my").await.visible().contains("Aino"));
    assert!(!sanna.get("/my/people").await.visible().contains("Aino"));
    let told = |sent: &[backend::OutboxMessage]| {
        sent.iter()
            .filter(|sent| matches!(&sent.message, Message::MandateRevoked { resident } if resident == "Aino"))
            .count()
    };
    assert_eq!(told(&app.sent_to(SANNA).await), 1);
    // A double tap ends it once, and tells once.
    assert_eq!(aino.submit(&form, &[]).await.location(), "/my/people?told=revoked");
    assert_eq!(told(&app.sent_to(SANNA).await), 1);
}

/// Sanna gives hers up: Aino is told, and it stands in Aino's log.
#[tokio::test]
async fn sanna_gives_her_mandate_up() {
    let app = TestApp::new().await;
    let (mut aino, mut sanna) = (app.sign_in(AINO).await, app.sign_in(SANNA).await);
    let page = sanna.get("/my/people").await;
    sanna.submit_and_follow(&page.form("/api/consent/revoke"), &[]).await.says("Lupa on päättynyt");
    aino.get("/my/people").await.says("Kenelläkään ei ole nyt lupaa").says("perui luvan tilata apua");
    let ended =
        |message: &Message| matches!(message, Message::MandateEnded { holder: Some(holder) } if holder == "Sanna");
    assert!(app.sent_to(AINO).await.iter().any(|sent| ended(&sent.message)));
}

/// At the lounge the resident who sits there takes the lounge's own consent back: nobody is served any more, by any
/// helper's session, and a page that is still open writes nothing.
#[tokio::test]
async fn the_lounges_consent_ends_on_the_spot() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    let aino = crate::world::person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    let mut colleague = app.sign_in(OUTI).await;
    colleague.post("/api/lounge/serve", &[("person", aino.as_str())]).await;
    colleague.get("/lounge/resident").await.says("Aino Niemelä");

    outi.get("/lounge/resident").await.says("Luvat: Aino Niemelä");
    let page = outi.get("/my/people").await;
    page.says("Luvat: Aino Niemelä").says("Asukastupa").says("kirjasi luvan tilata apua");
    // The newest is the lounge's.
    let lounges = page.form("/api/consent/revoke");
    assert_eq!(outi.submit(&lounges, &[]).await.location(), "/lounge");
    for helper in [&mut outi, &mut colleague] {
        assert_eq!(helper.get("/lounge/resident").await.status, http::StatusCode::NOT_FOUND);
        assert!(!helper.get("/my").await.visible().contains("Ruiskukkatie"));
    }
    let refused = colleague.post("/api/order/send", &[("key", aino.as_str())]).await;
    assert!(
        refused.location().contains("fix=1") || refused.location().starts_with("/sorry/"),
        "{}",
        refused.location()
    );
    // Served again only after the sentence is read again.
    assert!(
        outi.post("/api/lounge/serve", &[("person", aino.as_str())]).await.location().starts_with("/lounge/consent")
    );
}

/// The form by which an invitation is answered so.
fn answering(page: &Answer, answer: &str) -> Form {
    said(page, "/api/consent/answer", answer)
}

/// The form by which a question is answered so.
fn granting(page: &Answer, answer: &str) -> Form {
    said(page, "/api/consent/grant", answer)
}

fn said(page: &Answer, action: &str, answer: &str) -> Form {
    let mut answers = page.forms().into_iter().filter(|form| form.action == action);
    answers.find(|form| form.value("answer") == answer).expect("a form for each answer")
}

/// Aino asks a friend whom nobody knows here; the friend signs in by the number she typed, sees her first name alone, says
/// yes, and orders for her what she allowed.
#[tokio::test]
async fn aino_asks_a_friend_who_says_yes() {
    const FRIEND: &str = "+358400000777";
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let form = aino.get("/my/people/invite").await.form("/api/consent/invite");
    // What is wrong is told, and what was typed stays.
    let wrong = aino.submit_and_follow(&form, &[("name", "Tuula"), ("mobile", "08 123 4567"), ("months", "")]).await;
    wrong.says("Lankapuhelimeen ei tule tekstiviestiä").says("Valitse, kuinka kauan lupa on voimassa");
    assert_eq!(wrong.form("/api/consent/invite").value("mobile"), "08 123 4567");
    let own = aino.submit_and_follow(&form, &[("name", "Tuula Ystävä"), ("mobile", AINO), ("months", "6")]).await;
    own.says("Tämä on asukkaan oma numero");
    let fields = [("name", "Tuula Ystävä"), ("mobile", "040 000 0777"), ("services[]", "garden"), ("months", "6")];
    let told = aino.submit_and_follow(&form, &fields).await;
    told.says("Kutsu on lähetetty.").says("Tuula Ystävä").says("Odottaa vastausta").says("Pihatyöt");
    // A double tap asks once.
    aino.submit(&form, &fields).await;
    let texts = app.sent_to(FRIEND).await;
    assert_eq!(texts.len(), 1);
    assert!(matches!(&texts[0].message, Message::Invited { resident } if resident == "Aino"));

    let mut friend = app.sign_in(FRIEND).await;
    let page = friend.get("/my/people").await;
    page.says("Aino toivoo, että voit tilata apua hänen puolestaan").says("Pihatyöt");
    assert!(!page.body.contains("Niemelä") && !page.body.contains("Ruiskukkatie"), "nothing more before the yes");
    assert!(!friend.get("/my").await.body.contains("Niemelä"));
    let yes = answering(&page, "yes");
    friend.submit_and_follow(&yes, &[]).await.says("Voit nyt tilata apua").says("Aino Niemelä");
    assert_eq!(friend.submit(&yes, &[]).await.location(), "/my/people?told=accepted", "a double tap");
    assert!(
        app.sent_to(AINO)
            .await
            .iter()
            .any(|sent| matches!(&sent.message, Message::MandateGiven { holder } if holder == "Tuula"))
    );
    aino.get("/my/people").await.says("Peru lupa: Tuula Ystävä").says("otti luvan vastaan");

    let visit = ordered(&mut friend, "garden_raking", 2).await;
    aino.get(&format!("/my/visit/{visit}")).await.says("haravointi");
    // Cleaning wasn't among what she allowed.
    let started = friend.post("/api/order/what", &[("job", "cleaning_usual")]).await;
    let page = friend.visit(started.location()).await;
    assert!(!page.visible().contains("Aino"), "{}: {}", page.path, page.visible());
}

/// A number tells nobody whose it is: the answer, and what the page shows, are the same whoever owns it. And only its owner
/// answers.
#[tokio::test]
async fn an_invitation_tells_nothing_of_a_numbers_owner() {
    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    for (name, mobile) in [("Matti Meikäläinen", "040 000 0201"), ("Maija Meikäläinen", "040 000 0778")] {
        let asked = aino.post("/api/consent/invite", &[("name", name), ("mobile", mobile), ("months", "12")]).await;
        assert_eq!(asked.location(), "/my/people?told=invited");
    }
    let page = aino.get("/my/people").await;
    page.says("Matti Meikäläinen").says("Maija Meikäläinen");
    assert!(!page.body.contains("Mikko"), "the number is Mikko's, and nothing says so");
    assert_eq!(page.forms().iter().filter(|form| form.action == "/api/consent/withdraw").count(), 2);
    let mut mikko = app.sign_in("+358400000201").await;
    let asked = mikko.get("/my/people").await;
    let no = answering(&asked, "no");
    let mut sanna = app.sign_in(SANNA).await;
    assert_eq!(sanna.submit(&no, &[]).await.location(), "/sorry/not-found");
    mikko.submit_and_follow(&no, &[]).await.says("Kutsu on poistettu");
    assert!(!aino.get("/my/people").await.visible().contains("Matti Meikäläinen"));
    // The other is taken back: its owner can't sign in by it any more, since nobody knows them.
    let other = aino.get("/my/people").await.form("/api/consent/withdraw");
    aino.submit_and_follow(&other, &[]).await.says("Kutsu on peruttu");
    let mut stranger = app.browser();
    stranger.post("/api/session/ask", &[("phone", "040 000 0778")]).await;
    assert!(app.sent_to("+358400000778").await.iter().all(|sent| !matches!(sent.message, Message::SignInCode { .. })));
    // Six a day are too many.
    let mut last = String::new();
    for number in 0..5 {
        let mobile = format!("040 000 078{number}");
        let asked =
            aino.post("/api/consent/invite", &[("name", "Ystävä Uusi"), ("mobile", &mobile), ("months", "1")]).await;
        last = asked.location().to_owned();
    }
    assert!(last.contains("fix=1"), "{last}");
}

/// Whoever sits beside the helper can give a mandate too; how they agreed is written down with it.
#[tokio::test]
async fn a_mandate_is_asked_for_at_the_lounge_too() {
    let app = TestApp::new().await;
    let mut outi = app.sign_in(OUTI).await;
    // Nobody is served: there is nobody whose helper could be asked.
    assert_eq!(outi.get("/my/people/invite").await.status, http::StatusCode::NOT_FOUND);
    let aino = crate::world::person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    let page = outi.get("/my/people/invite").await;
    page.says("Kenelle Aino antaa luvan?");
    let form = page.form("/api/consent/invite");
    let fields = [("name", "Tuula Ystävä"), ("mobile", "040 000 0777"), ("months", "12")];
    let missing = outi.submit_and_follow(&form, &fields).await;
    assert!(missing.path.contains("fix=1"), "how she agreed isn't said: {}", missing.visible());
    let fields = [("name", "Tuula Ystävä"), ("mobile", "040 000 0777"), ("months", "12"), ("consent", "in_person")];
    outi.submit_and_follow(&form, &fields).await.says("Kutsu on lähetetty.").says("Tuula Ystävä");
    let mut aino = app.sign_in(AINO).await;
    aino.get("/my/people").await.says("Tuula Ystävä").says("lähetti kutsun omaiselle tai ystävälle");
}

/// A daughter whom nobody knows here asks her mother: her number is shown to be hers first, then Aino is asked, and until she
/// says yes nothing of her shows.
#[tokio::test]
async fn tuula_asks_aino_to_be_allowed() {
    const TUULA: &str = "+358400000777";
    let app = TestApp::new().await;
    let mut tuula = app.browser();
    tuula.get("/sign-in").await.says("Tilaatko toiselle ihmiselle?");
    let page = tuula.get("/my/people/ask").await;
    page.says("Kenelle haluat tilata apua?");
    let form = page.form("/api/consent/ask");
    let wrong = tuula.submit_and_follow(&form, &[("resident", "Aino"), ("mobile", "08 123 4999")]).await;
    wrong.says("Kirjoita etunimi ja sukunimi").says("Lankapuhelimeen ei tule tekstiviestiä");
    assert_eq!(wrong.form("/api/consent/ask").value("resident"), "Aino", "what was typed stays");
    let fields = [
        ("resident", "Aino Niemelä"),
        ("resident_phone", "040 000 0101"),
        ("services[]", "garden"),
        ("months", "6"),
        ("name", "Tuula Niemelä"),
        ("mobile", "040 000 0777"),
    ];
    let asked = tuula.submit(&form, &fields).await;
    assert_eq!(asked.location(), "/sign-in/code?next=/my/people");
    let asks_aino = |sent: &backend::OutboxMessage| {
        matches!(&sent.message, Message::MandateAsked { asker, phone, .. }
            if asker == "Tuula Niemelä" && phone == "040 000 0777")
    };
    assert!(!app.sent_to(AINO).await.iter().any(asks_aino), "the number isn't shown to be hers yet");
    let code = app.code(TUULA).await;
    let page = tuula.visit(asked.location()).await;
    let answered = tuula.submit_and_follow(&page.form("/api/session/answer"), &[("code", &code)]).await;
    answered.says("Odottaa vastausta").says("Aino Niemelä").says("Pihatyöt").says("Peru pyyntö: Aino Niemelä");
    assert!(!answered.body.contains("Ruiskukkatie"));
    assert_eq!(app.sent_to(AINO).await.iter().filter(|sent| asks_aino(sent)).count(), 1);

    let mut aino = app.sign_in(AINO).await;
    let page = aino.get("/my/people").await;
    page.says("Tuula Niemelä pyytää lupaa tilata sinulle apua").says("Pihatyöt").says("pyysi lupaa tilata apua");
    let yes = granting(&page, "yes");
    aino.submit_and_follow(&yes, &[]).await.says("Lupa on annettu.").says("Peru lupa: Tuula Niemelä");
    assert_eq!(aino.submit(&yes, &[]).await.location(), "/my/people?told=granted", "a double tap");
    let granted = |message: &Message| matches!(message, Message::MandateGranted { resident } if resident == "Aino");
    assert_eq!(app.sent_to(TUULA).await.iter().filter(|sent| granted(&sent.message)).count(), 1);
    let visit = ordered(&mut tuula, "garden_raking", 2).await;
    aino.get(&format!("/my/visit/{visit}")).await.says("haravointi");
}

/// Veikko has a landline: Sanna's question stands on the list of calls, and whoever rings writes his answer down.
#[tokio::test]
async fn veikko_is_asked_on_the_phone() {
    let app = TestApp::new().await;
    let mut sanna = app.sign_in(SANNA).await;
    let form = sanna.get("/my/people/ask").await.form("/api/consent/ask");
    let fields = [("resident", "Veikko Lahti"), ("resident_phone", "08 123 4568"), ("months", "12")];
    sanna.submit_and_follow(&form, &fields).await.says("Saimme pyyntösi.").says("Veikko Lahti");
    assert!(!sanna.get("/my/people").await.body.contains("Tervakukkatie"));
    let mut outi = app.sign_in(OUTI).await;
    let page = outi.get("/lounge/calls").await;
    page.says("Veikko Lahti").says("Saako Sanna Niemelä (040 000 0103) tilata sinulle apua?");
    let no = granting(&page, "no");
    let told = outi.submit_and_follow(&no, &[]).await;
    assert_eq!(told.path, "GET /lounge/calls?told=refused");
    told.says("Pyytäjälle ei kerrota siitä");
    assert!(!told.visible().contains("Saako Sanna"));
    // Sanna sees what she saw before.
    sanna.get("/my/people").await.says("Odottaa vastausta").says("Veikko Lahti");
    // Whoever serves somebody at the lounge asks for nothing in their own name.
    let aino = crate::world::person_id(&app.backend, AINO).await;
    outi.post("/api/lounge/consent", &[("person", aino.as_str()), ("how", "in_person")]).await;
    assert_eq!(outi.get("/my/people/ask").await.status, http::StatusCode::NOT_FOUND);
    assert_eq!(outi.post("/api/consent/ask", &fields).await.location(), "/sorry/not-found");
}
