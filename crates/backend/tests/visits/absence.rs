//! A member falls ill: all their visits find somebody else in one transaction, within everybody's limits (T51).

use std::collections::BTreeSet;

use backend::{
    Caller, PlanningState, Refusal,
    testing::{
        TestBackend, both_databases,
        world::{LONG, Member, every_day, member},
    },
};
use domain::{JobKind, Limits, Message, MessageKind, Moment, OrderId, Problem, VisitState};

use super::support::{at, at_once, history, is_problem, is_refused, on, only_offer, order, state};

const JOB: JobKind = JobKind::CleaningUsual;

fn id(c: &Caller) -> String {
    c.person.as_ref().unwrap().id.to_string()
}

/// A member of that name who works within those hours every day.
async fn works(test: &TestBackend, given: &str, from: u16, to: u16) -> Caller {
    test.member(Member { hours: every_day(from, to), ..member(given) }).await
}

/// Somebody has ordered for that window, and the only member there is has agreed.
async fn agreed(test: &TestBackend, by: &Caller, house: u32, window: Moment) -> (Caller, OrderId) {
    let resident = test.resident("Aino", house).await;
    let order = order(test, &resident, JOB, window).await.unwrap();
    test.backend.accept_offer(by, &only_offer(test, by).await).await.unwrap();
    (resident, order)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_falls_ill_is_replaced_at_once_and_is_told() {
    both_databases(async |test| {
        test.with_jobs(LONG).await;
        let mikko = works(test, "Mikko", 9, 20).await;
        let first = agreed(test, &mikko, 5, at("2026-11-23T12:00")).await;
        let second = agreed(test, &mikko, 9, at("2026-11-23T15:00")).await;
        let tomorrow = agreed(test, &mikko, 13, at("2026-11-24T10:00")).await;
        let leila = works(test, "Leila", 9, 20).await;
        let pekka = test.coordinator().await;
        let backend = &test.backend;

        let today = backend.day(&mikko, on("2026-11-23")).await.unwrap();
        assert!(today.visits.iter().all(|visit| visit.home.is_some()));
        assert!(is_problem(&backend.mark_away(&pekka, &id(&mikko), "").await, "days", Problem::ChooseOne));
        assert!(is_problem(&backend.mark_away(&pekka, &id(&mikko), "900").await, "days", Problem::ChooseOne));
        for nobody in [&mikko, &leila, &first.0] {
            assert!(is_refused(&backend.mark_away(nobody, &id(&mikko), "1").await, &Refusal::NotYours));
        }
        assert!(is_refused(&backend.mark_away(&pekka, &id(&first.0), "1").await, &Refusal::NotYours));

        assert_eq!(backend.mark_away(&pekka, &id(&mikko), "1").await.unwrap(), None, "nothing is left over");
        let events = test.messages().await.len();
        assert_eq!(backend.mark_away(&pekka, &id(&mikko), "1").await.unwrap(), None);
        assert_eq!(test.messages().await.len(), events, "a double tap tells nobody anything");

        let leila_id = leila.person.as_ref().unwrap().id;
        for (resident, order) in [&first, &second] {
            let now = state(test, resident, *order).await;
            assert!(matches!(now, VisitState::Offered { held, .. } if held.member == leila_id), "{now:?}");
        }
        assert!(matches!(state(test, &tomorrow.0, tomorrow.1).await, VisitState::Agreed { .. }), "tomorrow stays");
        let after = backend.day(&mikko, on("2026-11-23")).await.unwrap();
        assert!(after.visits.is_empty(), "name and address are gone at once");
        assert_eq!(after.away, Some(on("2026-11-23")));
        let told = test.messages().await;
        let away = told.iter().filter(|message| {
            matches!(message.message, Message::MarkedAway { first, last, visits: 2 } if first == last && first == on("2026-11-23"))
        });
        assert_eq!(away.count(), 1);
        let changed = told.iter().filter(|message| message.message.kind() == MessageKind::HelperChanged);
        assert_eq!(changed.count(), 2, "both residents hear it");

        // Whoever is away is asked for nothing; back again, they are.
        let resident = test.resident("Veikko", 17).await;
        let other = order(test, &resident, JOB, at("2026-11-23T18:00")).await.unwrap();
        assert!(backend.offers(&mikko).await.unwrap().is_empty());
        let page = backend.desk_member(&pekka, &id(&mikko)).await.unwrap();
        assert_eq!((page.away, page.visits.len()), (Some(on("2026-11-23")), 1));
        backend.mark_back(&pekka, &id(&mikko)).await.unwrap();
        backend.mark_back(&pekka, &id(&mikko)).await.unwrap();
        assert_eq!(backend.desk_member(&pekka, &id(&mikko)).await.unwrap().away, None);
        history::check(test, &[first.1, second.1, tomorrow.1, other], false).await;
    })
    .await;
}

/// Leila could take either of Mikko's visits if Jari took hers: that is proposed, and done when Pekka says so.
async fn a_chain(test: &TestBackend) -> (Caller, [(Caller, OrderId); 2], Caller, Caller) {
    test.with_jobs(LONG).await;
    let leila = works(test, "Leila", 9, 20).await;
    let hers = agreed(test, &leila, 5, at("2026-11-23T12:00")).await;
    // Amina has no time but this, and only for those she can take: Leila's visit could be hers, Mikko's couldn't.
    let full = Limits { visits_a_day: Some(1), ..Limits::default() };
    let jari = test.member(Member { limits: full, hours: every_day(12, 15), ..member("Jari") }).await;
    (leila, [hers.clone(), hers], jari, test.coordinator().await)
}

async fn ready(test: &TestBackend, pekka: &Caller, run: &str) -> PlanningState {
    for _ in 0..600 {
        let state = test.backend.planning(pekka, run).await.unwrap().state;
        if !matches!(state, PlanningState::Running { .. }) {
            return state;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the run doesn't end");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_over_is_planned_with_others_moving_when_pekka_says_so() {
    both_databases(async |test| {
        let (leila, [(aino, hers), _], jari, pekka) = a_chain(test).await;
        let backend = &test.backend;
        // Mikko's visit, at the same hour as Leila's, to somebody with whom Jari can't be.
        let mikko = works(test, "Mikko", 9, 20).await;
        let veikko = test.resident("Veikko", 31).await;
        let his = order(test, &veikko, JobKind::GardenLawn, at("2026-11-23T12:00")).await.unwrap();
        let asked = state(test, &veikko, his).await.held().unwrap().member;
        if asked == jari.person.as_ref().unwrap().id {
            backend.decline_offer(&jari, &only_offer(test, &jari).await).await.unwrap();
        }
        backend.accept_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        backend.set_skills(&jari, vec!["cleaning".to_owned()]).await.unwrap();

        let run = backend.mark_away(&pekka, &id(&mikko), "1").await.unwrap().expect("one is left over").to_string();
        assert_eq!(state(test, &veikko, his).await, VisitState::Open, "at once nobody can");
        let PlanningState::Ready { options } = ready(test, &pekka, &run).await else { panic!("a proposal") };
        assert_eq!(options.iter().map(backend::PlanOption::placed).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((options[1].others(), options[1].left()), (1, 0), "{options:?}");
        for nobody in [&mikko, &aino] {
            assert!(is_refused(&backend.accept_plan(nobody, &run, "searched").await, &Refusal::NotYours));
            assert!(is_refused(&backend.planning(nobody, &run).await.map(|_| ()), &Refusal::NotYours));
        }
        assert_eq!(state(test, &veikko, his).await, VisitState::Open, "nothing has changed yet");
        backend.accept_plan(&pekka, &run, "searched").await.unwrap();
        backend.accept_plan(&pekka, &run, "searched").await.unwrap();
        let holder = |state: VisitState| state.held().unwrap().member;
        assert_eq!(holder(state(test, &veikko, his).await), leila.person.as_ref().unwrap().id);
        assert_eq!(holder(state(test, &aino, hers).await), jari.person.as_ref().unwrap().id);
        let PlanningState::Accepted { done, changed } = ready(test, &pekka, &run).await else { panic!("accepted") };
        assert_eq!((done.len(), changed.len()), (2, 0));
        // Jari says no; that is his right, and it goes the usual way.
        backend.decline_offer(&jari, &only_offer(test, &jari).await).await.unwrap();
        assert_eq!(state(test, &aino, hers).await, VisitState::Open);
        history::check(test, &[hers, his], true).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_whose_ground_has_gone_is_left_and_named() {
    both_databases(async |test| {
        let (_, [(aino, hers), _], jari, pekka) = a_chain(test).await;
        let backend = &test.backend;
        backend.set_skills(&jari, vec!["cleaning".to_owned()]).await.unwrap();
        // Nobody but Leila does gardens, and she is at Aino's: Veikko's lawn is open.
        let mikko = works(test, "Mikko", 9, 20).await;
        let veikko = test.resident("Veikko", 31).await;
        let his = order(test, &veikko, JobKind::GardenLawn, at("2026-11-23T12:00")).await.unwrap();
        backend.set_skills(&mikko, vec!["snow".to_owned()]).await.unwrap();
        backend.decline_offer(&mikko, &only_offer(test, &mikko).await).await.unwrap();
        let open = backend.to_plan(&pekka).await.unwrap();
        let visits: Vec<String> = open.visits.iter().map(|visit| visit.visit.to_string()).collect();
        assert_eq!(visits.len(), 1);
        assert!(is_problem(&backend.plan_these(&pekka, &[], "may").await, "visits", Problem::ChooseOne));
        assert!(is_problem(&backend.plan_these(&pekka, &visits, "").await, "others", Problem::ChooseOne));
        let aside = backend.plan_these(&pekka, &visits, "stay").await.unwrap().to_string();
        let PlanningState::Ready { options } = ready(test, &pekka, &aside).await else { panic!("a proposal") };
        assert_eq!((options.len(), options[0].placed()), (1, 0), "with nothing moving nobody can");
        backend.discard_plan(&pekka, &aside).await.unwrap();
        assert!(is_refused(&backend.accept_plan(&pekka, &aside, "at_once").await, &Refusal::Changed));

        let run = backend.plan_these(&pekka, &visits, "may").await.unwrap().to_string();
        assert!(matches!(ready(test, &pekka, &run).await, PlanningState::Ready { options } if options.len() == 2));
        // Meanwhile Jari tells that he needs a pause today: Aino's visit can't be his, so Leila has no time for Veikko.
        backend.set_strength(&jari, "pause").await.unwrap();
        let before = test.messages().await.len();
        backend.accept_plan(&pekka, &run, "searched").await.unwrap();
        let PlanningState::Accepted { done, changed } = ready(test, &pekka, &run).await else { panic!("accepted") };
        assert_eq!((done.len(), changed.len()), (0, 2), "both are named");
        assert!(matches!(state(test, &aino, hers).await, VisitState::Agreed { .. }));
        assert_eq!(state(test, &veikko, his).await, VisitState::Open);
        assert_eq!(test.messages().await.len(), before, "and nobody is told anything");
        history::check(test, &[hers, his], false).await;
    })
    .await;
}

/// Six visits leave at once while twenty others order: nothing overlaps, and each has exactly one end.
#[tokio::test(flavor = "multi_thread")]
async fn six_visits_leave_while_others_order() {
    both_databases(async |test| {
        test.with_jobs(domain::Minutes(60)).await;
        let mikko = works(test, "Mikko", 7, 20).await;
        let mut orders = Vec::new();
        for (house, hour) in [(3, "12"), (5, "13"), (7, "14"), (9, "15"), (11, "16"), (13, "18")] {
            let (_, order) = agreed(test, &mikko, house, at(&format!("2026-11-23T{hour}:00"))).await;
            orders.push(order);
        }
        for given in ["Leila", "Jari", "Amina"] {
            works(test, given, 9, 20).await;
        }
        let pekka = test.coordinator().await;
        let crowd = test.crowd(20, JOB, |number| 20 + number, |_| at("2026-11-23T14:00")).await;
        let away = {
            let (backend, pekka, mikko) = (test.backend.clone(), pekka.clone(), id(&mikko));
            tokio::spawn(async move { backend.mark_away(&pekka, &mikko, "1").await })
        };
        let (answers, _) = at_once(crowd.into_iter().map(|(c, key)| {
            let backend = test.backend.clone();
            async move { backend.send_order(&c, &key.to_string(), "client").await }
        }))
        .await;
        away.await.unwrap().unwrap();
        for answer in answers {
            match answer {
                Ok(backend::Sent::Ordered(order)) => orders.push(order),
                other => assert!(is_problem(&other, "time", Problem::TimeTaken), "{other:?}"),
            }
        }
        let mikkos = mikko.person.as_ref().unwrap().id;
        let board = test.backend.board(&pekka, on("2026-11-23"), 1).await.unwrap();
        let held: BTreeSet<_> =
            board.days[0].1.iter().filter_map(|visit| visit.state.held()).map(|held| held.member).collect();
        assert!(!held.contains(&mikkos), "{}: nothing is with whoever is away", test.kind);
        history::check(test, &orders, false).await;
    })
    .await;
}
