//! The hours of the usual week.

use backend::Error;
use chrono::Weekday;
use domain::MinuteOfDay;
use leptos::prelude::*;
use words::t;

use super::{member, member_tabs};
use crate::{
    components::{Action, Field, Page, Width, button, form, kept, text_field, told_note},
    pages::{clock, resident::what::capital},
    visitor::Visitor,
};

/// The days with the names of their two fields, plain and as posted.
const DAYS: [(Weekday, [&str; 2], [&str; 2]); 7] = [
    (Weekday::Mon, ["mon_from", "mon_to"], ["form[mon_from]", "form[mon_to]"]),
    (Weekday::Tue, ["tue_from", "tue_to"], ["form[tue_from]", "form[tue_to]"]),
    (Weekday::Wed, ["wed_from", "wed_to"], ["form[wed_from]", "form[wed_to]"]),
    (Weekday::Thu, ["thu_from", "thu_to"], ["form[thu_from]", "form[thu_to]"]),
    (Weekday::Fri, ["fri_from", "fri_to"], ["form[fri_from]", "form[fri_to]"]),
    (Weekday::Sat, ["sat_from", "sat_to"], ["form[sat_from]", "form[sat_to]"]),
    (Weekday::Sun, ["sun_from", "sun_to"], ["form[sun_from]", "form[sun_to]"]),
];

/// `/member/hours`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let settings = visitor.backend.member_settings(&visitor.caller).await?;
    let offers = visitor.backend.offers(&visitor.caller).await?.len();
    let kept = kept(&visitor, "hours").await?;
    let title = t!(lang, member.hours_title);
    let told = (visitor.asked("told") == "saved").then(|| told_note(t!(lang, member.told_saved)));
    let rows = DAYS
        .into_iter()
        .map(|(day, [from, to], [from_posted, to_posted])| {
            let hours = settings.hours.on(day).next();
            let shown = |minute: Option<MinuteOfDay>| minute.map(written).unwrap_or_default();
            let name = capital(&clock.weekday(day));
            let field = |plain: &'static str, posted: &'static str, label: String, before: String| {
                let field = Field::new(plain, label, &kept, before).short();
                text_field(lang, &kept, Field { name: posted, ..field })
            };
            view! {
                <fieldset class="field">
                    <legend class="field__legend">{name.clone()}</legend>
                    <div class="hours-row">
                        {field(from, from_posted, t!(lang, member.from), shown(hours.map(|hours| hours.from)))}
                        {field(to, to_posted, t!(lang, member.to), shown(hours.map(|hours| hours.to)))}
                    </div>
                </fieldset>
            }
        })
        .collect_view();
    let body = view! {
        {member_tabs(&visitor, offers)}
        {kept.summary(lang)}
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, member.hours_lead)}</p>
        <p>{t!(lang, member.hours_example)}</p>
        {form(
            "/api/member/hours",
            view! {
                {rows}
                {button(Action::Main, t!(lang, member.save_hours))}
            },
        )}
    };
    Ok(Page::new(title, body).width(Width::Member).wrong(kept.has_problems()))
}

/// "8", "8.30".
fn written(minute: MinuteOfDay) -> String {
    let (hours, minutes) = (minute.get() / 60, minute.get() % 60);
    if minutes == 0 { hours.to_string() } else { format!("{hours}.{minutes:02}") }
}
