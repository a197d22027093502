//! What stands and can't be shown to the search: it stays where it is.
//!
//! A shift begins at midnight and ends a rest before the next (see `layout`, "Over midnight"). A visit that stands so that
//! its member sets out the evening before isn't possible in any shift, though it rightly stands. The search would take it
//! for undone and give its member's day to somebody else. So it is pinned, like what is agreed, and the rest is laid out
//! around it: which may take the room of another such visit, so that this is repeated until all that is left can stand.

use std::collections::BTreeSet;

use super::{
    BadProblem, WantedVisit,
    layout::{Layout, sound},
};
use crate::{Snapshot, routes::could_stand};

impl<'a> Layout<'a> {
    /// Lays out the wishes.
    pub(super) fn new(snapshot: &Snapshot, wanted: &'a [WantedVisit]) -> Result<Self, BadProblem> {
        sound(snapshot, wanted)?;
        let mut stay = BTreeSet::new();
        loop {
            let layout = Self::but_for(&stay, snapshot, wanted)?;
            let more: Vec<usize> = layout.impossible_where_they_stand().collect();
            if more.is_empty() {
                return Ok(layout);
            }
            stay.extend(more);
        }
    }

    /// The wishes that stand where no shift can hold them.
    fn impossible_where_they_stand(&self) -> impl Iterator<Item = usize> {
        (0_u32..).zip(&self.wish_of).filter(|(job, _)| !could_stand(&self.problem, *job)).filter_map(|(_, wish)| *wish)
    }
}
