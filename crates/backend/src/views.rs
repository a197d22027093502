//! What use cases answer: plain values, ready for a page to put into words. No SQL types, no words.

use assignment::{Failure, Reasons, Rule};
use chrono::NaiveDate;
use domain::{
    Address, Cents, Channel, ConsentGiven, ContactWay, CreditEstimate, DayException, Effort, EmailAddress,
    FieldProblem, HomeId, Hours, JobKind, JobTerms, Language, Limits, Message, MessageId, Minutes, Moment, Note,
    OfferId, OrderId, PersonId, PersonName, PhoneNumber, PlanningId, Service, SlipCode, Span, Strength, SubmissionKey,
    TravelMode, VisitId, VisitState,
};

use crate::{door_codes::Door, requesting::RequestView};

pub use crate::caller::{Caller, Standing};

/// A person as others see them in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonBrief {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: PersonName,
}

/// What was typed into a form that couldn't be taken, and why. Kept under the session.
#[derive(Clone, Debug, Default)]
pub struct KeptForm {
    /// Field name and what was typed, in the form's order.
    pub values: Vec<(String, String)>,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

/// An order being made, under its session.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The key that the check page's form carries.
    pub key: SubmissionKey,
    /// What was asked for.
    pub job: JobKind,
    /// For whom, when that is known: oneself, somebody by mandate, the one a lounge helper serves.
    pub resident: Option<PersonBrief>,
    /// Where.
    pub home: Option<Address>,
    /// What to know before coming.
    pub note: Note,
    /// When.
    pub time: Option<TimeChoice>,
    /// Who, when they aren't signed in: name and phone as typed and parsed.
    pub newcomer: Option<Newcomer>,
    /// How the resident is told.
    pub contact: Option<ContactWay>,
    /// Whether somebody unfamiliar may come.
    pub strangers_welcome: Option<bool>,
    /// Labour bought elsewhere this year, if told: for the tax credit.
    pub credit_used: Option<Cents>,
}

/// Somebody who orders without having signed in.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Their name.
    pub name: PersonName,
    /// Their number, if they have one.
    pub phone: Option<PhoneNumber>,
}

/// Which time was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeChoice {
    /// As soon as possible: the window that was promised as the latest.
    Soonest(Span),
    /// That arrival window.
    Window(Span),
    /// None of those that work: the desk rings.
    RingMe,
}

/// The times page.
#[derive(Clone, Debug)]
pub struct Times {
    /// As soon as possible, with the latest promise; none when nobody can come.
    pub soonest: Option<Span>,
    /// Arrival windows, in order of time; every one can be ordered at this moment.
    pub windows: Vec<TimeOption>,
    /// Why there is nothing, when there isn't.
    pub nobody: Option<Failure>,
}

/// One arrival window.
#[derive(Clone, Debug)]
pub struct TimeOption {
    /// From–to.
    pub window: Span,
    /// Who would come; `None` for those who aren't signed in (they never learn a name, nor who has been where).
    pub helper: Option<Helper>,
}

/// A member as residents see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    /// First name.
    pub given: String,
    /// Whether they have been to this resident before.
    pub been_before: bool,
}

/// The check page.
#[derive(Clone, Debug)]
pub struct CheckView {
    /// The answers.
    pub draft: Draft,
    /// Minutes, effort, price.
    pub terms: JobTerms,
    /// The likely tax credit.
    pub credit: CreditEstimate,
    /// Who would come now, for those who may know.
    pub helper: Option<Helper>,
}

/// What sending did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The order stands: ask the member.
    Ordered(OrderId),
    /// A code went to the mobile number that was given; the order stands when it is answered.
    NeedsCode,
}

/// One visit as a resident, a relative or the co-op sees it.
#[derive(Clone, Debug)]
pub struct VisitView {
    /// Its id.
    pub visit: VisitId,
    /// The order it belongs to.
    pub order: OrderId,
    /// What.
    pub job: JobKind,
    /// The arrival window.
    pub window: Span,
    /// How long it usually takes.
    pub minutes: Minutes,
    /// How heavy.
    pub effort: Effort,
    /// Where it is in its life.
    pub state: VisitState,
    /// Grows at every change; a form carries it so that a stale page is noticed.
    pub version: i64,
    /// Who is asked or comes.
    pub helper: Option<PersonBrief>,
    /// Whether that helper has been to this resident before.
    pub been_before: bool,
    /// The resident.
    pub resident: PersonBrief,
    /// Their number.
    pub phone: Option<PhoneNumber>,
    /// How they are told.
    pub contact: ContactWay,
    /// Where.
    pub home: Address,
    /// What to know before coming.
    pub note: Note,
    /// The slip's code.
    pub slip: SlipCode,
    /// What the payer pays, VAT included.
    pub price: Cents,
    /// Whether somebody unfamiliar may come.
    pub strangers_welcome: bool,
    /// 1–5, if told.
    pub feedback: Option<u8>,
    /// Whether cancelling is still free (until 20:00 the day before).
    pub cancel_free: bool,
    /// By when the desk rings, for an open request or a reservation.
    pub ring_by: Option<Moment>,
    /// Why this helper.
    pub reasons: Option<Reasons>,
    /// Why nobody, for an open request; private rules folded away.
    pub nobody: Option<Failure>,
}

/// What a slip shows to whoever has its code: no name, no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipView {
    /// What.
    pub service: Service,
    /// The arrival window.
    pub window: Span,
    /// Where it is in its life, as [`VisitState::code`].
    pub state: &'static str,
}

/// An offer as the member sees it. The home's street is absent by type: only the district is here.
#[derive(Clone, Debug)]
pub struct OfferView {
    /// Its id.
    pub offer: OfferId,
    /// What.
    pub job: JobKind,
    /// How heavy.
    pub effort: Effort,
    /// How long it usually takes.
    pub minutes: Minutes,
    /// The arrival window.
    pub window: Span,
    /// The district.
    pub district: String,
    /// The way from the member's home, in metres.
    pub metres: u32,
    /// Whether the member has been there before.
    pub been_before: bool,
    /// What it pays.
    pub pay: Cents,
    /// When the offer ends.
    pub expires: Moment,
    /// Why they are asked.
    pub reasons: Option<Reasons>,
    /// What it does to their own limits.
    pub effect: LimitEffect,
}

/// What a visit does to a member's own limits. Nobody but the member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitEffect {
    /// Minutes of that week with the visit, and the cap.
    pub week_minutes: (Minutes, Option<Minutes>),
    /// Minutes of that day with the visit, and the cap.
    pub day_minutes: (Minutes, Option<Minutes>),
    /// Visits of that week with the visit, and the cap.
    pub week_visits: (u32, Option<u16>),
    /// Heavy visits of that week with the visit, and the cap.
    pub week_heavy: (u32, Option<u16>),
    /// Earnings of that month with the visit, and the sum the member watches.
    pub month_pay: (Cents, Option<Cents>),
}

/// A member's day.
#[derive(Clone, Debug)]
pub struct DayView {
    /// The date.
    pub date: NaiveDate,
    /// Their strength of that day.
    pub strength: Strength,
    /// Until which day the desk has marked them away, if they are today.
    pub away: Option<NaiveDate>,
    /// Their agreed visits of the day, in order, with addresses.
    pub visits: Vec<MemberVisit>,
    /// The next later visit, when there is one.
    pub next: Option<MemberVisit>,
}

/// A visit that a member has agreed to.
#[derive(Clone, Debug)]
pub struct MemberVisit {
    /// Its id.
    pub visit: VisitId,
    /// What.
    pub job: JobKind,
    /// The arrival window.
    pub window: Span,
    /// When they are planned to begin.
    pub start: Moment,
    /// How long it usually takes.
    pub minutes: Minutes,
    /// Where it is in its life.
    pub state: VisitState,
    /// Grows at every change.
    pub version: i64,
    /// The resident's name.
    pub resident: PersonName,
    /// Their number, while the visit is near.
    pub phone: Option<PhoneNumber>,
    /// Where. Gone 24 hours after the visit.
    pub home: Option<Address>,
    /// What to know before coming.
    pub note: Note,
    /// What may be known of the door's code now.
    pub door: Door,
}

/// What a member has set for themselves.
#[derive(Clone, Debug)]
pub struct MemberSettings {
    /// What they do.
    pub skills: Vec<Service>,
    /// Their own limits.
    pub limits: Limits,
    /// Their usual week.
    pub hours: Hours,
    /// Dates that differ.
    pub exceptions: Vec<DayException>,
    /// Today's strength.
    pub strength: Strength,
    /// Minutes a week they would like to work.
    pub wished_week: Option<Minutes>,
    /// How they get about.
    pub mode: TravelMode,
}

/// A resident as the lounge sees them.
#[derive(Clone, Debug)]
pub struct ResidentView {
    /// Who.
    pub person: PersonBrief,
    /// Their number.
    pub phone: Option<PhoneNumber>,
    /// Their home.
    pub home: Option<(HomeId, Address)>,
    /// Year of birth: tells two of the same name apart.
    pub birth_year: Option<i32>,
    /// The lounge's mandate, if it holds now: how given, and until when.
    pub consent: Option<(ConsentGiven, Moment)>,
    /// How they are told.
    pub contact: ContactWay,
    /// Their language.
    pub language: Language,
}

/// Everybody who is to be told something by voice.
#[derive(Clone, Debug, Default)]
pub struct CallsView {
    /// About visits, the most urgent first.
    pub visits: Vec<CallItem>,
    /// What else would have come as a text message to somebody who gets none, the oldest first.
    pub messages: Vec<VoiceView>,
}

impl CallsView {
    /// How many calls that makes.
    pub fn count(&self) -> usize {
        self.visits.len() + self.messages.len()
    }
}

/// A message that somebody tells by voice.
#[derive(Clone, Debug)]
pub struct VoiceView {
    /// Which.
    pub id: MessageId,
    /// To whom.
    pub to: PersonName,
    /// Their number; without one, they are told when they come by.
    pub phone: Option<PhoneNumber>,
    /// In which language they are written to.
    pub language: Language,
    /// What it says.
    pub message: Message,
    /// The question that it is, where they are asked something.
    pub request: Option<RequestView>,
}

/// Somebody to ring: an order to confirm, or a request that nobody could take.
#[derive(Clone, Debug)]
pub struct CallItem {
    /// The visit.
    pub visit: VisitView,
    /// By when.
    pub by: Moment,
    /// Why.
    pub why: CallReason,
}

/// Why somebody is rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallReason {
    /// To confirm an order made without a mobile number.
    Confirm,
    /// Nobody could take it, or no time suited.
    FindTime,
    /// A message for somebody who gets no text messages.
    Tell,
}

/// Pekka's board.
#[derive(Clone, Debug)]
pub struct Board {
    /// Visits that nobody has and nobody is asked for, soonest first.
    pub stuck: Vec<StuckVisit>,
    /// Every other visit by day.
    pub days: Vec<(NaiveDate, Vec<VisitView>)>,
    /// How many people are to be rung.
    pub calls: usize,
}

/// A visit that nobody can take, and why.
#[derive(Clone, Debug)]
pub struct StuckVisit {
    /// The visit.
    pub visit: VisitView,
    /// The rule that emptied the list and the change that would help.
    pub failure: Option<Failure>,
    /// The first names of the members whom the suggested change names, in its order.
    pub helpers: Vec<String>,
}

/// One visit at the desk, with each member's answer to "could they?".
#[derive(Clone, Debug)]
pub struct DeskVisit {
    /// The visit.
    pub visit: VisitView,
    /// Each member who can take it, at what start, and those who can't with the rule. Private rules are folded away.
    pub members: Vec<(PersonBrief, Result<Moment, Rule>)>,
    /// Why it is stuck, if it is.
    pub failure: Option<Failure>,
    /// What has happened: when and the event's code (`event.*` in `app/locales`), and the helper's first name where one is meant.
    pub history: Vec<(Moment, String, Option<String>)>,
}

/// A member in the desk's list.
#[derive(Clone, Debug)]
pub struct MemberLine {
    /// Who.
    pub person: PersonBrief,
    /// What they do.
    pub skills: Vec<Service>,
    /// Until which day they are away, if they are today.
    pub away: Option<NaiveDate>,
    /// How many visits hold their time in the coming seven days.
    pub visits: usize,
}

/// A member as the desk sees them. Their strength and earnings are nobody's business, and their limits are shown where
/// they stand in the way.
#[derive(Clone, Debug)]
pub struct DeskMember {
    /// Who.
    pub person: PersonBrief,
    /// Their number.
    pub phone: Option<PhoneNumber>,
    /// What they do.
    pub skills: Vec<Service>,
    /// Until which day they are away, if they are today.
    pub away: Option<NaiveDate>,
    /// What holds their time in the coming two weeks, in order.
    pub visits: Vec<VisitView>,
}

/// What could be planned now.
#[derive(Clone, Debug)]
pub struct ToPlan {
    /// The visits that nobody has, the soonest first.
    pub visits: Vec<VisitView>,
    /// The run that is going on, or waits to be accepted.
    pub run: Option<PlanningId>,
}

/// One run of the planner.
#[derive(Clone, Debug)]
pub struct PlanningView {
    /// Its id.
    pub id: PlanningId,
    /// How many visits it is about.
    pub many: usize,
    /// Whose absence left them, until which day, and for how many more of their visits others are asked already.
    pub away: Option<(PersonBrief, NaiveDate, usize)>,
    /// Where it is.
    pub state: PlanningState,
}

/// Where a run of the planner is.
#[derive(Clone, Debug)]
pub enum PlanningState {
    /// It is computing.
    Running {
        /// How many changes it has tried.
        tried: u64,
    },
    /// It proposes this: with nothing else moving, and, where that helps more, with others changing hands.
    Ready {
        /// One or two.
        options: Vec<PlanOption>,
    },
    /// It ended without an answer.
    Broken,
    /// It was accepted.
    Accepted {
        /// The visits for which it was carried out.
        done: Vec<VisitView>,
        /// Those that had changed meanwhile: they were left as they are.
        changed: Vec<VisitView>,
    },
    /// Nobody wanted it.
    Discarded,
}

/// One end of the trade.
#[derive(Clone, Debug)]
pub struct PlanOption {
    /// Which end.
    pub choice: PlanChoice,
    /// What was asked for and what moves for it; what stays as it is isn't here.
    pub rows: Vec<PlanRow>,
}

/// Which end of the trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanChoice {
    /// Nothing else moves.
    AtOnce,
    /// Others change hands, so that fewer are left without.
    Searched,
}

/// One visit of a proposal.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// The visit as it is now.
    pub visit: VisitView,
    /// Whose it was when the plan was made.
    pub from: Option<PersonBrief>,
    /// What becomes of it.
    pub outcome: PlanRowOutcome,
}

/// What becomes of a visit.
#[derive(Clone, Debug)]
pub enum PlanRowOutcome {
    /// Somebody is asked.
    Comes {
        /// Who.
        helper: PersonBrief,
        /// When the work would begin.
        start: Moment,
        /// Why them.
        reasons: Reasons,
    },
    /// Nobody can.
    Nobody {
        /// Why, private rules folded away.
        failure: Option<Failure>,
        /// The first names of the members whom the suggested change names, in its order.
        helpers: Vec<String>,
    },
}

impl PlanChoice {
    /// Its code in the form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Searched => "searched",
        }
    }
}

impl std::str::FromStr for PlanChoice {
    type Err = domain::Problem;

    fn from_str(code: &str) -> Result<Self, domain::Problem> {
        [Self::AtOnce, Self::Searched]
            .into_iter()
            .find(|choice| choice.code() == code)
            .ok_or(domain::Problem::ChooseOne)
    }
}

impl PlanOption {
    /// How many of the asked visits get somebody.
    pub fn placed(&self) -> usize {
        self.rows.iter().filter(|row| row.from.is_none() && row.outcome.comes()).count()
    }

    /// How many of them are left without.
    pub fn left(&self) -> usize {
        self.rows.iter().filter(|row| !row.outcome.comes()).count()
    }

    /// How many others change hands or begin at another minute.
    pub fn others(&self) -> usize {
        self.rows.iter().filter(|row| row.from.is_some() && row.outcome.comes()).count()
    }
}

impl PlanRowOutcome {
    /// Whether somebody comes.
    pub const fn comes(&self) -> bool {
        matches!(self, Self::Comes { .. })
    }
}

/// A message in the outbox.
#[derive(Clone, Debug)]
pub struct OutboxMessage {
    /// Its id.
    pub id: MessageId,
    /// When it was written.
    pub at: Moment,
    /// To whom; `None` for somebody not yet known to the co-op.
    pub to: Option<PersonName>,
    /// Their number, or the one it goes to.
    pub phone: Option<PhoneNumber>,
    /// The address it goes to by e-mail.
    pub email: Option<EmailAddress>,
    /// How it goes.
    pub way: Channel,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub message: Message,
}
