//! How a visit takes, keeps and frees a member's time: the one way into it, for every route.
//!
//! Inside one transaction: lock the member (or members, in order of id), read the member's plan anew, ask the engine,
//! write the visit with its block and the neighbours' blocks as they become. The database's guard (`member_time_taken`)
//! stands behind this and is normally never reached.

use assignment::{CoopRules, MemberPlan, PlannedVisit, Reasons, Request, Rule, Strangers, day_blocks, feasible_at};
use domain::{Held, Minutes, Moment, OfferId, PersonId, Problem, Span, VisitId, VisitState, offer_expiry};

use crate::{
    Error, Refusal,
    store::{
        offers::{self, Answer},
        plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
};

/// How far ahead a visit that was promised must be to be put to somebody, by the machine or by hand: their offer lasts 20
/// minutes at least. (The co-op's own notice, two hours, is for new orders.)
pub(crate) const NOTICE: Minutes = Minutes(30);

/// What holds for everybody when a promised visit is put to somebody.
pub(crate) fn rules_for_promised(tx: &Tx) -> CoopRules {
    CoopRules { notice: NOTICE, ..tx.settings().coop.rules() }
}

/// A member and a start that were found free a moment ago.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) member: PersonId,
    pub(crate) start: Moment,
    pub(crate) reasons: Option<Reasons>,
}

impl From<assignment::Candidate> for Place {
    fn from(candidate: assignment::Candidate) -> Self {
        Self { member: candidate.member, start: candidate.start, reasons: Some(candidate.reasons) }
    }
}

impl Place {
    /// The state that holds this time.
    pub(crate) fn held(&self) -> Held {
        Held { member: self.member, start: self.start }
    }
}

/// Somebody else took it: the next member, or the next time.
pub(crate) fn taken() -> Error {
    Error::field("time", Problem::TimeTaken)
}

/// Whether a transaction ended because somebody else took the time.
pub(crate) fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Refused(Refusal::Fields(problems))
        if problems.iter().any(|problem| problem.problem == Problem::TimeTaken))
}

/// Locks the members in order of id, each once.
pub(crate) async fn lock(tx: &mut Tx, members: impl IntoIterator<Item = PersonId>) -> Result<(), Error> {
    let ordered: std::collections::BTreeSet<PersonId> = members.into_iter().collect();
    for member in ordered {
        tx.lock_member(member).await?;
    }
    Ok(())
}

/// The visit once more, with its holder's time and that of `also` standing still.
///
/// # Errors
/// [`Refusal::Changed`] when it went to another member meanwhile.
pub(crate) async fn locked(tx: &mut Tx, seen: &StoredVisit, also: Option<PersonId>) -> Result<StoredVisit, Error> {
    let holder = seen.state.held().map(|held| held.member);
    lock(tx, holder.into_iter().chain(also)).await?;
    let visit = visits::by_id(tx, seen.id).await?.ok_or(Refusal::NotYours)?;
    if visit.state.held().map(|held| held.member) == holder { Ok(visit) } else { Err(Refusal::Changed.into()) }
}

/// What is asked of the engine for this visit.
pub(crate) fn request(visit: &StoredVisit, strangers: Strangers) -> Request {
    Request {
        resident: Some(visit.resident.id),
        at: visit.home.at(),
        terms: visit.terms.clone(),
        strangers,
        not_these: std::collections::BTreeSet::new(),
    }
}

/// The member's plan as it is under their lock, without this visit, when the engine lets them take it at that start.
///
/// # Errors
/// The rule that forbids it.
pub(crate) async fn fits(
    tx: &mut Tx,
    (member, start): (PersonId, Moment),
    without: Option<VisitId>,
    request: &Request,
    rules: &assignment::CoopRules,
) -> Result<Result<MemberPlan, Rule>, Error> {
    let Some(mut plan) = plans::member(tx, member).await? else { return Ok(Err(Rule::Skill)) };
    plan.visits.retain(|held| Some(held.id) != without);
    let judged = feasible_at(rules, tx.now(), &plan, request, start);
    Ok(judged.map(|_| plan))
}

/// Gives the visit that stretch of the member's time, in that state. The member is locked and `plan` is theirs as it is
/// now, without the visit.
pub(crate) async fn hold(
    tx: &mut Tx,
    visit: &mut StoredVisit,
    plan: &MemberPlan,
    state: VisitState,
) -> Result<(), Error> {
    let held = state.held().ok_or_else(|| Error::stored("a state that holds no time"))?;
    let day = plans::day_of(tx, held.start);
    let mut planned = of_day(plan, day, visit.id);
    planned.push(PlannedVisit {
        id: visit.id,
        start: held.start,
        minutes: visit.terms.minutes,
        effort: visit.terms.effort,
        at: visit.home.at(),
        pay: visit.terms.pay,
    });
    let blocks = day_blocks(plan.home, plan.mode, &planned);
    let own = blocks.iter().find(|block| block.visit == visit.id).map(|block| block.span);
    let changed = changed_blocks(tx, plan.id, day, visit.id, &blocks).await?;
    for (neighbour, _) in &changed {
        visit_changes::cut_block(tx, *neighbour).await?;
    }
    visit_changes::set_state(tx, visit, state, own).await?;
    visit.block = own;
    for (neighbour, span) in changed {
        visit_changes::set_block(tx, neighbour, span).await?;
    }
    Ok(())
}

/// Frees the member's time and leaves the visit in a state that holds none. The member is locked.
pub(crate) async fn release(tx: &mut Tx, visit: &mut StoredVisit, state: VisitState) -> Result<(), Error> {
    let held = visit.state.held();
    visit_changes::set_state(tx, visit, state, None).await?;
    visit.block = None;
    let Some(held) = held else { return Ok(()) };
    // A member who has left has no plan; what is left of their blocks bars nobody.
    let Some(plan) = plans::member(tx, held.member).await? else { return Ok(()) };
    let day = plans::day_of(tx, held.start);
    let blocks = day_blocks(plan.home, plan.mode, &of_day(&plan, day, visit.id));
    let changed = changed_blocks(tx, plan.id, day, visit.id, &blocks).await?;
    for (neighbour, _) in &changed {
        visit_changes::cut_block(tx, *neighbour).await?;
    }
    for (neighbour, span) in changed {
        visit_changes::set_block(tx, neighbour, span).await?;
    }
    Ok(())
}

/// Moves the visit on without touching anybody's time: the same member, the same start, the same block.
pub(crate) async fn step(tx: &mut Tx, visit: &mut StoredVisit, state: VisitState) -> Result<(), Error> {
    let block = visit.block;
    visit_changes::set_state(tx, visit, state, block).await
}

/// Puts an open visit to a member, whose time is held until they answer; they are told.
pub(crate) async fn offer(tx: &mut Tx, visit: &mut StoredVisit, plan: &MemberPlan, place: &Place) -> Result<(), Error> {
    let offer = OfferId::from_random(tx.random());
    let zone = tx.settings().coop.zone;
    let expires = offer_expiry(tx.now(), place.start, |from, length| zone.after_offer_hours(from, length));
    let state = visit.state.offer(place.held(), offer, expires).map_err(|_| Refusal::Changed)?;
    hold(tx, visit, plan, state).await?;
    offers::insert(tx, (offer, visit.id, place.member), (place.start, expires), place.reasons.as_ref()).await?;
    visit_changes::set_why(tx, visit.id, place.reasons.as_ref(), None, None).await?;
    visit_changes::happened(tx, visit.id, "offered", Some(place.member), None).await?;
    telling::asked(tx, visit).await
}

/// The visit's open offer, if it has one, has ended so.
pub(crate) async fn end_offer(tx: &mut Tx, visit: &StoredVisit, answer: Answer) -> Result<(), Error> {
    offers::close(tx, visit.id, answer).await
}

fn of_day(plan: &MemberPlan, day: Span, without: VisitId) -> Vec<PlannedVisit> {
    plan.visits.iter().filter(|held| held.id != without && day.contains(held.start)).copied().collect()
}

/// The neighbours whose stretch is not what it should be now.
async fn changed_blocks(
    tx: &mut Tx,
    member: PersonId,
    day: Span,
    without: VisitId,
    blocks: &[assignment::Block],
) -> Result<Vec<(VisitId, Span)>, Error> {
    let stored = visit_changes::blocks(tx, member, day).await?;
    let is_stored = |visit: VisitId, span: Span| stored.contains(&(visit, span));
    Ok(blocks
        .iter()
        .filter(|block| block.visit != without && !is_stored(block.visit, block.span))
        .map(|block| (block.visit, block.span))
        .collect())
}
