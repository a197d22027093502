//! What is held of a person, for themselves: as tables, which a page counts and an archive carries.
//!
//! Nobody else's data: helpers and those who acted for them by the names that their own pages show, and nothing more of
//! them. Of a door code only that there is one.

use domain::{Moment, PersonId, Zone};

use crate::{
    Backend, Caller, Error, Refusal, requesting, rights,
    store::{
        audit, door_codes, invitations, mandates, merging,
        own_data::{self, LIMITS},
        passkeys, people,
        tx::Tx,
        visits,
    },
};

/// How many lines of what others did are told.
const MOST: i64 = 100_000;

/// One table of a person's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTable {
    /// Its name in the archive.
    pub name: &'static str,
    /// What its columns are called there.
    pub columns: Vec<&'static str>,
    /// Its rows; local times, sums in cents.
    pub rows: Vec<Vec<String>>,
}

impl Backend {
    /// Everything that is held of the one signed in.
    ///
    /// # Errors
    /// [`Refusal::SignInFirst`].
    pub async fn own_data(&self, c: &Caller) -> Result<Vec<OwnTable>, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let person = rights::person(c)?;
                tables(tx, person).await
            })
        })
        .await
    }

    /// The same, to be taken away: the trace says that it was.
    ///
    /// # Errors
    /// [`Refusal::SignInFirst`].
    pub async fn export_own_data(&self, c: &Caller) -> Result<Vec<OwnTable>, Error> {
        self.write(c.clone(), |tx, c| {
            Box::pin(async move {
                let person = rights::person(c)?;
                let tables = tables(tx, person).await?;
                audit::write(tx, Some(person), None, "person.exported", person).await?;
                Ok(tables)
            })
        })
        .await
    }
}

async fn tables(tx: &mut Tx, id: PersonId) -> Result<Vec<OwnTable>, Error> {
    let mut tables = vec![
        person(tx, id).await?,
        homes(tx, id).await?,
        visits(tx, id).await?,
        permissions(tx, id).await?,
        invited(tx, id).await?,
        requested(tx, id).await?,
        messages(tx, id).await?,
        sessions(tx, id).await?,
        passkeys(tx, id).await?,
        by_others(tx, id).await?,
        put_together(tx, id).await?,
    ];
    tables.extend(of_member(tx, id).await?);
    Ok(tables)
}

fn table<const N: usize>(name: &'static str, columns: [&'static str; N], rows: Vec<[String; N]>) -> OwnTable {
    OwnTable { name, columns: columns.to_vec(), rows: rows.into_iter().map(Vec::from).collect() }
}

/// "2026-11-24 10:00", as people here read the clock.
fn local(zone: Zone, at: Moment) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M").to_string()
}

fn local_seconds(zone: Zone, at: Option<i64>) -> String {
    at.map(|at| local(zone, Moment::from_seconds(at))).unwrap_or_default()
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

async fn person(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let person = people::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    let roles: Vec<&str> = people::roles(tx, id).await?.into_iter().map(domain::Role::code).collect();
    let row = [
        person.name.given().to_owned(),
        person.name.family().to_owned(),
        person.phone.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default(),
        person.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default(),
        yes(person.email_first),
        person.language.code().to_owned(),
        person.contact.code().to_owned(),
        person.birth_year.map(|year| year.to_string()).unwrap_or_default(),
        roles.join(" "),
    ];
    let columns = ["given", "family", "phone", "email", "email_first", "language", "contact", "birth_year", "roles"];
    Ok(table("person", columns, vec![row]))
}

async fn homes(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let with_code = door_codes::homes_with_code(tx, id).await?;
    let homes = people::homes(tx, id).await?.into_iter();
    let rows = homes.map(|(home, at)| [at.line(), at.district().to_owned(), yes(with_code.contains(&home))]);
    Ok(table("homes", ["address", "district", "door_code_kept"], rows.collect()))
}

async fn visits(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let row = |visit: visits::StoredVisit| {
        [
            local(zone, visit.window.start),
            local(zone, visit.window.end),
            visit.terms.kind.code().to_owned(),
            visit.terms.minutes.0.to_string(),
            visit.terms.price.0.to_string(),
            visit.state.code().to_owned(),
            visit.helper.as_ref().map(|helper| helper.name.given().to_owned()).unwrap_or_default(),
            visit.home.line(),
            visit.note.as_str().to_owned(),
            visit.slip.to_string(),
            visit.feedback.map(|number| number.to_string()).unwrap_or_default(),
        ]
    };
    let rows = visits::of_resident(tx, id).await?.into_iter().map(row).collect();
    let columns =
        ["from", "to", "job", "minutes", "price_cents", "state", "helper", "address", "note", "slip", "feedback"];
    Ok(table("visits", columns, rows))
}

/// Mandates both ways, with the other's name as the page of permissions shows it.
async fn permissions(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let (zone, now) = (tx.settings().coop.zone, tx.now());
    let mut rows = Vec::new();
    for (way, mandates) in [("given", mandates::by_resident(tx, id).await?), ("held", mandates::held_by(tx, id).await?)]
    {
        for mandate in mandates.into_iter().filter(|mandate| way == "given" || mandate.holds(now)) {
            let other = if way == "given" { mandate.holder } else { Some(mandate.resident) };
            let name = match other {
                Some(other) => people::name(tx, other).await?.map(|name| name.full()).unwrap_or_default(),
                None => "lounge".to_owned(),
            };
            rows.push([
                way.to_owned(),
                name,
                mandates::codes(&mandate.services),
                mandate.given.code().to_owned(),
                local(zone, mandate.given_at),
                local(zone, mandate.until),
                yes(mandate.holds(now)),
            ]);
        }
    }
    Ok(table("permissions", ["way", "name", "services", "how", "given_at", "until", "holds"], rows))
}

async fn invited(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let waiting = invitations::of_resident(tx, id).await?.into_iter();
    let rows = waiting.map(|asked| [asked.name.full(), asked.phone.e164().to_owned(), local(zone, asked.until)]);
    Ok(table("invited", ["name", "phone", "until"], rows.collect()))
}

async fn requested(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let waiting = requesting::asked_by(tx, id).await?.into_iter();
    let rows = waiting.map(|asked| [asked.resident.full(), asked.phone.e164().to_owned(), local(zone, asked.until)]);
    Ok(table("requested", ["name", "phone", "until"], rows.collect()))
}

async fn messages(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let rows = own_data::messages(tx, id).await?.into_iter().map(|(made, way, kind, sent, arrived)| {
        [local_seconds(zone, Some(made)), way, kind, local_seconds(zone, sent), local_seconds(zone, arrived)]
    });
    Ok(table("messages", ["written", "way", "about", "sent", "arrived"], rows.collect()))
}

async fn sessions(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let rows = own_data::sessions(tx, id).await?.into_iter();
    let rows = rows.map(|(made, seen)| [local_seconds(zone, Some(made)), local_seconds(zone, Some(seen))]);
    Ok(table("sessions", ["signed_in", "last_seen"], rows.collect()))
}

/// That there are some: no key of any.
async fn passkeys(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let rows = passkeys::of_person(tx, id).await?.into_iter().map(|passkey| {
        let used = passkey.used.map(|used| local(zone, used)).unwrap_or_default();
        [passkey.name, local(zone, passkey.made), used]
    });
    Ok(table("passkeys", ["name", "made", "last_used"], rows.collect()))
}

async fn by_others(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let mut rows = Vec::new();
    for done in audit::on_behalf_of(tx, id, MOST).await? {
        let by = people::name(tx, done.by).await?.map(|name| name.full()).unwrap_or_default();
        rows.push([local(zone, done.at), by, done.act]);
    }
    Ok(table("done_by_others", ["at", "by", "what"], rows))
}

/// When they turned out to have been written down twice.
async fn put_together(tx: &mut Tx, id: PersonId) -> Result<OwnTable, Error> {
    let zone = tx.settings().coop.zone;
    let rows = merging::times(tx, id).await?.into_iter().map(|at| [local_seconds(zone, Some(at))]).collect();
    Ok(table("put_together", ["at"], rows))
}

/// What a member's own pages say, and nothing of those whom they help. Nothing for who isn't a member.
async fn of_member(tx: &mut Tx, id: PersonId) -> Result<Vec<OwnTable>, Error> {
    let zone = tx.settings().coop.zone;
    let Some(limits) = own_data::limits(tx, id).await? else { return Ok(Vec::new()) };
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let hours = own_data::hours(tx, id).await?.into_iter();
    let hours = hours.map(|(weekday, from, to)| [weekday, clock(from), clock(to)]).collect();
    let days = own_data::days(tx, id).await?.into_iter().map(|(date, what, value)| [date, what, value]).collect();
    let skills = own_data::skills(tx, id).await?.into_iter().map(|(service,)| [service]).collect();
    let work = own_data::work(tx, id).await?.into_iter().map(|(start, job, state, worked, pay)| {
        let worked = worked.map(|minutes| minutes.to_string()).unwrap_or_default();
        [local_seconds(zone, Some(start)), job, state, worked, pay.to_string()]
    });
    Ok(vec![
        OwnTable { name: "limits", columns: LIMITS.to_vec(), rows: vec![limits] },
        table("skills", ["service"], skills),
        table("hours", ["weekday", "from", "to"], hours),
        table("days", ["date", "what", "value"], days),
        table("work", ["planned", "job", "state", "worked_minutes", "pay_cents"], work.collect()),
    ])
}
