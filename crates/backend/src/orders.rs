//! What a resident, or somebody for them, does with what was ordered: look, call off, say how it went.
//!
//! Making an order is in `sending`, another time in `moving`.

use assignment::Reasons;
use domain::{Feedback, OrderId, Problem, SlipCode, VisitState, WhoCancelled};

use crate::{
    Backend, Error, Refusal, placing, rights,
    store::{
        attempts, audit,
        offers::Answer,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
    views::{Caller, SlipView, VisitView},
};

impl Backend {
    /// The caller's own visits and those of everybody whose mandate they hold; at the lounge, those of the resident who is
    /// served. The earliest first.
    pub async fn my_visits(&self, c: &Caller) -> Result<Vec<VisitView>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let (zone, now) = (tx.settings().coop.zone, tx.now());
                Ok(mine(tx, c).await?.into_iter().map(|visit| visit.view(zone, now)).collect())
            })
        })
        .await
    }

    /// One visit.
    pub async fn visit(&self, c: &Caller, visit: &str) -> Result<VisitView, Error> {
        self.read((c.clone(), visit.to_owned()), |tx, (c, visit)| {
            Box::pin(async move {
                let visit = rights::visit(tx, c, visit).await?;
                Ok(shown_to(c, visit.view(tx.settings().coop.zone, tx.now())))
            })
        })
        .await
    }

    /// The visit of an order.
    pub async fn order_visit(&self, c: &Caller, order: &str) -> Result<VisitView, Error> {
        self.read((c.clone(), order.to_owned()), |tx, (c, order)| {
            Box::pin(async move {
                let order: OrderId = order.parse().map_err(|_| Refusal::NotYours)?;
                let visit = visits::by_order(tx, order).await?.ok_or(Refusal::NotYours)?;
                if !rights::concerns(tx, c, &visit).await? {
                    return Err(Refusal::NotYours.into());
                }
                Ok(shown_to(c, visit.view(tx.settings().coop.zone, tx.now())))
            })
        })
        .await
    }

    /// Calls a visit off. Free until 20.00 the day before; later it is still allowed, and the member is told.
    ///
    /// # Errors
    /// [`Problem::TooLate`] on field `visit` once the work has begun; [`Refusal::Changed`] for a stale page.
    pub async fn cancel_visit(&self, c: &Caller, visit: &str, version: &str) -> Result<(), Error> {
        self.write((c.clone(), visit.to_owned(), version.to_owned()), |tx, (c, visit, version)| {
            Box::pin(async move {
                let seen = rights::visit(tx, c, visit).await?;
                cancel(tx, c, &seen, version, Cancelling { by: WhoCancelled::Resident, note: String::new() }).await
            })
        })
        .await
    }

    /// How it went, 1–5. A second answer replaces the first.
    pub async fn give_feedback(&self, c: &Caller, visit: &str, number: &str) -> Result<(), Error> {
        self.write((c.clone(), visit.to_owned(), number.to_owned()), |tx, (c, visit, number)| {
            Box::pin(async move {
                let visit = rights::visit(tx, c, visit).await?;
                let number = number.trim().parse().map_err(|_| Problem::ChooseOne).and_then(Feedback::new);
                let number = number.map_err(|problem| Error::field("number", problem))?;
                if !matches!(visit.state, VisitState::Done { .. }) {
                    return Err(Refusal::Changed.into());
                }
                let by = c.person.as_ref().map(|person| person.id);
                visit_changes::set_feedback(tx, visit.id, number, by).await?;
                audit::write(tx, by, Some(visit.resident.id), "visit.feedback", visit.id).await
            })
        })
        .await
    }

    /// What the slip with that code is about: no name, no address. Limited per client, since codes are short.
    ///
    /// # Errors
    /// [`Problem::NotFound`] on field `word` for a code that no slip has, [`Problem::TooMany`] after too many tries.
    pub async fn slip(&self, word: &str, number: &str, client: &str) -> Result<SlipView, Error> {
        let code = SlipCode::parse(word, number);
        let looked = self
            .write((code, client.to_owned()), |tx, (code, client)| {
                Box::pin(async move {
                    // The try counts whether or not it finds anything; so it is an answer, not a refusal, that ends this.
                    if !attempts::allowed(tx, attempts::Kind::Slip, client).await? {
                        return Ok(Err(Problem::TooMany));
                    }
                    let Ok(code) = code else { return Ok(Err(Problem::NotFound)) };
                    Ok(visits::by_slip(tx, *code).await?.ok_or(Problem::NotFound))
                })
            })
            .await?;
        if let Err(Problem::Missing) = code {
            let empty = if word.trim().is_empty() { "word" } else { "number" };
            return Err(Error::field(empty, Problem::Missing));
        }
        let visit = looked.map_err(|problem| Error::field("word", problem))?;
        let state = match visit.state {
            VisitState::UnderWay { started: Some(_), .. } => "started",
            state => state.code(),
        };
        Ok(SlipView { service: visit.terms.kind.service(), window: visit.window, state })
    }
}

/// What the caller may see of it: whoever isn't signed in, and has only the session that ordered, learns no helper's name
/// and nothing of who has been where.
fn shown_to(c: &Caller, view: VisitView) -> VisitView {
    if c.person.is_some() {
        return view;
    }
    VisitView { helper: None, been_before: false, reasons: None, nobody: None, ..view }
}

async fn mine(tx: &mut Tx, c: &Caller) -> Result<Vec<StoredVisit>, Error> {
    let person = rights::themselves(c)?;
    let roles = rights::roles(tx, c).await?;
    if let Some(served) = rights::served(tx, c, &roles).await? {
        return visits::of_resident(tx, served).await;
    }
    let mut all = visits::of_resident(tx, person).await?;
    let now = tx.now();
    let mut residents = std::collections::BTreeSet::from([person]);
    let mandates = rights::mandates(tx, c).await?;
    for mandate in &mandates {
        if residents.insert(mandate.resident) {
            let theirs = visits::of_resident(tx, mandate.resident).await?;
            let covers = |visit: &StoredVisit| {
                mandates.iter().any(|m| m.resident == visit.resident.id && m.allows(visit.terms.kind.service(), now))
            };
            all.extend(theirs.into_iter().filter(covers));
        }
    }
    all.sort_by_key(|visit| (visit.window.start, visit.id));
    Ok(all)
}

/// Who calls a visit off, and what they want to say.
pub(crate) struct Cancelling {
    pub(crate) by: WhoCancelled,
    pub(crate) note: String,
}

/// Calls the visit off for whoever may: frees the time, tells everybody who didn't do it themselves.
pub(crate) async fn cancel(
    tx: &mut Tx,
    c: &Caller,
    seen: &StoredVisit,
    version: &str,
    cancelling: Cancelling,
) -> Result<(), Error> {
    let mut visit = placing::locked(tx, seen, None).await?;
    if matches!(visit.state, VisitState::Cancelled(cancelled) if cancelled.by == cancelling.by) {
        // A double tap: it is called off already, as was wanted.
        return Ok(());
    }
    let state = visit.state.cancel(cancelling.by, tx.now()).map_err(|_| Error::field("visit", Problem::TooLate))?;
    is_fresh(&visit, version)?;
    let by = c.person.as_ref().map(|person| person.id);
    let before = visit.state;
    placing::end_offer(tx, &visit, Answer::Withdrawn).await?;
    placing::release(tx, &mut visit, state).await?;
    visit_changes::set_why(tx, visit.id, None::<&Reasons>, None, None).await?;
    let kind = match cancelling.by {
        WhoCancelled::Resident => "cancelled",
        WhoCancelled::Coop => "called_off",
        WhoCancelled::Unconfirmed => "unconfirmed",
    };
    visit_changes::happened(tx, visit.id, kind, telling::knows_of(&before), by).await?;
    telling::not_yours_any_more(tx, &visit, &before, &cancelling.note).await?;
    // Whoever isn't signed in and has the visit's own session is the resident.
    if by.is_some_and(|by| by != visit.resident.id) {
        telling::resident_called_off(tx, &visit, &cancelling.note).await?;
    }
    audit::write(tx, by, Some(visit.resident.id), "visit.cancelled", visit.id).await
}

/// The page that was answered shows the visit as it is.
///
/// # Errors
/// [`Refusal::Changed`].
pub(crate) fn is_fresh(visit: &StoredVisit, version: &str) -> Result<(), Error> {
    if version.trim().parse() == Ok(visit.version) { Ok(()) } else { Err(Refusal::Changed.into()) }
}
