//! A member can't come: they are ill, or away for another reason. Nobody asks which.
//!
//! The desk marks the days. In that one transaction all their visits of those days leave them, the most urgent finds
//! somebody first, nothing else moves, and everybody is told. For what is left over the planner looks on, with other
//! visits allowed to change hands; what it proposes is a person's to accept (`planning`).

use assignment::{Decision, Evaluations, Plan, Stands, WantedVisit, plan};
use chrono::{Days, NaiveDate};
use domain::{Message, MessageKind, PersonId, PlanningId, Problem, Role, Span, VisitId, VisitState};

use crate::{
    Backend, Error, Refusal,
    passing_on::open_to_the_desk,
    placing::{self, Place},
    planning::{desk_snapshot, wanted},
    rights,
    store::{
        absences, audit,
        offers::Answer,
        outbox, people, plannings,
        plannings::{Asked, Away, Others},
        plans,
        tx::Tx,
        visit_changes,
        visits::{self, StoredVisit},
    },
    telling,
    views::{Caller, DeskMember, MemberLine, VisitView},
};

/// For how many days at once somebody can be marked away.
const MOST_DAYS: u64 = 31;

/// How many days of a member's visits the desk sees.
const DAYS_SHOWN: u64 = 14;

/// How many days of the list count visits.
const DAYS_COUNTED: u64 = 7;

impl Backend {
    /// Everybody who works, by name, with how much they have in the coming week and whether they are away.
    pub async fn members(&self, c: &Caller) -> Result<Vec<MemberLine>, Error> {
        self.read(c.clone(), |tx, c| Box::pin(members(tx, c))).await
    }

    /// One member with what they have agreed to or are asked for in the coming two weeks.
    pub async fn desk_member(&self, c: &Caller, member: &str) -> Result<DeskMember, Error> {
        self.read((c.clone(), member.to_owned()), |tx, (c, member)| Box::pin(desk_member(tx, c, member))).await
    }

    /// Marks a member away from today for so many days. Their visits of those days go to others at once; where some are
    /// left without anybody, the planner looks on, and its run is answered.
    ///
    /// # Errors
    /// [`Problem::ChooseOne`] on field `days`.
    pub async fn mark_away(&self, c: &Caller, member: &str, days: &str) -> Result<Option<PlanningId>, Error> {
        let given = (c.clone(), member.to_owned(), days.to_owned());
        let run = self.write(given, |tx, (c, member, days)| Box::pin(mark(tx, c, member, days))).await?;
        if let Some(run) = run {
            self.spawn_planning(run);
        }
        Ok(run)
    }

    /// The member is back from today on. What others have taken meanwhile stays theirs.
    pub async fn mark_back(&self, c: &Caller, member: &str) -> Result<(), Error> {
        self.write((c.clone(), member.to_owned()), |tx, (c, member)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let member = known(tx, member).await?;
                tx.lock_member(member).await?;
                let today = tx.settings().coop.zone.date(tx.now());
                if absences::end(tx, member, today).await? > 0 {
                    audit::write(tx, Some(by), Some(member), "member.back", member).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// A member of this co-op by their id.
async fn known(tx: &mut Tx, member: &str) -> Result<PersonId, Error> {
    let member: PersonId = member.parse().map_err(|_| Refusal::NotYours)?;
    let is_member =
        people::by_id(tx, member).await?.is_some() && people::roles(tx, member).await?.contains(&Role::Member);
    if is_member { Ok(member) } else { Err(Refusal::NotYours.into()) }
}

/// So many days from today on.
fn days_ahead(tx: &Tx, days: u64) -> Span {
    let zone = tx.settings().coop.zone;
    let today = zone.date(tx.now());
    let last = today.checked_add_days(Days::new(days.saturating_sub(1))).unwrap_or(today);
    Span { start: zone.day(today).span.start, end: zone.day(last).span.end }
}

async fn members(tx: &mut Tx, c: &Caller) -> Result<Vec<MemberLine>, Error> {
    rights::coordinator(tx, c).await?;
    let snapshot = plans::snapshot(tx).await?;
    let week = days_ahead(tx, DAYS_COUNTED);
    let mut lines = Vec::with_capacity(snapshot.members.len());
    for plan in &snapshot.members {
        let Some(person) = people::brief(tx, plan.id).await? else { continue };
        let away = away_until(tx, plan.id).await?;
        let visits = plan.visits.iter().filter(|visit| week.contains(visit.start)).count();
        lines.push(MemberLine { person, skills: plan.skills.iter().copied().collect(), away, visits });
    }
    lines.sort_by(|one, other| {
        let key = |line: &MemberLine| {
            (line.person.name.given().to_owned(), line.person.name.family().to_owned(), line.person.id)
        };
        key(one).cmp(&key(other))
    });
    Ok(lines)
}

async fn desk_member(tx: &mut Tx, c: &Caller, member: &str) -> Result<DeskMember, Error> {
    rights::coordinator(tx, c).await?;
    let member = known(tx, member).await?;
    let person = people::by_id(tx, member).await?.ok_or(Refusal::NotYours)?;
    let plan = plans::member(tx, member).await?.ok_or(Refusal::NotYours)?;
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let ahead = days_ahead(tx, DAYS_SHOWN);
    let visits: Vec<VisitView> = visits::of_member(tx, member, ahead)
        .await?
        .into_iter()
        .filter(|visit| !visit.state.is_over())
        .map(|visit| visit.view(zone, now))
        .collect();
    Ok(DeskMember {
        person: person.brief(),
        phone: person.phone,
        skills: plan.skills.into_iter().collect(),
        away: away_until(tx, member).await?,
        visits,
    })
}

/// Until when the member is away, if they are today: the last of the days in a row.
pub(crate) async fn away_until(tx: &mut Tx, member: PersonId) -> Result<Option<NaiveDate>, Error> {
    let today = tx.settings().coop.zone.date(tx.now());
    let days = absences::of_member(tx, member, today).await?;
    let in_a_row = days.into_iter().zip(today.iter_days()).take_while(|(away, day)| away == day);
    Ok(in_a_row.last().map(|(day, _)| day))
}

/// A visit that has left its member, and where it goes.
struct Left {
    visit: StoredVisit,
    before: VisitState,
}

async fn mark(tx: &mut Tx, c: &Caller, member: &str, days: &str) -> Result<Option<PlanningId>, Error> {
    let by = rights::coordinator(tx, c).await?;
    let member = known(tx, member).await?;
    let days: u64 = days
        .trim()
        .parse()
        .ok()
        .filter(|days| (1..=MOST_DAYS).contains(days))
        .ok_or_else(|| Error::field("days", Problem::ChooseOne))?;
    // Whoever takes over may be anybody: all plans stand still from here.
    tx.lock_all_members().await?;
    let today = tx.settings().coop.zone.date(tx.now());
    let last = today.checked_add_days(Days::new(days - 1)).unwrap_or(today);
    if away_until(tx, member).await? >= Some(last) {
        // A double tap: it is marked already, and what followed has been done.
        return Ok(None);
    }
    absences::insert(tx, member, today.iter_days().take_while(|day| *day <= last), by).await?;

    let lost = lost(tx, member, days_ahead(tx, days)).await?;
    let found = takers(tx, member, &lost).await?;
    // All of it is taken from them first: whoever takes over may have to begin where they were.
    let mut left = Vec::with_capacity(lost.len());
    for mut visit in lost {
        let before = visit.state;
        placing::end_offer(tx, &visit, Answer::Withdrawn).await?;
        placing::release(tx, &mut visit, VisitState::Open).await?;
        if !matches!(before, VisitState::Reserved { .. }) {
            visit_changes::happened(tx, visit.id, "member_away", Some(member), Some(by)).await?;
        }
        left.push(Left { visit, before });
    }
    let mut open: Vec<VisitId> = Vec::new();
    let passed_on = left.len();
    for Left { mut visit, before } in left {
        let decision = found.visits.iter().find(|planned| planned.visit == visit.id).map(|planned| &planned.decision);
        match decision {
            Some(Decision::Assigned { place, reasons }) => {
                let place = Place { member: place.member, start: place.start, reasons: Some(reasons.clone()) };
                put(tx, &mut visit, &before, &place).await?;
            }
            Some(Decision::Unassigned { failure }) => {
                open_to_the_desk(tx, &mut visit, failure.as_ref()).await?;
                open.push(visit.id);
            }
            None => return Err(Error::stored("a visit that wasn't planned")),
        }
    }
    let message = Message::MarkedAway { first: today, last, visits: passed_on };
    outbox::write(tx, member, None, None, &message).await?;
    audit::write(tx, Some(by), Some(member), "member.away", member).await?;
    if open.is_empty() {
        return Ok(None);
    }
    let passed_on = passed_on - open.len();
    let asked = Asked { visits: open, others: Others::May, away: Some(Away { member, last, passed_on }) };
    // Where another run is going on, the visits are on the board and can be planned after it.
    plannings::insert(tx, &asked, by).await
}

/// What leaves the member: everything of those days that hasn't begun.
async fn lost(tx: &mut Tx, member: PersonId, away: Span) -> Result<Vec<StoredVisit>, Error> {
    let leaves = |visit: &StoredVisit| {
        matches!(
            visit.state,
            VisitState::Reserved { .. }
                | VisitState::Offered { .. }
                | VisitState::Agreed { .. }
                | VisitState::UnderWay { started: None, .. }
        )
    };
    Ok(visits::of_member(tx, member, away).await?.into_iter().filter(leaves).collect())
}

/// Who takes each over with nothing else moving, the most urgent first.
async fn takers(tx: &mut Tx, member: PersonId, lost: &[StoredVisit]) -> Result<Plan, Error> {
    let mut snapshot = desk_snapshot(tx).await?;
    for plan in snapshot.members.iter_mut().filter(|plan| plan.id == member) {
        plan.visits.retain(|held| lost.iter().all(|visit| visit.id != held.id));
    }
    let mut wishes: Vec<WantedVisit> = Vec::with_capacity(lost.len());
    for visit in lost {
        wishes.push(wanted(tx, visit, Stands::Nowhere).await?);
    }
    plan(&snapshot, &wishes, 0, &mut Evaluations(0)).map_err(Error::stored)
}

/// Somebody else is asked; a reservation that is still to be confirmed by ringing only changes its holder.
async fn put(tx: &mut Tx, visit: &mut StoredVisit, before: &VisitState, place: &Place) -> Result<(), Error> {
    let plan = plans::member(tx, place.member).await?.ok_or_else(|| Error::stored("a member who has left"))?;
    if let VisitState::Reserved { until, .. } = *before {
        return placing::hold(tx, visit, &plan, VisitState::Reserved { held: place.held(), until }).await;
    }
    placing::offer(tx, visit, &plan, place).await?;
    telling::resident(tx, visit, MessageKind::HelperChanged, Some(place.member)).await
}
