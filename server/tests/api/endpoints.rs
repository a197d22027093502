//! Every server function, what is posted to it, and what each visitor is told: the rows of the role × endpoint matrix
//! (`matrix`). A new endpoint is a row here.

use crate::world::Ids;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Done: on to an address that begins so.
    Goes(&'static str),
    /// Back to the form, which says what is wrong.
    Fix,
    /// To sign in first.
    SignIn,
    /// There is no such thing, for them.
    Nothing,
    /// To sign in by a code: a linked phone may not.
    ByCode,
    /// It has moved on.
    Changed,
    /// A word for a script.
    Word,
    /// The closed code for a script: 404, or 401.
    Code(u16),
}
use Told::{ByCode, Changed, Code, Fix, Goes, Nothing, SignIn, Word};

/// What scripts ask; everything else is a form.
pub const BY_SCRIPT: [&str; 3] = ["/api/fresh", "/api/passkeys/make", "/api/passkeys/enter"];

pub type Fields = Vec<(&'static str, String)>;

/// One endpoint: what is posted, and what each of [`Who::ALL`] is told.
pub struct Row {
    pub path: &'static str,
    pub fields: fn(&Ids) -> Fields,
    pub told: [Told; 9],
}

/// A row where everybody is told the same.
const fn all(told: Told) -> [Told; 9] {
    [told; 9]
}

/// Columns: anonymous, resident, their linked phone, other resident, relative, member, other member, lounge, coordinator.
pub fn rows() -> Vec<Row> {
    // Nobody in the world has a draft but who makes one here, so the later steps say that it is gone.
    let members_only = |done: Told| [SignIn, Nothing, ByCode, Nothing, Nothing, done, done, Nothing, Nothing];
    let lounge_only = |done: Told| [SignIn, Nothing, ByCode, Nothing, Nothing, Nothing, Nothing, done, done];
    let desk_only = |done: Told| [SignIn, Nothing, ByCode, Nothing, Nothing, Nothing, Nothing, Nothing, done];
    let signed_in = |done: Told| [SignIn, done, ByCode, done, done, done, done, done, done];
    let ainos = |done: Told| [Nothing, done, done, Nothing, done, Nothing, Nothing, Nothing, done];
    vec![
        Row { path: "/api/reading", fields: |_| f(&[("size", "large"), ("back", "/my")]), told: all(Goes("/my")) },
        Row { path: "/api/session/ask", fields: |_| f(&[("phone", "040 000 0101")]), told: all(Goes("/sign-in/code")) },
        Row { path: "/api/session/answer", fields: |_| f(&[("code", "000000")]), told: all(Fix) },
        Row { path: "/api/session/end", fields: |_| vec![], told: all(Goes("/")) },
        Row {
            path: "/api/order/what",
            fields: |_| f(&[("job", "snow_path")]),
            // Sanna has one person to order for, so nobody is asked for whom.
            told: all(Goes("/order/where")),
        },
        Row { path: "/api/order/for", fields: |ids| vec![("person", ids.aino.clone())], told: all(Fix) },
        Row { path: "/api/order/where", fields: |_| f(&[("address", "Raitotie 5")]), told: all(Fix) },
        Row { path: "/api/order/when", fields: |_| f(&[("time", "soonest")]), told: all(Fix) },
        Row { path: "/api/order/who", fields: |_| f(&[("contact", "call"), ("strangers", "yes")]), told: all(Fix) },
        Row { path: "/api/order/send", fields: |ids| vec![("key", ids.order.clone())], told: all(Fix) },
        Row { path: "/api/order/code", fields: |_| f(&[("code", "000000")]), told: all(Fix) },
        Row {
            path: "/api/visit/cancel",
            fields: |ids| vec![("visit", ids.offered.clone()), ("version", ids.version.clone())],
            told: ainos(Goes("/my/visit/")),
        },
        Row {
            path: "/api/visit/move",
            fields: |ids| {
                vec![("visit", ids.offered.clone()), ("version", ids.version.clone()), ("time", "12345".to_owned())]
            },
            told: ainos(Fix),
        },
        Row {
            path: "/api/visit/feedback",
            // The visit isn't done yet, so whoever may tell how it went is told that the page is stale.
            fields: |ids| vec![("visit", ids.offered.clone()), ("number", "5".to_owned())],
            told: ainos(Changed),
        },
        Row {
            // Outi serves nobody here, so it is none of her business.
            path: "/api/consent/revoke",
            fields: |ids| vec![("mandate", ids.mandate.clone())],
            told: [
                SignIn,
                Goes("/my/people?told="),
                ByCode,
                Nothing,
                Goes("/my/people?told="),
                Nothing,
                Nothing,
                Nothing,
                Goes("/desk/people/"),
            ],
        },
        Row { path: "/api/slip", fields: |_| f(&[("word", "MUSTIKKA"), ("number", "000")]), told: all(Fix) },
        Row {
            path: "/api/member/accept",
            fields: |ids| vec![("offer", ids.offer.clone())],
            told: [SignIn, Nothing, ByCode, Nothing, Nothing, Goes("/member/today"), Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/member/decline",
            fields: |ids| vec![("offer", ids.offer.clone())],
            told: [SignIn, Nothing, ByCode, Nothing, Nothing, Goes("/member/offers"), Nothing, Nothing, Nothing],
        },
        Row {
            // The member here is the one who agreed to it.
            path: "/api/member/step",
            fields: |ids| vec![("visit", ids.agreed.clone()), ("step", "on_way".to_owned())],
            told: [SignIn, Nothing, ByCode, Nothing, Nothing, Goes("/member/today"), Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/member/give-back",
            fields: |ids| vec![("visit", ids.agreed.clone())],
            told: [SignIn, Nothing, ByCode, Nothing, Nothing, Goes("/member/today"), Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/member/strength",
            fields: |_| f(&[("strength", "less")]),
            told: members_only(Goes("/member/today")),
        },
        Row {
            path: "/api/member/skills",
            fields: |_| f(&[("skills[0]", "snow"), ("skills[1]", "garden")]),
            told: members_only(Goes("/member/limits")),
        },
        Row {
            path: "/api/member/limits",
            fields: |_| f(&[("form[heaviest]", "medium"), ("form[earnings_guard]", "off")]),
            told: members_only(Goes("/member/limits")),
        },
        Row {
            path: "/api/member/hours",
            fields: |_| f(&[("form[mon_from]", "8"), ("form[mon_to]", "16")]),
            told: members_only(Goes("/member/hours")),
        },
        Row { path: "/api/lounge/find", fields: |_| f(&[("query", "Niemelä")]), told: lounge_only(Goes("/lounge")) },
        Row {
            path: "/api/lounge/add",
            fields: |_| {
                f(&[
                    ("name", "Uuno Uusi"),
                    ("phone", "08 123 4599"),
                    ("address", "Raitotie 7"),
                    ("birth_year", "1941"),
                    ("language", "fi"),
                    ("contact", "call"),
                    ("consent", "in_person"),
                ])
            },
            told: lounge_only(Goes("/lounge/resident")),
        },
        Row {
            path: "/api/lounge/consent",
            fields: |ids| vec![("person", ids.aino.clone()), ("how", "in_person".to_owned())],
            told: lounge_only(Goes("/lounge/resident")),
        },
        Row {
            path: "/api/lounge/serve",
            fields: |ids| vec![("person", ids.aino.clone())],
            // Aino has given the lounge no consent: it is recorded first.
            told: lounge_only(Goes("/lounge/consent?person=")),
        },
        Row { path: "/api/lounge/next", fields: |_| vec![], told: lounge_only(Goes("/lounge")) },
        Row {
            path: "/api/calls/confirm",
            fields: |ids| vec![("visit", ids.offered.clone())],
            told: lounge_only(Goes("/lounge/calls?told=")),
        },
        Row {
            path: "/api/calls/not-reached",
            fields: |ids| vec![("visit", ids.offered.clone())],
            told: lounge_only(Goes("/lounge/calls?told=")),
        },
        Row {
            path: "/api/desk/put",
            fields: |ids| {
                vec![("visit", ids.offered.clone()), ("version", "0".to_owned()), ("member", ids.member.clone())]
            },
            told: desk_only(Changed),
        },
        Row {
            path: "/api/desk/call-off",
            fields: |ids| {
                vec![("visit", ids.offered.clone()), ("version", ids.version.clone()), ("note", "Sää.".to_owned())]
            },
            told: desk_only(Goes("/desk/visit/")),
        },
        Row {
            path: "/api/desk/move",
            fields: |ids| {
                vec![("visit", ids.offered.clone()), ("version", ids.version.clone()), ("time", "12345".to_owned())]
            },
            // As for visit/move: who may move it may do so by either address.
            told: ainos(Fix),
        },
        Row {
            path: "/api/desk/away",
            fields: |ids| vec![("member", ids.member.clone()), ("days", "1".to_owned())],
            told: desk_only(Goes("/desk/")),
        },
        Row {
            path: "/api/desk/back",
            fields: |ids| vec![("member", ids.member.clone())],
            told: desk_only(Goes("/desk/members/")),
        },
        Row {
            path: "/api/door/set",
            fields: |ids| vec![("home", ids.home.clone()), ("door_code", "4711".to_owned())],
            told: [SignIn, Goes("/my/doors"), ByCode, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/door/remove",
            fields: |ids| vec![("home", ids.home.clone())],
            told: [SignIn, Goes("/my/doors"), ByCode, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/email/ask",
            fields: |_| f(&[("email", "posti@posti.example")]),
            told: signed_in(Goes("/my/email/code")),
        },
        Row { path: "/api/email/confirm", fields: |_| f(&[("code", "000000")]), told: signed_in(Fix) },
        Row {
            path: "/api/email/choose",
            fields: |_| f(&[("first", "yes")]),
            told: signed_in(Goes("/my/email?told=saved")),
        },
        Row { path: "/api/email/remove", fields: |_| vec![], told: signed_in(Goes("/my/email?told=removed")) },
        Row {
            path: "/api/consent/invite",
            fields: |_| f(&[("name", "Tuula Testinen"), ("mobile", "040 000 0777"), ("months", "6")]),
            told: [SignIn, Goes("/my/people"), ByCode, Goes("/my/people"), Nothing, Nothing, Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/consent/answer",
            fields: |ids| vec![("invitation", ids.invitation.clone()), ("answer", "yes".to_owned())],
            told: [SignIn, Nothing, ByCode, Goes("/my/people"), Nothing, Nothing, Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/consent/withdraw",
            fields: |ids| vec![("invitation", ids.invitation.clone())],
            told: [SignIn, Goes("/my/people"), ByCode, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing],
        },
        Row {
            path: "/api/consent/ask",
            fields: |_| f(&[("resident", "Maija Meikäläinen"), ("resident_phone", "08 123 4999"), ("months", "12")]),
            // Whoever isn't signed in tells their own name and number too.
            told: [
                Fix,
                Goes("/my/people?told=asked"),
                ByCode,
                Goes("/my/people?told=asked"),
                Goes("/my/people?told=asked"),
                Goes("/my/people?told=asked"),
                Goes("/my/people?told=asked"),
                Goes("/my/people?told=asked"),
                Goes("/my/people?told=asked"),
            ],
        },
        Row {
            // The other resident is who asks.
            path: "/api/consent/grant",
            fields: |ids| {
                vec![("request", ids.request.clone()), ("answer", "yes".to_owned()), ("list", "calls".to_owned())]
            },
            told: [
                SignIn,
                Goes("/my/people?told=granted"),
                ByCode,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
                Goes("/lounge/calls?told=granted"),
                Goes("/lounge/calls?told=granted"),
            ],
        },
        Row {
            path: "/api/consent/take-back",
            fields: |ids| vec![("request", ids.request.clone())],
            told: [
                SignIn,
                Nothing,
                ByCode,
                Goes("/my/people?told=taken_back"),
                Nothing,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
            ],
        },
        Row {
            path: "/api/calls/told",
            fields: |ids| vec![("message", ids.voice.clone())],
            told: lounge_only(Goes("/lounge/calls")),
        },
        Row {
            // Whoever is somebody else here is told so; nobody in particular may become Aino's phone.
            path: "/api/phone/join",
            fields: |ids| vec![("token", ids.link.clone())],
            told: [Goes("/my"), Goes("/my"), Goes("/my"), Fix, Fix, Fix, Fix, Fix, Fix],
        },
        Row { path: "/api/phone/code", fields: |_| f(&[("phone_code", "0000 0000")]), told: all(Fix) },
        Row {
            path: "/api/phone/end",
            fields: |ids| vec![("phone", ids.phone.clone())],
            told: [
                SignIn,
                Goes("/my/phones?told="),
                ByCode,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
                Goes("/desk/people/"),
            ],
        },
        Row {
            // A script asks. The lounge's device is everybody's.
            path: "/api/passkeys/make",
            fields: |_| vec![],
            told: [Code(401), Word, Code(403), Word, Word, Word, Word, Code(404), Word],
        },
        Row {
            path: "/api/passkeys/made",
            fields: |_| f(&[("passkey_name", "Oma puhelin"), ("credential", "{}")]),
            told: [SignIn, Fix, ByCode, Fix, Fix, Fix, Fix, Nothing, Fix],
        },
        Row {
            path: "/api/passkeys/enter",
            fields: |_| vec![],
            told: [Word, Word, Word, Word, Word, Word, Word, Code(404), Word],
        },
        Row {
            path: "/api/passkeys/entered",
            fields: |_| f(&[("credential", "{}")]),
            told: [Fix, Fix, Fix, Fix, Fix, Fix, Fix, Nothing, Fix],
        },
        Row {
            path: "/api/passkeys/remove",
            fields: |ids| vec![("passkey", ids.passkey.clone())],
            told: [
                SignIn,
                Goes("/my/passkeys?told=removed"),
                ByCode,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
                Nothing,
            ],
        },
        Row { path: "/api/lounge/lock", fields: |_| vec![], told: lounge_only(Goes("/lounge/locked")) },
        Row {
            path: "/api/lounge/stay",
            fields: |_| f(&[("back", "/lounge/calls")]),
            told: lounge_only(Goes("/lounge/calls")),
        },
        Row { path: "/api/lounge/pin", fields: |_| f(&[("pin", "1357")]), told: lounge_only(Goes("/lounge")) },
        // No device here is locked: there is nothing to open, and nothing is sent.
        Row { path: "/api/lounge/unlock-code", fields: |_| vec![], told: all(Goes("/lounge")) },
        Row { path: "/api/lounge/unlock", fields: |_| f(&[("unlock", "1357")]), told: all(Goes("/lounge")) },
        Row {
            path: "/api/desk/told",
            fields: |ids| vec![("message", ids.message.clone())],
            told: desk_only(Goes("/desk/messages")),
        },
        Row {
            path: "/api/desk/plan",
            fields: |ids| vec![("visits[0]", ids.open.clone()), ("others", "stay".to_owned())],
            told: desk_only(Goes("/desk/plan/")),
        },
        Row {
            path: "/api/desk/plan-stop",
            fields: |ids| vec![("planning", ids.planning.clone())],
            told: desk_only(Goes("/desk/plan/")),
        },
        Row {
            path: "/api/desk/plan-accept",
            fields: |ids| vec![("planning", ids.planning.clone()), ("which", "at_once".to_owned())],
            told: desk_only(Goes("/desk/plan/")),
        },
        Row {
            path: "/api/desk/plan-discard",
            fields: |ids| vec![("planning", ids.planning.clone())],
            told: desk_only(Goes("/desk/plan/")),
        },
        Row {
            path: "/api/data/leave",
            fields: |_| vec![],
            // Who works here leaves by the co-op.
            told: [SignIn, Goes("/goodbye"), ByCode, Goes("/goodbye"), Goes("/goodbye"), Fix, Fix, Fix, Fix],
        },
        Row { path: "/api/desk/find", fields: |_| f(&[("query", "Niemelä")]), told: desk_only(Goes("/desk/people")) },
        Row {
            path: "/api/desk/stop",
            fields: |ids| vec![("person", ids.aino.clone())],
            told: desk_only(Goes("/desk/people/")),
        },
        Row {
            path: "/api/desk/resume",
            fields: |ids| vec![("person", ids.aino.clone())],
            told: desk_only(Goes("/desk/people/")),
        },
        Row {
            path: "/api/data/name",
            fields: |_| f(&[("name", "Uusi Nimi"), ("language", "sv")]),
            told: signed_in(Goes("/my/data?told=name")),
        },
        Row {
            path: "/api/data/number",
            fields: |_| f(&[("mobile", "040 000 0666")]),
            told: signed_in(Goes("/my/data/number/code")),
        },
        // Nobody here has asked for a code to a new number.
        Row { path: "/api/data/number-code", fields: |_| f(&[("code", "000000")]), told: signed_in(Fix) },
        Row {
            path: "/api/desk/correct",
            fields: |ids| {
                vec![
                    ("person", ids.aino.clone()),
                    ("name", "Aino Oikea".to_owned()),
                    ("phone", "040 000 0101".to_owned()),
                    ("contact", "call".to_owned()),
                    ("language", "fi".to_owned()),
                    ("birth_year", "1941".to_owned()),
                ]
            },
            told: desk_only(Goes("/desk/people/")),
        },
        Row {
            // Aino is confirmed: the desk lets her go by another way.
            path: "/api/desk/forget-unconfirmed",
            fields: |ids| vec![("person", ids.aino.clone())],
            told: desk_only(Nothing),
        },
        Row {
            path: "/api/desk/are-two",
            fields: |ids| vec![("one", ids.aino.clone()), ("other", ids.resident.clone())],
            told: desk_only(Goes("/desk/same?told=two")),
        },
        Row {
            // What was shown isn't what is there: nothing is put together.
            path: "/api/desk/merge",
            fields: |ids| {
                vec![
                    ("form[kept]", ids.aino.clone()),
                    ("form[gone]", ids.resident.clone()),
                    ("form[seen]", "0".repeat(64)),
                ]
            },
            told: desk_only(Changed),
        },
        Row {
            path: "/api/desk/unmerge",
            fields: |ids| vec![("merging", ids.merging.clone())],
            told: desk_only(Goes("/desk/same?told=unmerged")),
        },
        Row {
            path: "/api/fresh",
            fields: |ids| vec![("what", format!("visit/{}", ids.offered))],
            told: [Code(404), Word, Word, Code(404), Word, Code(404), Code(404), Code(404), Word],
        },
    ]
}

fn f(fields: &[(&'static str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}
