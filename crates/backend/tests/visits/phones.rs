//! A resident's own phone, on both databases: one link opens once, whatever happens at once, and what was ended opens nothing.

use backend::{
    Caller, Error, PhoneEnded, Refusal, SignedIn,
    testing::{TestBackend, both_databases},
};
use domain::{Minutes, Problem};

use super::support::is_refused;

fn problem<T: std::fmt::Debug>(answer: Result<T, Error>) -> Problem {
    match answer.unwrap_err() {
        Error::Refused(Refusal::Fields(problems)) => problems[0].problem,
        other => panic!("{other:?}"),
    }
}

async fn caller(test: &TestBackend, signed_in: &SignedIn) -> Caller {
    test.backend.caller(Some(&signed_in.token)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_phones_that_open_a_link_at_once_one_is_linked() {
    both_databases(async |test| {
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let id = aino.person.clone().unwrap().id.to_string();
        let link = test.backend.make_phone_link(&pekka, &id, "Ainon puhelin").await.unwrap();
        let mut phones = Vec::new();
        for number in 0..20 {
            let (backend, visitor) = (test.backend.clone(), test.visitor().await);
            let (token, code) = (link.token.clone(), link.code.clone());
            phones.push(tokio::spawn(async move {
                if number % 2 == 0 {
                    backend.link_phone(&visitor, &token).await
                } else {
                    backend.link_phone_by_code(&visitor, &code, &format!("192.0.2.{number}")).await
                }
            }));
        }
        let mut linked = Vec::new();
        for phone in phones {
            match phone.await.unwrap() {
                Ok(signed_in) => linked.push(signed_in),
                lost => assert!(matches!(problem(lost), Problem::CodeExpired | Problem::WrongCode), "{}", test.kind),
            }
        }
        assert_eq!(linked.len(), 1, "{}", test.kind);
        assert_eq!(test.backend.phones(&aino, "").await.unwrap().len(), 1);
        let phone = caller(test, &linked[0]).await;
        assert!(phone.by_linked_phone());
        assert!(is_refused(&test.backend.doors(&phone).await, &Refusal::NeedsCode));
        assert!(is_refused(&test.backend.consents(&phone).await, &Refusal::NeedsCode));
        assert!(test.backend.my_visits(&phone).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_for_a_quarter_of_an_hour_and_what_was_ended_opens_nothing() {
    both_databases(async |test| {
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let stranger = test.resident("Veikko", 7).await;
        let id = aino.person.clone().unwrap().id.to_string();
        let link = test.backend.make_phone_link(&pekka, &id, "Vanha").await.unwrap();
        test.clock.set(link.ends);
        let visitor = test.visitor().await;
        assert_eq!(problem(test.backend.link_phone(&visitor, &link.token).await), Problem::CodeExpired);
        let link = test.backend.make_phone_link(&pekka, &id, "Ainon puhelin").await.unwrap();
        test.clock.set(link.ends.plus_seconds(-1));
        // Nobody else's device becomes hers.
        assert_eq!(problem(test.backend.link_phone(&stranger, &link.token).await), Problem::SomebodyElseHere);
        let signed_in = test.backend.link_phone(&visitor, &link.token).await.unwrap();
        assert!(test.backend.caller(visitor_token(&visitor)).await.unwrap().person.is_none());
        let phone = test.backend.phones(&aino, "").await.unwrap().remove(0);
        assert_eq!((phone.name.as_str(), phone.made_by.name.given()), ("Ainon puhelin", "Pekka"));
        let phone = phone.id.to_string();
        assert!(is_refused(&test.backend.end_phone(&stranger, &phone).await, &Refusal::NotYours));
        // The clock set back fails closed, and set right again it is as before.
        let now = test.clock.now();
        test.clock.set(now - Minutes(120));
        assert!(caller(test, &signed_in).await.person.is_none());
        test.clock.set(now);
        assert!(caller(test, &signed_in).await.person.is_some());
        assert_eq!(test.backend.end_phone(&aino, &phone).await.unwrap(), PhoneEnded::Another);
        assert!(caller(test, &signed_in).await.person.is_none());
        assert!(test.backend.phones(&aino, "").await.unwrap().is_empty());
        // A double tap writes nothing more.
        let rows = test.audit_rows().await;
        assert_eq!(test.backend.end_phone(&aino, &phone).await.unwrap(), PhoneEnded::Another);
        assert_eq!(test.audit_rows().await, rows);
    })
    .await;
}

/// A caller's session hash is no token: nobody signs in by what is in the database.
fn visitor_token(c: &Caller) -> Option<&str> {
    c.session.as_deref()
}
