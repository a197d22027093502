//! What the co-op tells people: data, not words. The words are in `app/locales` (`message.*`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Hidden, JobKind, MandateRequestId, Minutes, Moment, SlipCode, VisitId, codes::codes};

/// One message, with what its words need. Written to the outbox in the transaction that makes it true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// A one-time code.
    SignInCode {
        /// Six digits.
        code: Hidden,
    },
    /// To the resident: we have your order and ask this helper.
    OrderReceived {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// The helper's first name.
        helper: String,
        /// The code on the slip.
        slip: SlipCode,
    },
    /// To the resident: we have your request and ring you.
    RequestReceived {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// By when somebody rings.
        by: Moment,
        /// The code on the slip.
        slip: SlipCode,
    },
    /// To the member: will you take this?
    NewOffer {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// The district; never the street.
        district: String,
        /// When the offer ends.
        expires: Moment,
        /// The number that says yes in a text message, where answers are taken by text; the next one says no.
        #[serde(default)]
        answer: Option<u16>,
    },
    /// To the resident: this helper has agreed.
    VisitAgreed {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// The helper's first name.
        helper: String,
    },
    /// To the resident: the one we ask has changed.
    HelperChanged {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// The new helper's first name.
        helper: String,
    },
    /// To the resident and the desk: nobody could take it.
    NobodyFound {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// By when the desk rings.
        by: Moment,
    },
    /// To the resident: the helper is on the way.
    OnTheWay {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The helper's first name.
        helper: String,
    },
    /// To the resident: the work is done.
    VisitDone {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The helper's first name.
        helper: String,
    },
    /// To a member who was asked and hasn't answered: it needs no answer any more.
    OfferWithdrawn {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
    },
    /// To whoever didn't do it themselves: the visit was called off.
    VisitCancelled {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// What the coordinator wanted to say, if anything.
        note: String,
    },
    /// To whom it concerns: the visit has another time.
    VisitMoved {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The new arrival window's start.
        window: Moment,
        /// The helper's first name.
        helper: String,
    },
    /// To the member: the visit is still theirs, in the same arrival window, and is planned to begin at another minute.
    StartChanged {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// When the work is planned to begin now.
        start: Moment,
    },
    /// To the member: the desk has marked them away, so nobody waits for them on these days.
    MarkedAway {
        /// The first day.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
        /// How many visits of theirs go to others.
        visits: usize,
    },
    /// To the resident, the evening before: this helper comes tomorrow.
    Reminder {
        /// Which visit.
        visit: VisitId,
        /// What.
        job: JobKind,
        /// The arrival window's start.
        window: Moment,
        /// The helper's first name.
        helper: String,
    },
    /// To a member who has answered by text message: what came of it.
    Answered {
        /// What came of it.
        outcome: TextAnswer,
        /// What work it was about, where that is clear.
        job: Option<JobKind>,
        /// Its arrival window's start.
        window: Option<Moment>,
    },
    /// To a number: this resident would like its owner to order for them.
    Invited {
        /// The resident's first name: nothing else of them, before there is a yes.
        resident: String,
    },
    /// To the resident: somebody asks to be allowed to order for them.
    MandateAsked {
        /// Which question.
        request: MandateRequestId,
        /// Who asks: both names.
        asker: String,
        /// The number that they have shown to be theirs, as it is dialled here.
        phone: String,
    },
    /// To whoever asked to be allowed: the resident has said yes.
    MandateGranted {
        /// The resident's first name.
        resident: String,
    },
    /// To the resident: whom they have asked may order for them now.
    MandateGiven {
        /// Their first name.
        holder: String,
    },
    /// To whoever held a mandate: it was taken back.
    MandateRevoked {
        /// Whose help they don't order any more: the resident's first name.
        resident: String,
    },
    /// To the resident, when it was somebody else who ended a mandate of theirs.
    MandateEnded {
        /// Who doesn't order for them any more; nobody is the lounge.
        holder: Option<String>,
    },
    /// To the resident: a phone stays signed in as theirs from now on.
    PhoneLinked {
        /// What it is called.
        name: String,
    },
    /// To its owner: a passkey signs in as them from now on.
    PasskeyMade {
        /// What it is called.
        name: String,
    },
    /// To its owner: somebody may have a copy of the passkey, and it signs nobody in any more.
    PasskeyCopied {
        /// What it is called.
        name: String,
    },
    /// To the number that somebody had until now: it isn't theirs any more.
    NumberChanged,
    /// To its owner: an e-mail address stands with their details from now on.
    EmailSet,
}

/// What came of an answer to an offer by text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextAnswer {
    /// Yes, and the work is theirs.
    Taken,
    /// No, and others are asked.
    Declined,
    /// It was too late: somebody else is asked already, or it was called off.
    TooLate,
    /// We don't know what was meant; one offer waits.
    Unclear,
    /// We don't know which of several offers was meant.
    WhichOne,
    /// No offer waits.
    NothingAsked,
}

/// How long a message may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for it with the phone in their hand: it goes out at any hour.
    Now,
    /// At any hour when what it is about begins before the next morning is over; otherwise in the morning.
    BeforeIt(Moment),
    /// Never at night.
    Morning,
}

/// A message's kind, for counting and for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// See [`Message::SignInCode`].
    SignInCode,
    /// See [`Message::OrderReceived`].
    OrderReceived,
    /// See [`Message::RequestReceived`].
    RequestReceived,
    /// See [`Message::NewOffer`].
    NewOffer,
    /// See [`Message::VisitAgreed`].
    VisitAgreed,
    /// See [`Message::HelperChanged`].
    HelperChanged,
    /// See [`Message::NobodyFound`].
    NobodyFound,
    /// See [`Message::OnTheWay`].
    OnTheWay,
    /// See [`Message::VisitDone`].
    VisitDone,
    /// See [`Message::OfferWithdrawn`].
    OfferWithdrawn,
    /// See [`Message::VisitCancelled`].
    VisitCancelled,
    /// See [`Message::VisitMoved`].
    VisitMoved,
    /// See [`Message::StartChanged`].
    StartChanged,
    /// See [`Message::MarkedAway`].
    MarkedAway,
    /// See [`Message::Reminder`].
    Reminder,
    /// See [`Message::Answered`].
    Answered,
    /// See [`Message::Invited`].
    Invited,
    /// See [`Message::MandateAsked`].
    MandateAsked,
    /// See [`Message::MandateGranted`].
    MandateGranted,
    /// See [`Message::MandateGiven`].
    MandateGiven,
    /// See [`Message::MandateRevoked`].
    MandateRevoked,
    /// See [`Message::MandateEnded`].
    MandateEnded,
    /// See [`Message::PhoneLinked`].
    PhoneLinked,
    /// See [`Message::PasskeyMade`].
    PasskeyMade,
    /// See [`Message::PasskeyCopied`].
    PasskeyCopied,
    /// See [`Message::NumberChanged`].
    NumberChanged,
    /// See [`Message::EmailSet`].
    EmailSet,
}

codes!(MessageKind {
    SignInCode = "sign_in_code",
    OrderReceived = "order_received",
    RequestReceived = "request_received",
    NewOffer = "new_offer",
    VisitAgreed = "visit_agreed",
    HelperChanged = "helper_changed",
    NobodyFound = "nobody_found",
    OnTheWay = "on_the_way",
    VisitDone = "visit_done",
    OfferWithdrawn = "offer_withdrawn",
    VisitCancelled = "visit_cancelled",
    VisitMoved = "visit_moved",
    StartChanged = "start_changed",
    MarkedAway = "marked_away",
    Reminder = "reminder",
    Answered = "answered",
    Invited = "invited",
    MandateAsked = "mandate_asked",
    MandateGranted = "mandate_granted",
    MandateGiven = "mandate_given",
    MandateRevoked = "mandate_revoked",
    MandateEnded = "mandate_ended",
    PhoneLinked = "phone_linked",
    PasskeyMade = "passkey_made",
    PasskeyCopied = "passkey_copied",
    NumberChanged = "number_changed",
    EmailSet = "email_set",
});

impl Message {
    /// Its kind.
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::SignInCode { .. } => MessageKind::SignInCode,
            Self::OrderReceived { .. } => MessageKind::OrderReceived,
            Self::RequestReceived { .. } => MessageKind::RequestReceived,
            Self::NewOffer { .. } => MessageKind::NewOffer,
            Self::VisitAgreed { .. } => MessageKind::VisitAgreed,
            Self::HelperChanged { .. } => MessageKind::HelperChanged,
            Self::NobodyFound { .. } => MessageKind::NobodyFound,
            Self::OnTheWay { .. } => MessageKind::OnTheWay,
            Self::VisitDone { .. } => MessageKind::VisitDone,
            Self::OfferWithdrawn { .. } => MessageKind::OfferWithdrawn,
            Self::VisitCancelled { .. } => MessageKind::VisitCancelled,
            Self::VisitMoved { .. } => MessageKind::VisitMoved,
            Self::StartChanged { .. } => MessageKind::StartChanged,
            Self::MarkedAway { .. } => MessageKind::MarkedAway,
            Self::Reminder { .. } => MessageKind::Reminder,
            Self::Answered { .. } => MessageKind::Answered,
            Self::Invited { .. } => MessageKind::Invited,
            Self::MandateAsked { .. } => MessageKind::MandateAsked,
            Self::MandateGranted { .. } => MessageKind::MandateGranted,
            Self::MandateGiven { .. } => MessageKind::MandateGiven,
            Self::MandateRevoked { .. } => MessageKind::MandateRevoked,
            Self::MandateEnded { .. } => MessageKind::MandateEnded,
            Self::PhoneLinked { .. } => MessageKind::PhoneLinked,
            Self::PasskeyMade { .. } => MessageKind::PasskeyMade,
            Self::PasskeyCopied { .. } => MessageKind::PasskeyCopied,
            Self::NumberChanged => MessageKind::NumberChanged,
            Self::EmailSet => MessageKind::EmailSet,
        }
    }

    /// How long it may wait when it is written at night.
    pub const fn urgency(&self) -> Urgency {
        match self {
            // A way in that isn't the owner's doing is to be known of before the night is over.
            Self::SignInCode { .. }
            | Self::OnTheWay { .. }
            | Self::Answered { .. }
            | Self::PasskeyMade { .. }
            | Self::PasskeyCopied { .. }
            | Self::EmailSet
            | Self::NumberChanged => Urgency::Now,
            Self::OrderReceived { window, .. }
            | Self::NewOffer { window, .. }
            | Self::VisitAgreed { window, .. }
            | Self::HelperChanged { window, .. }
            | Self::NobodyFound { window, .. }
            | Self::OfferWithdrawn { window, .. }
            | Self::VisitCancelled { window, .. }
            | Self::VisitMoved { window, .. }
            | Self::Reminder { window, .. } => Urgency::BeforeIt(*window),
            Self::StartChanged { start, .. } => Urgency::BeforeIt(*start),
            Self::RequestReceived { .. }
            | Self::VisitDone { .. }
            | Self::MarkedAway { .. }
            | Self::Invited { .. }
            | Self::MandateAsked { .. }
            | Self::MandateGranted { .. }
            | Self::MandateGiven { .. }
            | Self::MandateRevoked { .. }
            | Self::MandateEnded { .. }
            | Self::PhoneLinked { .. } => Urgency::Morning,
        }
    }

    /// When it is of no use any more, if ever: a text that comes later would mislead. `made` is when it was written, and a
    /// code is good for so long.
    pub fn useless_after(&self, made: Moment, code_good_for: Minutes) -> Option<Moment> {
        match self {
            Self::SignInCode { .. } => Some(made + code_good_for),
            Self::NewOffer { expires, .. } => Some(*expires),
            Self::OnTheWay { .. } => Some(made + Minutes(60)),
            Self::Answered { .. } => Some(made + Minutes(12 * 60)),
            Self::Reminder { window, .. }
            | Self::OrderReceived { window, .. }
            | Self::VisitAgreed { window, .. }
            | Self::HelperChanged { window, .. }
            | Self::NobodyFound { window, .. }
            | Self::VisitMoved { window, .. }
            | Self::OfferWithdrawn { window, .. }
            | Self::VisitCancelled { window, .. } => Some(*window),
            Self::StartChanged { start, .. } => Some(*start),
            Self::RequestReceived { by, .. } => Some(*by),
            Self::VisitDone { .. }
            | Self::MarkedAway { .. }
            | Self::Invited { .. }
            | Self::MandateAsked { .. }
            | Self::MandateGranted { .. }
            | Self::MandateGiven { .. }
            | Self::MandateRevoked { .. }
            | Self::MandateEnded { .. }
            | Self::PhoneLinked { .. }
            | Self::PasskeyMade { .. }
            | Self::PasskeyCopied { .. }
            | Self::NumberChanged
            | Self::EmailSet => None,
        }
    }
}
