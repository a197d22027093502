//! One person who was written down twice: noticed, put together after a preview, taken apart again; what prevents either;
//! and that erasing one erases both.

use std::collections::{BTreeMap, BTreeSet};

use backend::{
    Caller, MergeBar, MergeForm, Refusal, Shown, VisitView, peek,
    testing::{
        TestBackend, both_databases, sqlite,
        world::{LONG, Member, member},
    },
};
use domain::{JobKind, Like, Minutes, OrderId, Role, VisitState};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::support::{
    at,
    db::{number, rows},
    history, is_refused, order, soak,
};

const JOB: JobKind = JobKind::CleaningUsual;

/// Aino by her mobile, and Aino by her landline: two rows of one person, each with a life of its own.
struct Twice {
    mobile: Caller,
    landline: Caller,
    daughter: Caller,
    mikko: Caller,
    pekka: Caller,
    orders: Vec<OrderId>,
}

fn id(c: &Caller) -> String {
    c.person.as_ref().unwrap().id.to_string()
}

async fn twice(test: &TestBackend) -> Twice {
    let backend = &test.backend;
    test.with_jobs(LONG).await;
    backend.keep_secrets(&["first".repeat(8)]).await.unwrap();
    let mikko = test.member(Member { phone: "0400000201".into(), ..member("Mikko") }).await;
    let leila = test.member(member("Leila")).await;
    let pekka = test.coordinator().await;
    test.person("Aino Kahdesti", "+358 45 7654321", "Raitotie 7", &[Role::Resident]).await;
    let (mobile, _) = test.signed_in_by_code("+358457654321").await;
    let landline = test.person("Kahdesti Aino", "08 765 4321", "Raitotie 7", &[Role::Resident, Role::Relative]).await;
    let landline = test.signed_in(&landline).await;
    let daughter = test.person("Sanna Omainen", "+358 45 1112223", "", &[Role::Relative]).await;
    test.mandate(landline.person.as_ref().unwrap().id, Some(daughter.id)).await;
    test.mandate(landline.person.as_ref().unwrap().id, None).await;
    let daughter = test.signed_in(&daughter).await;
    // A neighbour for whom she orders, by the row with the landline.
    let neighbour = test.resident("Veikko", 9).await;
    test.mandate(neighbour.person.as_ref().unwrap().id, Some(landline.person.as_ref().unwrap().id)).await;
    let mut orders = Vec::new();
    for (who, hour) in [(&mobile, "2026-11-24T08:00"), (&landline, "2026-11-24T12:00"), (&landline, "2026-11-25T10:00")]
    {
        orders.push(order(test, who, JOB, at(hour)).await.unwrap());
        for helper in [&mikko, &leila] {
            for offer in backend.offers(helper).await.unwrap() {
                backend.accept_offer(helper, &offer.offer.to_string()).await.unwrap();
            }
        }
    }
    let home = backend.doors(&landline).await.unwrap().homes[0].0.to_string();
    backend.set_door_code(&landline, &home, "Summeri 4711").await.unwrap();
    // Leila doesn't come to her, neither by one row nor by the other; somebody else by one of them only.
    let jari = test.member(member("Jari")).await;
    for (resident, refused) in [(&mobile, &jari), (&landline, &jari)] {
        refuse(test, resident, refused).await;
    }
    let amina = test.member(member("Amina")).await;
    refuse(test, &landline, &amina).await;
    Twice { mobile, landline, daughter, mikko, pekka, orders }
}

/// Visits that are neither over nor called off.
async fn coming(test: &TestBackend, who: &Caller) -> Vec<VisitView> {
    let mut all = test.backend.my_visits(who).await.unwrap();
    all.retain(|visit| !matches!(visit.state, VisitState::Done { .. } | VisitState::Cancelled(_)));
    all
}

async fn refuse(test: &TestBackend, resident: &Caller, member: &Caller) {
    let sql = format!(
        "insert into refusal_pair (resident_id, member_id, said_by, made) values ('{}', '{}', 'resident', 1)",
        id(resident),
        id(member)
    );
    peek::execute(&test.url, &sql).await;
}

async fn form(test: &TestBackend, pekka: &Caller, kept: &Caller, gone: &Caller) -> MergeForm {
    let view = test.backend.merge_preview(pekka, &id(kept), &id(gone)).await.unwrap();
    MergeForm { kept: id(kept), gone: id(gone), seen: view.seen, ..MergeForm::default() }
}

async fn merge(test: &TestBackend, pekka: &Caller, kept: &Caller, gone: &Caller) -> String {
    let form = form(test, pekka, kept, gone).await;
    test.backend.merge(pekka, form).await.unwrap();
    test.backend.same_people(pekka).await.unwrap().merged[0].id.clone()
}

/// Everything, but what a session, the trace and the sealing draw anew.
async fn concerned(test: &TestBackend) -> BTreeMap<String, Vec<String>> {
    let mut dump = peek::dump(&test.url).await;
    for table in ["session", "audit_log", "audit_head", "merging", "resident_key", "door_code", "sign_in_code"] {
        dump.remove(table);
    }
    let doors = rows(test, "select home_id, person_id, made_by from door_code order by home_id").await;
    dump.insert("door_code".to_owned(), doors.iter().map(|row| format!("{row:?}")).collect());
    dump
}

/// The columns whose rows go over when two are put together.
const GO_OVER: [&str; 21] = [
    "door_code.made_by",
    "door_code.person_id",
    "feedback.by_person",
    "help_order.booker_id",
    "help_order.resident_id",
    "home.person_id",
    "mandate.holder_id",
    "mandate.recorded_by",
    "mandate.resident_id",
    "mandate_invitation.made_by",
    "mandate_invitation.resident_id",
    "mandate_request.asker_id",
    "mandate_request.resident_id",
    "outbox.person_id",
    "person_role.person_id",
    "phone_link.ended_by",
    "phone_link.made_by",
    "phone_link.person_id",
    "refusal_pair.resident_id",
    "visit.resident_id",
    "visit_event.by_person",
];

/// T64, for columns: somebody has thought about each that names a person. A new one goes over by a line of
/// `store::merging::MOVES`, or is named here with the reason why it stays.
#[tokio::test(flavor = "multi_thread")]
async fn every_column_that_names_a_person_has_been_thought_of() {
    let stays = [
        // Members and whoever works for the co-op aren't put together.
        "member.person_id",
        "member_absence.by_person",
        "member_absence.member_id",
        "member_exception.member_id",
        "member_hours.member_id",
        "member_skill.member_id",
        "member_strength.member_id",
        "offer.member_id",
        "planning.by_person",
        "refusal_pair.member_id",
        "visit.member_id",
        "visit_event.member_id",
        // Append-only: it is read by both ids.
        "audit_log.on_behalf_of",
        "audit_log.person_id",
        // They end.
        "passkey.person_id",
        "session.person_id",
        "session.serving_id",
        "sign_in_code.person_id",
        // Of no use to anybody but the row that it was made for; gone once it can't come back.
        "known_client.person_id",
        "resident_key.person_id",
        // The row itself, and what this is all about.
        "person.merged_into",
        "person.person_id",
        "merging.gone_id",
        "merging.kept_id",
        "merging.made_by",
        "merging.undone_by",
        "not_same.made_by",
        "not_same.one_id",
        "not_same.other_id",
    ];
    let test = sqlite().await;
    let pointing = "select m.name || '.' || f.\"from\" from sqlite_master m, pragma_foreign_key_list(m.name) f \
         where m.type = 'table' and f.\"table\" in ('person', 'member')";
    // Those without a foreign key are found by how such columns are called.
    let named = "select m.name || '.' || c.name from sqlite_master m, pragma_table_info(m.name) c \
         where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '\\_sqlx%' escape '\\' \
         and (c.name in ('person_id', 'resident_id', 'member_id', 'holder_id', 'on_behalf_of') or c.name like '%\\_by' escape '\\' \
         or c.name like '%person%') and c.name not in ('ring_by', 'cancelled_by', 'said_by')";
    let mut there = BTreeSet::new();
    for sql in [pointing, named] {
        there.extend(rows(&test, sql).await.into_iter().map(|row| row[0].clone().unwrap()));
    }
    let known: BTreeSet<String> = GO_OVER.into_iter().chain(stays).map(str::to_owned).collect();
    let unknown: Vec<_> = there.difference(&known).collect();
    let missing: Vec<_> = known.difference(&there).collect();
    assert!(unknown.is_empty() && missing.is_empty(), "new columns: {unknown:?}; not there any more: {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_of_one_person_are_noticed_with_the_reasons_and_by_nobody_else() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        let seen = backend.same_people(&two.pekka).await.unwrap();
        assert_eq!((seen.pairs.len(), seen.all, seen.merged.len()), (1, 1, 0), "{}", test.kind);
        assert_eq!(seen.pairs[0].why, [Like::SameName, Like::SameHome], "{}", test.kind);
        assert_eq!(seen.pairs[0].one.person.id.to_string(), id(&two.mobile), "{}: the longer known first", test.kind);
        let outi = test.lounge_helper().await;
        for other in [&two.mobile, &two.daughter, &two.mikko, &outi] {
            assert!(is_refused(&backend.same_people(other).await, &Refusal::NotYours), "{}", test.kind);
            let looked = backend.merge_preview(other, &id(&two.mobile), &id(&two.landline)).await;
            assert!(is_refused(&looked, &Refusal::NotYours), "{}", test.kind);
            let told = backend.are_two(other, &id(&two.mobile), &id(&two.landline)).await;
            assert!(is_refused(&told, &Refusal::NotYours), "{}", test.kind);
            assert!(is_refused(&backend.unmerge(other, "x").await, &Refusal::NotYours), "{}", test.kind);
        }
        // They are two after all: said once, whichever is named first, and it stays said.
        backend.are_two(&two.pekka, &id(&two.landline), &id(&two.mobile)).await.unwrap();
        let traced = test.audit_rows().await;
        backend.are_two(&two.pekka, &id(&two.mobile), &id(&two.landline)).await.unwrap();
        assert_eq!(test.audit_rows().await, traced, "{}: once", test.kind);
        assert_eq!(backend.same_people(&two.pekka).await.unwrap().all, 0, "{}", test.kind);
        let oneself = backend.merge_preview(&two.pekka, &id(&two.mobile), &id(&two.mobile)).await;
        assert!(is_refused(&oneself, &Refusal::NotYours), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn put_together_everything_is_with_one_and_taken_apart_everything_is_as_it_was() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        let before = concerned(test).await;
        let view = backend.merge_preview(&two.pekka, &id(&two.mobile), &id(&two.landline)).await.unwrap();
        assert_eq!((view.counts.0.coming, view.counts.1.coming), (1, 2), "{}", test.kind);
        assert_eq!((view.counts.1.mandates, view.counts.1.door_codes, view.counts.1.refusals), (3, 1, 2));
        assert_eq!((view.bars.len(), view.at_once, view.days), (0, false, 14), "{}: {:?}", test.kind, view.bars);

        let merging = merge(test, &two.pekka, &two.mobile, &two.landline).await;
        let after = peek::dump(&test.url).await;
        let gone = id(&two.landline);
        // No column of those that go over names the one who went, but the double home and what both had.
        for column in GO_OVER {
            let (table, column) = column.split_once('.').unwrap();
            let left = number(test, &format!("select count(*) from {table} where {column} = '{gone}'")).await;
            let may = i64::from((table, column) == ("home", "person_id") || table == "refusal_pair");
            assert_eq!(left, may, "{}: {table}.{column}", test.kind);
        }
        assert!(after["merging_moved"].len() > 10, "{}", test.kind);
        // Nothing was lost on the way, and no rule is broken.
        history::check(test, &two.orders, false).await;
        assert_eq!(coming(test, &two.mobile).await.len(), 3, "{}", test.kind);
        let refused = format!("select count(*) from refusal_pair where resident_id = '{}'", id(&two.mobile));
        assert_eq!(number(test, &refused).await, 2, "{}: whom either of them doesn't want", test.kind);
        // Her door opens to Mikko at her one home, by her one key.
        let visit = backend.order_visit(&two.mobile, &two.orders[1].to_string()).await.unwrap().visit.to_string();
        let shown = async |when: &str| {
            test.clock.set(at(when));
            backend.show_door_code(&two.mikko, &visit).await
        };
        let now = test.clock.now();
        let code = shown("2026-11-24T12:30").await.unwrap();
        assert!(matches!(&code, Shown::Code(code) if **code == *"Summeri 4711"), "{}", test.kind);
        test.clock.set(now);
        // The row that went is nobody: it isn't found, can't sign in, and its session is over.
        let found = backend.find_everybody(&two.pekka, "kahdesti").await.unwrap();
        assert_eq!(found.len(), 1, "{}", test.kind);
        assert_eq!(number(test, &format!("select count(*) from session where person_id = '{gone}'")).await, 0);
        assert!(is_refused(&backend.leaving_of(&two.pekka, &gone).await, &Refusal::NotYours), "{}", test.kind);
        let again = backend.merge_preview(&two.pekka, &id(&two.mobile), &gone).await;
        assert!(is_refused(&again, &Refusal::NotYours), "{}", test.kind);
        // The daughter orders for the one that is left, and her log knows of both.
        let may = backend.consents(&two.mobile).await.unwrap();
        assert!(may.given.iter().any(|mandate| mandate.holder.is_some()), "{}", test.kind);

        backend.unmerge(&two.pekka, &merging).await.unwrap();
        let restored = concerned(test).await;
        for (table, rows) in &before {
            // Looking at the code was traced, and nothing else was written.
            assert_eq!(&restored[table], rows, "{}: {table}", test.kind);
        }
        let code = shown("2026-11-24T12:30").await.unwrap();
        assert!(matches!(&code, Shown::Code(code) if **code == *"Summeri 4711"), "{}: sealed back", test.kind);
        assert!(is_refused(&backend.unmerge(&two.pekka, &merging).await, &Refusal::NotYours), "{}: once", test.kind);
        history::check(test, &two.orders, false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_coordinator_chooses_what_stays_and_messages_follow_the_number() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        let waits = |phone: &str| {
            format!(
                "select count(*) from outbox where phone = '{phone}' and sent_at is null and kind <> 'sign_in_code'"
            )
        };
        let (hers, theirs) = (number(test, &waits("+358457654321")).await, number(test, &waits("+35887654321")).await);
        assert!(hers > 0 && theirs > 0, "{}", test.kind);
        let before = concerned(test).await;
        // The row with the landline stays, with the other's number and name.
        let chosen = MergeForm {
            name: "gone".to_owned(),
            phone: "gone".to_owned(),
            ..form(test, &two.pekka, &two.landline, &two.mobile).await
        };
        backend.merge(&two.pekka, chosen).await.unwrap();
        assert_eq!(number(test, &waits("+35887654321")).await, 0, "{}", test.kind);
        assert_eq!(number(test, &waits("+358457654321")).await, hers + theirs, "{}", test.kind);
        let (signed_in, _) = test.signed_in_by_code("+358457654321").await;
        assert_eq!(id(&signed_in), id(&two.landline), "{}: by the number that stayed", test.kind);
        assert_eq!(signed_in.person.as_ref().unwrap().name.full(), "Aino Kahdesti", "{}", test.kind);
        let merging = backend.same_people(&two.pekka).await.unwrap().merged[0].id.clone();
        backend.unmerge(&two.pekka, &merging).await.unwrap();
        let restored = concerned(test).await;
        for (table, rows) in &before {
            let codes = ["outbox", "attempt", "known_client"];
            if !codes.contains(&table.as_str()) {
                assert_eq!(&restored[table], rows, "{}: {table}", test.kind);
            }
        }
        assert_eq!(number(test, &waits("+35887654321")).await, theirs, "{}", test.kind);
        let (signed_in, _) = test.signed_in_by_code("+358457654321").await;
        assert_eq!(id(&signed_in), id(&two.mobile), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_and_what_stands_against_it_is_said() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        let old = form(test, &two.pekka, &two.mobile, &two.landline).await;
        for other in [&two.mobile, &two.mikko] {
            let refused = backend.merge(other, old.clone()).await;
            assert!(is_refused(&refused, &Refusal::NotYours), "{}", test.kind);
        }
        // She calls a visit off while the page is being read.
        let visit = backend.order_visit(&two.mobile, &two.orders[0].to_string()).await.unwrap();
        backend.cancel_visit(&two.mobile, &visit.visit.to_string(), &visit.version.to_string()).await.unwrap();
        let late = backend.merge(&two.pekka, old).await;
        assert!(is_refused(&late, &Refusal::Changed), "{}: {late:?}", test.kind);

        let bars = async |one: &Caller, other: &Caller| {
            backend.merge_preview(&two.pekka, &id(one), &id(other)).await.unwrap().bars
        };
        assert_eq!(bars(&two.mobile, &two.mikko).await, [MergeBar::WorksHere], "{}", test.kind);
        assert_eq!(bars(&two.landline, &two.daughter).await, [MergeBar::Between], "{}", test.kind);
        let refused = form(test, &two.pekka, &two.landline, &two.daughter).await;
        assert!(is_refused(&backend.merge(&two.pekka, refused).await, &Refusal::Changed), "{}", test.kind);
        // A helper whom one doesn't want is to come to the other: to be solved first.
        let held = rows(
            test,
            &format!("select member_id from visit where resident_id = '{}' and state = 'agreed'", id(&two.landline)),
        )
        .await;
        let sql = format!(
            "insert into refusal_pair (resident_id, member_id, said_by, made) values ('{}', '{}', 'member', 1)",
            id(&two.mobile),
            held[0][0].clone().unwrap()
        );
        peek::execute(&test.url, &sql).await;
        assert_eq!(bars(&two.mobile, &two.landline).await, [MergeBar::RefusedHelper], "{}", test.kind);
        peek::execute(&test.url, "delete from refusal_pair where said_by = 'member'").await;
        // A code that doesn't open can't be handed over.
        peek::execute(&test.url, "update door_code set sealed = '00'").await;
        assert_eq!(bars(&two.mobile, &two.landline).await, [MergeBar::DoorCode], "{}", test.kind);
        peek::execute(&test.url, "delete from door_code").await;
        backend.stop_everything(&two.pekka, &id(&two.landline)).await.unwrap();
        assert_eq!(bars(&two.mobile, &two.landline).await, [MergeBar::Stopped], "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_later_stays_with_the_one_who_stayed() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        // Another home, so that one goes over.
        let elsewhere = test.person("Aino Muuttanut", "08 111 2222", "Tervakukkatie 30", &[Role::Resident]).await;
        let elsewhere = test.signed_in(&elsewhere).await;
        let none = test.person("Aino Kodilta", "", "", &[Role::Resident]).await;
        let none = test.signed_in(&none).await;
        let merging = merge(test, &two.pekka, &none, &elsewhere).await;
        // Her session ended with the change of number.
        let none = test.signed_in(none.person.as_ref().unwrap()).await;
        let mut orders = two.orders.clone();
        orders.push(order(test, &none, JOB, at("2026-11-27T10:00")).await.unwrap());
        let lately = backend.same_people(&two.pekka).await.unwrap().merged;
        assert_eq!(lately[0].orders_since, 1, "{}", test.kind);
        backend.unmerge(&two.pekka, &merging).await.unwrap();
        let visit = backend.order_visit(&none, &orders[3].to_string()).await.unwrap();
        assert!(matches!(visit.state, VisitState::Offered { .. }), "{}", test.kind);
        let foreign =
            "select count(*) from help_order o join home h on h.home_id = o.home_id where h.person_id <> o.resident_id";
        assert_eq!(number(test, foreign).await, 0, "{}: to a home of her own", test.kind);
        assert_eq!(number(test, "select count(*) from home where street = 'Tervakukkatie' and house = '30'").await, 2);
        history::check(test, &orders, false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_taken_back_for_so_long_and_then_the_row_that_went_has_no_name() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        let merging = merge(test, &two.pekka, &two.mobile, &two.landline).await;
        let until = backend.same_people(&two.pekka).await.unwrap().merged[0].until;
        assert_eq!(until, test.clock.now() + Minutes(14 * 24 * 60), "{}", test.kind);
        let names = format!("select count(*) from person where person_id = '{}' and given <> ''", id(&two.landline));
        test.clock.set(until.plus_seconds(-3600));
        backend.tick().await.unwrap();
        assert_eq!(number(test, &names).await, 1, "{}", test.kind);
        test.clock.set(until);
        let late = backend.unmerge(&two.pekka, &merging).await;
        assert!(is_refused(&late, &Refusal::Changed), "{}: {late:?}", test.kind);
        backend.tick().await.unwrap();
        assert_eq!(number(test, &names).await, 0, "{}", test.kind);
        assert_eq!(number(test, "select count(*) from merging_moved").await, 0, "{}", test.kind);
        assert!(backend.same_people(&two.pekka).await.unwrap().merged.is_empty(), "{}", test.kind);
        // She herself is as she was: nobody is erased, and nobody is put into the list of the erased.
        assert_eq!(backend.erase_due(None).await.unwrap(), 0, "{}", test.kind);
        assert_eq!(coming(test, &two.mobile).await.len(), 3, "{}", test.kind);
        assert!(test.audit_rows().await > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_her_erases_both_halves_and_what_was_remembered() {
    both_databases(async |test| {
        let two = twice(test).await;
        let backend = &test.backend;
        let merging = merge(test, &two.pekka, &two.mobile, &two.landline).await;
        let erase_at = backend.stop_everything(&two.pekka, &id(&two.mobile)).await.unwrap();
        let stopped = backend.unmerge(&two.pekka, &merging).await;
        assert!(is_refused(&stopped, &Refusal::Changed), "{}: one who has left stays as they are", test.kind);
        let list = std::env::temp_dir().join(format!("merged_erased_{}_{}.txt", std::process::id(), id(&two.mobile)));
        test.clock.set(erase_at);
        assert_eq!(backend.erase_due(Some(&list)).await.unwrap(), 1, "{}", test.kind);
        let listed = std::fs::read_to_string(&list).unwrap();
        std::fs::remove_file(&list).unwrap();
        for half in [&two.mobile, &two.landline] {
            assert!(listed.contains(&id(half)), "{}: an older copy knows two", test.kind);
        }
        let everything = format!("{:?}", peek::dump(&test.url).await).to_lowercase();
        for word in ["kahdesti", "7654321", "raitotie"] {
            assert!(!everything.contains(word), "{}: {word} is still there", test.kind);
        }
        assert_eq!(number(test, "select count(*) from merging_moved").await, 0, "{}", test.kind);
    })
    .await;
}

/// Orders, answers, cancellings, mergings and their taking back in any order, by seed.
async fn anything(test: &TestBackend, seed: u64) -> Vec<String> {
    let two = twice(test).await;
    let backend = &test.backend;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // Whom only one of them doesn't want would soon be on their way to the other.
    peek::execute(&test.url, "delete from refusal_pair where member_id in (select member_id from refusal_pair group by member_id having count(*) = 1)").await;
    let (mut orders, mut log) = (two.orders.clone(), Vec::new());
    for step in 0..40 {
        let one = if random.random_bool(0.5) { &two.mobile } else { &two.landline };
        // Their session may have ended with a merging.
        let who = test.signed_in(one.person.as_ref().unwrap()).await;
        let is_gone = who.roles.is_empty();
        match random.random_range(0..10) {
            0..4 if !is_gone => {
                let hour = random.random_range(0..9) + 8;
                let day = random.random_range(0..3) + 25;
                let when = at(&format!("2026-11-{day}T{hour:02}:00"));
                if let Ok(order) = order(test, &who, JOB, when).await {
                    orders.push(order);
                    log.push(format!("{step} ordered"));
                }
            }
            4..6 if !is_gone => {
                if let Some(visit) = coming(test, &who).await.into_iter().next() {
                    let done = backend.cancel_visit(&who, &visit.visit.to_string(), &visit.version.to_string()).await;
                    log.push(format!("{step} cancelled {}", done.is_ok()));
                }
            }
            6 => {
                if let Some(offer) = backend.offers(&two.mikko).await.unwrap().first() {
                    let done = backend.accept_offer(&two.mikko, &offer.offer.to_string()).await;
                    log.push(format!("{step} accepted {}", done.is_ok()));
                }
            }
            _ => {
                let open = backend.same_people(&two.pekka).await.unwrap().merged;
                let done = if let Some(merging) = open.first() {
                    backend.unmerge(&two.pekka, &merging.id).await
                } else {
                    let (kept, gone) = if random.random_bool(0.5) {
                        (&two.mobile, &two.landline)
                    } else {
                        (&two.landline, &two.mobile)
                    };
                    let view = backend.merge_preview(&two.pekka, &id(kept), &id(gone)).await.unwrap();
                    let form = MergeForm {
                        kept: id(kept),
                        gone: id(gone),
                        seen: view.seen,
                        phone: if random.random_bool(0.5) { "gone" } else { "kept" }.to_owned(),
                        ..MergeForm::default()
                    };
                    backend.merge(&two.pekka, form).await
                };
                log.push(format!("{step} together {} {}", open.is_empty(), done.is_ok()));
            }
        }
        let foreign =
            "select count(*) from help_order o join home h on h.home_id = o.home_id where h.person_id <> o.resident_id";
        assert_eq!(number(test, foreign).await, 0, "{}, seed {seed}, step {step}: somebody else's home", test.kind);
    }
    history::check(test, &orders, false).await;
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_between_them_the_history_holds() {
    for seed in [soak::seed(5), soak::seed(6)] {
        let logs = std::sync::Mutex::new(Vec::new());
        both_databases(async |test| {
            let log = anything(test, seed).await;
            assert!(
                log.iter().filter(|line| line.contains("together") && line.ends_with("true")).count() > 2,
                "{log:?}"
            );
            logs.lock().unwrap().push(log);
        })
        .await;
        let logs = logs.into_inner().unwrap();
        for other in logs.iter().skip(1) {
            assert_eq!(&logs[0], other, "the two databases answer differently");
        }
    }
}
