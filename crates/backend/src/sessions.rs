//! Who is calling: sessions by token, and the forms that are kept under them.
//!
//! The token is 32 random bytes in the person's cookie; we keep its SHA-256. Rights are never in a session: roles are
//! read anew at every request, so that a role taken away is gone at once.

use domain::{Minutes, Moment, PersonId, Role};

use crate::{
    Backend, Caller, Error, KeptForm, Refusal, SignedIn, Standing, rights,
    store::{
        audit, drafts, hex, mandates, people,
        phone_links::{self, PhoneLink},
        sessions::{self, Forget, StoredSession},
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
/// How often at most the last use is written down; where a device locks by itself, every time.
const TOUCH: Minutes = Minutes(5);

/// How long a session lasts at most, for the cookie.
pub const SESSION_LASTS: Minutes = LONGEST;
/// A linked phone's session ends so long after it was made: browsers keep no cookie longer (RFC 6265bis, 400 days).
pub const LONGEST_PHONE: Minutes = Minutes(400 * 24 * 60);
/// A linked phone's session ends so long after its last use: a winter between two orders is no reason to come again.
const IDLE_PHONE: Minutes = Minutes(180 * 24 * 60);
/// How long a code that was answered on a linked phone opens what is closed to the phone itself.
const RAISED: Minutes = Minutes(60);
/// How long somebody who has shown who they are may change by what they sign in: a passkey, a number, an address.
const FRESH: Minutes = Minutes(60);

/// A lounge's device locks so long after the last post while nobody is served.
const ALONE: Minutes = Minutes(5);
/// The same while somebody is: they think, they talk.
const ALONE_SERVING: Minutes = Minutes(10);

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

/// Whether the caller has shown who they are a moment ago: each time they do, they get a new session.
pub(crate) async fn is_fresh(tx: &mut Tx, c: &Caller) -> Result<bool, Error> {
    let stored = sessions::by_id(tx, session(c)?).await?;
    // A linked phone stays one, whatever a code opens on it for an hour.
    let fresh =
        |stored: StoredSession| stored.phone.is_none() && stored.made <= tx.now() && tx.now() < stored.made + FRESH;
    Ok(stored.is_some_and(fresh))
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
        let every = if c.locks.is_some() { Minutes(0) } else { TOUCH };
        let due = self
            .read((session.clone(), every), |tx, (session, every)| {
                Box::pin(async move {
                    let seen = sessions::by_id(tx, session).await?.map(|stored| stored.seen);
                    Ok(seen.is_some_and(|seen| seen + *every <= tx.now()))
                })
            })
            .await?;
        if !due {
            return Ok(());
        }
        self.write(session, |tx, session| Box::pin(sessions::touch(tx, session))).await
    }

    /// Ends the caller's session on the server: the token opens nothing any more. A linked phone isn't linked any more.
    pub async fn sign_out(&self, c: &Caller) -> Result<(), Error> {
        let Some(session) = c.cookie_session().map(str::to_owned) else { return Ok(()) };
        self.write(session, |tx, session| {
            Box::pin(async move {
                if let Some(stored) = sessions::by_id(tx, session).await? {
                    unlink(tx, &stored).await?;
                }
                sessions::delete(tx, session).await
            })
        })
        .await
    }

    /// Keeps what was typed into a form that couldn't be taken.
    pub async fn keep_form(&self, c: &Caller, form: &str, kept: KeptForm) -> Result<(), Error> {
        // A device that locked while somebody typed keeps it for its helper.
        let session = c.cookie_session().ok_or(Refusal::Changed)?.to_owned();
        self.write((session, form.to_owned(), kept), |tx, (session, form, kept)| {
            Box::pin(sessions::keep_form(tx, session, form, kept))
        })
        .await
    }

    /// What was typed into a form, if it is kept.
    pub async fn kept_form(&self, c: &Caller, form: &str) -> Result<Option<KeptForm>, Error> {
        let Some(session) = c.cookie_session().map(str::to_owned) else { return Ok(None) };
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
    let nobody = Caller::nobody(coop);
    let Some(session) = session else { return Ok(nobody) };
    let Some(stored) = sessions::by_id(tx, session).await? else { return Ok(nobody) };
    let (person, roles) = match stored.person {
        Some(person) => (people::brief(tx, person).await?, people::roles(tx, person).await?),
        None => (None, Vec::new()),
    };
    if has_ended(&stored, &roles, tx.now()) {
        return Ok(nobody);
    }
    let standing = match stored.phone {
        Some(phone) if stored.raised_until.is_none_or(|until| until <= tx.now()) => Standing::LinkedPhone(phone),
        _ => Standing::Usual,
    };
    let roles = rights::narrowed(&standing, roles);
    let locks = locks(&stored, &roles);
    if stored.locked.is_some() || locks.is_some_and(|at| at <= tx.now()) {
        return Ok(Caller { standing: Standing::Locked(session.to_owned()), ..nobody });
    }
    let helps = roles.iter().any(|role| matches!(role, Role::Lounge | Role::Coordinator));
    let serving = match stored.serving.filter(|_| helps) {
        // A consent that was taken back ends the serving at once.
        Some(resident) if mandates::of_lounge(tx, resident).await?.is_some() => people::brief(tx, resident).await?,
        _ => None,
    };
    Ok(Caller { session: Some(session.to_owned()), person, roles, serving, standing, locks, ..nobody })
}

/// When the device locks by itself unless something is posted before: a lounge helper's, and any on which somebody is
/// served.
fn locks(session: &StoredSession, roles: &[Role]) -> Option<Moment> {
    let alone = if session.serving.is_some() { ALONE_SERVING } else { ALONE };
    (session.serving.is_some() || roles.contains(&Role::Lounge)).then(|| session.seen + alone)
}

/// Whether a linked phone's session has ended by its age.
pub(crate) fn phone_has_ended(made: Moment, seen: Moment, now: Moment) -> bool {
    made + LONGEST_PHONE <= now || seen + IDLE_PHONE <= now
}

/// Forgets the sessions that have ended by their age.
pub(crate) async fn forget(tx: &mut Tx) -> Result<(), Error> {
    let now = tx.now();
    sessions::forget(tx, Forget::Others, now - LONGEST, now - IDLE).await?;
    sessions::forget(tx, Forget::LinkedPhones, now - LONGEST_PHONE, now - IDLE_PHONE).await?;
    Ok(())
}

fn has_ended(session: &StoredSession, roles: &[Role], now: Moment) -> bool {
    if session.phone.is_some() {
        return session.made > now + Minutes(60) || phone_has_ended(session.made, session.seen, now);
    }
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
/// goes along, unless somebody else was signed in on the same device before. A linked phone stays linked, and its person
/// has all their rights on it for a while.
pub(crate) async fn signed_in(tx: &mut Tx, old: Option<&str>, person: PersonId) -> Result<SignedIn, Error> {
    let (token, session) = new_token(tx);
    sessions::insert(tx, &session, Some(person)).await?;
    let mut lasts = LONGEST;
    if let Some(old) = old
        && let Some(before) = sessions::by_id(tx, old).await?
    {
        if before.person.is_none_or(|other| other == person) {
            sessions::carry_over(tx, old, &session).await?;
            adopt_draft(tx, &session, person).await?;
            if let Some(phone) = before.phone {
                sessions::set_phone(tx, &session, phone, Some(tx.now() + RAISED)).await?;
                lasts = LONGEST_PHONE;
            }
        } else {
            unlink(tx, &before).await?;
        }
        sessions::delete(tx, old).await?;
    }
    let roles = people::roles(tx, person).await?;
    Ok(SignedIn { token, roles, lasts })
}

/// A session for a phone that has just opened its link, and the old session is dead: nothing of it goes along.
pub(crate) async fn phone_linked(tx: &mut Tx, old: &str, link: &PhoneLink) -> Result<SignedIn, Error> {
    let (token, session) = new_token(tx);
    sessions::insert(tx, &session, Some(link.person)).await?;
    sessions::set_phone(tx, &session, link.id, None).await?;
    if let Some(before) = sessions::by_id(tx, old).await? {
        unlink(tx, &before).await?;
    }
    sessions::delete(tx, old).await?;
    let roles = rights::narrowed(&Standing::LinkedPhone(link.id), people::roles(tx, link.person).await?);
    Ok(SignedIn { token, roles, lasts: LONGEST_PHONE })
}

/// The phone of that session, if it is a linked one's, isn't linked any more: its person has left it.
async fn unlink(tx: &mut Tx, session: &StoredSession) -> Result<(), Error> {
    let (Some(phone), Some(person)) = (session.phone, session.person) else { return Ok(()) };
    if phone_links::end(tx, phone, person).await? {
        audit::write(tx, Some(person), None, "phone.ended", phone).await?;
    }
    Ok(())
}
