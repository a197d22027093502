//! Codes of doors, as stories: sealed where they lie, shown to the one who goes there around the visit, each showing with a
//! line in the trace.

use backend::{
    Caller, Door, Error, Refusal, Shown, peek,
    testing::{
        TestBackend, both_databases,
        world::{LONG, member},
    },
};
use domain::{JobKind, Minutes};

use super::support::{at, is_refused, on, only_offer, order};

const JOB: JobKind = JobKind::CleaningUsual;
const CODE: &str = "Summeri 4711#";

fn secret(text: &str) -> String {
    text.repeat(8)
}

/// Aino's door, and Mikko who goes there on Tuesday from ten to twelve.
async fn agreed(test: &TestBackend) -> (Caller, Caller, String) {
    test.with_jobs(LONG).await;
    test.backend.keep_secrets(&[secret("first")]).await.unwrap();
    let (mikko, aino) = (test.member(member("Mikko")).await, test.resident("Aino", 5).await);
    let home = test.backend.doors(&aino).await.unwrap().homes[0].0.to_string();
    test.backend.set_door_code(&aino, &home, CODE).await.unwrap();
    let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
    test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
    let visit = test.backend.order_visit(&aino, &order.to_string()).await.unwrap().visit.to_string();
    (aino, mikko, visit)
}

async fn door(test: &TestBackend, mikko: &Caller) -> Door {
    test.backend.day(mikko, on("2026-11-24")).await.unwrap().visits[0].door
}

fn is_shown(shown: &Result<Shown, Error>) -> bool {
    matches!(shown, Ok(Shown::Code(code)) if **code == *CODE)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_shown_around_the_visit_to_who_goes_there_and_each_time_is_written_down() {
    both_databases(async |test| {
        let (aino, mikko, visit) = agreed(test).await;
        let leila = test.member(member("Leila")).await;
        let pekka = test.coordinator().await;
        let show = async |who: &Caller| test.backend.show_door_code(who, &visit).await;
        // The work is planned at ten or soon after: the window is told with the visit.
        let Door::From(first) = door(test, &mikko).await else { panic!("{}: not yet", test.kind) };
        test.clock.set(first.plus_seconds(-1));
        assert!(is_refused(&show(&mikko).await, &Refusal::Changed), "{}: a second early", test.kind);
        let rows = test.audit_rows().await;
        test.clock.set(first);
        assert_eq!(door(test, &mikko).await, Door::Now);
        for other in [&leila, &aino, &pekka] {
            assert!(is_refused(&show(other).await, &Refusal::NotYours), "{}", test.kind);
        }
        assert_eq!(test.audit_rows().await, rows, "nothing was shown");
        assert!(is_shown(&show(&mikko).await) && is_shown(&show(&mikko).await));
        assert_eq!(test.audit_rows().await, rows + 2, "{}: each showing", test.kind);
        // An hour before, two of work, half an hour after.
        let last = first + Minutes(60 + 120 + 30);
        test.clock.set(last.plus_seconds(-1));
        assert!(is_shown(&show(&mikko).await));
        test.clock.set(last);
        assert_eq!(door(test, &mikko).await, Door::Over);
        assert!(is_refused(&show(&mikko).await, &Refusal::Changed), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_the_visit_back_or_whose_resident_takes_the_code_back_sees_none() {
    both_databases(async |test| {
        let (aino, mikko, visit) = agreed(test).await;
        let Door::From(first) = door(test, &mikko).await else { panic!("{}", test.kind) };
        test.clock.set(first);
        let home = test.backend.doors(&aino).await.unwrap().homes[0].0.to_string();
        // Somebody else's home is like none.
        let veikko = test.resident("Veikko", 7).await;
        assert!(is_refused(&test.backend.set_door_code(&veikko, &home, "1").await, &Refusal::NotYours));
        assert!(is_refused(&test.backend.remove_door_code(&veikko, &home).await, &Refusal::NotYours));
        assert!(is_refused(&test.backend.doors(&mikko).await, &Refusal::NotYours));
        test.backend.remove_door_code(&aino, &home).await.unwrap();
        test.backend.remove_door_code(&aino, &home).await.unwrap();
        assert_eq!(door(test, &mikko).await, Door::Open);
        assert!(is_refused(&test.backend.show_door_code(&mikko, &visit).await, &Refusal::Changed));
        test.backend.set_door_code(&aino, &home, CODE).await.unwrap();
        assert!(is_shown(&test.backend.show_door_code(&mikko, &visit).await));
        test.backend.give_back(&mikko, &visit).await.unwrap();
        assert!(is_refused(&test.backend.show_door_code(&mikko, &visit).await, &Refusal::NotYours), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_nothing_that_opens_and_what_was_moved_or_changed_stays_shut() {
    both_databases(async |test| {
        let (_, mikko, visit) = agreed(test).await;
        let veikko = test.resident("Veikko", 7).await;
        let home = test.backend.doors(&veikko).await.unwrap().homes[0].0.to_string();
        test.backend.set_door_code(&veikko, &home, "Veikon ovi 9").await.unwrap();
        let everything = format!("{:?}", peek::dump(&test.url).await);
        for secret in [CODE, "4711", "Veikon ovi", &secret("first")] {
            assert!(!everything.contains(secret), "{}: {secret} stands in the clear", test.kind);
        }
        let Door::From(first) = door(test, &mikko).await else { panic!("{}", test.kind) };
        test.clock.set(first);
        assert!(is_shown(&test.backend.show_door_code(&mikko, &visit).await));
        // T40: Veikko's code put into Aino's row, with his key too.
        let swap = "update door_code set sealed = (select o.sealed from door_code o where o.person_id <> door_code.person_id)";
        peek::execute(&test.url, swap).await;
        let rows = test.audit_rows().await;
        assert_eq!(test.backend.show_door_code(&mikko, &visit).await.unwrap(), Shown::Unreadable, "{}", test.kind);
        assert_eq!(test.audit_rows().await, rows + 2, "asked for, and unreadable");
        peek::execute(&test.url, "update resident_key set sealed = (select o.sealed from resident_key o where o.person_id <> resident_key.person_id)").await;
        assert_eq!(test.backend.show_door_code(&mikko, &visit).await.unwrap(), Shown::Unreadable, "{}", test.kind);
        // A key destroyed is a code destroyed.
        peek::execute(&test.url, "delete from resident_key").await;
        assert_eq!(test.backend.show_door_code(&mikko, &visit).await.unwrap(), Shown::Unreadable, "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_changed_without_losing_a_code_and_a_missing_one_is_said_at_once() {
    both_databases(async |test| {
        let (_, mikko, visit) = agreed(test).await;
        let Door::From(first) = door(test, &mikko).await else { panic!("{}", test.kind) };
        test.clock.set(first);
        // T41: one that isn't there any more.
        let missing = test.backend.keep_secrets(&[secret("other")]).await;
        assert!(matches!(missing, Err(Error::Broken(_))), "{}", test.kind);
        assert!(matches!(test.backend.keep_secrets(&[]).await, Err(Error::Broken(_))), "{}", test.kind);
        // The new one before the old one: both read, and the new one seals.
        test.backend.keep_secrets(&[secret("other"), secret("first")]).await.unwrap();
        assert!(is_shown(&test.backend.show_door_code(&mikko, &visit).await), "{}", test.kind);
        test.backend.keep_secrets(&[secret("other")]).await.unwrap();
        assert!(is_shown(&test.backend.show_door_code(&mikko, &visit).await), "{}: sealed anew", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_trace_cannot_be_written_no_code_is_shown() {
    both_databases(async |test| {
        let (_, mikko, visit) = agreed(test).await;
        let Door::From(first) = door(test, &mikko).await else { panic!("{}", test.kind) };
        test.clock.set(first);
        // T45: the trace's head is gone, as with a disk that takes no more.
        peek::execute(&test.url, "delete from audit_head").await;
        let shown = test.backend.show_door_code(&mikko, &visit).await;
        assert!(matches!(shown, Err(Error::Broken(_))), "{}: {shown:?}", test.kind);
    })
    .await;
}
