//! What the coordinator sees: a quiet board; one visit with every member's answer to "could they?"; the members, with
//! who is away; the residents, with who leaves, and who may have been written down twice; the planner's runs; and how the text messages are doing.

pub(crate) mod board;
pub(crate) mod correct;
pub(crate) mod members;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod same;
pub(crate) mod texts;
pub(crate) mod visit;

use assignment::{Change, Failure};
use backend::{Error, VisitView};
use domain::Role;
use leptos::prelude::*;
use words::t;

use crate::{format::Clock, names, pages::only, visitor::Visitor};

/// Only the coordinator.
pub(crate) fn coordinator(visitor: &Visitor) -> Result<(), Error> {
    only(visitor, &[Role::Coordinator])
}

/// Why nobody can come, and the change that would help. `helpers` are the first names of the members whom it names.
pub(super) fn why_nobody(clock: &Clock, failure: &Failure, helpers: &[String]) -> AnyView {
    let lang = clock.lang;
    let help = failure.change.as_ref().map(|change| {
        // Where nothing helps, that is what is said.
        let label = (*change != Change::NotPossible).then(|| view! { <b>{t!(lang, desk.would_help)} " "</b> });
        view! { <p>{label} {names::change(clock, change, helpers)}</p> }
    });
    view! {
        <p class="visit-card__text">{names::failure(lang, failure)}</p>
        {help}
    }
    .into_any()
}

/// "Lumityöt: polku ja portaat, ti 24.11. kello 8–9, Aino Niemelä"
pub(super) fn visit_title(clock: &Clock, visit: &VisitView) -> String {
    t!(
        clock.lang,
        desk.visit_title,
        job = names::job(clock.lang, visit.job),
        window = clock.window_short(visit.window),
        name = names::person(clock.lang, &visit.resident.name)
    )
}
