//! The words of messages: short, plain, and without a street or a door code.

use domain::{Message, Minutes, Moment, Span};
use words::t;

use crate::{format::Clock, names};

/// A message in the reader's language.
pub(crate) fn text(clock: &Clock, message: &Message) -> String {
    // A dash outside the phones' own alphabet (GSM 03.38) would make one text message three.
    words(clock, message).replace('–', "-")
}

fn words(clock: &Clock, message: &Message) -> String {
    let lang = clock.lang;
    let window = |start: Moment| clock.window_short(Span::lasting(start, Minutes(60)));
    match message {
        Message::SignInCode { code } => t!(lang, message.sign_in_code, code = code, minutes = backend::CODE_GOOD_FOR.0),
        Message::OrderReceived { job, window: at, helper, slip, .. } => t!(
            lang,
            message.order_received,
            job = names::service(lang, job.service()),
            window = window(*at),
            name = helper,
            slip = slip
        ),
        Message::RequestReceived { job, by, slip, .. } => t!(
            lang,
            message.request_received,
            job = names::service(lang, job.service()),
            by = clock.by(*by),
            slip = slip
        ),
        Message::NewOffer { job, window: at, district, expires, .. } => t!(
            lang,
            message.new_offer,
            job = names::job(lang, *job),
            window = window(*at),
            district = district,
            by = clock.by(*expires)
        ),
        Message::VisitAgreed { job, window: at, helper, .. } => t!(
            lang,
            message.visit_agreed,
            job = names::service(lang, job.service()),
            window = window(*at),
            name = helper
        ),
        Message::HelperChanged { job, window: at, helper, .. } => t!(
            lang,
            message.helper_changed,
            job = names::service(lang, job.service()),
            window = window(*at),
            name = helper
        ),
        Message::NobodyFound { job, window: at, by, .. } => t!(
            lang,
            message.nobody_found,
            job = names::service(lang, job.service()),
            window = window(*at),
            by = clock.by(*by)
        ),
        Message::OnTheWay { job, helper, .. } => {
            t!(lang, message.on_the_way, job = names::service(lang, job.service()), name = helper)
        }
        Message::VisitDone { job, helper, .. } => {
            t!(lang, message.visit_done, job = names::service(lang, job.service()), name = helper)
        }
        Message::OfferWithdrawn { job, window: at, .. } => {
            t!(lang, message.offer_withdrawn, job = names::service(lang, job.service()), window = window(*at))
        }
        Message::VisitCancelled { job, window: at, note, .. } => {
            let text =
                t!(lang, message.visit_cancelled, job = names::service(lang, job.service()), window = window(*at));
            if note.is_empty() { text } else { format!("{text} {note}") }
        }
        Message::StartChanged { job, start, .. } => {
            t!(lang, message.start_changed, job = names::service(lang, job.service()), time = clock.at(*start))
        }
        Message::MarkedAway { last, visits: 0, .. } => {
            t!(lang, message.marked_away_free, last = clock.short_date(*last))
        }
        Message::MarkedAway { last, .. } => t!(lang, message.marked_away, last = clock.short_date(*last)),
        Message::MandateRevoked { resident } => t!(lang, message.mandate_revoked, name = resident),
        Message::MandateEnded { holder: Some(holder) } => t!(lang, message.mandate_ended, name = holder),
        Message::MandateEnded { holder: None } => t!(lang, message.mandate_ended_lounge),
        Message::VisitMoved { job, window: at, helper, .. } => t!(
            lang,
            message.visit_moved,
            job = names::service(lang, job.service()),
            window = window(*at),
            name = helper
        ),
    }
}
