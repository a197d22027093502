//! What people type is shown as they typed it, and never becomes part of a page (T47, T46): in every text field of every
//! form, and on every page that shows it.

use leptos::server_fn::axum::server_fn_paths;

use crate::{
    answer::Answer,
    browser::Browser,
    test_app::{AINO, MIKKO, OUTI, PEKKA, TestApp},
    world::{code_words, newcomer_to_check, offer_of, order_to_check, visit_of},
};

const NASTY: &str = "Eva \"'><script>alert(1)</script></textarea><img src=x onerror=alert(1)>";

#[track_caller]
fn clean(answer: &Answer) {
    for raw in ["<script>alert", "<img src=x", "</textarea><img"] {
        assert!(!answer.body.contains(raw), "{}: {raw} in\n{}", answer.path, answer.body);
    }
    assert!(!answer.location().contains('<'), "{}", answer.location());
}

async fn look_around(browser: &mut Browser, pages: &[&str]) {
    for page in pages {
        let answer = browser.get(page).await;
        clean(&answer);
    }
}

const FORMS: [&str; 18] = [
    "/order?service=snow&fix=1",
    "/order/for?fix=1",
    "/order/where?fix=1",
    "/order/when?fix=1",
    "/order/who?fix=1",
    "/order/check?fix=1",
    "/order/code?fix=1",
    "/slip?fix=1",
    "/slip?found=1",
    "/sign-in?fix=1",
    "/sign-in/code?fix=1",
    "/member/limits?fix=1",
    "/member/hours?fix=1",
    "/lounge?fix=1",
    "/lounge?found=1",
    "/lounge/new?fix=1",
    "/lounge/resident?fix=1",
    "/desk",
];

#[tokio::test]
async fn every_text_field_of_every_form_gives_back_text() {
    let app = TestApp::new().await;
    let people = [
        app.browser(),
        app.sign_in(AINO).await,
        app.sign_in(MIKKO).await,
        app.sign_in(OUTI).await,
        app.sign_in(PEKKA).await,
    ];
    for mut browser in people {
        browser.post("/api/order/what", &[("job", "cleaning_usual")]).await;
        let mut fields: Vec<(String, &str)> = Vec::new();
        for name in [
            "job",
            "service",
            "person",
            "home",
            "address",
            "note",
            "time",
            "name",
            "phone",
            "contact",
            "strangers",
            "credit_used",
            "key",
            "code",
            "word",
            "number",
            "query",
            "birth_year",
            "language",
            "consent",
            "how",
            "next",
            "visit",
            "version",
            "member",
            "offer",
            "step",
            "strength",
            "size",
            "back",
            "what",
            "skills[0]",
        ] {
            fields.push((name.to_owned(), NASTY));
        }
        for name in
            ["visits_a_day", "gap", "heaviest", "furthest_km", "furthest_metres", "earnings", "mon_from", "sun_to"]
        {
            fields.push((format!("form[{name}]"), NASTY));
        }
        for (path, _) in server_fn_paths().filter(|(path, _)| !path.ends_with("session/end")) {
            let answer = browser.post(path, &fields).await;
            clean(&answer);
            if answer.status.is_redirection() {
                clean(&browser.visit(answer.location()).await);
            }
            look_around(&mut browser, &FORMS).await;
        }
        look_around(
            &mut browser,
            &["/?x=<script>alert(1)</script>", "/sign-in?next=\"><script>alert(1)</script>"].map(|p| {
                // What a browser would send.
                Box::leak(p.replace('<', "%3C").replace('>', "%3E").replace('"', "%22").into_boxed_str()) as &str
            }),
        )
        .await;
    }
}

#[tokio::test]
async fn a_name_and_a_note_are_text_on_every_page_that_shows_them() {
    let app = TestApp::new().await;
    // A newcomer whose name is a script, rung by the lounge.
    let mut stranger = app.browser();
    let name = "<script>alert(1)</script> O'Hara";
    let check = newcomer_to_check(&mut stranger, name, "08 123 4577").await;
    clean(&check);
    check.says("<script>alert(1)</script> O'Hara");
    let done = stranger.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    clean(&done);
    let order = done.path.split("order=").nth(1).unwrap().to_owned();
    let slip = stranger.get(&format!("/order/slip?order={order}")).await;
    clean(&slip);
    code_words(&slip.visible());

    // Aino's note goes to the member and the desk.
    let mut aino = app.sign_in(AINO).await;
    order_to_check(&mut aino, "garden_raking", 0).await;
    let page = aino.get("/order/where").await;
    let form = page.form("/api/order/where");
    let home = form.choices("home")[0].clone();
    aino.submit_and_follow(&form, &[("home", &home), ("note", NASTY)]).await;
    let kept = aino.get("/order/where").await;
    clean(&kept);
    let check = aino.get("/order/check").await;
    clean(&check);
    check.says("<script>alert(1)</script>");
    let done = aino.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    clean(&done);
    let visit = visit_of(&mut aino, &done).await;
    let (phone, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&phone).await;
    let offer_page = format!("/member/offers/{offer}");
    look_around(&mut member, &["/member/offers", &offer_page]).await;
    member.post("/api/member/accept", &[("offer", &offer)]).await;
    let give_back = format!("/member/give-back/{visit}");
    look_around(&mut member, &["/member/today", &give_back]).await;

    let mut pekka = app.sign_in(PEKKA).await;
    let at_desk = format!("/desk/visit/{visit}");
    look_around(&mut pekka, &["/desk", &at_desk, "/lounge/calls", "/demo/outbox"]).await;
    pekka.get(&at_desk).await.says("<script>alert(1)</script>");
    pekka.post("/api/desk/call-off", &[("visit", visit.as_str()), ("version", "x"), ("note", NASTY)]).await;
    let mut outi = app.sign_in(OUTI).await;
    outi.post("/api/lounge/find", &[("query", "hara")]).await;
    look_around(&mut outi, &["/lounge", "/lounge?found=1", "/lounge/calls", "/demo", "/demo/outbox"]).await;
    let my_visit = format!("/my/visit/{visit}");
    let cancel = format!("/my/visit/{visit}/cancel");
    let other_time = format!("/my/visit/{visit}/move");
    look_around(&mut aino, &["/my", &my_visit, &cancel, &other_time]).await;
}
