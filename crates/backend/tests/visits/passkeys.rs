//! Passkeys on both databases: what is taken, and everything that isn't, which is refused in the same words.

use backend::{
    Caller, Error, MayAdd, PasskeyRemoved, Refusal, SignedIn,
    testing::{TestBackend, authenticator::Authenticator, both_databases, world::member},
};
use domain::{Message, Minutes, PasskeyId, Problem, Role};

use super::support::{at_once, db, is_problem, is_refused};

const SANNA: &str = "+358400000777";
const HERE: &str = "http://localhost:3000";
const CLIENT: &str = "192.0.2.7";

/// Sanna, a relative, who has just answered a code.
async fn sanna(test: &TestBackend) -> Caller {
    test.backend.take_passkeys(HERE);
    test.person("Sanna Niemi", SANNA, "", &[Role::Relative]).await;
    test.signed_in_by_code(SANNA).await.0
}

/// What somebody dishonest changes about a device.
type Spoil = fn(&mut Authenticator);

async fn make(test: &TestBackend, c: &Caller, device: &mut Authenticator) -> Result<(), Error> {
    let options = test.backend.begin_passkey(c).await?;
    test.backend.make_passkey(c, "Sannan puhelin", &device.make(&options)).await
}

/// Signs in as somebody would who has just come to the page.
async fn enter(test: &TestBackend, device: &mut Authenticator) -> Result<SignedIn, Error> {
    let visitor = test.visitor().await;
    let options = test.backend.begin_signing_in(&visitor).await?;
    test.backend.sign_in_by_passkey(&visitor, &device.sign(&options), CLIENT).await
}

fn is_refused_so<T: std::fmt::Debug>(answer: &Result<T, Error>) -> bool {
    is_problem(answer, "passkey", Problem::PasskeyRefused)
}

fn is_not_made<T: std::fmt::Debug>(answer: &Result<T, Error>) -> bool {
    is_problem(answer, "new_passkey", Problem::PasskeyRefused)
}

async fn caller(test: &TestBackend, signed_in: &SignedIn) -> Caller {
    test.backend.caller(Some(&signed_in.token)).await.unwrap()
}

async fn told(test: &TestBackend, told: impl Fn(&Message) -> bool) -> usize {
    test.messages().await.iter().filter(|sent| told(&sent.message)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn sanna_makes_one_signs_in_by_it_and_removes_it() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        let rows = test.audit_rows().await;
        make(test, &sanna, &mut phone).await.unwrap();
        assert_eq!(test.audit_rows().await, rows + 1, "{}", test.kind);
        let is_told = |message: &Message| matches!(message, Message::PasskeyMade { name } if name == "Sannan puhelin");
        assert_eq!(told(test, is_told).await, 1, "{}", test.kind);

        test.clock.advance(Minutes(60));
        let visitor = test.visitor().await;
        let options = test.backend.begin_signing_in(&visitor).await.unwrap();
        let answer = phone.sign(&options);
        let signed_in = test.backend.sign_in_by_passkey(&visitor, &answer, CLIENT).await.unwrap();
        assert_eq!(signed_in.roles, [Role::Relative], "{}", test.kind);
        let here = caller(test, &signed_in).await;
        assert_eq!(here.person.as_ref().unwrap().name.given(), "Sanna");
        assert_ne!(here.session, visitor.session, "a new session");
        let old = test.backend.passkeys(&visitor).await;
        assert!(is_refused(&old, &Refusal::SignInFirst), "{}: the old one is nobody's", test.kind);
        // The same answer opens nothing once more, in that session or another.
        for replayed in [&here, &test.visitor().await] {
            let again = test.backend.sign_in_by_passkey(replayed, &answer, CLIENT).await;
            assert!(is_refused_so(&again), "{}: {again:?}", test.kind);
        }

        // It is listed, and its use is a sign-in of a moment ago.
        let view = test.backend.passkeys(&here).await.unwrap();
        assert_eq!((view.passkeys.len(), view.may_add), (1, MayAdd::Yes), "{}", test.kind);
        assert_eq!(view.passkeys[0].used, Some(test.clock.now()), "{}", test.kind);
        assert_eq!(test.backend.passkeys(&sanna).await.unwrap().may_add, MayAdd::AfterSigningIn, "{}", test.kind);

        // Removed from the session by the code: what it opened is over, and the session by the code isn't.
        let id = view.passkeys[0].id.to_string();
        assert_eq!(test.backend.remove_passkey(&sanna, &id).await.unwrap(), PasskeyRemoved::Another);
        assert!(caller(test, &signed_in).await.person.is_none(), "{}", test.kind);
        assert!(test.backend.passkeys(&sanna).await.unwrap().passkeys.is_empty());
        let gone = enter(test, &mut phone).await;
        assert!(is_refused_so(&gone), "{}: {gone:?}", test.kind);
        assert!(is_refused(&test.backend.remove_passkey(&sanna, &id).await, &Refusal::NotYours), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_with_it_is_refused_in_the_same_words() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        make(test, &sanna, &mut phone).await.unwrap();
        let elsewhere = |phone: &mut Authenticator| phone.origin = "http://localhost.example:3000".to_owned();
        let other_port = |phone: &mut Authenticator| phone.origin = "http://localhost:3001".to_owned();
        let other_host = |phone: &mut Authenticator| phone.host = "naapuriapu.example".to_owned();
        let unseen = |phone: &mut Authenticator| phone.verifies = false;
        let unknown = |phone: &mut Authenticator| phone.credential = vec![9; 32];
        let other_owner = |phone: &mut Authenticator| phone.owner = vec![9; 16];
        let no_owner = |phone: &mut Authenticator| phone.owner = Vec::new();
        let other_key = |phone: &mut Authenticator| {
            let (credential, owner) = (phone.credential.clone(), phone.owner.clone());
            *phone = Authenticator { credential, owner, counter: 100, ..Authenticator::number(2) };
        };
        let spoilt: [(&str, Spoil); 8] = [
            ("another origin", elsewhere),
            ("another port", other_port),
            ("another host's key", other_host),
            ("nobody recognised", unseen),
            ("an unknown key", unknown),
            ("somebody else's key", other_owner),
            ("nobody's key", no_owner),
            ("another key's signature", other_key),
        ];
        for (what, spoil) in spoilt {
            let mut device = phone.clone();
            spoil(&mut device);
            let refused = enter(test, &mut device).await;
            assert!(is_refused_so(&refused), "{}: {what}: {refused:?}", test.kind);
        }
        // Nothing of it harmed the key itself.
        assert!(enter(test, &mut phone).await.is_ok(), "{}", test.kind);

        // A ceremony of another session, one that is over, none at all, and what isn't an answer.
        let (visitor, other) = (test.visitor().await, test.visitor().await);
        let options = test.backend.begin_signing_in(&visitor).await.unwrap();
        test.backend.begin_signing_in(&other).await.unwrap();
        let stolen = test.backend.sign_in_by_passkey(&other, &phone.sign(&options), CLIENT).await;
        assert!(is_refused_so(&stolen), "{}: {stolen:?}", test.kind);
        for nothing in ["", "{}", "[]", "null", "{\"id\":1}"] {
            let refused = test.backend.sign_in_by_passkey(&visitor, nothing, CLIENT).await;
            assert!(is_refused_so(&refused), "{}: {nothing}: {refused:?}", test.kind);
            // The first of them has ended the ceremony.
            let late = test.backend.sign_in_by_passkey(&visitor, &phone.sign(&options), CLIENT).await;
            assert!(is_refused_so(&late), "{}: {late:?}", test.kind);
        }
        let began = test.clock.now();
        for (after, good) in [(Minutes(5).0 * 60 - 1, true), (Minutes(5).0 * 60, false)] {
            test.clock.set(began);
            let visitor = test.visitor().await;
            let options = test.backend.begin_signing_in(&visitor).await.unwrap();
            test.clock.set(began.plus_seconds(after));
            let answer = test.backend.sign_in_by_passkey(&visitor, &phone.sign(&options), CLIENT).await;
            assert_eq!(answer.is_ok(), good, "{}: after {after} seconds", test.kind);
            assert!(good || is_refused_so(&answer), "{}: {answer:?}", test.kind);
        }
        assert_eq!(told(test, |message| matches!(message, Message::PasskeyCopied { .. })).await, 0, "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_goes_back_ends_the_passkey_and_its_owner_is_told_once() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        make(test, &sanna, &mut phone).await.unwrap();
        let mut copy = phone.clone();
        enter(test, &mut phone).await.unwrap();
        enter(test, &mut phone).await.unwrap();
        let rows = test.audit_rows().await;
        for mut device in [copy.clone(), phone.clone(), copy.clone()] {
            let refused = enter(test, &mut device).await;
            assert!(is_refused_so(&refused), "{}: {refused:?}", test.kind);
        }
        copy.counter = 1_000;
        assert!(is_refused_so(&enter(test, &mut copy).await), "{}: a higher one helps nobody now", test.kind);
        let is_told =
            |message: &Message| matches!(message, Message::PasskeyCopied { name } if name == "Sannan puhelin");
        assert_eq!(told(test, is_told).await, 1, "{}", test.kind);
        assert_eq!(test.audit_rows().await, rows + 1, "{}", test.kind);
        assert!(test.backend.passkeys(&sanna).await.unwrap().passkeys[0].copied, "{}", test.kind);

        // One that doesn't count, as keys that are shared between somebody's own devices don't, is taken.
        let mut shared = Authenticator { counter: 0, ..Authenticator::number(3) };
        make(test, &sanna, &mut shared).await.unwrap();
        for _ in 0..2 {
            assert!(enter(test, &mut shared).await.is_ok(), "{}", test.kind);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_sent_many_times_at_once_opens_one_session() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        make(test, &sanna, &mut phone).await.unwrap();
        let visitor = test.visitor().await;
        let answer = phone.sign(&test.backend.begin_signing_in(&visitor).await.unwrap());
        let tries = (0..8).map(|_| {
            let (backend, visitor, answer) = (test.backend.clone(), visitor.clone(), answer.clone());
            async move { backend.sign_in_by_passkey(&visitor, &answer, CLIENT).await }
        });
        let (answers, _) = at_once(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{}: {answers:?}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_after_a_fresh_sign_in_on_a_device_of_ones_own() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        let options = test.backend.begin_passkey(&sanna).await.unwrap();
        let answer = phone.make(&options);
        // A name first; the ceremony waits for it.
        let nameless = test.backend.make_passkey(&sanna, " ", &answer).await;
        assert!(is_problem(&nameless, "passkey_name", Problem::Missing), "{}", test.kind);
        let long = test.backend.make_passkey(&sanna, &"x".repeat(41), &answer).await;
        assert!(is_problem(&long, "passkey_name", Problem::TooLong), "{}", test.kind);
        test.backend.make_passkey(&sanna, "Sannan puhelin", &answer).await.unwrap();
        // Not twice by one ceremony, not twice the same key, and not by a device that doesn't recognise her.
        let again = test.backend.make_passkey(&sanna, "Toinen", &answer).await;
        assert!(is_not_made(&again), "{}: {again:?}", test.kind);
        assert!(is_not_made(&make(test, &sanna, &mut phone).await), "{}", test.kind);
        let mut unseen = Authenticator { verifies: false, ..Authenticator::number(2) };
        assert!(is_not_made(&make(test, &sanna, &mut unseen).await), "{}", test.kind);
        let mut elsewhere = Authenticator { origin: "https://evil.example".to_owned(), ..Authenticator::number(2) };
        assert!(is_not_made(&make(test, &sanna, &mut elsewhere).await), "{}", test.kind);
        // Nobody else has, or removes, hers.
        let mikko = test.member(member("Mikko")).await;
        let known = test.backend.passkeys(&sanna).await.unwrap().passkeys;
        assert_eq!(known.len(), 1, "{}", test.kind);
        let theirs = known[0].id.to_string();
        assert!(is_refused(&test.backend.remove_passkey(&mikko, &theirs).await, &Refusal::NotYours));
        let nothing = PasskeyId::from_random([1; 16]).to_string();
        assert!(is_refused(&test.backend.remove_passkey(&mikko, &nothing).await, &Refusal::NotYours));
        let stolen = make(test, &mikko, &mut phone).await;
        assert!(is_not_made(&stolen), "{}: a key that is somebody's already: {stolen:?}", test.kind);

        // Ten, and no more.
        for number in 10..19 {
            make(test, &sanna, &mut Authenticator::number(number)).await.unwrap();
        }
        assert_eq!(test.backend.passkeys(&sanna).await.unwrap().may_add, MayAdd::Enough, "{}", test.kind);
        assert!(
            is_problem(&test.backend.begin_passkey(&sanna).await, "new_passkey", Problem::TooMany),
            "{}",
            test.kind
        );
        test.backend.remove_passkey(&sanna, &theirs).await.unwrap();

        // An hour after the sign-in, to the second.
        let began = test.clock.now();
        test.clock.set((began + Minutes(60)).plus_seconds(-1));
        assert!(test.backend.begin_passkey(&sanna).await.is_ok(), "{}", test.kind);
        test.clock.set(began + Minutes(60));
        let late = test.backend.begin_passkey(&sanna).await;
        assert!(is_problem(&late, "new_passkey", Problem::SignInAgain), "{}: {late:?}", test.kind);
        // The lounge's device, nobody at all, and an address at which browsers know no passkeys.
        let outi = test.lounge_helper().await;
        assert_eq!(test.backend.passkeys(&outi).await.unwrap().may_add, MayAdd::NotOnThisDevice, "{}", test.kind);
        assert!(is_refused(&test.backend.begin_passkey(&outi).await, &Refusal::NotYours), "{}", test.kind);
        assert!(is_refused(&test.backend.begin_signing_in(&outi).await, &Refusal::NotYours), "{}", test.kind);
        let visitor = test.visitor().await;
        assert!(is_refused(&test.backend.begin_passkey(&visitor).await, &Refusal::SignInFirst), "{}", test.kind);
        test.backend.take_passkeys("http://naapuriapu.example");
        assert!(is_refused(&test.backend.begin_signing_in(&visitor).await, &Refusal::NotYours), "{}", test.kind);
        let (sanna, _) = test.signed_in_by_code(SANNA).await;
        assert_eq!(test.backend.passkeys(&sanna).await.unwrap().may_add, MayAdd::Nowhere, "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_closed_to_a_linked_phone_and_to_whoever_has_left() {
    both_databases(async |test| {
        test.backend.take_passkeys(HERE);
        let (aino, pekka) = (test.resident("Aino", 5).await, test.coordinator().await);
        let id = aino.person.clone().unwrap().id.to_string();
        let mut device = Authenticator::number(1);
        make(test, &aino, &mut device).await.unwrap();
        let link = test.backend.make_phone_link(&pekka, &id, "Ainon puhelin").await.unwrap();
        let linked = test.backend.link_phone(&test.visitor().await, &link.token).await.unwrap();
        let linked = caller(test, &linked).await;
        let made = test.backend.passkeys(&aino).await.unwrap().passkeys[0].id.to_string();
        assert!(is_refused(&test.backend.passkeys(&linked).await, &Refusal::NeedsCode), "{}", test.kind);
        assert!(is_refused(&test.backend.begin_passkey(&linked).await, &Refusal::NeedsCode), "{}", test.kind);
        assert!(is_refused(&test.backend.make_passkey(&linked, "x", "{}").await, &Refusal::NeedsCode));
        assert!(is_refused(&test.backend.remove_passkey(&linked, &made).await, &Refusal::NeedsCode));

        let signed_in = enter(test, &mut device).await.unwrap();
        test.backend.stop_everything(&pekka, &id).await.unwrap();
        assert!(caller(test, &signed_in).await.person.is_none(), "{}", test.kind);
        assert!(is_refused_so(&enter(test, &mut device).await), "{}", test.kind);
        // Taken back, she signs in by a code; the passkey is gone.
        test.backend.take_back(&pekka, &id).await.unwrap();
        assert!(is_refused_so(&enter(test, &mut device).await), "{}", test.kind);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_tries_an_hour_from_one_address() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        make(test, &sanna, &mut phone).await.unwrap();
        let visitor = test.visitor().await;
        for _ in 0..30 {
            assert!(is_refused_so(&test.backend.sign_in_by_passkey(&visitor, "{}", CLIENT).await), "{}", test.kind);
        }
        let more = enter(test, &mut phone).await;
        assert!(is_problem(&more, "passkey", Problem::TooMany), "{}: {more:?}", test.kind);
        test.clock.advance(Minutes(61));
        assert!(enter(test, &mut phone).await.is_ok(), "{}", test.kind);
    })
    .await;
}

/// The state of a ceremony is kept for five minutes, and of a key nothing is told but that it is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_and_told_of_them() {
    both_databases(async |test| {
        let sanna = sanna(test).await;
        let mut phone = Authenticator::number(1);
        make(test, &sanna, &mut phone).await.unwrap();
        test.backend.begin_passkey(&sanna).await.unwrap();
        let kept = async || db::count(test, "passkey_ceremony").await;
        assert_eq!(kept().await, 1, "{}", test.kind);
        test.clock.advance(Minutes(5));
        test.backend.tick().await.unwrap();
        assert_eq!(kept().await, 0, "{}", test.kind);
        let own = test.backend.own_data(&sanna).await.unwrap();
        let table = own.iter().find(|table| table.name == "passkeys").unwrap();
        assert_eq!(table.rows.len(), 1, "{}", test.kind);
        assert_eq!((table.rows[0].len(), table.rows[0][0].as_str()), (3, "Sannan puhelin"), "{}", test.kind);
    })
    .await;
}
