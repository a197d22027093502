//! What lets somebody in as a person, and what ends it: an address that somebody else typed, a number corrected at the desk,
//! two rows that were put together, and taken apart. What a review found, each told as the story that went wrong.

use backend::{
    Caller, CorrectionForm, MergeForm,
    testing::{TestBackend, authenticator::Authenticator, both_databases, world::LONG},
};
use domain::{Language, Message, MessageKind, Minutes, Problem, Role};

use super::support::{db::number, is_problem};

const AINO: &str = "+358457654321";
const HERS: &str = "aino@posti.example";

fn id(c: &Caller) -> String {
    c.person.as_ref().unwrap().id.to_string()
}

/// Aino, who has just answered a code, and the coordinator.
async fn world(test: &TestBackend) -> (Caller, Caller) {
    test.with_jobs(LONG).await;
    test.backend.send_emails();
    test.backend.take_passkeys("http://localhost:3000");
    test.person("Aino Kahdesti", AINO, "Raitotie 7", &[Role::Resident]).await;
    let pekka = test.coordinator().await;
    (test.signed_in_by_code(AINO).await.0, pekka)
}

/// An address is asked for, and the code that comes to it is answered.
async fn show_address(test: &TestBackend, c: &Caller, address: &str) {
    test.backend.ask_email(c, address, "client").await.unwrap();
    let code = test.newest_code().await;
    test.backend.confirm_email(c, &code).await.unwrap();
}

async fn told(test: &TestBackend, kind: MessageKind, phone: &str) -> usize {
    let to = |sent: &&backend::OutboxMessage| sent.phone.as_ref().is_some_and(|number| number.e164() == phone);
    test.messages().await.iter().filter(to).filter(|sent| sent.message.kind() == kind).count()
}

async fn make_passkey(test: &TestBackend, c: &Caller) {
    let options = test.backend.begin_passkey(c).await.unwrap();
    test.backend.make_passkey(c, "Puhelin", &Authenticator::number(1).make(&options)).await.unwrap();
}

/// How many may let that person in: sessions, passkeys, an address by which they sign in.
async fn ways_in(test: &TestBackend, c: &Caller) -> (i64, i64, i64) {
    let count = async |sql: &str| number(test, &format!("{sql} and person_id = '{}'", id(c))).await;
    (
        count("select count(*) from session where 1 = 1").await,
        count("select count(*) from passkey where 1 = 1").await,
        count("select count(*) from person where email_signs_in = 1").await,
    )
}

/// Outi serves Aino and types an address of her own: it carries Aino's messages, if Aino lets it; it doesn't make Outi Aino.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_a_helper_typed_signs_nobody_in() {
    both_databases(async |test| {
        let (aino, _) = world(test).await;
        let outi = test.lounge_helper().await;
        test.mandate(aino.person.as_ref().unwrap().id, None).await;
        let beside = Caller { serving: aino.person.clone(), session: test.visitor().await.session, ..outi };
        show_address(test, &beside, "outi@posti.example").await;
        assert_eq!(told(test, MessageKind::EmailSet, AINO).await, 1, "{}: Aino hears of it", test.kind);
        assert_eq!(ways_in(test, &aino).await.2, 0, "{}", test.kind);
        let before = test.messages().await.len();
        let visitor = test.visitor().await;
        test.backend.ask_code(&visitor, "outi@posti.example", Language::Finnish, "elsewhere").await.unwrap();
        assert_eq!(test.messages().await.len(), before, "{}: no code goes there", test.kind);
        // What Aino shows herself does, while she has just signed in.
        show_address(test, &aino, HERS).await;
        assert_eq!(ways_in(test, &aino).await.2, 1, "{}", test.kind);
        test.clock.advance(Minutes(61));
        let later = test.backend.ask_email(&aino, "muu@posti.example", "client").await;
        assert!(is_problem(&later, "email", Problem::SignInAgain), "{}", test.kind);
        let number = test.backend.ask_new_number(&aino, "045 1112223", "client").await;
        assert!(is_problem(&number, "mobile", Problem::SignInAgain), "{}", test.kind);
    })
    .await;
}

/// A thief with her phone made a passkey and set an address; the desk corrects the number: nothing of it lets them in.
#[tokio::test(flavor = "multi_thread")]
async fn the_desks_new_number_shuts_every_other_way_in() {
    both_databases(async |test| {
        let (aino, pekka) = world(test).await;
        show_address(test, &aino, HERS).await;
        make_passkey(test, &aino).await;
        assert_eq!(ways_in(test, &aino).await, (1, 1, 1), "{}", test.kind);
        let form = CorrectionForm {
            person: id(&aino),
            name: "Aino Kahdesti".to_owned(),
            phone: "045 1112223".to_owned(),
            contact: "sms".to_owned(),
            language: "fi".to_owned(),
            birth_year: String::new(),
        };
        test.backend.correct_details(&pekka, form).await.unwrap();
        assert_eq!(ways_in(test, &aino).await, (0, 0, 0), "{}", test.kind);
        assert_eq!(told(test, MessageKind::NumberChanged, AINO).await, 1, "{}: the old one hears of it", test.kind);
        // At night too, and whatever is changed once more or called off by whoever did it.
        let waiting = test.messages().await.into_iter().find(|sent| sent.message == Message::NumberChanged).unwrap();
        assert_eq!(waiting.phone.unwrap().e164(), AINO, "{}", test.kind);
    })
    .await;
}

/// Somebody ordered as Aino, at Aino's address, with a phone of their own. Aino has no phone.
async fn double(test: &TestBackend, pekka: &Caller, phone: &str) -> (Caller, MergeForm) {
    let old = test.person("Aino Kahdesti", "", "Raitotie 7", &[Role::Resident]).await;
    let old = test.signed_in(&old).await;
    let new = test.person("Aino Kahdesti", phone, "Raitotie 7", &[Role::Resident]).await;
    let seen = test.backend.merge_preview(pekka, &id(&old), &new.id.to_string()).await.unwrap().seen;
    let form = MergeForm { kept: id(&old), gone: new.id.to_string(), seen, ..MergeForm::default() };
    (old, form)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_goes_over_only_when_it_is_chosen() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let pekka = test.coordinator().await;
        let (aino, form) = double(test, &pekka, AINO).await;
        test.backend.merge(&pekka, form).await.unwrap();
        let hers = format!("select count(*) from person where phone is not null and person_id = '{}'", id(&aino));
        assert_eq!(number(test, &hers).await, 0, "{}", test.kind);
        assert_eq!(told(test, MessageKind::NumberChanged, AINO).await, 1, "{}: whoever had it hears of it", test.kind);
        let visitor = test.visitor().await;
        test.backend.ask_code(&visitor, AINO, Language::Finnish, "client").await.unwrap();
        let codes = "select count(*) from sign_in_code where sent = 1";
        assert_eq!(number(test, codes).await, 0, "{}: it opens nothing", test.kind);
    })
    .await;
}

/// The two were two people after all: whoever signed in as the one who stayed is out again.
#[tokio::test(flavor = "multi_thread")]
async fn taking_a_merging_back_lets_nobody_in_as_the_other() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        test.backend.send_emails();
        test.backend.take_passkeys("http://localhost:3000");
        let pekka = test.coordinator().await;
        let (aino, form) = double(test, &pekka, AINO).await;
        test.backend.merge(&pekka, MergeForm { phone: "gone".to_owned(), ..form }).await.unwrap();
        let (other, token) = test.signed_in_by_code(AINO).await;
        assert_eq!(id(&other), id(&aino), "{}: by the number that was chosen", test.kind);
        make_passkey(test, &other).await;
        show_address(test, &other, "toinen@posti.example").await;
        let merging = test.backend.same_people(&pekka).await.unwrap().merged[0].id.clone();
        test.backend.unmerge(&pekka, &merging).await.unwrap();
        assert!(test.backend.caller(Some(&token)).await.unwrap().person.is_none(), "{}", test.kind);
        assert_eq!(ways_in(test, &aino).await, (0, 0, 0), "{}", test.kind);
        let (again, _) = test.signed_in_by_code(AINO).await;
        assert_ne!(id(&again), id(&aino), "{}: they sign in as themselves", test.kind);
    })
    .await;
}

/// She has said no to the lounge on one row, after a yes on the other; or yes on both: one no is enough.
#[tokio::test(flavor = "multi_thread")]
async fn a_no_stays_a_no_when_two_are_put_together() {
    for no_comes_first in [true, false] {
        both_databases(async |test| {
            test.with_jobs(LONG).await;
            let pekka = test.coordinator().await;
            let (aino, form) = double(test, &pekka, AINO).await;
            for row in [&form.kept, &form.gone] {
                test.mandate(row.parse().unwrap(), None).await;
            }
            let holding = "select count(*) from mandate where revoked_at is null";
            let hers = format!("{holding} and resident_id = '{}'", id(&aino));
            let revoke = async || {
                let one = format!("select mandate_id from mandate where resident_id = '{}'", id(&aino));
                let mandate = super::support::db::rows(test, &one).await[0][0].clone().unwrap();
                test.backend.revoke_mandate(&aino, &mandate).await.unwrap();
            };
            test.clock.advance(Minutes(1));
            if no_comes_first {
                revoke().await;
                assert_eq!(number(test, holding).await, 1, "{}: the other row's", test.kind);
            }
            let seen = test.backend.merge_preview(&pekka, &form.kept, &form.gone).await.unwrap().seen;
            test.backend.merge(&pekka, MergeForm { seen, ..form.clone() }).await.unwrap();
            if !no_comes_first {
                assert_eq!(number(test, &hers).await, 2, "{}", test.kind);
                revoke().await;
            }
            assert_eq!(number(test, holding).await, 0, "{} no first: {no_comes_first}", test.kind);
            // Nor does it come back with the other row.
            let merging = test.backend.same_people(&pekka).await.unwrap().merged[0].id.clone();
            test.backend.unmerge(&pekka, &merging).await.unwrap();
            assert_eq!(number(test, holding).await, 0, "{} no first: {no_comes_first}", test.kind);
        })
        .await;
    }
}
