//! What the search found, confirmed visit by visit, with reasons; and what it left over, offered to everybody once more.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Minutes, PersonId};

use super::{
    Decision, Difference, Place, Plan, PlannedWish, WantedVisit,
    layout::{Layout, as_planned},
};
use crate::{
    MemberPlan, Reasons, Request, Snapshot,
    blocks::travel,
    calendar::Calendar,
    candidates,
    feasibility::{Candidacy, Question},
    feasible_at,
    ranking::Standing,
    routes::Solution,
    starts::{ANY_SECOND, Starts},
    why_nobody,
};

/// How many visits that are left over are offered to everybody and explained, and how many times a member is looked at
/// for it. Beyond it, the least urgent get no reason: nobody reads a thousand.
const LEFT_OVER: usize = 1_000;
const LOOKS_FOR_LEFT_OVER: usize = 100_000;

/// Up to so many pairs of a visit and a member everybody is compared; beyond it, each choice is told by itself.
const COMPARED: usize = 1_000_000;

/// The plan as it grows.
pub(super) struct Growing<'a> {
    pub(super) snapshot: Snapshot,
    index_of: BTreeMap<PersonId, usize>,
    wanted: &'a [WantedVisit],
    pub(super) places: Vec<Option<Place>>,
}

/// How many visits that are left over are looked at again among so many members.
pub(super) fn looks(members: usize) -> usize {
    LEFT_OVER.min(LOOKS_FOR_LEFT_OVER / members.max(1))
}

impl Layout<'_> {
    /// Where that solution has each wish, once it is confirmed.
    pub(super) fn places(&self, found: &Solution) -> Vec<Option<Place>> {
        let mut growing = Growing::new(self);
        self.confirm(found, &mut growing);
        growing.places
    }

    /// The plan of that solution; `before` tells where people were told that each visit is.
    pub(super) fn answer(&self, found: &Solution, before: impl Fn(usize) -> Option<Place>) -> Plan {
        let mut growing = Growing::new(self);
        let mut left_over = self.confirm(found, &mut growing);
        left_over.sort_by_key(|index| {
            let urgency = self.wanted.get(*index).map_or(0, |wish| wish.urgency);
            (u16::MAX - urgency, *index)
        });
        let looks = looks(self.base.members.len());
        for index in left_over.iter().take(looks) {
            growing.offer_to_all(*index);
        }
        let told_why: BTreeSet<usize> = left_over.iter().take(looks).copied().collect();
        let mut plan = Plan { visits: Vec::with_capacity(self.wanted.len()), evaluations: found.evaluations };
        let assigned = growing.places.iter().flatten().count();
        let compare = assigned.saturating_mul(self.base.members.len()) <= COMPARED;
        for (index, wish) in self.wanted.iter().enumerate() {
            let place = growing.places.get(index).copied().flatten();
            let decision = if let Some(place) = place {
                Decision::Assigned { place, reasons: growing.reasons(&self.calendar, wish, place, compare) }
            } else {
                let explained = told_why.contains(&index);
                let failure = explained.then(|| why_nobody(&growing.snapshot, &wish.request, &wish.windows));
                Decision::Unassigned { failure }
            };
            let difference = match (before(index), place) {
                (None, _) => Difference::New,
                (Some(from), Some(place)) if from == place => Difference::Kept,
                (Some(from), Some(_)) => Difference::Moved { from },
                (Some(from), None) => Difference::Lost { from },
            };
            plan.visits.push(PlannedWish { visit: wish.id, decision, difference });
        }
        plan
    }

    /// Takes over what stays, then each new placement that [`feasible_at`] confirms, in order of time; returns the wishes
    /// that are left over.
    fn confirm(&self, found: &Solution, growing: &mut Growing<'_>) -> Vec<usize> {
        let mut new: Vec<(Place, usize)> = Vec::new();
        for (shift, placed) in found.shifts.iter().enumerate() {
            let member = self.member_of.get(shift).and_then(|index| self.base.members.get(*index));
            let Some(member) = member.map(|member| member.id) else { continue };
            for placed in placed {
                let index = usize::try_from(placed.job).ok().and_then(|job| self.wish_of.get(job).copied().flatten());
                let Some(index) = index else { continue };
                let start = domain::Moment::from_seconds(self.origin.saturating_add(i64::from(placed.start)));
                let place = Place { member, start };
                if self.wanted.get(index).and_then(WantedVisit::place) == Some(place) {
                    growing.put(index, place);
                } else {
                    new.push((place, index));
                }
            }
        }
        new.sort_by_key(|(place, index)| (place.start, *index));
        for (place, index) in new {
            growing.put_if_feasible(index, place);
        }
        (0..self.wanted.len()).filter(|index| matches!(growing.places.get(*index), Some(None))).collect()
    }
}

impl<'a> Growing<'a> {
    fn new(layout: &Layout<'a>) -> Self {
        Self { places: layout.staying.clone(), ..Self::empty(layout.base.clone(), layout.wanted) }
    }

    /// With no wish in it.
    pub(super) fn empty(snapshot: Snapshot, wanted: &'a [WantedVisit]) -> Self {
        let index_of = snapshot.members.iter().enumerate().map(|(index, member)| (member.id, index)).collect();
        Self { snapshot, index_of, wanted, places: vec![None; wanted.len()] }
    }

    fn member(&self, id: PersonId) -> Option<&MemberPlan> {
        self.snapshot.members.get(*self.index_of.get(&id)?)
    }

    pub(super) fn put(&mut self, index: usize, place: Place) {
        let Some(wish) = self.wanted.get(index) else { return };
        let member = self.index_of.get(&place.member).and_then(|member| self.snapshot.members.get_mut(*member));
        if let (Some(member), Some(at)) = (member, self.places.get_mut(index)) {
            let visit = as_planned(wish, place.start);
            let position = member.visits.partition_point(|other| (other.start, other.id) < (visit.start, visit.id));
            member.visits.insert(position, visit);
            *at = Some(place);
        }
    }

    /// The wish is nowhere again.
    pub(super) fn take(&mut self, index: usize) {
        let place = self.places.get_mut(index).and_then(Option::take);
        let member = place.and_then(|place| self.index_of.get(&place.member));
        let (Some(wish), Some(member)) = (self.wanted.get(index), member) else { return };
        if let Some(member) = self.snapshot.members.get_mut(*member) {
            member.visits.retain(|visit| visit.id != wish.id);
        }
    }

    fn put_if_feasible(&mut self, index: usize, place: Place) -> bool {
        let Some(wish) = self.wanted.get(index) else { return false };
        let Snapshot { rules, now, .. } = &self.snapshot;
        let feasible = self
            .member(place.member)
            .is_some_and(|member| feasible_at(rules, *now, member, &wish.request, place.start).is_ok());
        if feasible {
            self.put(index, place);
        }
        feasible
    }

    /// The best of all who can come after all; where it stood, if it still can.
    fn offer_to_all(&mut self, index: usize) {
        let Some(wish) = self.wanted.get(index) else { return };
        if let Some(place) = wish.place().filter(|place| wish.windows.iter().any(|window| window.contains(place.start)))
            && self.put_if_feasible(index, place)
        {
            return;
        }
        let able = wish
            .windows
            .iter()
            .flat_map(|window| candidates(&self.snapshot, &wish.request, *window).into_iter().take(1));
        // The best score, and of equals the first.
        let best = able.reduce(|best, next| if next.score > best.score { next } else { best });
        if let Some(best) = best {
            self.put(index, Place { member: best.member, start: best.start });
        }
    }

    /// Why that member: against everybody who could begin at the same time, as the plan stands.
    fn reasons(&self, calendar: &Calendar, wish: &WantedVisit, place: Place, compare: bool) -> Reasons {
        let question = Question::automatic(&self.snapshot, &wish.request);
        let day = question.working_day(calendar.date(place.start));
        let only = Starts::new(place.start.seconds(), place.start.seconds());
        let standing = |member: &MemberPlan| {
            let candidacy = Candidacy::new(question, member, calendar);
            let (_, opening) = candidacy.earliest(&day, only?, ANY_SECOND).ok()?;
            Some(Standing::new(&candidacy, &opening))
        };
        let rivals = || {
            let others = self.snapshot.members.iter().filter(|member| member.id != place.member);
            others.filter(|member| question.barred(member).is_none()).filter_map(standing)
        };
        let own = self.member(place.member).map(|member| {
            let mut without = member.clone();
            without.visits.retain(|visit| visit.id != wish.id);
            without
        });
        let Some(own) = own else { return untold(&wish.request, None) };
        let candidacy = Candidacy::new(question, &own, calendar);
        let opening = only.and_then(|only| candidacy.earliest(&day, only, ANY_SECOND).ok());
        let Some((_, opening)) = opening else { return untold(&wish.request, Some(&own)) };
        let own_standing = Standing::new(&candidacy, &opening);
        let next = if compare { rivals().min() } else { None };
        let only_one = compare && next.is_none();
        own_standing.reasons(&candidacy, &opening, next.as_ref(), only_one)
    }
}

/// For a visit that stays where a rule forbids it by now: nothing speaks for it but that it was agreed.
fn untold(request: &Request, member: Option<&MemberPlan>) -> Reasons {
    let been_before = member.zip(request.resident).and_then(|(member, resident)| member.knows.get(&resident).copied());
    let way = member.map_or(Minutes(0), |member| travel(member.mode, member.home, request.at));
    Reasons { terms: Vec::new(), only_one: false, travel: way, been_before: been_before.unwrap_or(0) }
}

impl Plan {
    /// The snapshot once the plan is accepted: every assigned visit in its member's plan.
    #[must_use]
    pub fn accepted(&self, snapshot: &Snapshot, wanted: &[WantedVisit]) -> Snapshot {
        let mut after = snapshot.clone();
        let ids: BTreeMap<domain::VisitId, Option<Place>> =
            self.visits.iter().map(|wish| (wish.visit, wish.place())).collect();
        let index_of: BTreeMap<PersonId, usize> =
            after.members.iter().enumerate().map(|(index, member)| (member.id, index)).collect();
        for member in &mut after.members {
            member.visits.retain(|visit| !ids.contains_key(&visit.id));
        }
        for wish in wanted {
            let Some(place) = ids.get(&wish.id).copied().flatten() else { continue };
            let member = index_of.get(&place.member).and_then(|index| after.members.get_mut(*index));
            if let Some(member) = member {
                member.visits.push(as_planned(wish, place.start));
            }
        }
        for member in &mut after.members {
            member.visits.sort_by_key(|visit| (visit.start, visit.id));
        }
        after
    }
}
