//! Signing in by one-time code, and confirming the order of somebody new by one.
//!
//! A code comes to a mobile number or to a confirmed e-mail address. One that nobody signs in by gets the same answer in the
//! same time as one that somebody does: the same limits are asked, the same row is written, only no message. Every try counts
//! on the request, so that strangers can't use up anybody's. Codes by e-mail cost no text message: the day's budget isn't
//! theirs, the limits by address, client and session are.

use domain::{ContactWay, EmailAddress, Language, Message, Minutes, PersonId, PhoneNumber, Problem, Role};

use crate::{
    Backend, Caller, Error, Refusal, delivery, requesting,
    sessions::{self, session},
    store::{
        attempts::{self, Kind},
        audit,
        codes::{self, Answered, NewCode, Purpose, SentTo, Tried},
        invitations, outbox,
        people::{self, NewPerson, StoredPerson},
        tx::Tx,
    },
};

/// Somebody has shown who they are.
#[derive(Clone)]
pub struct SignedIn {
    /// The new session's token, for the cookie.
    pub token: String,
    /// What they may do: which page comes first.
    pub roles: Vec<Role>,
    /// How long the session lasts at most, for the cookie.
    pub lasts: Minutes,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// How long an address from which somebody has signed in is known as theirs, in days.
pub(crate) const KNOWN_DAYS: i64 = 90;

impl Backend {
    /// Sends a one-time code, if somebody signs in by that number or e-mail address. The answer is the same if nobody does.
    ///
    /// # Errors
    /// Field `phone` for what is neither, or with [`Problem::TooMany`]; [`Refusal::TryLater`] when the day's text messages are
    /// used up.
    pub async fn ask_code(&self, c: &Caller, to: &str, language: Language, client: &str) -> Result<(), Error> {
        let to = read_to(to).map_err(|problem| Error::field("phone", problem))?;
        let given = (session(c)?.to_owned(), to, language, client.to_owned());
        self.write(given, |tx, (session, to, language, client)| {
            Box::pin(async move {
                // The answer, refusals included, is committed: what it counted stays counted.
                ask(tx, session, Purpose::SignIn, to, *language, client).await
            })
        })
        .await?
        .map_err(Error::Refused)
    }

    /// Answers a code: a new session, in which the order being made goes on.
    ///
    /// # Errors
    /// Field `code`: [`Problem::Missing`], [`Problem::WrongCode`], or [`Problem::CodeExpired`] when there is none to
    /// try any more.
    pub async fn answer_code(&self, c: &Caller, code: &str) -> Result<SignedIn, Error> {
        let code = read_code(code)?;
        self.write((session(c)?.to_owned(), code, c.language), |tx, (session, code, language)| {
            Box::pin(async move {
                let answered = match codes::attempt(tx, session, Purpose::SignIn, code).await? {
                    Tried::Right(answered) => answered,
                    Tried::Wrong => return Ok(Err(Problem::WrongCode)),
                    Tried::Expired => return Ok(Err(Problem::CodeExpired)),
                };
                // The number may have gone to somebody else since the code was sent.
                let owner = owner(tx, &answered.to).await?.map(|owner| owner.id);
                let person = match (answered.person, owner, &answered.to) {
                    (Some(person), Some(owner), _) if person == owner => person,
                    (None, None, SentTo::Phone(phone)) => match newcomer(tx, session, phone, *language).await? {
                        Some(person) => person,
                        None => return Ok(Err(Problem::WrongCode)),
                    },
                    _ => return Ok(Err(Problem::WrongCode)),
                };
                codes::remember_client(tx, person, &answered.client).await?;
                if let SentTo::Phone(phone) = &answered.to {
                    requesting::confirm(tx, session, phone, person).await?;
                }
                let signed_in = sessions::signed_in(tx, Some(session), person).await?;
                audit::write(tx, Some(person), None, "session.signed_in", person).await?;
                Ok(Ok(signed_in))
            })
        })
        .await?
        .map_err(|problem| Error::field("code", problem))
    }
}

/// A mobile number or an e-mail address, as it was typed into one field.
fn read_to(typed: &str) -> Result<SentTo, Problem> {
    if EmailAddress::is_meant(typed) {
        EmailAddress::parse(typed).map(SentTo::Email)
    } else {
        PhoneNumber::parse(typed).map(SentTo::Phone)
    }
}

/// Who signs in by it.
async fn owner(tx: &mut Tx, to: &SentTo) -> Result<Option<StoredPerson>, Error> {
    match to {
        SentTo::Phone(phone) => people::who_signs_in_by(tx, phone).await,
        SentTo::Email(email) => people::who_signs_in_by_email(tx, email).await,
    }
}

/// The digits that were typed, with any spaces taken out.
///
/// # Errors
/// Field `code`: [`Problem::Missing`], or [`Problem::WrongCode`] for what can't be a code (no try is used up by it).
pub(crate) fn read_code(typed: &str) -> Result<String, Error> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(7).collect();
    if digits.is_empty() {
        Err(Error::field("code", Problem::Missing))
    } else if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        Err(Error::field("code", Problem::WrongCode))
    } else {
        Ok(digits)
    }
}

/// Sends a code to the number of somebody who orders without having signed in. Commit whatever it answers.
///
/// # Errors
/// As [`Backend::ask_code`]; field `phone` with [`Problem::NeedsMobile`] for a number that isn't a Finnish mobile.
pub(crate) async fn ask_code_for_order(
    tx: &mut Tx,
    session: &str,
    phone: &PhoneNumber,
    language: Language,
    client: &str,
) -> Result<Result<(), Refusal>, Error> {
    if !phone.is_finnish_mobile() {
        return Ok(Err(field("phone", Problem::NeedsMobile)));
    }
    ask(tx, session, Purpose::Order, &SentTo::Phone(phone.clone()), language, client).await
}

/// Answers the code of an order. Commit whatever it answers. Nothing is said of whose number it is.
pub(crate) async fn answer_code_for_order(
    tx: &mut Tx,
    session: &str,
    code: &str,
) -> Result<Result<Answered, Problem>, Error> {
    Ok(match codes::attempt(tx, session, Purpose::Order, code).await? {
        Tried::Right(answered) => Ok(answered),
        Tried::Wrong => Err(Problem::WrongCode),
        Tried::Expired => Err(Problem::CodeExpired),
    })
}

/// Somebody unknown has shown that the number is theirs, whom a resident has asked to order for them, or who asks to be
/// allowed to in this very session: from now on they are known, by the name that the resident or they themselves typed.
async fn newcomer(
    tx: &mut Tx,
    session: &str,
    phone: &PhoneNumber,
    language: Language,
) -> Result<Option<PersonId>, Error> {
    let invited = invitations::to_number(tx, phone).await?.into_iter().next();
    let (name, language) = match (requesting::newcomer(tx, session, phone).await?, invited) {
        (Some(name), _) => (name, language),
        (None, Some(invitation)) => {
            let resident = people::by_id(tx, invitation.resident).await?;
            (invitation.name, resident.map_or(Language::Finnish, |resident| resident.language))
        }
        (None, None) => return Ok(None),
    };
    let id = PersonId::from_random(tx.random());
    let person = NewPerson {
        id,
        name,
        phone: Some(phone.clone()),
        language,
        contact: ContactWay::Sms,
        birth_year: None,
        provisional: false,
    };
    people::insert(tx, &person).await?;
    people::add_role(tx, id, Role::Relative).await?;
    Ok(Some(id))
}

fn field(name: &str, problem: Problem) -> Refusal {
    Refusal::Fields(vec![domain::FieldProblem::new(name, problem)])
}

/// Makes a code, within the limits, and sends it where it is to go. Commit whatever it answers.
///
/// # Errors
/// As [`Backend::ask_code`].
pub(crate) async fn ask(
    tx: &mut Tx,
    session: &str,
    purpose: Purpose,
    to: &SentTo,
    language: Language,
    client: &str,
) -> Result<Result<(), Refusal>, Error> {
    // In the same order everywhere, so that two requests can't wait for each other.
    tx.lock_name(client).await?;
    tx.lock_name(&to.key()).await?;

    let owner = owner(tx, to).await?;
    let since = tx.now().plus_seconds(-KNOWN_DAYS * 24 * 3600);
    let at_home = match &owner {
        Some(owner) => codes::knows_client(tx, owner.id, client, since).await?,
        None => false,
    };
    let for_number =
        if at_home { (Kind::CodeForOwner, format!("{} {client}", to.key())) } else { (Kind::CodeForNumber, to.key()) };
    let counted = [(Kind::CodeByClient, client.to_owned()), (Kind::CodeBySession, session.to_owned()), for_number];
    for (kind, subject) in &counted {
        if !attempts::has_room(tx, *kind, subject).await? {
            return Ok(Err(field("phone", Problem::TooMany)));
        }
    }
    let expected = match to {
        SentTo::Phone(phone) => {
            let is_asking = requesting::newcomer(tx, session, phone).await?.is_some();
            if budget_is_used_up(tx, purpose != Purpose::SignIn || is_asking).await? {
                return Ok(Err(Refusal::TryLater));
            }
            is_asking || purpose != Purpose::SignIn || !invitations::to_number(tx, phone).await?.is_empty()
        }
        SentTo::Email(_) => false,
    };
    for (kind, subject) in &counted {
        attempts::count(tx, *kind, subject).await?;
    }

    let sent = owner.is_some() || expected;
    // To the address as its owner wrote it: a mail server may tell capitals apart.
    let own = owner.as_ref().and_then(|owner| owner.email.clone()).filter(|_| matches!(to, SentTo::Email(_)));
    let to = &own.map_or_else(|| to.clone(), SentTo::Email);
    let person = owner.map(|owner| owner.id);
    let code = codes::make(tx, NewCode { session, purpose, to, person, sent, client }).await?;
    if sent {
        let whose = person.filter(|_| purpose == Purpose::SignIn);
        write_code(tx, whose, to, language, code).await?;
    }
    Ok(Ok(()))
}

/// The message with a code in it.
pub(crate) async fn write_code(
    tx: &mut Tx,
    whose: Option<PersonId>,
    to: &SentTo,
    language: Language,
    code: String,
) -> Result<(), Error> {
    let message = Message::SignInCode { code: code.into() };
    match to {
        SentTo::Phone(phone) => outbox::write_to_number(tx, whose, phone, language, &message).await,
        SentTo::Email(email) => outbox::write_to_address(tx, whose, email, language, &message).await,
    }
}

/// Whether the share of the day's text messages that such codes may use is used up. Whoever signs in is the last to be
/// turned away: a flood of strangers' orders leaves them room.
async fn budget_is_used_up(tx: &mut Tx, for_strangers: bool) -> Result<bool, Error> {
    let shares = delivery::shares(tx.settings().coop.sms_daily_budget);
    let share = if for_strangers { shares.strangers } else { shares.all };
    let used = delivery::budget_used(tx).await?;
    if used < share {
        return Ok(false);
    }
    delivery::alarm(tx, used).await?;
    Ok(true)
}
