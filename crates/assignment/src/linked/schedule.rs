//! A plan in the making: everybody's route as a linked list, the order that keeps linked visits free of deadlock, and
//! every start and cost, kept up to date change by change and taken back when a change isn't wanted.
//!
//! A change is: [`Schedule::begin`], some of [`unlink`](Schedule::unlink), [`link_after`](Schedule::link_after),
//! [`exchange_tails`](Schedule::exchange_tails), [`move_lunch`](Schedule::move_lunch) and
//! [`choose_window`](Schedule::choose_window); then [`Schedule::order`] (is there an order?) and [`Schedule::settle`]
//! (all times and the cost); then it stands, or [`Schedule::undo`]. Which changes to try is `moves`' affair.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them; this is the hot path")]

mod tails;

use super::problem::{NONE, Problem, index_of};
use super::route::{Breaks, RouteCost};
use super::solution::Cost;

/// Far before, and far after, every key.
const ALWAYS_BEFORE: i64 = -(1 << 60);
const ALWAYS_AFTER: i64 = 1 << 60;
/// Keys follow the clock: a tick is so many keys, so that there is always room between two.
const KEYS_PER_TICK: i64 = 1 << 24;

/// A task, or a carer's start and end, in its route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) next: u32,
    pub(crate) prev: u32,
    /// [`NONE`] while nobody goes.
    pub(crate) carer: u32,
    pub(crate) start: i32,
}

/// The sums that the cost is made of, apart from those that are kept by route.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    travel: i64,
    tardiness: i64,
    largest_tardiness: i32,
    not_preferred: i64,
    left_out: i64,
    waiting: i64,
    extra_time: i64,
    largest_idle: i32,
    missed_lunches: i64,
}

/// A plan in the making.
#[derive(Clone)]
pub(crate) struct Schedule<'p> {
    pub(crate) problem: &'p Problem,
    pub(crate) nodes: Vec<Node>,
    lateness: Vec<i32>,
    /// By appointment: a place in the global order. Along every route they rise.
    keys: Vec<i64>,
    /// By appointment: whether it waits for the second window.
    second_window: Vec<bool>,
    /// By carer: the node before which they have lunch.
    pub(crate) lunch_before: Vec<u32>,
    route_costs: Vec<RouteCost>,
    totals: Totals,
    /// The search doesn't mind a largest tardiness up to here, in ticks.
    tolerated: i32,
    undo: UndoLog,
    pending: Vec<(i64, u32)>,
    seeds: Vec<u32>,
    unordered: Vec<u32>,
    touched_carers: Vec<u32>,
    carer_is_touched: Vec<bool>,
    appointment_is_unordered: Vec<bool>,
}

#[derive(Clone, Default)]
struct UndoLog {
    totals: Totals,
    nodes: Vec<(u32, Node, i32)>,
    keys: Vec<(u32, i64)>,
    lunches: Vec<(u32, u32)>,
    windows: Vec<u32>,
    routes: Vec<(u32, RouteCost)>,
}

impl<'p> Schedule<'p> {
    /// Nobody goes anywhere.
    pub(crate) fn empty(problem: &'p Problem) -> Self {
        let tasks = problem.tasks.len();
        let carers = problem.draft.carers.len();
        let mut nodes = vec![Node { next: NONE, prev: NONE, carer: NONE, start: 0 }; tasks];
        for carer in 0..problem.carer_count() {
            let home = problem.home(carer);
            let start = problem.shift_start[carer as usize];
            nodes.push(Node { next: home, prev: home, carer, start });
        }
        let mut schedule = Self {
            problem,
            nodes,
            lateness: vec![0; tasks],
            keys: vec![0; problem.appointments.len()],
            second_window: vec![false; problem.appointments.len()],
            lunch_before: (0..problem.carer_count()).map(|carer| problem.home(carer)).collect(),
            route_costs: vec![RouteCost::default(); carers],
            totals: Totals::default(),
            tolerated: 0,
            undo: UndoLog::default(),
            pending: Vec::new(),
            seeds: Vec::new(),
            unordered: Vec::new(),
            touched_carers: Vec::new(),
            carer_is_touched: vec![false; carers],
            appointment_is_unordered: vec![false; problem.appointments.len()],
        };
        schedule.totals.left_out = i64::try_from(problem.draft.patients.len()).unwrap_or(i64::MAX);
        for carer in 0..problem.carer_count() {
            let home = problem.home(carer);
            schedule.totals.travel += i64::from(problem.travel(home, home));
            schedule.touch(carer);
        }
        schedule.settle_routes();
        schedule
    }

    /// What the plan costs now.
    pub(crate) fn cost(&self) -> i64 {
        let weights = &self.problem.draft.weights;
        let totals = &self.totals;
        let mut cost = self.fixed_cost()
            + weights.tardiness * totals.tardiness
            + weights.largest_tardiness * i64::from(totals.largest_tardiness);
        if self.problem.costs_of_shifts {
            cost += weights.waiting * totals.waiting
                + weights.extra_time * totals.extra_time
                + weights.largest_idle * i64::from(totals.largest_idle)
                + weights.missed_lunch * totals.missed_lunches;
        }
        cost
    }

    /// The part that is known before any time is: no cost will be below it.
    #[inline]
    fn fixed_cost(&self) -> i64 {
        let weights = &self.problem.draft.weights;
        weights.travel * self.totals.travel + self.totals.not_preferred + weights.left_out * self.totals.left_out
    }

    /// The cost that steers the search: as if the largest tardiness were never below what is tolerated.
    pub(crate) fn steering_cost(&self) -> i64 {
        let excused = i64::from((self.tolerated - self.totals.largest_tardiness).max(0));
        self.cost() + self.problem.draft.weights.largest_tardiness * excused
    }

    /// No steering cost will be below this, whatever the times.
    #[inline]
    pub(crate) fn least_steering_cost(&self) -> i64 {
        self.fixed_cost() + self.problem.draft.weights.largest_tardiness * i64::from(self.tolerated)
    }

    /// The same, part by part.
    pub(crate) fn cost_by_part(&self) -> Cost {
        let totals = &self.totals;
        Cost {
            travel: totals.travel,
            tardiness: totals.tardiness,
            largest_tardiness: i64::from(totals.largest_tardiness),
            waiting: totals.waiting,
            extra_time: totals.extra_time,
            largest_idle: i64::from(totals.largest_idle),
            not_preferred: totals.not_preferred,
            left_out: totals.left_out,
            missed_lunches: totals.missed_lunches,
            weighted: self.cost(),
        }
    }

    /// The largest tardiness, in ticks.
    pub(crate) fn largest_tardiness(&self) -> i32 {
        self.totals.largest_tardiness
    }

    /// How late a task is, in ticks.
    pub(crate) fn lateness(&self, task: u32) -> i32 {
        self.lateness[task as usize]
    }

    /// Whether somebody goes.
    #[inline]
    pub(crate) fn is_planned(&self, task: u32) -> bool {
        self.nodes[task as usize].carer != NONE
    }

    /// An appointment's place in the global order.
    pub(crate) fn key(&self, appointment: u32) -> i64 {
        self.keys[appointment as usize]
    }

    /// The key of a node's appointment; a home is before everything as a start, behind it as an end.
    pub(crate) fn key_before(&self, node: u32) -> i64 {
        self.problem.tasks.get(node as usize).map_or(ALWAYS_BEFORE, |task| self.keys[task.appointment as usize])
    }

    fn key_after(&self, node: u32) -> i64 {
        self.problem.tasks.get(node as usize).map_or(ALWAYS_AFTER, |task| self.keys[task.appointment as usize])
    }

    /// From now on the search doesn't mind a largest tardiness up to so many ticks.
    pub(crate) fn tolerate(&mut self, ticks: u32) {
        self.tolerated = i32::try_from(ticks).unwrap_or(i32::MAX);
    }

    /// Starts a change.
    pub(crate) fn begin(&mut self) {
        self.undo.totals = self.totals;
        self.undo.nodes.clear();
        self.undo.keys.clear();
        self.undo.lunches.clear();
        self.undo.windows.clear();
        self.undo.routes.clear();
    }

    /// Takes the change back.
    pub(crate) fn undo(&mut self) {
        self.totals = self.undo.totals;
        while let Some((index, node, late)) = self.undo.nodes.pop() {
            self.nodes[index as usize] = node;
            if let Some(lateness) = self.lateness.get_mut(index as usize) {
                *lateness = late;
            }
        }
        while let Some((appointment, key)) = self.undo.keys.pop() {
            self.keys[appointment as usize] = key;
        }
        while let Some((carer, node)) = self.undo.lunches.pop() {
            self.lunch_before[carer as usize] = node;
        }
        while let Some(appointment) = self.undo.windows.pop() {
            let second = &mut self.second_window[appointment as usize];
            *second = !*second;
        }
        while let Some((carer, cost)) = self.undo.routes.pop() {
            self.route_costs[carer as usize] = cost;
        }
        self.forget_marks();
    }

    fn forget_marks(&mut self) {
        for carer in self.touched_carers.drain(..) {
            self.carer_is_touched[carer as usize] = false;
        }
        for appointment in self.unordered.drain(..) {
            self.appointment_is_unordered[appointment as usize] = false;
        }
        self.seeds.clear();
        self.pending.clear();
    }

    #[inline]
    fn remember(&mut self, node: u32) {
        let late = self.lateness.get(node as usize).copied().unwrap_or(0);
        self.undo.nodes.push((node, self.nodes[node as usize], late));
    }

    #[inline]
    fn touch(&mut self, carer: u32) {
        if self.problem.costs_of_shifts && !self.carer_is_touched[carer as usize] {
            self.carer_is_touched[carer as usize] = true;
            self.touched_carers.push(carer);
        }
    }

    /// A node whose arrival may be another from now on.
    #[inline]
    fn seed(&mut self, node: u32) {
        if let Some(task) = self.problem.tasks.get(node as usize) {
            self.seeds.push(task.appointment);
        }
    }

    /// Takes a task out of its route. (Of a linked pair both, or put it in again.)
    pub(crate) fn unlink(&mut self, task: u32) {
        let node = self.nodes[task as usize];
        self.remember(task);
        self.remember(node.prev);
        self.remember(node.next);
        self.nodes[node.prev as usize].next = node.next;
        self.nodes[node.next as usize].prev = node.prev;
        self.nodes[task as usize].carer = NONE;
        let problem = self.problem;
        self.totals.travel += i64::from(problem.travel(node.prev, node.next))
            - i64::from(problem.travel(node.prev, task))
            - i64::from(problem.travel(task, node.next));
        self.totals.not_preferred -= problem.dislike(task, node.carer);
        if problem.has_lunch && self.lunch_before[node.carer as usize] == task {
            self.move_lunch(node.carer, node.next);
        }
        self.seed(node.next);
        self.touch(node.carer);
    }

    /// Takes a task out for good: nobody goes.
    pub(crate) fn drop_task(&mut self, task: u32) {
        self.unlink(task);
        self.seed(task);
    }

    /// Puts a task into the route of the node `before`, right after it.
    pub(crate) fn link_after(&mut self, task: u32, before: u32) {
        let Node { next, carer, .. } = self.nodes[before as usize];
        self.remember(task);
        self.remember(before);
        self.remember(next);
        self.nodes[before as usize].next = task;
        self.nodes[next as usize].prev = task;
        let node = &mut self.nodes[task as usize];
        node.prev = before;
        node.next = next;
        node.carer = carer;
        let problem = self.problem;
        self.totals.travel += i64::from(problem.travel(before, task)) + i64::from(problem.travel(task, next))
            - i64::from(problem.travel(before, next));
        self.totals.not_preferred += problem.dislike(task, carer);
        self.seed(next);
        let appointment = problem.tasks[task as usize].appointment;
        if !self.appointment_is_unordered[appointment as usize] {
            self.appointment_is_unordered[appointment as usize] = true;
            self.unordered.push(appointment);
        }
        self.touch(carer);
    }

    /// A carer has lunch before this node of their route; their home is after everything.
    pub(crate) fn move_lunch(&mut self, carer: u32, node: u32) {
        let old = self.lunch_before[carer as usize];
        self.undo.lunches.push((carer, old));
        self.lunch_before[carer as usize] = node;
        self.seed(old);
        self.seed(node);
        self.touch(carer);
    }

    /// The other of the patient's two windows.
    pub(crate) fn choose_window(&mut self, appointment: u32) {
        self.undo.windows.push(appointment);
        let second = &mut self.second_window[appointment as usize];
        *second = !*second;
        self.seeds.push(appointment);
    }

    /// So many patients more (or fewer) are left out.
    pub(crate) fn leave_out(&mut self, patients: i64) {
        self.totals.left_out += patients;
    }

    /// Finds the moved appointments a place in the global order: behind all that come before them in the routes.
    /// `false` where there is none: then undo.
    pub(crate) fn order(&mut self) -> bool {
        let problem = self.problem;
        for index in 0..self.unordered.len() {
            let appointment = self.unordered[index];
            let (mut low, mut high) = (ALWAYS_BEFORE, ALWAYS_AFTER);
            let mut earliest = 0;
            for task in problem.appointments[appointment as usize].tasks() {
                let Node { mut prev, mut next, .. } = self.nodes[task as usize];
                let arrival = self.nodes[prev as usize].start + problem.stay[prev as usize];
                earliest = earliest.max(arrival + problem.travel(prev, task)).max(problem.tasks[task as usize].opens);
                while self.is_unordered(prev) {
                    prev = self.nodes[prev as usize].prev;
                }
                while self.is_unordered(next) {
                    next = self.nodes[next as usize].next;
                }
                low = low.max(self.key_before(prev));
                high = high.min(self.key_after(next));
            }
            if high - low < 2 {
                return false;
            }
            let old = self.keys[appointment as usize];
            if old <= low || old >= high {
                let wished = i64::from(earliest) * KEYS_PER_TICK;
                let margin = ((high - low) / 2).min(KEYS_PER_TICK);
                self.undo.keys.push((appointment, old));
                self.keys[appointment as usize] = wished.clamp(low + margin, high - margin);
            }
            self.appointment_is_unordered[appointment as usize] = false;
            self.seeds.push(appointment);
        }
        self.unordered.clear();
        true
    }

    fn is_unordered(&self, node: u32) -> bool {
        self.problem
            .tasks
            .get(node as usize)
            .is_some_and(|task| self.appointment_is_unordered[task.appointment as usize])
    }

    /// Works out every time that the change has touched, in the global order, and the cost.
    pub(crate) fn settle(&mut self) -> i64 {
        for index in 0..self.seeds.len() {
            self.push(self.seeds[index]);
        }
        self.seeds.clear();
        let mut largest = 0;
        let mut largest_fell = false;
        while let Some((_, appointment)) = self.pending.pop() {
            self.time_appointment(appointment, &mut largest, &mut largest_fell);
        }
        if largest >= self.totals.largest_tardiness {
            self.totals.largest_tardiness = largest;
        } else if largest_fell {
            self.totals.largest_tardiness = self.lateness.iter().copied().max().unwrap_or(0);
        }
        if self.problem.costs_of_shifts {
            self.settle_routes();
        }
        self.steering_cost()
    }

    fn push(&mut self, appointment: u32) {
        let entry = (self.keys[appointment as usize], appointment);
        let mut position = self.pending.len();
        while position > 0 && self.pending[position - 1] < entry {
            position -= 1;
        }
        if position > 0 && self.pending[position - 1] == entry {
            return;
        }
        self.pending.insert(position, entry);
    }

    #[inline]
    fn time_appointment(&mut self, appointment: u32, largest: &mut i32, largest_fell: &mut bool) {
        let problem = self.problem;
        let facts = &problem.appointments[appointment as usize];
        if self.nodes[facts.first as usize].carer == NONE {
            for task in facts.tasks() {
                self.set_start(task, 0, 0, largest, largest_fell);
            }
            return;
        }
        let task = &problem.tasks[facts.first as usize];
        let opens = if self.second_window[appointment as usize] { task.opens_again } else { task.opens };
        let mut first = self.ready(facts.first).max(opens);
        if facts.second != NONE {
            let second = self.ready(facts.second).max(opens).max(first + facts.least);
            first = first.max(second - facts.most);
            let late = problem.tasks[facts.second as usize].lateness(second);
            self.set_start(facts.second, second, late, largest, largest_fell);
        }
        self.set_start(facts.first, first, task.lateness(first), largest, largest_fell);
    }

    /// When a task's carer is there and could begin.
    #[inline]
    fn ready(&self, task: u32) -> i32 {
        let problem = self.problem;
        let Node { prev, carer, .. } = self.nodes[task as usize];
        let arrival = self.nodes[prev as usize].start + problem.stay[prev as usize] + problem.travel(prev, task);
        if problem.has_lunch && self.lunch_before[carer as usize] == task {
            Breaks::of(problem, carer).after_lunch(arrival)
        } else {
            arrival
        }
    }

    #[inline]
    fn set_start(&mut self, task: u32, start: i32, late: i32, largest: &mut i32, largest_fell: &mut bool) {
        let node = self.nodes[task as usize];
        let old_late = self.lateness[task as usize];
        if node.start == start && old_late == late {
            *largest = late.max(*largest);
            return;
        }
        self.undo.nodes.push((task, node, old_late));
        self.nodes[task as usize].start = start;
        self.lateness[task as usize] = late;
        self.totals.tardiness += i64::from(late - old_late);
        *largest = late.max(*largest);
        *largest_fell |= old_late == self.totals.largest_tardiness && late < old_late;
        if node.carer != NONE {
            self.touch(node.carer);
            if let Some(next) = self.problem.tasks.get(node.next as usize) {
                self.push(next.appointment);
            }
        }
    }

    fn settle_routes(&mut self) {
        for index in 0..self.touched_carers.len() {
            let carer = self.touched_carers[index];
            self.carer_is_touched[carer as usize] = false;
            let old = self.route_costs[carer as usize];
            let new = RouteCost::of(self, carer);
            self.undo.routes.push((carer, old));
            self.route_costs[carer as usize] = new;
            self.totals.waiting += i64::from(new.waiting - old.waiting);
            self.totals.extra_time += i64::from(new.extra_time - old.extra_time);
            self.totals.missed_lunches += i64::from(new.missed_lunches - old.missed_lunches);
        }
        if !self.touched_carers.is_empty() && self.problem.draft.weights.largest_idle > 0 {
            self.totals.largest_idle = self.route_costs.iter().map(|cost| cost.idle).max().unwrap_or(0);
        }
        self.touched_carers.clear();
    }

    /// Lets the global order follow the clock again, as far as the routes allow: more moves then find a place in it.
    pub(crate) fn renumber(&mut self) {
        let problem = self.problem;
        let mut order: Vec<u32> = (0..index_of(self.keys.len())).collect();
        order.sort_unstable_by_key(|appointment| (self.keys[*appointment as usize], *appointment));
        for appointment in order {
            let facts = &problem.appointments[appointment as usize];
            let start = self.nodes[facts.first as usize].start;
            let mut key = i64::from(start) * KEYS_PER_TICK;
            if self.is_planned(facts.first) {
                for task in facts.tasks() {
                    key = key.max(self.key_before(self.nodes[task as usize].prev) + (KEYS_PER_TICK >> 12));
                }
            }
            self.keys[appointment as usize] = key;
        }
    }
}
