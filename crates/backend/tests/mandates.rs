//! Asking a resident to be allowed to order for them, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use backend::{
    AnsweredFor, Asked, Backend, Caller, Error, InvitationForm, MandateRequestForm, Refusal,
    testing::{TestBackend, both_databases},
};
use domain::{ConsentGiven, FieldProblem, Message, MessageKind, Minutes, PersonId, Problem, Role};

const HOME: &str = "192.0.2.7";
const DAY: Minutes = Minutes(24 * 60);

struct Neighbours {
    aino: PersonId,
    veikko: PersonId,
    sanna: PersonId,
}

async fn neighbours(test: &TestBackend) -> Neighbours {
    test.person("Outi Kangas", "0400000301", "", &[Role::Lounge]).await;
    test.person("Pekka Salo", "0400000401", "", &[Role::Coordinator]).await;
    test.person("Mikko Rautio", "0400000201", "", &[Role::Member]).await;
    Neighbours {
        aino: test.person("Aino Niemelä", "0400000101", "Ruiskukkatie 5", &[Role::Resident]).await.id,
        veikko: test.person("Veikko Lahti", "08 123 4568", "Tervakukkatie 12", &[Role::Resident]).await.id,
        sanna: test.person("Sanna Niemelä", "0400000103", "", &[Role::Relative]).await.id,
    }
}

async fn signed_in(test: &TestBackend, phone: &str) -> Caller {
    test.signed_in_by_code(phone).await.0
}

/// The same session, as it is now.
async fn again(backend: &Backend, token: &str) -> Caller {
    backend.caller(Some(token)).await.unwrap()
}

fn to(resident: &str, phone: &str) -> MandateRequestForm {
    MandateRequestForm {
        resident: resident.to_owned(),
        resident_phone: phone.to_owned(),
        services: vec!["shopping".to_owned()],
        months: "6".to_owned(),
        ..MandateRequestForm::default()
    }
}

fn from(name: &str, mobile: &str, form: MandateRequestForm) -> MandateRequestForm {
    MandateRequestForm { name: name.to_owned(), mobile: mobile.to_owned(), ..form }
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer.unwrap_err() {
        Error::Refused(refusal) => refusal,
        other @ Error::Broken(_) => panic!("{other:?}"),
    }
}

fn fields(problems: &[(&str, Problem)]) -> Refusal {
    Refusal::Fields(problems.iter().map(|(field, problem)| FieldProblem::new(field, *problem)).collect())
}

async fn count(test: &TestBackend, kind: MessageKind) -> usize {
    test.messages().await.iter().filter(|sent| sent.message.kind() == kind).count()
}

/// Somebody unknown asks: nothing goes to the resident until the code is answered, in the very session that asked for it.
#[tokio::test]
async fn a_number_is_shown_to_be_theirs_before_anything_goes_out() {
    both_databases(async |test| {
        let (backend, of) = (&test.backend, neighbours(test).await);
        let token = backend.open_session().await.unwrap();
        let stranger = again(backend, &token).await;
        let nothing = refusal(backend.ask_for_mandate(&stranger, MandateRequestForm::default(), HOME).await);
        let missing = [
            ("resident", Problem::Missing),
            ("resident_phone", Problem::Missing),
            ("months", Problem::ChooseOne),
            ("name", Problem::Missing),
            ("mobile", Problem::Missing),
        ];
        assert_eq!(nothing, fields(&missing));
        let landline = from("Tuula Ystävä", "08 123 4999", to("Aino Niemelä", "040 000 0101"));
        assert_eq!(
            refusal(backend.ask_for_mandate(&stranger, landline, HOME).await),
            fields(&[("mobile", Problem::NeedsMobile)])
        );
        let form = from("Tuula Ystävä", "040 000 0777", to("Aino Niemelä", "040 000 0101"));
        assert_eq!(backend.ask_for_mandate(&stranger, form.clone(), HOME).await.unwrap(), Asked::CodeFirst);
        assert_eq!(count(test, MessageKind::MandateAsked).await, 0);
        let code = test.newest_code().await;

        // Somebody who types Mikko's number as their own gets nothing out of Mikko's signing in elsewhere.
        let other = again(backend, &backend.open_session().await.unwrap()).await;
        let forged = from("Tuula Ystävä", "040 000 0201", to("Aino Niemelä", "040 000 0101"));
        assert_eq!(backend.ask_for_mandate(&other, forged, HOME).await.unwrap(), Asked::CodeFirst);
        signed_in(test, "0400000201").await;
        assert_eq!(count(test, MessageKind::MandateAsked).await, 0);

        let tuula = again(backend, &backend.answer_code(&stranger, &code).await.unwrap().token).await;
        assert_eq!(tuula.person.as_ref().unwrap().name.full(), "Tuula Ystävä");
        assert_eq!(count(test, MessageKind::MandateAsked).await, 1);
        let aino = signed_in(test, "0400000101").await;
        let asked = backend.consents(&aino).await.unwrap().requests;
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].asker.full(), "Tuula Ystävä");
        assert_eq!(asked[0].phone.as_ref().unwrap().e164(), "+358400000777");
        let waiting = backend.consents(&tuula).await.unwrap();
        assert!(waiting.held.is_empty() && waiting.requested.len() == 1);
        assert!(backend.people_i_order_for(&tuula).await.unwrap().iter().all(|person| person.id != of.aino));

        // A yes is written down once, however often it is said.
        let id = asked[0].id.to_string();
        assert_eq!(refusal(backend.answer_request(&tuula, &id, true).await), Refusal::NotYours);
        let (one, two) =
            tokio::join!(backend.answer_request(&aino, &id, true), backend.answer_request(&aino, &id, true));
        assert_eq!((one.unwrap(), two.unwrap()), (AnsweredFor::Own, AnsweredFor::Own));
        let held = backend.consents(&tuula).await.unwrap().held;
        assert_eq!(held.len(), 1);
        assert_eq!((held[0].given, held[0].resident.id), (ConsentGiven::InApp, of.aino));
        assert_eq!(count(test, MessageKind::MandateGranted).await, 1);
        assert_eq!(refusal(backend.answer_request(&aino, &id, false).await), Refusal::Changed);
        assert_eq!(refusal(backend.take_request_back(&tuula, &id).await), Refusal::Changed);
        assert!(backend.people_i_order_for(&tuula).await.unwrap().iter().any(|person| person.id == of.aino));
    })
    .await;
}

/// Whether there is such a number, and that the answer was a no, shows to nobody who asks.
#[tokio::test]
async fn a_no_looks_like_no_answer_and_is_not_asked_about_again() {
    both_databases(async |test| {
        let (backend, of) = (&test.backend, neighbours(test).await);
        let (sanna, token) = test.signed_in_by_code("0400000103").await;
        let own = to("Sanna Niemelä", "040 000 0103");
        assert_eq!(
            refusal(backend.ask_for_mandate(&sanna, own, HOME).await),
            fields(&[("resident_phone", Problem::OwnNumber)])
        );
        for phone in ["040 000 0101", "040 000 0999", "040 000 0201"] {
            assert_eq!(backend.ask_for_mandate(&sanna, to("Aino Niemelä", phone), HOME).await.unwrap(), Asked::Sent);
        }
        // A double tap asks once. Nobody who is no resident is asked.
        backend.ask_for_mandate(&sanna, to("Aino Niemelä", "040 000 0101"), HOME).await.unwrap();
        assert_eq!(count(test, MessageKind::MandateAsked).await, 1);
        let shown = |view: &backend::ConsentView| {
            let mut shown: Vec<String> = view
                .requested
                .iter()
                .map(|asked| format!("{} {}", asked.resident.full(), asked.phone.e164()))
                .collect();
            shown.sort();
            shown
        };
        let before = shown(&backend.consents(&sanna).await.unwrap());
        assert_eq!(before.len(), 3);

        let aino = signed_in(test, "0400000101").await;
        let id = backend.consents(&aino).await.unwrap().requests[0].id.to_string();
        backend.answer_request(&aino, &id, false).await.unwrap();
        backend.answer_request(&aino, &id, false).await.unwrap();
        let sanna = again(backend, &token).await;
        assert_eq!(shown(&backend.consents(&sanna).await.unwrap()), before);
        assert!(backend.consents(&aino).await.unwrap().requests.is_empty());
        // Taken back and asked anew, it isn't put to Aino again, and nothing tells so.
        backend.take_request_back(&sanna, &id).await.unwrap();
        assert_eq!(backend.consents(&sanna).await.unwrap().requested.len(), 2);
        backend.ask_for_mandate(&sanna, to("Aino Niemelä", "040 000 0101"), HOME).await.unwrap();
        assert_eq!(shown(&backend.consents(&sanna).await.unwrap()), before);
        assert_eq!(count(test, MessageKind::MandateAsked).await, 1);
        assert!(backend.consents(&aino).await.unwrap().requests.is_empty());
        // A month later it is.
        test.clock.advance(Minutes(31 * DAY.0));
        let sanna = signed_in(test, "0400000103").await;
        backend.ask_for_mandate(&sanna, to("Aino Niemelä", "040 000 0101"), HOME).await.unwrap();
        assert_eq!(count(test, MessageKind::MandateAsked).await, 2);
        assert_eq!(backend.consents(&sanna).await.unwrap().held.len(), 0);
        // Three questions to one number a day, whoever asks.
        let mikko = signed_in(test, "0400000201").await;
        let outi = signed_in(test, "0400000301").await;
        let pekka = signed_in(test, "0400000401").await;
        for asker in [&mikko, &outi] {
            backend.ask_for_mandate(asker, to("Aino Niemelä", "040 000 0101"), HOME).await.unwrap();
        }
        assert_eq!(
            refusal(backend.ask_for_mandate(&pekka, to("Aino Niemelä", "040 000 0101"), HOME).await),
            fields(&[("resident_phone", Problem::TooMany)])
        );
        assert_ne!(of.aino, of.sanna);
    })
    .await;
}

/// Veikko has a landline: somebody rings him, and writes down what he says; never whoever asks.
#[tokio::test]
async fn whom_no_text_reaches_is_asked_by_voice() {
    both_databases(async |test| {
        let (backend, of) = (&test.backend, neighbours(test).await);
        let outi = signed_in(test, "0400000301").await;
        let pekka = signed_in(test, "0400000401").await;
        let mikko = signed_in(test, "0400000201").await;
        backend.ask_for_mandate(&outi, to("Veikko Lahti", "08 123 4568"), HOME).await.unwrap();
        let calls = backend.calls(&outi).await.unwrap();
        assert_eq!((calls.visits.len(), calls.messages.len(), calls.count()), (0, 1, 1));
        let call = &calls.messages[0];
        assert_eq!(call.to.full(), "Veikko Lahti");
        assert!(matches!(&call.message, Message::MandateAsked { asker, .. } if asker == "Outi Kangas"));
        let id = call.request.as_ref().unwrap().id.to_string();
        assert_eq!(refusal(backend.answer_request(&outi, &id, true).await), Refusal::NotYours, "her own question");
        assert_eq!(refusal(backend.answer_request(&mikko, &id, true).await), Refusal::NotYours);
        assert_eq!(backend.answer_request(&pekka, &id, true).await.unwrap(), AnsweredFor::Rung(of.veikko));
        assert_eq!(backend.calls(&pekka).await.unwrap().count(), 0, "it is answered");
        let (_, veikkos) = backend.consents_of(&pekka, &of.veikko.to_string()).await.unwrap();
        assert_eq!(veikkos.given.len(), 1);
        assert_eq!(veikkos.given[0].given, ConsentGiven::ByPhone);
        assert_eq!(veikkos.given[0].recorded_by.name.full(), "Pekka Salo");
        let acts: Vec<&str> = veikkos.log.iter().map(|line| line.act.as_str()).collect();
        assert_eq!(acts, ["mandate.granted", "mandate.asked"]);

        // The mandate ends: Veikko is told of it by voice, too, once.
        backend.revoke_mandate(&outi, &veikkos.given[0].id.to_string()).await.unwrap();
        let told = backend.calls(&outi).await.unwrap().messages;
        assert_eq!(told.len(), 1);
        assert!(matches!(&told[0].message, Message::MandateEnded { holder: Some(holder) } if holder == "Outi"));
        assert!(told[0].request.is_none());
        let message = told[0].id.to_string();
        assert_eq!(refusal(backend.told_in_person(&mikko, &message).await), Refusal::NotYours);
        for _ in 0..2 {
            backend.told_in_person(&outi, &message).await.unwrap();
        }
        assert_eq!(backend.calls(&outi).await.unwrap().count(), 0);
        let (_, veikkos) = backend.consents_of(&pekka, &of.veikko.to_string()).await.unwrap();
        assert_eq!(veikkos.log.iter().filter(|line| line.act == "message.told").count(), 1);
    })
    .await;
}

/// A question that nobody answers ends; what was typed by somebody who never showed who they are is forgotten.
#[tokio::test]
async fn questions_end_by_themselves() {
    both_databases(async |test| {
        let (backend, _) = (&test.backend, neighbours(test).await);
        let sanna = signed_in(test, "0400000103").await;
        backend.ask_for_mandate(&sanna, to("Veikko Lahti", "08 123 4568"), HOME).await.unwrap();
        let stranger = again(backend, &backend.open_session().await.unwrap()).await;
        let typed = from("Tuula Ystävä", "040 000 0777", to("Aino Niemelä", "040 000 0101"));
        backend.ask_for_mandate(&stranger, typed, HOME).await.unwrap();
        let pekka = signed_in(test, "0400000401").await;
        let id = backend.calls(&pekka).await.unwrap().messages[0].request.as_ref().unwrap().id.to_string();
        let kept = |dump: &std::collections::BTreeMap<String, Vec<String>>| {
            dump["mandate_request"].iter().any(|row| row.contains("Tuula"))
        };
        assert!(kept(&backend::peek::dump(&test.url).await));
        test.clock.advance(Minutes(DAY.0 + 1));
        backend.tick().await.unwrap();
        assert!(!kept(&backend::peek::dump(&test.url).await));
        assert_eq!(backend.calls(&pekka).await.unwrap().count(), 1);
        test.clock.advance(Minutes(13 * DAY.0));
        let pekka = signed_in(test, "0400000401").await;
        assert_eq!(backend.calls(&pekka).await.unwrap().count(), 0);
        assert_eq!(refusal(backend.answer_request(&pekka, &id, true).await), Refusal::Changed);
    })
    .await;
}

/// A question stays the one's to whom it was put, whoever comes to that number later; and whoever types a number keeps nobody
/// else from asking there.
#[tokio::test]
async fn a_question_is_answered_by_the_one_to_whom_it_was_put() {
    both_databases(async |test| {
        let (backend, of) = (&test.backend, neighbours(test).await);
        for number in 0..4 {
            let stranger = again(backend, &backend.open_session().await.unwrap()).await;
            let typed = from("Joku Muu", &format!("040 000 078{number}"), to("Veikko Lahti", "08 123 4568"));
            assert_eq!(backend.ask_for_mandate(&stranger, typed, HOME).await.unwrap(), Asked::CodeFirst);
        }
        let sanna = signed_in(test, "0400000103").await;
        backend.ask_for_mandate(&sanna, to("Erkki Lahti", "08 123 4568"), HOME).await.unwrap();
        let pekka = signed_in(test, "0400000401").await;
        let call = backend.calls(&pekka).await.unwrap().messages.remove(0);
        assert_eq!(call.to.full(), "Veikko Lahti");
        let erkki = test.person("Erkki Lahti", "08 123 4568", "Tervakukkatie 12", &[Role::Resident]).await.id;
        let id = call.request.unwrap().id.to_string();
        assert_eq!(backend.answer_request(&pekka, &id, true).await.unwrap(), AnsweredFor::Rung(of.veikko));
        let (_, erkkis) = backend.consents_of(&pekka, &erkki.to_string()).await.unwrap();
        assert!(erkkis.given.is_empty() && erkkis.requests.is_empty(), "{}", test.kind);
        let (_, veikkos) = backend.consents_of(&pekka, &of.veikko.to_string()).await.unwrap();
        assert_eq!(veikkos.given.len(), 1, "{}", test.kind);
    })
    .await;
}

/// What goes out in the co-op's name is a name, whatever somebody has typed as theirs.
#[tokio::test]
async fn a_name_in_a_text_is_no_message() {
    both_databases(async |test| {
        let (backend, _) = (&test.backend, neighbours(test).await);
        let stranger = again(backend, &backend.open_session().await.unwrap()).await;
        let typed = from("Maksu evil.example/x: 50e Kela", "040 000 0777", to("Aino Niemelä", "040 000 0101"));
        if backend.ask_for_mandate(&stranger, typed, HOME).await.is_err() {
            // The name isn't one, and that is told.
            return;
        }
        let code = test.newest_code().await;
        backend.answer_code(&stranger, &code).await.unwrap();
        let sent = test.messages().await;
        let asked = sent.iter().find_map(|sent| match &sent.message {
            Message::MandateAsked { asker, .. } => Some(asker.clone()),
            _ => None,
        });
        let asked = asked.unwrap();
        assert!(asked.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-'), "{asked}");
    })
    .await;
}

/// Nothing of a resident shows in an order that was begun for them once the mandate has ended.
#[tokio::test]
async fn an_order_begun_under_a_mandate_is_gone_with_it() {
    both_databases(async |test| {
        let (backend, of) = (&test.backend, neighbours(test).await);
        test.with_jobs(domain::Minutes(60)).await;
        test.mandate(of.aino, Some(of.sanna)).await;
        let sanna = signed_in(test, "0400000103").await;
        backend.draft_start(&sanna, "shopping_for").await.unwrap();
        assert_eq!(backend.homes(&sanna).await.unwrap().len(), 1, "{}", test.kind);
        let aino = signed_in(test, "0400000101").await;
        let given = backend.consents(&aino).await.unwrap().given.remove(0).id;
        backend.revoke_mandate(&aino, &given.to_string()).await.unwrap();
        assert!(backend.homes(&sanna).await.unwrap().is_empty(), "{}", test.kind);
        assert!(backend.draft(&sanna).await.unwrap().is_none(), "{}", test.kind);
        assert!(matches!(refusal(backend.draft_where(&sanna, "", "Raitotie 5", "").await), Refusal::Fields(_)));
    })
    .await;
}

/// An invitation that is long over takes its message along, and no later one to the same number.
#[tokio::test]
async fn an_old_invitation_takes_no_new_one_along() {
    both_databases(async |test| {
        let (backend, _) = (&test.backend, neighbours(test).await);
        test.person("Bertta Niemi", "0400000102", "Raitotie 5", &[Role::Resident]).await;
        let asked = InvitationForm {
            name: "Tuula Ystävä".to_owned(),
            phone: "040 000 0777".to_owned(),
            months: "6".to_owned(),
            ..InvitationForm::default()
        };
        let aino = signed_in(test, "0400000101").await;
        backend.invite(&aino, asked.clone()).await.unwrap();
        test.clock.advance(Minutes(45 * DAY.0));
        let bertta = signed_in(test, "0400000102").await;
        backend.invite(&bertta, asked).await.unwrap();
        backend.tick().await.unwrap();
        let sent = test.messages().await;
        let names: Vec<&str> = sent
            .iter()
            .filter_map(|sent| match &sent.message {
                Message::Invited { resident } => Some(resident.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["Bertta"], "{}", test.kind);
    })
    .await;
}
