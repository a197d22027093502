//! The parts that pages are made of, one idea a file. Their classes, behaviour and accessibility criteria are in
//! `style/README.md`; each follows GOV.UK's pattern of the same name.

mod choices;
mod code;
mod errors;
mod fields;
mod form;
mod frame;
mod icon;
mod passkey;
mod qr;
mod summary;
mod visit_card;

pub(crate) use choices::{Choice, Legend, checkboxes, radios};
pub(crate) use code::code_missing;
pub(crate) use errors::{Kept, kept};
pub(crate) use fields::{Field, note_field, select, text_field};
pub(crate) use form::{Action, button, form, one_button};
pub(crate) use frame::{Page, Width, link_button, page, paragraphs, tabs, tel};
pub(crate) use icon::{icon, service_icon};
pub(crate) use passkey::{Ceremony, ceremony, scripted};
pub(crate) use qr::qr;
pub(crate) use summary::{Row, summary_list};
pub(crate) use visit_card::{steps, tag, told_note};
