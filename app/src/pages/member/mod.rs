//! What a member sees: offers, the day, their own limits. Denser rows, dark where the phone is.

pub(crate) mod door;
pub(crate) mod hours;
pub(crate) mod limits;
pub(crate) mod offers;
pub(crate) mod today;

use backend::Error;
use domain::Role;
use leptos::prelude::*;
use words::t;

use crate::{components::tabs, pages::only, visitor::Visitor};

/// Only a member.
pub(super) fn member(visitor: &Visitor) -> Result<(), Error> {
    only(visitor, &[Role::Member])
}

/// The tabs of a member's pages.
pub(super) fn member_tabs(visitor: &Visitor, offers: usize) -> impl IntoView + use<> {
    let lang = visitor.lang();
    let here = match visitor.path.as_str() {
        "/member" => "/member/today",
        path if path.starts_with("/member/offers") => "/member/offers",
        path => path,
    };
    tabs(
        t!(lang, member.tabs),
        vec![
            ("/member/today", t!(lang, member.today), None),
            ("/member/offers", t!(lang, member.offers), Some(offers)),
            ("/member/limits", t!(lang, member.limits), None),
            ("/member/hours", t!(lang, member.hours), None),
        ],
        here,
    )
}
