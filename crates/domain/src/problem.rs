//! What can be wrong with an answer: a closed list, each with words in `app/locales` (`problem.*`).

use serde::{Deserialize, Serialize};

use crate::codes::codes;

/// One way an answer can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was answered.
    Missing,
    /// None of the choices was chosen.
    ChooseOne,
    /// Longer than we keep.
    TooLong,
    /// Not a name: no letter in it.
    NotAName,
    /// Both given and family name are needed.
    NameNeedsBoth,
    /// No such phone number can exist.
    NotAPhone,
    /// No mail can be sent to such an address.
    NotAnEmail,
    /// A street without a number.
    NoHouseNumber,
    /// The co-op doesn't work there.
    OutsideArea,
    /// Somebody took the time a moment ago.
    TimeTaken,
    /// A text message was asked for, but the number is a landline.
    NeedsMobile,
    /// It is the very number of whom it is about.
    OwnNumber,
    /// They are to be rung or sent a text message, and no number of theirs is known.
    NeedsPhone,
    /// The one-time code is wrong.
    WrongCode,
    /// The one-time code is too old, or has been tried too often.
    CodeExpired,
    /// Too many tries; wait a while.
    TooMany,
    /// The page showed something that has changed since.
    Changed,
    /// Not a whole number within what is allowed.
    OutOfRange,
    /// The end isn't after the beginning.
    EndsBeforeStart,
    /// Consent must be recorded before ordering for somebody.
    ConsentNeeded,
    /// The draft is gone: it was sent already, or was left for too long.
    DraftGone,
    /// Nothing was found with that code.
    NotFound,
    /// The member's own limits don't allow it.
    OverLimits,
    /// The same form was sent before with other answers.
    SentDifferently,
    /// The old time is already too near, or the visit has begun.
    TooLate,
    /// It is being done already, and one at a time is enough.
    AlreadyRunning,
    /// Somebody else is signed in on this device.
    SomebodyElseHere,
    /// It is their number already.
    YourNumber,
    /// Somebody else signs in by that number.
    NumberTaken,
    /// They work for the co-op: their work is ended first, by the co-op.
    WorksHere,
    /// The passkey wasn't taken, whatever was wrong with it.
    PasskeyRefused,
    /// It is too long since they showed who they are.
    SignInAgain,
}

codes!(Problem {
    Missing = "missing",
    ChooseOne = "choose_one",
    TooLong = "too_long",
    NotAName = "not_a_name",
    NameNeedsBoth = "name_needs_both",
    NotAPhone = "not_a_phone",
    NotAnEmail = "not_an_email",
    NoHouseNumber = "no_house_number",
    OutsideArea = "outside_area",
    TimeTaken = "time_taken",
    NeedsMobile = "needs_mobile",
    OwnNumber = "own_number",
    NeedsPhone = "needs_phone",
    WrongCode = "wrong_code",
    CodeExpired = "code_expired",
    TooMany = "too_many",
    Changed = "changed",
    OutOfRange = "out_of_range",
    EndsBeforeStart = "ends_before_start",
    ConsentNeeded = "consent_needed",
    DraftGone = "draft_gone",
    NotFound = "not_found",
    OverLimits = "over_limits",
    SentDifferently = "sent_differently",
    TooLate = "too_late",
    AlreadyRunning = "already_running",
    SomebodyElseHere = "somebody_else_here",
    YourNumber = "your_number",
    NumberTaken = "number_taken",
    WorksHere = "works_here",
    PasskeyRefused = "passkey_refused",
    SignInAgain = "sign_in_again",
});

/// A problem and the field that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field's name in the form, which is also its id on the page.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldProblem {
    /// That field has that problem.
    pub fn new(field: &str, problem: Problem) -> Self {
        Self { field: field.to_owned(), problem }
    }
}

impl std::error::Error for Problem {}
