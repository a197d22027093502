//! Somebody asks to be allowed to order for a resident; the resident says yes or no.
//!
//! Who asks types the resident's name and number and, unless they are signed in, their own, and shows by a code that it is
//! theirs. The answer is the same whoever's the resident's number is, and a no is told to nobody: it looks as if there
//! were no answer. So nothing about a resident shows before they have said yes.
//!
//! The resident is told by text message, or by somebody who rings (`calls`), and answers in the app, at the lounge, or on
//! the phone. Nobody answers their own question, whatever role they have.

use domain::{
    ConsentGiven, FieldProblem, MandateRequestId, Message, Minutes, Moment, PersonId, PersonName, PhoneNumber, Problem,
    Role, Service,
};

use crate::{
    Backend, Caller, Error, Refusal,
    inviting::{ENDS, Terms},
    rights,
    sessions::session,
    sign_in,
    store::{
        attempts::{self, Kind},
        audit,
        codes::{Purpose, SentTo},
        deliveries, mandates, outbox,
        people::{self, StoredPerson},
        requests::{self, Answer, Asker, MandateRequest},
        tx::Tx,
    },
};

/// Whom a resident has refused isn't put to them again for so long.
const REFUSED: Minutes = Minutes(30 * 24 * 60);

/// How long what was typed waits for the code that shows whose number it is.
pub(crate) const UNCONFIRMED_KEPT: Minutes = Minutes(24 * 60);

/// The longest name in a text that goes out, in characters.
const LONGEST_NAME: usize = 40;

/// What is typed to ask.
#[derive(Clone, Debug, Default)]
pub struct MandateRequestForm {
    /// The resident's given and family name.
    pub resident: String,
    /// The resident's number, mobile or not.
    pub resident_phone: String,
    /// Codes of services; none is all of them.
    pub services: Vec<String>,
    /// How long it would hold, in months: `1`, `6`, `12`.
    pub months: String,
    /// The asker's own name, when they aren't signed in.
    pub name: String,
    /// The asker's own mobile number, likewise.
    pub mobile: String,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: the question is on its way.
    Sent,
    /// A code came to their number; the question goes out once it is answered.
    CodeFirst,
}

/// A question that waits, as its asker sees it: what they have typed.
#[derive(Clone, Debug)]
pub struct RequestedView {
    /// Its id.
    pub id: MandateRequestId,
    /// Whom they asked.
    pub resident: PersonName,
    /// At which number.
    pub phone: PhoneNumber,
    /// What they would like to order; none named is everything.
    pub services: Vec<Service>,
    /// The first instant when the mandate wouldn't hold any more.
    pub until: Moment,
    /// Until when it can be answered.
    pub ends: Moment,
}

/// The same, as the resident sees it.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// Its id.
    pub id: MandateRequestId,
    /// Who asks.
    pub asker: PersonName,
    /// The number that they have shown to be theirs.
    pub phone: Option<PhoneNumber>,
    /// What they would like to order; none named is everything.
    pub services: Vec<Service>,
    /// The first instant when the mandate wouldn't hold any more.
    pub until: Moment,
}

/// Whose answer was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredFor {
    /// The caller's own, or the one's whom they serve at the lounge.
    Own,
    /// This resident's, whom they have on the phone.
    Rung(PersonId),
}

impl Backend {
    /// Asks a resident for a mandate. Whoever isn't signed in is sent a code first, from an address known as `client`.
    ///
    /// # Errors
    /// Fields `resident`, `resident_phone`, `services`, `months`, and `name`, `mobile` of somebody not signed in;
    /// [`Problem::TooMany`] on `resident_phone` after five questions a day, or three to one number.
    pub async fn ask_for_mandate(&self, c: &Caller, form: MandateRequestForm, client: &str) -> Result<Asked, Error> {
        if c.serving.is_some() {
            // At the lounge, the resident who sits there gives mandates and asks for none.
            return Err(Refusal::NotYours.into());
        }
        self.write((c.clone(), form, client.to_owned()), |tx, (c, form, client)| Box::pin(ask(tx, c, form, client)))
            .await?
            .map_err(Error::Refused)
    }

    /// Writes down what a resident answers: their own answer, the one's who is served at the lounge, or one given on the phone
    /// to whoever helps there. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else and for who asked; [`Refusal::Changed`] when it was answered otherwise, taken
    /// back, or is too old.
    pub async fn answer_request(&self, c: &Caller, request: &str, yes: bool) -> Result<AnsweredFor, Error> {
        self.write((c.clone(), request.to_owned(), yes), |tx, (c, request, yes)| Box::pin(answer(tx, c, request, *yes)))
            .await
    }

    /// Who asked takes the question back.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else; [`Refusal::Changed`] when there is a mandate already.
    pub async fn take_request_back(&self, c: &Caller, request: &str) -> Result<(), Error> {
        self.write((c.clone(), request.to_owned()), |tx, (c, request)| {
            Box::pin(async move {
                let by = rights::person(c)?;
                let (request, asker) = read(tx, request).await?;
                if asker != by {
                    return Err(Refusal::NotYours.into());
                }
                match request.answer {
                    Some(Answer::Given) => return Err(Refusal::Changed.into()),
                    Some(Answer::Withdrawn) => {}
                    Some(Answer::Refused) => requests::end(tx, request.id).await?,
                    None => {
                        requests::answer(tx, request.id, Answer::Withdrawn).await?;
                        deliveries::needless(tx, &once(request.id)).await?;
                    }
                }
                Ok(())
            })
        })
        .await
    }
}

/// What the message about a question is written once as.
fn once(request: MandateRequestId) -> String {
    format!("mandate_request {request}")
}

async fn ask(
    tx: &mut Tx,
    c: &Caller,
    form: &MandateRequestForm,
    client: &str,
) -> Result<Result<Asked, Refusal>, Error> {
    if c.person.is_some() {
        rights::person(c)?;
    }
    let zone = tx.settings().coop.zone;
    let mut problems = Vec::new();
    let resident = PersonName::parse_full(&form.resident);
    let phone = PhoneNumber::parse(&form.resident_phone);
    problems.extend(resident.as_ref().err().map(|problem| FieldProblem::new("resident", *problem)));
    problems.extend(phone.as_ref().err().map(|problem| FieldProblem::new("resident_phone", *problem)));
    let terms = Terms::parse(&form.services, &form.months, zone, tx.now(), &mut problems);
    let newcomer = match &c.person {
        Some(_) => None,
        None => parse_newcomer(form, &mut problems),
    };
    let (Ok(resident), Ok(phone), Some(Terms { services, until }), true) =
        (resident, phone, terms, problems.is_empty())
    else {
        return Err(problems.into());
    };
    let own = match (&c.person, &newcomer) {
        (Some(person), _) => people::by_id(tx, person.id).await?.and_then(|person| person.phone),
        (None, newcomer) => newcomer.as_ref().map(|(_, own)| own.clone()),
    };
    if own.as_ref() == Some(&phone) {
        return Err(Error::field("resident_phone", Problem::OwnNumber));
    }
    let asker = match (&c.person, newcomer) {
        (Some(person), _) => Asker::Known(person.id),
        (None, Some((name, phone))) => Asker::Unconfirmed { name, phone, session: session(c)?.to_owned() },
        (None, None) => return Err(Refusal::SignInFirst.into()),
    };
    let id = MandateRequestId::from_random(tx.random());
    let ends = tx.now() + ENDS;
    let request = MandateRequest { id, asker, resident, phone, put_to: None, services, until, ends, answer: None };
    match &request.asker {
        Asker::Known(person) => {
            if waits(tx, *person, &request.phone).await? {
                // A double tap, or a second thought: the question is on its way already.
                return Ok(Ok(Asked::Sent));
            }
            if !is_allowed(tx, *person, &request.phone).await? {
                return Err(Error::field("resident_phone", Problem::TooMany));
            }
            requests::insert(tx, &request).await?;
            put(tx, &request, *person).await?;
            Ok(Ok(Asked::Sent))
        }
        Asker::Unconfirmed { phone, session, .. } => {
            requests::insert(tx, &request).await?;
            // Strangers' codes have limits of their own. The question counts once it is known whose it is: nobody can use up
            // what others may ask of a number by typing it.
            let sent =
                sign_in::ask(tx, session, Purpose::SignIn, &SentTo::Phone(phone.clone()), c.language, client).await?;
            if sent.is_err() {
                requests::remove(tx, id).await?;
            }
            Ok(sent.map(|()| Asked::CodeFirst).map_err(about_mobile))
        }
    }
}

/// What is wrong with the number that a code goes to is told beside this form's own field.
fn about_mobile(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Fields(problems) => {
            Refusal::Fields(problems.into_iter().map(|wrong| FieldProblem::new("mobile", wrong.problem)).collect())
        }
        other => other,
    }
}

/// The asker's own name and number: a Finnish mobile, since a code is sent to it.
fn parse_newcomer(form: &MandateRequestForm, problems: &mut Vec<FieldProblem>) -> Option<(PersonName, PhoneNumber)> {
    let name = PersonName::parse_full(&form.name);
    let phone = PhoneNumber::parse(&form.mobile)
        .and_then(|phone| if phone.is_finnish_mobile() { Ok(phone) } else { Err(Problem::NeedsMobile) });
    problems.extend(name.as_ref().err().map(|problem| FieldProblem::new("name", *problem)));
    problems.extend(phone.as_ref().err().map(|problem| FieldProblem::new("mobile", *problem)));
    name.ok().zip(phone.ok())
}

/// Who asked in this session by that number is this person: their questions go out.
pub(crate) async fn confirm(tx: &mut Tx, session: &str, phone: &PhoneNumber, asker: PersonId) -> Result<(), Error> {
    for request in requests::unconfirmed(tx, session, phone).await? {
        if waits(tx, asker, &request.phone).await? || !is_allowed(tx, asker, &request.phone).await? {
            requests::remove(tx, request.id).await?;
            continue;
        }
        requests::confirm(tx, request.id, asker).await?;
        put(tx, &request, asker).await?;
    }
    Ok(())
}

/// Whether a question of that person's to that number waits for its answer.
async fn waits(tx: &mut Tx, asker: PersonId, phone: &PhoneNumber) -> Result<bool, Error> {
    Ok(requests::of_asker(tx, asker).await?.iter().any(|other| other.phone == *phone))
}

/// Whether that person may ask once more today, and that number be asked; it is counted if so.
async fn is_allowed(tx: &mut Tx, asker: PersonId, phone: &PhoneNumber) -> Result<bool, Error> {
    let asker = asker.to_string();
    // In the same order everywhere, so that two can't wait for each other.
    tx.lock_name(&asker).await?;
    tx.lock_name(phone.e164()).await?;
    let limits = [(Kind::MandateRequest, asker.as_str()), (Kind::MandateRequestTo, phone.e164())];
    for (kind, subject) in limits {
        if !attempts::has_room(tx, kind, subject).await? {
            return Ok(false);
        }
    }
    for (kind, subject) in limits {
        attempts::count(tx, kind, subject).await?;
    }
    Ok(true)
}

/// Puts a question to the resident whose number it is, if there is one who hasn't just said no.
async fn put(tx: &mut Tx, request: &MandateRequest, asker: PersonId) -> Result<(), Error> {
    if requests::refused_since(tx, asker, &request.phone, tx.now() - REFUSED).await? {
        requests::answer(tx, request.id, Answer::Refused).await?;
        return Ok(());
    }
    let Some(resident) = resident_of(tx, request, asker).await? else { return Ok(()) };
    let who = people::by_id(tx, asker).await?.ok_or_else(|| Error::stored("a question of nobody"))?;
    let phone = who.phone.as_ref().map(PhoneNumber::national).unwrap_or_default();
    let message = Message::MandateAsked { request: request.id, asker: letters(&who.name.full()), phone };
    requests::put_to(tx, request.id, resident.id).await?;
    outbox::write_about(tx, &resident, &message, &once(request.id)).await?;
    audit::write(tx, Some(asker), Some(resident.id), "mandate.asked", request.id).await
}

/// A name as it stands in a text that goes out in the co-op's name: whoever asks has typed it, and it is to be no address
/// and no message.
fn letters(name: &str) -> String {
    let kept = |c: char| if c.is_alphabetic() || matches!(c, '-' | '\'' | '’') { c } else { ' ' };
    let plain: String = name.chars().map(kept).take(LONGEST_NAME).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The resident to whom a question is put: whose number it is; of several who share one, whose name was typed.
async fn resident_of(tx: &mut Tx, request: &MandateRequest, asker: PersonId) -> Result<Option<StoredPerson>, Error> {
    let mut residents = people::residents_with_phone(tx, &request.phone).await?;
    residents.retain(|person| person.id != asker);
    if residents.len() > 1 {
        let key = people::name_key(&request.resident.full());
        residents.retain(|person| people::name_key(&person.name.full()) == key);
    }
    Ok(residents.into_iter().next())
}

async fn read(tx: &mut Tx, request: &str) -> Result<(MandateRequest, PersonId), Error> {
    let id: MandateRequestId = request.parse().map_err(|_| Refusal::NotYours)?;
    let request = requests::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    match request.asker {
        Asker::Known(asker) => Ok((request, asker)),
        Asker::Unconfirmed { .. } => Err(Refusal::NotYours.into()),
    }
}

async fn answer(tx: &mut Tx, c: &Caller, request: &str, yes: bool) -> Result<AnsweredFor, Error> {
    let by = rights::person(c)?;
    let (request, asker) = read(tx, request).await?;
    let resident = match request.put_to {
        Some(resident) => people::by_id(tx, resident).await?.filter(|resident| !resident.stopped),
        None => None,
    };
    let resident = resident.ok_or(Refusal::NotYours)?;
    let (how, answered) = may_answer(tx, c, by, asker, resident.id).await?;
    let wanted = if yes { Answer::Given } else { Answer::Refused };
    if request.answer == Some(wanted) {
        return Ok(answered);
    }
    let is_late = request.ends <= tx.now() || request.until <= tx.now();
    if is_late {
        return Err(Refusal::Changed.into());
    }
    if !requests::answer(tx, request.id, wanted).await? {
        // Two at once: the other one has just been first.
        let as_wanted = requests::by_id(tx, request.id).await?.is_some_and(|now| now.answer == Some(wanted));
        return if as_wanted { Ok(answered) } else { Err(Refusal::Changed.into()) };
    }
    deliveries::needless(tx, &once(request.id)).await?;
    let on_behalf = (by != resident.id).then_some(resident.id);
    if !yes {
        audit::write(tx, Some(by), on_behalf, "mandate.refused", request.id).await?;
        return Ok(answered);
    }
    people::add_role(tx, asker, Role::Relative).await?;
    let given = (how, by);
    let mandate = mandates::insert_for(tx, resident.id, Some(asker), &request.services, given, request.until).await?;
    let message = Message::MandateGranted { resident: resident.name.given().to_owned() };
    outbox::write(tx, asker, None, None, &message).await?;
    if by != resident.id && resident.mobile().is_some() {
        // Somebody else wrote it down. (Who has no mobile has just been rung, or sits there.)
        let holder = people::first_name(tx, asker).await?;
        outbox::write(tx, resident.id, None, None, &Message::MandateGiven { holder }).await?;
    }
    audit::write_change(tx, Some(by), on_behalf, "mandate.granted", mandate, None, Some(how.code())).await?;
    Ok(answered)
}

/// How the resident's answer reaches us by this caller.
///
/// # Errors
/// [`Refusal::NotYours`] when it is none of their business, or their own question.
async fn may_answer(
    tx: &mut Tx,
    c: &Caller,
    by: PersonId,
    asker: PersonId,
    resident: PersonId,
) -> Result<(ConsentGiven, AnsweredFor), Error> {
    if by == asker {
        return Err(Refusal::NotYours.into());
    }
    let roles = people::roles(tx, by).await?;
    if rights::served(tx, c, &roles).await? == Some(resident) {
        Ok((ConsentGiven::InPerson, AnsweredFor::Own))
    } else if by == resident {
        Ok((ConsentGiven::InApp, AnsweredFor::Own))
    } else if roles.contains(&Role::Lounge) || roles.contains(&Role::Coordinator) {
        Ok((ConsentGiven::ByPhone, AnsweredFor::Rung(resident)))
    } else {
        Err(Refusal::NotYours.into())
    }
}

/// What waits for a resident's answer.
pub(crate) async fn waiting_for(tx: &mut Tx, resident: PersonId) -> Result<Vec<RequestView>, Error> {
    let mut views = Vec::new();
    for request in requests::to_resident(tx, resident).await? {
        if let Asker::Known(asker) = request.asker {
            views.extend(view(tx, request, asker).await?);
        }
    }
    Ok(views)
}

/// The question of that id as the resident sees it, while it waits.
pub(crate) async fn waiting(tx: &mut Tx, request: MandateRequestId) -> Result<Option<RequestView>, Error> {
    let request = requests::by_id(tx, request).await?.filter(|request| request.answer.is_none());
    match request {
        Some(request) if request.ends > tx.now() => match request.asker {
            Asker::Known(asker) => view(tx, request, asker).await,
            Asker::Unconfirmed { .. } => Ok(None),
        },
        _ => Ok(None),
    }
}

async fn view(tx: &mut Tx, request: MandateRequest, asker: PersonId) -> Result<Option<RequestView>, Error> {
    let MandateRequest { id, services, until, .. } = request;
    let asker = people::by_id(tx, asker).await?;
    Ok(asker.map(|asker| RequestView { id, asker: asker.name, phone: asker.phone, services, until }))
}

/// What somebody has asked and waits for.
pub(crate) async fn asked_by(tx: &mut Tx, asker: PersonId) -> Result<Vec<RequestedView>, Error> {
    let views = requests::of_asker(tx, asker).await?.into_iter().map(|request| {
        let MandateRequest { id, resident, phone, services, until, ends, .. } = request;
        RequestedView { id, resident, phone, services, until, ends }
    });
    Ok(views.collect())
}

/// Somebody unknown who asked in this session has shown that the number is theirs: from now on they are known, by the name
/// they typed.
pub(crate) async fn newcomer(tx: &mut Tx, session: &str, phone: &PhoneNumber) -> Result<Option<PersonName>, Error> {
    let newest = requests::unconfirmed(tx, session, phone).await?.into_iter().next();
    Ok(newest.and_then(|request| match request.asker {
        Asker::Unconfirmed { name, .. } => Some(name),
        Asker::Known(_) => None,
    }))
}
