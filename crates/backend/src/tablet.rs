//! The lounge's shared device: its helper locks it with one tap, and it locks by itself when it is left alone
//! (`sessions::caller`, at every request, from the clock). While it is locked nobody is signed in on it. What opens it again
//! is a code sent to its helper's own phone, always; or four digits that they chose for this session, five times.

use domain::{PersonId, PhoneNumber, Problem};

use crate::{
    Backend, Caller, Error, Refusal, Standing,
    lounge::leave,
    rights,
    sessions::session,
    sign_in,
    store::{
        audit,
        codes::{self, Purpose, SentTo, Tried},
        people, sessions, sha256_hex,
        tx::Tx,
    },
};

/// How often the digits may be tried before only a code opens the device.
const TRIES: i64 = 5;

/// What a locked device may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockView {
    /// Whether its digits can be tried.
    pub digits: bool,
}

impl Backend {
    /// The helper leaves the device: whoever was served isn't any more, and nothing of them stays in the session.
    pub async fn lock(&self, c: &Caller) -> Result<(), Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                let by = rights::lounge(tx, c).await?;
                leave(tx, session(c)?).await?;
                sessions::lock(tx, session(c)?).await?;
                audit::write(tx, Some(by), None, "lounge.locked", by).await
            })
        })
        .await
    }

    /// The helper is still there: that this was posted is all it takes (`Backend::touch_session`).
    pub async fn stay(&self, c: &Caller) -> Result<(), Error> {
        self.read(c.clone(), |tx, c| Box::pin(async move { rights::lounge(tx, c).await.map(|_| ()) })).await
    }

    /// Four digits that open the device for as long as this session lasts.
    ///
    /// # Errors
    /// Field `pin` with [`Problem::OutOfRange`] for anything else, and for what anybody would try first.
    pub async fn set_pin(&self, c: &Caller, pin: &str) -> Result<(), Error> {
        self.write((c.clone(), pin.trim().to_owned()), |tx, (c, pin)| {
            Box::pin(async move {
                rights::lounge(tx, c).await?;
                if !is_pin(pin) || is_guessed_first(pin) {
                    return Err(Error::field("pin", Problem::OutOfRange));
                }
                let session = session(c)?;
                sessions::set_pin(tx, session, &hash(session, pin), TRIES).await
            })
        })
        .await
    }

    /// What the page of a locked device says; nothing when it isn't locked.
    pub async fn lock_view(&self, c: &Caller) -> Result<Option<LockView>, Error> {
        let Standing::Locked(session) = c.standing.clone() else { return Ok(None) };
        self.read(session, |tx, session| {
            Box::pin(async move {
                let stored = sessions::by_id(tx, session).await?;
                Ok(stored.map(|stored| LockView { digits: stored.pin_hash.is_some() && stored.pin_tries_left > 0 }))
            })
        })
        .await
    }

    /// Sends a code to the helper's own phone.
    ///
    /// # Errors
    /// Field `unlock` with [`Problem::TooMany`]; [`Refusal::TryLater`] when the day's text messages are used up.
    pub async fn ask_unlock_code(&self, c: &Caller, client: &str) -> Result<(), Error> {
        let Standing::Locked(session) = c.standing.clone() else { return Ok(()) };
        let asked = self
            .write((session, c.language, client.to_owned()), |tx, (session, language, client)| {
                Box::pin(async move {
                    let (_, phone) = helper(tx, session).await?;
                    // The answer, refusals included, is committed: what it counted stays counted.
                    sign_in::ask(tx, session, Purpose::SignIn, &SentTo::Phone(phone), *language, client).await
                })
            })
            .await?;
        asked.map_err(|refusal| match refusal {
            Refusal::Fields(_) => Error::field("unlock", Problem::TooMany),
            other => Error::Refused(other),
        })
    }

    /// Opens the device by the code that was sent, or by the helper's digits. What was being done goes on.
    ///
    /// # Errors
    /// Field `unlock`: [`Problem::WrongCode`]; [`Problem::CodeExpired`] when the digits can't be tried any more.
    pub async fn unlock(&self, c: &Caller, typed: &str) -> Result<(), Error> {
        let Standing::Locked(session) = c.standing.clone() else { return Ok(()) };
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).take(7).collect();
        self.write((session, digits), |tx, (session, digits)| {
            Box::pin(async move {
                // A wrong try is an answer and not an error here: what it cost must stay.
                let opened = if is_pin(digits) {
                    by_pin(tx, session, digits).await?
                } else {
                    by_code(tx, session, digits).await?
                };
                if let Err(problem) = opened {
                    return Ok(Err(problem));
                }
                sessions::unlock(tx, session, TRIES).await?;
                let (helper, _) = helper(tx, session).await?;
                audit::write(tx, Some(helper), None, "lounge.unlocked", helper).await?;
                Ok(Ok(()))
            })
        })
        .await?
        .map_err(|problem| Error::field("unlock", problem))
    }
}

/// Whose session it is, and the number that their codes go to.
async fn helper(tx: &mut Tx, session: &str) -> Result<(PersonId, PhoneNumber), Error> {
    let person = sessions::by_id(tx, session).await?.and_then(|stored| stored.person).ok_or(Refusal::Changed)?;
    let phone = people::by_id(tx, person).await?.and_then(|person| person.phone).ok_or(Refusal::Changed)?;
    Ok((person, phone))
}

async fn by_pin(tx: &mut Tx, session: &str, pin: &str) -> Result<Result<(), Problem>, Error> {
    let Some((wanted, left)) = sessions::try_pin(tx, session).await? else { return Ok(Err(Problem::CodeExpired)) };
    Ok(match (wanted == hash(session, pin), left) {
        (true, _) => Ok(()),
        (false, 0) => Err(Problem::CodeExpired),
        (false, _) => Err(Problem::WrongCode),
    })
}

async fn by_code(tx: &mut Tx, session: &str, code: &str) -> Result<Result<(), Problem>, Error> {
    let (person, _) = helper(tx, session).await?;
    Ok(match codes::attempt(tx, session, Purpose::SignIn, code).await? {
        Tried::Right(answered) if answered.person == Some(person) => Ok(()),
        _ => Err(Problem::WrongCode),
    })
}

fn hash(session: &str, pin: &str) -> String {
    sha256_hex(&format!("{session}:{pin}"))
}

fn is_pin(typed: &str) -> bool {
    typed.len() == 4 && typed.bytes().all(|digit| digit.is_ascii_digit())
}

/// 1111, 1234, 4321: what somebody with five tries would begin with.
fn is_guessed_first(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps = |by: i16| digits.windows(2).all(|pair| matches!(pair, [a, b] if i16::from(*b) - i16::from(*a) == by));
    [-1, 0, 1].into_iter().any(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_anybody_would_try_first_are_refused() {
        for easy in ["0000", "1234", "6789", "4321", "9999"] {
            assert!(is_guessed_first(easy), "{easy}");
        }
        for fine in ["1357", "2580", "1123", "9012"] {
            assert!(!is_guessed_first(fine), "{fine}");
        }
        assert!(is_pin("0480") && !is_pin("480") && !is_pin("04800") && !is_pin("48o0"));
    }
}
