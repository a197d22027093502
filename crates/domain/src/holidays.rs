//! Finnish public holidays, computed (`finland.md`, "Calendar and time").

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Whether the date is a public holiday or one of the two eves that are free in practice.
/// On these days the co-op clears snow and does nothing else.
pub fn is_holiday(date: NaiveDate) -> bool {
    let fixed = matches!((date.month(), date.day()), (1, 1 | 6) | (5, 1) | (12, 6 | 24 | 25 | 26));
    fixed || is_midsummer(date) || is_all_saints(date) || is_by_easter(date)
}

/// Midsummer Day is the Saturday of 20–26 June; its eve is free in practice.
fn is_midsummer(date: NaiveDate) -> bool {
    let day = date.day();
    date.month() == 6
        && match date.weekday() {
            Weekday::Sat => (20..=26).contains(&day),
            Weekday::Fri => (19..=25).contains(&day),
            _ => false,
        }
}

/// All Saints' Day is the Saturday of 31 October – 6 November.
fn is_all_saints(date: NaiveDate) -> bool {
    date.weekday() == Weekday::Sat && matches!((date.month(), date.day()), (10, 31) | (11, 1..=6))
}

fn is_by_easter(date: NaiveDate) -> bool {
    let Some(easter) = easter_sunday(date.year()) else { return false };
    let after = date.signed_duration_since(easter).num_days();
    // Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday.
    matches!(after, -2 | 0 | 1 | 39 | 49)
}

/// Easter Sunday of the Gregorian calendar, by the anonymous ("Meeus/Jones/Butcher") method.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let century = year.div_euclid(100);
    let in_century = year.rem_euclid(100);
    let moon_shift = (century + 8).div_euclid(25);
    let correction = (century - moon_shift + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - correction + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * in_century.div_euclid(4) - epact - in_century.rem_euclid(4))
        .rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days = epact + weekday - 7 * late + 21;
    // `days` counts from 1 March.
    NaiveDate::from_ymd_opt(year, 3, 1)?.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn the_holidays_that_finland_md_names() {
        for (month, day) in [(1, 1), (1, 6), (4, 3), (4, 5), (4, 6), (5, 1), (5, 14), (6, 20), (10, 31), (12, 6)] {
            assert!(is_holiday(on(2026, month, day)), "2026-{month}-{day}");
        }
        for (month, day) in [(3, 28), (5, 6), (6, 25), (6, 26), (11, 6), (12, 24), (12, 25), (12, 26)] {
            assert!(is_holiday(on(2027, month, day)), "2027-{month}-{day}");
        }
    }

    #[test]
    fn an_ordinary_tuesday_is_not_one() {
        assert!(!is_holiday(on(2026, 11, 24)));
        assert!(!is_holiday(on(2026, 6, 26)));
        assert_eq!(easter_sunday(2000), Some(on(2000, 4, 23)));
        assert_eq!(easter_sunday(2038), Some(on(2038, 4, 25)));
    }
}
