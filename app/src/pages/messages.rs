//! The words of messages: short, plain, and without a street or a door code.

use domain::{JobKind, Message, MessageKind, Minutes, Moment, Span, TextAnswer, gsm};
use words::{Lang, t};

use crate::{format::Clock, names};

/// A message in the reader's language, in the phones' own alphabet wherever it can be said in it.
pub fn text(clock: &Clock, message: &Message) -> String {
    gsm::plain(&words(clock, message))
}

/// What an e-mail is about: its kind and nothing of anybody.
pub fn subject(lang: Lang, kind: MessageKind) -> String {
    match kind {
        MessageKind::SignInCode => t!(lang, email.subject_sign_in_code),
        MessageKind::OrderReceived => t!(lang, email.subject_order_received),
        MessageKind::RequestReceived => t!(lang, email.subject_request_received),
        MessageKind::NewOffer => t!(lang, email.subject_new_offer),
        MessageKind::VisitAgreed => t!(lang, email.subject_visit_agreed),
        MessageKind::HelperChanged => t!(lang, email.subject_helper_changed),
        MessageKind::NobodyFound => t!(lang, email.subject_nobody_found),
        MessageKind::OnTheWay => t!(lang, email.subject_on_the_way),
        MessageKind::VisitDone => t!(lang, email.subject_visit_done),
        MessageKind::OfferWithdrawn => t!(lang, email.subject_offer_withdrawn),
        MessageKind::VisitCancelled => t!(lang, email.subject_visit_cancelled),
        MessageKind::VisitMoved => t!(lang, email.subject_visit_moved),
        MessageKind::StartChanged => t!(lang, email.subject_start_changed),
        MessageKind::MarkedAway => t!(lang, email.subject_marked_away),
        MessageKind::Reminder => t!(lang, email.subject_reminder),
        MessageKind::Answered => t!(lang, email.subject_answered),
        MessageKind::Invited => t!(lang, email.subject_invited),
        MessageKind::MandateAsked => t!(lang, email.subject_mandate_asked),
        MessageKind::MandateGranted => t!(lang, email.subject_mandate_granted),
        MessageKind::MandateGiven => t!(lang, email.subject_mandate_given),
        MessageKind::MandateRevoked => t!(lang, email.subject_mandate_revoked),
        MessageKind::MandateEnded => t!(lang, email.subject_mandate_ended),
        MessageKind::PhoneLinked => t!(lang, email.subject_phone_linked),
        MessageKind::PasskeyMade => t!(lang, email.subject_passkey_made),
        MessageKind::PasskeyCopied => t!(lang, email.subject_passkey_copied),
        MessageKind::NumberChanged => t!(lang, email.subject_number_changed),
        MessageKind::EmailSet => t!(lang, email.subject_email_set),
    }
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
        Message::NewOffer { job, window: at, district, expires, answer, .. } => {
            let asked = t!(
                lang,
                message.new_offer,
                job = names::job(lang, *job),
                window = window(*at),
                district = district,
                by = clock.by(*expires)
            );
            match answer {
                Some(yes) => format!("{asked} {}", t!(lang, message.new_offer_answer, yes = yes, no = yes + 1)),
                None => asked,
            }
        }
        Message::Reminder { job, window: at, helper, .. } => {
            t!(lang, message.reminder, job = names::service(lang, job.service()), window = window(*at), name = helper)
        }
        Message::Answered { outcome, job, window } => answered(clock, *outcome, job.zip(*window)),
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
        Message::Invited { resident } => t!(lang, message.invited, name = resident),
        Message::MandateAsked { asker, phone, .. } => t!(lang, message.mandate_asked, name = asker, phone = phone),
        Message::MandateGranted { resident } => t!(lang, message.mandate_granted, name = resident),
        Message::MandateGiven { holder } => t!(lang, message.mandate_given, name = holder),
        Message::MandateRevoked { resident } => t!(lang, message.mandate_revoked, name = resident),
        Message::MandateEnded { holder: Some(holder) } => t!(lang, message.mandate_ended, name = holder),
        Message::MandateEnded { holder: None } => t!(lang, message.mandate_ended_lounge),
        Message::NumberChanged => t!(lang, message.number_changed),
        Message::EmailSet => t!(lang, message.email_set),
        Message::PhoneLinked { name } => t!(lang, message.phone_linked, phone = name),
        Message::PasskeyMade { name } => t!(lang, message.passkey_made, name = name),
        Message::PasskeyCopied { name } => t!(lang, message.passkey_copied, name = name),
        Message::VisitMoved { job, window: at, helper, .. } => t!(
            lang,
            message.visit_moved,
            job = names::service(lang, job.service()),
            window = window(*at),
            name = helper
        ),
    }
}

/// What came of an answer by text message, and to what.
fn answered(clock: &Clock, outcome: TextAnswer, about: Option<(JobKind, Moment)>) -> String {
    let lang = clock.lang;
    let words = match outcome {
        TextAnswer::Taken => t!(lang, message.answered_taken),
        TextAnswer::Declined => t!(lang, message.answered_declined),
        TextAnswer::TooLate => t!(lang, message.answered_too_late),
        TextAnswer::Unclear => t!(lang, message.answered_unclear),
        TextAnswer::WhichOne => t!(lang, message.answered_which),
        TextAnswer::NothingAsked => t!(lang, message.answered_nothing_asked),
    };
    match about {
        Some((job, at)) => {
            let window = clock.window_short(Span::lasting(at, Minutes(60)));
            format!("{words} {}", t!(lang, message.answered_about, job = names::job(lang, job), window = window))
        }
        None => words,
    }
}
