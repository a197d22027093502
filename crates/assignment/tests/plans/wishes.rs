//! Visits that are wanted in a random neighbourhood.

use assignment::{Place, Plan, Stands, WantedVisit};
use domain::{Span, VisitId};
use proptest::prelude::*;

use crate::world::{World, clean_world_of, request};

/// A neighbourhood and what is wanted in it.
#[derive(Clone, Debug)]
pub(crate) struct Wanting {
    pub(crate) world: World,
    pub(crate) wanted: Vec<WantedVisit>,
}

pub(crate) fn wish_id(n: usize) -> VisitId {
    let mut bytes = [0xA0; 16];
    bytes[0] = u8::try_from(n % 256).unwrap();
    bytes[1] = u8::try_from(n / 256).unwrap();
    VisitId::from_random(bytes)
}

/// Up to so many members and wishes, every rule switched on.
pub(crate) fn wanting(members: usize, wishes: usize) -> impl Strategy<Value = Wanting> {
    (clean_world_of(1..=members), 1..=members).prop_flat_map(move |(world, most)| {
        let windows = prop::collection::vec((0..14_u64, 6..20_i64, 1..8_i64), 1..4);
        let wish = (request(most), windows, 1..4_u16);
        (Just(world), prop::collection::vec(wish, 0..=wishes)).prop_map(|(world, wishes)| {
            let wanted = wishes
                .into_iter()
                .enumerate()
                .map(|(n, (request, windows, urgency))| {
                    let window = |(day, from, hours): (u64, i64, i64)| {
                        let start = world.days(day, 1).start.plus_seconds(from * 3600);
                        Span { start, end: start.plus_seconds(hours * 3600) }
                    };
                    let windows = windows.into_iter().map(window).collect();
                    WantedVisit { id: wish_id(n), request, windows, urgency, stands: Stands::Nowhere }
                })
                .collect();
            Wanting { world, wanted }
        })
    })
}

/// The same wishes, standing as planned where `stands` makes something of it.
pub(crate) fn standing(
    wanted: &[WantedVisit],
    plan: &Plan,
    stands: impl Fn(usize, Place) -> Stands,
) -> Vec<WantedVisit> {
    let stood = |(n, (wish, planned)): (usize, (&WantedVisit, &assignment::PlannedWish))| WantedVisit {
        stands: planned.place().map_or(Stands::Nowhere, |place| stands(n, place)),
        ..wish.clone()
    };
    wanted.iter().zip(&plan.visits).enumerate().map(stood).collect()
}
