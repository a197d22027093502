//! A small world in which something is going on, with everybody signed in; copied for each question asked of it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use backend::{Clock, backup, testing::authenticator::Authenticator};
use domain::{Message, Moment};

use crate::{
    answer::Answer,
    browser::Browser,
    test_app::{AINO, LEILA, MIKKO, OUTI, PEKKA, SANNA, TestApp},
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody has signed in; no session either.
    Anonymous,
    /// Aino, whose visits these are.
    Resident,
    /// Aino's own phone that was linked at the lounge: low rights.
    LinkedPhone,
    /// Another resident, with nothing to do with Aino.
    OtherResident,
    /// Sanna, who holds Aino's mandate.
    Relative,
    /// The member to whom the visit was offered, or who agreed to it.
    Member,
    /// A member whom it doesn't concern.
    OtherMember,
    /// Outi, who isn't serving anybody now.
    Lounge,
    /// Pekka.
    Coordinator,
}

impl Who {
    pub const ALL: [Self; 9] = [
        Self::Anonymous,
        Self::Resident,
        Self::LinkedPhone,
        Self::OtherResident,
        Self::Relative,
        Self::Member,
        Self::OtherMember,
        Self::Lounge,
        Self::Coordinator,
    ];
}

/// A snapshot of a server, and who holds which session there.
pub struct World {
    file: PathBuf,
    now: Moment,
    browsers: BTreeMap<Who, Browser>,
    /// The member who has agreed to a visit of Aino's; `Who::Member` has an offer.
    agreed_member: Browser,
    pub ids: Ids,
}

/// What there is to ask about.
#[derive(Clone, Debug)]
pub struct Ids {
    /// A visit of Aino's that is offered to `Who::Member`, its order and its offer.
    pub offered: String,
    pub order: String,
    pub offer: String,
    /// A visit of Aino's that a member has agreed to.
    pub agreed: String,
    /// Aino herself.
    pub aino: String,
    /// A member that isn't the offer's.
    pub member: String,
    /// The offered visit's version, as its page carries it.
    pub version: String,
    /// A visit that nobody has.
    pub open: String,
    /// A run of the planner over it, whose proposal waits.
    pub planning: String,
    /// Aino's mandate, which Sanna holds.
    pub mandate: String,
    /// A text message that didn't arrive.
    pub message: String,
    /// Aino's question to `Who::OtherResident`, whether they would order for her.
    pub invitation: String,
    /// `Who::OtherResident`'s question to Aino, whether they may order for her.
    pub request: String,
    /// What Veikko, who has a landline, is to be told.
    pub voice: String,
    /// Aino's home.
    pub home: String,
    /// Another linked phone of Aino's.
    pub phone: String,
    /// Another resident, with nothing to do with Aino.
    pub resident: String,
    /// Two rows of one person that the coordinator has put together.
    pub merging: String,
    /// The token of a link for Aino's phone that nobody has opened.
    pub link: String,
    /// A passkey of Aino's.
    pub passkey: String,
}

impl Ids {
    /// Ids of things that aren't there, as they look where they are.
    pub fn of_nothing() -> Self {
        Self {
            offered: "00000000-0000-4000-8000-000000000001".to_owned(),
            order: "00000000-0000-4000-8000-000000000002".to_owned(),
            offer: "00000000-0000-4000-8000-000000000003".to_owned(),
            agreed: "00000000-0000-4000-8000-000000000004".to_owned(),
            aino: "00000000-0000-4000-8000-000000000005".to_owned(),
            member: "00000000-0000-4000-8000-000000000006".to_owned(),
            version: "1".to_owned(),
            open: "00000000-0000-4000-8000-000000000007".to_owned(),
            planning: "00000000-0000-4000-8000-000000000008".to_owned(),
            mandate: "00000000-0000-4000-8000-000000000009".to_owned(),
            message: "00000000-0000-4000-8000-000000000010".to_owned(),
            invitation: "00000000-0000-4000-8000-000000000011".to_owned(),
            home: "00000000-0000-4000-8000-000000000012".to_owned(),
            request: "00000000-0000-4000-8000-000000000013".to_owned(),
            voice: "00000000-0000-4000-8000-000000000014".to_owned(),
            phone: "00000000-0000-4000-8000-000000000015".to_owned(),
            link: "0".repeat(32),
            passkey: "00000000-0000-4000-8000-000000000016".to_owned(),
            resident: "00000000-0000-4000-8000-000000000017".to_owned(),
            merging: "1".repeat(32),
        }
    }

    /// The page's address with the id of something that it is about.
    pub fn page(&self, route: &str) -> String {
        let id = if route.contains("/offers/") {
            &self.offer
        } else if route.starts_with("/desk/members/") {
            &self.member
        } else if route.starts_with("/desk/plan/") {
            &self.planning
        } else if route.starts_with("/desk/people/") {
            &self.aino
        } else if route.starts_with("/link/") {
            &self.link
        } else {
            &self.offered
        };
        let id = if route.starts_with("/desk/same/") { &self.aino } else { id };
        route.replace("{id}", id).replace("{other}", &self.resident)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.file.parent().unwrap());
    }
}

static COPIES: AtomicU32 = AtomicU32::new(0);

impl World {
    /// Aino has two visits, one offered and one agreed; a newcomer has ordered too; everybody is signed in.
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let mut aino = app.sign_in(AINO).await;
        let mut other = newcomer(&app, "Kaarina Testinen", "040 000 0999").await;
        assert!(other.get("/my").await.page().contains("Omat"), "the newcomer is signed in");

        let agreed = ordered(&mut aino, "garden_raking", 0).await;
        let (holder, offer) = offer_of(&app, &agreed).await;
        let mut agreed_member = app.sign_in(&holder).await;
        let accepted = agreed_member.post("/api/member/accept", &[("offer", &offer)]).await;
        assert_eq!(accepted.location(), "/member/today?told=accepted");

        let done = order(&mut aino, "snow_path", 3).await;
        let offered = visit_of(&mut aino, &done).await;
        let (asked, offer) = offer_of(&app, &offered).await;
        let member = app.sign_in(&asked).await;
        let bystander = [MIKKO, LEILA, "+358400000203", "+358400000204"]
            .into_iter()
            .find(|phone| *phone != asked && *phone != holder)
            .unwrap();
        let person = |phone: &'static str| {
            let backend = app.backend.clone();
            async move { person_id(&backend, phone).await }
        };
        let cancel = aino.get(&format!("/my/visit/{offered}/cancel")).await;
        let mut pekka = app.sign_in(PEKKA).await;
        let (open, planning) = proposed(&mut pekka).await;
        let mandate = aino.get("/my/people").await.form("/api/consent/revoke").value("mandate");
        let message = pekka.get("/desk/messages").await.form("/api/desk/told").value("message");
        let asked = [("name", "Kaarina Testinen"), ("mobile", "040 000 0999"), ("months", "12")];
        let invited = aino.post("/api/consent/invite", &asked).await;
        assert_eq!(invited.location(), "/my/people?told=invited");
        let invitation = aino.get("/my/people").await.form("/api/consent/withdraw").value("invitation");
        for (name, phone) in [("Aino Niemelä", AINO), ("Veikko Lahti", "08 123 4568")] {
            let asked = [("resident", name), ("resident_phone", phone), ("months", "12")];
            assert_eq!(other.post("/api/consent/ask", &asked).await.location(), "/my/people?told=asked");
        }
        let request = aino.get("/my/people").await.form("/api/consent/grant").value("request");
        let to_veikko = app.sent_to("+35881234568").await;
        let voice = to_veikko.first().expect("a message to Veikko").id.to_string();
        let home = aino.get("/my/doors").await.form("/api/door/set").value("home");
        aino.post("/api/door/set", &[("home", home.as_str()), ("door_code", "1234")]).await;
        let of_aino = person(AINO).await;
        let linked = linked_phone(&app, &mut pekka, &of_aino, "Keittiön puhelin").await;
        let phone = aino.get("/my/phones").await.form("/api/phone/end").value("phone");
        let phones_own = linked_phone(&app, &mut pekka, &of_aino, "Ainon puhelin").await;
        drop(linked);
        let link = made_link(&mut pekka, &of_aino, "Uusi puhelin").await.0;
        let made = make_passkey(&mut aino, &mut Authenticator::number(1), "Ainon tabletti").await;
        assert_eq!(made.location(), "/my/passkeys?told=made");
        let passkey = aino.get("/my/passkeys").await.form("/api/passkeys/remove").value("passkey");
        let merging = merged(&app, &mut pekka).await;
        let ids = Ids {
            passkey,
            resident: person("+358400000999").await,
            merging,
            phone,
            link,
            home,
            request,
            voice,
            invitation,
            message,
            mandate,
            open,
            planning,
            version: cancel.form("/api/visit/cancel").value("version"),
            offered,
            order: done.path.split("order=").nth(1).unwrap().to_owned(),
            offer,
            agreed,
            aino: person(AINO).await,
            member: person(bystander).await,
        };
        let browsers = BTreeMap::from([
            (Who::Anonymous, app.browser()),
            (Who::Resident, aino),
            (Who::LinkedPhone, phones_own),
            (Who::OtherResident, other),
            (Who::Relative, app.sign_in(SANNA).await),
            (Who::Member, member),
            (Who::OtherMember, app.sign_in(bystander).await),
            (Who::Lounge, app.sign_in(OUTI).await),
            (Who::Coordinator, pekka),
        ]);
        let folder = std::env::temp_dir().join(format!(
            "naapuriapu_world_{}_{}",
            std::process::id(),
            COPIES.fetch_add(1, Ordering::SeqCst)
        ));
        let file = folder.join("world.db");
        backup::save(&app.url, &file).await.unwrap();
        Self { file, now: app.clock.now(), browsers, agreed_member, ids }
    }

    /// A server of its own on this world as it was.
    pub async fn copy(&self) -> Copied {
        let number = COPIES.fetch_add(1, Ordering::SeqCst);
        let file = self.file.with_file_name(format!("copy{number}.db"));
        std::fs::copy(&self.file, &file).unwrap();
        let app = TestApp::open(format!("sqlite://{}", file.display()), Clock::manual(self.now)).await;
        let browsers = self.browsers.iter().map(|(who, browser)| (*who, browser.at(app.router.clone()))).collect();
        let agreed_member = self.agreed_member.at(app.router.clone());
        Copied { app, browsers, agreed_member, file }
    }
}

/// A server on a copied world.
pub struct Copied {
    pub app: TestApp,
    browsers: BTreeMap<Who, Browser>,
    agreed_member: Browser,
    file: PathBuf,
}

impl Copied {
    pub fn browser(&self, who: Who) -> Browser {
        self.browsers[&who].clone()
    }

    /// The member who has agreed to `ids.agreed`.
    pub fn agreed_member(&self) -> Browser {
        self.agreed_member.clone()
    }

    pub async fn close(self) {
        self.app.backend.close().await;
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Pekka puts together two rows of one person: the merging.
async fn merged(app: &TestApp, pekka: &mut Browser) -> String {
    let mut twice = Vec::new();
    for (name, phone) in [("Tyyne Kahdesti", "+358400000881"), ("Kahdesti Tyyne", "+358400000882")] {
        newcomer(app, name, phone).await;
        twice.push(person_id(&app.backend, phone).await);
    }
    let page = pekka.get(&format!("/desk/same/{}/{}", twice[0], twice[1])).await;
    let done = pekka.submit(&page.form("/api/desk/merge"), &[]).await;
    assert_eq!(done.location(), "/desk/same?told=merged", "{}", page.visible());
    pekka.get("/desk/same").await.form("/api/desk/unmerge").value("merging")
}

/// A link for that resident's phone, made by whoever may: its token and its short code.
pub async fn made_link(helper: &mut Browser, person: &str, name: &str) -> (String, String) {
    let made = helper.post("/lounge/phone", &[("person", person), ("phone_name", name)]).await;
    assert_eq!(made.status, http::StatusCode::OK, "{} {}", made.location(), made.visible());
    let rest = made.body.split("/link/").nth(1).unwrap_or_else(|| panic!("a link on {}", made.visible()));
    let token = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    let text = made.visible();
    let words: Vec<&str> = text.split_whitespace().collect();
    let four = |word: &str| word.len() == 4 && word.chars().all(|c| c.is_ascii_digit());
    let code = words.windows(2).find(|pair| pair.iter().all(|word| four(word))).expect("a code").concat();
    (token, code)
}

/// Makes a passkey as the page's script does.
pub async fn make_passkey(browser: &mut Browser, device: &mut Authenticator, name: &str) -> Answer {
    let asked = browser.fetch("/api/passkeys/make", &[]).await;
    assert_eq!(asked.status, http::StatusCode::OK, "{}", asked.body);
    let options: String = serde_json::from_str(&asked.body).unwrap();
    let credential = device.make(&options);
    browser.post("/api/passkeys/made", &[("passkey_name", name), ("credential", credential.as_str())]).await
}

/// A phone of that resident's that has opened its link.
pub async fn linked_phone(app: &TestApp, helper: &mut Browser, person: &str, name: &str) -> Browser {
    let (token, _) = made_link(helper, person, name).await;
    let mut phone = app.browser();
    let page = phone.get(&format!("/link/{token}")).await;
    let joined = phone.submit(&page.form("/api/phone/join"), &[]).await;
    assert_eq!(joined.location(), "/my?told=linked");
    phone
}

/// Pekka has the planner look for somebody for one visit that nobody has: the visit, and the run that is ready.
async fn proposed(pekka: &mut Browser) -> (String, String) {
    let choose = pekka.get("/desk/plan").await;
    let open = choose.form("/api/desk/plan").choices("visits[]")[0].clone();
    let begun = pekka.post("/api/desk/plan", &[("visits[0]", open.as_str()), ("others", "may")]).await;
    let page = begun.location().to_owned();
    let run = page.strip_prefix("/desk/plan/").unwrap_or_else(|| panic!("{page}")).to_owned();
    for _ in 0..600 {
        if pekka.get(&page).await.visible().contains("Mitään ei ole vielä muutettu.") {
            return (open, run);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the planner doesn't end");
}

/// Orders as somebody who is signed in: their own home, the `pick`th time, a call. Answers the last page.
pub async fn order(browser: &mut Browser, job: &str, pick: usize) -> Answer {
    let check = order_to_check(browser, job, pick).await;
    let done = browser.submit_and_follow(&check.form("/api/order/send"), &[]).await;
    assert!(done.path.starts_with("GET /order/done?order="), "{}: {}", done.path, done.visible());
    done
}

/// The same; answers the visit's id.
pub async fn ordered(browser: &mut Browser, job: &str, pick: usize) -> String {
    let done = order(browser, job, pick).await;
    visit_of(browser, &done).await
}

/// The same, up to the page with the answers.
pub async fn order_to_check(browser: &mut Browser, job: &str, pick: usize) -> Answer {
    let started = browser.post("/api/order/what", &[("job", job)]).await;
    let mut page = browser.visit(started.location()).await;
    if page.path == "GET /order/for" {
        let form = page.form("/api/order/for");
        let first = form.choices("person")[0].clone();
        page = browser.submit_and_follow(&form, &[("person", &first)]).await;
    }
    let form = page.form("/api/order/where");
    let home = form.choices("home")[0].clone();
    page = browser.submit_and_follow(&form, &[("home", &home)]).await;
    let form = page.form("/api/order/when");
    let times: Vec<String> = form.choices("time").into_iter().filter(|time| time != "soonest").collect();
    page = browser.submit_and_follow(&form, &[("time", &times[pick])]).await;
    page = browser.submit_and_follow(&page.form("/api/order/who"), &[("contact", "call"), ("strangers", "yes")]).await;
    assert_eq!(page.path, "GET /order/check", "{}", page.visible());
    page
}

/// A new resident orders with a mobile number and answers the code: they are signed in then.
pub async fn newcomer(app: &TestApp, name: &str, phone: &str) -> Browser {
    let mut browser = app.browser();
    let sent = newcomer_sends(&mut browser, name, phone).await;
    assert_eq!(sent.location(), "/order/code");
    let e164 = domain::PhoneNumber::parse(phone).unwrap().e164().to_owned();
    let code = app.code(&e164).await;
    let done = browser.post("/api/order/code", &[("code", &code)]).await;
    assert!(done.location().starts_with("/order/done"), "{}", done.location());
    browser
}

/// A new resident's order up to and including "send".
pub async fn newcomer_sends(browser: &mut Browser, name: &str, phone: &str) -> Answer {
    let check = newcomer_to_check(browser, name, phone).await;
    browser.submit(&check.form("/api/order/send"), &[]).await
}

/// A new resident's order up to the page with the answers.
pub async fn newcomer_to_check(browser: &mut Browser, name: &str, phone: &str) -> Answer {
    let started = browser.post("/api/order/what", &[("job", "cleaning_usual")]).await;
    assert_eq!(started.location(), "/order/where");
    let page = browser.visit("/order/where").await;
    let where_form = page.form("/api/order/where");
    let page = browser.submit_and_follow(&where_form, &[("address", "Raitotie 5")]).await;
    assert_eq!(page.path, "GET /order/when", "{}", page.visible());
    let form = page.form("/api/order/when");
    let time = form.choices("time").into_iter().find(|time| time != "soonest").expect("times");
    let page = browser.submit_and_follow(&form, &[("time", &time)]).await;
    let filled = [("name", name), ("phone", phone), ("contact", "call"), ("strangers", "yes")];
    let page = browser.submit_and_follow(&page.form("/api/order/who"), &filled).await;
    assert_eq!(page.path, "GET /order/check", "{}", page.visible());
    page
}

/// The visit of the order that was just done.
pub async fn visit_of(browser: &mut Browser, done: &Answer) -> String {
    let order = done.path.split("order=").nth(1).unwrap();
    let slip = browser.get(&format!("/order/slip?order={order}")).await;
    let code = code_words(&slip.visible());
    let my = browser.get("/my").await;
    for link in my.links().iter().filter(|link| link.starts_with("/my/visit/")) {
        let page = browser.get(link).await;
        if page.body.contains(&format!("order={order}")) {
            return link.rsplit('/').next().unwrap().to_owned();
        }
    }
    panic!("no visit of order {order} ({code}) on {}", my.visible());
}

/// The word in capitals and its number, somewhere in that text.
pub fn code_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .windows(2)
        .find(|pair| {
            let word = pair[0].trim_matches(|c: char| !c.is_alphanumeric());
            let number = pair[1].trim_matches(|c: char| !c.is_alphanumeric());
            word.len() >= 4
                && word.chars().all(char::is_uppercase)
                && number.len() == 3
                && number.chars().all(|c| c.is_ascii_digit())
        })
        .map_or_else(
            || panic!("no slip code in {text}"),
            |pair| pair.join(" ").trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        )
}

/// Who was asked about that visit last (their number), and the offer's id as their page has it.
pub async fn offer_of(app: &TestApp, visit: &str) -> (String, String) {
    let asked = app
        .backend
        .outbox(1_000)
        .await
        .unwrap()
        .into_iter()
        .find(|sent| matches!(&sent.message, Message::NewOffer { visit: of, .. } if of.to_string() == visit))
        .unwrap_or_else(|| panic!("nobody was asked about {visit}"));
    let phone = asked.phone.unwrap().e164().to_owned();
    let rows = app.dump().await;
    let offer = rows["offer"]
        .iter()
        .find(|row| row.contains(visit) && row.contains("pending"))
        .map_or_else(|| panic!("no pending offer of {visit}"), |row| first_id(row));
    (phone, offer)
}

/// The id that a dumped row begins with.
pub fn first_id(row: &str) -> String {
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    row.split(|c| !hex(c)).find(|part| part.len() == 36).expect("an id").to_owned()
}

/// When that visit's arrival window begins, UTC seconds.
pub async fn window_of(app: &TestApp, visit: &str) -> i64 {
    let rows = app.dump().await;
    let row = rows["visit"].iter().find(|row| first_id(row) == visit).expect("the visit");
    // The first instant in the row; the tests live in the winter of 2026.
    row.split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() == 10)
        .filter_map(|part| part.parse().ok())
        .find(|seconds| (1_795_000_000..1_800_000_000).contains(seconds))
        .expect("a window")
}

/// The id of the person with that number.
pub async fn person_id(backend: &backend::Backend, phone: &str) -> String {
    // There is no use case that tells a person's id by their number, and there shall be none.
    let token = backend.open_session().await.unwrap();
    let caller = backend.caller(Some(&token)).await.unwrap();
    let language = domain::Language::Finnish;
    backend.ask_code(&caller, phone, language, "192.0.2.77").await.unwrap();
    let sent = backend.outbox(1).await.unwrap();
    let Message::SignInCode { code } = &sent[0].message else { panic!("the newest message is the code") };
    let signed_in = backend.answer_code(&caller, code).await.unwrap();
    let caller = backend.caller(Some(&signed_in.token)).await.unwrap();
    backend.sign_out(&caller).await.unwrap();
    caller.person.unwrap().id.to_string()
}
