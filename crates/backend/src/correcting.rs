//! Correcting what is held of a person: by themselves their name, language and number, by the coordinator anybody's.
//!
//! A number is the key to everything of theirs. So a new one of their own is shown to be theirs by a code sent to it; the old
//! one is told; and whatever was signed in by the old one, linked phones included, is signed in no longer but the session in
//! which it was done.
//!
//! Neither a linked phone nor a helper who serves somebody does any of it for them.

use chrono::Datelike;
use domain::{ContactWay, FieldProblem, Language, Message, PersonId, PersonName, PhoneNumber, Problem};

use crate::{
    Backend, Caller, Error, PersonBrief, Refusal,
    drafts::new_contact,
    lounge::read_birth_year,
    rights,
    sessions::session,
    sign_in::{self, read_code},
    store::{
        audit,
        codes::{self, Answered, Purpose, SentTo, Tried},
        merging::Identity,
        outbox, passkeys,
        people::{self, StoredPerson},
        phone_links, sessions,
        tx::Tx,
    },
};

/// What there is to correct.
#[derive(Clone, Debug)]
pub struct CorrectionView {
    /// Whom it is about.
    pub person: PersonBrief,
    /// Their number.
    pub phone: Option<PhoneNumber>,
    /// How they are told.
    pub contact: ContactWay,
    /// Their language.
    pub language: Language,
    /// Year of birth.
    pub birth_year: Option<i32>,
}

/// What the coordinator types.
#[derive(Clone, Debug, Default)]
pub struct CorrectionForm {
    /// Whom it is about.
    pub person: String,
    /// Given and family name.
    pub name: String,
    /// A number, or nothing.
    pub phone: String,
    /// How they are told.
    pub contact: String,
    /// A language's code.
    pub language: String,
    /// Year of birth, or nothing.
    pub birth_year: String,
}

impl Backend {
    /// What the one signed in may correct.
    ///
    /// # Errors
    /// [`Refusal::NeedsCode`] on a linked phone, [`Refusal::NotYours`] while somebody is served.
    pub async fn own_details(&self, c: &Caller) -> Result<CorrectionView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let id = oneself(c)?;
                Ok(view(known(tx, id).await?))
            })
        })
        .await
    }

    /// Their name and language are these.
    ///
    /// # Errors
    /// Fields `name`, `language`; as [`Backend::own_details`].
    pub async fn correct_own_name(&self, c: &Caller, name: &str, language: &str) -> Result<(), Error> {
        self.write((c.clone(), name.to_owned(), language.to_owned()), |tx, (c, name, language)| {
            Box::pin(async move {
                let id = oneself(c)?;
                let (name, language) = (PersonName::parse_full(name), language.parse::<Language>());
                let (name, language) = match (name, language) {
                    (Ok(name), Ok(language)) => (name, language),
                    (name, language) => {
                        let wrong = |field, problem: Option<Problem>| problem.map(|p| FieldProblem::new(field, p));
                        let problems = [wrong("name", name.err()), wrong("language", language.err())];
                        return Err(problems.into_iter().flatten().collect::<Vec<_>>().into());
                    }
                };
                tx.lock_person(id).await?;
                let person = known(tx, id).await?;
                let to = Identity { name, language, ..Identity::of(&person) };
                correct(tx, &person, &to, id, c.session.as_deref()).await
            })
        })
        .await
    }

    /// Sends a code to the number that is to be theirs. The answer is the same whether it is anybody's or not.
    ///
    /// # Errors
    /// Field `mobile`: what isn't a number, [`Problem::NeedsMobile`], [`Problem::YourNumber`], [`Problem::TooMany`],
    /// [`Problem::SignInAgain`];
    /// [`Refusal::TryLater`]; as [`Backend::own_details`].
    pub async fn ask_new_number(&self, c: &Caller, phone: &str, client: &str) -> Result<(), Error> {
        let phone = PhoneNumber::parse(phone).map_err(|problem| Error::field("mobile", problem))?;
        if !phone.is_finnish_mobile() {
            return Err(Error::field("mobile", Problem::NeedsMobile));
        }
        self.write((c.clone(), phone, client.to_owned()), |tx, (c, phone, client)| {
            Box::pin(async move {
                let id = oneself(c)?;
                if !crate::sessions::is_fresh(tx, c).await? {
                    return Err(Error::field("mobile", Problem::SignInAgain));
                }
                if known(tx, id).await?.phone.as_ref() == Some(phone) {
                    return Err(Error::field("mobile", Problem::YourNumber));
                }
                // What it counted stays counted, refusals included.
                let to = SentTo::Phone(phone.clone());
                sign_in::ask(tx, session(c)?, Purpose::Number, &to, c.language, client).await
            })
        })
        .await?
        .map_err(|refusal| match refusal {
            Refusal::Fields(_) => Error::field("mobile", Problem::TooMany),
            other => Error::Refused(other),
        })
    }

    /// Answers that code: the number is theirs from now on. Every other session of theirs ends, and every linked phone.
    ///
    /// # Errors
    /// Field `code`: [`Problem::WrongCode`], [`Problem::CodeExpired`], or [`Problem::NumberTaken`] when somebody else signs in
    /// by it; as [`Backend::own_details`].
    pub async fn answer_new_number(&self, c: &Caller, code: &str) -> Result<(), Error> {
        let code = read_code(code)?;
        self.write((c.clone(), code), |tx, (c, code)| {
            Box::pin(async move {
                let id = oneself(c)?;
                let phone = match codes::attempt(tx, session(c)?, Purpose::Number, code).await? {
                    Tried::Right(Answered { to: SentTo::Phone(phone), .. }) => phone,
                    Tried::Right(_) => return Err(Error::stored("a new number's code went to an address")),
                    Tried::Wrong => return Ok(Err(Problem::WrongCode)),
                    Tried::Expired => return Ok(Err(Problem::CodeExpired)),
                };
                tx.lock_person(id).await?;
                if people::who_signs_in_by(tx, &phone).await?.is_some_and(|owner| owner.id != id) {
                    return Ok(Err(Problem::NumberTaken));
                }
                let person = known(tx, id).await?;
                let to = Identity { phone: Some(phone), ..Identity::of(&person) };
                correct(tx, &person, &to, id, c.session.as_deref()).await.map(Ok)
            })
        })
        .await?
        .map_err(|problem| Error::field("code", problem))
    }

    /// What the coordinator may correct of that person.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else, and for who isn't there or has left.
    pub async fn details_of(&self, c: &Caller, person: &str) -> Result<CorrectionView, Error> {
        self.read((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                Ok(view(somebody(tx, person).await?))
            })
        })
        .await
    }

    /// Corrects somebody's name, number, language, year of birth, and how they are told.
    ///
    /// # Errors
    /// Fields `name`, `phone`, `contact`, `language`, `birth_year`; [`Refusal::NotYours`] as for [`Backend::details_of`].
    pub async fn correct_details(&self, c: &Caller, form: CorrectionForm) -> Result<(), Error> {
        self.write((c.clone(), form), |tx, (c, form)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let id = somebody(tx, &form.person).await?.id;
                let to = parse(tx, form)?;
                tx.lock_person(id).await?;
                let person = somebody(tx, &form.person).await?;
                let session = c.session.as_deref().filter(|_| by == id);
                correct(tx, &person, &to, by, session).await
            })
        })
        .await
    }
}

/// The one signed in by a code, who serves nobody.
fn oneself(c: &Caller) -> Result<PersonId, Error> {
    let id = rights::person(c)?;
    if c.serving.is_some() { Err(Refusal::NotYours.into()) } else { Ok(id) }
}

async fn known(tx: &mut Tx, id: PersonId) -> Result<StoredPerson, Error> {
    people::by_id(tx, id).await?.filter(|person| !person.stopped).ok_or_else(|| Refusal::NotYours.into())
}

async fn somebody(tx: &mut Tx, person: &str) -> Result<StoredPerson, Error> {
    known(tx, person.parse().map_err(|_| Refusal::NotYours)?).await
}

fn view(person: StoredPerson) -> CorrectionView {
    CorrectionView {
        person: person.brief(),
        phone: person.phone,
        contact: person.contact,
        language: person.language,
        birth_year: person.birth_year,
    }
}

fn parse(tx: &Tx, form: &CorrectionForm) -> Result<Identity, Error> {
    let mut problems = Vec::new();
    let reach = new_contact(&mut problems, &form.name, &form.phone, &form.contact);
    let birth_year = read_birth_year(&form.birth_year, tx.settings().coop.zone.date(tx.now()).year());
    let language = form.language.parse::<Language>();
    problems.extend(birth_year.as_ref().err().map(|problem| FieldProblem::new("birth_year", *problem)));
    problems.extend(language.as_ref().err().map(|problem| FieldProblem::new("language", *problem)));
    match (reach, birth_year, language) {
        (Some((Some((name, phone)), contact)), Ok(birth_year), Ok(language)) => {
            Ok(Identity { name, phone, language, contact, birth_year })
        }
        _ => Err(problems.into()),
    }
}

/// Writes it down. With another number, what was signed in by the old one ends, what waits to be told follows, and the old
/// one is told, when text messages reach it. Where the coordinator does it, passkeys and the e-mail address go too.
async fn correct(
    tx: &mut Tx,
    person: &StoredPerson,
    to: &Identity,
    by: PersonId,
    session: Option<&str>,
) -> Result<(), Error> {
    let was = Identity::of(person);
    if was == *to {
        return Ok(());
    }
    people::set_identity(tx, person.id, to).await?;
    if was.phone != to.phone {
        sessions::end_others(tx, person.id, session).await?;
        phone_links::end_all(tx, person.id, by).await?;
        if by != person.id {
            // The co-op corrects it when a phone is lost or isn't theirs: nothing else lets anybody in then.
            passkeys::delete_all(tx, person.id).await?;
            people::remove_email(tx, person.id).await?;
        }
        outbox::follow(tx, person.id, to.phone.as_ref()).await?;
        if let Some(old) = person.mobile() {
            outbox::write_to_number(tx, Some(person.id), old, person.language, &Message::NumberChanged).await?;
        }
    }
    let changed = if was.phone == to.phone { "person.corrected" } else { "person.number_changed" };
    audit::write(tx, Some(by), (by != person.id).then_some(person.id), changed, person.id).await
}
