//! The demo neighbourhood: the same every time, within everybody's limits, and with what its stories count on.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests, one of which measures"
)]

use std::{collections::BTreeMap, time::Instant};

use assignment::check_plan;
use backend::{
    Backend, Clock, Entropy, Error, InvitationForm, MandateRequestForm, Refusal, demo,
    testing::{TestBackend, both_databases, sqlite},
};
use domain::{Minutes, Moment, PersonId, PhoneNumber, Role, Service, VisitId, VisitState};

/// Every visit of the three weeks, as the desk sees them.
async fn all_visits(test: &TestBackend) -> Vec<backend::VisitView> {
    let pekka = test.signed_in_by_code("+358400000401").await.0;
    let from = test.backend.zone().date(test.backend.now() - Minutes(11 * 24 * 60));
    let board = test.backend.board(&pekka, from, 31).await.unwrap();
    let stuck = board.stuck.into_iter().map(|stuck| stuck.visit);
    board.days.into_iter().flat_map(|(_, visits)| visits).chain(stuck).collect()
}

#[tokio::test]
async fn it_is_filled_quickly_and_its_people_are_there() {
    both_databases(async |test| {
        let backend = &test.backend;
        assert!(demo::is_empty(backend).await.unwrap());
        let began = Instant::now();
        demo::fill(backend, demo::SEED).await.unwrap();
        let took = began.elapsed();
        // Under a second unoptimised on two idle cores; the tests before and after it keep them busy.
        assert!(took.as_secs_f64() < 20.0, "{}: {took:?}", test.kind);
        assert!(!demo::is_empty(backend).await.unwrap());
        assert!(backend.settings().demo);
        let people = backend.demo_people().await.unwrap();
        let known: Vec<_> = people
            .iter()
            .map(|(name, phone, roles)| (name.full(), phone.as_ref().map(PhoneNumber::national), roles.clone()))
            .collect();
        let expected = |name: &str, phone: &str, role| (name.to_owned(), Some(phone.to_owned()), vec![role]);
        assert_eq!(
            known,
            [
                expected("Aino Niemelä", "040 000 0101", Role::Resident),
                expected("Veikko Lahti", "08 123 4568", Role::Resident),
                expected("Sanna Niemelä", "040 000 0103", Role::Relative),
                expected("Mikko Rautio", "040 000 0201", Role::Member),
                expected("Leila Haddad", "040 000 0202", Role::Member),
                expected("Jari Kinnunen", "040 000 0203", Role::Member),
                expected("Amina Warsame", "040 000 0204", Role::Member),
                expected("Outi Kangas", "040 000 0301", Role::Lounge),
                expected("Pekka Lehto", "040 000 0401", Role::Coordinator),
            ]
        );
        assert_eq!(backend.job_terms().await.unwrap().len(), 13);
        println!("{}: filled in {took:?}", test.kind);
    })
    .await;
}

#[tokio::test]
async fn no_visit_breaks_anybodys_limits_and_every_state_is_there() {
    both_databases(async |test| {
        demo::fill(&test.backend, demo::SEED).await.unwrap();
        let visits = all_visits(test).await;
        let of: BTreeMap<VisitId, (Service, PersonId)> =
            visits.iter().map(|visit| (visit.visit, (visit.job.service(), visit.resident.id))).collect();
        let snapshot = test.snapshot().await;
        assert_eq!(snapshot.members.len(), 24);
        let breaches = check_plan(&snapshot, &|visit| of.get(&visit).copied());
        assert_eq!(breaches, []);

        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for visit in &visits {
            *states.entry(visit.state.code()).or_default() += 1;
        }
        println!("{}: {states:?}", test.kind);
        for (state, least) in [("done", 60), ("agreed", 30), ("offered", 5), ("open", 1), ("reserved", 1)] {
            assert!(states.get(state).copied().unwrap_or(0) >= least, "{state}: {states:?}");
        }
        assert!(visits.iter().filter(|visit| visit.feedback.is_some()).count() > 30);
    })
    .await;
}

#[tokio::test]
async fn its_stories_hold_on_any_day_of_the_year() {
    // A Monday morning, a Saturday night, Christmas Eve, the spring change, Midsummer, the last minute of a year.
    for now in [
        "2026-11-23T09:00:00+02:00",
        "2026-11-28T23:50:00+02:00",
        "2026-12-24T11:00:00+02:00",
        "2027-03-28T02:30:00+02:00",
        "2027-06-26T15:00:00+03:00",
        "2026-12-31T23:59:59+02:00",
    ] {
        let test = sqlite().await;
        test.clock.set(Moment::parse(now).unwrap());
        demo::fill(&test.backend, demo::SEED).await.unwrap();
        let mikko = test.signed_in_by_code("+358400000201").await.0;
        assert!(!test.backend.offers(&mikko).await.unwrap().is_empty(), "{now}: Mikko is asked for something");
        let aino = test.signed_in_by_code("+358400000101").await.0;
        let visits = test.backend.my_visits(&aino).await.unwrap();
        let been = |given: &str, done: bool| {
            visits.iter().any(|visit| {
                matches!(visit.state, VisitState::Done { .. }) == done
                    && visit.helper.as_ref().is_some_and(|helper| helper.name.given() == given)
            })
        };
        assert!(been("Mikko", true) && been("Leila", true), "{now}: both have been at Aino's");
        assert!(been("Leila", false), "{now}: Leila is coming");

        test.backend.draft_start(&aino, "snow_path").await.unwrap();
        let home = test.backend.homes(&aino).await.unwrap().remove(0).0.to_string();
        test.backend.draft_where(&aino, &home, "", "").await.unwrap();
        let tomorrow = test.backend.zone().date(test.backend.now() + Minutes(24 * 60));
        let times = test.backend.draft_times(&aino).await.unwrap();
        let mikko_can = times.windows.iter().any(|time| {
            test.backend.zone().date(time.window.start) == tomorrow
                && time.helper.as_ref().is_some_and(|helper| helper.given == "Mikko")
        });
        assert!(mikko_can, "{now}: Mikko can come to Aino tomorrow");

        let visits = all_visits(&test).await;
        let of: BTreeMap<VisitId, (Service, PersonId)> =
            visits.iter().map(|visit| (visit.visit, (visit.job.service(), visit.resident.id))).collect();
        assert_eq!(check_plan(&test.snapshot().await, &|visit| of.get(&visit).copied()), [], "{now}");
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_neighbourhood_and_the_next_day_makes_it_anew() {
    let (one, other) = (sqlite().await, sqlite().await);
    demo::fill(&one.backend, 7).await.unwrap();
    demo::fill(&other.backend, 7).await.unwrap();
    let ids = |visits: Vec<backend::VisitView>| -> Vec<_> {
        visits.into_iter().map(|visit| (visit.visit, visit.resident, visit.window, visit.slip.to_string())).collect()
    };
    let first = ids(all_visits(&one).await);
    assert_eq!(first, ids(all_visits(&other).await));

    assert!(!demo::stale(&one.backend).await.unwrap());
    one.clock.advance(Minutes(24 * 60));
    assert!(demo::stale(&one.backend).await.unwrap());
    demo::fill(&one.backend, 7).await.unwrap();
    assert!(!demo::stale(&one.backend).await.unwrap());
    assert_ne!(first, ids(all_visits(&one).await));
}

/// Whatever people have done in the demo is no obstacle to the next day's.
#[tokio::test]
async fn a_demo_that_was_used_is_made_anew() {
    both_databases(async |test| {
        let backend = &test.backend;
        demo::fill(backend, 7).await.unwrap();
        backend.keep_secrets(&["first".repeat(8)]).await.unwrap();
        let aino = test.signed_in_by_code("+358400000101").await.0;
        let home = backend.doors(&aino).await.unwrap().homes[0].0.to_string();
        backend.set_door_code(&aino, &home, "4711").await.unwrap();
        let asked = InvitationForm {
            name: "Tuula Hoitaja".to_owned(),
            phone: "040 000 0777".to_owned(),
            months: "6".to_owned(),
            ..InvitationForm::default()
        };
        backend.invite(&aino, asked).await.unwrap();
        let question = MandateRequestForm {
            resident: "Veikko Lahti".to_owned(),
            resident_phone: "08 123 4568".to_owned(),
            months: "6".to_owned(),
            ..MandateRequestForm::default()
        };
        backend.ask_for_mandate(&aino, question, "192.0.2.1").await.unwrap();
        let pekka = test.signed_in_by_code("+358400000401").await.0;
        let resident = aino.person.as_ref().unwrap().id.to_string();
        let link = backend.make_phone_link(&pekka, &resident, "Ainon puhelin").await.unwrap();
        let phone = backend.caller(Some(&backend.open_session().await.unwrap())).await.unwrap();
        backend.link_phone(&phone, &link.token).await.unwrap();
        test.clock.advance(Minutes(24 * 60));
        demo::fill(backend, 7).await.unwrap();
        assert!(!demo::stale(backend).await.unwrap(), "{}", test.kind);
        assert!(!all_visits(test).await.is_empty(), "{}", test.kind);
    })
    .await;
}

#[tokio::test]
async fn real_people_are_never_thrown_away() {
    both_databases(async |test| {
        test.person("Oikea Ihminen", "0405556677", "Koisotie 1", &[Role::Resident]).await;
        let refused = demo::fill(&test.backend, demo::SEED).await;
        assert!(matches!(refused, Err(Error::Broken(_))));
        assert!(!demo::is_empty(&test.backend).await.unwrap());
        assert!(matches!(test.backend.outbox(10).await, Err(Error::Refused(Refusal::NotYours))));
        assert!(matches!(test.backend.demo_people().await, Err(Error::Refused(Refusal::NotYours))));
    })
    .await;
}

#[tokio::test]
async fn a_database_is_opened_twice_and_its_address_must_make_sense() {
    let test = sqlite().await;
    demo::fill(&test.backend, demo::SEED).await.unwrap();
    let again = Backend::open(&test.url, Clock::System, Entropy::from_system()).await.unwrap();
    again.ready().await.unwrap();
    assert!(again.settings().demo);
    assert_eq!(again.settings().coop.desk_phone, "08 123 4567");
    again.close().await;
    assert!(Backend::open("mysql://x", Clock::System, Entropy::from_system()).await.is_err());
}
