//! What a lounge helper does: finds or adds the resident who sits beside them, records how they agreed, serves them, and
//! turns to the next one. Whom to ring is in `calls`.
//!
//! Every act here is on somebody's behalf: it leaves a trace.

use chrono::{Datelike, Months};
use domain::{
    Address, ConsentGiven, FieldProblem, Known, Language, MinuteOfDay, Moment, PersonId, Problem, Role, ShortText,
    Zone, likeness,
};

use crate::{
    Backend, Caller, Error, Refusal, ResidentView,
    drafts::new_contact,
    rights,
    sessions::session,
    store::{
        audit, drafts, mandates,
        people::{self, NewPerson, StoredPerson},
        sessions,
        tx::Tx,
    },
};

/// How many residents a search shows at most.
const MOST: i64 = 20;

/// What a helper types about somebody new.
#[derive(Clone, Debug, Default)]
pub struct ResidentForm {
    /// Given and family name.
    pub name: String,
    /// A number, or nothing.
    pub phone: String,
    /// Street and number.
    pub address: String,
    /// Year of birth, or nothing: tells two of the same name apart.
    pub birth_year: String,
    /// A language's code; nothing is Finnish.
    pub language: String,
    /// How they agreed: `in_person`, `by_phone`, `on_paper`.
    pub consent: String,
    /// How they are told: `sms`, `call`, `lounge`.
    pub contact: String,
}

/// The form, read.
#[derive(Clone, Debug)]
struct Parsed {
    person: NewPerson,
    home: Address,
    consent: ConsentGiven,
}

impl Backend {
    /// Residents by parts of their name (dots over letters don't matter) or by digits of their number; without a question,
    /// those who ordered or came last.
    pub async fn find_residents(&self, c: &Caller, query: &str) -> Result<Vec<ResidentView>, Error> {
        self.read((c.clone(), query.to_owned()), |tx, (c, query)| {
            Box::pin(async move {
                rights::lounge(tx, c).await?;
                let mut found = Vec::new();
                for person in find(tx, query).await?.into_iter().filter(|person| !person.stopped) {
                    found.push(view(tx, person).await?);
                }
                Ok(found)
            })
        })
        .await
    }

    /// The same at the desk, those included who have stopped: it can be taken back.
    pub async fn find_everybody(&self, c: &Caller, query: &str) -> Result<Vec<ResidentView>, Error> {
        self.read((c.clone(), query.to_owned()), |tx, (c, query)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let mut found = Vec::new();
                for person in find(tx, query).await? {
                    found.push(view(tx, person).await?);
                }
                Ok(found)
            })
        })
        .await
    }

    /// One resident.
    pub async fn resident(&self, c: &Caller, person: &str) -> Result<ResidentView, Error> {
        self.read((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                rights::lounge(tx, c).await?;
                let person = resident(tx, person).await?;
                view(tx, person).await
            })
        })
        .await
    }

    /// Writes down somebody new, and how they agreed that the lounge orders for them. Somebody of that name with that
    /// number or at that address is known already: they are answered, and nobody is made twice.
    ///
    /// # Errors
    /// Fields `name`, `phone`, `address`, `birth_year`, `language`, `contact`, `consent`.
    pub async fn add_resident(&self, c: &Caller, form: ResidentForm) -> Result<PersonId, Error> {
        self.write((c.clone(), form), |tx, (c, form)| {
            Box::pin(async move {
                let by = rights::lounge(tx, c).await?;
                let Parsed { person, home, consent } = parse(tx, form)?;
                // Two helpers who add the same person at once wait for each other.
                tx.lock_name(&people::name_key(&person.name.full())).await?;
                let id = if let Some(known) = known_already(tx, &person, &home).await? {
                    known.id
                } else {
                    people::insert(tx, &person).await?;
                    person.id
                };
                people::confirm(tx, id).await?;
                people::add_role(tx, id, Role::Resident).await?;
                people::home_at(tx, id, &home).await?;
                if id == person.id {
                    audit::write(tx, Some(by), Some(id), "resident.added", id).await?;
                }
                agree(tx, id, consent, by).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Within the last day on which a consent given now would hold.
    pub fn consent_until(&self) -> Moment {
        consent_until(self.zone(), self.now()).plus_seconds(-1)
    }

    /// Records how a resident agreed that the lounge orders for them, until [`Backend::consent_until`].
    ///
    /// # Errors
    /// Field `consent`.
    pub async fn record_consent(&self, c: &Caller, person: &str, how: &str) -> Result<(), Error> {
        self.write((c.clone(), person.to_owned(), how.to_owned()), |tx, (c, person, how)| {
            Box::pin(async move {
                let by = rights::lounge(tx, c).await?;
                let person = resident(tx, person).await?;
                let how = read_consent(how).map_err(|problem| Error::field("consent", problem))?;
                agree(tx, person.id, how, by).await
            })
        })
        .await
    }

    /// The helper serves this resident from now on: the order pages are for them.
    ///
    /// # Errors
    /// Field `consent` with [`Problem::ConsentNeeded`] when no consent holds now.
    pub async fn serve(&self, c: &Caller, person: &str) -> Result<(), Error> {
        self.write((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                let by = rights::lounge(tx, c).await?;
                let person = resident(tx, person).await?;
                if mandates::of_lounge(tx, person.id).await?.is_none() {
                    return Err(Error::field("consent", Problem::ConsentNeeded));
                }
                let session = session(c)?;
                if c.serving.as_ref().map(|served| served.id) != Some(person.id) {
                    leave(tx, session).await?;
                }
                sessions::set_serving(tx, session, Some(person.id)).await?;
                audit::write(tx, Some(by), Some(person.id), "lounge.serves", person.id).await
            })
        })
        .await
    }

    /// The resident leaves: nothing of theirs stays on the screen or in the session.
    pub async fn next_person(&self, c: &Caller) -> Result<(), Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                rights::lounge(tx, c).await?;
                leave(tx, session(c)?).await
            })
        })
        .await
    }
}

/// Nothing of the one who was served stays in the session.
pub(crate) async fn leave(tx: &mut Tx, session: &str) -> Result<(), Error> {
    sessions::set_serving(tx, session, None).await?;
    drafts::delete(tx, session).await?;
    sessions::clear_forms(tx, session).await
}

async fn find(tx: &mut Tx, query: &str) -> Result<Vec<StoredPerson>, Error> {
    let digits: String = query.chars().filter(char::is_ascii_digit).collect();
    let has_letters = query.chars().any(char::is_alphabetic);
    if !has_letters && digits.len() >= 3 {
        // Stored with the country: neither a leading 0 nor 00 stands in it.
        return people::find_residents_by_digits(tx, digits.trim_start_matches('0'), MOST).await;
    }
    let words: Vec<String> = people::name_key(query).split_whitespace().take(6).map(str::to_owned).collect();
    if words.is_empty() {
        return people::recent_residents(tx, MOST).await;
    }
    people::find_residents(tx, &words, MOST).await
}

/// The resident of that id.
async fn resident(tx: &mut Tx, person: &str) -> Result<StoredPerson, Error> {
    let id: PersonId = person.parse().map_err(|_| Refusal::NotYours)?;
    let person = people::by_id(tx, id).await?.filter(|person| !person.stopped).ok_or(Refusal::NotYours)?;
    if people::roles(tx, id).await?.contains(&Role::Resident) { Ok(person) } else { Err(Refusal::NotYours.into()) }
}

async fn view(tx: &mut Tx, person: StoredPerson) -> Result<ResidentView, Error> {
    let home = people::homes(tx, person.id).await?.into_iter().next();
    let consent = mandates::of_lounge(tx, person.id).await?.map(|mandate| (mandate.given, mandate.until));
    Ok(ResidentView {
        person: person.brief(),
        phone: person.phone,
        home,
        birth_year: person.birth_year,
        consent,
        contact: person.contact,
        language: person.language,
    })
}

/// Records a consent, unless one as long holds already.
async fn agree(tx: &mut Tx, resident: PersonId, how: ConsentGiven, by: PersonId) -> Result<(), Error> {
    let until = consent_until(tx.settings().coop.zone, tx.now());
    if let Some(held) = mandates::of_lounge(tx, resident).await?
        && held.until >= until
        && held.given == how
    {
        return Ok(());
    }
    let mandate = mandates::insert(tx, resident, None, how, until, by).await?;
    audit::write_change(tx, Some(by), Some(resident), "mandate.recorded", mandate, None, Some(how.code())).await
}

/// How long a consent given at the lounge holds, in months (`decisions.md`, "Consent at the lounge").
const CONSENT_HOLDS: Months = Months::new(12);

/// The end of the last day on which a consent given now holds.
fn consent_until(zone: Zone, now: Moment) -> Moment {
    let today = zone.date(now);
    zone.at(today.checked_add_months(CONSENT_HOLDS).unwrap_or(today), MinuteOfDay::MIDNIGHT)
}

/// Somebody who is certainly the same (`domain::Likeness::is_certain`): of the same name, with the same number or home.
async fn known_already(tx: &mut Tx, new: &NewPerson, home: &Address) -> Result<Option<StoredPerson>, Error> {
    let is_new = Known {
        name: new.name.clone(),
        birth_year: new.birth_year,
        phone: new.phone.clone(),
        homes: vec![home.line()],
    };
    for known in people::with_name(tx, &new.name).await?.into_iter().filter(|known| !known.stopped) {
        let homes = people::homes(tx, known.id).await?.into_iter().map(|(_, home)| home.line()).collect();
        let is_known =
            Known { name: known.name.clone(), birth_year: known.birth_year, phone: known.phone.clone(), homes };
        if likeness(&is_new, &is_known).is_certain() {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// How a resident can agree at the lounge. In the app they agree by themselves.
pub(crate) fn read_consent(how: &str) -> Result<ConsentGiven, Problem> {
    match how.parse() {
        Ok(given @ (ConsentGiven::InPerson | ConsentGiven::ByPhone | ConsentGiven::OnPaper)) => Ok(given),
        _ => Err(Problem::ConsentNeeded),
    }
}

fn parse(tx: &Tx, form: &ResidentForm) -> Result<Parsed, Error> {
    let mut problems = Vec::new();
    let reach = new_contact(&mut problems, &form.name, &form.phone, &form.contact);
    let home = Address::parse(&form.address);
    let birth_year = read_birth_year(&form.birth_year, tx.settings().coop.zone.date(tx.now()).year());
    let language = if form.language.trim().is_empty() { Ok(Language::Finnish) } else { form.language.trim().parse() };
    let consent = read_consent(&form.consent);
    let mut note = |field: &str, problem: Option<Problem>| {
        problems.extend(problem.map(|problem| FieldProblem::new(field, problem)));
    };
    note("address", home.as_ref().err().copied());
    note("birth_year", birth_year.as_ref().err().copied());
    note("language", language.as_ref().err().copied());
    note("consent", consent.as_ref().err().copied());
    let (Some((Some((name, phone)), contact)), Ok(home), Ok(birth_year), Ok(language), Ok(consent)) =
        (reach, home, birth_year, language, consent)
    else {
        return Err(problems.into());
    };
    let id = PersonId::from_random(tx.random());
    Ok(Parsed {
        person: NewPerson { id, name, phone, language, contact, birth_year, provisional: false },
        home,
        consent,
    })
}

pub(crate) fn read_birth_year(typed: &str, this_year: i32) -> Result<Option<i32>, Problem> {
    match ShortText::parse(typed) {
        Err(Problem::Missing) => Ok(None),
        Err(_) => Err(Problem::OutOfRange),
        Ok(text) => {
            let year = text.as_str().parse().ok().filter(|year| (this_year - 120..=this_year).contains(year));
            year.map(Some).ok_or(Problem::OutOfRange)
        }
    }
}
