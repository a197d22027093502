//! The demo neighbourhood: invented people at real streets of Rajakylä, members with differing skills, limits and hours,
//! and three weeks of visits around now. The same seed makes the same people every time.
//!
//! What it isn't: a shortcut around the rules. Every visit is placed by the engine that places real ones; a test judges
//! the whole with the engine's independent checker.
//!
//! - `terms`: jobs with prices. - `cast`: the people. - `visits`: what they order, who comes.

mod cast;
mod names;
mod terms;
mod visits;

use domain::{Moment, PersonName, PhoneNumber, Role};

use crate::{
    Backend, Broken, Error, Refusal,
    store::{demo, people, tx::Tx},
};

use crate::Entropy;

/// The seed of the neighbourhood that the contracts and the tests know.
pub const SEED: u64 = 1996;

/// Fills an empty database, or makes the demo neighbourhood anew.
///
/// # Errors
/// [`Broken::Setting`] when real people are in the database: nothing of theirs is touched.
pub async fn fill(backend: &Backend, seed: u64) -> Result<(), Error> {
    backend.write(seed, |tx, seed| Box::pin(fill_in(tx, *seed))).await?;
    backend.reload_settings().await
}

async fn fill_in(tx: &mut Tx, seed: u64) -> Result<(), Error> {
    if !people::is_empty(tx).await? {
        if !tx.settings().demo {
            return Err(Broken::Setting("there are people in the database, and they aren't the demo's".into()).into());
        }
        demo::clear(tx).await?;
    }
    demo::begin(tx, seed).await?;
    let random = Entropy::from_seed(seed);
    tx.draw_from(random.clone());
    let terms = terms::insert(tx).await?;
    let cast = cast::insert(tx, &random).await?;
    visits::insert(tx, &random, &terms, cast).await
}

/// Whether nobody is in the database yet.
pub async fn is_empty(backend: &Backend) -> Result<bool, Error> {
    backend.read((), |tx, ()| Box::pin(people::is_empty(tx))).await
}

/// Whether the demo neighbourhood was made on another day than today: its "tomorrow" is past.
pub async fn stale(backend: &Backend) -> Result<bool, Error> {
    let made: Option<Moment> = backend.read((), |tx, ()| Box::pin(demo::made(tx))).await?;
    let zone = backend.zone();
    Ok(made.is_some_and(|made| zone.date(made) != zone.date(backend.now())))
}

impl Backend {
    /// The persons of the demo whom the contracts name, with how to sign in as each.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] outside the demo neighbourhood.
    pub async fn demo_people(&self) -> Result<Vec<(PersonName, Option<PhoneNumber>, Vec<Role>)>, Error> {
        if !self.settings().demo {
            return Err(Refusal::NotYours.into());
        }
        self.read((), |tx, ()| {
            Box::pin(async move {
                let mut known = Vec::new();
                for number in cast::KNOWN_NUMBERS {
                    let number = PhoneNumber::stored(number.to_owned());
                    for person in people::with_phone(tx, &number).await? {
                        let roles = people::roles(tx, person.id).await?;
                        known.push((person.name, person.phone, roles));
                    }
                }
                Ok(known)
            })
        })
        .await
    }
}
