//! Offers: one visit put to one member at a time, and what became of it.
//!
//! Read only to know whom not to ask twice for the same visit at the same time. Nothing counts answers.

use std::collections::BTreeSet;

use domain::{Moment, OfferId, PersonId, Span, VisitId};

use crate::{
    Error,
    store::tx::{Tx, all, execute, optional, scalar},
};

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Pending,
    Accepted,
    Declined,
    Expired,
    Withdrawn,
}

/// An offer as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredOffer {
    pub(crate) id: OfferId,
    pub(crate) visit: VisitId,
    pub(crate) member: PersonId,
    pub(crate) answer: Answer,
}

#[derive(sqlx::FromRow)]
struct OfferRow {
    offer_id: String,
    visit_id: String,
    member_id: String,
    answer: String,
}

impl Answer {
    const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The offer of that id, if the co-op has made one.
pub(crate) async fn by_id(tx: &mut Tx, offer: OfferId) -> Result<Option<StoredOffer>, Error> {
    let coop = tx.settings().coop.id.to_string();
    optional!(
        tx,
        OfferRow,
        "select offer_id, visit_id, member_id, answer from offer where offer_id = $1 and coop_id = $2",
        offer.to_string(),
        coop
    )?
    .as_ref()
    .map(read)
    .transpose()
}

/// The offers that a member hasn't answered yet, the one that ends first first.
pub(crate) async fn pending(tx: &mut Tx, member: PersonId) -> Result<Vec<StoredOffer>, Error> {
    all!(
        tx,
        OfferRow,
        "select offer_id, visit_id, member_id, answer from offer \
         where member_id = $1 and answer = 'pending' and expires > $2 order by expires, offer_id",
        member.to_string(),
        tx.now().seconds()
    )?
    .iter()
    .map(read)
    .collect()
}

/// Everybody who was asked for this visit in this arrival window, whatever they said.
pub(crate) async fn asked(tx: &mut Tx, visit: VisitId, window: Span) -> Result<BTreeSet<PersonId>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select distinct member_id from offer where visit_id = $1 and planned_start >= $2 and planned_start < $3",
        visit.to_string(),
        window.start.seconds(),
        window.end.seconds()
    )?;
    rows.into_iter().map(|(member,)| member.parse().map_err(Error::stored)).collect()
}

/// How long an offer's numbers are kept apart from those of later ones.
const NUMBER_KEPT: domain::Minutes = domain::Minutes(7 * 24 * 60);

/// The last number that says yes before they begin anew.
const MOST_NUMBER: u16 = 97;

/// A new offer.
pub(crate) async fn insert(
    tx: &mut Tx,
    (offer, visit, member): (OfferId, VisitId, PersonId),
    (start, expires): (Moment, Moment),
    reasons: Option<&assignment::Reasons>,
) -> Result<(), Error> {
    let answer = if tx.settings().text_answers { Some(answer_number(tx, member).await?) } else { None };
    execute!(
        tx,
        "insert into offer (offer_id, coop_id, visit_id, member_id, planned_start, made, expires, answer, reasons, \
         answer_number) values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9)",
        offer.to_string(),
        tx.settings().coop.id.to_string(),
        visit.to_string(),
        member.to_string(),
        start.seconds(),
        tx.now().seconds(),
        expires.seconds(),
        reasons.map(serde_json::to_string).transpose()?,
        answer.map(i64::from)
    )?;
    Ok(())
}

/// The number that says yes to the member's next offer: 1, or two more than that of the one before, so that a late answer
/// to an old text never says yes to a new offer.
async fn answer_number(tx: &mut Tx, member: PersonId) -> Result<u16, Error> {
    let newest: Option<(Option<i64>,)> = optional!(
        tx,
        (Option<i64>,),
        "select answer_number from offer where member_id = $1 and made > $2 and answer_number is not null \
         order by made desc, answer_number desc limit 1",
        member.to_string(),
        (tx.now() - NUMBER_KEPT).seconds()
    )?;
    let before = newest.and_then(|(number,)| u16::try_from(number?).ok()).unwrap_or(MOST_NUMBER);
    Ok(if before >= MOST_NUMBER { 1 } else { before + 2 })
}

/// The number by which the member's answer to this offer says yes.
pub(crate) async fn answer_number_of(tx: &mut Tx, offer: OfferId) -> Result<Option<u16>, Error> {
    let row: Option<(Option<i64>,)> =
        optional!(tx, (Option<i64>,), "select answer_number from offer where offer_id = $1", offer.to_string())?;
    Ok(row.and_then(|(number,)| u16::try_from(number?).ok()))
}

/// How many offers that can be answered by text were made to the member since that instant, whatever became of them.
pub(crate) async fn answerable_since(tx: &mut Tx, member: PersonId, since: Moment) -> Result<i64, Error> {
    scalar!(
        tx,
        i64,
        "select count(*) from offer where member_id = $1 and answer_number is not null and made > $2",
        member.to_string(),
        since.seconds()
    )
}

/// The newest offer to that member whose numbers these are, waiting or over.
pub(crate) async fn by_answer(tx: &mut Tx, member: PersonId, yes: u16) -> Result<Option<StoredOffer>, Error> {
    optional!(
        tx,
        OfferRow,
        "select offer_id, visit_id, member_id, answer from offer \
         where member_id = $1 and answer_number = $2 and made > $3 order by made desc limit 1",
        member.to_string(),
        i64::from(yes),
        (tx.now() - NUMBER_KEPT).seconds()
    )?
    .as_ref()
    .map(read)
    .transpose()
}

/// The work is planned to begin at another minute than when it was offered.
pub(crate) async fn set_start(tx: &mut Tx, offer: OfferId, start: Moment) -> Result<(), Error> {
    execute!(tx, "update offer set planned_start = $2 where offer_id = $1", offer.to_string(), start.seconds())?;
    Ok(())
}

/// What became of the visit's open offer, if it has one.
pub(crate) async fn close(tx: &mut Tx, visit: VisitId, answer: Answer) -> Result<(), Error> {
    execute!(
        tx,
        "update offer set answer = $2, answered_at = $3 where visit_id = $1 and answer = 'pending'",
        visit.to_string(),
        answer.code(),
        tx.now().seconds()
    )?;
    Ok(())
}

fn read(row: &OfferRow) -> Result<StoredOffer, Error> {
    let answer = match row.answer.as_str() {
        "pending" => Answer::Pending,
        "accepted" => Answer::Accepted,
        "declined" => Answer::Declined,
        "expired" => Answer::Expired,
        "withdrawn" => Answer::Withdrawn,
        other => return Err(Error::stored(format!("offer: answer {other}"))),
    };
    Ok(StoredOffer {
        id: row.offer_id.parse().map_err(Error::stored)?,
        visit: row.visit_id.parse().map_err(Error::stored)?,
        member: row.member_id.parse().map_err(Error::stored)?,
        answer,
    })
}
