//! What a visit does to a member's own limits, for their eyes only.

use assignment::{MemberPlan, PlannedVisit};
use domain::{Cents, EarningsGuard, Effort, Minutes, Moment, Span, Zone};

use crate::views::LimitEffect;

/// The sums of the day, the week and the month in which `at` lies, everything that holds the member's time included.
pub(crate) fn limit_effect(zone: Zone, plan: &MemberPlan, at: Moment) -> LimitEffect {
    let date = zone.date(at);
    let within = |span: Span| plan.visits.iter().filter(move |visit| span.contains(visit.start));
    let minutes = |span| within(span).map(|visit: &PlannedVisit| visit.minutes).sum::<Minutes>();
    let count = |visits: usize| u32::try_from(visits).unwrap_or(u32::MAX);
    let (day, week, month) = (zone.day(date).span, zone.week(date), zone.month(date));
    let watched = match plan.limits.earnings {
        EarningsGuard::Off => None,
        EarningsGuard::Tell(sum) | EarningsGuard::Wall(sum) => Some(sum),
    };
    LimitEffect {
        week_minutes: (minutes(week), plan.limits.minutes_a_week),
        day_minutes: (minutes(day), plan.limits.minutes_a_day),
        week_visits: (count(within(week).count()), plan.limits.visits_a_week),
        week_heavy: (
            count(within(week).filter(|visit| visit.effort == Effort::Heavy).count()),
            plan.limits.heavy_a_week,
        ),
        month_pay: (within(month).map(|visit| visit.pay).sum::<Cents>(), watched),
    }
}
