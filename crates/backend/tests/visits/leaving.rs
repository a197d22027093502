//! Somebody leaves, or has died: what stops at once, what goes after their days, what stays, and that a copy put back
//! doesn't bring them back (T44, T52).

use std::{collections::BTreeSet, path::PathBuf};

use backend::{
    Backend, Caller, Clock, Entropy, InvitationForm, MandateRequestForm, Refusal, backup, peek,
    testing::{
        TestBackend,
        authenticator::Authenticator,
        both_databases, sqlite,
        world::{LONG, Member, member},
    },
};
use domain::{JobKind, Language, Message, Minutes, OrderId, Problem, Role, VisitState};

use super::support::{
    at,
    db::{number, rows},
    history::blocks_are_as_they_should_be,
    is_problem, is_refused, on, only_offer, order, state,
};

const JOB: JobKind = JobKind::CleaningUsual;
const DAY: Minutes = Minutes(24 * 60);

/// What says who Tyyne is, or whom she knows.
const HERS: [&str; 7] = ["tyyne", "tunnistettava", "7654321", "raitotie", "avain naapurissa", "tuula", "0000777"];

/// Tyyne's life with the co-op: a visit that is done, one that Mikko has agreed to between two of others, one that is
/// offered; a daughter with a mandate, a friend who was asked, a door code, a session in a browser.
struct Life {
    tyyne: Caller,
    tytar: Caller,
    mikko: Caller,
    pekka: Caller,
    agreed: OrderId,
    offered: OrderId,
    past: String,
    list: PathBuf,
}

impl Drop for Life {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.list);
    }
}

async fn life(test: &TestBackend) -> Life {
    let backend = &test.backend;
    test.with_jobs(LONG).await;
    backend.keep_secrets(&["first".repeat(8)]).await.unwrap();
    let mikko = test.member(Member { phone: "0400000201".into(), ..member("Mikko") }).await;
    let pekka = test.coordinator().await;
    test.person("Tyyne Tunnistettava", "+358 45 7654321", "Raitotie 7", &[Role::Resident]).await;
    let (tyyne, _) = test.signed_in_by_code("+358457654321").await;
    backend.take_passkeys("https://naapuriapu.example");
    let mut device = Authenticator {
        origin: "https://naapuriapu.example".to_owned(),
        host: "naapuriapu.example".to_owned(),
        ..Authenticator::number(1)
    };
    let answer = device.make(&backend.begin_passkey(&tyyne).await.unwrap());
    backend.make_passkey(&tyyne, "Tunnistettavan puhelin", &answer).await.unwrap();
    let tytar = test.person("Sanna Omainen", "+358 45 1112223", "", &[Role::Relative]).await;
    test.mandate(tyyne.person.as_ref().unwrap().id, Some(tytar.id)).await;
    let tytar = test.signed_in(&tytar).await;

    // The daughter orders the first one.
    let for_her = Caller { serving: tyyne.person.clone(), ..tytar.clone() };
    let done = order(test, &for_her, JOB, at("2026-11-24T08:00")).await.unwrap();
    backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
    let past = backend.order_visit(&tyyne, &done.to_string()).await.unwrap().visit.to_string();
    test.clock.set(at("2026-11-24T08:00"));
    for step in ["on_way", "started", "done"] {
        backend.take_step(&mikko, &past, step, None).await.unwrap();
        test.clock.advance(Minutes(30));
    }
    backend.give_feedback(&tytar, &past, "5").await.unwrap();

    // Between two of others', so that their ways change.
    for (name, house, hour) in [("Aino", 5, "08"), ("Veikko", 60, "14")] {
        let other = test.resident(name, house).await;
        order(test, &other, JOB, at(&format!("2026-11-26T{hour}:00"))).await.unwrap();
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
    }
    let agreed = order(test, &tyyne, JOB, at("2026-11-26T11:00")).await.unwrap();
    backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
    let offered = order(test, &tyyne, JOB, at("2026-11-27T10:00")).await.unwrap();
    peek::execute(&test.url, "update help_order set note = 'Avain naapurissa' where resident_id = (select person_id from person where family = 'Tunnistettava')").await;

    let home = backend.doors(&tyyne).await.unwrap().homes[0].0.to_string();
    backend.set_door_code(&tyyne, &home, "4711").await.unwrap();
    let asked = InvitationForm {
        name: "Tuula Hoitaja".to_owned(),
        phone: "040 000 0777".to_owned(),
        months: "6".to_owned(),
        ..InvitationForm::default()
    };
    backend.invite(&tyyne, asked).await.unwrap();
    // A code that she asked for and never answered, and words that the coordinator sent to Mikko about her.
    let browser = test.visitor().await;
    backend.ask_code(&browser, "+358457654321", Language::Finnish, "192.0.2.1").await.unwrap();
    let list =
        std::env::temp_dir().join(format!("erased_{}_{}.txt", std::process::id(), tyyne.person.as_ref().unwrap().id));
    Life { tyyne, tytar, mikko, pekka, agreed, offered, past, list }
}

async fn everything(url: &str) -> String {
    format!("{:?}", peek::dump(url).await).to_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_stopped_at_once_and_gone_when_their_days_are_over() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        let before = everything(&test.url).await;
        for word in HERS {
            assert!(before.contains(word), "{}: {word}", test.kind);
        }
        let told = backend.leaving(&life.tyyne).await.unwrap();
        assert_eq!((told.coming, told.begun, told.past, told.mandates, told.days), (2, 0, 1, 1, 14), "{}", test.kind);

        let erase_at = backend.leave(&life.tyyne).await.unwrap();
        assert_eq!(erase_at, test.clock.now() + Minutes(14 * 24 * 60));
        for order in [life.agreed, life.offered] {
            assert!(matches!(state(test, &life.pekka, order).await, VisitState::Cancelled(_)), "{}", test.kind);
        }
        blocks_are_as_they_should_be(test).await;
        let to_mikko = |message: &Message| matches!(message, Message::VisitCancelled { .. } | Message::OfferWithdrawn { .. });
        let sent = test.messages().await;
        let told = |name: &str, is: &dyn Fn(&Message) -> bool| {
            sent.iter().filter(|s| s.to.as_ref().is_some_and(|to| to.given() == name) && is(&s.message)).count()
        };
        assert_eq!(told("Mikko", &to_mikko), 2, "{}: each member is told", test.kind);
        assert_eq!(told("Sanna", &|m| matches!(m, Message::MandateRevoked { .. })), 1, "{}", test.kind);
        let waits = "select count(*) from outbox where sent_at is null and (phone = '+358457654321' or kind = 'invited')";
        assert_eq!(number(test, waits).await, 0, "{}: nothing goes to her any more", test.kind);
        let no_session = backend.my_visits(&life.tytar).await.unwrap();
        assert!(no_session.is_empty(), "{}: the mandate is over", test.kind);

        // To the second.
        test.clock.set(erase_at.plus_seconds(-1));
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 0, "{}", test.kind);
        test.clock.set(erase_at);
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 1, "{}", test.kind);
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 0, "{}: once", test.kind);
        let after = everything(&test.url).await;
        for word in HERS {
            assert!(!after.contains(word), "{}: {word} is still there", test.kind);
        }
        assert!(!peek::dump(&test.url).await["resident_key"].iter().any(|row| row.contains(&id(&life.tyyne))));
        // Who helped her doesn't lead to her.
        let leads = "select count(*) from help_order where booker_id is not null and resident_id <> booker_id";
        assert_eq!(number(test, leads).await, 0, "{}", test.kind);

        // What statistics and invoices need, and the trace.
        let kept = rows(test, "select cast(count(*) as text), cast(sum(price) as text), cast(sum(worked) as text) from visit v join person p on p.person_id = v.resident_id where p.erased is not null").await;
        assert_eq!(kept[0][0].as_deref(), Some("3"), "{}: her visits", test.kind);
        assert_eq!(kept[0][1].as_deref(), Some("12000"), "{}: their prices", test.kind);
        assert!(kept[0][2].is_some(), "{}: the work that was done", test.kind);
        assert!(test.audit_rows().await > 0, "{}: the chain is whole", test.kind);
        // The board and the desk's page of a visit still show.
        backend.board(&life.pekka, on("2026-11-23"), 7).await.unwrap();
        let desk = backend.desk_visit(&life.pekka, &life.past).await.unwrap();
        assert!(desk.visit.resident.name.is_erased() && desk.visit.note.is_empty(), "{}", test.kind);
        assert!(backend.find_residents(&life.pekka, "").await.unwrap().iter().all(|r| !r.person.name.is_erased()));
        let list = std::fs::read_to_string(&life.list).unwrap();
        assert_eq!(list, format!("2026-12-08 {}\n", id(&life.tyyne)), "{}: the list names nobody", test.kind);
    })
    .await;
}

/// Questions whether somebody may order for somebody: hers to a neighbour, and one to her, to which she said yes.
#[tokio::test(flavor = "multi_thread")]
async fn questions_and_their_answers_go_too() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        let question = |resident: &str, phone: &str| MandateRequestForm {
            resident: resident.to_owned(),
            resident_phone: phone.to_owned(),
            months: "6".to_owned(),
            ..MandateRequestForm::default()
        };
        let hers = question("Aino Asukas", "+358451000005");
        backend.ask_for_mandate(&life.tyyne, hers, "192.0.2.1").await.unwrap();
        let friend = test.person("Kalle Kaveri", "+358 45 3334445", "", &[Role::Relative]).await;
        let friend = test.signed_in(&friend).await;
        let to_her = question("Tyyne Tunnistettava", "+358457654321");
        backend.ask_for_mandate(&friend, to_her, "192.0.2.2").await.unwrap();
        let asked = backend.consents(&life.tyyne).await.unwrap().requests[0].id.to_string();
        backend.answer_request(&life.tyyne, &asked, true).await.unwrap();
        let kinds = "select count(*) from outbox where kind in ('mandate_asked', 'mandate_granted')";
        assert_eq!(number(test, kinds).await, 3, "{}", test.kind);
        // What goes out to the neighbour after that is nothing.
        let erase_at = backend.leave(&life.tyyne).await.unwrap();
        let waits = "select count(*) from outbox where kind = 'mandate_asked' and sent_at is null";
        assert_eq!(number(test, waits).await, 0, "{}", test.kind);
        test.clock.set(erase_at);
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 1, "{}", test.kind);
        let after = everything(&test.url).await;
        for word in HERS {
            assert!(!after.contains(word), "{}: {word} is still there", test.kind);
        }
        assert_eq!(number(test, "select count(*) from mandate_request").await, 0, "{}", test.kind);
    })
    .await;
}

fn id(c: &Caller) -> String {
    c.person.as_ref().unwrap().id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_act_of_the_coordinator_stops_everything_and_nothing_more_is_told() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        // T52. What waits to go out to her: the day before's reminder, what Mikko agreed to, the question to her friend.
        let waits =
            "select count(*) from outbox where sent_at is null and (phone = '+358457654321' or kind = 'invited')";
        assert!(number(test, waits).await > 1, "{}", test.kind);
        for other in [&life.tyyne, &life.tytar, &life.mikko] {
            let refused = backend.stop_everything(other, &id(&life.tyyne)).await;
            assert!(is_refused(&refused, &Refusal::NotYours), "{}", test.kind);
        }
        let (erase_at, again) = (
            backend.stop_everything(&life.pekka, &id(&life.tyyne)).await.unwrap(),
            backend.stop_everything(&life.pekka, &id(&life.tyyne)).await.unwrap(),
        );
        assert_eq!(erase_at, again, "{}: a double tap", test.kind);
        assert_eq!(number(test, waits).await, 0, "{}", test.kind);
        let texts: Vec<_> = backend.take_texts(1_000).await.unwrap();
        assert!(texts.iter().all(|text| text.phone.e164() != "+358457654321"), "{}", test.kind);
        assert!(texts.iter().any(|text| text.phone.e164() == "+358400000201"), "{}: Mikko is told", test.kind);
        assert!(!texts.iter().any(|t| matches!(t.message, Message::MandateRevoked { .. } | Message::Invited { .. })));

        // The evening before, and the days themselves: nothing. Neither sessions nor codes open anything.
        for _ in 0..8 {
            test.clock.advance(Minutes(12 * 60));
            backend.tick().await.unwrap();
        }
        assert_eq!(number(test, waits).await, 0, "{}", test.kind);
        let browser = test.visitor().await;
        let codes =
            "select count(*) from outbox where kind = 'sign_in_code' and phone = '+358457654321' and sent_at is null";
        backend.ask_code(&browser, "+358457654321", Language::Finnish, "192.0.2.9").await.unwrap();
        assert_eq!(number(test, codes).await, 0, "{}", test.kind);
        // A session that was made at the very moment.
        let late = test.signed_in(life.tyyne.person.as_ref().unwrap()).await;
        let ordered = order(test, &late, JOB, at("2026-12-03T10:00")).await;
        assert!(is_refused(&ordered, &Refusal::NotYours), "{}: {ordered:?}", test.kind);
        let outi = test.lounge_helper().await;
        assert!(backend.find_residents(&outi, "tyyne").await.unwrap().is_empty(), "{}", test.kind);
        assert!(is_refused(&backend.serve(&outi, &id(&life.tyyne)).await, &Refusal::NotYours), "{}", test.kind);
        assert!(test.audit_rows().await > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_taken_back_for_so_long_and_not_a_second_longer() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        let erase_at = backend.stop_everything(&life.pekka, &id(&life.tyyne)).await.unwrap();
        test.clock.set(erase_at.plus_seconds(-1));
        assert!(is_refused(&backend.take_back(&life.mikko, &id(&life.tyyne)).await, &Refusal::NotYours));
        backend.take_back(&life.pekka, &id(&life.tyyne)).await.unwrap();
        backend.take_back(&life.pekka, &id(&life.tyyne)).await.unwrap();
        test.clock.advance(DAY);
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 0, "{}", test.kind);
        // She signs in by her number and sees that the visits were called off.
        let (tyyne, _) = test.signed_in_by_code("+358457654321").await;
        assert!(matches!(state(test, &tyyne, life.agreed).await, VisitState::Cancelled(_)), "{}", test.kind);
        order(test, &tyyne, JOB, at("2026-12-12T10:00")).await.unwrap();

        let erase_at = backend.leave(&tyyne).await.unwrap();
        test.clock.set(erase_at);
        let late = backend.take_back(&life.pekka, &id(&tyyne)).await;
        assert!(is_refused(&late, &Refusal::Changed), "{}: {late:?}", test.kind);
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 1, "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_list_cannot_be_written_nobody_is_erased_and_who_works_here_does_not_leave_so() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        assert!(is_problem(&backend.leave(&life.mikko).await, "person", Problem::WorksHere), "{}", test.kind);
        assert!(is_refused(&backend.leave(&test.visitor().await).await, &Refusal::SignInFirst), "{}", test.kind);
        let erase_at = backend.leave(&life.tyyne).await.unwrap();
        test.clock.set(erase_at);
        // A folder stands where the list is to be.
        let folder = life.list.with_extension("d");
        std::fs::create_dir_all(&folder).unwrap();
        let unwritten = backend.erase_due(Some(&folder)).await;
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(unwritten, Err(backend::Error::Broken(_))), "{}: {unwritten:?}", test.kind);
        assert!(everything(&test.url).await.contains("tunnistettava"), "{}", test.kind);
        assert_eq!(backend.erase_due(Some(&life.list)).await.unwrap(), 1, "{}", test.kind);
    })
    .await;
}

/// On both databases: one that knows nothing of her leaving, as after any tool has put a copy back.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_the_list_is_erased_again() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        assert_eq!(backend.erase_again(&life.list).await.unwrap(), 0, "{}: no list yet", test.kind);
        std::fs::write(&life.list, format!("2026-12-08 {}\n", id(&life.tyyne))).unwrap();
        assert_eq!(backend.erase_again(&life.list).await.unwrap(), 1, "{}", test.kind);
        let after = everything(&test.url).await;
        for word in HERS {
            assert!(!after.contains(word), "{}: {word} is still there", test.kind);
        }
        assert!(matches!(state(test, &life.pekka, life.agreed).await, VisitState::Cancelled(_)), "{}", test.kind);
        assert_eq!(backend.erase_again(&life.list).await.unwrap(), 0, "{}: once", test.kind);
        assert!(test.audit_rows().await > 0);
        std::fs::write(&life.list, "2026-12-08 nobody\n").unwrap();
        assert!(backend.erase_again(&life.list).await.is_err(), "{}: a line that can't be read is said", test.kind);
    })
    .await;
}

/// T44's copy: made before she was erased, put back after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_put_back_does_not_bring_her_back() {
    let test = sqlite().await;
    let life = life(&test).await;
    let folder = std::env::temp_dir().join(format!("naapuriapu_erased_copy_{}", std::process::id()));
    backup::save(&test.url, &folder.join("copy.db")).await.unwrap();
    let erase_at = test.backend.leave(&life.tyyne).await.unwrap();
    test.clock.set(erase_at);
    assert_eq!(test.backend.erase_due(Some(&life.list)).await.unwrap(), 1);

    let url = format!("sqlite://{}", folder.join("there.db").display());
    backup::restore(&folder.join("copy.db"), &url).await.unwrap();
    assert!(everything(&url).await.contains("tunnistettava"), "the copy knows her");
    let restored = Backend::open(&url, Clock::manual(erase_at), Entropy::from_seed(3)).await.unwrap();
    assert_eq!(restored.erase_again(&life.list).await.unwrap(), 1);
    let after = everything(&url).await;
    for word in HERS {
        assert!(!after.contains(word), "{word} came back");
    }
    assert!(matches!(restored.trail().await.unwrap(), backend::Trail::Whole { .. }));
    restored.close().await;
    std::fs::remove_dir_all(folder).unwrap();
}

/// What was deleted isn't left in a corner of the file, or in the journal beside it.
#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_of_the_database_do_not_hold_her_either() {
    let test = sqlite().await;
    let life = life(&test).await;
    let file = PathBuf::from(test.url.strip_prefix("sqlite://").unwrap());
    let holds = |word: &str| {
        ["db", "db-wal"].into_iter().any(|ending| {
            let bytes = std::fs::read(file.with_extension(ending)).unwrap_or_default();
            bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
        })
    };
    assert!(HERS.iter().all(|word| holds(word)));
    let erase_at = test.backend.leave(&life.tyyne).await.unwrap();
    test.clock.set(erase_at);
    assert_eq!(test.backend.erase_due(Some(&life.list)).await.unwrap(), 1);
    for word in HERS {
        assert!(!holds(word), "{word} is still in the file");
    }
}

/// T64: somebody has thought about each table. A new one is either emptied by `store::leaving::erase` or named here.
#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_been_thought_of() {
    let erased = [
        "door_code",
        "draft",
        "feedback",
        "form_kept",
        "help_order",
        "home",
        "known_client",
        "mandate",
        "mandate_invitation",
        "mandate_request",
        "merging",
        "merging_moved",
        "not_same",
        "outbox",
        "passkey",
        "passkey_ceremony",
        "outbox_failure",
        "person",
        "person_role",
        "phone_link",
        "refusal_pair",
        "resident_key",
        "session",
        "sign_in_code",
        "visit_event",
    ];
    // Ids, times, prices and codes; what says something of members; the co-op's own.
    let stays = [
        "attempt",
        "audit_head",
        "audit_log",
        "coop",
        "demo_fill",
        "job_terms",
        "member",
        "member_absence",
        "member_exception",
        "member_hours",
        "member_skill",
        "member_strength",
        "offer",
        "planning",
        "submission",
        "visit",
    ];
    let test = sqlite().await;
    let known: BTreeSet<&str> = erased.into_iter().chain(stays).collect();
    let tables = peek::dump(&test.url).await;
    let there: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
    assert_eq!(there, known, "a table of which nobody has said whether it holds something of a person");
}

/// What has been kept for long enough goes, to the second; what hasn't stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_forgotten_on_the_day() {
    both_databases(async |test| {
        let _life = life(test).await;
        let backend = &test.backend;
        let written = number(test, "select max(made) from outbox").await;
        let messages = "select count(*) from outbox";
        let year = 365 * 24 * 3600;
        // The last message of all is kept for a year, within which the other kinds have gone.
        let invitations = "select count(*) from mandate_invitation";
        let ends = number(test, "select max(ends) from mandate_invitation").await;
        for (at, left) in [(ends + 30 * 24 * 3600, 1), (ends + 30 * 24 * 3600 + 3600, 0)] {
            test.clock.set(domain::Moment::from_seconds(at));
            backend.tick().await.unwrap();
            assert_eq!(number(test, invitations).await, left, "{}: questions to others", test.kind);
        }
        let seen = number(test, "select max(seen) from known_client").await;
        for (at, left) in [(seen + 90 * 24 * 3600, 1), (seen + 90 * 24 * 3600 + 3600, 0)] {
            test.clock.set(domain::Moment::from_seconds(at));
            backend.tick().await.unwrap();
            assert_eq!(number(test, "select count(*) from known_client").await, left, "{}: addresses", test.kind);
        }
        peek::execute(&test.url, "delete from outbox where made > 0 and made < (select max(made) from outbox)").await;
        test.clock.set(domain::Moment::from_seconds(written + year));
        backend.tick().await.unwrap();
        let newest = number(test, "select max(made) from outbox").await;
        assert_eq!(newest, number(test, "select min(made) from outbox").await);
        test.clock.set(domain::Moment::from_seconds(newest + year));
        backend.tick().await.unwrap();
        assert!(number(test, messages).await > 0, "{}: a year isn't over before it is", test.kind);
        test.clock.set(domain::Moment::from_seconds(newest + year + 3600));
        backend.tick().await.unwrap();
        assert_eq!(number(test, messages).await, 0, "{}", test.kind);
        assert_eq!(number(test, "select count(*) from visit").await, 5, "{}: visits stay", test.kind);
    })
    .await;
}

/// A person's own data: all of theirs, and of others what their pages show them.
#[tokio::test(flavor = "multi_thread")]
async fn ones_own_data_is_all_of_it_and_nobody_elses() {
    both_databases(async |test| {
        let life = life(test).await;
        let backend = &test.backend;
        let rows = test.audit_rows().await;
        let hers = backend.export_own_data(&life.tyyne).await.unwrap();
        assert_eq!(test.audit_rows().await, rows + 1, "{}: it is traced", test.kind);
        assert_eq!(hers, backend.own_data(&life.tyyne).await.unwrap());
        let text = format!("{hers:?}");
        for word in
            ["Tyyne", "Tunnistettava", "+358457654321", "Raitotie 7", "Avain naapurissa", "Sanna", "Tuula", "Mikko"]
        {
            assert!(text.contains(word), "{}: {word}", test.kind);
        }
        for word in ["4711", "M\u{e4}", "+358400000201", "+358451112223", "Aino", "Veikko"] {
            assert!(!text.contains(word), "{}: {word} is somebody else's, or secret", test.kind);
        }
        let of = |name: &str| hers.iter().find(|table| table.name == name).map_or(0, |table| table.rows.len());
        assert_eq!((of("visits"), of("homes"), of("permissions"), of("limits")), (3, 1, 1, 0), "{}", test.kind);
        // A member's own limits, and nothing of those whom they help.
        let mikkos = format!("{:?}", backend.own_data(&life.mikko).await.unwrap());
        assert!(mikkos.contains("earnings_guard") && mikkos.contains("worked_minutes"), "{}", test.kind);
        for word in ["Tyyne", "Raitotie", "Aino"] {
            assert!(!mikkos.contains(word), "{}: {word}", test.kind);
        }
        let nobody = backend.own_data(&test.visitor().await).await;
        assert!(is_refused(&nobody, &Refusal::SignInFirst), "{}", test.kind);
    })
    .await;
}
