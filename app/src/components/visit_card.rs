//! A visit's tag, its steps, and the note that says what just happened.

use domain::VisitState;
use leptos::prelude::*;
use words::t;

use crate::{format::Clock, names};

/// A note that says what just happened; screen readers hear it at once.
pub(crate) fn told_note(words: String) -> AnyView {
    view! {
        <div class="note note--told" role="status">
            <p>{words}</p>
        </div>
    }
    .into_any()
}

/// The state in a few words.
pub(crate) fn tag(clock: &Clock, state: &VisitState, helper: Option<&str>) -> AnyView {
    let (look, words) = names::state(clock.lang, state, helper);
    view! { <p class=format!("tag tag--{look}")>{words}</p> }.into_any()
}

/// How far a visit has come: asked → agreed → on the way → started → done. Nothing for one that was called off.
pub(crate) fn steps(clock: &Clock, state: &VisitState) -> impl IntoView + use<> {
    let lang = clock.lang;
    let (reached, on_way, started, done) = match *state {
        VisitState::Open | VisitState::Reserved { .. } | VisitState::Cancelled(_) => return None,
        VisitState::Offered { .. } => (0, None, None, None),
        VisitState::Agreed { .. } => (1, None, None, None),
        VisitState::UnderWay { on_way, started: None, .. } => (2, Some(on_way), None, None),
        VisitState::UnderWay { on_way, started, .. } => (3, Some(on_way), started, None),
        VisitState::Done { done, .. } => (4, None, None, Some(done)),
    };
    let names = [
        (t!(lang, state.step_asked), None),
        (t!(lang, state.step_agreed), None),
        (t!(lang, state.step_on_way), on_way),
        (t!(lang, state.step_started), started),
        (t!(lang, state.step_done), done),
    ];
    let rows = names
        .into_iter()
        .enumerate()
        .map(|(at, (name, when))| {
            let class = match at.cmp(&reached) {
                std::cmp::Ordering::Less => "steps__item steps__item--done",
                std::cmp::Ordering::Equal => "steps__item steps__item--now",
                std::cmp::Ordering::Greater => "steps__item",
            };
            view! {
                <li class=class aria-current=(at == reached).then_some("step")>
                    <span class="steps__name">{name}</span>
                    {when.map(|when| view! { <span class="steps__time">{clock.at(when)}</span> })}
                </li>
            }
        })
        .collect_view();
    Some(view! { <ol class="steps">{rows}</ol> })
}
