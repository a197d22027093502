//! Whom the desk and the lounge ring: to confirm an order made without a mobile number, about a request that nobody
//! could take, and to tell those who get no text messages.

use domain::{Message, MessageId, MessageKind, Minutes, PersonId, Role, VisitId, VisitState, WhoCancelled};

use crate::{
    Backend, Error, Refusal,
    placing::{self, Place},
    requesting, rights,
    store::{
        audit,
        codes::GOOD_FOR,
        deliveries::{self, ByVoice},
        people, plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
    views::{CallItem, CallReason, Caller, CallsView, VoiceView},
};

/// What nobody has told so long after it was written is of no use any more.
const TOLD_WITHIN: Minutes = Minutes(30 * 24 * 60);

/// What came of reaching a resident by phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The order stands from now on.
    Confirmed,
    /// They have been told what a message would have said.
    Told,
}

impl Backend {
    /// Everybody who is to be rung, the most urgent first.
    pub async fn calls(&self, c: &Caller) -> Result<CallsView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let (_, runs_the_coop) = helper(tx, c).await?;
                list(tx, runs_the_coop).await
            })
        })
        .await
    }

    /// The resident was reached: a reserved order stands and its member is asked; a message counts as told. Answers which.
    ///
    /// # Errors
    /// [`Refusal::Changed`] when there is nothing to confirm or tell any more.
    pub async fn confirm_by_phone(&self, c: &Caller, visit: &str) -> Result<Reached, Error> {
        self.write((c.clone(), visit.to_owned()), |tx, (c, visit)| {
            Box::pin(async move {
                let by = rights::lounge(tx, c).await?;
                let seen = known(tx, visit).await?;
                if matches!(seen.state, VisitState::Reserved { .. }) {
                    confirm_reserved(tx, &seen, by).await?;
                    return Ok(Reached::Confirmed);
                }
                if visit_changes::told(tx, seen.id).await? {
                    visit_changes::happened(tx, seen.id, "told", None, Some(by)).await?;
                    audit::write(tx, Some(by), Some(seen.resident.id), "visit.told", seen.id).await?;
                    Ok(Reached::Told)
                } else if visits::has_happened(tx, seen.id, "confirmed", None).await? {
                    // A double tap.
                    Ok(Reached::Confirmed)
                } else {
                    Err(Refusal::Changed.into())
                }
            })
        })
        .await
    }

    /// Somebody was told what a message says that isn't about a visit of theirs. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for who may not see it, and for what isn't such a message.
    pub async fn told_in_person(&self, c: &Caller, message: &str) -> Result<(), Error> {
        self.write((c.clone(), message.to_owned()), |tx, (c, message)| {
            Box::pin(async move {
                let (by, runs_the_coop) = helper(tx, c).await?;
                let message: MessageId = message.parse().map_err(|_| Refusal::NotYours)?;
                let to = deliveries::by_voice_to(tx, message).await?.ok_or(Refusal::NotYours)?;
                if !(runs_the_coop || is_served_here(tx, to).await?) {
                    return Err(Refusal::NotYours.into());
                }
                if deliveries::told_by_voice(tx, message).await? {
                    audit::write(tx, Some(by), Some(to), "message.told", message).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The resident was rung and not reached. They stay on the list; a reservation ends at its own time.
    pub async fn not_reached(&self, c: &Caller, visit: &str) -> Result<(), Error> {
        self.write((c.clone(), visit.to_owned()), |tx, (c, visit)| {
            Box::pin(async move {
                let by = rights::lounge(tx, c).await?;
                let seen = known(tx, visit).await?;
                visit_changes::happened(tx, seen.id, "not_reached", None, Some(by)).await?;
                audit::write(tx, Some(by), Some(seen.resident.id), "visit.not_reached", seen.id).await
            })
        })
        .await
    }
}

async fn known(tx: &mut Tx, visit: &str) -> Result<StoredVisit, Error> {
    let id = visit.parse().map_err(|_| Refusal::NotYours)?;
    visits::by_id(tx, id).await?.ok_or_else(|| Refusal::NotYours.into())
}

/// Who helps, and whether they run the co-op.
async fn helper(tx: &mut Tx, c: &Caller) -> Result<(PersonId, bool), Error> {
    let by = rights::lounge(tx, c).await?;
    Ok((by, people::roles(tx, by).await?.contains(&Role::Coordinator)))
}

/// What a member is told is the co-op's business; what residents and their people are told, the lounge's too.
async fn is_served_here(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    Ok(!people::roles(tx, person).await?.contains(&Role::Member))
}

/// Everybody who is to be told something by voice, by whoever helps at the lounge or runs the co-op.
pub(crate) async fn list(tx: &mut Tx, runs_the_coop: bool) -> Result<CallsView, Error> {
    let mut messages = Vec::new();
    for waiting in deliveries::by_voice(tx, tx.now() - TOLD_WITHIN).await? {
        let ByVoice { id, to, name, phone, language, message, made } = waiting;
        let is_over = message.useless_after(made, GOOD_FOR).is_some_and(|end| end <= tx.now());
        if is_over || !(runs_the_coop || is_served_here(tx, to).await?) {
            continue;
        }
        let request = match &message {
            Message::MandateAsked { request, .. } => requesting::waiting(tx, *request).await?,
            _ => None,
        };
        let is_answered = match &message {
            Message::MandateAsked { .. } => request.is_none(),
            Message::NewOffer { visit, .. } => !is_asked_about(tx, to, *visit).await?,
            _ => false,
        };
        if is_answered {
            continue;
        }
        messages.push(VoiceView { id, to: name, phone, language, message, request });
    }
    Ok(CallsView { visits: about_visits(tx).await?, messages })
}

/// Whether that member's answer about the visit is waited for.
async fn is_asked_about(tx: &mut Tx, member: PersonId, visit: VisitId) -> Result<bool, Error> {
    let visit = visits::by_id(tx, visit).await?;
    Ok(visit.is_some_and(|visit| matches!(visit.state, VisitState::Offered { held, .. } if held.member == member)))
}

/// Everybody who is to be rung about a visit, the most urgent first.
async fn about_visits(tx: &mut Tx) -> Result<Vec<CallItem>, Error> {
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let mut items = Vec::new();
    for visit in visits::in_state(tx, "reserved").await? {
        let VisitState::Reserved { until, .. } = visit.state else { continue };
        if now < until {
            items.push(CallItem { by: until, why: CallReason::Confirm, visit: visit.view(zone, now) });
        }
    }
    for visit in visits::in_state(tx, "open").await? {
        let Some(by) = visit.ring_by else { continue };
        items.push(CallItem { by, why: CallReason::FindTime, visit: visit.view(zone, now) });
    }
    for visit in visits::to_tell(tx).await? {
        let by = visit.window.start;
        items.push(CallItem { by, why: CallReason::Tell, visit: visit.view(zone, now) });
    }
    items.sort_by_key(|item| (item.by, item.visit.visit));
    Ok(items)
}

/// A reserved order stands: its resident isn't provisional any more, and the member whose time was held is asked.
async fn confirm_reserved(tx: &mut Tx, seen: &StoredVisit, by: PersonId) -> Result<(), Error> {
    let mut visit = placing::locked(tx, seen, None).await?;
    let held = visit.state.held().ok_or(Refusal::Changed)?;
    visit.state = visit.state.confirm(tx.now()).map_err(|_| Refusal::Changed)?;
    let mut plan = plans::member(tx, held.member).await?.ok_or(Refusal::Changed)?;
    plan.visits.retain(|planned| planned.id != visit.id);
    let reasons = visit.reasons.clone();
    let place = Place { member: held.member, start: held.start, reasons };
    placing::offer(tx, &mut visit, &plan, &place).await?;
    people::confirm(tx, visit.resident.id).await?;
    visit_changes::happened(tx, visit.id, "confirmed", None, Some(by)).await?;
    telling::resident(tx, &visit, MessageKind::OrderReceived, Some(held.member)).await?;
    audit::write(tx, Some(by), Some(visit.resident.id), "order.confirmed", visit.id).await
}

/// Nobody confirmed the order in time: the member's time is free again.
pub(crate) async fn cancel_unconfirmed(tx: &mut Tx, visit: VisitId) -> Result<bool, Error> {
    let Some(seen) = visits::by_id(tx, visit).await? else { return Ok(false) };
    let mut visit = placing::locked(tx, &seen, None).await?;
    match visit.state {
        VisitState::Reserved { until, .. } if until <= tx.now() => {
            let state = visit.state.cancel(WhoCancelled::Unconfirmed, tx.now()).map_err(|_| Refusal::Changed)?;
            placing::release(tx, &mut visit, state).await?;
            visit_changes::set_why(tx, visit.id, None, None, None).await?;
            visit_changes::happened(tx, visit.id, "unconfirmed", None, None).await?;
            audit::write(tx, None, Some(visit.resident.id), "order.unconfirmed", visit.id).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
