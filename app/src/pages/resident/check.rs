//! The answers once more, with the price before and after the household tax credit.

use backend::{CheckView, Error, TimeChoice};
use chrono::Datelike as _;
use domain::{Cents, ContactWay, CreditEligibility, CreditEstimate, credit_terms};
use leptos::prelude::*;
use words::{Lang, t};

use crate::{
    components::{Action, Page, Row, button, form, kept, summary_list},
    format::{Clock, euros, whole_euros},
    names,
    pages::{clock, resident::what::capital},
    visitor::Visitor,
};

/// `/order/check`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    let lang = visitor.lang();
    let clock = clock(&visitor);
    let kept = kept(&visitor, "order-check").await?;
    let view = visitor.backend.draft_check(&visitor.caller).await?;
    let title = t!(lang, order.check_title);
    let key = view.draft.key.to_string();
    let pay = if is_soon(&clock, &view) {
        t!(lang, order.check_pay_soon)
    } else {
        t!(lang, order.check_pay, time = clock.minute(domain::FREE_CANCELLING_UNTIL))
    };
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        {summary_list(lang, rows(&clock, &view))}
        {price(&clock, &view)}
        <p>{pay}</p>
        {form(
            "/api/order/send",
            view! {
                <input r#type="hidden" name="key" value=key />
                {button(Action::Main, names::order_service(lang, view.draft.job.service()))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/order/who").wrong(kept.has_problems()))
}

/// Whether the last moment of free cancelling has passed.
fn is_soon(clock: &Clock, view: &CheckView) -> bool {
    let Some(TimeChoice::Window(window) | TimeChoice::Soonest(window)) = view.draft.time else { return false };
    clock.now >= domain::free_cancelling_until(clock.zone, window.start)
}

fn rows(clock: &Clock, view: &CheckView) -> Vec<Row> {
    let lang = clock.lang;
    let draft = &view.draft;
    let when = match draft.time {
        Some(TimeChoice::Window(window)) => clock.window_short(window),
        Some(TimeChoice::Soonest(window)) => t!(lang, order.check_soonest, latest = clock.latest(window.end)),
        Some(TimeChoice::RingMe) | None => t!(lang, order.check_ring),
    };
    let when = match &view.helper {
        Some(helper) => format!("{when}, {}", helper.given),
        None => when,
    };
    let name = match (&draft.resident, &draft.newcomer) {
        (Some(resident), _) => resident.name.full(),
        (None, Some(newcomer)) => newcomer.name.full(),
        (None, None) => String::new(),
    };
    let phone = draft.newcomer.as_ref().and_then(|n| n.phone.as_ref()).map(domain::PhoneNumber::national);
    let way = draft.contact.map(|way| contact(lang, way));
    let who =
        [Some(name), phone, way].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let strangers = if draft.strangers_welcome == Some(false) {
        t!(lang, order.check_strangers_no)
    } else {
        t!(lang, order.check_strangers_yes)
    };
    let mut rows = vec![
        Row::new(t!(lang, order.check_what), names::job(lang, draft.job)).change("/order"),
        Row::new(t!(lang, order.check_where), draft.home.as_ref().map(domain::Address::line).unwrap_or_default())
            .change("/order/where"),
        Row::new(t!(lang, order.check_when), view! { <b>{capital(&when)}</b> }).change("/order/when"),
        Row::new(t!(lang, order.check_who), who).change("/order/who"),
        Row::new(t!(lang, order.check_strangers), strangers).change("/order/who"),
    ];
    if !draft.note.is_empty() {
        rows.push(Row::new(t!(lang, order.check_note), draft.note.as_str().to_owned()).change("/order/where"));
    }
    rows
}

/// "tekstiviesti".
pub(crate) fn contact(lang: Lang, way: ContactWay) -> String {
    match way {
        ContactWay::Sms => t!(lang, order.contact_sms),
        ContactWay::Call => t!(lang, order.contact_call),
        ContactWay::Lounge => t!(lang, order.contact_lounge),
    }
}

fn price(clock: &Clock, view: &CheckView) -> AnyView {
    let lang = clock.lang;
    let price = view.terms.price;
    let year = match view.draft.time {
        Some(TimeChoice::Window(window) | TimeChoice::Soonest(window)) => clock.zone.date(window.start).year(),
        Some(TimeChoice::RingMe) | None => clock.zone.date(clock.now).year(),
    };
    let year = credit_terms(year);
    let credit = match (view.terms.credit, view.credit) {
        (CreditEligibility::No, _) => t!(lang, order.check_credit_no),
        (CreditEligibility::Conditional, _) => t!(lang, order.check_credit_conditional),
        (CreditEligibility::Eligible, CreditEstimate::Known { back, used }) => t!(
            lang,
            order.check_credit_known,
            back = euros(lang, back),
            used = euros(lang, used),
            after = euros(lang, price - back)
        ),
        (CreditEligibility::Eligible, CreditEstimate::Range { most }) => t!(
            lang,
            order.check_credit_range,
            most = euros(lang, most),
            after = euros(lang, (price - most).max(Cents(0))),
            starts = euros(lang, year.starts_above())
        ),
    };
    let how_credit = t!(
        lang,
        order.check_credit_how_text,
        percent = year.percent,
        own = whole_euros(lang, year.own_share),
        most = whole_euros(lang, year.most)
    );
    let how = (view.terms.credit == CreditEligibility::Eligible).then(|| {
        view! {
            <details class="details">
                <summary class="details__summary">{t!(lang, order.check_credit_how)}</summary>
                <div class="details__text">
                    <p>{how_credit}</p>
                </div>
            </details>
        }
    });
    view! {
        <div class="note">
            <h2 class="note__title">{t!(lang, order.check_price, sum = euros(lang, price))}</h2>
            <p>{credit}</p>
            {how}
        </div>
    }
    .into_any()
}
