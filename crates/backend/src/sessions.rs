//! Who is calling: sessions by token, and the forms that are kept under them.
//!
//! The token is 32 random bytes in the person's cookie; we keep its SHA-256. Rights are never in a session: roles are
//! read anew at every request, so that a role taken away is gone at once.

use domain::{Language, Minutes, Moment, PersonId, Role};

use crate::{
    Backend, Caller, Error, KeptForm, Refusal,
    store::{
        drafts, hex, mandates, people,
        sessions::{self, StoredSession},
        sha256_hex,
        tx::Tx,
    },
};

/// A session ends so long after it was made, used or not.
pub(crate) const LONGEST: Minutes = Minutes(30 * 24 * 60);
/// A session ends so long after its last use.
pub(crate) const IDLE: Minutes = Minutes(14 * 24 * 60);
/// A session of those who see many people's matters, on a PC that others use too, ends sooner: after a working day.
const IDLE_DESK: Minutes = Minutes(12 * 60);
/// How often at most the last use is written down.
const TOUCH: Minutes = Minutes(5);

/// A new token, and the hash by which it is stored.
pub(crate) fn new_token(tx: &Tx) -> (String, String) {
    let token = hex(&tx.random::<32>());
    let session = sha256_hex(&token);
    (token, session)
}

/// The caller's session, without which nothing can be kept.
pub(crate) fn session(c: &Caller) -> Result<&str, Error> {
    c.session.as_deref().ok_or_else(|| Refusal::Changed.into())
}

impl Backend {
    /// A session for somebody who isn't signed in, made by their first POST. Answers its token.
    pub async fn open_session(&self) -> Result<String, Error> {
        self.write((), |tx, ()| {
            Box::pin(async move {
                let (token, session) = new_token(tx);
                sessions::insert(tx, &session, None).await?;
                Ok(token)
            })
        })
        .await
    }

    /// Who is calling. An unknown or ended token is somebody not signed in, without a session.
    pub async fn caller(&self, token: Option<&str>) -> Result<Caller, Error> {
        let session = token.filter(|token| token.len() <= 128).map(sha256_hex);
        self.read(session, |tx, session| Box::pin(caller(tx, session.as_deref()))).await
    }

    /// Notes that the session is in use. Only for POSTs: a GET changes nothing.
    pub async fn touch_session(&self, c: &Caller) -> Result<(), Error> {
        let Some(session) = c.session.clone() else { return Ok(()) };
        let due = self
            .read(session.clone(), |tx, session| {
                Box::pin(async move {
                    let seen = sessions::by_id(tx, session).await?.map(|stored| stored.seen);
                    Ok(seen.is_some_and(|seen| seen + TOUCH <= tx.now()))
                })
            })
            .await?;
        if !due {
            return Ok(());
        }
        self.write(session, |tx, session| Box::pin(sessions::touch(tx, session))).await
    }

    /// Ends the caller's session on the server: the token opens nothing any more.
    pub async fn sign_out(&self, c: &Caller) -> Result<(), Error> {
        let Some(session) = c.session.clone() else { return Ok(()) };
        self.write(session, |tx, session| Box::pin(sessions::delete(tx, session))).await
    }

    /// Keeps what was typed into a form that couldn't be taken.
    pub async fn keep_form(&self, c: &Caller, form: &str, kept: KeptForm) -> Result<(), Error> {
        let session = session(c)?.to_owned();
        self.write((session, form.to_owned(), kept), |tx, (session, form, kept)| {
            Box::pin(sessions::keep_form(tx, session, form, kept))
        })
        .await
    }

    /// What was typed into a form, if it is kept.
    pub async fn kept_form(&self, c: &Caller, form: &str) -> Result<Option<KeptForm>, Error> {
        let Some(session) = c.session.clone() else { return Ok(None) };
        self.read((session, form.to_owned()), |tx, (session, form)| Box::pin(sessions::kept_form(tx, session, form)))
            .await
    }

    /// Forgets what was typed into a form.
    pub async fn clear_form(&self, c: &Caller, form: &str) -> Result<(), Error> {
        let Some(session) = c.session.clone() else { return Ok(()) };
        self.write((session, form.to_owned()), |tx, (session, form)| Box::pin(sessions::clear_form(tx, session, form)))
            .await
    }
}

async fn caller(tx: &mut Tx, session: Option<&str>) -> Result<Caller, Error> {
    let coop = tx.settings().coop.id;
    let nobody =
        Caller { session: None, coop, person: None, roles: Vec::new(), serving: None, language: Language::Finnish };
    let Some(session) = session else { return Ok(nobody) };
    let Some(stored) = sessions::by_id(tx, session).await? else { return Ok(nobody) };
    let (person, roles) = match stored.person {
        Some(person) => (people::brief(tx, person).await?, people::roles(tx, person).await?),
        None => (None, Vec::new()),
    };
    if has_ended(&stored, &roles, tx.now()) {
        return Ok(nobody);
    }
    let helps = roles.iter().any(|role| matches!(role, Role::Lounge | Role::Coordinator));
    let serving = match stored.serving.filter(|_| helps) {
        // A consent that was taken back ends the serving at once.
        Some(resident) if mandates::of_lounge(tx, resident).await?.is_some() => people::brief(tx, resident).await?,
        _ => None,
    };
    Ok(Caller { session: Some(session.to_owned()), coop, person, roles, serving, language: Language::Finnish })
}

fn has_ended(session: &StoredSession, roles: &[Role], now: Moment) -> bool {
    let at_desk = roles.iter().any(|role| matches!(role, Role::Lounge | Role::Coordinator));
    let idle = if at_desk { IDLE_DESK } else { IDLE };
    // A clock that was set back fails closed: what was seen later than now is no session of ours.
    let from_the_future = session.made > now + Minutes(60);
    from_the_future || session.made + LONGEST <= now || session.seen + idle <= now
}

/// An order that somebody unknown was making is their own once they have signed in.
async fn adopt_draft(tx: &mut Tx, session: &str, person: PersonId) -> Result<(), Error> {
    let Some(mut draft) = drafts::of_session(tx, session).await?.filter(|draft| draft.resident.is_none()) else {
        return Ok(());
    };
    if people::roles(tx, person).await?.contains(&Role::Resident) {
        (draft.resident, draft.newcomer) = (Some(person), None);
        drafts::save(tx, session, &draft).await?;
    }
    Ok(())
}

/// A session for somebody who has just shown who they are: a new token, and the old session is dead. What they were doing
/// goes along, unless somebody else was signed in on the same device before. Answers the token.
pub(crate) async fn signed_in(tx: &mut Tx, old: Option<&str>, person: PersonId) -> Result<String, Error> {
    let (token, session) = new_token(tx);
    sessions::insert(tx, &session, Some(person)).await?;
    if let Some(old) = old
        && let Some(before) = sessions::by_id(tx, old).await?
    {
        if before.person.is_none_or(|other| other == person) {
            sessions::carry_over(tx, old, &session).await?;
            adopt_draft(tx, &session, person).await?;
        }
        sessions::delete(tx, old).await?;
    }
    Ok(token)
}
