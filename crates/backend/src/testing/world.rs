//! People for tests: a member, a resident, a coordinator, each made in one line and signed in without a code.
//!
//! What it isn't: the demo neighbourhood (`demo`). A test makes the few people whom its story is about.

use std::collections::{BTreeMap, BTreeSet};

use assignment::{MemberPlan, Snapshot};
use chrono::Weekday;
use domain::{
    Address, Cents, ConsentGiven, ContactWay, CreditEligibility, DayHours, Effort, Hours, JobKind, JobTerms, Language,
    Limits, MinuteOfDay, Minutes, Moment, PersonId, PersonName, PhoneNumber, Role, Service, Span, SubmissionKey,
    TravelMode,
};

use super::TestBackend;
use crate::{
    Backend, Caller, Error, PersonBrief, sending, sessions,
    store::{
        catalogue, drafts, mandates, member_changes, people, people::NewPerson, plans, sessions as stored, tx::Tx,
    },
};

/// Where residents live when the test doesn't say.
pub const STREET: &str = "Tervakukkatie";

/// A member to be.
#[derive(Clone, Debug)]
pub struct Member {
    /// First name.
    pub given: String,
    /// Their number, if they have one.
    pub phone: String,
    /// Where their day begins.
    pub home: String,
    /// How they get about.
    pub mode: TravelMode,
    /// What they do.
    pub skills: Vec<Service>,
    /// Their own limits.
    pub limits: Limits,
    /// Their usual week.
    pub hours: Vec<(Weekday, DayHours)>,
}

/// Every day of the week, from one hour to another.
///
/// # Panics
/// When they aren't hours of a day in order.
#[expect(clippy::expect_used, reason = "a test says what it means")]
pub fn every_day(from: u16, to: u16) -> Vec<(Weekday, DayHours)> {
    let hour = |hour: u16| MinuteOfDay::new(hour * 60).expect("an hour of the day");
    let hours = DayHours::new(hour(from), hour(to)).expect("hours in order");
    let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    week.into_iter().map(|day| (day, hours)).collect()
}

/// Somebody who does everything, every day 7–20, by car, without limits.
pub fn member(given: &str) -> Member {
    Member {
        given: given.to_owned(),
        phone: String::new(),
        home: format!("{STREET} 1"),
        mode: TravelMode::Car,
        skills: Service::ALL.to_vec(),
        limits: Limits::default(),
        hours: every_day(7, 20),
    }
}

/// How long each kind of job takes in tests: two hours, so that an arrival window holds one.
pub const LONG: Minutes = Minutes(120);

#[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test that can't make its world can't go on")]
impl TestBackend {
    /// Decides the terms of every kind of job: so many minutes each, medium effort, 40 €, of which the member gets 20 €.
    pub async fn with_jobs(&self, minutes: Minutes) {
        self.backend
            .write(minutes, |tx, minutes| {
                Box::pin(async move {
                    for kind in JobKind::ALL {
                        let terms = JobTerms {
                            kind: *kind,
                            minutes: *minutes,
                            effort: if kind.service() == Service::Snow { Effort::Heavy } else { Effort::Medium },
                            price: Cents(40_00),
                            labour_percent: 80,
                            pay: Cents(20_00),
                            credit: CreditEligibility::Eligible,
                        };
                        let long_ago = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
                        catalogue::insert(tx, &terms, long_ago).await?;
                    }
                    Ok(())
                })
            })
            .await
            .expect("terms");
    }

    /// How many text messages a day the co-op sends at most.
    pub async fn set_daily_texts(&self, most: i64) {
        self.backend
            .write(most, |tx, most| Box::pin(crate::settings::set_daily_texts(tx, *most)))
            .await
            .expect("a budget");
        self.backend.reload_settings().await.expect("settings");
    }

    /// Somebody with these roles, a number of their own and, for a resident, a home.
    pub async fn person(&self, full_name: &str, phone: &str, address: &str, roles: &[Role]) -> PersonBrief {
        let name = PersonName::parse_full(full_name).expect("a name");
        let phone = (!phone.is_empty()).then(|| PhoneNumber::parse(phone).expect("a number"));
        let contact = match &phone {
            Some(phone) if phone.kind() == domain::PhoneKind::Mobile => ContactWay::Sms,
            Some(_) => ContactWay::Call,
            None => ContactWay::Lounge,
        };
        let home = (!address.is_empty()).then(|| Address::parse(address).expect("an address"));
        self.backend
            .write((name, phone, contact, home, roles.to_vec()), |tx, (name, phone, contact, home, roles)| {
                Box::pin(async move {
                    let id = PersonId::from_random(tx.random());
                    let new = NewPerson {
                        id,
                        name: name.clone(),
                        phone: phone.clone(),
                        language: Language::Finnish,
                        contact: *contact,
                        birth_year: None,
                        provisional: false,
                    };
                    people::insert(tx, &new).await?;
                    for role in roles {
                        people::add_role(tx, id, *role).await?;
                    }
                    if let Some(home) = home {
                        people::home_at(tx, id, home).await?;
                    }
                    Ok(PersonBrief { id, name: name.clone() })
                })
            })
            .await
            .expect("a person")
    }

    /// A resident with a mobile number, in a house of the street of their own number.
    pub async fn resident(&self, given: &str, house: u32) -> Caller {
        let phone = format!("+358 45 {:07}", 1_000_000 + house);
        let person =
            self.person(&format!("{given} Asukas"), &phone, &format!("{STREET} {house}"), &[Role::Resident]).await;
        self.signed_in(&person).await
    }

    /// A member.
    pub async fn member(&self, member: Member) -> Caller {
        let person = self.person(&format!("{} Jäsen", member.given), &member.phone, "", &[Role::Member]).await;
        let home = Address::parse(&member.home).expect("an address").at();
        let plan = MemberPlan {
            id: person.id,
            home,
            mode: member.mode,
            skills: member.skills.iter().copied().collect(),
            limits: member.limits,
            hours: Hours(member.hours),
            exceptions: Vec::new(),
            strength: BTreeMap::new(),
            blocked: BTreeSet::new(),
            knows: BTreeMap::new(),
            wished_week: None,
            visits: Vec::new(),
        };
        self.backend.write(plan, |tx, plan| Box::pin(member_changes::insert(tx, plan))).await.expect("a member");
        self.signed_in(&person).await
    }

    /// Somebody at the desk.
    pub async fn coordinator(&self) -> Caller {
        let person = self.person("Pekka Koordinaattori", "", "", &[Role::Coordinator]).await;
        self.signed_in(&person).await
    }

    /// Somebody at the lounge.
    pub async fn lounge_helper(&self) -> Caller {
        let person = self.person("Outi Tupa", "", "", &[Role::Lounge]).await;
        self.signed_in(&person).await
    }

    /// The resident has agreed that the holder orders for them (nobody: the lounge), for a year.
    pub async fn mandate(&self, resident: PersonId, holder: Option<PersonId>) {
        self.backend
            .write((resident, holder), |tx, (resident, holder)| {
                Box::pin(async move {
                    let until = tx.now() + Minutes(365 * 24 * 60);
                    mandates::insert(tx, *resident, *holder, ConsentGiven::InPerson, until, *resident).await
                })
            })
            .await
            .expect("a mandate");
    }

    /// A session of theirs.
    pub async fn signed_in(&self, person: &PersonBrief) -> Caller {
        let coop = self.backend.settings().coop.id;
        let person = person.clone();
        self.backend
            .write(person, move |tx, person| {
                Box::pin(async move {
                    let (_, session) = sessions::new_token(tx);
                    stored::insert(tx, &session, Some(person.id)).await?;
                    let roles = people::roles(tx, person.id).await?;
                    Ok(Caller { session: Some(session), person: Some(person.clone()), roles, ..Caller::nobody(coop) })
                })
            })
            .await
            .expect("a session")
    }

    /// Somebody who isn't signed in.
    pub async fn visitor(&self) -> Caller {
        let token = self.backend.open_session().await.expect("a session");
        self.backend.caller(Some(&token)).await.expect("a caller")
    }

    /// So many residents with their sessions and drafts, all made in one transaction: each at the house and wanting the
    /// window that its number gives.
    pub async fn crowd(
        &self,
        many: u32,
        job: JobKind,
        house: fn(u32) -> u32,
        window: impl Fn(u32) -> Moment,
    ) -> Vec<(Caller, SubmissionKey)> {
        let wanted: Vec<(u32, u32, Moment)> = (1..=many).map(|n| (n, house(n), window(n))).collect();
        let coop = self.backend.settings().coop.id;
        self.backend
            .write(wanted, move |tx, wanted| {
                Box::pin(async move {
                    let mut crowd = Vec::new();
                    for (number, house, window) in wanted {
                        let id = PersonId::from_random(tx.random());
                        let name = PersonName::parse("Aino", &format!("Asukas{number}")).map_err(Error::stored)?;
                        let home = Address::parse(&format!("{STREET} {house}")).map_err(Error::stored)?;
                        let phone = PhoneNumber::stored(format!("+35845{:07}", 3_000_000 + number));
                        let new = NewPerson {
                            id,
                            name: name.clone(),
                            phone: Some(phone),
                            language: Language::Finnish,
                            contact: ContactWay::Sms,
                            birth_year: None,
                            provisional: false,
                        };
                        people::insert(tx, &new).await?;
                        people::add_role(tx, id, Role::Resident).await?;
                        people::home_at(tx, id, &home).await?;
                        let (_, session) = sessions::new_token(tx);
                        stored::insert(tx, &session, Some(id)).await?;
                        let person = Some(PersonBrief { id, name });
                        let roles = vec![Role::Resident];
                        let c = Caller { session: Some(session), person, roles, ..Caller::nobody(coop) };
                        let key = save_draft(tx, &c, job, *window).await?;
                        crowd.push((c, key));
                    }
                    Ok(crowd)
                })
            })
            .await
            .expect("a crowd")
    }

    /// A draft of the caller's, ready to be sent: that job, at their first home, in the arrival window that begins at
    /// `window`. Answers the key.
    pub async fn draft(&self, c: &Caller, job: JobKind, window: Moment) -> SubmissionKey {
        self.backend
            .write((c.clone(), job, window), |tx, (c, job, window)| Box::pin(save_draft(tx, c, *job, *window)))
            .await
            .expect("a draft")
    }

    /// Puts a draft with the same key and another note back under the session: what a forged or replayed form would be.
    pub async fn draft_with_key(&self, c: &Caller, key: SubmissionKey, job: JobKind, window: Moment) {
        self.draft(c, job, window).await;
        self.backend
            .write((c.clone(), key), |tx, (c, key)| {
                Box::pin(async move {
                    let session = c.session.as_deref().unwrap_or_default();
                    let draft = drafts::of_session(tx, session).await?.ok_or_else(|| Error::stored("no draft"))?;
                    let note = domain::Note::parse("Toinen viesti").map_err(Error::stored)?;
                    drafts::save(tx, session, &drafts::StoredDraft { key: *key, note, ..draft }).await
                })
            })
            .await
            .expect("a draft");
    }

    /// Everybody's plans as they are stored, for the independent judge.
    pub async fn snapshot(&self) -> Snapshot {
        self.backend.read((), |tx, ()| Box::pin(plans::snapshot(tx))).await.expect("a snapshot")
    }
}

/// Sends the caller's draft to that member at that very start, as if the page had offered it: the decision under the
/// member's lock alone stands between two orders.
///
/// # Errors
/// As [`Backend::send_order`].
pub async fn send_at(
    backend: &Backend,
    c: &Caller,
    key: SubmissionKey,
    member: PersonId,
    start: Moment,
) -> Result<(), Error> {
    sending::send_at(backend, c, key, member, start).await
}

async fn save_draft(tx: &mut Tx, c: &Caller, job: JobKind, window: Moment) -> Result<SubmissionKey, Error> {
    let resident = c.serving.as_ref().or(c.person.as_ref()).map(|person| person.id);
    let homes = match resident {
        Some(resident) => people::homes(tx, resident).await?,
        None => Vec::new(),
    };
    let home = homes.into_iter().next();
    let draft = drafts::StoredDraft {
        key: SubmissionKey::from_random(tx.random()),
        job,
        resident,
        home_id: home.as_ref().map(|(id, _)| *id),
        home: home.map(|(_, address)| address),
        note: domain::Note::default(),
        time: Some(drafts::StoredTime::Window(Span::lasting(window, Minutes(60)))),
        newcomer: None,
        contact: None,
        strangers_welcome: Some(true),
        credit_used: None,
    };
    drafts::save(tx, c.session.as_deref().unwrap_or_default(), &draft).await?;
    Ok(draft.key)
}
