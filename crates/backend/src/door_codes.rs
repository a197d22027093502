//! Codes of doors: kept sealed, shown only to the member who goes there, only around the visit, and never without a line in
//! the trace that says so.
//!
//! The line is written before the code is opened, in the same transaction, and the code is answered only once that is
//! committed: where the trace can't be written, nothing is shown. Whoever has given a code can change it and take it back;
//! nobody but the member reads it again, the resident neither.

use domain::{Address, Hidden, HomeId, Minutes, Moment, PersonId, Problem, ShortText, Span, VisitId, VisitState};

use crate::{
    Backend, Caller, Error, Refusal, Settings,
    error::Broken,
    rights,
    sealing::{ResidentKey, Secrets},
    store::{
        audit,
        door_codes::{self, StoredCode, StoredKey},
        people,
        tx::Tx,
        visits::{self, StoredVisit},
    },
};

/// So long before the work begins a code can be seen.
const BEFORE: Minutes = Minutes(60);

/// So long after it was to end it still can.
const AFTER: Minutes = Minutes(30);

/// The longest code: a few words, "soita summeria 12".
const LONGEST: usize = 40;

/// The doors of a resident.
#[derive(Clone, Debug)]
pub struct DoorsView {
    /// Whether codes can be kept here at all: the installation has a secret.
    pub available: bool,
    /// Each home, and whether a code is kept for it.
    pub homes: Vec<(HomeId, Address, bool)>,
}

/// What a member may know of a visit's door now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// No code is kept.
    Open,
    /// One is, and can be seen from then on.
    From(Moment),
    /// It can be seen now.
    Now,
    /// It could, and can't any more.
    Over,
}

/// What came of asking for a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// This is it.
    Code(Hidden),
    /// It doesn't open: the member rings, and the operator looks.
    Unreadable,
}

impl Backend {
    /// The secrets of the installation, the newest first. Every resident's key is sealed by the newest from here on.
    ///
    /// # Errors
    /// [`Broken::Setting`] when a key is sealed by a secret that isn't among them.
    pub async fn keep_secrets(&self, texts: &[String]) -> Result<(), Error> {
        let secrets = Secrets::new(texts);
        self.change_settings(|settings| Settings { secrets, ..settings.clone() });
        self.write((), |tx, ()| Box::pin(seal_anew(tx))).await
    }

    /// The doors of the resident who is signed in or, at the lounge, sits there.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for who isn't a resident.
    pub async fn doors(&self, c: &Caller) -> Result<DoorsView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let (_, resident) = rights::for_resident(tx, c).await?;
                let kept = door_codes::homes_with_code(tx, resident).await?;
                let homes = people::homes(tx, resident).await?.into_iter();
                let homes = homes.map(|(id, address)| (id, address, kept.contains(&id))).collect();
                Ok(DoorsView { available: tx.settings().secrets.newest().is_some(), homes })
            })
        })
        .await
    }

    /// Keeps a code for a home, in place of the one that is kept.
    ///
    /// # Errors
    /// [`Problem::Missing`] or [`Problem::TooLong`] on `door_code`; [`Refusal::NotYours`] for a home that isn't theirs.
    pub async fn set_door_code(&self, c: &Caller, home: &str, code: &str) -> Result<(), Error> {
        let code = ShortText::parse(code).map_err(|problem| Error::field("door_code", problem))?.as_str().to_owned();
        if code.chars().count() > LONGEST {
            return Err(Error::field("door_code", Problem::TooLong));
        }
        self.write((c.clone(), home.to_owned(), code), |tx, (c, home, code)| {
            Box::pin(async move {
                let (by, resident) = rights::for_resident(tx, c).await?;
                let home = own_home(tx, resident, home).await?;
                let key = key_for(tx, resident).await?;
                let sealed = key.seal(code, &home.to_string(), tx.random()).ok_or_else(unsealed)?;
                door_codes::put(tx, &StoredCode { home, person: resident, sealed }, by).await?;
                audit::write(tx, Some(by), (by != resident).then_some(resident), "door_code.kept", home).await
            })
        })
        .await
    }

    /// Forgets a home's code. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for a home that isn't theirs.
    pub async fn remove_door_code(&self, c: &Caller, home: &str) -> Result<(), Error> {
        self.write((c.clone(), home.to_owned()), |tx, (c, home)| {
            Box::pin(async move {
                let (by, resident) = rights::for_resident(tx, c).await?;
                let home = own_home(tx, resident, home).await?;
                if door_codes::remove(tx, home).await? {
                    audit::write(tx, Some(by), (by != resident).then_some(resident), "door_code.removed", home).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Shows the code of a visit's door to the member who goes there, from an hour before it to half an hour after.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else and any other visit; [`Refusal::Changed`] outside of that time, and where no
    /// code is kept. Whatever keeps the trace from being written keeps the code from being shown.
    pub async fn show_door_code(&self, c: &Caller, visit: &str) -> Result<Shown, Error> {
        self.write((c.clone(), visit.to_owned()), |tx, (c, visit)| Box::pin(show(tx, c, visit))).await
    }
}

async fn own_home(tx: &mut Tx, resident: PersonId, home: &str) -> Result<HomeId, Error> {
    let home: HomeId = home.parse().map_err(|_| Refusal::NotYours)?;
    let is_theirs = people::homes(tx, resident).await?.iter().any(|(id, _)| *id == home);
    if is_theirs { Ok(home) } else { Err(Refusal::NotYours.into()) }
}

fn unsealed() -> Error {
    Broken::Setting("there is no secret to seal a door code with (NAAPURIAPU_SECRET_FILE)".to_owned()).into()
}

/// The resident's key: the one there is, or a new one.
async fn key_for(tx: &mut Tx, resident: PersonId) -> Result<ResidentKey, Error> {
    let secrets = tx.settings().secrets.clone();
    if let Some(stored) = door_codes::key_of(tx, resident).await? {
        let opened = secrets.open(&stored.secret_id, &stored.sealed, &resident.to_string());
        return opened.map_err(|_| Error::stored("a resident's key doesn't open"));
    }
    let key = ResidentKey::from_random(tx.random());
    put_key(tx, &secrets, resident, &key).await?;
    Ok(key)
}

async fn put_key(tx: &mut Tx, secrets: &Secrets, person: PersonId, key: &ResidentKey) -> Result<(), Error> {
    let (secret_id, sealed) = secrets.seal(key, &person.to_string(), tx.random()).ok_or_else(unsealed)?;
    door_codes::put_key(tx, &StoredKey { person, secret_id, sealed }).await
}

/// Every key is sealed by the newest secret.
async fn seal_anew(tx: &mut Tx) -> Result<(), Error> {
    let secrets = tx.settings().secrets.clone();
    for stored in door_codes::keys(tx).await? {
        if !secrets.has(&stored.secret_id) {
            let why = "a secret with which door codes are sealed is missing from NAAPURIAPU_SECRET_FILE";
            return Err(Broken::Setting(why.to_owned()).into());
        }
        if secrets.newest() != Some(stored.secret_id.as_str()) {
            let key = secrets.open(&stored.secret_id, &stored.sealed, &stored.person.to_string());
            let key = key.map_err(|_| Error::stored("a resident's key doesn't open"))?;
            put_key(tx, &secrets, stored.person, &key).await?;
        }
    }
    Ok(())
}

/// The member whom a visit's door concerns, and when.
fn window(visit: &StoredVisit) -> Option<(PersonId, Span)> {
    let (VisitState::Agreed { held } | VisitState::UnderWay { held, .. }) = &visit.state else { return None };
    let work = Span::lasting(held.start, visit.terms.minutes);
    Some((held.member, Span { start: work.start - BEFORE, end: work.end + AFTER }))
}

/// What the member may know of the visit's door now.
pub(crate) async fn door(tx: &mut Tx, visit: &StoredVisit) -> Result<Door, Error> {
    let Some((_, window)) = window(visit) else { return Ok(Door::Open) };
    if door_codes::of_visit(tx, visit.id).await?.is_none() {
        return Ok(Door::Open);
    }
    let now = tx.now();
    Ok(if now < window.start {
        Door::From(window.start)
    } else if now < window.end {
        Door::Now
    } else {
        Door::Over
    })
}

async fn show(tx: &mut Tx, c: &Caller, visit: &str) -> Result<Shown, Error> {
    let member = rights::member(tx, c).await?;
    let id: VisitId = visit.parse().map_err(|_| Refusal::NotYours)?;
    let visit = visits::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    let (holder, window) = window(&visit).ok_or(Refusal::NotYours)?;
    if holder != member {
        return Err(Refusal::NotYours.into());
    }
    let stored = door_codes::of_visit(tx, id).await?.filter(|_| window.contains(tx.now())).ok_or(Refusal::Changed)?;
    audit::write(tx, Some(member), Some(visit.resident.id), "door_code.shown", id).await?;
    if let Some(code) = opened(tx, &stored).await? {
        return Ok(Shown::Code(code.into()));
    }
    tracing::error!(visit = %id, "a door code doesn't open");
    audit::write(tx, Some(member), Some(visit.resident.id), "door_code.unreadable", id).await?;
    Ok(Shown::Unreadable)
}

/// What a stored code says; nothing when it doesn't open.
async fn opened(tx: &mut Tx, stored: &StoredCode) -> Result<Option<String>, Error> {
    let secrets = tx.settings().secrets.clone();
    let Some(key) = door_codes::key_of(tx, stored.person).await? else { return Ok(None) };
    let key = secrets.open(&key.secret_id, &key.sealed, &stored.person.to_string());
    Ok(key.and_then(|key| key.open(&stored.sealed, &stored.home.to_string())).ok())
}

/// Whether every code that is kept for that person opens: one that doesn't can't be handed over either.
pub(crate) async fn all_open(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    for stored in door_codes::of_person(tx, person).await? {
        if opened(tx, &stored).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The code of a home becomes that of another home, or is sealed with another resident's key: nobody reads it. Nothing
/// happens where none is kept, or where the other home has one already. Whether it was handed over.
pub(crate) async fn hand_over(tx: &mut Tx, from: HomeId, to: (HomeId, PersonId)) -> Result<bool, Error> {
    let (home, person) = to;
    let Some(stored) = door_codes::of_home(tx, from).await? else { return Ok(false) };
    if (home != from && door_codes::of_home(tx, home).await?.is_some()) || (home, person) == (from, stored.person) {
        return Ok(false);
    }
    let code = opened(tx, &stored).await?.ok_or(Refusal::Changed)?;
    let key = key_for(tx, person).await?;
    let sealed = key.seal(&code, &home.to_string(), tx.random()).ok_or_else(unsealed)?;
    door_codes::replace(tx, from, &StoredCode { home, person, sealed }).await?;
    Ok(true)
}
