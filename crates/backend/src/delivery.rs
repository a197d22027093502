//! Text messages and e-mails on their way: what is to be handed to the gateway or the mail server, what came of it, and what
//! a person must tell.
//!
//! A message goes out by one channel **at most once**. It is taken in one transaction, handed over outside of any, and what came
//! of it is written in another. When the server dies in between, or the gateway keeps silent after it has had the text,
//! nobody knows whether it went: then it isn't sent that way again ([`UNSURE_AFTER`]), unless the network's own report says
//! in time that it arrived. What one channel didn't carry goes by the next that its person has (`rerouting`), and is told by
//! voice when there is none. What surely didn't go (no connection, "busy") is tried again, until it would be of
//! no use any more.
//!
//! The day's budget is shared out, so that a flood of one kind leaves room for the others: codes for strangers' orders may
//! use three fifths of it, everything else that isn't a code four fifths, and only those who sign in the whole.

use domain::{
    Channel, EmailAddress, Language, Message, MessageId, MessageKind, Minutes, Moment, PersonName, PhoneNumber,
};

use crate::{
    Backend, Caller, Error, Refusal, rerouting, rights,
    store::{
        audit,
        codes::GOOD_FOR,
        deliveries::{self, Counts, Rerouted, Undelivered, Waiting},
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

/// An e-mail to be handed to the mail server.
#[derive(Clone, Debug)]
pub struct OutgoingEmail {
    /// Its id, and the message's.
    pub id: MessageId,
    /// When it was written.
    pub made: Moment,
    /// To which address.
    pub address: EmailAddress,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub message: Message,
}

/// What came of handing a message over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The gateway has it, in so many parts, or the mail server.
    Accepted {
        /// As networks count them; an e-mail has none.
        parts: u32,
    },
    /// It surely didn't go: it may be tried again.
    NotNow,
    /// The gateway will never take it: a wrong number, a wrong password.
    Refused,
    /// Nobody knows: the gateway had it and said nothing.
    Unsure,
}

/// Why a message didn't go by its channel.
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

/// A channel that didn't carry a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub way: Channel,
    /// Why.
    pub trouble: Trouble,
}

/// A message that went another way than at first.
#[derive(Clone, Debug)]
pub struct ReroutedView {
    /// To whom.
    pub to: PersonName,
    /// What didn't carry it.
    pub first: Failure,
    /// When that was clear.
    pub at: Moment,
    /// By what it goes now.
    pub now_by: Channel,
    /// Whether it has gone.
    pub is_sent: bool,
}

/// A message that somebody tells by voice.
#[derive(Clone, Debug)]
pub struct UndeliveredView {
    /// Which.
    pub id: MessageId,
    /// To whom; nobody: a number that isn't anybody's yet.
    pub to: Option<PersonName>,
    /// Their number, if they have one.
    pub phone: Option<PhoneNumber>,
    /// In which language they are written to.
    pub language: Language,
    /// What it says.
    pub message: Message,
    /// When it was written.
    pub made: Moment,
    /// When it was clear that it doesn't go.
    pub failed: Moment,
    /// Why it didn't go by the last channel.
    pub trouble: Trouble,
    /// Every channel that was tried, in order.
    pub tried: Vec<Failure>,
}

/// How the co-op's messages are doing.
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
    /// How many e-mails went out today.
    pub emails_today: i64,
    /// Messages of the last days that went another way than at first, the newest first.
    pub rerouted: Vec<ReroutedView>,
}

/// How far back the coordinator is shown what went another way, and how much of it.
const REROUTED_SHOWN: (Minutes, i64) = (Minutes(7 * 24 * 60), 20);

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
        let taken = self.take(Channel::Sms, most).await?.into_iter();
        let texts = taken.map(|Waiting { id, phone, language, message, .. }| {
            let phone = phone.ok_or_else(|| Error::stored("a text message without a number"))?;
            Ok(Outgoing { id, phone, language, message })
        });
        texts.collect()
    }

    /// The same for e-mails.
    pub async fn take_emails(&self, most: u32) -> Result<Vec<OutgoingEmail>, Error> {
        let taken = self.take(Channel::Email, most).await?.into_iter();
        let emails = taken.map(|Waiting { id, made, email, language, message, .. }| {
            let address = email.ok_or_else(|| Error::stored("an e-mail without an address"))?;
            Ok(OutgoingEmail { id, made, address, language, message })
        });
        emails.collect()
    }

    async fn take(&self, way: Channel, most: u32) -> Result<Vec<Waiting>, Error> {
        // Mostly there is nothing: then no writer waits for this look.
        if self.read(way, |tx, way| Box::pin(deliveries::due(tx, *way, 1))).await?.is_empty() {
            return Ok(Vec::new());
        }
        self.write((way, i64::from(most)), |tx, (way, most)| Box::pin(take(tx, *way, *most))).await
    }

    /// What came of handing a message over.
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
                    let is_news = deliveries::not_arrived(tx, *text, Trouble::Undelivered.code()).await?;
                    if is_news {
                        rerouting::next(tx, *text, Trouble::Undelivered).await?;
                    }
                    Ok(is_news)
                }
            })
        })
        .await
    }

    /// How the co-op's messages are doing, and which of them somebody has to tell by voice.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator.
    pub async fn messages(&self, c: &Caller) -> Result<MessagesView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let today = midnight(tx);
                let counts = deliveries::counts(tx, today).await?;
                let mut view = view(counts, tx.settings().coop.sms_daily_budget);
                for undelivered in deliveries::undelivered(tx).await? {
                    let tried = deliveries::failures(tx, undelivered.waiting.id).await?;
                    view.undelivered.push(to_tell(undelivered, &tried));
                }
                view.emails_today = deliveries::emails_since(tx, today).await?;
                let (back, most) = REROUTED_SHOWN;
                let rerouted = deliveries::rerouted(tx, tx.now() - back, most).await?;
                view.rerouted = rerouted.into_iter().map(another_way).collect();
                Ok(view)
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

fn to_tell(undelivered: Undelivered, tried: &[(Channel, String)]) -> UndeliveredView {
    let Undelivered { waiting, to, failed, trouble } = undelivered;
    let Waiting { id, made, way, phone, language, message, .. } = waiting;
    let trouble = Trouble::of(&trouble);
    let mut tried: Vec<Failure> =
        tried.iter().map(|(way, why)| Failure { way: *way, trouble: Trouble::of(why) }).collect();
    if tried.is_empty() {
        tried.push(Failure { way, trouble });
    }
    UndeliveredView { id, to, phone, language, message, made, failed, trouble, tried }
}

fn another_way(rerouted: Rerouted) -> ReroutedView {
    let Rerouted { to, first, why, at, now_by, is_sent } = rerouted;
    ReroutedView { to, first: Failure { way: first, trouble: Trouble::of(&why) }, at, now_by, is_sent }
}

fn view(counts: Counts, budget: i64) -> MessagesView {
    MessagesView {
        undelivered: Vec::new(),
        waiting: counts.waiting,
        oldest: (counts.waiting > 0).then(|| Moment::from_seconds(counts.oldest)),
        later: counts.later,
        sent_today: counts.sent_today,
        parts_today: (counts.parts_today, budget),
        arrived_today: counts.arrived_today,
        emails_today: 0,
        rerouted: Vec::new(),
    }
}

async fn take(tx: &mut Tx, way: Channel, most: i64) -> Result<Vec<Waiting>, Error> {
    let mut taken = Vec::new();
    let mut used = budget_used(tx).await?;
    let share = shares(tx.settings().coop.sms_daily_budget).messages;
    for waiting in deliveries::due(tx, way, most).await? {
        let id = waiting.id;
        // A code was counted when it was asked for, and an e-mail costs no text message.
        let costs = way == Channel::Sms && waiting.message.kind() != MessageKind::SignInCode;
        if waiting.message.useless_after(waiting.made, GOOD_FOR).is_some_and(|end| end <= tx.now()) {
            give_up(tx, id, Trouble::Late).await?;
        } else if costs && used >= share {
            alarm(tx, used).await?;
            give_up(tx, id, Trouble::Budget).await?;
        } else if deliveries::take(tx, id).await? {
            used += i64::from(costs);
            taken.push(waiting);
        }
    }
    Ok(taken)
}

/// It doesn't go this way: by the next channel, or by voice. Whether it was this call that said so.
async fn give_up(tx: &mut Tx, message: MessageId, why: Trouble) -> Result<bool, Error> {
    let is_news = deliveries::failed(tx, message, why.code()).await?;
    if is_news {
        rerouting::next(tx, message, why).await?;
    }
    Ok(is_news)
}

async fn write_down(tx: &mut Tx, text: MessageId, handed: Handed) -> Result<(), Error> {
    match handed {
        Handed::Accepted { parts } => {
            deliveries::sent(tx, text, parts).await?;
            deliveries::forget_codes(tx, tx.now() - GOOD_FOR).await
        }
        Handed::Refused => give_up(tx, text, Trouble::Refused).await.map(|_| ()),
        // A report may still come; `settle` doesn't wait for it for ever.
        Handed::Unsure => Ok(()),
        Handed::NotNow => {
            let Some(Waiting { made, way, message, tries, .. }) = deliveries::by_id(tx, text).await? else {
                return Ok(());
            };
            let wait = usize::try_from(tries.saturating_sub(1)).ok().and_then(|tries| PATIENCE.get(tries));
            let next = tx.now() + Minutes(wait.or(PATIENCE.last()).copied().unwrap_or(1));
            let due = outbox::goes_out(tx, way, &message, next);
            let useless = message.useless_after(made, GOOD_FOR);
            if made + LONGEST_WAIT < tx.now() {
                give_up(tx, text, Trouble::Silent).await.map(|_| ())
            } else if useless.is_some_and(|end| end <= due) {
                give_up(tx, text, Trouble::Late).await.map(|_| ())
            } else {
                deliveries::again(tx, text, due, Trouble::Silent.code()).await
            }
        }
    }
}

/// Messages of which nobody knows whether they went don't go that way any more. How many.
pub(crate) async fn settle(tx: &mut Tx) -> Result<u64, Error> {
    let mut settled = 0;
    for message in deliveries::unsure(tx, tx.now() - UNSURE_AFTER).await? {
        settled += u64::from(give_up(tx, message, Trouble::Unsure).await?);
    }
    Ok(settled)
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
