//! An order is sent: the draft becomes an order with one visit, a member's time is held, everybody is told. One order,
//! whatever is tapped twice.
//!
//! The best member is found before the transaction that decides, and looked at in it under their own lock alone: orders
//! for different members don't wait for each other. Whoever was taken meanwhile is passed over; when the list is used up,
//! everybody is looked at anew.
//!
//! Who orders decides what comes of it. Somebody known (signed in, by mandate, at the lounge): the member is asked at once.
//! Somebody new with a mobile number: one code first. Somebody new whom we can only ring: the time is held until the
//! desk has rung (`calls`).

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use assignment::{Request, Strangers};
use domain::{
    FieldProblem, JobTerms, Minutes, OrderId, PersonId, PersonName, PhoneNumber, Problem, Span, SubmissionKey,
};

use crate::{
    Backend, Error, Refusal,
    ordering::{free, may_order, place_order},
    placing::{self, Place},
    sign_in,
    store::{
        audit, catalogue,
        codes::{self, Purpose, SentTo},
        drafts::{self, StoredDraft, StoredTime},
        idempotency::{self, Submission},
        people, plans, sessions,
        tx::Tx,
        visits,
    },
    times,
    views::{Caller, Sent},
};

/// How often everybody is looked at anew when all who were found had been taken meanwhile.
const LOOKS: usize = 3;

/// How many of the earliest windows are tried for "as soon as possible".
const SOONEST_TRIES: usize = 4;

/// How long after it a second tap of the code form is answered with the order that the first one made.
const SAME_TAP: Minutes = Minutes(15);

/// A code sent less than this ago isn't sent again.
const SAME_CODE: Minutes = Minutes(1);

/// What sending amounts to, found outside the transaction that decides.
enum Prepared {
    /// It was sent before.
    Sent(Sent),
    /// It was sent before; whether with the same answers is still to be compared.
    Compare,
    /// A code first.
    Code(PhoneNumber),
    /// These times and members, in order; none for a request that the desk rings about.
    Try(Vec<(Span, Option<Place>)>),
}

/// One attempt, with all that it needs.
struct Attempt {
    caller: Caller,
    /// The key in the form; the draft's own when a code is answered.
    key: Option<SubmissionKey>,
    code: Option<String>,
    choice: Choice,
    /// How many of the places found were passed over or tried, for the attempt that follows.
    used: AtomicUsize,
}

/// Which time and member.
enum Choice {
    /// Found a moment ago, the best first; no member for a request that the desk rings about.
    Found(Vec<(Span, Option<Place>)>),
    /// To be found in the transaction itself, in which everybody's orders wait.
    BestNow,
}

/// What came of an attempt.
enum Written {
    Ordered(OrderId, Option<String>),
    NoCode(Problem),
}

/// For whom the order is.
pub(crate) enum ForWhom {
    Known(PersonId),
    Mobile(PersonName, PhoneNumber),
    Unreachable(PersonName, Option<PhoneNumber>),
}

impl Backend {
    /// Sends the order in the session's draft. The key is the one on the check page: sending it again is sending it once.
    ///
    /// # Errors
    /// [`Problem::TimeTaken`] on field `time`, [`Problem::ConsentNeeded`] on `consent`, [`Problem::SentDifferently`] on
    /// `key`, [`Problem::DraftGone`] on `draft`, [`Problem::TooMany`] on `phone`, and every answer that is missing.
    pub async fn send_order(&self, c: &Caller, key: &str, client: &str) -> Result<Sent, Error> {
        let key: SubmissionKey = key.parse().map_err(|_| Refusal::Changed)?;
        let prepared = self
            .read((c.clone(), key), |tx, (c, key)| Box::pin(async move { prepare(tx, c, Some(*key)).await }))
            .await?;
        match prepared {
            Prepared::Sent(sent) => Ok(sent),
            Prepared::Compare => self.write((c.clone(), key), |tx, (c, key)| Box::pin(compare(tx, c, *key))).await,
            Prepared::Code(phone) => self.send_code(c, phone, client).await,
            Prepared::Try(tries) => match self.try_each(c, Some(key), None, tries).await? {
                Written::Ordered(order, _) => Ok(Sent::Ordered(order)),
                Written::NoCode(problem) => Err(Error::field("code", problem)),
            },
        }
    }

    /// Answers the code that sending asked for: the order stands, and whoever answered is signed in by the new token.
    ///
    /// # Errors
    /// [`Problem::WrongCode`] or [`Problem::CodeExpired`] on field `code`, and those of [`Backend::send_order`].
    pub async fn confirm_order(&self, c: &Caller, code: &str) -> Result<(Sent, Option<String>), Error> {
        let code = sign_in::read_code(code)?;
        let prepared = self.read(c.clone(), |tx, c| Box::pin(async move { prepare_confirmed(tx, c).await })).await?;
        match prepared {
            Prepared::Sent(sent) => Ok((sent, None)),
            Prepared::Code(_) | Prepared::Compare => Err(Error::field("code", Problem::CodeExpired)),
            Prepared::Try(tries) => match self.try_each(c, None, Some(code), tries).await? {
                Written::Ordered(order, token) => Ok((Sent::Ordered(order), token)),
                Written::NoCode(problem) => Err(Error::field("code", problem)),
            },
        }
    }

    async fn send_code(&self, c: &Caller, phone: PhoneNumber, client: &str) -> Result<Sent, Error> {
        let session = c.session.clone().ok_or_else(gone)?;
        self.write((session, phone, c.language, client.to_owned()), |tx, (session, phone, language, client)| {
            Box::pin(async move {
                tx.lock_name(client).await?;
                tx.lock_name(phone.e164()).await?;
                if codes::was_sent(tx, session, Purpose::Order, phone, tx.now() - SAME_CODE).await? {
                    // A double tap: that code is on its way.
                    return Ok(Ok(()));
                }
                sign_in::ask_code_for_order(tx, session, phone, *language, client).await
            })
        })
        .await?
        .map(|()| Sent::NeedsCode)
        .map_err(Error::Refused)
    }

    /// The best place that was found; when it was taken meanwhile, the best one that is left.
    async fn try_each(
        &self,
        c: &Caller,
        key: Option<SubmissionKey>,
        code: Option<String>,
        mut found: Vec<(Span, Option<Place>)>,
    ) -> Result<Written, Error> {
        for _ in 0..LOOKS {
            while !found.is_empty() {
                let (written, left) = self.attempt(c, key, code.as_deref(), Choice::Found(found)).await;
                match written {
                    Err(error) if placing::is_taken(&error) => found = left,
                    written => return written,
                }
            }
            found = self.read(c.clone(), |tx, c| Box::pin(look_again(tx, c))).await?;
            if found.is_empty() {
                return Err(placing::taken());
            }
        }
        self.attempt(c, key, code.as_deref(), Choice::BestNow).await.0
    }

    /// One transaction. Answers also the places that it didn't come to.
    async fn attempt(
        &self,
        c: &Caller,
        key: Option<SubmissionKey>,
        code: Option<&str>,
        choice: Choice,
    ) -> (Result<Written, Error>, Vec<(Span, Option<Place>)>) {
        let code = code.map(str::to_owned);
        let attempt = Arc::new(Attempt { caller: c.clone(), key, code, choice, used: AtomicUsize::new(0) });
        let written = self.write(attempt.clone(), |tx, attempt| Box::pin(write(tx, attempt))).await;
        let left = match &attempt.choice {
            Choice::Found(found) => found.get(attempt.used.load(Ordering::SeqCst)..).unwrap_or_default().to_vec(),
            Choice::BestNow => Vec::new(),
        };
        (written, left)
    }
}

pub(crate) fn gone() -> Error {
    Error::field("draft", Problem::DraftGone)
}

/// The same key again: the same answer when it came with the same answers.
async fn compare(tx: &mut Tx, c: &Caller, key: SubmissionKey) -> Result<Sent, Error> {
    let session = c.session.as_deref().ok_or_else(gone)?;
    let draft = drafts::of_session(tx, session).await?.ok_or_else(gone)?;
    match idempotency::begin(tx, key, session, &serde_json::to_string(&draft)?).await? {
        Submission::Done(order) => Ok(Sent::Ordered(order.parse().map_err(Error::stored)?)),
        Submission::New | Submission::Different => Err(Error::field("key", Problem::SentDifferently)),
    }
}

async fn prepare(tx: &mut Tx, c: &Caller, key: Option<SubmissionKey>) -> Result<Prepared, Error> {
    let session = c.session.as_deref().ok_or_else(gone)?;
    let answered = match key {
        Some(key) => idempotency::answer(tx, key, session).await?,
        None => None,
    };
    let draft = drafts::of_session(tx, session).await?;
    let draft = match (draft, answered) {
        // The answers are gone or others by now; this key has been answered.
        (None, Some(order)) => return sent(&order),
        (Some(draft), Some(order)) if Some(draft.key) != key => return sent(&order),
        (Some(_), Some(_)) => return Ok(Prepared::Compare),
        (Some(draft), None) if key.is_none_or(|key| key == draft.key) => draft,
        (Some(_), None) => return Err(Refusal::Changed.into()),
        (None, None) => return Err(gone()),
    };
    let whom = for_whom(&draft)?;
    if let (ForWhom::Mobile(_, phone), Some(_)) = (&whom, key) {
        return Ok(Prepared::Code(phone.clone()));
    }
    Ok(Prepared::Try(places(tx, &draft, &whom).await?))
}

async fn prepare_confirmed(tx: &mut Tx, c: &Caller) -> Result<Prepared, Error> {
    let session = c.session.as_deref().ok_or_else(gone)?;
    if drafts::of_session(tx, session).await?.is_some() {
        return prepare(tx, c, None).await;
    }
    let since = tx.now() - SAME_TAP;
    match visits::newest_order(tx, session, since).await? {
        Some(order) => Ok(Prepared::Sent(Sent::Ordered(order))),
        None => Err(gone()),
    }
}

fn sent(order: &str) -> Result<Prepared, Error> {
    Ok(Prepared::Sent(Sent::Ordered(order.parse().map_err(Error::stored)?)))
}

fn for_whom(draft: &StoredDraft) -> Result<ForWhom, Error> {
    match (draft.resident, &draft.newcomer) {
        (Some(resident), _) => Ok(ForWhom::Known(resident)),
        (None, Some((name, Some(phone)))) if phone.is_finnish_mobile() => {
            Ok(ForWhom::Mobile(name.clone(), phone.clone()))
        }
        (None, Some((name, phone))) => Ok(ForWhom::Unreachable(name.clone(), phone.clone())),
        (None, None) => Err(Error::field("name", Problem::Missing)),
    }
}

/// Every answer that is still missing.
fn complete(draft: &StoredDraft) -> Result<(), Error> {
    let mut missing = Vec::new();
    if draft.home.is_none() {
        missing.push(FieldProblem::new("address", Problem::Missing));
    }
    if draft.time.is_none() {
        missing.push(FieldProblem::new("time", Problem::ChooseOne));
    }
    if draft.contact.is_none() && draft.resident.is_none() {
        missing.push(FieldProblem::new("contact", Problem::ChooseOne));
    }
    if draft.strangers_welcome.is_none() {
        missing.push(FieldProblem::new("strangers", Problem::ChooseOne));
    }
    if missing.is_empty() { Ok(()) } else { Err(missing.into()) }
}

/// The engine's question for a draft.
pub(crate) fn request(draft: &StoredDraft, terms: JobTerms) -> Option<Request> {
    Some(Request {
        resident: draft.resident,
        at: draft.home.as_ref()?.at(),
        terms,
        strangers: if draft.strangers_welcome == Some(false) { Strangers::OnlyFamiliar } else { Strangers::Welcome },
        not_these: std::collections::BTreeSet::new(),
    })
}

/// The times and members to try, in order.
async fn places(tx: &mut Tx, draft: &StoredDraft, whom: &ForWhom) -> Result<Vec<(Span, Option<Place>)>, Error> {
    complete(draft)?;
    let terms = terms(tx, draft).await?;
    let mut request = request(draft, terms).ok_or_else(gone)?;
    if let ForWhom::Mobile(_, phone) = whom {
        // Their number may be known already: then it is they who order, with the helpers they know.
        request.resident = people::who_signs_in_by(tx, phone).await?.map(|person| person.id);
    }
    let snapshot = plans::snapshot(tx).await?;
    let windows = match draft.time {
        None => return Err(gone()),
        Some(StoredTime::RingMe) => {
            let ring_by = tx.settings().coop.ring_by(tx.now());
            // Nothing was wished for: the window says when the desk rings, until another is chosen.
            return Ok(vec![(Span::lasting(ring_by, Minutes(60)), None)]);
        }
        Some(StoredTime::Window(window)) => vec![window],
        Some(StoredTime::Soonest(promised)) => {
            let until_then = Span { start: tx.now(), end: promised.end };
            let earliest = assignment::times(&snapshot, &request_for_anybody(&request), until_then);
            let kept = earliest.into_iter().map(|offer| offer.window).filter(|window| window.start <= promised.start);
            kept.take(SOONEST_TRIES).collect()
        }
    };
    let mut places = Vec::new();
    for window in windows {
        let able = times::to_ask(&snapshot, &request, window);
        places.extend(able.into_iter().map(|candidate| (window, Some(Place::from(candidate)))));
    }
    Ok(places)
}

fn request_for_anybody(request: &Request) -> Request {
    Request { strangers: Strangers::Welcome, ..request.clone() }
}

async fn terms(tx: &mut Tx, draft: &StoredDraft) -> Result<JobTerms, Error> {
    catalogue::of_job(tx, draft.job).await?.ok_or_else(|| Error::field("job", Problem::ChooseOne))
}

/// The whole use case, in one transaction.
async fn write(tx: &mut Tx, attempt: &Attempt) -> Result<Written, Error> {
    let c = &attempt.caller;
    let session = c.session.as_deref().ok_or_else(gone)?;
    let Some(draft) = drafts::of_session(tx, session).await? else {
        // A tap a moment earlier has sent it.
        let before = match attempt.key {
            Some(key) => idempotency::answer(tx, key, session).await?,
            None => visits::newest_order(tx, session, tx.now() - SAME_TAP).await?.map(|order| order.to_string()),
        };
        return ordered(&before.ok_or_else(gone)?);
    };
    let key = attempt.key.unwrap_or(draft.key);
    if key != draft.key {
        return Err(Refusal::Changed.into());
    }
    let whom = for_whom(&draft)?;
    if let ForWhom::Mobile(_, phone) = &whom {
        // A wrong code is an answer and not an error here: the try that it cost must stay.
        match try_code(tx, session, phone, attempt.code.as_deref()).await? {
            Ok(()) => {}
            Err(problem) => {
                return match idempotency::answer(tx, key, session).await? {
                    Some(order) => ordered(&order),
                    None => Ok(Written::NoCode(problem)),
                };
            }
        }
    }
    match idempotency::begin(tx, key, session, &serde_json::to_string(&draft)?).await? {
        Submission::New => {}
        Submission::Done(order) => return ordered(&order),
        Submission::Different => return Err(Error::field("key", Problem::SentDifferently)),
    }
    complete(&draft)?;
    let terms = terms(tx, &draft).await?;
    if let ForWhom::Known(resident) = &whom {
        may_order(tx, c, *resident, terms.kind.service()).await?;
    }
    let (window, place) = match &attempt.choice {
        Choice::Found(found) => first_free(tx, &draft, &terms, found, &attempt.used).await?,
        Choice::BestNow => {
            tx.lock_plans(c.coop).await?;
            places(tx, &draft, &whom).await?.into_iter().next().ok_or_else(placing::taken)?
        }
    };
    let plan = free(tx, place.as_ref(), &draft, &whom, &terms).await?;
    let held = place.zip(plan);
    let order = place_order(tx, c, &draft, &whom, (terms, window), held.as_ref()).await?;

    drafts::delete(tx, session).await?;
    idempotency::finish(tx, key, &order.order.to_string()).await?;
    let token = match &whom {
        ForWhom::Mobile(..) => Some(signed_in(tx, order.resident).await?),
        _ => None,
    };
    let by = c.person.as_ref().map(|person| person.id);
    audit::write(tx, by, Some(order.resident), "order.sent", order.order).await?;
    Ok(Written::Ordered(order.order, token))
}

fn ordered(order: &str) -> Result<Written, Error> {
    Ok(Written::Ordered(order.parse().map_err(Error::stored)?, None))
}

/// The first of the places that the draft still asks for and that nobody has taken, as far as one look tells.
async fn first_free(
    tx: &mut Tx,
    draft: &StoredDraft,
    terms: &JobTerms,
    found: &[(Span, Option<Place>)],
    used: &AtomicUsize,
) -> Result<(Span, Option<Place>), Error> {
    let work = |place: &Place| Span::lasting(place.start, terms.minutes);
    let starts = found.iter().filter_map(|(_, place)| place.as_ref().map(work));
    let whole = starts.reduce(|one, other| Span { start: one.start.min(other.start), end: one.end.max(other.end) });
    let busy = match whole {
        Some(whole) => plans::busy(tx, whole).await?,
        None => Vec::new(),
    };
    let is_busy =
        |place: &Place| busy.iter().any(|(member, span)| *member == place.member && span.overlaps(work(place)));
    // Another tab may have chosen another time since.
    let is_free = |(window, place): &(Span, Option<Place>)| {
        is_wanted(draft, *window) && place.as_ref().is_none_or(|place| !is_busy(place))
    };
    let first = found.iter().position(is_free);
    used.store(first.map_or(found.len(), |index| index + 1), Ordering::SeqCst);
    first.and_then(|index| found.get(index)).cloned().ok_or_else(placing::taken)
}

/// The places as they are now.
async fn look_again(tx: &mut Tx, c: &Caller) -> Result<Vec<(Span, Option<Place>)>, Error> {
    let session = c.session.as_deref().ok_or_else(gone)?;
    match drafts::of_session(tx, session).await? {
        Some(draft) => places(tx, &draft, &for_whom(&draft)?).await,
        // A tap a moment earlier has sent it: the next attempt finds its answer, whatever the place.
        None => Ok(vec![(Span { start: tx.now(), end: tx.now() }, None)]),
    }
}

/// Whether the draft asks for that window.
fn is_wanted(draft: &StoredDraft, window: Span) -> bool {
    match draft.time {
        Some(StoredTime::Window(wanted)) => wanted == window,
        Some(StoredTime::Soonest(promised)) => window.start <= promised.start,
        Some(StoredTime::RingMe) => true,
        None => false,
    }
}

async fn try_code(
    tx: &mut Tx,
    session: &str,
    phone: &PhoneNumber,
    code: Option<&str>,
) -> Result<Result<(), Problem>, Error> {
    let Some(code) = code else { return Ok(Err(Problem::CodeExpired)) };
    let answered = sign_in::answer_code_for_order(tx, session, code).await?;
    // The number in the draft may have been changed after the code was sent to another one.
    Ok(answered.and_then(
        |answered| if answered.to == SentTo::Phone(phone.clone()) { Ok(()) } else { Err(Problem::WrongCode) },
    ))
}

/// A new session of somebody who has just answered a code. The old one stays as it was, not signed in, so that a second tap
/// of the same form finds the order.
async fn signed_in(tx: &mut Tx, person: PersonId) -> Result<String, Error> {
    let (token, session) = crate::sessions::new_token(tx);
    sessions::insert(tx, &session, Some(person)).await?;
    Ok(token)
}

/// Sends the caller's draft to that member at that very start, whatever the page would have offered: for the races, in
/// which nothing but the decision under the lock stands between two orders.
#[cfg(any(test, feature = "testing"))]
pub(crate) async fn send_at(
    backend: &Backend,
    c: &Caller,
    key: SubmissionKey,
    member: PersonId,
    start: domain::Moment,
) -> Result<(), Error> {
    let place = Place { member, start, reasons: None };
    let session = c.session.clone().unwrap_or_default();
    let draft = backend.read(session, |tx, session| Box::pin(drafts::of_session(tx, session))).await?;
    let Some(StoredTime::Window(window)) = draft.and_then(|draft| draft.time) else { return Err(gone()) };
    backend.attempt(c, Some(key), None, Choice::Found(vec![(window, Some(place))])).await.0.map(|_| ())
}
