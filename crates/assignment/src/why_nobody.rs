//! Why nobody can come, and the smallest change that would help.
//!
//! Each member is counted once, at the latest rule that any of the asked times got them to: the rule that stops them in
//! their best window. What is private to a member is told as their hours ([`Rule::told_to_others`]).
//!
//! The change that would help is `changes`' business.

use std::collections::BTreeMap;

use domain::Span;

use crate::{
    Change, Failure, Request, Rule, Snapshot,
    calendar::{Calendar, WorkingDay},
    changes::smallest_change,
    feasibility::{Candidacy, Question, Workings},
    starts::{GRID, Starts},
};

/// Why nobody can come in any of these windows, and the smallest change that helps.
///
/// Asked about no window at all, it takes "now" for the wished time and counts everybody at [`Rule::CoopHours`].
/// Members who can come after all are counted nowhere, and then there is no change.
pub fn why_nobody(snapshot: &Snapshot, request: &Request, windows: &[Span]) -> Failure {
    let counted = count(snapshot, request, windows);
    let change = (counted.able == 0).then(|| smallest_change(snapshot, request, windows, &joined(windows)));
    counted.failure(change)
}

/// How many members each rule removed, and how many are left.
pub(crate) struct Counted {
    pub(crate) removed: BTreeMap<Rule, u32>,
    pub(crate) able: u32,
}

impl Counted {
    pub(crate) fn failure(self, change: Option<Change>) -> Failure {
        Failure {
            last: self.removed.last_key_value().map_or(Rule::Skill, |(rule, _)| *rule),
            removed: self.removed.into_iter().collect(),
            change,
        }
    }
}

/// Counts the members at the rules that stop them.
pub(crate) fn count(snapshot: &Snapshot, request: &Request, windows: &[Span]) -> Counted {
    let asked = joined(windows);
    let mut counted = Counted { removed: BTreeMap::new(), able: 0 };
    let reach = Span {
        start: asked.first().map_or(snapshot.now, |span| span.start),
        end: asked.last().map_or(snapshot.now.plus_seconds(1), |span| span.end),
    };
    let calendar = Calendar::around(snapshot.rules.zone, reach);
    let question = Question::automatic(snapshot, request);
    let spans: Vec<(Starts, Vec<WorkingDay>)> = asked
        .iter()
        .filter_map(|span| {
            let days = calendar.dates(*span).into_iter().map(|date| question.working_day(date)).collect();
            Some((Starts::within(*span)?, days))
        })
        .collect();
    let mut workings = Workings::default();
    let mut candidacy = snapshot.members.first().map(|first| Candidacy::new(question, first, &calendar));
    for member in &snapshot.members {
        let Some(candidacy) = &mut candidacy else { break };
        candidacy.turn_to(member, &calendar);
        match stopped_by(candidacy, &spans, &mut workings) {
            Some(rule) => *counted.removed.entry(rule.told_to_others()).or_default() += 1,
            None => counted.able += 1,
        }
    }
    counted
}

/// The latest rule that stops the member at every asked time; none when they can come.
fn stopped_by(candidacy: &Candidacy<'_>, spans: &[(Starts, Vec<WorkingDay>)], workings: &mut Workings) -> Option<Rule> {
    let mut latest = Rule::CoopHours;
    for (within, days) in spans {
        for day in days {
            match candidacy.earliest_with(workings, day, *within, GRID) {
                Ok(_) => return None,
                Err(rule) => latest = latest.max(rule),
            }
        }
    }
    Some(latest)
}

/// The windows in order of time, those that touch or overlap made one.
fn joined(windows: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> = windows.iter().copied().filter(|window| window.start < window.end).collect();
    sorted.sort();
    let mut joined: Vec<Span> = Vec::with_capacity(sorted.len());
    for window in sorted {
        match joined.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => joined.push(window),
        }
    }
    joined
}
