//! The paper slip: the one to print, and looking one up by its code.

use backend::{Error, SlipView};
use domain::{Moment, Span, VisitState};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Field, Page, Row, button, form, kept, summary_list, text_field},
    names,
    pages::clock,
    visitor::Visitor,
};

/// `/order/slip?order=…`: made to be printed; the browser's own print command does it.
pub(crate) async fn print(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let visit = visitor.backend.order_visit(&visitor.caller, visitor.asked("order")).await?;
    let coop = visitor.coop();
    let helper = visit.helper.as_ref().map(|helper| helper.name.given().to_owned());
    let who = match (&visit.state, helper) {
        (VisitState::Offered { .. }, Some(name)) => t!(lang, slip.asked, name = name),
        (VisitState::Open | VisitState::Reserved { .. }, _) => t!(lang, slip.ring),
        (VisitState::Done { .. } | VisitState::Cancelled(_), _) => names::state_code(lang, visit.state.code()),
        (_, Some(name)) => t!(lang, slip.comes, name = name),
        (_, None) => String::new(),
    };
    let title = t!(lang, slip.print_title);
    let back = format!("/order/done?order={}", visit.order);
    let date = (visit.state != VisitState::Open).then(|| {
        view! {
            <p class="slip__day">{clock.weekday(chrono::Datelike::weekday(&clock.zone.date(visit.window.start)))}</p>
            <p class="slip__date">{clock.big_date(visit.window)}</p>
        }
    });
    // Only while it is still true.
    let cancel = t!(lang, slip.cancel, time = clock.minute(domain::FREE_CANCELLING_UNTIL));
    let can_cancel = visit.cancel_free && !visit.state.is_over();
    let body = view! {
        <h1 class="heading no-print">{title.clone()}</h1>
        <p class="no-print">{t!(lang, slip.print_hint)}</p>
        <article class="slip">
            <p class="slip__brand">{t!(lang, common.brand)}</p>
            {date}
            <p class="slip__what">{names::job(lang, visit.job)}</p>
            <p class="slip__who">{who}</p>
            <p class="slip__code">
                {t!(lang, order.done_slip)} ": " <span class="slip__word">{visit.slip.to_string()}</span>
            </p>
            {can_cancel.then(|| view! { <p class="slip__more">{cancel}</p> })}
            <p class="slip__phone">{coop.desk_phone.clone()} ", " {clock.desk_hours(&coop)}</p>
        </article>
    };
    Ok(Page::new(title, body).back(&back))
}

/// `/slip`: word and number, from anybody; it shows no name and no address.
pub(crate) async fn find(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let kept = kept(&visitor, "slip").await?;
    let found = if visitor.asked("found").is_empty() { None } else { found(&visitor).await? };
    let title = t!(lang, slip.title);
    let shown = found.map(|(view, code)| {
        let when = if view.state == "open" { t!(lang, order.check_ring) } else { clock.window(view.window) };
        let rows = vec![
            Row::new(t!(lang, order.done_slip), code),
            Row::new(t!(lang, order.check_what), names::service(lang, view.service)),
            Row::new(t!(lang, order.check_when), when),
            Row::new(t!(lang, slip.state), names::state_code(lang, view.state)),
        ];
        view! {
            {summary_list(lang, rows)}
            <p>{t!(lang, slip.more)}</p>
            <h2>{t!(lang, slip.another)}</h2>
        }
    });
    let word = Field::new("word", t!(lang, slip.word), &kept, "").hint(t!(lang, slip.word_hint));
    let number = Field::new("number", t!(lang, slip.number), &kept, "").hint(t!(lang, slip.number_hint)).code();
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {shown}
        {form(
            "/api/slip",
            view! {
                {text_field(lang, &kept, word)}
                {text_field(lang, &kept, number)}
                {button(Action::Main, t!(lang, slip.find))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/").wrong(kept.has_problems()))
}

/// What was looked up last in this session, as it was then, with the code.
async fn found(visitor: &Visitor) -> Result<Option<(SlipView, String)>, Error> {
    let Some(kept) = visitor.backend.kept_form(&visitor.caller, "slip-found").await? else { return Ok(None) };
    let value = |name: &str| kept.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let moment = |name: &str| value(name).parse().ok().map(Moment::from_seconds);
    let known = ["open", "reserved", "offered", "agreed", "under_way", "started", "done"].into_iter();
    let state = known.into_iter().find(|state| *state == value("state")).unwrap_or("cancelled");
    Ok(match (value("service").parse(), moment("start"), moment("end")) {
        (Ok(service), Some(start), Some(end)) => {
            Some((SlipView { service, window: Span { start, end }, state }, value("code").to_owned()))
        }
        _ => None,
    })
}
