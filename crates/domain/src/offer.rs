//! How long a member has to answer.

use crate::{Minutes, Moment};

/// The local hours in which an offer's time runs: 7–20.
pub const OFFER_HOURS: (u16, u16) = (7, 20);

/// When an offer made `now` for a visit that begins at `visit_start` ends (`decisions.md`, "Holding"): after three
/// hours counted within 7–20, at most half the time left until the visit, at least 20 minutes.
///
/// `counted` says how the three hours fall in the co-op's zone: given an instant and a length, the instant at which
/// that length has passed within the day's hours.
pub fn offer_expiry(now: Moment, visit_start: Moment, counted: impl Fn(Moment, Minutes) -> Moment) -> Moment {
    let in_hours = counted(now, Minutes(180));
    let half_left = now.plus_seconds(visit_start.seconds_since(now).div_euclid(2));
    in_hours.min(half_left).max(now + Minutes(20))
}

#[cfg(feature = "server")]
impl crate::Zone {
    /// The instant when `length` has passed since `from`, counting only the local hours of [`OFFER_HOURS`].
    pub fn after_offer_hours(self, from: Moment, length: Minutes) -> Moment {
        let mut left = length.seconds();
        let mut date = self.date(from);
        // Thirteen counted hours a day: a month is far more than any offer lasts.
        for _ in 0..31 {
            let open =
                self.at(date, crate::MinuteOfDay::new(OFFER_HOURS.0 * 60).unwrap_or(crate::MinuteOfDay::MIDNIGHT));
            let close =
                self.at(date, crate::MinuteOfDay::new(OFFER_HOURS.1 * 60).unwrap_or(crate::MinuteOfDay::MIDNIGHT));
            let begin = open.max(from);
            let today = close.seconds_since(begin).max(0);
            if left <= today {
                return begin.plus_seconds(left);
            }
            left -= today;
            date = date.succ_opt().unwrap_or(date);
        }
        from + length
    }
}

#[cfg(feature = "server")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zone;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn expiry(now: &str, visit: &str) -> Moment {
        let zone = Zone::HELSINKI;
        offer_expiry(at(now), at(visit), |from, length| zone.after_offer_hours(from, length))
    }

    #[test]
    fn three_hours_by_day() {
        assert_eq!(expiry("2026-11-23T09:00:00+02:00", "2026-11-25T09:00:00+02:00"), at("2026-11-23T12:00:00+02:00"));
    }

    #[test]
    fn the_night_is_not_counted() {
        assert_eq!(expiry("2026-11-23T19:00:00+02:00", "2026-11-25T09:00:00+02:00"), at("2026-11-24T09:00:00+02:00"));
        assert_eq!(expiry("2026-11-23T22:30:00+02:00", "2026-11-25T09:00:00+02:00"), at("2026-11-24T10:00:00+02:00"));
    }

    #[test]
    fn at_most_half_the_time_left_and_at_least_twenty_minutes() {
        assert_eq!(expiry("2026-11-23T09:00:00+02:00", "2026-11-23T11:00:00+02:00"), at("2026-11-23T10:00:00+02:00"));
        assert_eq!(expiry("2026-11-23T09:00:00+02:00", "2026-11-23T09:10:00+02:00"), at("2026-11-23T09:20:00+02:00"));
    }
}
