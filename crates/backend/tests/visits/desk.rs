//! What the coordinator does, as stories: the board, putting a visit to somebody, calling it off.

use assignment::Rule;
use backend::{
    Refusal,
    testing::{
        both_databases,
        world::{LONG, every_day, member},
    },
};
use domain::{JobKind, Limits, Message, MessageKind, Problem, VisitState, WhoCancelled};

use super::support::{at, history, is_problem, is_refused, on, only_offer, order, state};

const JOB: JobKind = JobKind::CleaningUsual;

#[tokio::test(flavor = "multi_thread")]
async fn pekka_puts_a_visit_to_somebody_within_their_limits() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = test.member(member("Mikko")).await;
        let full = Limits { visits_a_day: Some(0), ..Limits::default() };
        let leila = test.member(backend::testing::world::Member { limits: full, ..member("Leila") }).await;
        let jari = test.member(backend::testing::world::Member { hours: every_day(10, 13), ..member("Jari") }).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let backend = &test.backend;
        let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        let view = backend.order_visit(&aino, &order.to_string()).await.unwrap();
        let visit = view.visit.to_string();
        let asked = view.state.held().unwrap().member;
        let (asked, other) = if mikko.person.as_ref().unwrap().id == asked { (&mikko, &jari) } else { (&jari, &mikko) };

        let page = backend.desk_visit(&pekka, &visit).await.unwrap();
        let answer = |c: &backend::Caller| {
            let id = c.person.as_ref().unwrap().id;
            page.members.iter().find(|(member, _)| member.id == id).unwrap().1
        };
        assert!(answer(other).is_ok());
        assert_eq!(answer(&leila), Err(Rule::VisitsADay));
        assert_eq!(page.history.iter().map(|(_, kind, _)| kind.as_str()).collect::<Vec<_>>(), ["ordered", "offered"]);

        let id = |c: &backend::Caller| c.person.as_ref().unwrap().id.to_string();
        let version = view.version.to_string();
        let over = backend.put_to(&pekka, &visit, &version, &id(&leila)).await;
        assert!(is_problem(&over, "member", Problem::OverLimits), "{over:?}");
        assert!(is_refused(&backend.put_to(&pekka, &visit, "0", &id(other)).await, &Refusal::Changed));
        assert!(is_refused(&backend.put_to(&pekka, &visit, &version, &id(&aino)).await, &Refusal::NotYours));
        backend.put_to(&pekka, &visit, &version, &id(other)).await.unwrap();
        backend.put_to(&pekka, &visit, &version, &id(other)).await.unwrap();
        assert!(backend.offers(asked).await.unwrap().is_empty(), "the first one isn't asked any more");
        backend.accept_offer(other, &only_offer(test, other).await).await.unwrap();
        assert!(matches!(state(test, &aino, order).await, VisitState::Agreed { .. }));
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_rule_is_nobodys_business() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = test.member(member("Mikko")).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let order = order(test, &aino, JOB, at("2026-11-23T15:00")).await.unwrap();
        let wall = Limits { earnings: domain::EarningsGuard::Wall(domain::Cents(1)), ..Limits::default() };
        test.member(backend::testing::world::Member { limits: wall, ..member("Leila") }).await;
        let tired = test.member(member("Jari")).await;
        test.backend.set_strength(&tired, "pause").await.unwrap();
        test.backend.decline_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let visit = test.backend.order_visit(&aino, &order.to_string()).await.unwrap().visit.to_string();
        let page = test.backend.desk_visit(&pekka, &visit).await.unwrap();
        let rules: Vec<Rule> = page.members.iter().filter_map(|(_, answer)| answer.err()).collect();
        assert_eq!(rules, [Rule::Hours, Rule::Hours], "{}", test.kind);
        let failure = page.failure.unwrap();
        assert_eq!(failure.removed, [(Rule::Asked, 1), (Rule::Hours, 2)], "{}", test.kind);
        let board = format!("{:?}", test.backend.board(&pekka, on("2026-11-23"), 14).await.unwrap());
        assert!(!board.contains("Earnings") && !board.contains("Strength"), "{}", test.kind);
        history::check(test, &[order], false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_off_tells_both_in_pekkas_words() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = test.member(member("Mikko")).await;
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let order = order(test, &aino, JOB, at("2026-11-24T10:00")).await.unwrap();
        test.backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let view = test.backend.order_visit(&aino, &order.to_string()).await.unwrap();
        let (visit, version) = (view.visit.to_string(), view.version.to_string());
        let long = "x".repeat(10_000);
        let refused = test.backend.call_off(&pekka, &visit, &version, &long).await;
        assert!(is_problem(&refused, "note", Problem::TooLong), "{refused:?}");
        test.backend.call_off(&pekka, &visit, &version, "Mikko sairastui").await.unwrap();
        test.backend.call_off(&pekka, &visit, &version, "Mikko sairastui").await.unwrap();
        assert!(matches!(state(test, &aino, order).await, VisitState::Cancelled(c) if c.by == WhoCancelled::Coop));
        let notes: Vec<_> = test
            .messages()
            .await
            .into_iter()
            .filter_map(|message| match message.message {
                Message::VisitCancelled { note, .. } => Some(note),
                _ => None,
            })
            .collect();
        assert_eq!(notes, ["Mikko sairastui", "Mikko sairastui"], "{}", test.kind);
        let board = test.backend.board(&pekka, on("2026-11-23"), 7).await.unwrap();
        assert_eq!((board.stuck.len(), board.days.len(), board.days[1].1.len()), (0, 7, 1));
        let kinds = test.messages().await.iter().filter(|m| m.message.kind() == MessageKind::NewOffer).count();
        assert_eq!(kinds, 1);
        history::check(test, &[order], false).await;
    })
    .await;
}
