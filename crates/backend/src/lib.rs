//! What the product does, over SQLite or PostgreSQL: use cases, each one transaction.
//!
//! What this crate is: every public function asks who is calling, parses what was typed, decides and writes in one
//! transaction, messages included, and answers plain values (`views`). What it isn't: no words, no pages, no
//! network beyond the database.
//!
//! # Adding a use case
//! 1. A function on [`Backend`] in the file of its people (`member.rs`, `lounge.rs`, …), taking a [`Caller`] first.
//! 2. `self.write((…what it needs, owned…), |tx, (…)| Box::pin(async move { … }))`; `self.read` when nothing changes.
//! 3. In it: the caller's right, then the parsing, then the decision, then the write. Refuse with [`Refusal`].
//! 4. Its queries in the file of their aggregate under `store/`, once, with the macros of `store::tx`.
//!
//! # Adding a table
//! A new numbered file in both `migrations/sqlite` and `migrations/postgres`, saying why it is as it is.

mod caller;
mod clock;
mod entropy;
mod error;
mod settings;
mod views;

mod store;

mod rights;
mod sealing;
mod sessions;
mod sign_in;

mod catalogue;
mod drafts;
mod times;

mod effect;
mod folding;
mod moving;
mod ordering;
mod orders;
mod passing_on;
mod placing;
mod sending;
mod telling;

mod member;
mod member_forms;
mod member_settings;

mod calls;
mod ceremonies;
mod consent;
mod correcting;
mod inviting;
mod leaving;
mod lounge;
mod merging;
mod own_data;
mod passkeys;
mod phones;
mod requesting;
mod retention;
mod tablet;

mod desk;

mod absence;
mod planning;

mod answering;
mod delivery;
mod door_codes;
mod emails;
mod jobs;
mod reminding;
mod rerouting;

mod trail;
mod transfer;

pub mod backup;
mod outbox;

pub mod demo;
#[cfg(any(test, feature = "testing"))]
pub mod peek;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::{future::Future, pin::Pin, sync::Arc};

use domain::{Moment, Zone};

pub use calls::Reached;
pub use clock::Clock;
pub use consent::{ConsentView, MandateView, OnBehalfView, Revoked};
pub use correcting::{CorrectionForm, CorrectionView};
pub use delivery::{Failure, Handed, MessagesView, Outgoing, OutgoingEmail, ReroutedView, Trouble, UndeliveredView};
pub use door_codes::{Door, DoorsView, Shown};
pub use emails::EmailView;
pub use entropy::Entropy;
pub use error::{Broken, Error, Refusal};
pub use inviting::{AskedView, InvitationForm, InvitationView};
pub use jobs::TickReport;
pub use leaving::{LeavingView, UnconfirmedView};
pub use lounge::ResidentForm;
pub use member_forms::LimitsForm;
pub use merging::{MergeBar, MergeForm, MergeView, MergedView, SameCounts, SamePair, SameSide, SameView};
pub use own_data::OwnTable;
pub use passkeys::{MayAdd, PasskeyRemoved, PasskeyView, PasskeysView};
pub use phones::{LINK_GOOD_FOR, MadeLink, PhoneEnded, PhoneView};
pub use requesting::{AnsweredFor, Asked, MandateRequestForm, RequestView, RequestedView};
pub use sessions::{LONGEST_PHONE, SESSION_LASTS};
pub use settings::{CoopSettings, Settings};
pub use sign_in::SignedIn;
pub use store::codes::GOOD_FOR as CODE_GOOD_FOR;
pub use tablet::LockView;
pub use times::DAYS_AHEAD;
pub use trail::Trail;
pub use transfer::Carried;
pub use views::*;

use ceremonies::RelyingParty;
use store::{Pools, tx::Tx};

/// Everything behind the pages. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

struct Inner {
    pools: Pools,
    clock: Clock,
    entropy: Entropy,
    settings: std::sync::RwLock<Arc<Settings>>,
    /// The hour, counted from 1970, in which what is old was last forgotten.
    forgot_in_hour: std::sync::atomic::AtomicI64,
}

/// A use case's work: borrowed from the transaction and from what it was given.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 't>>;

/// How often a transaction that lost against another one is run again.
const RETRIES: u32 = 3;

impl Backend {
    /// Opens the database (`sqlite://path` or `postgres://…`), runs what migrations are missing, reads the settings.
    pub async fn open(database_url: &str, clock: Clock, entropy: Entropy) -> Result<Self, Error> {
        let pools = Pools::open(database_url).await?;
        let unknown = Arc::new(settings::unread());
        let mut tx = pools.begin_read(clock.now(), entropy.clone(), unknown).await?;
        let settings = settings::load(&mut tx).await?;
        tx.commit().await?;
        let settings = std::sync::RwLock::new(Arc::new(settings));
        let forgot_in_hour = std::sync::atomic::AtomicI64::new(0);
        Ok(Self(Arc::new(Inner { pools, clock, entropy, settings, forgot_in_hour })))
    }

    /// When it is.
    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// The co-op's own zone.
    pub fn zone(&self) -> Zone {
        self.settings().coop.zone
    }

    /// What the co-op has decided.
    pub fn settings(&self) -> Arc<Settings> {
        self.0.settings.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Members' answers by text message are taken from here on: offers say by which number.
    pub fn take_text_answers(&self) {
        self.change_settings(|settings| Settings { text_answers: true, ..settings.clone() });
    }

    /// Passkeys are taken from here on, where browsers know them: for the host of that address, which has to have a name
    /// and TLS. A server on this very machine is `localhost`, whatever number it is reached by.
    pub fn take_passkeys(&self, public_url: &str) {
        let passkeys = RelyingParty::at(public_url);
        self.change_settings(|settings| Settings { passkeys: passkeys.clone(), ..settings.clone() });
    }

    /// E-mail goes out from here on: people may have an address, sign in by it, and be told by it.
    pub fn send_emails(&self) {
        self.change_settings(|settings| Settings { emails: true, ..settings.clone() });
    }

    /// Others hold from here on.
    fn change_settings(&self, change: impl FnOnce(&Settings) -> Settings) {
        let mut settings = self.0.settings.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *settings = Arc::new(change(settings.as_ref()));
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), Error> {
        self.read((), |tx, ()| Box::pin(async move { settings::load(tx).await.map(|_| ()) })).await
    }

    /// Waits until every connection is given back and closes them.
    pub async fn close(&self) {
        self.0.pools.close().await;
    }

    /// Reads the settings anew after they were changed.
    pub(crate) async fn reload_settings(&self) -> Result<(), Error> {
        let loaded = self.read((), |tx, ()| Box::pin(settings::load(tx))).await?;
        // What the server has told, and no database knows, stays.
        self.change_settings(|settings| Settings {
            text_answers: settings.text_answers,
            emails: settings.emails,
            secrets: settings.secrets.clone(),
            passkeys: settings.passkeys.clone(),
            ..loaded
        });
        Ok(())
    }

    /// Runs `work` in one transaction that may change things, and commits it when it answers `Ok`.
    ///
    /// It runs in a task of its own: a phone that loses its network drops the handler's future, and neither the work
    /// nor PostgreSQL's `begin` may be cut in the middle. `work` may be run again (up to three times) when PostgreSQL
    /// says that it lost against another transaction: so it does nothing but through `tx`.
    pub(crate) async fn write<A, T, F>(&self, given: A, work: F) -> Result<T, Error>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> Work<'t, T> + Send + Sync + 'static,
    {
        let backend = self.clone();
        detached(async move {
            let mut tries = 0;
            loop {
                let tx =
                    backend.0.pools.begin_write(backend.now(), backend.0.entropy.clone(), backend.settings()).await?;
                match finish(tx, &given, &work).await {
                    Err(error) if tries < RETRIES && error.is_worth_retrying() => tries += 1,
                    Err(error) if error.is_member_time_taken() => {
                        // The checks before it should have said so in words; say so now.
                        tracing::warn!("the database's own guard refused an overlap");
                        return Err(Error::field("time", domain::Problem::TimeTaken));
                    }
                    answer => return answer,
                }
            }
        })
        .await
    }

    /// Runs `work` in one transaction that only reads: it sees one moment of the database.
    pub(crate) async fn read<A, T, F>(&self, given: A, work: F) -> Result<T, Error>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> Work<'t, T> + Send + Sync + 'static,
    {
        let backend = self.clone();
        detached(async move {
            let tx = backend.0.pools.begin_read(backend.now(), backend.0.entropy.clone(), backend.settings()).await?;
            finish(tx, &given, &work).await
        })
        .await
    }
}

async fn finish<A, T, F>(mut tx: Tx, given: &A, work: &F) -> Result<T, Error>
where
    F: for<'t> Fn(&'t mut Tx, &'t A) -> Work<'t, T>,
{
    match work(&mut tx, given).await {
        Ok(answer) => {
            tx.commit().await?;
            Ok(answer)
        }
        Err(error) => {
            // A rollback that fails leaves the connection to the pool, which rolls back before it is used again.
            if let Err(failed) = tx.rollback().await {
                tracing::warn!(error = %failed, "rollback failed");
            }
            Err(error)
        }
    }
}

async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    use tracing::Instrument;
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => answer,
        Err(_) => Err(Broken::Panicked.into()),
    }
}
