//! Times, sums, lengths and distances as people say them, in each language. The grammar is in `app/locales/*/time.json`.

use chrono::{Datelike, Days, NaiveDate, Timelike, Weekday};
use domain::{Cents, MinuteOfDay, Minutes, Moment, Span, Zone};
use words::{Lang, t};

/// The wall clock that everybody is shown: the co-op's zone, and today.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The co-op's zone.
    pub zone: Zone,
    /// Now.
    pub now: Moment,
    /// The reader's language.
    pub lang: Lang,
}

impl Clock {
    /// "8", or "8.30" when it isn't a whole hour.
    pub fn time(&self, at: Moment) -> String {
        let local = self.zone.local(at);
        if local.minute() == 0 {
            local.hour().to_string()
        } else {
            t!(self.lang, time.hour_minute, h = local.hour(), m = format!("{:02}", local.minute()))
        }
    }

    /// "8", "8.30": a minute of any day.
    pub fn minute(&self, minute: MinuteOfDay) -> String {
        let (hour, rest) = (minute.get() / 60, minute.get() % 60);
        if rest == 0 && self.lang != Lang::En {
            hour.to_string()
        } else {
            t!(self.lang, time.hour_minute, h = hour, m = format!("{rest:02}"))
        }
    }

    /// "ma–pe 8–16": when the desk answers.
    pub fn desk_hours(&self, coop: &backend::CoopSettings) -> String {
        let (from, to) = coop.desk_hours;
        t!(self.lang, common.phone_hours, from = self.minute(from), to = self.minute(to))
    }

    /// "8–9" (the arrival window).
    pub fn hours(&self, window: Span) -> String {
        t!(self.lang, time.hours, from = self.time(window.start), to = self.time(window.end))
    }

    /// "huomenna", when the day is yesterday, today or tomorrow.
    fn near(&self, date: NaiveDate) -> Option<String> {
        let today = self.zone.date(self.now);
        if date == today {
            Some(t!(self.lang, time.today))
        } else if today.checked_add_days(Days::new(1)) == Some(date) {
            Some(t!(self.lang, time.tomorrow))
        } else if today.checked_sub_days(Days::new(1)) == Some(date) {
            Some(t!(self.lang, time.yesterday))
        } else {
            None
        }
    }

    /// "huomenna, tiistaina 24. marraskuuta".
    pub fn day(&self, at: Moment) -> String {
        self.date_long(self.zone.date(at))
    }

    /// "huomenna, tiistaina 24. marraskuuta", of a date.
    pub fn date_long(&self, date: NaiveDate) -> String {
        let said =
            t!(self.lang, time.date, weekday = self.weekday_on(date), day = date.day(), month = self.month(date));
        match self.near(date) {
            Some(near) => t!(self.lang, time.near_date, near = near, date = said),
            None => said,
        }
    }

    /// "tiistaina".
    pub fn weekday_on(&self, date: NaiveDate) -> String {
        let lang = self.lang;
        match date.weekday() {
            Weekday::Mon => t!(lang, time.on_mon),
            Weekday::Tue => t!(lang, time.on_tue),
            Weekday::Wed => t!(lang, time.on_wed),
            Weekday::Thu => t!(lang, time.on_thu),
            Weekday::Fri => t!(lang, time.on_fri),
            Weekday::Sat => t!(lang, time.on_sat),
            Weekday::Sun => t!(lang, time.on_sun),
        }
    }

    /// "tiistai".
    pub fn weekday(&self, weekday: Weekday) -> String {
        let lang = self.lang;
        match weekday {
            Weekday::Mon => t!(lang, time.mon),
            Weekday::Tue => t!(lang, time.tue),
            Weekday::Wed => t!(lang, time.wed),
            Weekday::Thu => t!(lang, time.thu),
            Weekday::Fri => t!(lang, time.fri),
            Weekday::Sat => t!(lang, time.sat),
            Weekday::Sun => t!(lang, time.sun),
        }
    }

    fn weekday_short(&self, date: NaiveDate) -> String {
        let lang = self.lang;
        match date.weekday() {
            Weekday::Mon => t!(lang, time.short_mon),
            Weekday::Tue => t!(lang, time.short_tue),
            Weekday::Wed => t!(lang, time.short_wed),
            Weekday::Thu => t!(lang, time.short_thu),
            Weekday::Fri => t!(lang, time.short_fri),
            Weekday::Sat => t!(lang, time.short_sat),
            Weekday::Sun => t!(lang, time.short_sun),
        }
    }

    fn month(&self, date: NaiveDate) -> String {
        let lang = self.lang;
        match date.month() {
            1 => t!(lang, time.month_1),
            2 => t!(lang, time.month_2),
            3 => t!(lang, time.month_3),
            4 => t!(lang, time.month_4),
            5 => t!(lang, time.month_5),
            6 => t!(lang, time.month_6),
            7 => t!(lang, time.month_7),
            8 => t!(lang, time.month_8),
            9 => t!(lang, time.month_9),
            10 => t!(lang, time.month_10),
            11 => t!(lang, time.month_11),
            _ => t!(lang, time.month_12),
        }
    }

    /// "ti 24.11."
    pub fn short_date(&self, date: NaiveDate) -> String {
        t!(self.lang, time.short_date, weekday = self.weekday_short(date), day = date.day(), month = date.month())
    }

    /// "24.11.2027": a day that may be in another year.
    pub fn full_date(&self, date: NaiveDate) -> String {
        t!(self.lang, time.full_date, day = date.day(), month = date.month(), year = date.year())
    }

    /// "huomenna ti 24.11.", or "ti 24.11." further away.
    pub fn near_short(&self, at: Moment) -> String {
        let date = self.zone.date(at);
        match self.near(date) {
            Some(near) => t!(self.lang, time.near_short, near = near, date = self.short_date(date)),
            None => self.short_date(date),
        }
    }

    /// "huomenna, tiistaina 24. marraskuuta kello 8–9": how a time is offered.
    pub fn window(&self, window: Span) -> String {
        t!(
            self.lang,
            time.window,
            day = self.day(window.start),
            from = self.time(window.start),
            to = self.time(window.end)
        )
    }

    /// "ti 24.11. kello 8–9".
    pub fn window_short(&self, window: Span) -> String {
        t!(
            self.lang,
            time.window,
            day = self.near_short(window.start),
            from = self.time(window.start),
            to = self.time(window.end)
        )
    }

    /// "24.11. kello 8–9": the big date of the slip.
    pub fn big_date(&self, window: Span) -> String {
        let date = self.zone.date(window.start);
        t!(
            self.lang,
            time.big_date,
            day = date.day(),
            month = date.month(),
            from = self.time(window.start),
            to = self.time(window.end)
        )
    }

    /// "kello 14.30" today, "huomenna kello 12", "ti 24.11. kello 12".
    pub fn at(&self, at: Moment) -> String {
        let date = self.zone.date(at);
        if date == self.zone.date(self.now) {
            return t!(self.lang, time.clock, time = self.time(at));
        }
        let day = self.near(date).unwrap_or_else(|| self.short_date(date));
        t!(self.lang, time.at, day = day, time = self.time(at))
    }

    /// "viimeistään huomenna kello 12".
    pub fn latest(&self, at: Moment) -> String {
        let date = self.zone.date(at);
        let day = self.near(date).unwrap_or_else(|| self.short_date(date));
        t!(self.lang, time.latest, day = day, time = self.time(at))
    }

    /// "tänään kello 14.30 mennessä".
    pub fn by(&self, at: Moment) -> String {
        let date = self.zone.date(at);
        let day = self.near(date).unwrap_or_else(|| self.short_date(date));
        t!(self.lang, time.by, day = day, time = self.time(at))
    }
}

/// "32,00 €" ("€32.00" would be the English way; the euro sign stays behind the sum as in Finland).
pub fn euros(lang: Lang, sum: Cents) -> String {
    let (whole, cents) = sum.euros_and_cents();
    let mark = if lang == Lang::En { '.' } else { ',' };
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit != '-' {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    t!(lang, common.euros, sum = format!("{grouped}{mark}{cents:02}"))
}

/// "150 €": a sum of whole euros; with its cents when there are any.
pub fn whole_euros(lang: Lang, sum: Cents) -> String {
    let mark = if lang == Lang::En { ".00" } else { ",00" };
    euros(lang, sum).replacen(mark, "", 1)
}

/// "40 min", "1 h", "1 h 20 min".
pub fn length(lang: Lang, length: Minutes) -> String {
    let (hours, minutes) = (length.0.div_euclid(60), length.0.rem_euclid(60));
    match (hours, minutes) {
        (0, minutes) => t!(lang, common.minutes, count = minutes),
        (hours, 0) => t!(lang, common.hours, count = hours),
        (hours, minutes) => {
            let (hours, minutes) = (t!(lang, common.hours, count = hours), t!(lang, common.minutes, count = minutes));
            t!(lang, common.hours_minutes, hours = hours, minutes = minutes)
        }
    }
}

/// "350 m", "1,2 km".
pub fn distance(lang: Lang, metres: u32) -> String {
    if metres < 950 {
        return t!(lang, common.metres, n = (metres + 25) / 50 * 50);
    }
    let mark = if lang == Lang::En { '.' } else { ',' };
    let tenths = (metres + 50) / 100;
    t!(lang, common.kilometres, n = format!("{}{mark}{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(lang: Lang) -> Clock {
        let now = Moment::parse("2026-11-23T09:00:00+02:00").unwrap();
        Clock { zone: Zone::HELSINKI, now, lang }
    }

    fn window() -> Span {
        Span::lasting(Moment::parse("2026-11-24T08:00:00+02:00").unwrap(), Minutes(60))
    }

    #[test]
    fn a_time_reads_as_a_sentence_in_every_language() {
        assert_eq!(clock(Lang::Fi).window(window()), "huomenna, tiistaina 24. marraskuuta kello 8–9");
        assert_eq!(clock(Lang::En).window(window()), "tomorrow, Tuesday 24 November, from 8 to 9");
        assert_eq!(clock(Lang::Sv).window(window()), "i morgon tisdag 24 november klockan 8–9");
        assert_eq!(clock(Lang::FiSimple).window(window()), "huomenna, tiistaina 24. marraskuuta kello 8–9");
        assert_eq!(clock(Lang::Fi).big_date(window()), "24.11. kello 8–9");
        assert_eq!(clock(Lang::Sv).big_date(window()), "24.11 klockan 8–9");
        assert_eq!(clock(Lang::En).big_date(window()), "24.11 from 8 to 9");
    }

    #[test]
    fn short_times_read_well_too() {
        assert_eq!(clock(Lang::Fi).window_short(window()), "huomenna ti 24.11. kello 8–9");
        assert_eq!(clock(Lang::Sv).window_short(window()), "i morgon ti 24.11 klockan 8–9");
        assert_eq!(clock(Lang::En).window_short(window()), "tomorrow, Tue 24.11, from 8 to 9");
        let year_on = NaiveDate::from_ymd_opt(2027, 11, 23).unwrap();
        assert_eq!(clock(Lang::Fi).full_date(year_on), "23.11.2027");
    }

    #[test]
    fn half_hours_have_minutes_with_a_point() {
        let at = Moment::parse("2026-11-23T14:30:00+02:00").unwrap();
        assert_eq!(clock(Lang::Fi).by(at), "tänään kello 14.30 mennessä");
        assert_eq!(clock(Lang::Sv).by(at), "senast i dag klockan 14.30");
        assert_eq!(clock(Lang::En).by(at), "today by 14:30");
        assert_eq!(clock(Lang::Fi).latest(window().start), "viimeistään huomenna kello 8");
        assert_eq!(clock(Lang::Sv).latest(window().start), "senast i morgon klockan 8");
        assert_eq!(clock(Lang::En).latest(window().start), "tomorrow by 8 at the latest");
    }

    #[test]
    fn sums_lengths_and_distances() {
        assert_eq!(euros(Lang::Fi, Cents(32_00)), "32,00\u{a0}€");
        assert_eq!(euros(Lang::Fi, Cents(1_600_00)), "1\u{a0}600,00\u{a0}€");
        assert_eq!(whole_euros(Lang::Fi, Cents(1_600_00)), "1\u{a0}600\u{a0}€");
        assert_eq!(whole_euros(Lang::En, Cents(150_50)), "150.50\u{a0}€");
        assert_eq!(length(Lang::Fi, Minutes(80)), "1 h 20 min");
        assert_eq!(length(Lang::FiSimple, Minutes(80)), "1 tunti 20 minuuttia");
        assert_eq!(length(Lang::Sv, Minutes(120)), "2 timmar");
        assert_eq!(length(Lang::En, Minutes(61)), "1 hour 1 min");
        assert_eq!(distance(Lang::Fi, 1_234), "1,2 km");
        assert_eq!(distance(Lang::Fi, 320), "300 m");
    }
}
