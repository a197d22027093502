//! Correcting a name and a number, by oneself and at the desk; and people whom nobody confirmed, or of whom nothing is heard.

use backend::{
    Caller, CorrectionForm, Refusal, peek,
    testing::{
        TestBackend, both_databases,
        world::{LONG, member},
    },
};
use domain::{JobKind, Message, Minutes, Problem, Role};

use super::support::{at, db::number, is_problem, is_refused, only_offer, order};

const JOB: JobKind = JobKind::CleaningUsual;
const fn days(days: i64) -> Minutes {
    Minutes(days * 24 * 60)
}

fn id(c: &Caller) -> String {
    c.person.as_ref().unwrap().id.to_string()
}

async fn told(test: &TestBackend, phone: &str) -> usize {
    let messages = test.messages().await;
    let is = |m: &backend::OutboxMessage| {
        m.message == Message::NumberChanged && m.phone.as_ref().is_some_and(|p| p.e164() == phone)
    };
    messages.iter().filter(|message| is(message)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_number_is_shown_to_be_theirs_and_the_old_one_opens_nothing() {
    both_databases(async |test| {
        let backend = &test.backend;
        test.with_jobs(LONG).await;
        test.person("Aino Vaihtaja", "+358 45 1234567", "Raitotie 7", &[Role::Resident]).await;
        let mikko = test.member(member("Mikko")).await;
        let (aino, token) = test.signed_in_by_code("+358451234567").await;
        let (elsewhere, _) = test.signed_in_by_code("+358451234567").await;
        let ordered = order(test, &aino, JOB, at("2026-11-26T10:00")).await.unwrap();
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();

        let ask = async |phone: &str| backend.ask_new_number(&aino, phone, "192.0.2.7").await;
        assert!(is_problem(&ask("08 123 4568").await, "mobile", Problem::NeedsMobile), "{}", test.kind);
        assert!(is_problem(&ask("045 1234567").await, "mobile", Problem::YourNumber), "{}", test.kind);
        ask("045 7654321").await.unwrap();
        let code = test.newest_code().await;
        // Until it is answered nothing has changed; it opens nothing but this, and only in this session.
        assert!(is_problem(&backend.answer_code(&aino, &code).await, "code", Problem::CodeExpired), "{}", test.kind);
        let other = backend.answer_new_number(&elsewhere, &code).await;
        assert!(is_problem(&other, "code", Problem::CodeExpired), "{}", test.kind);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert!(is_problem(&backend.answer_new_number(&aino, wrong).await, "code", Problem::WrongCode));
        assert_eq!(told(test, "+358451234567").await, 0, "{}", test.kind);
        backend.answer_new_number(&aino, &code).await.unwrap();
        assert!(is_problem(&backend.answer_new_number(&aino, &code).await, "code", Problem::CodeExpired), "once");

        assert_eq!(told(test, "+358451234567").await, 1, "{}: the old number is told", test.kind);
        let sessions = format!("select count(*) from session where person_id = '{}'", id(&aino));
        assert_eq!(number(test, &sessions).await, 1, "{}: this one stays", test.kind);
        assert!(backend.caller(Some(&token)).await.unwrap().person.is_some(), "{}", test.kind);
        let waits = "select count(*) from outbox where phone = '+358451234567' and sent_at is null \
                     and kind not in ('sign_in_code', 'number_changed')";
        assert_eq!(number(test, waits).await, 0, "{}: what waits goes to the new one", test.kind);
        let (again, _) = test.signed_in_by_code("+358457654321").await;
        assert_eq!(id(&again), id(&aino), "{}", test.kind);
        backend.order_visit(&again, &ordered.to_string()).await.unwrap();
        let browser = test.visitor().await;
        let codes = "select count(*) from outbox where kind = 'sign_in_code' and phone = '+358451234567'";
        let before = number(test, codes).await;
        backend.ask_code(&browser, "+358451234567", domain::Language::Finnish, "192.0.2.8").await.unwrap();
        assert_eq!(number(test, codes).await, before, "{}: it is nobody's", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_by_which_somebody_signs_in_stays_theirs_and_neither_helper_nor_linked_phone_changes_one() {
    both_databases(async |test| {
        let backend = &test.backend;
        test.person("Aino Vaihtaja", "+358 45 1234567", "Raitotie 7", &[Role::Resident]).await;
        let veikko = test.person("Veikko Vanha", "+358 45 7654321", "Raitotie 9", &[Role::Resident]).await;
        let (aino, _) = test.signed_in_by_code("+358451234567").await;
        backend.ask_new_number(&aino, "045 7654321", "192.0.2.7").await.unwrap();
        let code = test.newest_code().await;
        let taken = backend.answer_new_number(&aino, &code).await;
        assert!(is_problem(&taken, "code", Problem::NumberTaken), "{}: {taken:?}", test.kind);
        let (still, _) = test.signed_in_by_code("+358457654321").await;
        assert_eq!(still.person.unwrap().id, veikko.id, "{}", test.kind);

        let serving = Caller { serving: Some(veikko.clone()), ..test.lounge_helper().await };
        let linked = Caller {
            standing: backend::Standing::LinkedPhone(domain::PhoneLinkId::from_random([1; 16])),
            ..aino.clone()
        };
        for (who, why) in [(&serving, Refusal::NotYours), (&linked, Refusal::NeedsCode)] {
            assert!(is_refused(&backend.own_details(who).await, &why), "{}", test.kind);
            assert!(is_refused(&backend.correct_own_name(who, "Aino Uusi", "fi").await, &why), "{}", test.kind);
            assert!(is_refused(&backend.ask_new_number(who, "045 1112223", "192.0.2.7").await, &why));
            assert!(is_refused(&backend.answer_new_number(who, "123456").await, &why), "{}", test.kind);
        }
        let traced = test.audit_rows().await;
        backend.correct_own_name(&aino, "Aino Oikea", "sv").await.unwrap();
        backend.correct_own_name(&aino, "Aino Oikea", "sv").await.unwrap();
        assert_eq!(test.audit_rows().await, traced + 1, "{}: once", test.kind);
        assert!(is_problem(&backend.correct_own_name(&aino, "Aino", "xx").await, "name", Problem::NameNeedsBoth));
        let pekka = test.coordinator().await;
        assert_eq!(backend.find_everybody(&pekka, "oikea").await.unwrap().len(), 1, "{}: found by it", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_coordinator_corrects_anybody_and_it_is_traced() {
    both_databases(async |test| {
        let backend = &test.backend;
        test.person("Aino Vaihtaja", "+358 45 1234567", "Raitotie 7", &[Role::Resident]).await;
        let (aino, _) = test.signed_in_by_code("+358451234567").await;
        let (pekka, outi) = (test.coordinator().await, test.lounge_helper().await);
        let form = CorrectionForm {
            person: id(&aino),
            name: "Aino Niemelä".to_owned(),
            phone: "08 123 4568".to_owned(),
            contact: "call".to_owned(),
            language: "sv".to_owned(),
            birth_year: "1941".to_owned(),
        };
        for other in [&aino, &outi] {
            assert!(is_refused(&backend.correct_details(other, form.clone()).await, &Refusal::NotYours));
            assert!(is_refused(&backend.details_of(other, &id(&aino)).await, &Refusal::NotYours), "{}", test.kind);
        }
        let wrong = CorrectionForm { contact: "sms".to_owned(), ..form.clone() };
        let wrong = backend.correct_details(&pekka, wrong).await;
        assert!(is_problem(&wrong, "contact", Problem::NeedsMobile), "{}", test.kind);
        backend.correct_details(&pekka, form).await.unwrap();
        let now = backend.details_of(&pekka, &id(&aino)).await.unwrap();
        assert_eq!((now.person.name.full().as_str(), now.birth_year), ("Aino Niemelä", Some(1941)), "{}", test.kind);
        assert_eq!(told(test, "+358451234567").await, 1, "{}", test.kind);
        let sessions = format!("select count(*) from session where person_id = '{}'", id(&aino));
        assert_eq!(number(test, &sessions).await, 0, "{}: by the old number nobody is signed in", test.kind);
        let hers = test.signed_in(aino.person.as_ref().unwrap()).await;
        assert!(!backend.consents(&hers).await.unwrap().log.is_empty(), "{}: in her own log", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_confirmed_the_desk_lets_go_and_so_does_time() {
    both_databases(async |test| {
        let backend = &test.backend;
        test.with_jobs(LONG).await;
        let pekka = test.coordinator().await;
        let (one, two) = (
            test.person("Eka Tavoittamaton", "08 111 2222", "Raitotie 7", &[Role::Resident]).await,
            test.person("Toka Tavoittamaton", "08 111 3333", "Raitotie 9", &[Role::Resident]).await,
        );
        let known = test.person("Kolmas Tuttu", "08 111 4444", "Raitotie 11", &[Role::Resident]).await;
        peek::execute(&test.url, "update person set provisional = 1 where family = 'Tavoittamaton'").await;
        let listed = backend.unconfirmed(&pekka).await.unwrap();
        assert_eq!(listed.len(), 2, "{}", test.kind);
        let outi = test.lounge_helper().await;
        assert!(is_refused(&backend.unconfirmed(&outi).await, &Refusal::NotYours), "{}", test.kind);
        let refused = backend.forget_unconfirmed(&outi, &one.id.to_string()).await;
        assert!(is_refused(&refused, &Refusal::NotYours), "{}", test.kind);
        let confirmed = backend.forget_unconfirmed(&pekka, &known.id.to_string()).await;
        assert!(is_refused(&confirmed, &Refusal::NotYours), "{}: who is known has their days", test.kind);
        backend.forget_unconfirmed(&pekka, &one.id.to_string()).await.unwrap();
        assert_eq!(backend.erase_due(None).await.unwrap(), 1, "{}: at once", test.kind);

        test.clock.advance(days(30));
        backend.tick().await.unwrap();
        assert_eq!(backend.erase_due(None).await.unwrap(), 0, "{}: not a second early", test.kind);
        test.clock.advance(Minutes(60));
        backend.tick().await.unwrap();
        assert_eq!(backend.erase_due(None).await.unwrap(), 1, "{}", test.kind);
        let everything = format!("{:?}", peek::dump(&test.url).await).to_lowercase();
        assert!(!everything.contains("tavoittamaton") && !everything.contains("1113333"), "{}", test.kind);
        assert!(everything.contains("tuttu"), "{}", test.kind);
        drop(two);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_whom_nothing_is_heard_for_years_goes_after_their_days_unless_somebody_needs_them() {
    both_databases(async |test| {
        let backend = &test.backend;
        test.with_jobs(LONG).await;
        let years = days(5 * 365);
        let (silent, held) = (test.resident("Hiljainen", 7).await, test.resident("Valtuuttaja", 9).await);
        let relative = test.person("Sanna Omainen", "+358 45 1112223", "", &[Role::Relative]).await;
        let mikko = test.member(member("Mikko")).await;
        for (who, hour) in [(&silent, "10"), (&held, "14")] {
            order(test, who, JOB, at(&format!("2026-11-26T{hour}:00"))).await.unwrap();
        }
        peek::execute(&test.url, "update visit set state = 'cancelled', member_id = null, planned_start = null, block_start = null, block_end = null, offer_id = null, offer_expires = null, cancelled_at = made, cancelled_by = 'coop'").await;
        test.clock.advance(years);
        test.mandate(held.person.as_ref().unwrap().id, Some(relative.id)).await;
        let active = test.resident("Vireä", 11).await;
        test.clock.advance(days(7));
        backend.tick().await.unwrap();
        let stopped = "select count(*) from person where stopped is not null";
        assert_eq!(number(test, stopped).await, 1, "{}", test.kind);
        let hers = format!("{stopped} and person_id = '{}' and erased is null", id(&silent));
        assert_eq!(number(test, &hers).await, 1, "{}: her days have begun", test.kind);
        let pekka = test.coordinator().await;
        backend.take_back(&pekka, &id(&silent)).await.unwrap();
        test.clock.advance(Minutes(60));
        backend.tick().await.unwrap();
        assert_eq!(number(test, stopped).await, 1, "{}: she is still silent", test.kind);
        test.clock.advance(days(14));
        assert_eq!(backend.erase_due(None).await.unwrap(), 1, "{}", test.kind);
        for who in [&held, &active, &mikko] {
            let there = format!("select count(*) from person where person_id = '{}' and erased is null", id(who));
            assert_eq!(number(test, &there).await, 1, "{}", test.kind);
        }
    })
    .await;
}
