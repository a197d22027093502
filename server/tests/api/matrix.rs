//! Who may ask what: every server function, asked by everybody, about something real (T20), about something that isn't
//! there (T21), with more fields than it has (T22), from elsewhere (T28). What is refused writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, StatusCode, header::ORIGIN};
use leptos::server_fn::axum::server_fn_paths;

use crate::{
    answer::Answer,
    browser::{Browser, encode},
    endpoints::{
        BY_SCRIPT, Fields, Row,
        Told::{self, ByCode, Changed, Code, Fix, Goes, Nothing, SignIn, Word},
        rows,
    },
    world::{Copied, Ids, Who, World},
};

/// The browser that plays this part in this row.
fn browser(copy: &Copied, row: &Row, who: Who) -> Browser {
    let of_the_agreed = matches!(row.path, "/api/member/step" | "/api/member/give-back");
    if who == Who::Member && of_the_agreed { copy.agreed_member() } else { copy.browser(who) }
}

/// Scripts ask for a fingerprint, and what a device is to do; everything else is a form.
async fn ask(browser: &mut Browser, row: &Row, fields: &Fields) -> Answer {
    if BY_SCRIPT.contains(&row.path) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.fetch(row.path, &fields).await
    } else {
        browser.post(row.path, fields).await
    }
}

fn told(answer: &Answer, expected: Told) -> Result<(), String> {
    let fine = match expected {
        Word => answer.status == StatusCode::OK && answer.body.starts_with('"'),
        Code(status) => answer.status.as_u16() == status && answer.body.len() < 20 && answer.body.starts_with('"'),
        other => {
            let to = answer.location();
            let wrong = to.contains("fix=1") || to.starts_with("/sorry/") || to.starts_with("/sign-in?");
            answer.status == StatusCode::SEE_OTHER
                && match other {
                    Goes(place) => to.starts_with(place) && !wrong,
                    Fix => to.contains("fix=1"),
                    SignIn => to.starts_with("/sign-in?next="),
                    Nothing => to == "/sorry/not-found",
                    ByCode => to == "/sorry/needs-code",
                    Changed => to == "/sorry/changed",
                    Word | Code(_) => false,
                }
        }
    };
    if fine {
        Ok(())
    } else {
        Err(format!(
            "expected {expected:?}, got {} {:?} {}",
            answer.status,
            answer.location(),
            answer.body.chars().take(80).collect::<String>()
        ))
    }
}

/// What the co-op knows and has agreed, as against what a visitor's own session remembers.
fn kept(dump: &BTreeMap<String, Vec<String>>) -> BTreeMap<&str, &Vec<String>> {
    let of_sessions = ["session", "form_kept", "draft", "attempt", "sign_in_code", "known_client", "passkey_ceremony"];
    dump.iter()
        .filter(|(table, _)| !of_sessions.contains(&table.as_str()))
        .map(|(t, rows)| (t.as_str(), rows))
        .collect()
}

#[test]
fn every_endpoint_has_a_row_and_is_a_post() {
    let rows = rows();
    let with_row: BTreeSet<&str> = rows.iter().map(|row| row.path).collect();
    let there: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    assert!(!there.is_empty());
    assert_eq!(with_row, there, "a server function without a row in the matrix, or a row without a function");
    assert_eq!(rows.len(), with_row.len(), "a row twice");
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}: a GET passes the cross-site check, and must change nothing (T29)");
    }
}

#[tokio::test]
async fn each_role_is_told_what_it_may_and_refusals_write_nothing() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for row in rows() {
        for (who, expected) in Who::ALL.into_iter().zip(row.told) {
            let copy = world.copy().await;
            let mut browser = browser(&copy, &row, who);
            let before = copy.app.dump().await;
            let answer = ask(&mut browser, &row, &(row.fields)(&world.ids)).await;
            if let Err(why) = told(&answer, expected) {
                wrong.push(format!("{} as {who:?}: {why}", row.path));
            }
            if matches!(expected, SignIn | Nothing | ByCode | Changed | Code(_)) {
                let after = copy.app.dump().await;
                if kept(&before) != kept(&after) {
                    wrong.push(format!("{} as {who:?}: refused, and something was written", row.path));
                }
            }
            copy.close().await;
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn what_is_somebody_elses_answers_like_what_is_not_there() {
    let world = World::new().await;
    let nowhere = Ids { version: world.ids.version.clone(), ..Ids::of_nothing() };
    let nonsense = Ids {
        offered: "x".to_owned(),
        order: "' or 1=1 --".to_owned(),
        offer: "-1".to_owned(),
        agreed: "\u{0}".to_owned(),
        aino: "9".repeat(400),
        member: String::new(),
        version: "99999999999999999999".to_owned(),
        open: "../desk".to_owned(),
        planning: "%00".to_owned(),
        mandate: "1; drop table mandate".to_owned(),
        message: "💬".to_owned(),
        invitation: "null".to_owned(),
        home: "NaN".to_owned(),
        request: "[]".to_owned(),
        voice: "\r\n".to_owned(),
        phone: "\u{202e}".to_owned(),
        link: "../../my".to_owned(),
        passkey: "{}".to_owned(),
        resident: "<b>".to_owned(),
        merging: "' or ''='".to_owned(),
    };
    let copy = world.copy().await;
    for row in rows() {
        for (who, expected) in Who::ALL.into_iter().zip(row.told) {
            if !matches!(expected, Nothing | SignIn | ByCode | Code(404)) {
                continue;
            }
            let foreign = ask(&mut browser(&copy, &row, who), &row, &(row.fields)(&world.ids)).await;
            for ids in [&nowhere, &nonsense] {
                let missing = ask(&mut browser(&copy, &row, who), &row, &(row.fields)(ids)).await;
                assert_eq!(foreign.status, missing.status, "{} as {who:?}", row.path);
                // The way back after signing in is to what was asked for, there or not.
                let place = |answer: &Answer| answer.location().split("next=").next().map(str::to_owned);
                assert_eq!(place(&foreign), place(&missing), "{} as {who:?}", row.path);
                assert_eq!(foreign.body, missing.body, "{} as {who:?}", row.path);
            }
        }
    }
    // Whoever may ask about such a thing is told the same about one that isn't there.
    for path in ["/my/visit/", "/member/offers/", "/member/give-back/", "/desk/visit/", "/desk/members/", "/desk/plan/"]
    {
        for who in Who::ALL {
            let mut browser = copy.browser(who);
            let missing = browser.get(&format!("{path}{}", nowhere.offered)).await;
            let nonsense = browser.get(&format!("{path}x")).await;
            assert_eq!(missing.status, nonsense.status, "{path} as {who:?}");
            assert_eq!(missing.location().replace(&nowhere.offered, "x"), nonsense.location(), "{path} as {who:?}");
        }
    }
    let mut other = copy.browser(Who::OtherResident);
    let foreign = other.get(&format!("/my/visit/{}", world.ids.offered)).await;
    let missing = other.get(&format!("/my/visit/{}", nowhere.offered)).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.visible(), missing.visible(), "a foreign visit's page is the page of no visit");
}

#[tokio::test]
async fn more_fields_than_asked_for_change_nothing_more() {
    let world = World::new().await;
    for row in rows() {
        for (who, expected) in Who::ALL.into_iter().zip(row.told) {
            if !matches!(expected, Goes(_)) || matches!(who, Who::Anonymous) {
                continue;
            }
            let copy = world.copy().await;
            let mut fields = (row.fields)(&world.ids);
            for (name, value) in [
                ("role", "coordinator"),
                ("roles[0]", "coordinator"),
                ("state", "agreed"),
                ("member_id", &world.ids.member),
                ("price", "1"),
                ("form[role]", "coordinator"),
                ("person_id", &world.ids.member),
            ] {
                fields.push((name, value.to_owned()));
            }
            let before = copy.app.dump().await;
            let answer = ask(&mut browser(&copy, &row, who), &row, &fields).await;
            let after = copy.app.dump().await;
            let refused = answer.status == StatusCode::BAD_REQUEST;
            assert!(refused || told(&answer, expected).is_ok(), "{} as {who:?}: {}", row.path, answer.location());
            let roles = |dump: &BTreeMap<String, Vec<String>>| -> BTreeSet<String> {
                dump["person_role"]
                    .iter()
                    .filter(|role| !role.contains("resident") && !role.contains("relative"))
                    .cloned()
                    .collect()
            };
            assert_eq!(roles(&before), roles(&after), "{} as {who:?}", row.path);
            copy.close().await;
        }
    }
}

#[tokio::test]
async fn other_sites_cannot_post_for_our_visitors() {
    let world = World::new().await;
    let copy = world.copy().await;
    let origin = ORIGIN.as_str();
    let strangers: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site"), (origin, "https://evil.example")],
        &[("sec-fetch-site", "same-site"), (origin, "http://sibling.127.0.0.1:3000")],
        &[(origin, "null")],
        &[(origin, "https://evil.example")],
        &[(origin, "http://127.0.0.1:3000.evil.example")],
        &[("sec-fetch-site", "cross-site")],
    ];
    let before = copy.app.dump().await;
    for row in rows() {
        for headers in strangers {
            for who in [Who::Anonymous, Who::Resident, Who::Member, Who::Coordinator] {
                let body = encode(&(row.fields)(&world.ids));
                let answer = browser(&copy, &row, who)
                    .post_raw(row.path, "application/x-www-form-urlencoded", body.into_bytes(), headers)
                    .await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} as {who:?} with {headers:?}", row.path);
                assert!(answer.header("set-cookie").is_empty(), "{}", row.path);
            }
        }
    }
    assert_eq!(before, copy.app.dump().await, "nothing was written, not even a session");
}

#[tokio::test]
async fn a_server_function_is_not_there_for_a_get() {
    let world = World::new().await;
    let copy = world.copy().await;
    let before = copy.app.dump().await;
    for row in rows() {
        let query = encode(&(row.fields)(&world.ids));
        for who in Who::ALL {
            let answer = browser(&copy, &row, who).get(&format!("{}?{query}", row.path)).await;
            assert!(answer.status.is_client_error(), "{} as {who:?}: {}", row.path, answer.status);
        }
    }
    assert_eq!(before, copy.app.dump().await);
}
