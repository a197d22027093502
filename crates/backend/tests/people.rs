//! Stories of signing in, ordering's questions and the lounge, on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests, one of which measures"
)]

use std::time::{Duration, Instant};

use backend::{
    Backend, Caller, Error, KeptForm, Refusal, ResidentForm, Sent, TimeChoice,
    testing::{TestBackend, both_databases},
};
use domain::{FieldProblem, Language, Message, Minutes, Moment, Problem, Role};

const OFFICE: &str = "192.0.2.7";

/// The demo neighbourhood, on a Monday morning.
async fn demo(test: &TestBackend) -> &Backend {
    backend::demo::fill(&test.backend, backend::demo::SEED).await.unwrap();
    &test.backend
}

/// Aino, Veikko, Mikko and Outi alone: for what has nothing to do with times.
async fn four(test: &TestBackend) -> &Backend {
    test.person("Aino Niemelä", "0400000101", "Ruiskukkatie 5", &[Role::Resident]).await;
    test.person("Veikko Lahti", "08 123 4568", "Tervakukkatie 12", &[Role::Resident]).await;
    test.person("Mikko Rautio", "0400000201", "", &[Role::Member]).await;
    test.person("Outi Kangas", "0400000301", "", &[Role::Lounge]).await;
    &test.backend
}

async fn somebody(backend: &Backend) -> Caller {
    let token = backend.open_session().await.unwrap();
    backend.caller(Some(&token)).await.unwrap()
}

async fn codes_sent(test: &TestBackend) -> usize {
    test.messages().await.iter().filter(|m| matches!(m.message, Message::SignInCode { .. })).count()
}

async fn signed_in(test: &TestBackend, phone: &str) -> Caller {
    test.signed_in_by_code(phone).await.0
}

fn problems<T: std::fmt::Debug>(answer: Result<T, Error>) -> Vec<(String, Problem)> {
    match answer.unwrap_err() {
        Error::Refused(Refusal::Fields(fields)) => fields.into_iter().map(|f| (f.field, f.problem)).collect(),
        other => panic!("{other:?}"),
    }
}

fn one(field: &str, problem: Problem) -> Vec<(String, Problem)> {
    vec![(field.to_owned(), problem)]
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer.unwrap_err() {
        Error::Refused(refusal) => refusal,
        other @ Error::Broken(_) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_code_opens_a_new_session_once_and_the_old_one_is_dead() {
    both_databases(async |test| {
        let backend = four(test).await;
        let old_token = backend.open_session().await.unwrap();
        let before = backend.caller(Some(&old_token)).await.unwrap();
        assert!(before.person.is_none() && before.session.is_some());
        backend.ask_code(&before, "040 000 0101", Language::Swedish, OFFICE).await.unwrap();
        let newest = test.messages().await.remove(0);
        assert_eq!(newest.language, Language::Swedish);
        assert_eq!(newest.phone.unwrap().e164(), "+358400000101");

        let code = test.newest_code().await;
        let signed_in = backend.answer_code(&before, &code).await.unwrap();
        assert_eq!(signed_in.roles, [Role::Resident]);
        assert_ne!(signed_in.token, old_token);
        let aino = backend.caller(Some(&signed_in.token)).await.unwrap();
        assert_eq!(aino.person.unwrap().name.full(), "Aino Niemelä");
        // T26: the session from before signing in opens nothing any more; T35: the code works once.
        assert!(backend.caller(Some(&old_token)).await.unwrap().session.is_none());
        let again = somebody(backend).await;
        assert_eq!(problems(backend.answer_code(&again, &code).await), one("code", Problem::CodeExpired));
        // T27: signed out is dead on the server.
        let aino = backend.caller(Some(&signed_in.token)).await.unwrap();
        backend.sign_out(&aino).await.unwrap();
        assert!(backend.caller(Some(&signed_in.token)).await.unwrap().person.is_none());
        // An invented token is nobody.
        assert!(backend.caller(Some(&"0".repeat(64))).await.unwrap().session.is_none());
        assert!(test.audit_rows().await >= 1);
    })
    .await;
}

#[tokio::test]
async fn a_number_that_nobody_has_is_answered_alike_and_opens_nothing() {
    both_databases(async |test| {
        let backend = four(test).await;
        let before = codes_sent(test).await;
        // Nobody's; Veikko's landline.
        for phone in ["040 999 9999", "08 123 4568"] {
            let caller = somebody(backend).await;
            backend.ask_code(&caller, phone, Language::Finnish, OFFICE).await.unwrap();
            assert_eq!(problems(backend.answer_code(&caller, "000000").await), one("code", Problem::WrongCode));
        }
        assert_eq!(codes_sent(test).await, before);
        let caller = somebody(backend).await;
        assert_eq!(
            problems(backend.ask_code(&caller, "soita", Language::Finnish, OFFICE).await),
            one("phone", Problem::NotAPhone)
        );
        assert_eq!(
            problems(backend.ask_code(&caller, "", Language::Finnish, OFFICE).await),
            one("phone", Problem::Missing)
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_is_tried_five_times_for_ten_minutes_by_the_session_that_asked() {
    both_databases(async |test| {
        let backend = four(test).await;
        let mikko = "+358400000201";
        let caller = somebody(backend).await;
        backend.ask_code(&caller, mikko, Language::Finnish, OFFICE).await.unwrap();
        let code = test.newest_code().await;
        let wrong = if code == "123456" { "654321" } else { "123456" };

        // Another session can't use it, however right it is.
        let stranger = somebody(backend).await;
        assert_eq!(problems(backend.answer_code(&stranger, &code).await), one("code", Problem::CodeExpired));
        // What can't be a code uses up no try.
        assert_eq!(problems(backend.answer_code(&caller, " ").await), one("code", Problem::Missing));
        assert_eq!(problems(backend.answer_code(&caller, "12345").await), one("code", Problem::WrongCode));
        for _ in 0..5 {
            assert_eq!(problems(backend.answer_code(&caller, wrong).await), one("code", Problem::WrongCode));
        }
        assert_eq!(problems(backend.answer_code(&caller, &code).await), one("code", Problem::CodeExpired));

        // A second code, while the first of another session is good: each is good until its own end (T35).
        let early = somebody(backend).await;
        backend.ask_code(&early, mikko, Language::Finnish, OFFICE).await.unwrap();
        let early_code = test.newest_code().await;
        test.clock.advance(Minutes(9));
        backend.ask_code(&early, mikko, Language::Finnish, OFFICE).await.unwrap();
        assert!(backend.answer_code(&early, &early_code).await.is_ok());

        let late = somebody(backend).await;
        backend.ask_code(&late, mikko, Language::Finnish, OFFICE).await.unwrap();
        let late_code = test.newest_code().await;
        test.clock.advance(Minutes(10));
        assert_eq!(problems(backend.answer_code(&late, &late_code).await), one("code", Problem::CodeExpired));
    })
    .await;
}

#[tokio::test]
async fn five_guesses_at_once_share_five_tries() {
    both_databases(async |test| {
        let backend = four(test).await;
        let caller = somebody(backend).await;
        backend.ask_code(&caller, "+358400000201", Language::Finnish, OFFICE).await.unwrap();
        let right = test.newest_code().await;
        let guesses = (0..40_u32).map(|n| {
            let (backend, caller) = (backend.clone(), caller.clone());
            let guess = format!("{n:06}");
            tokio::spawn(async move { backend.answer_code(&caller, &guess).await })
        });
        let mut wrong = 0;
        for guess in guesses.collect::<Vec<_>>() {
            let found = problems(guess.await.unwrap().map(|_| ()));
            wrong += usize::from(found == one("code", Problem::WrongCode));
        }
        assert_eq!(wrong, 5);
        assert_eq!(problems(backend.answer_code(&caller, &right).await), one("code", Problem::CodeExpired));
    })
    .await;
}

#[tokio::test]
async fn strangers_who_use_up_a_number_do_not_lock_its_owner_out() {
    both_databases(async |test| {
        let backend = four(test).await;
        let mikko = "+358400000201";
        let home = "198.51.100.20";
        let caller = somebody(backend).await;
        backend.ask_code(&caller, mikko, Language::Finnish, home).await.unwrap();
        let code = test.newest_code().await;
        backend.answer_code(&caller, &code).await.unwrap();

        let mut refused = 0;
        for n in 0..30 {
            let stranger = somebody(backend).await;
            let asked = backend.ask_code(&stranger, mikko, Language::Finnish, &format!("203.0.113.{n}")).await;
            refused += usize::from(asked.is_err_and(|e| problems(Err::<(), _>(e)) == one("phone", Problem::TooMany)));
        }
        // Ten a day for a number: one was Mikko's own.
        assert_eq!(refused, 21);
        let caller = somebody(backend).await;
        backend.ask_code(&caller, mikko, Language::Finnish, home).await.unwrap();
        let code = test.newest_code().await;
        assert!(backend.answer_code(&caller, &code).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn one_address_and_one_session_ask_only_so_often() {
    both_databases(async |test| {
        let backend = four(test).await;
        let caller = somebody(backend).await;
        let mut allowed = 0;
        for n in 0..10 {
            let phone = format!("+3584000002{:02}", n + 1);
            allowed += usize::from(backend.ask_code(&caller, &phone, Language::Finnish, OFFICE).await.is_ok());
        }
        assert_eq!(allowed, 6);
        for n in 0..40 {
            let caller = somebody(backend).await;
            let phone = format!("+358409999{n:03}");
            allowed += usize::from(backend.ask_code(&caller, &phone, Language::Finnish, OFFICE).await.is_ok());
        }
        assert_eq!(allowed, 30);
        test.clock.advance(Minutes(61));
        let caller = somebody(backend).await;
        assert!(backend.ask_code(&caller, "+358400000202", Language::Finnish, OFFICE).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn sessions_end_by_themselves_at_the_desk_sooner() {
    both_databases(async |test| {
        let backend = four(test).await;
        let caller = somebody(backend).await;
        backend.ask_code(&caller, "+358400000101", Language::Finnish, OFFICE).await.unwrap();
        let aino = backend.answer_code(&caller, &test.newest_code().await).await.unwrap().token;
        let caller = somebody(backend).await;
        backend.ask_code(&caller, "+358400000301", Language::Finnish, OFFICE).await.unwrap();
        let outi = backend.answer_code(&caller, &test.newest_code().await).await.unwrap().token;

        test.clock.advance(Minutes(13 * 60));
        assert!(backend.caller(Some(&aino)).await.unwrap().person.is_some());
        assert!(backend.caller(Some(&outi)).await.unwrap().person.is_none());
        // In use every ten days it lives on, to thirty days in all.
        for _ in 0..2 {
            test.clock.advance(Minutes(10 * 24 * 60));
            let caller = backend.caller(Some(&aino)).await.unwrap();
            assert!(caller.person.is_some());
            backend.touch_session(&caller).await.unwrap();
        }
        test.clock.advance(Minutes(10 * 24 * 60));
        assert!(backend.caller(Some(&aino)).await.unwrap().person.is_none());
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_is_kept_under_the_session() {
    both_databases(async |test| {
        let backend = &test.backend;
        let caller = somebody(backend).await;
        let kept = KeptForm {
            values: vec![("address".into(), "<script>🏠".into())],
            problems: vec![FieldProblem::new("address", Problem::OutsideArea)],
        };
        backend.keep_form(&caller, "where", kept.clone()).await.unwrap();
        let back = backend.kept_form(&caller, "where").await.unwrap().unwrap();
        assert_eq!((back.values, back.problems), (kept.values, kept.problems));
        assert!(backend.kept_form(&somebody(backend).await, "where").await.unwrap().is_none());
        backend.clear_form(&caller, "where").await.unwrap();
        assert!(backend.kept_form(&caller, "where").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn aino_answers_the_questions_one_by_one() {
    both_databases(async |test| {
        let backend = demo(test).await;
        let aino = signed_in(test, "+358400000101").await;
        assert_eq!(problems(backend.draft_times(&aino).await), one("draft", Problem::DraftGone));
        assert_eq!(problems(backend.draft_start(&aino, "massage").await), one("job", Problem::ChooseOne));
        let draft = backend.draft_start(&aino, "snow_path").await.unwrap();
        assert_eq!(draft.resident.unwrap().name.given(), "Aino");

        let (home, address) = backend.homes(&aino).await.unwrap().remove(0);
        assert_eq!(address.line(), "Ruiskukkatie 5");
        let elsewhere = backend.draft_where(&aino, "", "Mannerheimintie 1", &"x".repeat(1_001)).await;
        assert_eq!(
            problems(elsewhere),
            [("address".to_owned(), Problem::OutsideArea), ("note".to_owned(), Problem::TooLong)]
        );
        let not_hers = backend.draft_where(&aino, "6f1c1a52-0f5e-4d2b-9a57-0d9d3c1c7a01", "", "").await;
        assert_eq!(problems(not_hers), one("home", Problem::ChooseOne));
        backend.draft_where(&aino, &home.to_string(), "", "Koira on kiltti.").await.unwrap();

        // Tomorrow morning Mikko could come, whom she knows.
        let times = backend.draft_times(&aino).await.unwrap();
        let tomorrow = Moment::from_seconds(backend::testing::MONDAY_MORNING + 24 * 3600);
        let mikko = times.windows.iter().find(|t| t.window.start == tomorrow).unwrap();
        let helper = mikko.helper.clone().unwrap();
        assert_eq!((helper.given.as_str(), helper.been_before), ("Mikko", true));

        for wrong in ["", "huomenna", "99999999999999999999"] {
            assert_eq!(problems(backend.draft_when(&aino, wrong).await), one("time", Problem::ChooseOne), "{wrong}");
        }
        for gone in ["0", "-9223372036854775808", "9223372036854775807", &(tomorrow.seconds() + 1).to_string()] {
            assert_eq!(problems(backend.draft_when(&aino, gone).await), one("time", Problem::TimeTaken), "{gone}");
        }
        backend.draft_when(&aino, &tomorrow.seconds().to_string()).await.unwrap();
        let nothing = backend.draft_who(&aino, "", "", "", "", "-1").await;
        assert_eq!(
            problems(nothing),
            [
                ("contact".to_owned(), Problem::ChooseOne),
                ("strangers".to_owned(), Problem::ChooseOne),
                ("credit_used".to_owned(), Problem::OutOfRange)
            ]
        );
        assert_eq!(problems(backend.draft_check(&aino).await), one("contact", Problem::ChooseOne));
        backend.draft_who(&aino, "", "", "sms", "no", "420").await.unwrap();
        let check = backend.draft_check(&aino).await.unwrap();
        assert_eq!(check.terms.price.0, 32_00);
        assert_eq!(check.helper.unwrap().given, "Mikko");
        assert_eq!(
            check.credit,
            domain::CreditEstimate::Known { back: domain::Cents(8_20), used: domain::Cents(420_00) }
        );

        // Back to another kind of job: where and who stay, the time must be chosen anew.
        let other = backend.draft_start(&aino, "snow_yard").await.unwrap();
        assert_eq!(other.home.unwrap().line(), "Ruiskukkatie 5");
        assert!(other.time.is_none() && other.contact.is_some());
        backend.draft_when(&aino, "soonest").await.unwrap();
        assert!(matches!(backend.draft(&aino).await.unwrap().unwrap().time, Some(TimeChoice::Soonest(_))));
    })
    .await;
}

#[tokio::test]
async fn every_time_that_is_offered_can_be_chosen_and_nobody_unknown_sees_a_name() {
    both_databases(async |test| {
        let backend = demo(test).await;
        let visitor = somebody(backend).await;
        backend.draft_start(&visitor, "cleaning_usual").await.unwrap();
        backend.draft_where(&visitor, "", "Koisotie 9", "").await.unwrap();
        let times = backend.draft_times(&visitor).await.unwrap();
        assert!(times.windows.len() > 20, "{}", times.windows.len());
        assert!(times.windows.iter().all(|time| time.helper.is_none()));
        for time in &times.windows {
            backend.draft_when(&visitor, &time.window.start.seconds().to_string()).await.unwrap();
        }
        backend.draft_who(&visitor, "Uusi Asukas", "040 777 6655", "sms", "yes", "").await.unwrap();
        let check = backend.draft_check(&visitor).await.unwrap();
        assert!(check.helper.is_none() && check.draft.newcomer.is_some());
        assert!(backend.homes(&visitor).await.unwrap().is_empty());
        assert!(backend.people_i_order_for(&visitor).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn whoever_signs_in_in_the_middle_goes_on_with_their_own_order() {
    both_databases(async |test| {
        let backend = demo(test).await;
        let visitor = somebody(backend).await;
        backend.draft_start(&visitor, "snow_path").await.unwrap();
        backend.draft_where(&visitor, "", "Koisotie 9", "Aura on liiterissä.").await.unwrap();
        backend.draft_who(&visitor, "Joku Toinen", "", "lounge", "yes", "").await.unwrap();
        backend.ask_code(&visitor, "0400000101", Language::Finnish, OFFICE).await.unwrap();
        let token = backend.answer_code(&visitor, &test.newest_code().await).await.unwrap().token;
        let aino = backend.caller(Some(&token)).await.unwrap();
        let draft = backend.draft(&aino).await.unwrap().unwrap();
        assert_eq!(draft.resident.unwrap().name.given(), "Aino");
        assert!(draft.newcomer.is_none());
        assert_eq!((draft.home.unwrap().line().as_str(), draft.note.as_str()), ("Koisotie 9", "Aura on liiterissä."));
        assert!(backend.draft(&visitor).await.unwrap().is_none());
        // Somebody else who signs in on the same device gets nothing of hers.
        backend.ask_code(&aino, "0400000201", Language::Finnish, OFFICE).await.unwrap();
        let token = backend.answer_code(&aino, &test.newest_code().await).await.unwrap().token;
        let mikko = backend.caller(Some(&token)).await.unwrap();
        assert!(backend.draft(&mikko).await.unwrap().is_none());
    })
    .await;
}

/// T36, its short form: the median over 100 numbers of each kind.
#[tokio::test]
async fn a_known_number_takes_as_long_as_an_unknown_one() {
    let test = backend::testing::sqlite().await;
    let backend = demo(&test).await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..200_u32 {
        let phone = if n % 2 == 0 { format!("0400000{}", 201 + n / 2 % 20) } else { format!("0409999{n:03}") };
        let caller = somebody(backend).await;
        let began = Instant::now();
        backend.ask_code(&caller, &phone, Language::Finnish, &format!("192.0.2.{n}")).await.unwrap();
        if n % 2 == 0 { &mut known } else { &mut unknown }.push(began.elapsed());
    }
    known.sort();
    unknown.sort();
    let apart = known[50].abs_diff(unknown[50]);
    assert!(apart < Duration::from_millis(5), "{apart:?}");
}

#[tokio::test]
async fn a_new_neighbour_orders_with_one_code() {
    both_databases(async |test| {
        let backend = demo(test).await;
        let visitor = somebody(backend).await;
        let draft = backend.draft_start(&visitor, "snow_path").await.unwrap();
        backend.draft_where(&visitor, "", "Koisotie 9", "").await.unwrap();
        backend.draft_when(&visitor, "soonest").await.unwrap();
        backend.draft_who(&visitor, "Uusi Asukas", "040 777 6655", "sms", "yes", "").await.unwrap();
        let key = draft.key.to_string();
        assert_eq!(backend.send_order(&visitor, &key, OFFICE).await.unwrap(), Sent::NeedsCode);
        let code = test.newest_code().await;
        let (sent, token) = backend.confirm_order(&visitor, &code).await.unwrap();
        let Sent::Ordered(order) = sent else { panic!("{sent:?}") };
        let now = backend.caller(token.as_deref()).await.unwrap();
        assert_eq!(now.person.clone().unwrap().name.full(), "Uusi Asukas");
        let visit = backend.order_visit(&now, &order.to_string()).await.unwrap();
        assert_eq!(visit.home.line(), "Koisotie 9");
        // The number is theirs from now on.
        let again = signed_in(test, "0407776655").await;
        assert_eq!(again.person, now.person);
    })
    .await;
}

#[tokio::test]
async fn sanna_orders_for_aino_and_for_nobody_else() {
    both_databases(async |test| {
        let backend = demo(test).await;
        let sanna = signed_in(test, "+358400000103").await;
        let people = backend.people_i_order_for(&sanna).await.unwrap();
        assert_eq!(people.iter().map(|p| p.name.full()).collect::<Vec<_>>(), ["Aino Niemelä"]);
        let draft = backend.draft_start(&sanna, "shopping_for").await.unwrap();
        assert_eq!(draft.resident.unwrap().name.given(), "Aino");
        let veikko = {
            let outi = signed_in(test, "+358400000301").await;
            backend.find_residents(&outi, "veikko lahti").await.unwrap().remove(0).person.id
        };
        assert_eq!(refusal(backend.draft_for(&sanna, &veikko.to_string()).await), Refusal::NotYours);
        assert_eq!(refusal(backend.draft_for(&sanna, "not-an-id").await), Refusal::NotYours);
    })
    .await;
}

fn form(name: &str, phone: &str, address: &str) -> ResidentForm {
    ResidentForm {
        name: name.into(),
        phone: phone.into(),
        address: address.into(),
        birth_year: "1940".into(),
        language: String::new(),
        consent: "in_person".into(),
        contact: if phone.is_empty() { "lounge" } else { "call" }.into(),
    }
}

#[tokio::test]
async fn outi_finds_veikko_records_his_consent_and_serves_him() {
    both_databases(async |test| {
        let backend = four(test).await;
        test.with_jobs(Minutes(60)).await;
        let (_, token) = test.signed_in_by_code("+358400000301").await;
        let outi = backend.caller(Some(&token)).await.unwrap();
        for query in ["veik", "LAHTI  veikko", "08 123 4568", "1234568"] {
            let found = backend.find_residents(&outi, query).await.unwrap();
            assert!(found.iter().any(|r| r.person.name.full() == "Veikko Lahti"), "{query}");
        }
        assert!(!backend.find_residents(&outi, "niemela").await.unwrap().is_empty());
        assert!(backend.find_residents(&outi, "a% _ \\").await.unwrap().is_empty());
        assert!(!backend.find_residents(&outi, "").await.unwrap().is_empty());

        let veikko = backend.find_residents(&outi, "veikko lahti").await.unwrap().remove(0);
        let id = veikko.person.id.to_string();
        assert!(veikko.consent.is_none());
        assert_eq!(problems(backend.serve(&outi, &id).await), one("consent", Problem::ConsentNeeded));
        assert_eq!(problems(backend.record_consent(&outi, &id, "").await), one("consent", Problem::ConsentNeeded));
        let rows = test.audit_rows().await;
        backend.record_consent(&outi, &id, "in_person").await.unwrap();
        backend.record_consent(&outi, &id, "in_person").await.unwrap();
        assert_eq!(test.audit_rows().await, rows + 1);
        backend.serve(&outi, &id).await.unwrap();

        let outi = backend.caller(Some(&token)).await.unwrap();
        assert_eq!(outi.serving.clone().unwrap().name.full(), "Veikko Lahti");
        let draft = backend.draft_start(&outi, "cleaning_usual").await.unwrap();
        // Her own name is never the resident's.
        assert_eq!(draft.resident.unwrap().name.full(), "Veikko Lahti");
        assert_eq!(backend.homes(&outi).await.unwrap().remove(0).1.line(), "Tervakukkatie 12");
        backend.draft_where(&outi, &backend.homes(&outi).await.unwrap().remove(0).0.to_string(), "", "").await.unwrap();
        let sms = backend.draft_who(&outi, "", "", "sms", "yes", "").await;
        assert_eq!(problems(sms), one("contact", Problem::NeedsMobile));
        backend.draft_who(&outi, "Outi Kangas", "0400000301", "call", "yes", "").await.unwrap();
        assert!(backend.draft(&outi).await.unwrap().unwrap().newcomer.is_none());

        backend.next_person(&outi).await.unwrap();
        let outi = backend.caller(Some(&token)).await.unwrap();
        assert!(outi.serving.is_none());
        assert!(backend.draft(&outi).await.unwrap().is_none());

        // Nobody else may do any of it.
        for other in ["+358400000101", "+358400000201"] {
            let other = signed_in(test, other).await;
            assert_eq!(refusal(backend.find_residents(&other, "veikko").await), Refusal::NotYours);
            assert_eq!(refusal(backend.serve(&other, &id).await), Refusal::NotYours);
            assert_eq!(refusal(backend.add_resident(&other, form("A B", "", "Koisotie 1")).await), Refusal::NotYours);
        }
        assert_eq!(refusal(backend.find_residents(&somebody(backend).await, "").await), Refusal::SignInFirst);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_written_down_twice() {
    both_databases(async |test| {
        let backend = four(test).await;
        let outi = signed_in(test, "+358400000301").await;
        let lempi = backend.add_resident(&outi, form("Lempi Åström", "", "Koisotie 3 A 4")).await.unwrap();
        let again = backend.add_resident(&outi, form("LEMPI ASTROM", "", "koisotie 3 a 4")).await.unwrap();
        assert_eq!(lempi, again);
        // The ring and the dots as marks of their own (NFD).
        let twin = backend.add_resident(&outi, form("Lempi A\u{30a}stro\u{308}m", "", "Koisotie 3 A 4")).await.unwrap();
        assert_eq!(lempi, twin);
        for odd in ["<script>alert(1)</script> x", "Åke🏠 Öhman", "=cmd() O'Brien\"; drop table person;--"] {
            let id = backend.add_resident(&outi, form(odd, "", "Koisotie 7")).await.unwrap();
            assert_eq!(backend.resident(&outi, &id.to_string()).await.unwrap().person.name.full(), odd);
        }
        let moved = backend.add_resident(
            &outi,
            ResidentForm { birth_year: "1951".into(), ..form("Lempi Åström", "", "Koisotie 3 A 4") },
        );
        assert_ne!(moved.await.unwrap(), lempi);
        // At once from two tablets.
        let both = (0..8).map(|_| {
            let (backend, outi) = (backend.clone(), outi.clone());
            tokio::spawn(
                async move { backend.add_resident(&outi, form("Aimo Uusi", "08 555 1234", "Ratamotie 2")).await },
            )
        });
        let mut ids = Vec::new();
        for one in both.collect::<Vec<_>>() {
            ids.push(one.await.unwrap().unwrap());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1);
        let view = backend.resident(&outi, &lempi.to_string()).await.unwrap();
        assert_eq!(view.home.unwrap().1.line(), "Koisotie 3 A 4");
        let (_, until) = view.consent.unwrap();
        assert_eq!(backend.zone().local(until).to_string(), "2027-11-24 00:00:00");

        let wrong =
            ResidentForm { contact: "sms".into(), language: "xx".into(), ..form("Aino", "08 123 4568", "Koisotie") };
        let wrong = ResidentForm { birth_year: "1066".into(), consent: String::new(), ..wrong };
        let fields: Vec<_> = problems(backend.add_resident(&outi, wrong).await);
        assert_eq!(
            fields,
            [
                ("name".to_owned(), Problem::NameNeedsBoth),
                ("contact".to_owned(), Problem::NeedsMobile),
                ("address".to_owned(), Problem::NoHouseNumber),
                ("birth_year".to_owned(), Problem::OutOfRange),
                ("language".to_owned(), Problem::ChooseOne),
                ("consent".to_owned(), Problem::ConsentNeeded),
            ]
        );
    })
    .await;
}
