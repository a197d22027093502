//! The words for values of the domain: one function a kind of value, so that no page spells them on its own.

use assignment::{Change, Failure, Reasons, Rule, Term};
use domain::{Effort, JobKind, Language, PersonName, Problem, Service, VisitState};
use words::{Lang, t};

use crate::format::{self, Clock};

/// A person's name; of somebody who has been erased, that they were.
pub fn person(lang: Lang, name: &PersonName) -> String {
    if name.is_erased() { t!(lang, data.erased_person) } else { name.full() }
}

/// Every language, by its own name, to choose one of.
pub fn languages() -> Vec<(String, String)> {
    Language::ALL.iter().map(|known| (known.code().to_owned(), language(*known).1)).collect()
}

/// "Lumityöt".
pub fn service(lang: Lang, service: Service) -> String {
    match service {
        Service::Snow => t!(lang, job.snow),
        Service::Garden => t!(lang, job.garden),
        Service::Cleaning => t!(lang, job.cleaning),
        Service::Shopping => t!(lang, job.shopping),
        Service::Accompaniment => t!(lang, job.accompaniment),
    }
}

/// "pihan, polun tai portaiden lumet".
pub fn service_hint(lang: Lang, service: Service) -> String {
    match service {
        Service::Snow => t!(lang, job.snow_hint),
        Service::Garden => t!(lang, job.garden_hint),
        Service::Cleaning => t!(lang, job.cleaning_hint),
        Service::Shopping => t!(lang, job.shopping_hint),
        Service::Accompaniment => t!(lang, job.accompaniment_hint),
    }
}

/// "Tilaa lumityöt": a verb with its object on the button.
pub fn order_service(lang: Lang, service: Service) -> String {
    match service {
        Service::Snow => t!(lang, job.order_snow),
        Service::Garden => t!(lang, job.order_garden),
        Service::Cleaning => t!(lang, job.order_cleaning),
        Service::Shopping => t!(lang, job.order_shopping),
        Service::Accompaniment => t!(lang, job.order_accompaniment),
    }
}

/// "polku ja portaat".
pub fn job_kind(lang: Lang, job: JobKind) -> String {
    match job {
        JobKind::SnowPath => t!(lang, job.snow_path),
        JobKind::SnowYard => t!(lang, job.snow_yard),
        JobKind::GardenRaking => t!(lang, job.garden_raking),
        JobKind::GardenLawn => t!(lang, job.garden_lawn),
        JobKind::GardenPlanting => t!(lang, job.garden_planting),
        JobKind::CleaningUsual => t!(lang, job.cleaning_usual),
        JobKind::CleaningThorough => t!(lang, job.cleaning_thorough),
        JobKind::CleaningWindows => t!(lang, job.cleaning_windows),
        JobKind::ShoppingFor => t!(lang, job.shopping_for),
        JobKind::ShoppingTogether => t!(lang, job.shopping_together),
        JobKind::AccompanyDoctor => t!(lang, job.accompany_doctor),
        JobKind::AccompanyErrand => t!(lang, job.accompany_errand),
        JobKind::AccompanyOutdoors => t!(lang, job.accompany_outdoors),
    }
}

/// "Lumityöt: polku ja portaat".
pub fn job(lang: Lang, job: JobKind) -> String {
    t!(lang, job.with_kind, service = service(lang, job.service()), kind = job_kind(lang, job))
}

/// "keskiraskas".
pub fn effort(lang: Lang, effort: Effort) -> String {
    match effort {
        Effort::Light => t!(lang, job.light),
        Effort::Medium => t!(lang, job.medium),
        Effort::Heavy => t!(lang, job.heavy),
    }
}

/// A language in its own words, with the language tag that a screen reader should read it in.
pub fn language(language: Language) -> (&'static str, String) {
    let own = match language {
        Language::Finnish => t!(Lang::Fi, language.own),
        Language::Swedish => t!(Lang::Sv, language.own),
        Language::English => t!(Lang::En, language.own),
        Language::EasyFinnish => t!(Lang::FiSimple, language.own),
    };
    (language.html_lang(), own)
}

/// What is wrong with the answer in that field, and what to do: as exactly as the field allows.
pub fn field_problem(lang: Lang, field: &str, problem: Problem) -> String {
    match (problem, field) {
        (Problem::Missing, "name") => t!(lang, problem.missing_name),
        (Problem::Missing, "resident") => t!(lang, problem.missing_resident),
        (Problem::Missing, "resident_phone") => t!(lang, problem.missing_resident_phone),
        (Problem::Missing, "phone" | "mobile") => t!(lang, problem.missing_phone),
        (Problem::Missing, "email") => t!(lang, problem.missing_email),
        (Problem::ChooseOne | Problem::Missing, "first") => t!(lang, problem.choose_email),
        (Problem::Missing, "address") => t!(lang, problem.missing_address),
        (Problem::Missing, "code") => t!(lang, problem.missing_code),
        (Problem::Missing, "word") => t!(lang, problem.missing_word),
        (Problem::Missing, "number") => t!(lang, problem.missing_number),
        (Problem::ChooseOne | Problem::Missing, "job") => t!(lang, problem.choose_job),
        (Problem::ChooseOne | Problem::Missing, "time") => t!(lang, problem.choose_time),
        (Problem::ChooseOne | Problem::Missing, "contact") => t!(lang, problem.choose_contact),
        (Problem::ChooseOne | Problem::Missing, "strangers") => t!(lang, problem.choose_strangers),
        (Problem::ChooseOne | Problem::Missing, "consent" | "how") => t!(lang, problem.choose_consent),
        (Problem::ChooseOne | Problem::Missing, "member") => t!(lang, problem.choose_member),
        (Problem::ChooseOne | Problem::Missing, "visits") => t!(lang, problem.choose_visits),
        (Problem::ChooseOne | Problem::Missing, "days") => t!(lang, problem.choose_days),
        (Problem::ChooseOne | Problem::Missing, "others") => t!(lang, problem.choose_others),
        (Problem::OwnNumber, "resident_phone") => t!(lang, problem.asks_oneself),
        (Problem::NeedsMobile, "mobile") => t!(lang, problem.only_mobile),
        (Problem::ChooseOne | Problem::Missing, "months") => t!(lang, problem.choose_months),
        (Problem::ChooseOne, "number") => t!(lang, problem.choose_feedback),
        (Problem::ChooseOne | Problem::Missing, "person") => t!(lang, problem.choose_person),
        (Problem::ChooseOne | Problem::Missing, "home") => t!(lang, problem.choose_home),
        (Problem::Missing, "phone_code") => t!(lang, problem.missing_phone_code),
        (Problem::WrongCode, "phone_code") => t!(lang, problem.wrong_phone_code),
        (Problem::CodeExpired, "phone_code") => t!(lang, problem.phone_link_gone),
        (Problem::Missing, "phone_name") => t!(lang, problem.missing_phone_name),
        (Problem::Missing, "passkey_name") => t!(lang, problem.missing_passkey_name),
        (Problem::PasskeyRefused, "new_passkey") => t!(lang, problem.passkey_not_made),
        (Problem::Missing | Problem::WrongCode, "unlock") => t!(lang, problem.wrong_unlock),
        (Problem::CodeExpired, "unlock") => t!(lang, problem.unlock_needs_code),
        (Problem::Missing | Problem::OutOfRange, "pin") => t!(lang, problem.pin),
        _ => self::problem(lang, problem),
    }
}

/// What is wrong with an answer, whatever the field.
pub fn problem(lang: Lang, problem: Problem) -> String {
    match problem {
        Problem::Missing => t!(lang, problem.missing),
        Problem::ChooseOne => t!(lang, problem.choose),
        Problem::TooLong => t!(lang, problem.too_long),
        Problem::NotAName => t!(lang, problem.not_a_name),
        Problem::NameNeedsBoth => t!(lang, problem.name_needs_both),
        Problem::NotAPhone => t!(lang, problem.not_a_phone),
        Problem::NotAnEmail => t!(lang, problem.not_an_email),
        Problem::NoHouseNumber => t!(lang, problem.no_house_number),
        Problem::OutsideArea => t!(lang, problem.outside_area),
        Problem::TimeTaken => t!(lang, problem.time_taken),
        Problem::NeedsMobile => t!(lang, problem.needs_mobile),
        Problem::OwnNumber => t!(lang, problem.own_number),
        Problem::NeedsPhone => t!(lang, problem.needs_phone),
        Problem::WrongCode => t!(lang, problem.wrong_code),
        Problem::CodeExpired => t!(lang, problem.code_expired),
        Problem::TooMany => t!(lang, problem.too_many),
        Problem::Changed => t!(lang, problem.changed),
        Problem::OutOfRange => t!(lang, problem.out_of_range),
        Problem::EndsBeforeStart => t!(lang, problem.ends_before_start),
        Problem::ConsentNeeded => t!(lang, problem.consent_needed),
        Problem::DraftGone => t!(lang, problem.draft_gone),
        Problem::NotFound => t!(lang, problem.not_found),
        Problem::OverLimits => t!(lang, problem.over_limits),
        Problem::SentDifferently => t!(lang, problem.sent_differently),
        Problem::TooLate => t!(lang, problem.too_late),
        Problem::AlreadyRunning => t!(lang, problem.already_running),
        Problem::SomebodyElseHere => t!(lang, problem.somebody_else_here),
        Problem::YourNumber => t!(lang, problem.your_number),
        Problem::NumberTaken => t!(lang, problem.number_taken),
        Problem::WorksHere => t!(lang, problem.works_here),
        Problem::PasskeyRefused => t!(lang, problem.passkey_refused),
        Problem::SignInAgain => t!(lang, problem.sign_in_again),
    }
}

/// A visit's state in two or three words, and the colour of its tag. The helper's first name stands in it when known.
pub fn state(lang: Lang, state: &VisitState, helper: Option<&str>) -> (&'static str, String) {
    match (state, helper) {
        (VisitState::Open, _) => ("problem", t!(lang, state.open)),
        (VisitState::Reserved { .. }, _) => ("waiting", t!(lang, state.reserved)),
        (VisitState::Offered { .. }, _) => ("waiting", t!(lang, state.offered)),
        (VisitState::Agreed { .. }, Some(name)) => ("agreed", t!(lang, state.agreed_named, name = name)),
        (VisitState::Agreed { .. }, None) => ("agreed", t!(lang, state.agreed)),
        (VisitState::UnderWay { started: None, .. }, _) => ("agreed", t!(lang, state.on_way)),
        (VisitState::UnderWay { .. }, _) => ("agreed", t!(lang, state.started)),
        (VisitState::Done { .. }, _) => ("done", t!(lang, state.done)),
        (VisitState::Cancelled(_), _) => ("done", t!(lang, state.cancelled)),
    }
}

/// Why this member is asked, to the member: one sentence.
pub fn reasons_to_member(lang: Lang, reasons: &Reasons) -> String {
    if reasons.only_one {
        return t!(lang, reason.member_only);
    }
    match reasons.terms.first() {
        Some(Term::Familiar) if reasons.travel.0 <= 15 => t!(lang, reason.member_familiar_near),
        Some(Term::Familiar) => t!(lang, reason.member_familiar),
        Some(Term::FairShare) => t!(lang, reason.member_fair),
        Some(Term::Near) => t!(lang, reason.member_near),
        _ => t!(lang, reason.member_suits),
    }
}

/// Why this member was chosen, to the coordinator: one sentence.
pub fn reasons_to_desk(lang: Lang, reasons: &Reasons, name: &str) -> String {
    let travel = format::length(lang, reasons.travel);
    if reasons.only_one {
        return t!(lang, reason.desk_only, name = name, travel = travel);
    }
    match reasons.terms.first() {
        Some(Term::Familiar) => {
            t!(lang, reason.desk_familiar, name = name, times = reasons.been_before, travel = travel)
        }
        Some(Term::FairShare) => t!(lang, reason.desk_fair, name = name, travel = travel),
        Some(Term::Near) => t!(lang, reason.desk_near, name = name, travel = travel),
        _ => t!(lang, reason.desk_suits, name = name, travel = travel),
    }
}

/// Why this member was chosen, to the resident and those who order for them: one sentence. How much anybody has worked or
/// wishes to is nobody else's business; that the work is shared evenly is no secret.
pub fn reasons_to_resident(lang: Lang, reasons: &Reasons) -> String {
    match reasons.terms.first() {
        Some(Term::Familiar) => t!(lang, reason.resident_familiar),
        Some(Term::FairShare) if !reasons.only_one => t!(lang, reason.resident_fair),
        Some(Term::Near) => t!(lang, reason.resident_near),
        _ => t!(lang, reason.resident_suits),
    }
}

/// Why nobody can come, to the resident and those who order for them: the rule that stood in the way of the last one, with
/// nobody named, and what they themselves could change.
pub fn failure_to_resident(clock: &Clock, failure: &Failure) -> String {
    let lang = clock.lang;
    let why = match failure.last {
        Rule::CoopHours => t!(lang, rule.resident_coop_hours),
        Rule::Skill => t!(lang, rule.resident_skill),
        Rule::Asked => t!(lang, rule.resident_asked),
        Rule::Stranger => t!(lang, rule.resident_stranger),
        Rule::Distance => t!(lang, rule.resident_far),
        Rule::Hours | Rule::Strength | Rule::Earnings => t!(lang, rule.resident_hours),
        Rule::Busy => t!(lang, rule.resident_busy),
        Rule::VisitsADay
        | Rule::MinutesADay
        | Rule::VisitsAWeek
        | Rule::MinutesAWeek
        | Rule::HeavyAWeek
        | Rule::DaysInRow => t!(lang, rule.resident_limits),
        Rule::NoSecond => t!(lang, rule.resident_no_second),
        // That somebody has said no to this home, or could bear less than it asks, is told to nobody.
        Rule::Blocked | Rule::TooHeavy => t!(lang, rule.resident_nobody),
    };
    let help = match failure.change {
        Some(Change::OtherTime { window, .. }) => {
            let window = clock.window_short(domain::Span::lasting(window, domain::Minutes(60)));
            Some(t!(lang, rule.resident_time, window = window))
        }
        Some(Change::LetStrangerCome { .. }) => Some(t!(lang, rule.resident_welcome)),
        _ => None,
    };
    help.map_or_else(|| why.clone(), |help| format!("{why} {help}"))
}

/// A rule in words: why a member can't.
pub fn rule(lang: Lang, rule: Rule) -> String {
    match rule {
        Rule::CoopHours => t!(lang, rule.coop_hours),
        Rule::Skill => t!(lang, rule.skill),
        Rule::Asked => t!(lang, rule.asked),
        Rule::Blocked => t!(lang, rule.blocked),
        Rule::Stranger => t!(lang, rule.stranger),
        Rule::Distance => t!(lang, rule.distance),
        Rule::TooHeavy => t!(lang, rule.too_heavy),
        // The strength of the day and the earnings limit are private: to others both are "outside their hours".
        Rule::Hours | Rule::Strength | Rule::Earnings => t!(lang, rule.hours),
        Rule::Busy => t!(lang, rule.busy),
        Rule::VisitsADay => t!(lang, rule.visits_a_day),
        Rule::MinutesADay => t!(lang, rule.minutes_a_day),
        Rule::VisitsAWeek => t!(lang, rule.visits_a_week),
        Rule::MinutesAWeek => t!(lang, rule.minutes_a_week),
        Rule::HeavyAWeek => t!(lang, rule.heavy_a_week),
        Rule::DaysInRow => t!(lang, rule.days_in_row),
        Rule::NoSecond => t!(lang, rule.no_second),
    }
}

/// Why nobody can take it, to the coordinator: how many each rule removed, in order, in one sentence.
pub fn failure(lang: Lang, failure: &Failure) -> String {
    let parts: Vec<String> = failure
        .removed
        .iter()
        .map(|(removed_by, count)| t!(lang, rule.removed, count = *count, rule = rule(lang, *removed_by)))
        .collect();
    t!(lang, rule.failure, last = rule(lang, failure.last), list = parts.join(", "))
}

/// The change that would help, to the coordinator. `helpers` are the first names of the members whom it names
/// ([`Change::members`]). That two could share the work is for the desk to arrange: no resident is promised it.
pub fn change(clock: &Clock, change: &Change, helpers: &[String]) -> String {
    let lang = clock.lang;
    let an_hour = |start| clock.window_short(domain::Span::lasting(start, domain::Minutes(60)));
    let name = |index: usize| helpers.get(index).map(String::as_str).unwrap_or_default();
    match change {
        Change::OtherTime { window, .. } => t!(lang, rule.change_time, name = name(0), window = an_hour(*window)),
        Change::LetStrangerCome { .. } => t!(lang, rule.change_stranger, name = name(0)),
        Change::SecondPerson { start, minutes, .. } => t!(
            lang,
            rule.change_two,
            first = name(0),
            second = name(1),
            at = clock.at(*start),
            length = format::length(lang, *minutes)
        ),
        Change::OneMoreSkill { .. } => t!(lang, rule.change_skill, name = name(0)),
        Change::NewMember { other_time, unfamiliar } => {
            let needed = other_time.map_or_else(
                || t!(lang, rule.change_member),
                |window| t!(lang, rule.change_member_time, window = an_hour(window)),
            );
            if *unfamiliar { format!("{needed} {}", t!(lang, rule.change_member_welcome)) } else { needed }
        }
        Change::NotPossible => t!(lang, rule.change_none),
    }
}

/// A visit's state by its code, for a slip that shows nothing else.
pub fn state_code(lang: Lang, code: &str) -> String {
    match code {
        "open" => t!(lang, state.open),
        "reserved" => t!(lang, state.reserved),
        "offered" => t!(lang, state.offered),
        "agreed" => t!(lang, state.agreed),
        "under_way" => t!(lang, state.on_way),
        "started" => t!(lang, state.started),
        "done" => t!(lang, state.done),
        _ => t!(lang, state.cancelled),
    }
}

/// The language as the words know it.
pub fn lang(language: Language) -> Lang {
    match language {
        Language::Finnish => Lang::Fi,
        Language::Swedish => Lang::Sv,
        Language::English => Lang::En,
        Language::EasyFinnish => Lang::FiSimple,
    }
}

/// What happened to a visit, by the event's code.
pub fn event(lang: Lang, code: &str, name: &str) -> String {
    match code {
        "ordered" => t!(lang, event.ordered),
        "reserved" => t!(lang, event.reserved),
        "confirmed" => t!(lang, event.confirmed),
        "offered" => t!(lang, event.offered, name = name),
        "agreed" => t!(lang, event.agreed, name = name),
        "declined" => t!(lang, event.declined, name = name),
        "expired" => t!(lang, event.expired, name = name),
        "withdrawn" => t!(lang, event.withdrawn, name = name),
        "given_back" => t!(lang, event.given_back, name = name),
        "told" => t!(lang, event.told),
        "not_reached" => t!(lang, event.not_reached),
        "nobody_found" => t!(lang, event.nobody_found),
        "put_to" => t!(lang, event.put_to, name = name),
        "member_away" => t!(lang, event.member_away, name = name),
        "planned" => t!(lang, event.planned, name = name),
        "start_changed" => t!(lang, event.start_changed, name = name),
        "moved" => t!(lang, event.moved),
        "on_way" => t!(lang, event.on_way, name = name),
        "started" => t!(lang, event.started, name = name),
        "done" => t!(lang, event.done),
        "cancelled" => t!(lang, event.cancelled),
        "called_off" => t!(lang, event.called_off),
        "unconfirmed" => t!(lang, event.unconfirmed),
        "feedback" => t!(lang, event.feedback),
        _ => t!(lang, event.other),
    }
}
