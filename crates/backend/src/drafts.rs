//! An order being made: one question a page, each answer kept under the session before the next is asked. Sending it is
//! in `sending`.
//!
//! Field names are the forms' own: `home`, `address`, `note`, `time`, `name`, `phone`, `contact`, `strangers`,
//! `credit_used`; `draft` when there is no draft any more.

use assignment::{Request, Strangers};
use domain::{
    Address, Cents, ContactWay, CreditEligibility, CreditEstimate, FieldProblem, HomeId, JobKind, JobTerms, Moment,
    Note, PersonId, PersonName, PhoneKind, PhoneNumber, Problem, Role, SubmissionKey, credit_terms,
};

use crate::{
    Backend, Caller, CheckView, Draft, Error, Newcomer, PersonBrief, Refusal, TimeChoice, Times, rights,
    store::{
        catalogue,
        drafts::{self, StoredDraft, StoredTime},
        mandates, people, plans,
        tx::Tx,
    },
    times::{self, Names},
};

impl Backend {
    /// The session's order being made, if there is one.
    pub async fn draft(&self, c: &Caller) -> Result<Option<Draft>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                match still_theirs(tx, c).await? {
                    Some(stored) => view(tx, &stored).await.map(Some),
                    None => Ok(None),
                }
            })
        })
        .await
    }

    /// Chooses what is ordered. An order being made keeps its other answers; a new one begins with whom it is for, when
    /// that is clear: the one served at the lounge, oneself, or the only one whose mandate one holds.
    ///
    /// # Errors
    /// Field `job` for a job that the co-op doesn't do.
    pub async fn draft_start(&self, c: &Caller, job: &str) -> Result<Draft, Error> {
        self.write((c.clone(), job.to_owned()), |tx, (c, job)| {
            Box::pin(async move {
                let session = session(c)?;
                let job: JobKind = job.parse().map_err(|problem| Error::field("job", problem))?;
                if catalogue::of_job(tx, job).await?.is_none() {
                    return Err(Error::field("job", Problem::ChooseOne));
                }
                let before = drafts::of_session(tx, session).await?;
                let resident = obvious_resident(tx, c, job, before.as_ref()).await?;
                let key = SubmissionKey::from_random(tx.random());
                let stored = match before {
                    // Also when nobody was known yet: they have signed in since.
                    Some(kept) if kept.resident.is_none() || kept.resident == resident => StoredDraft {
                        key,
                        job,
                        resident,
                        newcomer: kept.newcomer.filter(|_| resident.is_none()),
                        // Another kind of job takes another length: its times are others.
                        time: kept.time.filter(|_| kept.job == job),
                        ..kept
                    },
                    _ => empty(key, job, resident),
                };
                drafts::save(tx, session, &stored).await?;
                view(tx, &stored).await
            })
        })
        .await
    }

    /// Chooses whom it is for.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but oneself, the one served at the lounge, and those whose mandate one holds.
    pub async fn draft_for(&self, c: &Caller, person: &str) -> Result<(), Error> {
        self.write((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                let mut draft = draft_of(tx, c).await?;
                let wanted: PersonId = person.parse().map_err(|_| Refusal::NotYours)?;
                if !orders_for(tx, c, Some(draft.job)).await?.iter().any(|known| known.id == wanted) {
                    return Err(Refusal::NotYours.into());
                }
                if draft.resident != Some(wanted) {
                    draft = empty(draft.key, draft.job, Some(wanted));
                }
                drafts::save(tx, session(c)?, &draft).await
            })
        })
        .await
    }

    /// Whom the caller may order for: oneself, and those whose mandate they hold now; at the lounge, the one served.
    pub async fn people_i_order_for(&self, c: &Caller) -> Result<Vec<PersonBrief>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let job = match &c.session {
                    Some(session) => drafts::of_session(tx, session).await?.map(|draft| draft.job),
                    None => None,
                };
                orders_for(tx, c, job).await
            })
        })
        .await
    }

    /// The homes of the one whom the order is for.
    pub async fn homes(&self, c: &Caller) -> Result<Vec<(HomeId, Address)>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let draft = still_theirs(tx, c).await?;
                let own = || c.person.as_ref().map(|person| person.id).filter(|_| c.roles.contains(&Role::Resident));
                match draft.map_or_else(own, |draft| draft.resident) {
                    Some(resident) => people::homes(tx, resident).await,
                    None => Ok(Vec::new()),
                }
            })
        })
        .await
    }

    /// Chooses where: one of the resident's homes, or an address typed now; and what to know before coming.
    ///
    /// # Errors
    /// Fields `home`, `address`, `note`.
    pub async fn draft_where(&self, c: &Caller, home: &str, address: &str, note: &str) -> Result<(), Error> {
        let given = (c.clone(), home.to_owned(), address.to_owned(), note.to_owned());
        self.write(given, |tx, (c, home, address, note)| {
            Box::pin(async move {
                let mut draft = draft_of(tx, c).await?;
                let mut problems = Vec::new();
                let place = chosen_place(tx, &draft, home, address).await?;
                let note = keep(&mut problems, "note", Note::parse(note));
                if let Err(problem) = &place {
                    problems.insert(0, problem.clone());
                }
                let (Ok((home_id, home)), Some(note)) = (place, note) else { return Err(problems.into()) };
                if draft.home.as_ref().map(Address::at) != Some(home.at()) {
                    // Other people live near; other times work.
                    draft.time = None;
                }
                draft = StoredDraft { home_id, home: Some(home), note, ..draft };
                drafts::save(tx, session(c)?, &draft).await
            })
        })
        .await
    }

    /// The times of the next fourteen days that somebody can keep, for what and where was chosen.
    ///
    /// # Errors
    /// Field `address` when it isn't known where.
    pub async fn draft_times(&self, c: &Caller) -> Result<Times, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let draft = draft_of(tx, c).await?;
                let request = request(tx, &draft, Strangers::Welcome).await?;
                let snapshot = plans::snapshot(tx).await?;
                times::view(tx, &snapshot, &request, names(c, &draft)).await
            })
        })
        .await
    }

    /// Chooses when: `soonest`, the start of one of the windows in seconds, or `none` (the desk rings).
    ///
    /// # Errors
    /// Field `time`, with [`Problem::TimeTaken`] when it isn't free any more.
    pub async fn draft_when(&self, c: &Caller, time: &str) -> Result<(), Error> {
        self.write((c.clone(), time.trim().to_owned()), |tx, (c, time)| {
            Box::pin(async move {
                let mut draft = draft_of(tx, c).await?;
                draft.time = Some(chosen_time(tx, &draft, time).await?);
                drafts::save(tx, session(c)?, &draft).await
            })
        })
        .await
    }

    /// Tells who is helped and how they are reached, whether somebody unfamiliar may come, and what labour was bought
    /// elsewhere this year. For a resident who is known, name and number stay as they are.
    ///
    /// # Errors
    /// Fields `name`, `phone`, `contact`, `strangers`, `credit_used`.
    pub async fn draft_who(
        &self,
        c: &Caller,
        name: &str,
        phone: &str,
        contact: &str,
        strangers: &str,
        credit_used: &str,
    ) -> Result<(), Error> {
        let typed = [name, phone, contact, strangers, credit_used].map(str::to_owned);
        self.write((c.clone(), typed), |tx, (c, [name, phone, contact, strangers, credit_used])| {
            Box::pin(async move {
                let mut draft = draft_of(tx, c).await?;
                let mut problems = Vec::new();
                let reach = match draft.resident {
                    Some(resident) => {
                        let known = people::by_id(tx, resident).await?.ok_or(Refusal::NotYours)?;
                        let contact = keep(&mut problems, "contact", known_contact(contact, known.phone.as_ref()));
                        contact.map(|contact| (None, contact))
                    }
                    None => new_contact(&mut problems, name, phone, contact),
                };
                let strangers = match (strangers.as_str(), draft.resident) {
                    // Nobody is familiar to somebody new: it goes without asking.
                    ("yes", _) | ("", None) => Some(true),
                    ("no", _) => Some(false),
                    _ => keep(&mut problems, "strangers", Err(Problem::ChooseOne)),
                };
                let credit_used = keep(&mut problems, "credit_used", read_euros(credit_used));
                let (Some((newcomer, contact)), Some(strangers), Some(credit_used)) = (reach, strangers, credit_used)
                else {
                    return Err(problems.into());
                };
                draft = StoredDraft {
                    newcomer,
                    contact: Some(contact),
                    strangers_welcome: Some(strangers),
                    credit_used,
                    ..draft
                };
                drafts::save(tx, session(c)?, &draft).await
            })
        })
        .await
    }

    /// The answers, with minutes, price, the likely tax credit, and who would come now for those who may know.
    ///
    /// # Errors
    /// The fields that are still without an answer.
    pub async fn draft_check(&self, c: &Caller) -> Result<CheckView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let stored = draft_of(tx, c).await?;
                let missing = missing(&stored);
                if !missing.is_empty() {
                    return Err(missing.into());
                }
                let terms = terms(tx, &stored).await?;
                let helper = match names(c, &stored) {
                    Names::Shown => who_would_come(tx, &stored).await?,
                    Names::Hidden => None,
                };
                let credit = credit(tx, &terms, stored.credit_used);
                Ok(CheckView { draft: view(tx, &stored).await?, terms, credit, helper })
            })
        })
        .await
    }
}

/// The session under which a draft is kept.
fn session(c: &Caller) -> Result<&str, Error> {
    c.session.as_deref().ok_or_else(|| Error::field("draft", Problem::DraftGone))
}

/// The session's draft.
pub(crate) async fn draft_of(tx: &mut Tx, c: &Caller) -> Result<StoredDraft, Error> {
    session(c)?;
    let found = still_theirs(tx, c).await?;
    found.ok_or_else(|| Error::field("draft", Problem::DraftGone))
}

/// The questions of a draft that are still without an answer, by the field that asks them.
pub(crate) fn missing(draft: &StoredDraft) -> Vec<FieldProblem> {
    let mut missing = Vec::new();
    if draft.home.is_none() {
        missing.push(FieldProblem::new("address", Problem::Missing));
    }
    if draft.time.is_none() {
        missing.push(FieldProblem::new("time", Problem::ChooseOne));
    }
    if draft.contact.is_none() || (draft.resident.is_none() && draft.newcomer.is_none()) {
        missing.push(FieldProblem::new("contact", Problem::ChooseOne));
    }
    missing
}

/// What the draft asks of the engine.
///
/// # Errors
/// Field `address` when it isn't known where.
pub(crate) async fn request(tx: &mut Tx, draft: &StoredDraft, strangers: Strangers) -> Result<Request, Error> {
    let home = draft.home.as_ref().ok_or_else(|| Error::field("address", Problem::Missing))?;
    let at = home.at();
    let terms = terms(tx, draft).await?;
    Ok(Request { resident: draft.resident, at, terms, strangers, not_these: std::collections::BTreeSet::new() })
}

async fn terms(tx: &mut Tx, draft: &StoredDraft) -> Result<JobTerms, Error> {
    catalogue::of_job(tx, draft.job).await?.ok_or_else(|| Error::field("job", Problem::ChooseOne))
}

/// Whether the one who orders may learn who would come: signed in, and for somebody known.
pub(crate) fn names(c: &Caller, draft: &StoredDraft) -> Names {
    if c.person.is_some() && draft.resident.is_some() { Names::Shown } else { Names::Hidden }
}

async fn who_would_come(tx: &mut Tx, draft: &StoredDraft) -> Result<Option<crate::Helper>, Error> {
    let Some(StoredTime::Soonest(window) | StoredTime::Window(window)) = draft.time else { return Ok(None) };
    let strangers = if draft.strangers_welcome == Some(false) { Strangers::OnlyFamiliar } else { Strangers::Welcome };
    let request = request(tx, draft, strangers).await?;
    let snapshot = plans::snapshot(tx).await?;
    let Some(best) = times::to_ask(&snapshot, &request, window).into_iter().next() else { return Ok(None) };
    let known = times::first_names(tx, std::iter::once(best.member)).await?;
    Ok(times::helper(&known, &best))
}

fn credit(tx: &Tx, terms: &JobTerms, used: Option<Cents>) -> CreditEstimate {
    use chrono::Datelike;
    if terms.credit == CreditEligibility::No {
        return CreditEstimate::Range { most: Cents(0) };
    }
    let year = tx.settings().coop.zone.date(tx.now()).year();
    credit_terms(year).estimate(terms.labour(), used)
}

fn empty(key: SubmissionKey, job: JobKind, resident: Option<PersonId>) -> StoredDraft {
    StoredDraft {
        key,
        job,
        resident,
        home_id: None,
        home: None,
        note: Note::default(),
        time: None,
        newcomer: None,
        contact: None,
        strangers_welcome: None,
        credit_used: None,
    }
}

async fn view(tx: &mut Tx, stored: &StoredDraft) -> Result<Draft, Error> {
    let resident = match stored.resident {
        Some(resident) => people::by_id(tx, resident).await?,
        None => None,
    };
    // Somebody whom the co-op knows has told before how they want to hear.
    let usual = resident.as_ref().map(|resident| resident.contact);
    let resident = resident.map(|resident| resident.brief());
    let stored = stored.clone();
    Ok(Draft {
        key: stored.key,
        job: stored.job,
        resident,
        home: stored.home,
        note: stored.note,
        time: stored.time.map(|time| match time {
            StoredTime::Soonest(window) => TimeChoice::Soonest(window),
            StoredTime::Window(window) => TimeChoice::Window(window),
            StoredTime::RingMe => TimeChoice::RingMe,
        }),
        newcomer: stored.newcomer.map(|(name, phone)| Newcomer { name, phone }),
        contact: stored.contact.or(usual),
        strangers_welcome: stored.strangers_welcome,
        credit_used: stored.credit_used,
    })
}

/// For whom a draft is when nobody has said: the one who was chosen before, else the first who is clear.
async fn obvious_resident(
    tx: &mut Tx,
    c: &Caller,
    job: JobKind,
    before: Option<&StoredDraft>,
) -> Result<Option<PersonId>, Error> {
    let known = orders_for(tx, c, Some(job)).await?;
    let chosen = before.and_then(|draft| draft.resident).filter(|id| known.iter().any(|person| person.id == *id));
    let own = c.person.as_ref().map(|person| person.id).filter(|id| known.iter().any(|person| person.id == *id));
    let only = match known.as_slice() {
        [only] => Some(only.id),
        _ => None,
    };
    Ok(chosen.or(own).or(only))
}

/// The draft of the caller's session, as long as they may order for whom it is: a mandate that has ended, and a linked phone
/// whose code was answered an hour ago, show nothing of anybody any more.
async fn still_theirs(tx: &mut Tx, c: &Caller) -> Result<Option<StoredDraft>, Error> {
    let Some(session) = &c.session else { return Ok(None) };
    let Some(draft) = drafts::of_session(tx, session).await? else { return Ok(None) };
    let may = match draft.resident {
        Some(resident) => orders_for(tx, c, Some(draft.job)).await?.iter().any(|known| known.id == resident),
        None => true,
    };
    Ok(may.then_some(draft))
}

/// Whom the caller may order for now; with a job named, only those whose mandate covers it.
async fn orders_for(tx: &mut Tx, c: &Caller, job: Option<JobKind>) -> Result<Vec<PersonBrief>, Error> {
    let Some(me) = &c.person else { return Ok(Vec::new()) };
    let roles = rights::roles(tx, c).await?;
    let helps = roles.iter().any(|role| matches!(role, Role::Lounge | Role::Coordinator));
    if let Some(served) = c.serving.as_ref().filter(|_| helps) {
        let agreed = mandates::of_lounge(tx, served.id).await?;
        let covers = agreed.is_some_and(|mandate| covers(&mandate, job, tx.now()));
        return Ok(covers.then(|| served.clone()).into_iter().collect());
    }
    let mut known: Vec<PersonBrief> = Vec::new();
    if roles.contains(&Role::Resident) {
        known.push(me.clone());
    }
    for mandate in rights::mandates(tx, c).await? {
        let new = !known.iter().any(|person| person.id == mandate.resident);
        if new && covers(&mandate, job, tx.now()) {
            known.extend(people::brief(tx, mandate.resident).await?);
        }
    }
    Ok(known)
}

fn covers(mandate: &domain::Mandate, job: Option<JobKind>, now: Moment) -> bool {
    match job {
        Some(job) => mandate.allows(job.service(), now),
        None => domain::Service::ALL.iter().any(|service| mandate.allows(*service, now)),
    }
}

type Place = (Option<HomeId>, Address);

async fn chosen_place(
    tx: &mut Tx,
    draft: &StoredDraft,
    home: &str,
    address: &str,
) -> Result<Result<Place, FieldProblem>, Error> {
    if !home.trim().is_empty() {
        let own = match draft.resident {
            Some(resident) => people::homes(tx, resident).await?,
            None => Vec::new(),
        };
        let wanted = home.trim().parse::<HomeId>().ok();
        let found = own.into_iter().find(|(id, _)| Some(*id) == wanted);
        return Ok(found
            .map(|(id, home)| (Some(id), home))
            .ok_or_else(|| FieldProblem::new("home", Problem::ChooseOne)));
    }
    let typed = Address::parse(address).map_err(|problem| FieldProblem::new("address", problem));
    Ok(typed.map(|address| (None, address)))
}

async fn chosen_time(tx: &mut Tx, draft: &StoredDraft, time: &str) -> Result<StoredTime, Error> {
    if time == "none" {
        return Ok(StoredTime::RingMe);
    }
    let request = request(tx, draft, Strangers::Welcome).await?;
    let snapshot = plans::snapshot(tx).await?;
    if time == "soonest" {
        let near = times::horizon(snapshot.rules.zone, snapshot.now);
        let first = assignment::times(&snapshot, &request, near).into_iter().next();
        return first
            .map(|offer| StoredTime::Soonest(offer.window))
            .ok_or_else(|| Error::field("time", Problem::TimeTaken));
    }
    let start: i64 = time.parse().map_err(|_| Error::field("time", Problem::ChooseOne))?;
    times::window_at(&snapshot, &request, Moment::from_seconds(start))
        .map(StoredTime::Window)
        .ok_or_else(|| Error::field("time", Problem::TimeTaken))
}

/// The answer, or its problem noted.
fn keep<T>(problems: &mut Vec<FieldProblem>, field: &str, answer: Result<T, Problem>) -> Option<T> {
    answer.map_err(|problem| problems.push(FieldProblem::new(field, problem))).ok()
}

fn known_contact(contact: &str, phone: Option<&PhoneNumber>) -> Result<ContactWay, Problem> {
    match (contact.parse()?, phone.map(PhoneNumber::kind)) {
        (ContactWay::Sms | ContactWay::Call, None) => Err(Problem::NeedsPhone),
        (ContactWay::Sms, Some(PhoneKind::Landline)) => Err(Problem::NeedsMobile),
        (way, _) => Ok(way),
    }
}

type Reach = (Option<(PersonName, Option<PhoneNumber>)>, ContactWay);

/// Somebody new: their name, their number if they have one, and how they are told. A number is needed for anything but
/// asking at the lounge.
pub(crate) fn new_contact(problems: &mut Vec<FieldProblem>, name: &str, phone: &str, contact: &str) -> Option<Reach> {
    let name = keep(problems, "name", PersonName::parse_full(name));
    let contact = contact.parse::<ContactWay>();
    let phone = match PhoneNumber::parse(phone) {
        // Whether a number is needed isn't known before the way is chosen.
        Err(Problem::Missing) if matches!(contact, Ok(ContactWay::Lounge) | Err(_)) => Some(None),
        other => keep(problems, "phone", other).map(Some),
    };
    let contact = keep(problems, "contact", contact);
    let landline = phone.iter().flatten().any(|phone| phone.kind() == PhoneKind::Landline);
    if contact == Some(ContactWay::Sms) && landline {
        problems.push(FieldProblem::new("contact", Problem::NeedsMobile));
        return None;
    }
    Some((Some((name?, phone?)), contact?))
}

/// "420", "420,50", "1 200 €": a sum of a year's labour; nothing typed is nothing told.
pub(crate) fn read_euros(typed: &str) -> Result<Option<Cents>, Problem> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let (euros, cents) = plain.split_once([',', '.']).unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if euros.is_empty() || euros.len() > 6 || cents.len() > 2 || !digits(euros) || !digits(cents) {
        return Err(Problem::OutOfRange);
    }
    let euros: i64 = euros.parse().map_err(|_| Problem::OutOfRange)?;
    let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| Problem::OutOfRange)?;
    let sum = euros * 100 + cents;
    if sum > 100_000_00 { Err(Problem::OutOfRange) } else { Ok(Some(Cents(sum))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_read_as_people_write_it() {
        for (typed, cents) in [("420", 420_00), ("420,50", 420_50), ("1 200 €", 1_200_00), ("0.5", 50)] {
            assert_eq!(read_euros(typed), Ok(Some(Cents(cents))), "{typed}");
        }
        assert_eq!(read_euros("  "), Ok(None));
        for wrong in ["-1", "1e5", "100001", "12,345", "kaksi", "9999999999999999999", ",5"] {
            assert_eq!(read_euros(wrong), Err(Problem::OutOfRange), "{wrong}");
        }
    }

    #[test]
    fn somebody_new_gives_a_number_unless_they_ask_at_the_lounge() {
        let mut problems = Vec::new();
        assert!(new_contact(&mut problems, "Aino Niemelä", "", "lounge").is_some());
        assert!(problems.is_empty());
        assert!(new_contact(&mut problems, "Aino Niemelä", "", "call").is_none());
        assert!(new_contact(&mut problems, "Aino Niemelä", "08 123 4568", "sms").is_none());
        assert!(new_contact(&mut problems, "Aino", "abc", "").is_none());
        assert!(new_contact(&mut problems, "Aino Niemelä", "", "").is_none());
        let found: Vec<_> = problems.iter().map(|p| (p.field.as_str(), p.problem)).collect();
        assert_eq!(
            found,
            [
                ("phone", Problem::Missing),
                ("contact", Problem::NeedsMobile),
                ("name", Problem::NameNeedsBoth),
                ("phone", Problem::NotAPhone),
                ("contact", Problem::ChooseOne),
                // A number isn't missed before the way is chosen: the lounge needs none.
                ("contact", Problem::ChooseOne),
            ]
        );
    }
}
