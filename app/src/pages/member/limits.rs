//! One's own skills and limits: law for everybody else.

use backend::{Error, MemberSettings};
use domain::{EarningsGuard, Effort, Minutes, Service};
use leptos::prelude::*;
use words::t;

use super::{member, member_tabs};
use crate::{
    components::{
        Action, Choice, Field, Legend, Page, Width, button, checkboxes, form, kept, radios, text_field, told_note,
    },
    names,
    pages::resident::what::capital,
    visitor::Visitor,
};

/// `/member/limits`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    member(&visitor)?;
    let lang = visitor.lang();
    let settings = visitor.backend.member_settings(&visitor.caller).await?;
    let offers = visitor.backend.offers(&visitor.caller).await?.len();
    let kept = kept(&visitor, "limits").await?;
    let title = t!(lang, member.limits_title);
    let told = (visitor.asked("told") == "saved").then(|| told_note(t!(lang, member.told_saved)));
    let number = |name: &'static str, label: String, value: Option<i64>| {
        let before = value.map(|value| value.to_string()).unwrap_or_default();
        text_field(lang, &kept, Field::new(name, label, &kept, before).short())
    };
    let limits = &settings.limits;
    let fields = view! {
        {number("form[visits_a_day]", t!(lang, member.visits_a_day), limits.visits_a_day.map(i64::from))}
        {number("form[minutes_a_day]", t!(lang, member.minutes_a_day), limits.minutes_a_day.map(minutes))}
        {number("form[visits_a_week]", t!(lang, member.visits_a_week), limits.visits_a_week.map(i64::from))}
        {number("form[minutes_a_week]", t!(lang, member.minutes_a_week), limits.minutes_a_week.map(minutes))}
        {number("form[heavy_a_week]", t!(lang, member.heavy_a_week), limits.heavy_a_week.map(i64::from))}
        {number("form[days_in_row]", t!(lang, member.days_in_row), limits.days_in_row.map(i64::from))}
        {number("form[gap]", t!(lang, member.gap), Some(limits.gap.0))}
        {number("form[wished_week]", t!(lang, member.wished_week), settings.wished_week.map(minutes))}
    };
    let furthest = limits.furthest_metres.map(|metres| format!("{},{}", metres / 1_000, metres % 1_000 / 100));
    let furthest =
        Field::new("form[furthest_metres]", t!(lang, member.furthest), &kept, furthest.unwrap_or_default()).short();
    let efforts =
        Effort::ALL.iter().map(|effort| Choice::new(effort.code(), capital(&names::effort(lang, *effort)))).collect();
    let body = view! {
        {member_tabs(&visitor, offers)}
        {kept.summary(lang)}
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <p>{t!(lang, member.limits_lead)}</p>
        {skills(&visitor, &settings)}
        {form(
            "/api/member/limits",
            view! {
                <h2>{t!(lang, member.limits_mine)}</h2>
                <p class="lead">{t!(lang, member.limits_empty)}</p>
                {fields}
                {text_field(lang, &kept, furthest)}
                {radios(
                    lang,
                    &kept,
                    "form[heaviest]",
                    Legend::question(t!(lang, member.heaviest)),
                    limits.heaviest.code(),
                    efforts,
                )}
                {earnings(&visitor, &kept, limits.earnings)}
                {button(Action::Main, t!(lang, member.save_limits))}
            },
        )}
        <p>
            <a href="/my/data">{t!(lang, data.link)}</a>
        </p>
        <p>
            <a href="/my/passkeys">{t!(lang, passkeys.link)}</a>
        </p>
    };
    Ok(Page::new(title, body).width(Width::Member).wrong(kept.has_problems()))
}

fn minutes(length: Minutes) -> i64 {
    length.0
}

fn skills(visitor: &Visitor, settings: &MemberSettings) -> AnyView {
    let lang = visitor.lang();
    let chosen: Vec<String> = settings.skills.iter().map(|service| service.code().to_owned()).collect();
    let choices =
        Service::ALL.iter().map(|service| Choice::new(service.code(), names::service(lang, *service))).collect();
    let nothing = crate::components::Kept::default();
    form(
        "/api/member/skills",
        view! {
            {checkboxes(lang, &nothing, "skills[]", Legend::question(t!(lang, member.skills)), &chosen, choices)}
            {button(Action::Other, t!(lang, member.save_skills))}
        },
    )
}

fn earnings(visitor: &Visitor, kept: &crate::components::Kept, guard: EarningsGuard) -> AnyView {
    let lang = visitor.lang();
    let (code, sum) = match guard {
        EarningsGuard::Off => ("off", String::new()),
        EarningsGuard::Tell(sum) => ("tell", (sum.0 / 100).to_string()),
        EarningsGuard::Wall(sum) => ("wall", (sum.0 / 100).to_string()),
    };
    let choices = vec![
        Choice::new("off", t!(lang, member.earnings_off)),
        Choice::new("tell", t!(lang, member.earnings_tell)),
        Choice::new("wall", t!(lang, member.earnings_wall)),
    ];
    let legend = Legend::question(t!(lang, member.earnings_title)).hint(t!(lang, member.earnings_hint));
    let field = Field::new("form[earnings]", t!(lang, member.earnings_sum), kept, sum).short();
    view! {
        {radios(lang, kept, "form[earnings_guard]", legend, code, choices)}
        {text_field(lang, kept, field)}
    }
    .into_any()
}
