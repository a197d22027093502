//! What a lounge helper sees: find or add the person beside them, record their consent, order for them, next.

pub(crate) mod calls;
pub(crate) mod consent;
pub(crate) mod find;
pub(crate) mod lock;
pub(crate) mod new;
pub(crate) mod phone;
pub(crate) mod resident;

use backend::Error;
use domain::{ConsentGiven, ContactWay, Role};
use leptos::prelude::*;
use words::{Lang, t};

use crate::{
    components::{Choice, tabs},
    pages::{clock, only},
    visitor::Visitor,
};

/// Only a lounge helper or the coordinator.
pub(super) fn helper(visitor: &Visitor) -> Result<(), Error> {
    only(visitor, &[Role::Lounge, Role::Coordinator])
}

/// The tabs of the lounge's pages; the coordinator has the desk's beside them.
pub(crate) fn lounge_tabs(visitor: &Visitor, calls: usize) -> impl IntoView + use<> {
    let lang = visitor.lang();
    let mut rows = Vec::new();
    if visitor.is(Role::Coordinator) {
        rows.push(("/desk", t!(lang, desk.visits), None));
        rows.push(("/desk/members", t!(lang, away.title), None));
        rows.push(("/desk/people", t!(lang, data.desk_title), None));
    }
    rows.push(("/lounge", t!(lang, lounge.people), None));
    rows.push(("/lounge/calls", t!(lang, lounge.calls), Some(calls)));
    tabs(t!(lang, lounge.tabs), rows, &visitor.path)
}

/// The sentence that is read aloud: what for, and until when.
pub(super) fn consent_sentence(visitor: &Visitor) -> String {
    let clock = clock(visitor);
    let until = clock.full_date(clock.zone.date(visitor.backend.consent_until()));
    t!(visitor.lang(), lounge.consent_sentence, until = until)
}

/// The ways in which somebody can be told.
pub(crate) fn contact_choices(lang: Lang) -> Vec<Choice> {
    vec![
        Choice::new(ContactWay::Sms.code(), t!(lang, order.who_sms)),
        Choice::new(ContactWay::Call.code(), t!(lang, order.who_call)),
        Choice::new(ContactWay::Lounge.code(), t!(lang, order.who_lounge)),
    ]
}

/// The ways in which consent can be given at the lounge or the desk.
pub(super) fn consent_choices(visitor: &Visitor) -> Vec<Choice> {
    let lang = visitor.lang();
    vec![
        Choice::new(ConsentGiven::InPerson.code(), t!(lang, lounge.consent_in_person)),
        Choice::new(ConsentGiven::ByPhone.code(), t!(lang, lounge.consent_by_phone)),
        Choice::new(ConsentGiven::OnPaper.code(), t!(lang, lounge.consent_on_paper)),
    ]
}
