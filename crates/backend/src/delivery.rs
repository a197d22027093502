//! Text messages on their way: what is to be handed to the gateway, what came of it, and what a person must tell.
//!
//! A text goes to the gateway **at most once**. It is taken in one transaction, handed over outside of any, and what came
//! of it is written in another. When the server dies in between, or the gateway keeps silent after it has had the text,
//! nobody knows whether it went: then it isn't sent again, but told by voice ([`UNSURE_AFTER`]), unless the network's own
//! report says in time that it arrived. What surely didn't go (no connection, "busy") is tried again, until it would be of
//! no use any more.
//!
//! The day's budget is shared out, so that a flood of one kind leaves room for the others: codes for strangers' orders may
//! use three fifths of it, everything else that isn't a code four fifths, and only those who sign in the whole.

use domain::{Language, Message, MessageId, MessageKind, Minutes, Moment, PersonName, PhoneNumber};

use crate::{
    Backend, Caller, Error, Refusal, rights,
    store::{
        audit,
        codes::GOOD_FOR,
        deliveries::{self, Counts, Undelivered, Waiting},
        outbox, plans,
        tx::Tx,
    },
};

/// So long after it was handed over nobody knows any more whether a text went.
pub(crate) const UNSURE_AFTER: Minutes = Minutes(15);

/// How long to wait before the first tries after the first, in minutes; the last one for all further.
const PATIENCE: [i64; 8] = [1, 1, 2, 3, 5, 5, 10, 15];

/// A text that still hasn't gone so long after it was written is told by voice.
const LONGEST_WAIT: Minutes = Minutes(6 * 60);

/// A text message to be handed to the gateway.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its id: what the network's report is to name.
    pub id: MessageId,
    /// To which number.
    pub phone: PhoneNumber,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub message: Message,
}

/// What came of handing a text message over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The gateway has it, in so many parts.
    Accepted {
        /// As networks count them.
        parts: u32,
    },
    /// It surely didn't go: it may be tried again.
    NotNow,
    /// The gateway will never take it: a wrong number, a wrong password.
    Refused,
    /// Nobody knows: the gateway had it and said nothing.
    Unsure,
}

/// Why a text message is told by voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The gateway refused it.
    Refused,
    /// The gateway couldn't be reached for hours.
    Silent,
    /// Nobody knows whether it went.
    Unsure,
    /// The network says that it didn't arrive.
    Undelivered,
    /// It couldn't go before it was of no use.
    Late,
    /// The day's text messages were used up.
    Budget,
}

/// A text message that somebody tells by voice.
#[derive(Clone, Debug)]
pub struct UndeliveredView {
    /// Which.
    pub id: MessageId,
    /// To whom; nobody: a number that isn't anybody's yet.
    pub to: Option<PersonName>,
    /// Their number.
    pub phone: PhoneNumber,
    /// In which language they are written to.
    pub language: Language,
    /// What it says.
    pub message: Message,
    /// When it was written.
    pub made: Moment,
    /// When it was clear that it doesn't go.
    pub failed: Moment,
    /// Why.
    pub trouble: Trouble,
}

/// How the co-op's text messages are doing.
#[derive(Clone, Debug)]
pub struct MessagesView {
    /// Those that somebody tells by voice, the oldest first.
    pub undelivered: Vec<UndeliveredView>,
    /// How many are ready and haven't gone.
    pub waiting: i64,
    /// Since when the oldest of them has been ready.
    pub oldest: Option<Moment>,
    /// How many are kept back until the morning, or for another try.
    pub later: i64,
    /// How many went out today.
    pub sent_today: i64,
    /// In how many parts, of how many a day at most.
    pub parts_today: (i64, i64),
    /// How many the network has said today to have arrived.
    pub arrived_today: i64,
}

impl Trouble {
    /// Its code in the database and in `app/locales`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Silent => "silent",
            Self::Unsure => "unsure",
            Self::Undelivered => "undelivered",
            Self::Late => "late",
            Self::Budget => "budget",
        }
    }

    fn of(code: &str) -> Self {
        let all = [Self::Refused, Self::Silent, Self::Unsure, Self::Undelivered, Self::Late, Self::Budget];
        all.into_iter().find(|trouble| trouble.code() == code).unwrap_or(Self::Unsure)
    }
}

impl Backend {
    /// Takes at most so many text messages that may go out now. Whoever takes them hands each over once and says what came
    /// of it ([`Backend::handed_over`]).
    pub async fn take_texts(&self, most: u32) -> Result<Vec<Outgoing>, Error> {
        // Mostly there is nothing: then no writer waits for this look.
        if self.read((), |tx, ()| Box::pin(deliveries::due(tx, 1))).await?.is_empty() {
            return Ok(Vec::new());
        }
        self.write(i64::from(most), |tx, most| Box::pin(take(tx, *most))).await
    }

    /// What came of handing a text message over.
    pub async fn handed_over(&self, text: MessageId, handed: Handed) -> Result<(), Error> {
        self.write((text, handed), |tx, (text, handed)| Box::pin(write_down(tx, *text, *handed))).await
    }

    /// The network says whether a text message arrived. Saying it twice is saying it once. Whether it was news.
    pub async fn delivery_report(&self, text: MessageId, arrived: bool) -> Result<bool, Error> {
        self.write((text, arrived), |tx, (text, arrived)| {
            Box::pin(async move {
                if *arrived {
                    deliveries::arrived(tx, *text).await
                } else {
                    deliveries::not_arrived(tx, *text, Trouble::Undelivered.code()).await
                }
            })
        })
        .await
    }

    /// How the co-op's text messages are doing, and which of them somebody has to tell by voice.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator.
    pub async fn messages(&self, c: &Caller) -> Result<MessagesView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let today = midnight(tx);
                let counts = deliveries::counts(tx, today).await?;
                let undelivered = deliveries::undelivered(tx).await?;
                Ok(view(counts, undelivered, tx.settings().coop.sms_daily_budget))
            })
        })
        .await
    }

    /// The coordinator has told by voice what a text message would have said. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else, and for what isn't a text message.
    pub async fn told_by_voice(&self, c: &Caller, text: &str) -> Result<(), Error> {
        self.write((c.clone(), text.to_owned()), |tx, (c, text)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let text: MessageId = text.parse().map_err(|_| Refusal::NotYours)?;
                deliveries::by_id(tx, text).await?.ok_or(Refusal::NotYours)?;
                if let Some(person) = deliveries::told(tx, text).await? {
                    let person = person.map(|person| person.parse()).transpose().map_err(Error::stored)?;
                    audit::write(tx, Some(by), person, "message.told", text).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

fn midnight(tx: &Tx) -> Moment {
    plans::day_of(tx, tx.now()).start
}

fn view(counts: Counts, undelivered: Vec<Undelivered>, budget: i64) -> MessagesView {
    let undelivered = undelivered.into_iter().map(|Undelivered { waiting, to, failed, trouble }| {
        let Waiting { id, made, phone, language, message, .. } = waiting;
        UndeliveredView { id, to, phone, language, message, made, failed, trouble: Trouble::of(&trouble) }
    });
    MessagesView {
        undelivered: undelivered.collect(),
        waiting: counts.waiting,
        oldest: (counts.waiting > 0).then(|| Moment::from_seconds(counts.oldest)),
        later: counts.later,
        sent_today: counts.sent_today,
        parts_today: (counts.parts_today, budget),
        arrived_today: counts.arrived_today,
    }
}

async fn take(tx: &mut Tx, most: i64) -> Result<Vec<Outgoing>, Error> {
    let mut taken = Vec::new();
    let mut used = budget_used(tx).await?;
    let share = shares(tx.settings().coop.sms_daily_budget).messages;
    for waiting in deliveries::due(tx, most).await? {
        let Waiting { id, made, phone, language, message, .. } = waiting;
        let is_code = message.kind() == MessageKind::SignInCode;
        if message.useless_after(made, GOOD_FOR).is_some_and(|end| end <= tx.now()) {
            deliveries::failed(tx, id, Trouble::Late.code()).await?;
        } else if !is_code && used >= share {
            alarm(tx, used).await?;
            deliveries::failed(tx, id, Trouble::Budget.code()).await?;
        } else if deliveries::take(tx, id).await? {
            // A code was counted when it was asked for.
            used += i64::from(!is_code);
            taken.push(Outgoing { id, phone, language, message });
        }
    }
    Ok(taken)
}

async fn write_down(tx: &mut Tx, text: MessageId, handed: Handed) -> Result<(), Error> {
    match handed {
        Handed::Accepted { parts } => {
            deliveries::sent(tx, text, parts).await?;
            deliveries::forget_codes(tx, tx.now() - GOOD_FOR).await
        }
        Handed::Refused => deliveries::failed(tx, text, Trouble::Refused.code()).await,
        // A report may still come; `settle` doesn't wait for it for ever.
        Handed::Unsure => Ok(()),
        Handed::NotNow => {
            let Some(Waiting { made, message, tries, .. }) = deliveries::by_id(tx, text).await? else { return Ok(()) };
            let wait = usize::try_from(tries.saturating_sub(1)).ok().and_then(|tries| PATIENCE.get(tries));
            let next = tx.now() + Minutes(wait.or(PATIENCE.last()).copied().unwrap_or(1));
            let due = tx.settings().coop.goes_out(message.urgency(), next);
            let useless = message.useless_after(made, GOOD_FOR);
            if made + LONGEST_WAIT < tx.now() {
                deliveries::failed(tx, text, Trouble::Silent.code()).await
            } else if useless.is_some_and(|end| end <= due) {
                deliveries::failed(tx, text, Trouble::Late.code()).await
            } else {
                deliveries::again(tx, text, due, Trouble::Silent.code()).await
            }
        }
    }
}

/// Texts of which nobody knows whether they went are told by voice from now on. How many.
pub(crate) async fn settle(tx: &mut Tx) -> Result<u64, Error> {
    deliveries::give_up_unsure(tx, tx.now() - UNSURE_AFTER, Trouble::Unsure.code()).await
}

/// How much of the day's budget each kind of text may use up to, in parts.
pub(crate) struct Shares {
    /// Codes for orders of people we don't know.
    pub(crate) strangers: i64,
    /// Everything that isn't a code.
    pub(crate) messages: i64,
    /// Codes of those who sign in.
    pub(crate) all: i64,
}

pub(crate) fn shares(budget: i64) -> Shares {
    let fifths = |count: i64| budget.saturating_mul(count).saturating_add(4) / 5;
    Shares { strangers: fifths(3), messages: fifths(4), all: budget }
}

/// Parts used up today: codes that were asked for, and whatever else was handed over.
pub(crate) async fn budget_used(tx: &mut Tx) -> Result<i64, Error> {
    let today = midnight(tx);
    let codes = outbox::codes_since(tx, today).await?;
    Ok(codes.saturating_add(deliveries::parts_since(tx, today).await?))
}

/// The first time on a day that a share of the budget is used up, the trace and the log say so.
pub(crate) async fn alarm(tx: &mut Tx, used: i64) -> Result<(), Error> {
    let day = tx.settings().coop.zone.date(tx.now()).to_string();
    if !audit::has(tx, "sms.budget_used_up", &day).await? {
        tracing::error!(used, "the day's budget of text messages is used up");
        audit::write(tx, None, None, "sms.budget_used_up", &day).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_is_read_back() {
        for trouble in [Trouble::Refused, Trouble::Silent, Trouble::Undelivered, Trouble::Late, Trouble::Budget] {
            assert_eq!(Trouble::of(trouble.code()), trouble);
        }
        assert_eq!(Trouble::of("something else"), Trouble::Unsure);
    }

    #[test]
    fn a_small_budget_is_shared_out_too() {
        let shares = |budget| {
            let Shares { strangers, messages, all } = super::shares(budget);
            (strangers, messages, all)
        };
        assert_eq!(shares(500), (300, 400, 500));
        assert_eq!(shares(2), (2, 2, 2));
        assert_eq!(shares(0), (0, 0, 0));
    }
}
