//! The history checker: what must be true of the database after any race, whoever won it, and after a server was killed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "whatever isn't as it must be is a failed test")]

use std::collections::{BTreeMap, BTreeSet};

use assignment::{Breach, Rule, check_plan, day_blocks};
use domain::{OrderId, PersonId, Service, VisitId};

use super::{
    TestBackend,
    db::{number, rows},
};

/// Checks everything, and that exactly these orders were acknowledged. `lowered` says that a member lowered a limit after
/// agreeing to something: then caps may be over, and nothing else.
///
/// # Panics
/// When anything isn't as it must be.
pub async fn check(test: &TestBackend, acknowledged: &[OrderId], lowered: bool) {
    no_overlap(test).await;
    each_order_once(test, acknowledged).await;
    no_rule_is_broken(test, lowered).await;
    blocks_are_as_they_should_be(test).await;
    one_message_a_transition(test).await;
    who_has_nobody_has_a_reason(test).await;
    // I6: walks the chain, and panics where a link was taken out or changed.
    assert!(test.audit_rows().await > 0, "{}: nothing was traced", test.kind);
    the_database_is_whole(test).await;
}

/// I1: no two visits of one member share time, travel included.
async fn no_overlap(test: &TestBackend) {
    let overlaps = number(
        test,
        "select count(*) from visit a join visit b on a.member_id = b.member_id and a.visit_id < b.visit_id \
         where a.block_start < b.block_end and b.block_start < a.block_end",
    )
    .await;
    assert_eq!(overlaps, 0, "{}: two visits of one member overlap", test.kind);
}

/// I2: what was acknowledged is there once, with one visit, and nothing else is there.
async fn each_order_once(test: &TestBackend, acknowledged: &[OrderId]) {
    let once: BTreeSet<String> = acknowledged.iter().map(ToString::to_string).collect();
    assert_eq!(once.len(), acknowledged.len(), "{}: one order acknowledged as two", test.kind);
    let stored = rows(
        test,
        "select o.order_id, cast(count(v.visit_id) as text) from help_order o left join visit v on v.order_id = o.order_id \
         group by o.order_id",
    )
    .await;
    let stored: BTreeMap<String, String> =
        stored.into_iter().map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap())).collect();
    assert!(stored.values().all(|visits| visits == "1"), "{}: an order without its one visit", test.kind);
    let stored: BTreeSet<String> = stored.into_keys().collect();
    assert_eq!(stored, once, "{}: acknowledged and stored orders differ", test.kind);
}

/// I4: nothing agreed that breaks a member's limits, by the engine's independent judge.
async fn no_rule_is_broken(test: &TestBackend, lowered: bool) {
    let services: BTreeMap<VisitId, (Service, PersonId)> =
        rows(test, "select visit_id, job, resident_id from visit where member_id is not null")
            .await
            .into_iter()
            .map(|row| {
                let text = |column: usize| row[column].clone().unwrap();
                let job: domain::JobKind = text(1).parse().unwrap();
                (text(0).parse().unwrap(), (job.service(), text(2).parse().unwrap()))
            })
            .collect();
    // What was begun before its member was marked away stays theirs.
    let begun: BTreeSet<VisitId> = rows(
        test,
        "select v.visit_id from visit v join member_absence a on a.member_id = v.member_id \
         where v.state in ('under_way', 'done')",
    )
    .await
    .into_iter()
    .map(|row| row[0].as_ref().unwrap().parse().unwrap())
    .collect();
    let stays =
        |breach: &Breach| matches!(breach, Breach::Visit { visit, rule: Rule::Hours, .. } if begun.contains(visit));
    let breaches: Vec<Breach> = check_plan(&test.snapshot().await, &|visit| services.get(&visit).copied())
        .into_iter()
        .filter(|breach| !stays(breach))
        .filter(|breach| !lowered || matches!(breach, Breach::Overlap { .. } | Breach::Twice { .. }))
        .collect();
    assert_eq!(breaches, [], "{}", test.kind);
}

/// Each stored block is what the engine makes of that day.
///
/// # Panics
/// When one isn't.
pub async fn blocks_are_as_they_should_be(test: &TestBackend) {
    let stored: BTreeMap<VisitId, (i64, i64)> = rows(
        test,
        "select visit_id, cast(block_start as text), cast(block_end as text) from visit where member_id is not null",
    )
    .await
    .into_iter()
    .map(|row| {
        let text = |column: usize| row[column].clone().unwrap();
        (text(0).parse().unwrap(), (text(1).parse().unwrap(), text(2).parse().unwrap()))
    })
    .collect();
    let snapshot = test.snapshot().await;
    for member in &snapshot.members {
        let mut days: BTreeMap<chrono::NaiveDate, Vec<assignment::PlannedVisit>> = BTreeMap::new();
        for visit in &member.visits {
            days.entry(snapshot.rules.zone.date(visit.start)).or_default().push(*visit);
        }
        for block in days.values().flat_map(|day| day_blocks(member.home, member.mode, day)) {
            let should_be = (block.span.start.seconds(), block.span.end.seconds());
            assert_eq!(stored.get(&block.visit), Some(&should_be), "{}: a neighbour's block is stale", test.kind);
        }
    }
}

/// I5: each transition that somebody is told about has one message, and there is no message without one.
async fn one_message_a_transition(test: &TestBackend) {
    let events = counts(test, "select kind, cast(count(*) as text) from visit_event group by kind").await;
    let messages = counts(test, "select kind, cast(count(*) as text) from outbox group by kind").await;
    let event = |kind: &str| events.get(kind).copied().unwrap_or_default();
    let message = |kind: &str| messages.get(kind).copied().unwrap_or_default();
    let same = |kind: &str, events: i64| assert_eq!(message(kind), events, "{}: messages of {kind}", test.kind);
    same("new_offer", event("offered"));
    same("visit_agreed", event("agreed"));
    same("nobody_found", event("nobody_found"));
    same("on_the_way", event("on_way"));
    same("visit_done", event("done"));
    let left = event("declined") + event("expired") + event("given_back") + event("member_away");
    same("helper_changed", left - event("nobody_found") + event("put_to") + event("planned"));
    same("start_changed", event("start_changed"));
    let received = message("order_received") + message("request_received");
    assert_eq!(received, event("ordered") - event("reserved") + event("confirmed"), "{}: orders received", test.kind);
}

/// Whatever nobody has is on the desk's list, and says why when somebody was looked for in vain.
async fn who_has_nobody_has_a_reason(test: &TestBackend) {
    let unlisted = number(test, "select count(*) from visit where state = 'open' and ring_by is null").await;
    let silent = number(
        test,
        "select count(*) from visit v where state = 'open' and failure is null and exists \
         (select 1 from visit_event e where e.visit_id = v.visit_id and e.kind = 'nobody_found')",
    )
    .await;
    assert_eq!((unlisted, silent), (0, 0), "{}: an open visit without a call or a reason", test.kind);
}

async fn counts(test: &TestBackend, sql: &str) -> BTreeMap<String, i64> {
    let counted = rows(test, sql).await;
    counted.into_iter().map(|row| (row[0].clone().unwrap(), row[1].as_ref().unwrap().parse().unwrap())).collect()
}

/// I7: the database's own check of itself.
async fn the_database_is_whole(test: &TestBackend) {
    if test.kind == "sqlite" {
        let answer = rows(test, "pragma integrity_check").await;
        assert_eq!(answer, [[Some("ok".to_owned())]], "{}", test.kind);
        assert!(rows(test, "select cast(rowid as text) from pragma_foreign_key_check").await.is_empty());
    } else {
        // Every row of every table can be read, and each index has what its table has.
        rows(test, "create extension if not exists amcheck").await;
        rows(
            test,
            "select cast(count(*) as text) from (select bt_index_check(c.oid, true) from pg_class c \
             join pg_am a on a.oid = c.relam join pg_index i on i.indexrelid = c.oid \
             where a.amname = 'btree' and c.relnamespace = 'public'::regnamespace and i.indisvalid) checked",
        )
        .await;
    }
}
