//! The judge of plans for many visits: what was wanted, what was decided, and nothing of how.
//!
//! Like `checker`, whose tellings of the rules it uses, it shares no line with the planner. A visit that keeps its member
//! and start isn't judged, and neither are agreed visits among themselves: they stay rightly where they are. A visit
//! that gets a member or a start is judged by every rule, with everything around it as the plan leaves it. For a cap
//! that agreed visits are over already this means: no new one there.
//!
//! # Adding a rule
//! In `checker`; here only if it can't be seen without knowing what was wanted. And a mutation in the tests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use domain::{Cents, EarningsGuard, Minutes, PersonId, Service, Strength, VisitId};

use crate::{
    Breach, CoopRules, Difference, Link, MemberPlan, Place, Plan, PlannedVisit, PlannedWish, Rule, Snapshot, Stands,
    Strangers, WantedVisit,
    checker::{judge_order, judge_visit, summed},
};

/// Something in a plan for many visits that may not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanBreach {
    /// A new or moved visit breaks a rule.
    Rule(Breach),
    /// It begins in none of its windows.
    OutsideWindows(VisitId),
    /// It was pinned, and has another member, another start or nobody.
    PinnedMoved(VisitId),
    /// It was wanted and isn't answered exactly once, or is answered and wasn't wanted.
    NotOnce(VisitId),
    /// Its member isn't in the snapshot.
    UnknownMember(VisitId),
    /// What the plan says about the difference to before isn't so.
    WrongDifference(VisitId),
    /// The first of a linked pair: the two don't keep their distance, or have one member for both.
    Apart(VisitId),
    /// One of a linked pair has a member, and the other has none.
    Halved(VisitId),
}

/// Every breach in a plan for `wanted`, made of that snapshot. Where visits were told to be, `wanted` says.
pub fn check_planned(snapshot: &Snapshot, wanted: &[WantedVisit], plan: &Plan) -> Vec<PlanBreach> {
    let mut breaches = BTreeSet::new();
    let mut answers: BTreeMap<VisitId, Vec<&PlannedWish>> = BTreeMap::new();
    for answer in &plan.visits {
        answers.entry(answer.visit).or_default().push(answer);
    }
    let wishes: BTreeMap<VisitId, &WantedVisit> = wanted.iter().map(|wish| (wish.id, wish)).collect();
    breaches.extend(answers.keys().filter(|id| !wishes.contains_key(id)).map(|id| PlanBreach::NotOnce(*id)));

    let mut members: BTreeMap<PersonId, MemberPlan> = BTreeMap::new();
    for member in &snapshot.members {
        let mut member = member.clone();
        member.visits.retain(|visit| !wishes.contains_key(&visit.id));
        members.insert(member.id, member);
    }
    let mut new: BTreeMap<PersonId, Vec<(&WantedVisit, PlannedVisit)>> = BTreeMap::new();
    for wish in wanted {
        let before = wish.place();
        let Some([answer]) = answers.get(&wish.id).map(Vec::as_slice) else {
            breaches.insert(PlanBreach::NotOnce(wish.id));
            continue;
        };
        let place = answer.place();
        if !difference_is(answer.difference, before, place) {
            breaches.insert(PlanBreach::WrongDifference(wish.id));
        }
        if matches!(wish.stands, Stands::Pinned(_)) && place != before {
            breaches.insert(PlanBreach::PinnedMoved(wish.id));
        }
        let Some(place) = place else { continue };
        let Some(member) = members.get_mut(&place.member) else {
            breaches.insert(PlanBreach::UnknownMember(wish.id));
            continue;
        };
        let terms = &wish.request.terms;
        let visit = PlannedVisit {
            id: wish.id,
            start: place.start,
            minutes: terms.minutes,
            effort: terms.effort,
            at: wish.request.at,
            pay: terms.pay,
        };
        member.visits.push(visit);
        if before != Some(place) {
            new.entry(place.member).or_default().push((wish, visit));
            if !wish.windows.iter().any(|window| window.start <= place.start && place.start < window.end) {
                breaches.insert(PlanBreach::OutsideWindows(wish.id));
            }
        }
    }
    for (id, visits) in &new {
        if let Some(member) = members.get(id) {
            judge_member(snapshot, member, visits, &mut breaches);
        }
    }
    breaches.into_iter().collect()
}

/// The same for a plan of visits of which some are linked. A pair that stays where it was isn't judged; a pinned visit
/// may be without the other.
pub fn check_linked(snapshot: &Snapshot, wanted: &[WantedVisit], links: &[Link], plan: &Plan) -> Vec<PlanBreach> {
    let mut breaches: BTreeSet<PlanBreach> = check_planned(snapshot, wanted, plan).into_iter().collect();
    for link in links {
        let now = |id: VisitId| plan.visits.iter().find(|wish| wish.visit == id).and_then(PlannedWish::place);
        let wish = |id: VisitId| wanted.iter().find(|wish| wish.id == id);
        let stays = |id: VisitId| now(id).is_some() && now(id) == wish(id).and_then(WantedVisit::place);
        let pinned = |id: VisitId| wish(id).is_some_and(|wish| matches!(wish.stands, Stands::Pinned(_)));
        match (now(link.first), now(link.second)) {
            (Some(first), Some(second)) if !(stays(link.first) && stays(link.second)) => {
                let (soonest, latest) = (first.start + link.least, first.start + link.most);
                if first.member == second.member || second.start < soonest || latest < second.start {
                    breaches.insert(PlanBreach::Apart(link.first));
                }
            }
            (Some(_), None) if !pinned(link.first) => drop(breaches.insert(PlanBreach::Halved(link.first))),
            (None, Some(_)) if !pinned(link.second) => drop(breaches.insert(PlanBreach::Halved(link.second))),
            _ => {}
        }
    }
    breaches.into_iter().collect()
}

/// Whether the plan tells the difference as it is.
fn difference_is(told: Difference, before: Option<Place>, now: Option<Place>) -> bool {
    match told {
        Difference::New => before.is_none(),
        Difference::Kept => before.is_some() && now == before,
        Difference::Moved { from } => before == Some(from) && now.is_some() && now != before,
        Difference::Lost { from } => before == Some(from) && now.is_none(),
    }
}

/// Every rule that the member's new visits break.
fn judge_member(
    snapshot: &Snapshot,
    member: &MemberPlan,
    new: &[(&WantedVisit, PlannedVisit)],
    breaches: &mut BTreeSet<PlanBreach>,
) {
    let rules = &snapshot.rules;
    let ids: BTreeSet<VisitId> = new.iter().map(|(_, visit)| visit.id).collect();
    for (wish, visit) in new {
        let mut broken = judge_visit(rules, member, visit, about(wish));
        broken.extend(judge_wish(snapshot, member, wish, visit));
        let breach = |rule| PlanBreach::Rule(Breach::Visit { member: member.id, visit: visit.id, rule });
        breaches.extend(broken.into_iter().map(breach));
    }
    let mut order = BTreeSet::new();
    judge_order(rules, member, &mut order);
    breaches.extend(order.into_iter().filter(|breach| about_any(breach, &ids)).map(PlanBreach::Rule));
    judge_caps(rules, member, &ids, breaches);
}

/// What only those know who know what was wanted: strangers, whom not to ask, the notice, a day of "less".
fn judge_wish(snapshot: &Snapshot, member: &MemberPlan, wish: &WantedVisit, visit: &PlannedVisit) -> Vec<Rule> {
    let request = &wish.request;
    let knows = request.resident.is_some_and(|resident| member.knows.get(&resident).is_some_and(|times| *times > 0));
    let date = snapshot.rules.zone.date(visit.start);
    let snow = request.terms.kind.service() == Service::Snow;
    let broken = [
        (Rule::Stranger, request.strangers == Strangers::OnlyFamiliar && !knows),
        (Rule::Asked, request.not_these.contains(&member.id)),
        (Rule::CoopHours, visit.start < snapshot.now + snapshot.rules.notice),
        (Rule::CoopHours, visit.minutes < Minutes(1) || (!snow && domain::is_holiday(date))),
        (Rule::Skill, !member.skills.contains(&request.terms.kind.service())),
        (Rule::Strength, member.strength.get(&date).is_some_and(|strength| *strength != Strength::Normal)),
    ];
    broken.into_iter().filter_map(|(rule, is)| is.then_some(rule)).collect()
}

fn about(wish: &WantedVisit) -> Option<(Service, PersonId)> {
    wish.request.resident.map(|resident| (wish.request.terms.kind.service(), resident))
}

fn about_any(breach: &Breach, ids: &BTreeSet<VisitId>) -> bool {
    match breach {
        Breach::Overlap { first, second, .. } | Breach::TooLittleRest { first, second, .. } => {
            ids.contains(first) || ids.contains(second)
        }
        Breach::Visit { visit, .. } | Breach::Twice { visit } => ids.contains(visit),
        Breach::Cap { .. } => true,
    }
}

/// Caps that are overstepped where a new visit draws on them.
fn judge_caps(rules: &CoopRules, member: &MemberPlan, new: &BTreeSet<VisitId>, breaches: &mut BTreeSet<PlanBreach>) {
    let mut before = member.clone();
    before.visits.retain(|visit| !new.contains(&visit.id));
    let limits = &member.limits;
    let mut judge = |rule: Rule, from: NaiveDate, kept: bool| {
        if !kept {
            breaches.insert(PlanBreach::Rule(Breach::Cap { member: member.id, from, rule }));
        }
    };
    let days = summed(rules, member, |date| date);
    let days_before = summed(rules, &before, |date| date);
    for (date, sum) in &days {
        if days_before.get(date) != Some(sum) {
            judge(Rule::VisitsADay, *date, limits.visits_a_day.is_none_or(|cap| sum.visits <= u64::from(cap)));
            judge(Rule::MinutesADay, *date, limits.minutes_a_day.is_none_or(|cap| sum.minutes <= cap.0));
        }
    }
    let monday = |date: NaiveDate| date - Days::new(u64::from(date.weekday().num_days_from_monday()));
    let weeks_before = summed(rules, &before, monday);
    for (monday, sum) in summed(rules, member, monday) {
        let was = weeks_before.get(&monday).copied().unwrap_or_default();
        if was != sum {
            judge(Rule::VisitsAWeek, monday, limits.visits_a_week.is_none_or(|cap| sum.visits <= u64::from(cap)));
            judge(Rule::MinutesAWeek, monday, limits.minutes_a_week.is_none_or(|cap| sum.minutes <= cap.0));
        }
        if was.heavy != sum.heavy {
            judge(Rule::HeavyAWeek, monday, limits.heavy_a_week.is_none_or(|cap| sum.heavy <= u64::from(cap)));
        }
    }
    let month = |date: NaiveDate| date.with_day(1).unwrap_or(date);
    if let EarningsGuard::Wall(Cents(wall)) = limits.earnings {
        let months_before = summed(rules, &before, month);
        for (first, sum) in summed(rules, member, month) {
            judge(Rule::Earnings, first, months_before.get(&first) == Some(&sum) || sum.pay <= wall);
        }
    }
    let Some(most) = limits.days_in_row else { return };
    let mut run: Vec<NaiveDate> = Vec::new();
    let mut close = |run: &[NaiveDate]| {
        let draws = run.iter().any(|date| days.get(date) != days_before.get(date));
        if let Some(first) = run.first() {
            judge(Rule::DaysInRow, *first, !draws || run.len() <= usize::from(most));
        }
    };
    for date in days.keys() {
        if run.last().is_some_and(|last| last.succ_opt() != Some(*date)) {
            close(&run);
            run.clear();
        }
        run.push(*date);
    }
    close(&run);
}
