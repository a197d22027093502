//! Passkeys: a key on somebody's own device, by which they sign in without a code. Nobody needs one.
//!
//! - **Making one** needs a sign-in of a moment ago, by a code or another passkey, on a device of one's own: not on a
//!   linked phone, not at the lounge, not while somebody is served. The owner is told by text.
//! - **Signing in** by one is signing in by a code in all that follows: a new session, with the same ends. Whatever is
//!   wrong is refused in the same words, and every try counts on the address.
//! - **A counter that goes back** means that there are two keys: that passkey signs nobody in any more, and its owner is told.
//! - **Removing one** ends every session that it opened.
//!
//! The cryptography is `ceremonies`; a ceremony is kept with the session that began it, and is taken once.

use domain::{Message, Minutes, Moment, PasskeyId, PersonId, Problem, Role};

use crate::{
    Backend, Caller, Error, Refusal, SignedIn,
    ceremonies::{Entered, RelyingParty},
    phones::read_name,
    rights,
    sessions::{self, session},
    store::{
        attempts::{self, Kind},
        audit, codes,
        passkeys::{self, Ceremony, NewPasskey, StoredPasskey},
        people, sessions as stored, sha256_hex,
        tx::Tx,
    },
    telling,
};

/// How long a ceremony may take: fingers, gloves, a forgotten pattern.
const GOOD_FOR: Minutes = Minutes(5);

/// How many passkeys somebody may have.
const MOST: i64 = 10;

/// A passkey, as its owner sees it.
#[derive(Clone, Debug)]
pub struct PasskeyView {
    /// Its id.
    pub id: PasskeyId,
    /// What they call it.
    pub name: String,
    /// Since when.
    pub made: Moment,
    /// When somebody signed in by it last.
    pub used: Option<Moment>,
    /// Whether somebody may have a copy of it, so that it signs nobody in.
    pub copied: bool,
}

/// Somebody's passkeys, and whether they may make one more here and now.
#[derive(Clone, Debug)]
pub struct PasskeysView {
    /// The oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Whether one can be added.
    pub may_add: MayAdd,
}

/// Whether a passkey can be added here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayAdd {
    /// It can.
    Yes,
    /// After signing in anew.
    AfterSigningIn,
    /// Not on a device that others use too.
    NotOnThisDevice,
    /// There are enough.
    Enough,
    /// Browsers make none for this installation's address.
    Nowhere,
}

/// What was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRemoved {
    /// The one by which the caller had signed in: nobody is signed in here any more.
    ThisOne,
    /// Another one.
    Another,
}

impl Backend {
    /// The host at which browsers know our passkeys; nothing where there are none.
    pub fn passkey_host(&self) -> Option<String> {
        self.settings().passkeys.as_ref().map(|party| party.host().to_owned())
    }

    /// The caller's own passkeys.
    ///
    /// # Errors
    /// [`Refusal::SignInFirst`]; [`Refusal::NeedsCode`] on a linked phone.
    pub async fn passkeys(&self, c: &Caller) -> Result<PasskeysView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let person = rights::person(c)?;
                let may_add = may_add(tx, c, person).await?;
                let passkeys = passkeys::of_person(tx, person).await?.into_iter().map(view).collect();
                Ok(PasskeysView { passkeys, may_add })
            })
        })
        .await
    }

    /// Begins to make a passkey: what the browser is asked to do, as JSON.
    ///
    /// # Errors
    /// As [`Backend::make_passkey`].
    pub async fn begin_passkey(&self, c: &Caller) -> Result<String, Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                let (person, party) = adding(tx, c).await?;
                let name = people::name(tx, person).await?.ok_or(Refusal::NotYours)?;
                let known = passkeys::of_person(tx, person).await?;
                let known: Vec<&str> = known.iter().map(|passkey| passkey.key.as_str()).collect();
                let begun = party.begin_making(person, &name, &known)?;
                passkeys::begin(tx, session(c)?, Ceremony::Make, &begun.state, tx.now() + GOOD_FOR).await?;
                Ok(begun.options)
            })
        })
        .await
    }

    /// Makes the passkey: `answer` is what the browser says that the device has done, as JSON.
    ///
    /// # Errors
    /// Field `passkey_name`: [`Problem::Missing`], [`Problem::TooLong`]. Field `new_passkey`: [`Problem::PasskeyRefused`] for
    /// every answer that isn't one to what was asked here, [`Problem::SignInAgain`], [`Problem::TooMany`].
    /// [`Refusal::SignInFirst`]; [`Refusal::NeedsCode`] on a linked phone; [`Refusal::NotYours`] on a device that others
    /// use too.
    pub async fn make_passkey(&self, c: &Caller, name: &str, answer: &str) -> Result<(), Error> {
        self.write((c.clone(), name.to_owned(), answer.to_owned()), |tx, (c, name, answer)| {
            Box::pin(async move {
                let (person, party) = adding(tx, c).await?;
                let name = read_name("passkey_name", name)?;
                // From here on it is an answer, not a refusal, that ends this: the ceremony is over whatever comes of it.
                let Some(state) = passkeys::take(tx, session(c)?, Ceremony::Make).await? else { return Ok(refused()) };
                let Some(made) = party.make(&state, answer)? else { return Ok(refused()) };
                let id = PasskeyId::from_random(tx.random());
                let new =
                    NewPasskey { id, person, name: &name, credential_hash: &made.credential_hash, key: &made.key };
                if !passkeys::insert(tx, new).await? {
                    return Ok(refused());
                }
                telling::of_a_way_in(tx, person, &Message::PasskeyMade { name }).await?;
                audit::write(tx, Some(person), None, "passkey.made", id).await?;
                Ok(Ok(()))
            })
        })
        .await?
        .map_err(not_made)
    }

    /// Begins to sign in: what the browser is asked to do, as JSON. The same for everybody.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] where browsers know no passkeys of ours, and on the lounge's device.
    pub async fn begin_signing_in(&self, c: &Caller) -> Result<String, Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                let begun = entering(tx, c).await?.begin_entering()?;
                passkeys::begin(tx, session(c)?, Ceremony::Enter, &begun.state, tx.now() + GOOD_FOR).await?;
                Ok(begun.options)
            })
        })
        .await
    }

    /// Signs in by a passkey: a new session, in which the order being made goes on. `answer` is the browser's, as JSON.
    ///
    /// # Errors
    /// Field `passkey`: [`Problem::TooMany`], or [`Problem::PasskeyRefused`], whatever is wrong.
    /// [`Refusal::NotYours`] as [`Backend::begin_signing_in`].
    pub async fn sign_in_by_passkey(&self, c: &Caller, answer: &str, client: &str) -> Result<SignedIn, Error> {
        self.write((c.clone(), answer.to_owned(), client.to_owned()), |tx, (c, answer, client)| {
            Box::pin(async move {
                let party = entering(tx, c).await?;
                if !attempts::allowed(tx, Kind::Passkey, client).await? {
                    return Ok(Err(Problem::TooMany));
                }
                let Some(passkey) = shown(tx, c, &party, answer).await? else { return Ok(refused()) };
                let (id, person) = (passkey.id, passkey.person);
                codes::remember_client(tx, person, client).await?;
                let signed_in = sessions::signed_in(tx, Some(session(c)?), person).await?;
                stored::set_passkey(tx, &sha256_hex(&signed_in.token), id).await?;
                audit::write(tx, Some(person), None, "session.signed_in_by_passkey", id).await?;
                Ok(Ok(signed_in))
            })
        })
        .await?
        .map_err(|problem| Error::field("passkey", problem))
    }

    /// Removes the caller's own passkey, and ends every session that it opened. Their device keeps its half, which opens
    /// nothing any more.
    ///
    /// # Errors
    /// [`Refusal::SignInFirst`]; [`Refusal::NeedsCode`] on a linked phone; [`Refusal::NotYours`] for anybody else's, and
    /// for what isn't one.
    pub async fn remove_passkey(&self, c: &Caller, passkey: &str) -> Result<PasskeyRemoved, Error> {
        self.write((c.clone(), passkey.to_owned()), |tx, (c, passkey)| {
            Box::pin(async move {
                let person = rights::person(c)?;
                let id: PasskeyId = passkey.parse().map_err(|_| Refusal::NotYours)?;
                let own = stored::passkey(tx, session(c)?).await? == Some(id);
                if !passkeys::delete(tx, id, person).await? {
                    return Err(Refusal::NotYours.into());
                }
                audit::write(tx, Some(person), None, "passkey.removed", id).await?;
                Ok(if own { PasskeyRemoved::ThisOne } else { PasskeyRemoved::Another })
            })
        })
        .await
    }
}

fn not_made(problem: Problem) -> Error {
    Error::field("new_passkey", problem)
}

fn refused<T>() -> Result<T, Problem> {
    Err(Problem::PasskeyRefused)
}

fn view(passkey: StoredPasskey) -> PasskeyView {
    PasskeyView {
        id: passkey.id,
        name: passkey.name,
        made: passkey.made,
        used: passkey.used,
        copied: passkey.copied.is_some(),
    }
}

async fn may_add(tx: &mut Tx, c: &Caller, person: PersonId) -> Result<MayAdd, Error> {
    Ok(if tx.settings().passkeys.is_none() {
        MayAdd::Nowhere
    } else if is_shared(tx, c).await? {
        MayAdd::NotOnThisDevice
    } else if passkeys::count(tx, person).await? >= MOST {
        MayAdd::Enough
    } else if sessions::is_fresh(tx, c).await? {
        MayAdd::Yes
    } else {
        MayAdd::AfterSigningIn
    })
}

/// Whether others use this device too: a lounge's, or one on which somebody is served.
async fn is_shared(tx: &mut Tx, c: &Caller) -> Result<bool, Error> {
    Ok(c.serving.is_some() || rights::roles(tx, c).await?.contains(&Role::Lounge))
}

/// Who adds a passkey, and to whose.
async fn adding(tx: &mut Tx, c: &Caller) -> Result<(PersonId, RelyingParty), Error> {
    let person = rights::person(c)?;
    match may_add(tx, c, person).await? {
        MayAdd::Yes => Ok((person, party(tx)?)),
        MayAdd::AfterSigningIn => Err(not_made(Problem::SignInAgain)),
        MayAdd::Enough => Err(not_made(Problem::TooMany)),
        MayAdd::NotOnThisDevice | MayAdd::Nowhere => Err(Refusal::NotYours.into()),
    }
}

async fn entering(tx: &mut Tx, c: &Caller) -> Result<RelyingParty, Error> {
    if is_shared(tx, c).await? { Err(Refusal::NotYours.into()) } else { party(tx) }
}

fn party(tx: &Tx) -> Result<RelyingParty, Error> {
    tx.settings().passkeys.clone().ok_or_else(|| Refusal::NotYours.into())
}

/// The passkey that the answer shows, in this session's ceremony, which is over now.
async fn shown(tx: &mut Tx, c: &Caller, party: &RelyingParty, answer: &str) -> Result<Option<StoredPasskey>, Error> {
    let Some(state) = passkeys::take(tx, session(c)?, Ceremony::Enter).await? else { return Ok(None) };
    let Some(shown) = party.shown(answer) else { return Ok(None) };
    let found = passkeys::by_credential(tx, &shown.credential_hash()).await?;
    let Some(passkey) = found.filter(|passkey| shown.is_of(passkey.person) && passkey.copied.is_none()) else {
        return Ok(None);
    };
    match party.enter(&state, &shown, &passkey.key)? {
        Entered::Owner(key) => Ok(passkeys::used(tx, &passkey, &key).await?.then_some(passkey)),
        Entered::Copied => {
            copied(tx, &passkey).await?;
            Ok(None)
        }
        Entered::No => Ok(None),
    }
}

/// Somebody has a copy of the key: whoever it is, it opens nothing any more.
async fn copied(tx: &mut Tx, passkey: &StoredPasskey) -> Result<(), Error> {
    if passkeys::set_copied(tx, passkey.id).await? {
        // Whoever was first may not have been the owner.
        passkeys::end_sessions(tx, passkey.id).await?;
        let message = Message::PasskeyCopied { name: passkey.name.clone() };
        telling::of_a_way_in(tx, passkey.person, &message).await?;
        audit::write(tx, None, Some(passkey.person), "passkey.copied", passkey.id).await?;
    }
    Ok(())
}
