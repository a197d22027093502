//! E-mail, as stories: an address that is somebody's only once a code has come back, messages and codes by it, and what goes
//! by another channel when one doesn't carry it.

use backend::{Caller, Error, Failure, Handed, OutgoingEmail, Refusal, Trouble, testing::TestBackend};
use backend::{
    peek,
    testing::{
        both_databases,
        world::{LONG, Member, member},
    },
};
use domain::{Channel, JobKind, Language, Message, MessageKind, Minutes, Problem};

use super::support::{at, db::number, is_problem, is_refused, only_offer, order};

const JOB: JobKind = JobKind::CleaningUsual;
const MIKKO: &str = "+358 45 7000001";
const AINO: &str = "+358451000005";
const POST: &str = "Aino.Niemi@Posti.example";

/// Aino, who is reached by text, Mikko who works, and a co-op that sends e-mail.
async fn world(test: &TestBackend) -> (Caller, Caller) {
    test.with_jobs(LONG).await;
    test.backend.send_emails();
    let mikko =
        test.member(Member { phone: MIKKO.to_owned(), home: "Tervakukkatie 1".to_owned(), ..member("Mikko") }).await;
    test.resident("Aino", 5).await;
    (test.signed_in_by_code(AINO).await.0, mikko)
}

/// What waits to go out by e-mail, taken.
async fn emails(test: &TestBackend) -> Vec<OutgoingEmail> {
    test.backend.take_emails(100).await.unwrap()
}

/// The code in the newest e-mail that waits.
async fn emailed_code(test: &TestBackend) -> String {
    let mail = emails(test).await.pop().expect("an e-mail");
    let Message::SignInCode { code } = mail.message else { panic!("a code, not {:?}", mail.message) };
    code.to_string()
}

/// The address is theirs.
async fn confirmed(test: &TestBackend, c: &Caller, address: &str) {
    test.backend.ask_email(c, address, "client").await.unwrap();
    let code = emailed_code(test).await;
    test.backend.confirm_email(c, &code).await.unwrap();
    // Whoever has the phone hears of it there.
    let texts = test.backend.take_texts(100).await.unwrap();
    let told = test.messages().await.into_iter().any(|message| message.message.kind() == MessageKind::EmailSet);
    assert!(told, "{}", test.kind);
    for text in texts {
        test.backend.handed_over(text.id, Handed::Accepted { parts: 1 }).await.unwrap();
    }
}

async fn ask(test: &TestBackend, to: &str) -> (Caller, Result<(), Error>) {
    let visitor = test.visitor().await;
    let asked = test.backend.ask_code(&visitor, to, Language::Finnish, "elsewhere").await;
    (visitor, asked)
}

/// Takes whatever waits by text and says that the gateway will have none of it.
async fn no_text_is_taken(test: &TestBackend) -> usize {
    let texts = test.backend.take_texts(100).await.unwrap();
    for text in &texts {
        test.backend.handed_over(text.id, Handed::Refused).await.unwrap();
    }
    texts.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_hers_once_its_code_has_come_back() {
    both_databases(async |test| {
        let (aino, _) = world(test).await;
        assert!(test.backend.email(&aino).await.unwrap().address.is_none());
        for (typed, problem) in [("", Problem::Missing), ("aino@posti\r\nBcc: x@y.example", Problem::NotAnEmail)] {
            assert!(is_problem(&test.backend.ask_email(&aino, typed, "client").await, "email", problem), "{typed:?}");
        }
        test.backend.ask_email(&aino, POST, "client").await.unwrap();
        assert!(test.backend.email(&aino).await.unwrap().address.is_none(), "{}: not yet", test.kind);
        let code = emailed_code(test).await;
        let wrong = if code == "123456" { "654321" } else { "123456" };
        assert!(is_problem(&test.backend.confirm_email(&aino, wrong).await, "code", Problem::WrongCode));
        // It opens nothing else, and nothing in another session.
        let (other, _) = ask(test, AINO).await;
        assert!(is_problem(&test.backend.answer_code(&aino, &code).await, "code", Problem::CodeExpired));
        assert!(is_refused(&test.backend.confirm_email(&other, &code).await, &Refusal::SignInFirst));
        test.backend.confirm_email(&aino, &code).await.unwrap();
        let mine = test.backend.email(&aino).await.unwrap();
        assert_eq!(mine.address.unwrap().as_str(), "Aino.Niemi@posti.example", "{}", test.kind);
        assert!(!mine.first && mine.has_mobile);
        assert!(is_problem(&test.backend.confirm_email(&aino, &code).await, "code", Problem::CodeExpired), "once");
        // The trace says that, and not which.
        let trace = format!("{:?}", peek::dump(&test.url).await["audit_log"]);
        assert!(trace.contains("email.set") && !trace.to_lowercase().contains("posti.example"), "{trace}");
        test.backend.remove_email(&aino).await.unwrap();
        test.backend.remove_email(&aino).await.unwrap();
        assert!(test.backend.email(&aino).await.unwrap().address.is_none());
        let (_, asked) = ask(test, POST).await;
        asked.unwrap();
        assert!(emails(test).await.is_empty(), "{}: nobody signs in by it any more", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_e_mail_goes_out_nobody_has_an_address() {
    both_databases(async |test| {
        let aino = test.resident("Aino", 5).await;
        assert!(is_refused(&test.backend.email(&aino).await, &Refusal::NotYours), "{}", test.kind);
        assert!(is_refused(&test.backend.ask_email(&aino, POST, "client").await, &Refusal::NotYours));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_to_addresses_that_nobody_has_confirmed_are_few() {
    both_databases(async |test| {
        let (aino, mikko) = world(test).await;
        for _ in 0..3 {
            test.backend.ask_email(&aino, POST, "client").await.unwrap();
        }
        let fourth = test.backend.ask_email(&aino, POST, "client").await;
        assert!(is_problem(&fourth, "email", Problem::TooMany), "{}: three a day to one address", test.kind);
        let others = test.backend.ask_email(&mikko, "aino.niemi@POSTI.example", "there").await;
        assert!(is_problem(&others, "email", Problem::TooMany), "whoever asks, however it is spelt");
        for other in ["a@posti.example", "b@posti.example"] {
            test.backend.ask_email(&aino, other, "client").await.unwrap();
        }
        let sixth = test.backend.ask_email(&aino, "c@posti.example", "client").await;
        assert!(is_problem(&sixth, "email", Problem::TooMany), "five a day for one person");
        assert_eq!(emails(test).await.len(), 5, "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_signs_in_by_it_and_an_unknown_one_is_answered_the_same() {
    both_databases(async |test| {
        let (aino, mikko) = world(test).await;
        confirmed(test, &aino, POST).await;
        // The texts' budget isn't theirs.
        test.set_daily_texts(0).await;
        let (visitor, asked) = ask(test, " aino.niemi@posti.EXAMPLE ").await;
        asked.unwrap();
        let code = emailed_code(test).await;
        let (stranger, asked) = ask(test, "nobody@posti.example").await;
        asked.unwrap();
        assert!(emails(test).await.is_empty(), "{}: no e-mail goes to who isn't known", test.kind);
        assert!(is_problem(&test.backend.answer_code(&stranger, &code).await, "code", Problem::WrongCode));
        // An older code stays good until its own end.
        test.backend.ask_code(&visitor, POST, Language::Finnish, "elsewhere").await.unwrap();
        let signed_in = test.backend.answer_code(&visitor, &code).await.unwrap();
        let caller = test.backend.caller(Some(&signed_in.token)).await.unwrap();
        assert_eq!(caller.person.unwrap().id, aino.person.as_ref().unwrap().id);
        // The limits of numbers hold for addresses, known and unknown alike.
        for to in [POST, "nobody@posti.example"] {
            let mut refused = 0;
            for _ in 0..12 {
                let visitor = test.visitor().await;
                let client = format!("{}", refused + 1);
                let asked = test.backend.ask_code(&visitor, to, Language::Finnish, &client).await;
                refused += usize::from(is_problem(&asked, "phone", Problem::TooMany));
            }
            assert!(refused >= 2, "{}: {to}: {refused}", test.kind);
        }
        // Somebody else who reads the same mail may have the address too, and doesn't sign in by it.
        test.clock.advance(Minutes(25 * 60));
        emails(test).await;
        let mikko = Caller { session: test.visitor().await.session, ..mikko };
        confirmed(test, &mikko, POST).await;
        let (visitor, _) = ask(test, POST).await;
        let signed_in = test.backend.answer_code(&visitor, &emailed_code(test).await).await.unwrap();
        let caller = test.backend.caller(Some(&signed_in.token)).await.unwrap();
        assert_eq!(caller.person.unwrap().id, aino.person.unwrap().id, "{}: the first one's", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_not_taken_goes_by_e_mail_once_and_the_desk_sees_why() {
    both_databases(async |test| {
        let (aino, mikko) = world(test).await;
        let pekka = test.coordinator().await;
        confirmed(test, &aino, POST).await;
        no_text_is_taken(test).await;
        order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        assert_eq!(no_text_is_taken(test).await, 2, "{}: hers and Mikko's", test.kind);
        let mails = emails(test).await;
        assert_eq!(mails.len(), 1, "{}: Mikko has no address", test.kind);
        assert_eq!(
            (mails[0].address.as_str(), mails[0].message.kind()),
            ("Aino.Niemi@posti.example", MessageKind::OrderReceived)
        );
        let seen = test.backend.messages(&pekka).await.unwrap();
        assert_eq!(seen.rerouted.len(), 1);
        let first = Failure { way: Channel::Sms, trouble: Trouble::Refused };
        assert_eq!(
            (seen.rerouted[0].first, seen.rerouted[0].now_by, seen.rerouted[0].is_sent),
            (first, Channel::Email, false)
        );
        test.backend.handed_over(mails[0].id, Handed::Accepted { parts: 0 }).await.unwrap();
        let seen = test.backend.messages(&pekka).await.unwrap();
        assert!(seen.rerouted[0].is_sent && seen.emails_today >= 1, "{}", test.kind);
        assert_eq!(seen.undelivered.len(), 1, "Mikko's offer is told by voice");
        // Neither carries the next one: somebody rings, and nothing goes twice.
        test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        assert_eq!(no_text_is_taken(test).await, 1);
        let mails = emails(test).await;
        assert_eq!(mails[0].message.kind(), MessageKind::VisitAgreed);
        test.backend.handed_over(mails[0].id, Handed::Refused).await.unwrap();
        assert!(emails(test).await.is_empty() && test.backend.take_texts(10).await.unwrap().is_empty());
        let seen = test.backend.messages(&pekka).await.unwrap();
        let hers = seen.undelivered.iter().find(|message| message.id == mails[0].id).unwrap();
        let second = Failure { way: Channel::Email, trouble: Trouble::Refused };
        assert_eq!(hers.tried, [first, second], "{}", test.kind);
        assert_eq!(test.backend.calls(&pekka).await.unwrap().visits.len(), 1, "{}: she is rung", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_chosen_e_mail_gets_it_first_and_at_night_too() {
    both_databases(async |test| {
        let (aino, mikko) = world(test).await;
        let pekka = test.coordinator().await;
        confirmed(test, &aino, POST).await;
        assert!(is_problem(&test.backend.choose_email(&aino, "perhaps").await, "first", Problem::ChooseOne));
        test.backend.choose_email(&aino, "yes").await.unwrap();
        test.backend.choose_email(&aino, "yes").await.unwrap();
        assert_eq!(number(test, "select count(*) from audit_log where act = 'email.first'").await, 1, "{}", test.kind);
        no_text_is_taken(test).await;
        test.clock.set(at("2026-11-23T22:30"));
        order(test, &aino, JOB, at("2026-11-25T10:00")).await.unwrap();
        let mails = emails(test).await;
        assert_eq!(mails.len(), 1, "{}: an e-mail wakes nobody", test.kind);
        // The mail server can't be reached, then keeps silent once it has had it: the text goes, when the night is over.
        test.backend.handed_over(mails[0].id, Handed::NotNow).await.unwrap();
        test.clock.advance(Minutes(1));
        assert_eq!(emails(test).await.len(), 1);
        test.backend.handed_over(mails[0].id, Handed::Unsure).await.unwrap();
        test.clock.advance(Minutes(16));
        test.backend.tick().await.unwrap();
        assert!(emails(test).await.is_empty(), "{}: never again by e-mail", test.kind);
        assert!(test.backend.take_texts(10).await.unwrap().is_empty(), "not at night");
        test.clock.set(at("2026-11-24T08:00"));
        let texts = test.backend.take_texts(10).await.unwrap();
        assert!(texts.iter().any(|text| text.id == mails[0].id && text.phone.e164() == AINO), "{}", test.kind);
        let first = test.backend.messages(&pekka).await.unwrap().rerouted[0].first;
        assert_eq!(first, Failure { way: Channel::Email, trouble: Trouble::Unsure });
        for text in texts {
            test.backend.handed_over(text.id, Handed::Accepted { parts: 1 }).await.unwrap();
        }
        // The evening before, by e-mail as by text.
        test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        emails(test).await;
        test.clock.set(at("2026-11-24T18:30"));
        test.backend.tick().await.unwrap();
        let kinds: Vec<MessageKind> = emails(test).await.iter().map(|mail| mail.message.kind()).collect();
        assert_eq!(kinds, [MessageKind::Reminder], "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_goes_nowhere_but_where_it_was_asked_for() {
    both_databases(async |test| {
        let (aino, _) = world(test).await;
        confirmed(test, &aino, POST).await;
        let (_, asked) = ask(test, AINO).await;
        asked.unwrap();
        assert!(no_text_is_taken(test).await > 0);
        assert!(emails(test).await.is_empty(), "{}: it is to show that the phone is hers", test.kind);
        let (_, asked) = ask(test, POST).await;
        asked.unwrap();
        let mail = emails(test).await.remove(0);
        test.backend.handed_over(mail.id, Handed::Refused).await.unwrap();
        assert!(test.backend.take_texts(10).await.unwrap().is_empty(), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_sets_it_for_whom_they_serve_and_for_nobody_after_that() {
    both_databases(async |test| {
        let (aino, _) = world(test).await;
        let outi = test.lounge_helper().await;
        let aino_id = aino.person.as_ref().unwrap().id;
        test.mandate(aino_id, None).await;
        let session = test.visitor().await.session;
        let beside = Caller { serving: aino.person.clone(), session, ..outi.clone() };
        test.backend.ask_email(&beside, POST, "lounge").await.unwrap();
        let code = emailed_code(test).await;
        // She has gone; the helper's own isn't set by it.
        let alone = Caller { serving: None, ..beside.clone() };
        assert!(is_problem(&test.backend.confirm_email(&alone, &code).await, "code", Problem::WrongCode));
        assert!(test.backend.email(&alone).await.unwrap().address.is_none(), "{}", test.kind);
        confirmed(test, &beside, POST).await;
        assert!(test.backend.email(&aino).await.unwrap().address.is_some());
        let told =
            number(test, "select count(*) from audit_log where act = 'email.set' and on_behalf_of is not null").await;
        assert_eq!(told, 1, "{}: it is in her own log", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_is_told_nothing_and_the_address_goes_with_them() {
    both_databases(async |test| {
        let (aino, _) = world(test).await;
        confirmed(test, &aino, POST).await;
        test.backend.choose_email(&aino, "yes").await.unwrap();
        order(test, &aino, JOB, at("2026-11-25T10:00")).await.unwrap();
        test.backend.leave(&aino).await.unwrap();
        let (_, asked) = ask(test, POST).await;
        asked.unwrap();
        assert!(emails(test).await.is_empty(), "{}", test.kind);
        test.clock.advance(Minutes(15 * 24 * 60));
        assert_eq!(test.backend.erase_due(None).await.unwrap(), 1);
        let everything = format!("{:?}", peek::dump(&test.url).await).to_lowercase();
        assert!(!everything.contains("posti.example"), "{}", test.kind);
    })
    .await;
}
