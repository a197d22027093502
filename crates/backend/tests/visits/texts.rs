//! Text messages on their way, as stories: at most once to the gateway, never at night without need, told by voice where
//! nobody knows; and members' answers that come back.

use std::collections::BTreeSet;

use backend::{
    Caller, Handed, Outgoing, Refusal, Trouble,
    testing::{
        TestBackend, both_databases,
        world::{LONG, Member, member},
    },
};
use domain::{JobKind, Message, MessageKind, Minutes, OrderId, TextAnswer, VisitState};

use super::support::{at, at_once, history, is_refused, only_offer, order, state};

const JOB: JobKind = JobKind::CleaningUsual;
const MIKKO: &str = "+358 45 7000001";
const LEILA: &str = "+358 45 7000002";

fn with_phone(given: &str, phone: &str, house: u32) -> Member {
    Member { phone: phone.to_owned(), home: format!("Tervakukkatie {house}"), ..member(given) }
}

/// Mikko near and Leila far, both reached by text; answers are taken.
async fn members(test: &TestBackend) -> (Caller, Caller) {
    test.with_jobs(LONG).await;
    test.backend.take_text_answers();
    let mikko = test.member(with_phone("Mikko", MIKKO, 1)).await;
    (mikko, test.member(with_phone("Leila", LEILA, 53)).await)
}

async fn texts(test: &TestBackend) -> Vec<Outgoing> {
    test.backend.take_texts(100).await.unwrap()
}

fn kinds(texts: &[Outgoing]) -> Vec<MessageKind> {
    texts.iter().map(|text| text.message.kind()).collect()
}

/// Everything that waits goes out and arrives.
async fn deliver(test: &TestBackend) -> Vec<Outgoing> {
    let taken = texts(test).await;
    for text in &taken {
        test.backend.handed_over(text.id, Handed::Accepted { parts: 1 }).await.unwrap();
        assert!(test.backend.delivery_report(text.id, true).await.unwrap());
    }
    taken
}

/// The numbers by which the newest offer to that member is answered: yes and no.
fn numbers(texts: &[Outgoing], phone: &str) -> (String, String) {
    let to = phone.replace(' ', "");
    let number = texts.iter().rev().find_map(|text| match &text.message {
        Message::NewOffer { answer, .. } if text.phone.e164() == to => *answer,
        _ => None,
    });
    let yes = number.expect("an offer with numbers");
    (yes.to_string(), (yes + 1).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_handed_over_once_whoever_looks() {
    both_databases(async |test| {
        members(test).await;
        let aino = test.resident("Aino", 5).await;
        for day in ["2026-11-24T10:00", "2026-11-25T10:00", "2026-11-26T10:00"] {
            order(test, &aino, JOB, at(day)).await.unwrap();
        }
        // Ten servers look at the same moment, over and over.
        let mut seen = BTreeSet::new();
        for _ in 0..3 {
            let looks = (0..10).map(|_| {
                let backend = test.backend.clone();
                async move { backend.take_texts(2).await.unwrap() }
            });
            for text in at_once(looks).await.0.into_iter().flatten() {
                assert!(seen.insert(text.id), "{}: taken twice", test.kind);
            }
        }
        assert_eq!(seen.len(), 6, "{}: an offer and an order each", test.kind);
        let first = *seen.iter().next().unwrap();
        test.backend.handed_over(first, Handed::Accepted { parts: 2 }).await.unwrap();
        // A gateway that answers twice, and a report that comes twice, change nothing more.
        test.backend.handed_over(first, Handed::NotNow).await.unwrap();
        assert!(test.backend.delivery_report(first, true).await.unwrap());
        assert!(!test.backend.delivery_report(first, true).await.unwrap());
        assert!(!test.backend.delivery_report(first, false).await.unwrap(), "what arrived has arrived");
        assert!(texts(test).await.is_empty());
        let pekka = test.coordinator().await;
        let messages = test.backend.messages(&pekka).await.unwrap();
        assert_eq!((messages.sent_today, messages.parts_today.0, messages.arrived_today), (1, 2, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_down_for_two_hours_gets_each_text_once_afterwards() {
    both_databases(async |test| {
        members(test).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let mut tries = 0;
        for _ in 0..120 {
            for text in texts(test).await {
                tries += 1;
                test.backend.handed_over(text.id, Handed::NotNow).await.unwrap();
                assert!(texts(test).await.iter().all(|other| other.id != text.id), "not again at once");
            }
            test.clock.advance(Minutes(1));
        }
        assert!((16..=40).contains(&tries), "{}: {tries} tries", test.kind);
        let messages = test.backend.messages(&pekka).await.unwrap();
        assert_eq!((messages.waiting + messages.later, messages.undelivered.len()), (2, 0), "{}: a backlog", test.kind);
        let mut went = Vec::new();
        for _ in 0..20 {
            went.extend(deliver(test).await);
            test.clock.advance(Minutes(1));
        }
        assert_eq!(kinds(&went).len(), 2);
        assert_eq!(went.iter().map(|text| text.id).collect::<BTreeSet<_>>().len(), 2, "each once");
        // Another one can't be brought in time: it is told by voice.
        order(test, &aino, JOB, at("2026-11-25T10:00")).await.unwrap();
        for _ in 0..7 * 60 {
            for text in texts(test).await {
                test.backend.handed_over(text.id, Handed::NotNow).await.unwrap();
            }
            test.clock.advance(Minutes(1));
        }
        let messages = test.backend.messages(&pekka).await.unwrap();
        let troubles: Vec<Trouble> = messages.undelivered.iter().map(|message| message.trouble).collect();
        // The offer ended; the resident's word waited for six hours.
        assert_eq!(troubles.len(), 2, "{}: {troubles:?}", test.kind);
        assert!(troubles.contains(&Trouble::Late) && troubles.contains(&Trouble::Silent), "{troubles:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_of_is_told_by_voice_and_not_sent_again() {
    both_databases(async |test| {
        members(test).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let taken = texts(test).await;
        assert_eq!(taken.len(), 2);
        // Of one the gateway said nothing; at the other the server died.
        test.backend.handed_over(taken[0].id, Handed::Unsure).await.unwrap();
        test.clock.advance(Minutes(14));
        assert_eq!(test.backend.tick().await.unwrap().unsure, 0);
        test.clock.advance(Minutes(2));
        assert_eq!(test.backend.tick().await.unwrap().unsure, 2, "{}", test.kind);
        assert!(texts(test).await.is_empty(), "never again");
        let listed = test.backend.messages(&pekka).await.unwrap().undelivered;
        assert!(listed.iter().all(|message| message.trouble == Trouble::Unsure) && listed.len() == 2);
        // The network says in the end that one did arrive.
        assert!(test.backend.delivery_report(taken[0].id, true).await.unwrap());
        // Only the desk tells by voice, once.
        let id = taken[1].id.to_string();
        assert!(is_refused(&test.backend.told_by_voice(&aino, &id).await, &Refusal::NotYours));
        assert!(is_refused(&test.backend.messages(&aino).await, &Refusal::NotYours));
        let rows = test.audit_rows().await;
        test.backend.told_by_voice(&pekka, &id).await.unwrap();
        test.backend.told_by_voice(&pekka, &id).await.unwrap();
        assert_eq!(test.audit_rows().await, rows + 1);
        assert!(test.backend.messages(&pekka).await.unwrap().undelivered.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_it_will_not_arrive_brings_it_to_the_desk_and_the_lounge() {
    both_databases(async |test| {
        let (mikko, _) = members(test).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        deliver(test).await;
        test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let agreed = texts(test).await;
        assert_eq!(kinds(&agreed), [MessageKind::VisitAgreed]);
        test.backend.handed_over(agreed[0].id, Handed::Accepted { parts: 1 }).await.unwrap();
        assert!(test.backend.delivery_report(agreed[0].id, false).await.unwrap());
        let listed = test.backend.messages(&pekka).await.unwrap().undelivered;
        assert_eq!(listed[0].trouble, Trouble::Undelivered);
        assert_eq!(listed[0].to.as_ref().unwrap().given(), "Aino");
        let calls = test.backend.calls(&pekka).await.unwrap();
        assert_eq!(calls.len(), 1, "{}: somebody rings her", test.kind);
        test.backend.confirm_by_phone(&pekka, &calls[0].visit.visit.to_string()).await.unwrap();
        assert!(test.backend.calls(&pekka).await.unwrap().is_empty());
        assert!(test.backend.messages(&pekka).await.unwrap().undelivered.is_empty(), "told is told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_woken_for_what_can_wait() {
    both_databases(async |test| {
        members(test).await;
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        test.clock.set(at("2026-11-23T22:30"));
        order(test, &aino, JOB, at("2026-11-25T10:00")).await.unwrap();
        assert!(texts(test).await.is_empty(), "{}: it waits for the morning", test.kind);
        let pekka = test.coordinator().await;
        let messages = test.backend.messages(&pekka).await.unwrap();
        assert_eq!((messages.waiting, messages.later), (0, 2));
        // What begins before the morning is over can't wait; a code never does.
        order(test, &veikko, JOB, at("2026-11-24T09:00")).await.unwrap();
        let token = test.backend.open_session().await.unwrap();
        let visitor = test.backend.caller(Some(&token)).await.unwrap();
        test.backend.ask_code(&visitor, MIKKO, domain::Language::Finnish, "client").await.unwrap();
        let mut night = kinds(&deliver(test).await);
        assert_eq!(night.remove(0), MessageKind::SignInCode, "codes first");
        night.sort_by_key(|kind| kind.code());
        assert_eq!(night, [MessageKind::NewOffer, MessageKind::OrderReceived], "{}", test.kind);
        test.clock.set(at("2026-11-24T07:59"));
        assert!(texts(test).await.is_empty());
        test.clock.set(at("2026-11-24T08:00"));
        assert_eq!(deliver(test).await.len(), 2, "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_texts_run_out_for_messages_before_they_do_for_codes() {
    both_databases(async |test| {
        members(test).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        test.set_daily_texts(5).await;
        for day in ["2026-11-24T10:00", "2026-11-25T10:00", "2026-11-26T10:00"] {
            order(test, &aino, JOB, at(day)).await.unwrap();
        }
        assert_eq!(deliver(test).await.len(), 4, "{}: four fifths", test.kind);
        let messages = test.backend.messages(&pekka).await.unwrap();
        assert!(messages.undelivered.iter().all(|message| message.trouble == Trouble::Budget));
        assert_eq!(messages.undelivered.len(), 2, "the others are told by voice");
        // Strangers get no codes any more; who signs in does, once.
        let ask = async |phone: &str, client: &str| {
            let token = test.backend.open_session().await.unwrap();
            let visitor = test.backend.caller(Some(&token)).await.unwrap();
            test.backend.ask_code(&visitor, phone, domain::Language::Finnish, client).await
        };
        ask(MIKKO, "a").await.unwrap();
        assert_eq!(kinds(&deliver(test).await), [MessageKind::SignInCode]);
        assert!(is_refused(&ask(LEILA, "b").await, &Refusal::TryLater));
        test.clock.advance(Minutes(24 * 60));
        ask(LEILA, "b").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_yes_and_two_is_no_from_the_members_own_number() {
    both_databases(async |test| {
        let (_, leila) = members(test).await;
        let aino = test.resident("Aino", 5).await;
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let (yes, no) = numbers(&deliver(test).await, MIKKO);
        assert_eq!((yes.as_str(), no.as_str()), ("1", "2"));
        let say = async |from: &str, text: &str, id: &str| test.backend.text_received(from, text, id).await.unwrap();
        // Somebody else's number, a stranger's, a resident's: nothing happens, and nothing is answered to who isn't a member.
        assert_eq!(say(LEILA, "1", "a").await, Some(TextAnswer::NothingAsked));
        assert_eq!(say("+358 45 9999999", "1", "b").await, None);
        assert_eq!(say("+358 45 1000005", "1", "c").await, None);
        assert!(matches!(state(test, &aino, first).await, VisitState::Offered { .. }), "{}", test.kind);
        // What isn't understood gets help.
        assert_eq!(say(MIKKO, "Mikä työ?", "d").await, Some(TextAnswer::Unclear));
        assert_eq!(say(MIKKO, "2 en ehdi", "e").await, Some(TextAnswer::Declined));
        let held = state(test, &aino, first).await.held().unwrap();
        assert_eq!(held.member, leila.person.as_ref().unwrap().id, "{}: it goes on", test.kind);
        assert_eq!(say(MIKKO, "1", "f").await, Some(TextAnswer::TooLate), "no is no");
        let (yes, _) = numbers(&deliver(test).await, LEILA);
        assert_eq!(say(LEILA, &yes, "g").await, Some(TextAnswer::Taken));
        // The gateway brings it twice, and she sends it twice.
        assert_eq!(say(LEILA, &yes, "g").await, Some(TextAnswer::Taken));
        assert_eq!(say(LEILA, &yes, "h").await, Some(TextAnswer::Taken));
        assert!(matches!(state(test, &aino, first).await, VisitState::Agreed { .. }), "{}", test.kind);
        assert_eq!(say(LEILA, "2", "i").await, Some(TextAnswer::TooLate), "agreed is agreed");
        let answers = test.messages().await.into_iter().filter(|sent| sent.message.kind() == MessageKind::Answered);
        assert_eq!(answers.count(), 7, "{}: one reply a text", test.kind);
        // The next offer has other numbers, so that a late answer to the old one says nothing to it.
        let second = order(test, &aino, JOB, at("2026-11-25T10:00")).await.unwrap();
        let (yes, _) = numbers(&deliver(test).await, MIKKO);
        assert_eq!(yes, "3");
        assert_eq!(say(MIKKO, "1", "j").await, Some(TextAnswer::TooLate));
        assert!(matches!(state(test, &aino, second).await, VisitState::Offered { .. }), "{}", test.kind);
        // A word might be meant for the offer of a moment ago; half a day later it can't be.
        assert_eq!(say(MIKKO, "Kyllä!", "k").await, Some(TextAnswer::WhichOne), "{}", test.kind);
        test.clock.advance(Minutes(13 * 60));
        let third = order(test, &aino, JOB, at("2026-11-27T10:00")).await.unwrap();
        assert_eq!(say(MIKKO, "Kyllä!", "l").await, Some(TextAnswer::Taken), "a word is enough for a single one");
        history::check(test, &[first, second, third], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_has_gone_is_kept_nowhere_in_the_clear() {
    both_databases(async |test| {
        members(test).await;
        let token = test.backend.open_session().await.unwrap();
        let visitor = test.backend.caller(Some(&token)).await.unwrap();
        test.backend.ask_code(&visitor, MIKKO, domain::Language::Finnish, "client").await.unwrap();
        let code = test.newest_code().await;
        let in_clear = async || format!("{:?}", backend::peek::dump(&test.url).await).contains(&format!("\"{code}"));
        assert!(in_clear().await, "{}: it waits to be sent", test.kind);
        let taken = texts(test).await;
        test.backend.handed_over(taken[0].id, Handed::Accepted { parts: 1 }).await.unwrap();
        assert!(!in_clear().await, "{}", test.kind);
        test.backend.answer_code(&visitor, &code).await.unwrap();
        // One that never went is forgotten when it is of no use.
        let visitor = test.visitor().await;
        test.backend.ask_code(&visitor, MIKKO, domain::Language::Finnish, "client").await.unwrap();
        test.clock.advance(Minutes(11));
        test.backend.tick().await.unwrap();
        let Message::SignInCode { code } = &test.messages().await[0].message else { panic!("a code") };
        assert_eq!(&**code, "", "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_offers_a_word_takes_neither_and_a_number_its_own() {
    both_databases(async |test| {
        members(test).await;
        let (aino, veikko) = (test.resident("Aino", 5).await, test.resident("Veikko", 7).await);
        let first = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let second = order(test, &veikko, JOB, at("2026-11-25T10:00")).await.unwrap();
        deliver(test).await;
        let say = async |text: &str, id: &str| test.backend.text_received(MIKKO, text, id).await.unwrap();
        assert_eq!(say("kyllä", "a").await, Some(TextAnswer::WhichOne));
        assert_eq!(say("3", "b").await, Some(TextAnswer::Taken));
        assert!(matches!(state(test, &aino, first).await, VisitState::Offered { .. }), "{}", test.kind);
        assert!(matches!(state(test, &veikko, second).await, VisitState::Agreed { .. }), "{}", test.kind);
        // The offer ends unanswered.
        test.clock.advance(Minutes(24 * 60));
        assert_eq!(say("1", "c").await, Some(TextAnswer::TooLate));
        // An answering machine doesn't talk with ours for ever.
        let mut replies = 0;
        for number in 0..60 {
            replies += i32::from(say("En ole paikalla.", &format!("m{number}")).await.is_some());
        }
        assert!((20..=30).contains(&replies), "{}: {replies}", test.kind);
    })
    .await;
}

/// The evening before a visit whose window begins at `window`, which was ordered at `ordered` and agreed on at once.
async fn reminders(test: &TestBackend, ordered: &str, job: JobKind, window: domain::Moment) -> OrderId {
    let (mikko, _) = members(test).await;
    let aino = test.resident("Aino", 5).await;
    test.clock.set(domain::Moment::parse(ordered).unwrap());
    let order = order(test, &aino, job, window).await.unwrap();
    test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
    deliver(test).await;
    order
}

async fn reminded(test: &TestBackend) -> usize {
    test.messages().await.iter().filter(|sent| sent.message.kind() == MessageKind::Reminder).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn tomorrow_is_told_of_once_in_the_evening() {
    both_databases(async |test| {
        reminders(test, "2026-11-23T09:00:00+02:00", JOB, at("2026-11-25T10:00")).await;
        for (time, count) in [
            ("2026-11-23T18:30", 0),
            ("2026-11-24T17:59", 0),
            ("2026-11-24T18:00", 1),
            ("2026-11-24T18:01", 1),
            ("2026-11-24T20:59", 1),
            ("2026-11-25T18:00", 1),
        ] {
            test.clock.set(at(time));
            let (one, two) = tokio::join!(test.backend.tick(), test.backend.tick());
            one.and(two).unwrap();
            assert_eq!(reminded(test).await, count, "{}: {time}", test.kind);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_both_nights_of_the_clock_change_evening_is_at_six_by_the_clock() {
    // 28 March 2027 and 31 October 2027 are the changes: summer time is three hours ahead.
    for (ordered, window, before, evening) in [
        (
            "2027-03-26T09:00:00+02:00",
            "2027-03-29T10:00:00+03:00",
            "2027-03-28T17:59:00+03:00",
            "2027-03-28T18:00:00+03:00",
        ),
        (
            "2027-10-29T09:00:00+03:00",
            "2027-11-01T10:00:00+02:00",
            "2027-10-31T17:59:00+02:00",
            "2027-10-31T18:00:00+02:00",
        ),
    ] {
        both_databases(async |test| {
            // Easter Monday is among them: only snow is cleared on it.
            reminders(test, ordered, JobKind::SnowPath, domain::Moment::parse(window).unwrap()).await;
            for (time, count) in [(before, 0), (evening, 1)] {
                test.clock.set(domain::Moment::parse(time).unwrap());
                test.backend.tick().await.unwrap();
                assert_eq!(reminded(test).await, count, "{}: {time}", test.kind);
            }
        })
        .await;
    }
}
