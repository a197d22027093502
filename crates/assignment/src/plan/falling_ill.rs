//! A member can't come for a while: who takes their visits, and what does that change for others?
//!
//! Two plans are answered, the ends of a trade between helping everybody and telling few people anew. Whoever decides sees
//! both: "0 moved and 1 open, or 6 moved and 0 open".
//!
//! # Linked visits
//! Where the member had one of two linked visits, the other stays with its member and at its start if anybody else can
//! make the lost one at their distance. Else the plan at once gives up the other half too; the searched one may move both.
//! Neither leaves a pair half done.

use std::collections::BTreeSet;

use domain::{PersonId, Span, Strength};

use super::{
    BadProblem, Link, Plan, Stands, WantedVisit,
    layout::{Layout, sound},
    pairing::Pairing,
};
use crate::{Budget, CoopRules, MemberPlan, Snapshot, calendar::Calendar};

/// Both ends of a trade: nothing else moves and some may be left; or everything that can be placed is, and some move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// At once: the lost visits where there is room, and nobody else is told anything, but for the other halves of lost
    /// visits that nobody can make.
    pub at_once: Plan,
    /// After a search with a price on each person told anew.
    pub searched: Plan,
}

/// A member can't come while `away`: who takes their visits?
///
/// `wanted` are the visits that may be moved, theirs and others' ([`Stands::Movable`]; theirs that begin while they are away
/// may be pinned, too: they can't stay), and `links` join those that hang together. Theirs that aren't wanted stay theirs.
/// Both plans tell differences against where the visits stand in `wanted`.
///
/// # Errors
/// [`BadProblem`] where what is asked contradicts itself.
pub fn fallen_ill(
    snapshot: &Snapshot,
    wanted: &[WantedVisit],
    links: &[Link],
    member: PersonId,
    away: Span,
    seed: u64,
    budget: &mut impl Budget,
) -> Result<Trade, BadProblem> {
    let before = |index: usize| wanted.get(index).and_then(WantedVisit::place);
    sound(snapshot, wanted)?;
    let mut left = wanted.to_vec();
    let mut lost = BTreeSet::new();
    for visit in &mut left {
        if visit.place().is_some_and(|place| place.member == member && away.contains(place.start)) {
            visit.stands = Stands::Nowhere;
            lost.insert(visit.id);
        }
    }
    let mut without = snapshot.clone();
    for plan in without.members.iter_mut().filter(|plan| plan.id == member) {
        plan.visits.retain(|visit| !lost.contains(&visit.id));
        pause(plan, &snapshot.rules, away);
    }
    let (at_once, searched) = if links.is_empty() {
        let layout = Layout::new(&without, &left)?;
        let at_once = layout.answer(&layout.first_plan(), before);
        (at_once, layout.answer(&layout.search(seed, budget), before))
    } else {
        let pairing = Pairing::new(&without, &left, links)?;
        let at_once = pairing.answer(&pairing.at_once()?, 0, before)?;
        let (found, evaluations) = pairing.search(seed, budget)?;
        (at_once, pairing.answer(&found, evaluations, before)?)
    };
    // What is confirmed visit by visit can come out otherwise than the search thought: it is never taken for worse.
    let worth = |plan: &Plan| (plan.undone(&left), plan.told_anew().count());
    let searched = if worth(&searched) > worth(&at_once) { at_once.clone() } else { searched };
    Ok(Trade { at_once, searched })
}

/// A pause on every date that the span touches.
fn pause(member: &mut MemberPlan, rules: &CoopRules, away: Span) {
    for date in Calendar::plain(rules.zone).dates(away) {
        member.strength.insert(date, Strength::Pause);
    }
}
