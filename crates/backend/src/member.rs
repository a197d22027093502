//! What a member does: answers offers, looks at the day, reports the steps of a visit, gives one back.
//!
//! What they set for themselves is in `member_settings`.

use chrono::NaiveDate;
use domain::{MessageKind, Minutes, Moment, OfferId, PersonId, Problem, Span, Step, VisitId, VisitState};

use crate::{
    Backend, Error, Refusal, absence, door_codes,
    effect::limit_effect,
    passing_on::Leaving,
    placing, rights,
    store::{
        audit,
        offers::{self, Answer, StoredOffer},
        plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
    views::{Caller, DayView, MemberVisit, OfferView},
};

/// How long after a visit its address stays on the member's page.
const ADDRESS_STAYS: Minutes = Minutes(24 * 60);

/// How long before a visit the resident's number is on the member's page.
const NUMBER_COMES: Minutes = Minutes(24 * 60);

/// How old a step may be when it reaches us: a day without a network.
const OLDEST_STEP: Minutes = Minutes(24 * 60);

/// How far ahead of ours a phone's clock may be.
const CLOCK_AHEAD: Minutes = Minutes(5);

/// How far ahead the next visit is looked for.
const NEXT_WITHIN: Minutes = Minutes(35 * 24 * 60);

impl Backend {
    /// The offers that wait for the member's answer, the one that ends first first.
    pub async fn offers(&self, c: &Caller) -> Result<Vec<OfferView>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let member = rights::member(tx, c).await?;
                let mut views = Vec::new();
                for offer in offers::pending(tx, member).await? {
                    views.extend(view(tx, &offer).await?);
                }
                Ok(views)
            })
        })
        .await
    }

    /// One offer that waits for the member's answer.
    ///
    /// # Errors
    /// [`Refusal::Changed`] when it was theirs and is over, [`Refusal::NotYours`] when it never was.
    pub async fn offer(&self, c: &Caller, offer: &str) -> Result<OfferView, Error> {
        self.read((c.clone(), offer.to_owned()), |tx, (c, offer)| {
            Box::pin(async move {
                let (_, offer) = own_offer(tx, c, offer).await?;
                view(tx, &offer).await?.ok_or_else(|| Refusal::Changed.into())
            })
        })
        .await
    }

    /// The member takes the work. Taking it twice is taking it once.
    ///
    /// # Errors
    /// [`Refusal::Changed`] when the offer is over.
    pub async fn accept_offer(&self, c: &Caller, offer: &str) -> Result<VisitId, Error> {
        self.write((c.clone(), offer.to_owned()), |tx, (c, offer)| Box::pin(accept(tx, c, offer))).await
    }

    /// The member doesn't take it. No reason is asked, and nothing remembers it but this visit. It goes to the next member.
    pub async fn decline_offer(&self, c: &Caller, offer: &str) -> Result<(), Error> {
        let given = (c.clone(), offer.to_owned());
        let (member, offer) =
            self.read(given, |tx, (c, offer)| Box::pin(async move { own_offer(tx, c, offer).await })).await?;
        if offer.answer == Answer::Accepted {
            return Err(Refusal::Changed.into());
        }
        self.pass_on(offer.visit, Leaving::Declined { member, offer: offer.id }).await.map(|_| ())
    }

    /// The member's visits of that date, with addresses, and the next one after it.
    pub async fn day(&self, c: &Caller, date: NaiveDate) -> Result<DayView, Error> {
        self.read((c.clone(), date), |tx, (c, date)| Box::pin(day(tx, c, *date))).await
    }

    /// The member reports a step, at the time told by their own phone. Reporting it twice is reporting it once; the
    /// first time counts. A phone's time that can't be (more than a day old, or ahead of ours) is ours instead.
    pub async fn take_step(&self, c: &Caller, visit: &str, step: &str, at: Option<Moment>) -> Result<(), Error> {
        self.write((c.clone(), visit.to_owned(), step.to_owned(), at), |tx, (c, visit, step, at)| {
            Box::pin(take(tx, c, visit, step, *at))
        })
        .await
    }

    /// The member can't come after all. It goes to the next member, and the resident is told.
    pub async fn give_back(&self, c: &Caller, visit: &str) -> Result<(), Error> {
        let given = (c.clone(), visit.to_owned());
        let own = self
            .read(given, |tx, (c, visit)| {
                Box::pin(async move {
                    let member = rights::member(tx, c).await?;
                    let id: VisitId = visit.parse().map_err(|_| Refusal::NotYours)?;
                    let visit = visits::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
                    if is_theirs(&visit, member) {
                        Ok(Some((visit.id, member)))
                    } else if visits::has_happened(tx, id, "given_back", Some(member)).await? {
                        Ok(None)
                    } else {
                        Err(Refusal::NotYours.into())
                    }
                })
            })
            .await?;
        match own {
            Some((visit, member)) => self.pass_on(visit, Leaving::GivenBack { member }).await.map(|_| ()),
            None => Ok(()),
        }
    }
}

/// The offer, when it was made to the member who asks.
async fn own_offer(tx: &mut Tx, c: &Caller, offer: &str) -> Result<(PersonId, StoredOffer), Error> {
    let member = rights::member(tx, c).await?;
    let id: OfferId = offer.parse().map_err(|_| Refusal::NotYours)?;
    let offer = offers::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    if offer.member == member { Ok((member, offer)) } else { Err(Refusal::NotYours.into()) }
}

/// The offer as the member sees it, while it is open.
async fn view(tx: &mut Tx, offer: &StoredOffer) -> Result<Option<OfferView>, Error> {
    let Some(visit) = visits::by_id(tx, offer.visit).await? else { return Ok(None) };
    let VisitState::Offered { held, offer: open, expires } = visit.state else { return Ok(None) };
    if open != offer.id || expires <= tx.now() {
        return Ok(None);
    }
    let Some(plan) = plans::member(tx, held.member).await? else { return Ok(None) };
    let zone = tx.settings().coop.zone;
    Ok(Some(OfferView {
        offer: offer.id,
        job: visit.terms.kind,
        effort: visit.terms.effort,
        minutes: visit.terms.minutes,
        window: visit.window,
        district: visit.home.district().to_owned(),
        metres: plan.home.metres_to(visit.home.at()),
        been_before: visit.been_before > 0,
        pay: visit.terms.pay,
        expires,
        reasons: visit.reasons,
        effect: limit_effect(zone, &plan, held.start),
    }))
}

async fn accept(tx: &mut Tx, c: &Caller, offer: &str) -> Result<VisitId, Error> {
    let (member, offer) = own_offer(tx, c, offer).await?;
    tx.lock_member(member).await?;
    let offer = offers::by_id(tx, offer.id).await?.ok_or(Refusal::NotYours)?;
    let mut visit = visits::by_id(tx, offer.visit).await?.ok_or(Refusal::NotYours)?;
    if offer.answer == Answer::Accepted && is_theirs(&visit, member) {
        return Ok(visit.id);
    }
    let state = visit.state.accept(member, offer.id, tx.now()).map_err(|_| Refusal::Changed)?;
    placing::end_offer(tx, &visit, Answer::Accepted).await?;
    placing::step(tx, &mut visit, state).await?;
    visit_changes::happened(tx, visit.id, "agreed", Some(member), Some(member)).await?;
    telling::resident(tx, &visit, MessageKind::VisitAgreed, Some(member)).await?;
    audit::write(tx, Some(member), None, "offer.accepted", visit.id).await?;
    Ok(visit.id)
}

/// Agreed to by this member, whatever came after.
fn is_theirs(visit: &StoredVisit, member: PersonId) -> bool {
    match visit.state {
        VisitState::Agreed { held } | VisitState::UnderWay { held, .. } | VisitState::Done { held, .. } => {
            held.member == member
        }
        _ => false,
    }
}

async fn day(tx: &mut Tx, c: &Caller, date: NaiveDate) -> Result<DayView, Error> {
    let member = rights::member(tx, c).await?;
    let plan = plans::member(tx, member).await?.ok_or(Refusal::NotYours)?;
    let span = tx.settings().coop.zone.day(date).span;
    let theirs = |visits: Vec<StoredVisit>| visits.into_iter().filter(move |visit| is_theirs(visit, member));
    let mut of_day = Vec::new();
    for visit in theirs(visits::of_member(tx, member, span).await?) {
        of_day.push(member_visit(tx, visit).await?);
    }
    let later = Span { start: span.end, end: span.end + NEXT_WITHIN };
    let next = match theirs(visits::of_member(tx, member, later).await?).next() {
        Some(visit) => Some(member_visit(tx, visit).await?),
        None => None,
    };
    let strength = plan.strength.get(&date).copied().unwrap_or_default();
    let away = absence::away_until(tx, member).await?;
    Ok(DayView { date, strength, away, visits: of_day, next })
}

async fn member_visit(tx: &mut Tx, visit: StoredVisit) -> Result<MemberVisit, Error> {
    let now = tx.now();
    let door = door_codes::door(tx, &visit).await?;
    let start = visit.state.held().map_or(visit.window.start, |held| held.start);
    let planned_end = start + visit.terms.minutes;
    let end = match visit.state {
        VisitState::Done { done, .. } => done.max(planned_end),
        _ => planned_end,
    };
    let address_stays = now < end + ADDRESS_STAYS;
    let number_is_there = address_stays && start - NUMBER_COMES <= now;
    Ok(MemberVisit {
        visit: visit.id,
        door,
        job: visit.terms.kind,
        window: visit.window,
        start,
        minutes: visit.terms.minutes,
        state: visit.state,
        version: visit.version,
        resident: visit.resident.name,
        phone: visit.phone.filter(|_| number_is_there),
        home: address_stays.then_some(visit.home),
        note: if address_stays { visit.note } else { domain::Note::default() },
    })
}

async fn take(tx: &mut Tx, c: &Caller, visit: &str, step: &str, at: Option<Moment>) -> Result<(), Error> {
    let member = rights::member(tx, c).await?;
    let id: VisitId = visit.parse().map_err(|_| Refusal::NotYours)?;
    tx.lock_member(member).await?;
    let mut visit = visits::by_id(tx, id).await?.filter(|visit| is_theirs(visit, member)).ok_or(Refusal::NotYours)?;
    let step: Step = step.parse().map_err(|problem: Problem| Error::field("step", problem))?;
    if is_behind(&visit.state, step) {
        return Ok(());
    }
    let now = tx.now();
    let told = at.filter(|at| now - OLDEST_STEP <= *at && *at <= now + CLOCK_AHEAD).unwrap_or(now);
    // A clock that was set back between two steps doesn't make the work end before it began.
    let earliest = match visit.state {
        VisitState::UnderWay { started: Some(started), .. } => started,
        VisitState::UnderWay { on_way, .. } => on_way,
        _ => told,
    };
    let state = visit.state.step(member, step, told.max(earliest)).map_err(|_| Refusal::Changed)?;
    placing::step(tx, &mut visit, state).await?;
    visit_changes::happened(tx, visit.id, step.code(), Some(member), Some(member)).await?;
    match step {
        Step::OnWay => telling::resident(tx, &visit, MessageKind::OnTheWay, Some(member)).await?,
        Step::Started => {}
        Step::Done => telling::resident(tx, &visit, MessageKind::VisitDone, Some(member)).await?,
    }
    audit::write(tx, Some(member), None, "visit.step", visit.id).await
}

/// Whether the visit has come to that step, or past it.
const fn is_behind(state: &VisitState, step: Step) -> bool {
    match step {
        Step::OnWay => matches!(state, VisitState::UnderWay { .. } | VisitState::Done { .. }),
        Step::Started => matches!(state, VisitState::UnderWay { started: Some(_), .. } | VisitState::Done { .. }),
        Step::Done => matches!(state, VisitState::Done { .. }),
    }
}
