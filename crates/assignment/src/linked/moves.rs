//! The changes that the search tries: each picks something by chance, and either makes the change on the schedule or
//! says that it can't be made. (Whether it was good is `search`'s affair; times and order are `schedule`'s.)
//!
//! To add one: a variant of [`Move`] with its share in [`Moves::new`], and a function that makes it.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them; this is the hot path")]

use super::neighbours::Neighbours;
use super::problem::{LunchDuty, NONE, Problem, index_of};
use super::schedule::Schedule;
use crate::chance::Chance;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// A task goes behind a neighbour.
    Relocate,
    /// A task and the next go behind a neighbour.
    RelocateTwo,
    /// Both tasks of a linked pair go elsewhere.
    RelocatePair,
    /// A task goes to another carer, at its time.
    Reassign,
    /// Two tasks of two carers change places.
    Swap,
    /// The rests of two routes change places.
    ExchangeTails,
    /// A patient left out is visited.
    TakeIn,
    /// A patient is left out.
    LeaveOut,
    /// One patient is left out for another.
    Replace,
    /// Lunch is had at another time of the day.
    Lunch,
    /// The patient's other window.
    Window,
}

/// The moves that a problem has use for.
pub(crate) struct Moves<'p> {
    problem: &'p Problem,
    neighbours: Neighbours,
    /// Each as often as its share.
    wheel: Vec<Move>,
    optional: Vec<usize>,
    two_windows: Vec<u32>,
    linked: Vec<u32>,
    lunching: Vec<u32>,
}

impl<'p> Moves<'p> {
    pub(crate) fn new(problem: &'p Problem) -> Self {
        let neighbours = Neighbours::of(problem);
        let optional: Vec<usize> = (0..problem.of_patient.len())
            .filter(|patient| {
                problem.draft.patients[*patient].need == super::problem::Need::Optional
                    && problem.can_be_served(*patient)
            })
            .collect();
        let two_windows: Vec<u32> = (0..index_of(problem.appointments.len()))
            .filter(|appointment| {
                let first = problem.appointments[*appointment as usize].first;
                problem.tasks[first as usize].opens_again != super::problem::NEVER
            })
            .collect();
        let linked: Vec<u32> = (0..index_of(problem.appointments.len()))
            .filter(|appointment| problem.appointments[*appointment as usize].second != NONE)
            .collect();
        let lunching: Vec<u32> = (0..problem.carer_count())
            .filter(|carer| problem.has_lunch && problem.draft.carers[*carer as usize].lunch == LunchDuty::Due)
            .collect();
        let mut shares = vec![
            (Move::Relocate, 32),
            (Move::RelocateTwo, 8),
            (Move::Reassign, 8),
            (Move::Swap, 28),
            (Move::ExchangeTails, 16),
        ];
        if !linked.is_empty() {
            shares.push((Move::RelocatePair, 8));
        }
        if !optional.is_empty() {
            shares.extend([(Move::TakeIn, 6), (Move::LeaveOut, 2), (Move::Replace, 6)]);
        }
        if !lunching.is_empty() {
            shares.push((Move::Lunch, 8));
        }
        if !two_windows.is_empty() {
            shares.push((Move::Window, 8));
        }
        let wheel = shares.into_iter().flat_map(|(kind, share)| std::iter::repeat_n(kind, share)).collect();
        Self { problem, neighbours, wheel, optional, two_windows, linked, lunching }
    }

    /// The scale of costs: that of a short way.
    pub(crate) fn typical_cost(&self) -> i64 {
        self.neighbours.typical_cost
    }

    /// Makes some change; `false` if none was made after all (then undo).
    pub(crate) fn make(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        if self.problem.tasks.is_empty() {
            return false;
        }
        match self.wheel[chance.below(self.wheel.len())] {
            Move::Relocate => self.relocate(schedule, chance),
            Move::RelocateTwo => self.relocate_two(schedule, chance),
            Move::RelocatePair => self.relocate_pair(schedule, chance),
            Move::Reassign => self.reassign(schedule, chance),
            Move::Swap => self.swap(schedule, chance),
            Move::ExchangeTails => self.exchange_tails(schedule, chance),
            Move::TakeIn => self.take_in(schedule, chance),
            Move::LeaveOut => self.leave_out(schedule, chance),
            Move::Replace => self.leave_out(schedule, chance) && self.take_in(schedule, chance),
            Move::Lunch => self.lunch(schedule, chance),
            Move::Window => {
                let appointment = self.two_windows[chance.below(self.two_windows.len())];
                schedule.choose_window(appointment);
                true
            }
        }
    }

    /// Any task; where somebody is late, now and then one that is late, or that makes one late.
    fn pick(&self, schedule: &Schedule<'_>, chance: &mut Chance) -> u32 {
        let count = self.problem.tasks.len();
        let any = index_of(chance.below(count));
        if schedule.largest_tardiness() == 0 || chance.below(16) > 0 {
            return any;
        }
        let mut latest = any;
        for _ in 0..6 {
            let other = index_of(chance.below(count));
            if schedule.lateness(other) > schedule.lateness(latest) {
                latest = other;
            }
        }
        for _ in 0..chance.below(4) {
            let prev = schedule.nodes[latest as usize].prev;
            if schedule.is_planned(latest) && (prev as usize) < count {
                latest = prev;
            }
        }
        latest
    }

    /// A node to put a task behind: mostly a neighbour, sometimes the start of somebody's day.
    fn pick_before(&self, schedule: &Schedule<'_>, task: u32, chance: &mut Chance) -> Option<u32> {
        if chance.below(10) == 0 {
            let carers = &self.problem.able_carers[task as usize];
            return carers.get(chance.below(carers.len())).map(|carer| self.problem.home(*carer));
        }
        self.neighbours.pick(task, chance).filter(|node| schedule.is_planned(*node))
    }

    /// Whether a carer can do a task, and isn't the one who does the other half.
    fn fits(&self, schedule: &Schedule<'_>, task: u32, carer: u32) -> bool {
        let partner = self.problem.tasks[task as usize].partner;
        self.problem.able(task, carer) && (partner == NONE || schedule.nodes[partner as usize].carer != carer)
    }

    fn relocate(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let task = self.pick(schedule, chance);
        let Some(before) = self.pick_before(schedule, task, chance) else { return false };
        let carer = schedule.nodes[before as usize].carer;
        if !schedule.is_planned(task)
            || schedule.nodes[task as usize].prev == before
            || !self.fits(schedule, task, carer)
        {
            return false;
        }
        schedule.unlink(task);
        schedule.link_after(task, before);
        true
    }

    fn relocate_two(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let task = self.pick(schedule, chance);
        let Some(before) = self.pick_before(schedule, task, chance) else { return false };
        let carer = schedule.nodes[before as usize].carer;
        let next = schedule.nodes[task as usize].next;
        if !schedule.is_planned(task)
            || schedule.nodes[task as usize].prev == before
            || next == before
            || next >= self.problem.task_count()
            || !self.fits(schedule, task, carer)
            || !self.fits(schedule, next, carer)
        {
            return false;
        }
        schedule.unlink(task);
        schedule.unlink(next);
        schedule.link_after(task, before);
        schedule.link_after(next, task);
        true
    }

    fn relocate_pair(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let appointment = self.linked[chance.below(self.linked.len())];
        let facts = self.problem.appointments[appointment as usize];
        let (task, partner) =
            if chance.below(2) == 0 { (facts.first, facts.second) } else { (facts.second, facts.first) };
        if !schedule.is_planned(task) {
            return false;
        }
        schedule.unlink(task);
        schedule.unlink(partner);
        self.place_pair(schedule, task, partner, chance)
    }

    /// Puts in both of a linked pair: one behind a neighbour, the other with anybody at the same time.
    fn place_pair(&self, schedule: &mut Schedule<'_>, task: u32, partner: u32, chance: &mut Chance) -> bool {
        let Some(before) = self.pick_before(schedule, task, chance) else { return false };
        let carer = schedule.nodes[before as usize].carer;
        if before == partner || !self.problem.able(task, carer) {
            return false;
        }
        let key = schedule.key_before(before);
        schedule.link_after(task, before);
        if chance.below(2) == 0 {
            let Some(before) = self.pick_before(schedule, partner, chance) else { return false };
            if before == task || !self.fits(schedule, partner, schedule.nodes[before as usize].carer) {
                return false;
            }
            schedule.link_after(partner, before);
            return true;
        }
        self.place_by_key(schedule, partner, key, chance)
    }

    /// Puts a task into somebody's route behind what comes before that key, or one further.
    fn place_by_key(&self, schedule: &mut Schedule<'_>, task: u32, key: i64, chance: &mut Chance) -> bool {
        let carers = &self.problem.able_carers[task as usize];
        let Some(carer) = carers.get(chance.below(carers.len())).copied() else { return false };
        if !self.fits(schedule, task, carer) {
            return false;
        }
        let home = self.problem.home(carer);
        let mut before = schedule.nodes[home as usize].prev;
        while before != home && schedule.key_before(before) > key {
            before = schedule.nodes[before as usize].prev;
        }
        match chance.below(4) {
            0 if before != home => before = schedule.nodes[before as usize].prev,
            1 => before = schedule.nodes[before as usize].next,
            _ => {}
        }
        if before == task {
            return false;
        }
        schedule.link_after(task, before);
        true
    }

    fn reassign(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let task = self.pick(schedule, chance);
        if !schedule.is_planned(task) {
            return false;
        }
        let key = schedule.key(self.problem.tasks[task as usize].appointment);
        schedule.unlink(task);
        self.place_by_key(schedule, task, key, chance)
    }

    fn swap(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let task = self.pick(schedule, chance);
        let Some(near) = self.neighbours.pick(task, chance) else { return false };
        if !schedule.is_planned(near) || !schedule.is_planned(task) {
            return false;
        }
        // Either takes the neighbour's place, or the place behind the neighbour.
        let other = if chance.below(2) == 0 { near } else { schedule.nodes[near as usize].next };
        if other >= self.problem.task_count() {
            return false;
        }
        let (one_carer, other_carer) = (schedule.nodes[task as usize].carer, schedule.nodes[other as usize].carer);
        if one_carer == other_carer || !self.fits(schedule, task, other_carer) || !self.fits(schedule, other, one_carer)
        {
            return false;
        }
        let before = schedule.nodes[task as usize].prev;
        let other_before = schedule.nodes[other as usize].prev;
        schedule.unlink(task);
        schedule.unlink(other);
        schedule.link_after(task, other_before);
        schedule.link_after(other, before);
        true
    }

    fn exchange_tails(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let task = self.pick(schedule, chance);
        let Some(before) = self.pick_before(schedule, task, chance) else { return false };
        if !schedule.is_planned(task) {
            return false;
        }
        let other = schedule.nodes[task as usize].prev;
        let (carer, other_carer) = (schedule.nodes[before as usize].carer, schedule.nodes[other as usize].carer);
        if carer == other_carer
            || !schedule.tails_fit(before, other)
            || !self.tail_fits(schedule, before, other, other_carer)
            || !self.tail_fits(schedule, other, before, carer)
        {
            return false;
        }
        schedule.exchange_tails(before, other);
        true
    }

    /// Whether a carer can do everything behind `before`, when their own route is cut behind `cut`.
    fn tail_fits(&self, schedule: &Schedule<'_>, before: u32, cut: u32, carer: u32) -> bool {
        let mut task = schedule.nodes[before as usize].next;
        while let Some(facts) = self.problem.tasks.get(task as usize) {
            if !self.problem.able(task, carer) {
                return false;
            }
            let partner = facts.partner;
            if partner != NONE
                && schedule.nodes[partner as usize].carer == carer
                && schedule.key(facts.appointment) <= schedule.key_before(cut)
            {
                return false;
            }
            task = schedule.nodes[task as usize].next;
        }
        true
    }

    fn take_in(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let patient = self.optional[chance.below(self.optional.len())];
        let (from, to) = self.problem.of_patient[patient];
        if schedule.is_planned(self.problem.appointments[from as usize].first) {
            return false;
        }
        for appointment in from..to {
            let facts = self.problem.appointments[appointment as usize];
            if facts.second == NONE {
                let Some(before) = self.pick_before(schedule, facts.first, chance) else { return false };
                if !self.fits(schedule, facts.first, schedule.nodes[before as usize].carer) {
                    return false;
                }
                schedule.link_after(facts.first, before);
            } else if !self.place_pair(schedule, facts.first, facts.second, chance) {
                return false;
            }
        }
        schedule.leave_out(-1);
        true
    }

    fn leave_out(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let patient = self.optional[chance.below(self.optional.len())];
        let (from, to) = self.problem.of_patient[patient];
        if !schedule.is_planned(self.problem.appointments[from as usize].first) {
            return false;
        }
        for appointment in from..to {
            for task in self.problem.appointments[appointment as usize].tasks() {
                schedule.drop_task(task);
            }
        }
        schedule.leave_out(1);
        true
    }

    fn lunch(&self, schedule: &mut Schedule<'_>, chance: &mut Chance) -> bool {
        let carer = self.lunching[chance.below(self.lunching.len())];
        let node = schedule.lunch_before[carer as usize];
        let place = &schedule.nodes[node as usize];
        let other = if chance.below(2) == 0 { place.next } else { place.prev };
        if other == node {
            return false;
        }
        schedule.move_lunch(carer, other);
        true
    }
}
