//! A person's e-mail address: shown to be theirs by a code that was sent to it, chosen for what would be a text message,
//! taken away again. Nobody needs one.
//!
//! It is their own business, or that of whom they let help them at the lounge; never that of a linked phone. Somebody else's
//! address gives nothing away: whoever types it is told the same, and only who reads its mail has the code.

use domain::{EmailAddress, Message, PersonId, Problem};

use crate::{
    Backend, Caller, Error, PersonBrief, Refusal, rights,
    sessions::{self, session},
    sign_in,
    store::{
        attempts::{self, Kind},
        audit,
        codes::{self, NewCode, Purpose, SentTo, Tried},
        outbox, people,
        tx::Tx,
    },
    telling,
};

/// What a person has of e-mail.
#[derive(Clone, Debug)]
pub struct EmailView {
    /// Whose it is.
    pub of: PersonBrief,
    /// The address, when they have one.
    pub address: Option<EmailAddress>,
    /// Whether e-mail comes first.
    pub first: bool,
    /// Whether they have a number that texts reach.
    pub has_mobile: bool,
}

impl Backend {
    /// The caller's own, or that of whom they serve at the lounge.
    ///
    /// # Errors
    /// [`Refusal::NeedsCode`] on a linked phone; [`Refusal::NotYours`] where no e-mail goes out.
    pub async fn email(&self, c: &Caller) -> Result<EmailView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let (_, whose) = whose(tx, c).await?;
                let person = people::by_id(tx, whose).await?.ok_or(Refusal::NotYours)?;
                Ok(EmailView {
                    of: person.brief(),
                    has_mobile: person.mobile().is_some(),
                    first: person.email_first,
                    address: person.email,
                })
            })
        })
        .await
    }

    /// Sends a code to that address. Nothing is theirs before it comes back.
    ///
    /// # Errors
    /// Field `email`: [`Problem::Missing`], [`Problem::NotAnEmail`], [`Problem::TooMany`]; [`Problem::SignInAgain`] alone.
    pub async fn ask_email(&self, c: &Caller, email: &str, client: &str) -> Result<(), Error> {
        let given = (c.clone(), email.to_owned(), client.to_owned());
        self.write(given, |tx, (c, email, client)| {
            Box::pin(async move {
                let (by, whose) = whose(tx, c).await?;
                // At the lounge they sit there themselves; alone, an address is a second key to everything of theirs.
                if by == whose && !sessions::is_fresh(tx, c).await? {
                    return Err(Error::field("email", Problem::SignInAgain));
                }
                let email = EmailAddress::parse(email).map_err(|problem| Error::field("email", problem))?;
                // What it counted stays counted, and a refusal counts nothing.
                count(tx, whose, &email, client).await?;
                let language = people::by_id(tx, whose).await?.map_or(c.language, |person| person.language);
                let to = SentTo::Email(email);
                let (session, purpose) = (session(c)?, Purpose::Email);
                let new = NewCode { session, purpose, to: &to, person: Some(whose), sent: true, client };
                let code = codes::make(tx, new).await?;
                sign_in::write_code(tx, Some(whose), &to, language, code).await
            })
        })
        .await
    }

    /// Answers the code: the address is theirs from now on.
    ///
    /// # Errors
    /// Field `code`: [`Problem::Missing`], [`Problem::WrongCode`], [`Problem::CodeExpired`].
    pub async fn confirm_email(&self, c: &Caller, code: &str) -> Result<(), Error> {
        let code = sign_in::read_code(code)?;
        self.write((c.clone(), code), |tx, (c, code)| {
            Box::pin(async move {
                let (by, whose) = whose(tx, c).await?;
                // A wrong try is an answer and not an error here: what it cost must stay.
                let answered = match codes::attempt(tx, session(c)?, Purpose::Email, code).await? {
                    Tried::Right(answered) => answered,
                    Tried::Wrong => return Ok(Err(Problem::WrongCode)),
                    Tried::Expired => return Ok(Err(Problem::CodeExpired)),
                };
                // At the lounge somebody else may sit there by now.
                let SentTo::Email(email) = answered.to else { return Ok(Err(Problem::WrongCode)) };
                if answered.person != Some(whose) {
                    return Ok(Err(Problem::WrongCode));
                }
                tx.lock_name(&email.key()).await?;
                // Whoever helps may have typed an address of their own: nobody signs in by it until its owner has shown it.
                people::set_email(tx, whose, &email, by == whose).await?;
                outbox::readdress_emails(tx, whose, Some(&email)).await?;
                telling::of_a_way_in(tx, whose, &Message::EmailSet).await?;
                audit::write(tx, Some(by), on_behalf(by, whose), "email.set", whose).await?;
                Ok(Ok(()))
            })
        })
        .await?
        .map_err(|problem| Error::field("code", problem))
    }

    /// Whether e-mail comes first for them.
    ///
    /// # Errors
    /// Field `first`: [`Problem::ChooseOne`].
    pub async fn choose_email(&self, c: &Caller, first: &str) -> Result<(), Error> {
        self.write((c.clone(), first.to_owned()), |tx, (c, first)| {
            Box::pin(async move {
                let (by, whose) = whose(tx, c).await?;
                let (first, act) = match first.as_str() {
                    "yes" => (true, "email.first"),
                    "no" => (false, "email.second"),
                    _ => return Err(Error::field("first", Problem::ChooseOne)),
                };
                if people::set_email_first(tx, whose, first).await? {
                    audit::write(tx, Some(by), on_behalf(by, whose), act, whose).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// They have no address any more. Saying it twice is saying it once.
    pub async fn remove_email(&self, c: &Caller) -> Result<(), Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                let (by, whose) = whose(tx, c).await?;
                if people::remove_email(tx, whose).await? {
                    outbox::readdress_emails(tx, whose, None).await?;
                    audit::write(tx, Some(by), on_behalf(by, whose), "email.removed", whose).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Who acts, and whose address it is about.
async fn whose(tx: &mut Tx, c: &Caller) -> Result<(PersonId, PersonId), Error> {
    let by = rights::person(c)?;
    if !tx.settings().emails {
        return Err(Refusal::NotYours.into());
    }
    let roles = rights::roles(tx, c).await?;
    Ok((by, rights::served(tx, c, &roles).await?.unwrap_or(by)))
}

/// Counts a code to an address that nobody has confirmed, by whose it is to be, by the address and by where from.
async fn count(tx: &mut Tx, whose: PersonId, email: &EmailAddress, client: &str) -> Result<(), Error> {
    tx.lock_name(&email.key()).await?;
    let limits = [
        (Kind::CodeByClient, client.to_owned()),
        (Kind::EmailShown, whose.to_string()),
        (Kind::EmailShownTo, email.key()),
    ];
    for (kind, subject) in &limits {
        if !attempts::has_room(tx, *kind, subject).await? {
            return Err(Error::field("email", Problem::TooMany));
        }
    }
    for (kind, subject) in &limits {
        attempts::count(tx, *kind, subject).await?;
    }
    Ok(())
}

fn on_behalf(by: PersonId, whose: PersonId) -> Option<PersonId> {
    (by != whose).then_some(whose)
}
