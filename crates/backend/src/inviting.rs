//! A resident asks somebody to order for them; whoever owns the number says yes or no.
//!
//! The text that goes to the number tells the resident's first name and nothing else. What the resident sees until there is
//! a yes is what they have typed themselves: a number tells nobody whose it is. Whoever owns it signs in by it, known to
//! the co-op or not, and only then is there a mandate, which both see and either can end (`consent`).

use chrono::Months;
use domain::{
    ConsentGiven, FieldProblem, InvitationId, Message, MinuteOfDay, Minutes, Moment, PersonId, PersonName, PhoneKind,
    PhoneNumber, Problem, Role, Service, Zone,
};

use crate::{
    Backend, Caller, Error, PersonBrief, Refusal,
    lounge::read_consent,
    rights,
    store::{
        attempts::{self, Kind},
        audit,
        invitations::{self, Answer, Invitation},
        mandates, outbox, people,
        tx::Tx,
    },
};

/// How long an invitation can be answered.
pub(crate) const ENDS: Minutes = Minutes(14 * 24 * 60);

/// What is typed to ask somebody.
#[derive(Clone, Debug, Default)]
pub struct InvitationForm {
    /// Given and family name.
    pub name: String,
    /// A mobile number.
    pub phone: String,
    /// Codes of services; none is all of them.
    pub services: Vec<String>,
    /// How long it holds, in months: `1`, `6`, `12`.
    pub months: String,
    /// How the resident agreed, when somebody at the lounge types it.
    pub consent: String,
}

/// A question that waits for its answer, as the resident sees it.
#[derive(Clone, Debug)]
pub struct InvitationView {
    /// Its id.
    pub id: InvitationId,
    /// Who was asked, as it was typed.
    pub name: PersonName,
    /// At which number.
    pub phone: PhoneNumber,
    /// What they may order; none named is everything.
    pub services: Vec<Service>,
    /// The first instant when the mandate wouldn't hold any more.
    pub until: Moment,
    /// Until when it can be answered.
    pub ends: Moment,
}

/// The same, as the one who was asked sees it.
#[derive(Clone, Debug)]
pub struct AskedView {
    /// Its id.
    pub id: InvitationId,
    /// Who asks, by their first name: the rest comes with the yes.
    pub resident: String,
    /// What they may order; none named is everything.
    pub services: Vec<Service>,
    /// The first instant when the mandate wouldn't hold any more.
    pub until: Moment,
}

struct Parsed {
    name: PersonName,
    phone: PhoneNumber,
    services: Vec<Service>,
    until: Moment,
}

impl Backend {
    /// Asks the owner of a number to order for the resident who is signed in or, at the lounge, sits there. The answer is the
    /// same whoever owns the number.
    ///
    /// # Errors
    /// Fields `name`, `mobile`, `services`, `months`, `consent`; [`Problem::TooMany`] on `mobile` after five a day.
    pub async fn invite(&self, c: &Caller, form: InvitationForm) -> Result<(), Error> {
        self.write((c.clone(), form), |tx, (c, form)| Box::pin(invite(tx, c, form))).await
    }

    /// The owner of the number says yes or no. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else; [`Refusal::Changed`] when it was taken back, or is too old.
    pub async fn answer_invitation(&self, c: &Caller, invitation: &str, yes: bool) -> Result<(), Error> {
        self.write((c.clone(), invitation.to_owned(), yes), |tx, (c, invitation, yes)| {
            Box::pin(answer(tx, c, invitation, *yes))
        })
        .await
    }

    /// The resident, or who serves them at the lounge, takes the question back.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else; [`Refusal::Changed`] when it was answered already.
    pub async fn withdraw_invitation(&self, c: &Caller, invitation: &str) -> Result<(), Error> {
        self.write((c.clone(), invitation.to_owned()), |tx, (c, invitation)| {
            Box::pin(async move {
                let (by, resident) = rights::for_resident(tx, c).await?;
                let invitation = read(tx, invitation).await?;
                if invitation.resident != resident {
                    return Err(Refusal::NotYours.into());
                }
                if invitations::answer(tx, invitation.id, Answer::Withdrawn).await? {
                    audit::write(tx, Some(by), Some(resident), "mandate.uninvited", invitation.id).await
                } else if invitation.answer == Some(Answer::Withdrawn) {
                    Ok(())
                } else {
                    Err(Refusal::Changed.into())
                }
            })
        })
        .await
    }
}

async fn read(tx: &mut Tx, invitation: &str) -> Result<Invitation, Error> {
    let id: InvitationId = invitation.parse().map_err(|_| Refusal::NotYours)?;
    invitations::by_id(tx, id).await?.ok_or_else(|| Refusal::NotYours.into())
}

async fn invite(tx: &mut Tx, c: &Caller, form: &InvitationForm) -> Result<(), Error> {
    let (by, resident) = rights::for_resident(tx, c).await?;
    let Parsed { name, phone, services, until } = parse(form, tx.settings().coop.zone, tx.now())?;
    let consent = if by == resident {
        ConsentGiven::InApp
    } else {
        read_consent(&form.consent).map_err(|problem| Error::field("consent", problem))?
    };
    let person = people::by_id(tx, resident).await?.ok_or(Refusal::NotYours)?;
    if person.phone.as_ref() == Some(&phone) {
        return Err(Error::field("mobile", Problem::OwnNumber));
    }
    tx.lock_name(phone.e164()).await?;
    let waiting = invitations::to_number(tx, &phone).await?;
    if waiting.iter().any(|invitation| invitation.resident == resident) {
        // A double tap, or a second thought: the question is on its way already.
        return Ok(());
    }
    if !attempts::has_room(tx, Kind::Invitation, &resident.to_string()).await? {
        return Err(Error::field("mobile", Problem::TooMany));
    }
    attempts::count(tx, Kind::Invitation, &resident.to_string()).await?;
    let id = InvitationId::from_random(tx.random());
    let ends = tx.now() + ENDS;
    let invitation = Invitation {
        id,
        resident,
        name,
        phone: phone.clone(),
        services,
        until,
        consent,
        made_by: by,
        ends,
        answer: None,
    };
    invitations::insert(tx, &invitation).await?;
    let message = Message::Invited { resident: person.name.given().to_owned() };
    outbox::write_to_number(tx, None, &phone, person.language, &message).await?;
    audit::write(tx, Some(by), (by != resident).then_some(resident), "mandate.invited", id).await
}

/// What a mandate is to cover, and until when.
pub(crate) struct Terms {
    /// None named is all of them.
    pub(crate) services: Vec<Service>,
    /// The first instant when it doesn't hold any more.
    pub(crate) until: Moment,
}

impl Terms {
    /// Reads codes of services and a number of months; what is wrong is noted on `services` and `months`.
    pub(crate) fn parse(
        services: &[String],
        months: &str,
        zone: Zone,
        now: Moment,
        problems: &mut Vec<FieldProblem>,
    ) -> Option<Self> {
        let services: Result<Vec<Service>, Problem> = services.iter().map(|service| service.parse()).collect();
        let months = match months {
            "1" => Ok(1),
            "6" => Ok(6),
            "12" => Ok(12),
            _ => Err(Problem::ChooseOne),
        };
        problems.extend(services.as_ref().err().map(|problem| FieldProblem::new("services", *problem)));
        problems.extend(months.as_ref().err().map(|problem| FieldProblem::new("months", *problem)));
        let (mut services, months) = services.ok().zip(months.ok())?;
        services.sort_unstable();
        services.dedup();
        if services.len() == Service::ALL.len() {
            // All of them is all there will ever be.
            services.clear();
        }
        let today = zone.date(now);
        let last = today.checked_add_months(Months::new(months)).unwrap_or(today);
        Some(Self { services, until: zone.at(last, MinuteOfDay::MIDNIGHT) })
    }
}

fn parse(form: &InvitationForm, zone: Zone, now: Moment) -> Result<Parsed, Error> {
    let mut problems = Vec::new();
    let name = PersonName::parse_full(&form.name);
    let phone = PhoneNumber::parse(&form.phone)
        .and_then(|phone| if phone.kind() == PhoneKind::Mobile { Ok(phone) } else { Err(Problem::NeedsMobile) });
    problems.extend(name.as_ref().err().map(|problem| FieldProblem::new("name", *problem)));
    problems.extend(phone.as_ref().err().map(|problem| FieldProblem::new("mobile", *problem)));
    let terms = Terms::parse(&form.services, &form.months, zone, now, &mut problems);
    match (name, phone, terms) {
        (Ok(name), Ok(phone), Some(Terms { services, until })) => Ok(Parsed { name, phone, services, until }),
        _ => Err(problems.into()),
    }
}

async fn answer(tx: &mut Tx, c: &Caller, invitation: &str, yes: bool) -> Result<(), Error> {
    let by = rights::person(c)?;
    let invitation = read(tx, invitation).await?;
    let owner = people::who_signs_in_by(tx, &invitation.phone).await?;
    let person = owner.filter(|owner| owner.id == by && by != invitation.resident).ok_or(Refusal::NotYours)?;
    let wanted = if yes { Answer::Accepted } else { Answer::Declined };
    if invitation.answer == Some(wanted) {
        return Ok(());
    }
    let is_late = invitation.ends <= tx.now() || invitation.until <= tx.now();
    if is_late {
        return Err(Refusal::Changed.into());
    }
    if !invitations::answer(tx, invitation.id, wanted).await? {
        // Two at once: the other one has just been first.
        let as_wanted = invitations::by_id(tx, invitation.id).await?.is_some_and(|now| now.answer == Some(wanted));
        return if as_wanted { Ok(()) } else { Err(Refusal::Changed.into()) };
    }
    let Invitation { resident, services, until, consent, made_by, .. } = &invitation;
    if !yes {
        return audit::write(tx, Some(by), Some(*resident), "mandate.declined", invitation.id).await;
    }
    people::add_role(tx, by, Role::Relative).await?;
    let given = (*consent, *made_by);
    let mandate = mandates::insert_for(tx, *resident, Some(by), services, given, *until).await?;
    let holder = person.name.given().to_owned();
    outbox::write(tx, *resident, None, None, &Message::MandateGiven { holder }).await?;
    audit::write_change(tx, Some(by), Some(*resident), "mandate.accepted", mandate, None, Some(consent.code())).await
}

/// What waits for the answer of the one signed in.
pub(crate) async fn asked(tx: &mut Tx, person: &PersonBrief) -> Result<Vec<AskedView>, Error> {
    let Some(phone) = people::by_id(tx, person.id).await?.and_then(|person| person.phone) else {
        return Ok(Vec::new());
    };
    if people::who_signs_in_by(tx, &phone).await?.is_none_or(|owner| owner.id != person.id) {
        return Ok(Vec::new());
    }
    let mut views = Vec::new();
    for Invitation { id, resident, services, until, .. } in invitations::to_number(tx, &phone).await? {
        if resident != person.id {
            views.push(AskedView { id, resident: people::first_name(tx, resident).await?, services, until });
        }
    }
    Ok(views)
}

/// What a resident waits for.
pub(crate) async fn waiting(tx: &mut Tx, resident: PersonId) -> Result<Vec<InvitationView>, Error> {
    let waiting = invitations::of_resident(tx, resident).await?.into_iter();
    Ok(waiting
        .map(|Invitation { id, name, phone, services, until, ends, .. }| InvitationView {
            id,
            name,
            phone,
            services,
            until,
            ends,
        })
        .collect())
}
