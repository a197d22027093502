//! A visit leaves its member (declined, unanswered, given back) and goes to the next best one at the same time; when
//! nobody is left, it is open, the resident is told so, and the desk rings.
//!
//! Leaving the one and being held by the next is one transaction: at no moment is the visit with nobody while somebody
//! could have it, and a crash leaves it where it was. One candidate a transaction; a member who was taken meanwhile is
//! passed over.

use assignment::{Candidate, Failure, Reasons, Snapshot, candidates, why_nobody};
use domain::{MessageKind, Moment, OfferId, PersonId, VisitId, VisitState};

use crate::{
    Backend, Error, Refusal,
    placing::{self, Place},
    store::{
        audit,
        offers::{self, Answer},
        plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
};

/// How often everybody is looked at anew when all who could come had been taken meanwhile.
const LOOKS: usize = 3;

/// Why a visit leaves its member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// The member said no to this offer. No reason is asked, none is kept.
    Declined { member: PersonId, offer: OfferId },
    /// The offer ended unanswered.
    Expired,
    /// The member had agreed and can't after all.
    GivenBack { member: PersonId },
}

/// Where it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// To that member, who is being asked.
    To(PersonId),
    /// To nobody: the desk looks for somebody.
    Open,
    /// It had left that member already; nothing was done.
    Before,
}

/// Who is next, found outside the transaction that decides.
struct Next {
    places: Vec<Place>,
    failure: Option<Failure>,
}

impl Backend {
    /// Passes the visit on.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for an unknown visit, or one that isn't with the member who leaves it.
    pub(crate) async fn pass_on(&self, visit: VisitId, leaving: Leaving) -> Result<Passed, Error> {
        let mut failure = None;
        for _ in 0..LOOKS {
            let next = self.read(visit, |tx, visit| Box::pin(next(tx, *visit))).await?;
            failure = next.failure;
            if next.places.is_empty() {
                break;
            }
            for place in next.places {
                let given = (visit, leaving, place);
                let passed = self.write(given, |tx, given| Box::pin(to_next(tx, given.0, given.1, &given.2))).await;
                match passed {
                    Err(error) if placing::is_taken(&error) => {}
                    passed => return passed,
                }
            }
        }
        let given = (visit, leaving, failure);
        self.write(given, |tx, given| Box::pin(to_nobody(tx, given.0, given.1, given.2.as_ref()))).await
    }
}

async fn next(tx: &mut Tx, visit: VisitId) -> Result<Next, Error> {
    let visit = visits::by_id(tx, visit).await?.ok_or(Refusal::NotYours)?;
    let mut snapshot = plans::snapshot(tx).await?;
    snapshot.rules = placing::rules_for_promised(tx);
    without(&mut snapshot, visit.id);
    let mut request = placing::request(&visit, visit.strangers());
    request.not_these = offers::asked(tx, visit.id, visit.window).await?;
    // Whoever has it now isn't asked again, by whichever route it came to them.
    request.not_these.extend(visit.state.held().map(|held| held.member));
    let able: Vec<Candidate> = candidates(&snapshot, &request, visit.window);
    let failure = able.is_empty().then(|| why_nobody(&snapshot, &request, &[visit.window]));
    Ok(Next { places: able.into_iter().map(Place::from).collect(), failure })
}

/// Takes a visit out of the snapshot, so that it isn't in its own way.
pub(crate) fn without(snapshot: &mut Snapshot, visit: VisitId) {
    for member in &mut snapshot.members {
        member.visits.retain(|held| held.id != visit);
    }
}

/// The state after the visit has left its member; `None` when that has happened before.
fn left(visit: &StoredVisit, leaving: Leaving, now: Moment) -> Result<Option<VisitState>, Error> {
    let member = match (leaving, visit.state) {
        (Leaving::Declined { member, offer }, VisitState::Offered { held, offer: open, .. })
            if offer == open && held.member == member =>
        {
            member
        }
        (Leaving::Expired, VisitState::Offered { held, expires, .. }) if expires <= now => held.member,
        (Leaving::GivenBack { member }, VisitState::Agreed { held } | VisitState::UnderWay { held, .. })
            if held.member == member =>
        {
            member
        }
        // Declining and ending happen once; the second time nothing is left to do.
        (Leaving::Declined { .. } | Leaving::Expired, _) => return Ok(None),
        (Leaving::GivenBack { .. }, _) => return Err(Refusal::Changed.into()),
    };
    visit.state.reopen(member).map(Some).map_err(|_| Refusal::Changed.into())
}

async fn to_next(tx: &mut Tx, visit: VisitId, leaving: Leaving, place: &Place) -> Result<Passed, Error> {
    let seen = visits::by_id(tx, visit).await?.ok_or(Refusal::NotYours)?;
    let mut visit = placing::locked(tx, &seen, Some(place.member)).await?;
    let Some(open) = left(&visit, leaving, tx.now())? else { return Ok(Passed::Before) };
    let request = placing::request(&visit, visit.strangers());
    let rules = placing::rules_for_promised(tx);
    let fit = placing::fits(tx, (place.member, place.start), Some(visit.id), &request, &rules).await?;
    let Ok(plan) = fit else { return Err(placing::taken()) };

    leave(tx, &mut visit, leaving, open).await?;
    placing::offer(tx, &mut visit, &plan, place).await?;
    telling::resident(tx, &visit, MessageKind::HelperChanged, Some(place.member)).await?;
    trace(tx, &visit, leaving).await?;
    Ok(Passed::To(place.member))
}

async fn to_nobody(tx: &mut Tx, visit: VisitId, leaving: Leaving, failure: Option<&Failure>) -> Result<Passed, Error> {
    let seen = visits::by_id(tx, visit).await?.ok_or(Refusal::NotYours)?;
    let mut visit = placing::locked(tx, &seen, None).await?;
    let Some(open) = left(&visit, leaving, tx.now())? else { return Ok(Passed::Before) };
    leave(tx, &mut visit, leaving, open).await?;
    open_to_the_desk(tx, &mut visit, failure).await?;
    trace(tx, &visit, leaving).await?;
    Ok(Passed::Open)
}

/// Nobody has the open visit any more: the desk rings by then, and the resident is told honestly.
pub(crate) async fn open_to_the_desk(
    tx: &mut Tx,
    visit: &mut StoredVisit,
    failure: Option<&Failure>,
) -> Result<(), Error> {
    let ring_by = tx.settings().coop.ring_by(tx.now());
    visit_changes::set_why(tx, visit.id, None::<&Reasons>, failure, Some(ring_by)).await?;
    visit.ring_by = Some(ring_by);
    visit_changes::happened(tx, visit.id, "nobody_found", None, None).await?;
    telling::resident(tx, visit, MessageKind::NobodyFound, None).await
}

/// Frees the time of the member who leaves the visit.
async fn leave(tx: &mut Tx, visit: &mut StoredVisit, leaving: Leaving, open: VisitState) -> Result<(), Error> {
    let holder = visit.state.held().map(|held| held.member);
    let (answer, kind) = match leaving {
        Leaving::Declined { .. } => (Answer::Declined, "declined"),
        Leaving::Expired => (Answer::Expired, "expired"),
        Leaving::GivenBack { .. } => (Answer::Withdrawn, "given_back"),
    };
    placing::end_offer(tx, visit, answer).await?;
    placing::release(tx, visit, open).await?;
    let by = match leaving {
        Leaving::Declined { member, .. } | Leaving::GivenBack { member } => Some(member),
        Leaving::Expired => None,
    };
    visit_changes::happened(tx, visit.id, kind, holder, by).await
}

/// The trace comes last: its chain is one row that every writer waits for.
async fn trace(tx: &mut Tx, visit: &StoredVisit, leaving: Leaving) -> Result<(), Error> {
    let (act, by) = match leaving {
        Leaving::Declined { member, .. } => ("offer.declined", Some(member)),
        Leaving::Expired => ("offer.expired", None),
        Leaving::GivenBack { member } => ("visit.given_back", Some(member)),
    };
    audit::write(tx, by, None, act, visit.id).await
}
