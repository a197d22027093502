//! What a co-op has decided for itself: one row of table `coop`, read when the server starts.

use assignment::CoopRules;
use domain::{CoopId, MinuteOfDay, Minutes, Moment, Span, Urgency, Zone};

use crate::{
    Error,
    ceremonies::RelyingParty,
    sealing::Secrets,
    store::tx::{Tx, optional},
};

#[cfg(any(test, feature = "testing"))]
use crate::store::tx::execute;

/// What begins so soon after the quiet hours is told in them: a message in the morning would come too late to act on.
const SOON_AFTER_NIGHT: Minutes = Minutes(3 * 60);

/// Everything that holds for the whole installation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The co-op whose pages these are.
    pub coop: CoopSettings,
    /// Whether this is the demo neighbourhood.
    pub demo: bool,
    /// Whether members can answer offers by text message: the server was given a gateway that brings answers.
    pub text_answers: bool,
    /// Whether e-mail goes out: the server was given a mail server to hand it to.
    pub emails: bool,
    /// With which door codes are sealed.
    pub(crate) secrets: Secrets,
    /// For whom passkeys are made and taken, where they can be.
    pub(crate) passkeys: Option<RelyingParty>,
}

/// One co-op's own decisions.
#[derive(Clone, Debug)]
pub struct CoopSettings {
    /// Its id.
    pub id: CoopId,
    /// Its name.
    pub name: String,
    /// The desk's number, as people in Finland write it; on every page.
    pub desk_phone: String,
    /// When the desk answers, Monday to Friday, local time: from and to.
    pub desk_hours: (MinuteOfDay, MinuteOfDay),
    /// The co-op's own zone: what everybody is shown.
    pub zone: Zone,
    /// The first minute of the working day and the first one after it, local time.
    pub work_hours: (MinuteOfDay, MinuteOfDay),
    /// How far ahead the earliest arrival is.
    pub notice: Minutes,
    /// Text messages a day at most, over all people, counted in parts as networks bill them.
    pub sms_daily_budget: i64,
    /// When no message goes out that can wait, local time: from and to, over midnight.
    pub quiet_hours: (MinuteOfDay, MinuteOfDay),
    /// How long somebody who leaves can change their mind: after that they are erased. In days, 1–30.
    pub erasure_days: i64,
    /// How long messages are kept, in days, 30–3650.
    pub messages_days: i64,
    /// How long two rows of one person that were put together can be taken apart again, in days, 1–90.
    pub merge_days: i64,
    /// How long somebody is kept whose order nobody ever confirmed, in days, 1–365.
    pub unconfirmed_days: i64,
    /// How long a resident is kept of whom nothing is heard, in years, 1–20.
    pub unheard_years: i64,
}

#[derive(sqlx::FromRow)]
struct CoopRow {
    coop_id: String,
    name: String,
    desk_phone: String,
    desk_opens: i64,
    desk_closes: i64,
    zone: String,
    work_opens: i64,
    work_closes: i64,
    notice: i64,
    sms_daily_budget: i64,
    quiet_from: i64,
    quiet_to: i64,
    erasure_days: i64,
    messages_days: i64,
    merge_days: i64,
    unconfirmed_days: i64,
    unheard_years: i64,
    demo: i64,
}

impl CoopSettings {
    /// What the engine knows of the co-op.
    pub fn rules(&self) -> CoopRules {
        CoopRules { zone: self.zone, opens: self.work_hours.0, closes: self.work_hours.1, notice: self.notice }
    }

    /// By when the desk has rung about what came in at `now`: noon of the next working day.
    pub fn ring_by(&self, now: Moment) -> Moment {
        let mut date = self.zone.date(now);
        let noon = MinuteOfDay::new(12 * 60).unwrap_or(MinuteOfDay::MIDNIGHT);
        // The longest row of days without a working day is under two weeks.
        for _ in 0..14 {
            date = date.succ_opt().unwrap_or(date);
            if is_desk_day(date) {
                break;
            }
        }
        self.zone.at(date, noon)
    }

    /// Whether somebody answers the desk's phone at `now`.
    pub fn desk_is_open(&self, now: Moment) -> bool {
        let date = self.zone.date(now);
        is_desk_day(date) && self.zone.at(date, self.desk_hours.0) <= now && now < self.zone.at(date, self.desk_hours.1)
    }

    /// From when on a message that may wait so long goes out: at once, or when the night is over.
    pub fn goes_out(&self, urgency: Urgency, now: Moment) -> Moment {
        let Some(morning) = self.end_of_night(now) else { return now };
        match urgency {
            Urgency::Now => now,
            Urgency::BeforeIt(at) if at < morning + SOON_AFTER_NIGHT => now,
            Urgency::BeforeIt(_) | Urgency::Morning => morning,
        }
    }

    /// When the quiet hours end in which it is now, if it is.
    fn end_of_night(&self, now: Moment) -> Option<Moment> {
        let (from, to) = self.quiet_hours;
        if from == to {
            return None;
        }
        let today = self.zone.date(now);
        let yesterday = today.pred_opt().unwrap_or(today);
        let nights = [yesterday, today].map(|date| {
            let morning = if to <= from { date.succ_opt().unwrap_or(date) } else { date };
            Span { start: self.zone.at(date, from), end: self.zone.at(morning, to) }
        });
        nights.into_iter().find(|night| night.contains(now)).map(|night| night.end)
    }

    /// Until when a time is held for somebody whom we can only ring (`decisions.md`, "A new resident"): 30 minutes
    /// within the desk's hours, or until its next noon.
    pub fn reserved_until(&self, now: Moment) -> Moment {
        if self.desk_is_open(now) { now + Minutes(30) } else { self.next_noon(now) }
    }

    fn next_noon(&self, now: Moment) -> Moment {
        let today = self.zone.date(now);
        let noon = self.zone.at(today, MinuteOfDay::new(12 * 60).unwrap_or(MinuteOfDay::MIDNIGHT));
        if is_desk_day(today) && now < noon { noon } else { self.ring_by(now) }
    }
}

fn is_desk_day(date: chrono::NaiveDate) -> bool {
    use chrono::{Datelike, Weekday};
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !domain::is_holiday(date)
}

/// The installation's co-op. The migrations make one.
pub(crate) async fn load(tx: &mut Tx) -> Result<Settings, Error> {
    let row = optional!(
        tx,
        CoopRow,
        "select coop_id, name, desk_phone, desk_opens, desk_closes, zone, work_opens, work_closes, notice, \
         sms_daily_budget, quiet_from, quiet_to, erasure_days, messages_days, merge_days, unconfirmed_days, \
         unheard_years, demo from coop order by coop_id limit 1"
    )?
    .ok_or_else(|| Error::stored("no co-op"))?;
    read(row)
}

fn read(row: CoopRow) -> Result<Settings, Error> {
    let minute = |minute: i64| {
        u16::try_from(minute).ok().and_then(MinuteOfDay::new).ok_or_else(|| Error::stored("coop: minute of day"))
    };
    Ok(Settings {
        coop: CoopSettings {
            id: row.coop_id.parse().map_err(Error::stored)?,
            name: row.name,
            desk_phone: row.desk_phone,
            desk_hours: (minute(row.desk_opens)?, minute(row.desk_closes)?),
            zone: Zone::named(&row.zone).ok_or_else(|| Error::stored("coop: zone"))?,
            work_hours: (minute(row.work_opens)?, minute(row.work_closes)?),
            notice: Minutes(row.notice),
            sms_daily_budget: row.sms_daily_budget,
            quiet_hours: (minute(row.quiet_from)?, minute(row.quiet_to)?),
            erasure_days: row.erasure_days,
            messages_days: row.messages_days,
            merge_days: row.merge_days,
            unconfirmed_days: row.unconfirmed_days,
            unheard_years: row.unheard_years,
        },
        demo: row.demo != 0,
        text_answers: false,
        emails: false,
        secrets: Secrets::default(),
        passkeys: None,
    })
}

/// The co-op decides on another number of text messages a day.
#[cfg(any(test, feature = "testing"))]
pub(crate) async fn set_daily_texts(tx: &mut Tx, most: i64) -> Result<(), Error> {
    let coop = tx.settings().coop.id.to_string();
    execute!(tx, "update coop set sms_daily_budget = $2 where coop_id = $1", coop, most)?;
    Ok(())
}

/// What stands in for the settings while they are being read.
pub(crate) fn unread() -> Settings {
    Settings {
        coop: CoopSettings {
            id: CoopId::from_random([0; 16]),
            name: String::new(),
            desk_phone: String::new(),
            desk_hours: (MinuteOfDay::MIDNIGHT, MinuteOfDay::MIDNIGHT),
            zone: Zone::HELSINKI,
            work_hours: (MinuteOfDay::MIDNIGHT, MinuteOfDay::MIDNIGHT),
            notice: Minutes(0),
            sms_daily_budget: 0,
            quiet_hours: (MinuteOfDay::MIDNIGHT, MinuteOfDay::MIDNIGHT),
            erasure_days: 0,
            messages_days: 365,
            merge_days: 0,
            unconfirmed_days: 30,
            unheard_years: 5,
        },
        demo: false,
        text_answers: false,
        emails: false,
        secrets: Secrets::default(),
        passkeys: None,
    }
}
