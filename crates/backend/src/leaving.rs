//! Somebody leaves, or has died: one act stops everything for them, and after some days they are erased.
//!
//! **Stopping** is at once: what is to come is called off and its members told, mandates both ways end, sessions and codes
//! open nothing, and nothing is told to them any more, what already waited to go out included. It can be taken back until
//! the co-op's days are over (`CoopSettings::erasure_days`); what was called off stays so.
//!
//! **Erasing** takes away whatever says who they were (`store::leaving`) and destroys the key of their door codes. Visits
//! stay with time, service and price, for statistics and invoices, and the trace stays whole: it holds ids and codes, and
//! never a word of anybody's.
//!
//! # A copy put back
//! A copy of the database knows nothing of who was erased after it was made. So each is first written into a list beside
//! the database, ids and dates only; whoever opens a database has those erased in it again ([`Backend::erase_again`]).

use std::{fs, io::Write, path::Path};

use domain::{Message, Minutes, Moment, PersonId, PhoneNumber, Problem, Role, VisitState, WhoCancelled};

use crate::{
    Backend, Broken, Caller, Error, PersonBrief, Refusal,
    orders::{self, Cancelling},
    rights,
    store::{
        audit,
        leaving::{self, Left},
        mandates, merging, outbox,
        people::{self, StoredPerson},
        tx::Tx,
        visits,
    },
};

/// How many are erased in one round of the jobs.
const AT_ONCE: i64 = 20;

/// How many are shown of whom nobody has confirmed.
const SHOWN: i64 = 50;

/// Somebody who ordered with a number by which nobody was ever reached.
#[derive(Clone, Debug)]
pub struct UnconfirmedView {
    /// The name that was typed.
    pub person: PersonBrief,
    /// The number that was typed.
    pub phone: Option<PhoneNumber>,
}

/// What leaving means to a person, told before they decide.
#[derive(Clone, Debug)]
pub struct LeavingView {
    /// Whom it is about.
    pub person: PersonBrief,
    /// Visits that would be called off.
    pub coming: usize,
    /// Visits whose work has begun: they are ended first.
    pub begun: usize,
    /// Visits that stay, without a name.
    pub past: usize,
    /// People who order for them, and for whom they do.
    pub mandates: usize,
    /// So many days they can change their mind.
    pub days: i64,
    /// They have stopped, and are erased then.
    pub erase_at: Option<Moment>,
    /// They work for the co-op: it ends that first.
    pub works_here: bool,
}

impl Backend {
    /// What it would mean to the one signed in to leave.
    pub async fn leaving(&self, c: &Caller) -> Result<LeavingView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let person = rights::person(c)?;
                view(tx, person).await
            })
        })
        .await
    }

    /// The same of a resident, for the coordinator.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else, and for who isn't a resident.
    pub async fn leaving_of(&self, c: &Caller, person: &str) -> Result<LeavingView, Error> {
        self.read((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let person = resident(tx, person).await?;
                view(tx, person).await
            })
        })
        .await
    }

    /// The one signed in leaves. Their session ends with it. Answers when they are erased.
    ///
    /// # Errors
    /// [`Problem::WorksHere`] on `person` for whoever works for the co-op.
    pub async fn leave(&self, c: &Caller) -> Result<Moment, Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                let person = rights::person(c)?;
                stop(tx, c, person, Telling::TheirPeople).await
            })
        })
        .await
    }

    /// Stops everything for a resident who has asked for it on the phone or on paper, has moved away or died. Nobody is told
    /// but the members whose visits are called off. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator; [`Problem::WorksHere`] on `person`.
    pub async fn stop_everything(&self, c: &Caller, person: &str) -> Result<Moment, Error> {
        self.write((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let person = resident(tx, person).await?;
                stop(tx, c, person, Telling::OnlyMembers).await
            })
        })
        .await
    }

    /// It was a mistake, or they have changed their mind: they sign in and order as before. What was called off stays so.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator, [`Refusal::Changed`] when their days are over.
    pub async fn take_back(&self, c: &Caller, person: &str) -> Result<(), Error> {
        self.write((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let person = resident(tx, person).await?;
                tx.lock_person(person).await?;
                if leaving::of(tx, person).await?.is_none() {
                    return Ok(());
                }
                if !leaving::resume(tx, person).await? {
                    return Err(Refusal::Changed.into());
                }
                audit::write(tx, Some(by), Some(person), "person.resumed", person).await
            })
        })
        .await
    }

    /// Erases everybody whose days are over, each in a transaction of their own. Who is written into the list first: where
    /// it can't be written, nobody is erased. How many were. No list is for the demo, whose people come back anyway.
    pub async fn erase_due(&self, list: Option<&Path>) -> Result<usize, Error> {
        let due = self.read((), |tx, ()| Box::pin(leaving::due(tx, AT_ONCE))).await?;
        let mut erased = 0;
        for person in &due {
            if let Some(list) = list {
                // In an older copy, who has become part of them is somebody of their own.
                let parts = self.read(*person, |tx, person| Box::pin(merging::parts(tx, *person))).await?;
                for one in parts.into_iter().chain([*person]) {
                    note(list, one, self.zone().date(self.now()))?;
                }
            }
            // One who can't be erased keeps nobody else from it.
            match self.write(*person, |tx, person| Box::pin(erase(tx, *person))).await {
                Ok(()) => erased += 1,
                Err(error) => tracing::error!(%error, %person, "somebody can't be erased"),
            }
        }
        if erased > 0 {
            self.0.pools.empty_journal().await?;
        }
        Ok(erased)
    }

    /// Those whose order nobody has confirmed and of whom nothing stands any more: the first ones, for the coordinator.
    pub async fn unconfirmed(&self, c: &Caller) -> Result<Vec<UnconfirmedView>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let now = tx.now() + Minutes(1);
                let found = leaving::unconfirmed(tx, now, SHOWN).await?;
                Ok(found.into_iter().map(|one| UnconfirmedView { person: one.brief(), phone: one.phone }).collect())
            })
        })
        .await
    }

    /// Somebody whose order nobody has confirmed goes at once: the next round of the jobs erases them.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator, and for who isn't there or has been confirmed.
    pub async fn forget_unconfirmed(&self, c: &Caller, person: &str) -> Result<(), Error> {
        self.write((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let id: PersonId = person.parse().map_err(|_| Refusal::NotYours)?;
                let now = tx.now();
                tx.lock_all_members().await?;
                tx.lock_person(id).await?;
                let found = leaving::unconfirmed(tx, now + Minutes(1), i64::MAX).await?;
                if !found.iter().any(|one| one.id == id) {
                    return Err(Refusal::NotYours.into());
                }
                stop_at(tx, c, id, Telling::OnlyMembers, now).await?;
                audit::write(tx, Some(by), Some(id), "person.stopped", id).await
            })
        })
        .await
    }

    /// Whoever was never confirmed, or hasn't been heard of, for as long as the co-op keeps them: the first are erased with the
    /// next round of the jobs, the others have their days like anybody who leaves. How many.
    pub(crate) async fn let_go(&self) -> Result<u64, Error> {
        let coop = self.settings().coop.clone();
        let day = 24 * 60;
        let (never, silent) = (Minutes(coop.unconfirmed_days * day), Minutes(coop.unheard_years * 365 * day));
        let found = self.read((never, silent), |tx, (never, silent)| {
            Box::pin(async move {
                Ok((LetGo::Unconfirmed(*never).found(tx).await?, LetGo::Unheard(*silent).found(tx).await?))
            })
        });
        let (unconfirmed, unheard) = found.await?;
        let days = Minutes(coop.erasure_days * day);
        let unconfirmed = unconfirmed.iter().map(|one| (one.id, Minutes(0), LetGo::Unconfirmed(never)));
        let all = unconfirmed.chain(unheard.iter().map(|one| (one.id, days, LetGo::Unheard(silent))));
        let mut gone = 0;
        for given in all {
            let stopped = self.write(given, |tx, (id, days, why)| {
                Box::pin(async move {
                    // Somebody may have rung them, or they have ordered, since it was looked.
                    tx.lock_all_members().await?;
                    tx.lock_person(*id).await?;
                    if !why.found(tx).await?.iter().any(|one| one.id == *id) {
                        return Ok(false);
                    }
                    let (nobody, at) = (nobody(tx), tx.now() + *days);
                    let stopped = stop_at(tx, &nobody, *id, Telling::OnlyMembers, at).await?;
                    if stopped {
                        audit::write(tx, None, None, "person.let_go", *id).await?;
                    }
                    Ok(stopped)
                })
            });
            gone += u64::from(stopped.await?);
        }
        Ok(gone)
    }

    /// Erases again whoever stands in the list: the database may have been put back from a copy that was made before. How
    /// many were.
    ///
    /// # Errors
    /// [`Broken::Setting`] when the list can't be read.
    pub async fn erase_again(&self, list: &Path) -> Result<usize, Error> {
        let mut erased = 0;
        for person in listed(list)? {
            erased += usize::from(self.write(person, |tx, person| Box::pin(once_more(tx, *person))).await?);
        }
        if erased > 0 {
            self.0.pools.empty_journal().await?;
        }
        Ok(erased)
    }
}

/// Why somebody goes by themselves, and after how long.
#[derive(Clone, Copy)]
enum LetGo {
    /// Nobody ever confirmed their order.
    Unconfirmed(Minutes),
    /// Nothing is heard of them.
    Unheard(Minutes),
}

impl LetGo {
    /// Some of them, those first who were there first.
    async fn found(self, tx: &mut Tx) -> Result<Vec<StoredPerson>, Error> {
        let now = tx.now();
        match self {
            Self::Unconfirmed(after) => leaving::unconfirmed(tx, now - after, AT_ONCE).await,
            Self::Unheard(after) => leaving::unheard(tx, now - after, AT_ONCE).await,
        }
    }
}

/// Who is told that they leave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// The members who were to come, and those with whom they have a mandate.
    TheirPeople,
    /// The members alone: the coordinator talks with the family.
    OnlyMembers,
}

async fn resident(tx: &mut Tx, person: &str) -> Result<PersonId, Error> {
    let id: PersonId = person.parse().map_err(|_| Refusal::NotYours)?;
    people::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    if people::roles(tx, id).await?.contains(&Role::Resident) { Ok(id) } else { Err(Refusal::NotYours.into()) }
}

async fn works_here(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    Ok(rights::work_here(&people::roles(tx, person).await?))
}

async fn view(tx: &mut Tx, id: PersonId) -> Result<LeavingView, Error> {
    let person = people::brief(tx, id).await?.ok_or(Refusal::NotYours)?;
    let (mut coming, mut begun, mut past) = (0, 0, 0);
    for visit in visits::of_resident(tx, id).await? {
        *match visit.state {
            VisitState::Done { .. } | VisitState::Cancelled(_) => &mut past,
            VisitState::UnderWay { started: Some(_), .. } => &mut begun,
            _ => &mut coming,
        } += 1;
    }
    let now = tx.now();
    let given = mandates::by_resident(tx, id).await?;
    let held = mandates::held_by(tx, id).await?;
    Ok(LeavingView {
        person,
        coming,
        begun,
        past,
        mandates: given.iter().chain(&held).filter(|mandate| mandate.holds(now)).count(),
        days: tx.settings().coop.erasure_days,
        erase_at: leaving::of(tx, id).await?.map(|left| left.erase_at),
        works_here: works_here(tx, id).await?,
    })
}

/// Stops everything. Answers when they are erased.
async fn stop(tx: &mut Tx, c: &Caller, id: PersonId, telling: Telling) -> Result<Moment, Error> {
    if works_here(tx, id).await? {
        return Err(Error::field("person", Problem::WorksHere));
    }
    let erase_at = tx.now() + Minutes(tx.settings().coop.erasure_days * 24 * 60);
    let by = c.person.as_ref().map(|person| person.id);
    if stop_at(tx, c, id, telling, erase_at).await? {
        audit::write(tx, by, (by != Some(id)).then_some(id), "person.stopped", id).await?;
        return Ok(erase_at);
    }
    Ok(leaving::of(tx, id).await?.map_or(erase_at, |left| left.erase_at))
}

/// Whether it was this call that stopped them.
async fn stop_at(tx: &mut Tx, c: &Caller, id: PersonId, telling: Telling, erase_at: Moment) -> Result<bool, Error> {
    // Nobody orders for them from here on, and every member's time stands still.
    tx.lock_all_members().await?;
    tx.lock_person(id).await?;
    let person = people::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    if !leaving::stop(tx, id, erase_at).await? {
        return Ok(false);
    }
    end_mandates(tx, &person, telling).await?;
    leaving::silence(tx, &person).await?;
    call_off(tx, c, id).await?;
    Ok(true)
}

/// Calls off whatever hasn't begun. The one who leaves is told nothing of it.
async fn call_off(tx: &mut Tx, c: &Caller, id: PersonId) -> Result<(), Error> {
    for visit in visits::of_resident(tx, id).await? {
        if visit.state.cancel(WhoCancelled::Resident, tx.now()).is_ok() {
            let cancelling = Cancelling { by: WhoCancelled::Resident, note: String::new() };
            orders::cancel(tx, c, &visit, &visit.version.to_string(), cancelling).await?;
        }
    }
    Ok(())
}

async fn end_mandates(tx: &mut Tx, person: &StoredPerson, telling: Telling) -> Result<(), Error> {
    let now = tx.now();
    let name = person.name.given().to_owned();
    let mut all = mandates::by_resident(tx, person.id).await?;
    all.extend(mandates::held_by(tx, person.id).await?);
    for mandate in all {
        if !mandates::revoke(tx, mandate.id).await? || !mandate.holds(now) || telling == Telling::OnlyMembers {
            continue;
        }
        if let Some(holder) = mandate.holder.filter(|holder| *holder != person.id) {
            outbox::write(tx, holder, None, None, &Message::MandateRevoked { resident: name.clone() }).await?;
        } else if mandate.resident != person.id {
            let ended = Message::MandateEnded { holder: Some(name.clone()) };
            outbox::write(tx, mandate.resident, None, None, &ended).await?;
        }
    }
    Ok(())
}

async fn erase(tx: &mut Tx, id: PersonId) -> Result<(), Error> {
    tx.lock_all_members().await?;
    tx.lock_person(id).await?;
    // Two servers may look at once.
    let Some(Left { erased: false, .. }) = leaving::of(tx, id).await? else { return Ok(()) };
    let person = people::by_id(tx, id).await?.ok_or_else(|| Error::stored("nobody to erase"))?;
    call_off(tx, &nobody(tx), id).await?;
    for part in merging::parts(tx, id).await? {
        if let Some(part) = people::by_id(tx, part).await?.filter(|part| !part.name.is_erased()) {
            leaving::erase(tx, &part).await?;
        }
    }
    leaving::erase(tx, &person).await?;
    audit::write(tx, None, None, "person.erased", id).await
}

/// Erases somebody who was erased before, wherever the database knows nothing of it.
async fn once_more(tx: &mut Tx, id: PersonId) -> Result<bool, Error> {
    if people::by_id(tx, id).await?.is_none_or(|person| person.name.is_erased()) {
        return Ok(false);
    }
    let (nobody, now) = (nobody(tx), tx.now());
    stop_at(tx, &nobody, id, Telling::OnlyMembers, now).await?;
    erase(tx, id).await?;
    Ok(true)
}

/// The system itself.
fn nobody(tx: &Tx) -> Caller {
    Caller::nobody(tx.settings().coop.id)
}

/// One line: the date, and who.
fn note(list: &Path, person: PersonId, date: chrono::NaiveDate) -> Result<(), Error> {
    if listed(list)?.contains(&person) {
        return Ok(());
    }
    if let Some(folder) = list.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| unwritten(&error))?;
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(list).map_err(|error| unwritten(&error))?;
    writeln!(file, "{date} {person}").and_then(|()| file.sync_all()).map_err(|error| unwritten(&error))
}

/// Whoever stands in the list. There is none before somebody was erased.
fn listed(list: &Path) -> Result<Vec<PersonId>, Error> {
    let text = match fs::read_to_string(list) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Broken::Setting(format!("the list of the erased can't be read: {error}")).into()),
    };
    let person = |line: &str| line.split_whitespace().next_back().and_then(|id| id.parse().ok());
    let unread = || Error::from(Broken::Setting("the list of the erased has a line that names nobody".to_owned()));
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| person(line).ok_or_else(unread)).collect()
}

fn unwritten(error: &std::io::Error) -> Error {
    Broken::Setting(format!("the list of the erased can't be written: {error}")).into()
}
