//! A member falls ill: both ends of the trade.

use assignment::{Difference, Evaluations, Stands, check_planned, fallen_ill, plan};
use proptest::prelude::*;

use crate::{
    wishes::{Wanting, standing, wanting},
    world::member_id,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn at_once_nothing_else_moves_and_searching_never_helps_fewer(wanting in wanting(5, 12)) {
        let Wanting { world, wanted } = &wanting;
        let first = plan(&world.snapshot, wanted, 1, &mut Evaluations(100)).unwrap();
        let told = standing(wanted, &first, |_, place| Stands::Movable(place));
        let accepted = first.accepted(&world.snapshot, wanted);
        let (ill, away) = (member_id(1), world.days(0, 16));
        let trade = fallen_ill(&accepted, &told, ill, away, 3, &mut Evaluations(300)).unwrap();

        for answer in [&trade.at_once, &trade.searched] {
            prop_assert_eq!(check_planned(&accepted, &told, answer), vec![]);
            prop_assert!(answer.visits.iter().all(|wish| wish.place().is_none_or(|place| place.member != ill)));
        }
        for (wish, planned) in told.iter().zip(&trade.at_once.visits) {
            let theirs = wish.place().is_some_and(|place| place.member == ill);
            let kept = matches!(planned.difference, Difference::Kept | Difference::New);
            prop_assert!(kept || theirs, "{:?}", planned);
        }
        let urgency = |plan: &assignment::Plan| -> u32 {
            let open = plan.visits.iter().zip(wanted).filter(|(planned, _)| planned.place().is_none());
            open.map(|(_, wish)| u32::from(wish.urgency)).sum()
        };
        prop_assert!(urgency(&trade.searched) <= urgency(&trade.at_once));
    }
}
