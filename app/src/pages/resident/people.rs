//! Luvat: who may order for the resident, each taken back by one button; for whom they may; and what others did for them.
//! At the lounge it is about the resident who sits there.

use backend::{
    AskedView, ConsentView, Error, InvitationView, MandateView, OnBehalfView, PersonBrief, RequestView, RequestedView,
};
use domain::{ConsentGiven, Moment, PhoneNumber, Role, Service};
use leptos::prelude::*;
use words::{Lang, t};

use crate::{
    components::{Action, Page, Row, link_button, one_button, summary_list, told_note},
    format::Clock,
    names,
    pages::{clock, coordinator::coordinator, path_id, resident::what::capital, signed_in},
    visitor::Visitor,
};

/// `/my/people`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in(&visitor)?;
    let lang = visitor.lang();
    let consents = visitor.backend.consents(&visitor.caller).await?;
    Ok(match &visitor.caller.serving {
        Some(served) => {
            let title = t!(lang, people.title_of, name = served.name.full());
            view_of(&visitor, title, &consents, &Reader::Themselves).back("/lounge/resident")
        }
        None => view_of(&visitor, t!(lang, people.title), &consents, &Reader::Themselves).back("/my"),
    })
}

/// Who reads the page: at the lounge the resident sits beside the helper.
#[derive(Clone, PartialEq, Eq)]
enum Reader {
    Themselves,
    /// The page is about this resident.
    Coordinator(PersonBrief),
}

/// `/desk/people/:id`: the coordinator ends a mandate for a resident who rings.
pub(crate) async fn of(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let (person, consents) = visitor.backend.consents_of(&visitor.caller, &path_id(&visitor, 3)).await?;
    let title = t!(visitor.lang(), people.title_of, name = person.name.full());
    Ok(view_of(&visitor, title, &consents, &Reader::Coordinator(person)).back("/desk/people"))
}

fn view_of(visitor: &Visitor, title: String, consents: &ConsentView, reader: &Reader) -> Page {
    let lang = visitor.lang();
    let clock = clock(visitor);
    let told = match visitor.asked("told") {
        "revoked" => Some(t!(lang, people.told_revoked)),
        "invited" => Some(t!(lang, people.told_invited)),
        "withdrawn" => Some(t!(lang, people.told_withdrawn)),
        "accepted" => Some(t!(lang, people.told_accepted)),
        "declined" => Some(t!(lang, people.told_declined)),
        "asked" => Some(t!(lang, people.told_asked)),
        "taken_back" => Some(t!(lang, people.told_taken_back)),
        "granted" => Some(t!(lang, people.told_granted)),
        "refused" => Some(match reader {
            Reader::Themselves => t!(lang, people.told_refused),
            Reader::Coordinator(_) => t!(lang, people.told_refused_by_phone),
        }),
        _ => None,
    };
    let asked = consents.asked.iter().map(|asked| self::asked(&clock, asked)).collect_view();
    let invited = consents.invited.iter().map(|invited| self::invited(&clock, invited, reader)).collect_view();
    let requests = consents.requests.iter().map(|request| self::request(&clock, request, reader)).collect_view();
    let requested = consents.requested.iter().map(|requested| self::requested(&clock, requested)).collect_view();
    let ask = (*reader == Reader::Themselves && visitor.caller.serving.is_none())
        .then(|| link_button("/my/people/ask".to_owned(), t!(lang, people.ask), None));
    let may_invite = visitor.caller.serving.is_some() || visitor.is(Role::Resident);
    let invite = (*reader == Reader::Themselves && may_invite)
        .then(|| link_button("/my/people/invite".to_owned(), t!(lang, people.invite), None));
    let (lead, none, log_title) = match reader {
        Reader::Themselves => (Some(t!(lang, people.lead)), t!(lang, people.given_none), t!(lang, people.log_title)),
        Reader::Coordinator(_) => (None, t!(lang, people.of_given_none), t!(lang, people.of_log_title)),
    };
    let none = consents.given.is_empty().then(|| view! { <p>{none}</p> });
    let given = consents.given.iter().map(|mandate| given(&clock, mandate)).collect_view();
    let held_title = (!consents.held.is_empty()).then(|| view! { <h2>{t!(lang, people.held_title)}</h2> });
    let held = consents.held.iter().map(|mandate| held(&clock, mandate)).collect_view();
    let phones = match reader {
        Reader::Themselves => None,
        Reader::Coordinator(person) => Some(view! {
            <p>
                <a href=format!("/desk/people/{}/phones", person.id)>
                    {t!(lang, phones.title_of, name = person.name.full())}
                </a>
            </p>
        }),
    };
    let body = view! {
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        {phones}
        {asked}
        {requests}
        {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
        {none}
        {given}
        {invited}
        {invite}
        {held_title}
        {held}
        {requested}
        {ask}
        <h2>{log_title}</h2>
        {log(&clock, &consents.log)}
    };
    Page::new(title, body)
}

/// A mandate that the resident has given.
fn given(clock: &Clock, mandate: &MandateView) -> AnyView {
    let lang = clock.lang;
    let holder = mandate.holder.as_ref().map_or_else(|| t!(lang, people.lounge), |holder| holder.name.full());
    card(clock, mandate, holder.clone(), t!(lang, people.revoke, name = holder))
}

/// A mandate that somebody gave to the one signed in.
fn held(clock: &Clock, mandate: &MandateView) -> AnyView {
    let resident = mandate.resident.name.full();
    card(clock, mandate, resident.clone(), t!(clock.lang, people.give_up, name = resident))
}

fn card(clock: &Clock, mandate: &MandateView, whose: String, end: String) -> AnyView {
    let lang = clock.lang;
    let date = |at| clock.full_date(clock.zone.date(at));
    let services = services(lang, &mandate.services);
    let how = t!(lang, people.how_when, how = how(lang, mandate.given), date = date(mandate.given_at));
    let until = last_day(clock, mandate.until);
    let rows = vec![
        Row::new(t!(lang, people.services), services),
        Row::new(t!(lang, people.how), how),
        Row::new(t!(lang, people.recorded), mandate.recorded_by.name.full()),
        Row::new(t!(lang, people.until), until),
    ];
    view! {
        <section class="visit-card">
            <h2 class="visit-card__title">{whose}</h2>
            {summary_list(lang, rows)}
            {one_button("/api/consent/revoke", Action::Danger, end, vec![("mandate", mandate.id.to_string())])}
        </section>
    }
    .into_any()
}

/// What may be ordered, in words.
fn services(lang: Lang, services: &[Service]) -> String {
    let names: Vec<String> = services.iter().map(|service| names::service(lang, *service).to_lowercase()).collect();
    if names.is_empty() { t!(lang, people.all_services) } else { capital(&names.join(", ")) }
}

/// The last day of what ends at that instant.
fn last_day(clock: &Clock, until: Moment) -> String {
    let date = clock.full_date(clock.zone.date(until.plus_seconds(-1)));
    t!(clock.lang, people.until_date, date = date)
}

/// Somebody who was asked and hasn't answered. (The coordinator sees it; the resident takes it back.)
fn invited(clock: &Clock, invitation: &InvitationView, reader: &Reader) -> AnyView {
    let lang = clock.lang;
    let name = invitation.name.full();
    let rows = vec![
        Row::new(t!(lang, people.invited_number), invitation.phone.national()),
        Row::new(t!(lang, people.services), services(lang, &invitation.services)),
        Row::new(t!(lang, people.until), last_day(clock, invitation.until)),
        Row::new(t!(lang, people.invited_ends), clock.by(invitation.ends)),
    ];
    let withdraw = (*reader == Reader::Themselves).then(|| {
        let words = t!(lang, people.withdraw, name = name);
        one_button("/api/consent/withdraw", Action::Danger, words, vec![("invitation", invitation.id.to_string())])
    });
    view! {
        <section class="visit-card">
            <p class="tag tag--waiting">{t!(lang, people.invited_waits)}</p>
            <h2 class="visit-card__title">{name.clone()}</h2>
            {summary_list(lang, rows)}
            {withdraw}
        </section>
    }
    .into_any()
}

/// A resident asks the reader.
fn asked(clock: &Clock, asked: &AskedView) -> AnyView {
    let lang = clock.lang;
    let rows = vec![
        Row::new(t!(lang, people.services), services(lang, &asked.services)),
        Row::new(t!(lang, people.until), last_day(clock, asked.until)),
    ];
    let answer = |action, words, answer: &str| {
        let fields = vec![("invitation", asked.id.to_string()), ("answer", answer.to_owned())];
        one_button("/api/consent/answer", action, words, fields)
    };
    view! {
        <section class="visit-card">
            <h2 class="visit-card__title">{t!(lang, people.asked_title, name = asked.resident)}</h2>
            <p class="visit-card__text">{t!(lang, people.asked_text)}</p>
            {summary_list(lang, rows)}
            {answer(Action::Main, t!(lang, people.accept), "yes")}
            {answer(Action::Other, t!(lang, people.decline), "no")}
        </section>
    }
    .into_any()
}

/// Somebody asks the resident to be allowed to order for them.
fn request(clock: &Clock, request: &RequestView, reader: &Reader) -> AnyView {
    let lang = clock.lang;
    let name = request.asker.full();
    let (title, text) = match reader {
        Reader::Themselves => (t!(lang, people.request_title, name = name), t!(lang, people.request_text)),
        Reader::Coordinator(_) => (t!(lang, people.request_title_of, name = name), t!(lang, people.request_text_of)),
    };
    view! {
        <section class="visit-card">
            <h2 class="visit-card__title">{title}</h2>
            <p class="visit-card__text">{text}</p>
            {summary_list(lang, request_terms(clock, request))}
            {match reader {
                Reader::Themselves => answers(lang, request),
                Reader::Coordinator(_) => rung(lang, request, None),
            }}
        </section>
    }
    .into_any()
}

/// Whose number asks, for what and how long.
pub(crate) fn request_terms(clock: &Clock, request: &RequestView) -> Vec<Row> {
    let lang = clock.lang;
    let number = request.phone.as_ref().map(PhoneNumber::national).unwrap_or_default();
    vec![
        Row::new(t!(lang, people.request_number), number),
        Row::new(t!(lang, people.services), services(lang, &request.services)),
        Row::new(t!(lang, people.until), last_day(clock, request.until)),
    ]
}

/// The resident's own yes and no.
fn answers(lang: Lang, request: &RequestView) -> AnyView {
    yes_and_no(request, [t!(lang, people.grant), t!(lang, people.refuse)], None)
}

/// The same, as whoever rang the resident writes them down. `list` is where to go on from, when it isn't their page.
pub(crate) fn rung(lang: Lang, request: &RequestView, list: Option<&str>) -> AnyView {
    yes_and_no(request, [t!(lang, people.grant_of), t!(lang, people.refuse_of)], list)
}

fn yes_and_no(request: &RequestView, [yes, no]: [String; 2], list: Option<&str>) -> AnyView {
    let answer = |action, words, answer: &str| {
        let mut fields = vec![("request", request.id.to_string()), ("answer", answer.to_owned())];
        fields.extend(list.map(|list| ("list", list.to_owned())));
        one_button("/api/consent/grant", action, words, fields)
    };
    view! {
        {answer(Action::Main, yes, "yes")}
        {answer(Action::Other, no, "no")}
    }
    .into_any()
}

/// Whom the reader asked to be allowed, and who hasn't said yes.
fn requested(clock: &Clock, requested: &RequestedView) -> AnyView {
    let lang = clock.lang;
    let name = requested.resident.full();
    let rows = vec![
        Row::new(t!(lang, people.invited_number), requested.phone.national()),
        Row::new(t!(lang, people.services), services(lang, &requested.services)),
        Row::new(t!(lang, people.until), last_day(clock, requested.until)),
        Row::new(t!(lang, people.requested_ends), clock.by(requested.ends)),
    ];
    let words = t!(lang, people.take_back, name = name);
    view! {
        <section class="visit-card">
            <p class="tag tag--waiting">{t!(lang, people.invited_waits)}</p>
            <h2 class="visit-card__title">{name}</h2>
            {summary_list(lang, rows)}
            {one_button(
                "/api/consent/take-back",
                Action::Danger,
                words,
                vec![("request", requested.id.to_string())],
            )}
        </section>
    }
    .into_any()
}

fn how(lang: Lang, given: ConsentGiven) -> String {
    match given {
        ConsentGiven::InPerson => t!(lang, people.in_person),
        ConsentGiven::ByPhone => t!(lang, people.by_phone),
        ConsentGiven::OnPaper => t!(lang, people.on_paper),
        ConsentGiven::InApp => t!(lang, people.in_app),
    }
}

fn log(clock: &Clock, lines: &[OnBehalfView]) -> AnyView {
    let lang = clock.lang;
    if lines.is_empty() {
        return view! { <p>{t!(lang, people.log_none)}</p> }.into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            let what = t!(lang, people.log_line, who = names::person(lang, &line.by.name), what = act(lang, &line.act));
            Row::new(clock.full_date(clock.zone.date(line.at)), what)
        })
        .collect();
    summary_list(lang, rows)
}

/// What was done, by its code in the audit log.
fn act(lang: Lang, code: &str) -> String {
    match code {
        "order.sent" => t!(lang, people.act_ordered),
        "order.confirmed" => t!(lang, people.act_confirmed),
        "visit.cancelled" => t!(lang, people.act_cancelled),
        "visit.moved" => t!(lang, people.act_moved),
        "visit.feedback" => t!(lang, people.act_feedback),
        "visit.told" => t!(lang, people.act_told),
        "visit.not_reached" => t!(lang, people.act_not_reached),
        "visit.put_to" | "visit.planned" => t!(lang, people.act_helper),
        "visit.start_changed" => t!(lang, people.act_start),
        "lounge.serves" => t!(lang, people.act_served),
        "resident.added" => t!(lang, people.act_added),
        "mandate.recorded" | "mandate.granted" => t!(lang, people.act_recorded),
        "door_code.shown" => t!(lang, people.act_door_shown),
        "door_code.kept" => t!(lang, people.act_door_kept),
        "door_code.removed" => t!(lang, people.act_door_removed),
        "mandate.invited" => t!(lang, people.act_invited),
        "mandate.uninvited" => t!(lang, people.act_uninvited),
        "mandate.asked" => t!(lang, people.act_asked),
        "mandate.refused" => t!(lang, people.act_refused),
        "mandate.accepted" => t!(lang, people.act_accepted),
        "mandate.declined" => t!(lang, people.act_declined),
        "mandate.revoked" => t!(lang, people.act_revoked),
        "phone.link_made" => t!(lang, people.act_phone_made),
        "person.corrected" => t!(lang, people.act_corrected),
        "person.number_changed" => t!(lang, people.act_number),
        "person.merged" => t!(lang, people.act_merged),
        "person.unmerged" => t!(lang, people.act_unmerged),
        "phone.ended" => t!(lang, people.act_phone_ended),
        _ => t!(lang, people.act_noted),
    }
}
