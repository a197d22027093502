//! Two carers exchange the rest of their days: everything behind one node for everything behind another.
#![expect(clippy::indexing_slicing, reason = "indices come from the problem, which made them; this is the hot path")]

use super::Schedule;

impl Schedule<'_> {
    /// Whether two tails may be exchanged after these nodes without disturbing the global order.
    pub(crate) fn tails_fit(&self, one: u32, other: u32) -> bool {
        let (one_tail, other_tail) = (self.nodes[one as usize].next, self.nodes[other as usize].next);
        self.key_before(one) < self.key_after(other_tail) && self.key_before(other) < self.key_after(one_tail)
    }

    /// The rest of the route after `one` and after `other` change places.
    pub(crate) fn exchange_tails(&mut self, one: u32, other: u32) {
        let problem = self.problem;
        let (one_carer, other_carer) = (self.nodes[one as usize].carer, self.nodes[other as usize].carer);
        let (one_home, other_home) = (problem.home(one_carer), problem.home(other_carer));
        let (one_tail, other_tail) = (self.nodes[one as usize].next, self.nodes[other as usize].next);
        let (one_last, other_last) = (self.nodes[one_home as usize].prev, self.nodes[other_home as usize].prev);
        let one_lunch = self.change_carer(one_tail, one_home, other_carer);
        let other_lunch = self.change_carer(other_tail, other_home, one_carer);
        let before = self.travel_of_cut(one, one_tail, one_last, one_home)
            + self.travel_of_cut(other, other_tail, other_last, other_home);
        for node in [one, other, one_home, other_home] {
            self.remember(node);
        }
        self.hang(one, other_tail, other_last, one_home, other_home);
        self.hang(other, one_tail, one_last, other_home, one_home);
        let (one_tail, other_tail) = (self.nodes[one as usize].next, self.nodes[other as usize].next);
        let (one_last, other_last) = (self.nodes[one_home as usize].prev, self.nodes[other_home as usize].prev);
        self.totals.travel += self.travel_of_cut(one, one_tail, one_last, one_home)
            + self.travel_of_cut(other, other_tail, other_last, other_home)
            - before;
        if problem.has_lunch {
            if let Some(node) = one_lunch {
                self.move_lunch(one_carer, other_lunch.unwrap_or(one_tail));
                if other_lunch.is_some() {
                    self.move_lunch(other_carer, node);
                }
            } else if other_lunch.is_some() {
                self.move_lunch(other_carer, other_tail);
            }
        }
        self.seed(one_tail);
        self.seed(other_tail);
        self.touch(one_carer);
        self.touch(other_carer);
    }

    /// Gives a tail to another carer; tells the node in it before which its old carer had lunch.
    fn change_carer(&mut self, tail: u32, home: u32, carer: u32) -> Option<u32> {
        let problem = self.problem;
        let mut lunch = None;
        let mut task = tail;
        while task != home {
            self.remember(task);
            let old = self.nodes[task as usize].carer;
            self.totals.not_preferred += problem.dislike(task, carer) - problem.dislike(task, old);
            if problem.has_lunch && self.lunch_before[old as usize] == task {
                lunch = Some(task);
            }
            let node = &mut self.nodes[task as usize];
            node.carer = carer;
            task = node.next;
        }
        lunch
    }

    /// The two legs of a route that a tail's exchange changes; one where the tail is empty.
    fn travel_of_cut(&self, before: u32, tail: u32, last: u32, home: u32) -> i64 {
        let first = i64::from(self.problem.travel(before, tail));
        if tail == home { first } else { first + i64::from(self.problem.travel(last, home)) }
    }

    fn hang(&mut self, before: u32, tail: u32, last: u32, home: u32, old_home: u32) {
        if tail == old_home {
            self.nodes[before as usize].next = home;
            self.nodes[home as usize].prev = before;
        } else {
            self.nodes[before as usize].next = tail;
            self.nodes[tail as usize].prev = before;
            self.remember(last);
            self.nodes[last as usize].next = home;
            self.nodes[home as usize].prev = last;
        }
    }
}
