//! People: names, numbers, roles, homes.

use domain::{
    Address, ContactWay, Coordinates, EmailAddress, HomeId, Language, PersonId, PersonName, PhoneKind, PhoneNumber,
    Role,
};

pub(crate) use domain::name_key;

use crate::{
    Error, PersonBrief,
    store::{
        merging::Identity,
        tx::{Tx, all, execute, optional, scalar},
    },
};

/// A person, without their roles and homes.
#[derive(Clone, Debug)]
pub(crate) struct StoredPerson {
    pub(crate) id: PersonId,
    pub(crate) name: PersonName,
    pub(crate) phone: Option<PhoneNumber>,
    /// Shown to be theirs by a code.
    pub(crate) email: Option<EmailAddress>,
    /// They have chosen e-mail for what would be a text message.
    pub(crate) email_first: bool,
    pub(crate) language: Language,
    pub(crate) contact: ContactWay,
    pub(crate) birth_year: Option<i32>,
    /// They have left, or died: nothing is done for them or told to them any more (`leaving`).
    pub(crate) stopped: bool,
}

/// Somebody new.
#[derive(Clone, Debug)]
pub(crate) struct NewPerson {
    pub(crate) id: PersonId,
    pub(crate) name: PersonName,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) language: Language,
    pub(crate) contact: ContactWay,
    pub(crate) birth_year: Option<i32>,
    /// Ordered with a number that nobody has answered yet.
    pub(crate) provisional: bool,
}

/// The query for a [`PersonRow`]: of whom, in SQL in which `p` is the person.
macro_rules! whoever {
    ($of_whom:literal) => {
        concat!(
            "select p.person_id, p.given, p.family, p.phone, p.email, p.email_first, p.language, p.contact, p.birth_year, \
             p.stopped from person p ",
            $of_whom
        )
    };
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    person_id: String,
    given: String,
    family: String,
    phone: Option<String>,
    email: Option<String>,
    email_first: i64,
    language: String,
    contact: String,
    birth_year: Option<i64>,
    stopped: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct HomeRow {
    home_id: String,
    street: String,
    house: String,
    district: String,
    lat_micro: i64,
    lon_micro: i64,
}

impl StoredPerson {
    /// Their number, when texts reach it.
    pub(crate) fn mobile(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref().filter(|phone| phone.kind() == PhoneKind::Mobile)
    }

    /// As others see them in a list.
    pub(crate) fn brief(&self) -> PersonBrief {
        PersonBrief { id: self.id, name: self.name.clone() }
    }
}

impl TryFrom<PersonRow> for StoredPerson {
    type Error = Error;

    fn try_from(row: PersonRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.person_id.parse().map_err(Error::stored)?,
            name: PersonName::stored(row.given, row.family),
            phone: row.phone.map(PhoneNumber::stored),
            email: row.email.map(EmailAddress::stored),
            email_first: row.email_first == 1,
            language: row.language.parse().map_err(Error::stored)?,
            contact: row.contact.parse().map_err(Error::stored)?,
            birth_year: row.birth_year.and_then(|year| i32::try_from(year).ok()),
            stopped: row.stopped.is_some(),
        })
    }
}

impl TryFrom<HomeRow> for (HomeId, Address) {
    type Error = Error;

    fn try_from(row: HomeRow) -> Result<Self, Error> {
        let at = Coordinates { lat_micro: row.lat_micro, lon_micro: row.lon_micro };
        let id = row.home_id.parse().map_err(Error::stored)?;
        Ok((id, Address::stored(row.street, row.house, row.district, at)))
    }
}

/// That person.
pub(crate) async fn by_id(tx: &mut Tx, person: PersonId) -> Result<Option<StoredPerson>, Error> {
    let row = optional!(
        tx,
        PersonRow,
        whoever!("where person_id = $1 and coop_id = $2"),
        person.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    row.map(StoredPerson::try_from).transpose()
}

/// That person's name.
pub(crate) async fn name(tx: &mut Tx, person: PersonId) -> Result<Option<PersonName>, Error> {
    Ok(by_id(tx, person).await?.map(|person| person.name))
}

/// What others call them; empty for nobody.
pub(crate) async fn first_name(tx: &mut Tx, person: PersonId) -> Result<String, Error> {
    Ok(name(tx, person).await?.map(|name| name.given().to_owned()).unwrap_or_default())
}

/// That person as others see them in a list.
pub(crate) async fn brief(tx: &mut Tx, person: PersonId) -> Result<Option<PersonBrief>, Error> {
    Ok(by_id(tx, person).await?.map(|person| person.brief()))
}

/// The one who signs in by that number.
pub(crate) async fn who_signs_in_by(tx: &mut Tx, phone: &PhoneNumber) -> Result<Option<StoredPerson>, Error> {
    let row = optional!(
        tx,
        PersonRow,
        whoever!("where coop_id = $1 and phone = $2 and signs_in = 1"),
        tx.settings().coop.id.to_string(),
        phone.e164()
    )?;
    row.map(StoredPerson::try_from).transpose()
}

/// The one who signs in by that address.
pub(crate) async fn who_signs_in_by_email(tx: &mut Tx, email: &EmailAddress) -> Result<Option<StoredPerson>, Error> {
    let row = optional!(
        tx,
        PersonRow,
        whoever!("where coop_id = $1 and lower(email) = $2 and email_signs_in = 1"),
        tx.settings().coop.id.to_string(),
        email.key()
    )?;
    row.map(StoredPerson::try_from).transpose()
}

/// Everybody with that number, the earliest first.
pub(crate) async fn with_phone(tx: &mut Tx, phone: &PhoneNumber) -> Result<Vec<StoredPerson>, Error> {
    let rows = all!(
        tx,
        PersonRow,
        whoever!("where coop_id = $1 and phone = $2 order by made, person_id"),
        tx.settings().coop.id.to_string(),
        phone.e164()
    )?;
    rows.into_iter().map(StoredPerson::try_from).collect()
}

/// The residents with that number whom the co-op knows and who haven't stopped, the earliest first.
pub(crate) async fn residents_with_phone(tx: &mut Tx, phone: &PhoneNumber) -> Result<Vec<StoredPerson>, Error> {
    let rows = all!(
        tx,
        PersonRow,
        whoever!(
            "join person_role r on r.person_id = p.person_id and r.role = 'resident' \
         where p.coop_id = $1 and p.phone = $2 and p.provisional = 0 and p.stopped is null order by p.made, p.person_id"
        ),
        tx.settings().coop.id.to_string(),
        phone.e164()
    )?;
    rows.into_iter().map(StoredPerson::try_from).collect()
}

/// Everybody of that name, spelling of å, ä and ö and which of the two names comes first apart.
pub(crate) async fn with_name(tx: &mut Tx, name: &PersonName) -> Result<Vec<StoredPerson>, Error> {
    let rows = all!(
        tx,
        PersonRow,
        whoever!("where coop_id = $1 and name_key in ($2, $3) order by made, person_id"),
        tx.settings().coop.id.to_string(),
        name_key(&name.full()),
        name_key(&format!("{} {}", name.family(), name.given()))
    )?;
    rows.into_iter().map(StoredPerson::try_from).collect()
}

/// Residents whose name has every one of the words somewhere in it, or whose number has these digits; at most `most`.
pub(crate) async fn find_residents(tx: &mut Tx, words: &[String], most: i64) -> Result<Vec<StoredPerson>, Error> {
    // Three words are enough for any name; the search is by the longest ones and the rest is sifted below.
    let mut longest: Vec<&String> = words.iter().collect();
    longest.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let pattern = |at: usize| longest.get(at).map_or_else(|| "%".to_owned(), |word| format!("%{}%", escape_like(word)));
    let rows = all!(
        tx,
        PersonRow,
        whoever!(
            "join person_role r on r.person_id = p.person_id and r.role = 'resident' \
         where p.coop_id = $1 and p.provisional = 0 and p.name_key like $2 escape '\\' and p.name_key like $3 escape '\\' \
         and p.name_key like $4 escape '\\' order by p.family, p.given, p.made, p.person_id limit $5"
        ),
        tx.settings().coop.id.to_string(),
        pattern(0),
        pattern(1),
        pattern(2),
        most
    )?;
    let people: Vec<StoredPerson> = rows.into_iter().map(StoredPerson::try_from).collect::<Result<_, _>>()?;
    let has_all = |person: &StoredPerson| words.iter().all(|word| name_key(&person.name.full()).contains(word));
    Ok(people.into_iter().filter(has_all).collect())
}

/// Residents whose number has these digits in it.
pub(crate) async fn find_residents_by_digits(tx: &mut Tx, digits: &str, most: i64) -> Result<Vec<StoredPerson>, Error> {
    let rows = all!(
        tx,
        PersonRow,
        whoever!(
            "join person_role r on r.person_id = p.person_id and r.role = 'resident' \
         where p.coop_id = $1 and p.provisional = 0 and p.phone like $2 \
         order by p.family, p.given, p.made, p.person_id limit $3"
        ),
        tx.settings().coop.id.to_string(),
        format!("%{digits}%"),
        most
    )?;
    rows.into_iter().map(StoredPerson::try_from).collect()
}

/// The residents who came or were served last.
pub(crate) async fn recent_residents(tx: &mut Tx, most: i64) -> Result<Vec<StoredPerson>, Error> {
    let rows = all!(
        tx,
        PersonRow,
        whoever!(
            "join person_role r on r.person_id = p.person_id and r.role = 'resident' \
         where p.coop_id = $1 and p.provisional = 0 \
         order by coalesce((select max(o.made) from help_order o where o.resident_id = p.person_id), p.made) desc, \
         p.person_id limit $2"
        ),
        tx.settings().coop.id.to_string(),
        most
    )?;
    rows.into_iter().map(StoredPerson::try_from).collect()
}

fn escape_like(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Writes somebody new down. They sign in by their number when it is a mobile and nobody does yet.
pub(crate) async fn insert(tx: &mut Tx, new: &NewPerson) -> Result<(), Error> {
    let coop = tx.settings().coop.id.to_string();
    let kind = new.phone.as_ref().map(PhoneNumber::kind);
    let signs_in = match (&new.phone, kind) {
        (Some(phone), Some(PhoneKind::Mobile)) if !new.provisional => who_signs_in_by(tx, phone).await?.is_none(),
        _ => false,
    };
    execute!(
        tx,
        "insert into person (person_id, coop_id, given, family, name_key, phone, phone_kind, signs_in, language, \
         contact, birth_year, provisional, made) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        new.id.to_string(),
        coop,
        new.name.given(),
        new.name.family(),
        name_key(&new.name.full()),
        new.phone.as_ref().map(|phone| phone.e164().to_owned()),
        kind.map(kind_code),
        i64::from(signs_in),
        new.language.code(),
        new.contact.code(),
        new.birth_year.map(i64::from),
        i64::from(new.provisional),
        tx.now().seconds()
    )?;
    Ok(())
}

/// The person's name, number, language, way and year are these from now on. They sign in by the number when it is a mobile
/// and nobody else does.
pub(crate) async fn set_identity(tx: &mut Tx, person: PersonId, to: &Identity) -> Result<(), Error> {
    execute!(
        tx,
        "update person set given = $2, family = $3, name_key = $4, phone = $5, phone_kind = $6, language = $7, \
         contact = $8, birth_year = $9, signs_in = case when $6 = 'mobile' and provisional = 0 and not exists (\
         select 1 from person o where o.coop_id = person.coop_id and o.phone = $5 and o.signs_in = 1 \
         and o.person_id <> $1) then 1 else 0 end where person_id = $1",
        person.to_string(),
        to.name.given(),
        to.name.family(),
        name_key(&to.name.full()),
        to.phone.as_ref().map(|phone| phone.e164().to_owned()),
        to.phone.as_ref().map(|phone| kind_code(phone.kind())),
        to.language.code(),
        to.contact.code(),
        to.birth_year.map(i64::from)
    )?;
    Ok(())
}

/// Whoever signed in by nothing while they were away does so again: by their e-mail address, and by their number too where
/// `by_number` says so and it is a mobile; each unless somebody else does by now.
pub(crate) async fn sign_in_again(tx: &mut Tx, person: PersonId, by_number: bool) -> Result<(), Error> {
    execute!(
        tx,
        "update person set signs_in = case when $2 = 1 and phone_kind = 'mobile' and not exists (\
         select 1 from person o where o.coop_id = person.coop_id and o.phone = person.phone and o.signs_in = 1) \
         then 1 else 0 end, email_signs_in = case when email is not null and not exists (\
         select 1 from person o where o.coop_id = person.coop_id and lower(o.email) = lower(person.email) \
         and o.email_signs_in = 1) then 1 else 0 end where person_id = $1",
        person.to_string(),
        i64::from(by_number)
    )?;
    Ok(())
}

/// They don't sign in by their number.
pub(crate) async fn stop_signing_in(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    execute!(tx, "update person set signs_in = 0 where person_id = $1", person.to_string())?;
    Ok(())
}

/// From now on they are told in that language.
pub(crate) async fn set_language(tx: &mut Tx, person: PersonId, language: Language) -> Result<(), Error> {
    execute!(tx, "update person set language = $2 where person_id = $1", person.to_string(), language.code())?;
    Ok(())
}

/// The address is theirs from now on; they sign in by it when they have shown it themselves and nobody else does.
pub(crate) async fn set_email(tx: &mut Tx, person: PersonId, email: &EmailAddress, shown: bool) -> Result<(), Error> {
    let signs_in = shown && who_signs_in_by_email(tx, email).await?.is_none_or(|owner| owner.id == person);
    execute!(
        tx,
        "update person set email = $2, email_signs_in = $3 where person_id = $1",
        person.to_string(),
        email.as_str(),
        i64::from(signs_in)
    )?;
    Ok(())
}

/// Whether e-mail comes first for them. Whether that is new, and they have an address.
pub(crate) async fn set_email_first(tx: &mut Tx, person: PersonId, first: bool) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update person set email_first = $2 where person_id = $1 and email is not null and email_first <> $2",
        person.to_string(),
        i64::from(first)
    )?;
    Ok(changed > 0)
}

/// They have no address any more. Whether they had one.
pub(crate) async fn remove_email(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update person set email = null, email_signs_in = 0, email_first = 0 where person_id = $1 and email is not null",
        person.to_string()
    )?;
    Ok(changed > 0)
}

const fn kind_code(kind: PhoneKind) -> &'static str {
    match kind {
        PhoneKind::Mobile => "mobile",
        PhoneKind::Landline => "landline",
    }
}

/// The co-op has rung, or the code was answered: the person is known from now on, and signs in by their number when it is a
/// mobile and nobody does yet.
pub(crate) async fn confirm(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    execute!(
        tx,
        "update person set provisional = 0, signs_in = case when phone_kind = 'mobile' and not exists (\
         select 1 from person o where o.coop_id = person.coop_id and o.phone = person.phone and o.signs_in = 1) \
         then 1 else signs_in end where person_id = $1 and provisional = 1",
        person.to_string()
    )?;
    Ok(())
}

/// What a person may do.
pub(crate) async fn roles(tx: &mut Tx, person: PersonId) -> Result<Vec<Role>, Error> {
    let rows: Vec<(String,)> =
        all!(tx, (String,), "select role from person_role where person_id = $1", person.to_string())?;
    let mut roles: Vec<Role> =
        rows.into_iter().map(|(role,)| role.parse().map_err(Error::stored)).collect::<Result<_, _>>()?;
    roles.sort();
    Ok(roles)
}

/// Gives a role; having it already is fine.
pub(crate) async fn add_role(tx: &mut Tx, person: PersonId, role: Role) -> Result<(), Error> {
    execute!(
        tx,
        "insert into person_role (person_id, role) values ($1, $2) on conflict do nothing",
        person.to_string(),
        role.code()
    )?;
    Ok(())
}

/// A person's homes, the first one first.
pub(crate) async fn homes(tx: &mut Tx, person: PersonId) -> Result<Vec<(HomeId, Address)>, Error> {
    let rows = all!(
        tx,
        HomeRow,
        "select home_id, street, house, district, lat_micro, lon_micro from home where person_id = $1 \
         order by made, home_id",
        person.to_string()
    )?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The person's home at that address: the one there is, or a new one.
pub(crate) async fn home_at(tx: &mut Tx, person: PersonId, address: &Address) -> Result<HomeId, Error> {
    let same = |home: &Address| home.line().to_lowercase() == address.line().to_lowercase();
    if let Some((id, _)) = homes(tx, person).await?.into_iter().find(|(_, home)| same(home)) {
        return Ok(id);
    }
    let id = HomeId::from_random(tx.random());
    execute!(
        tx,
        "insert into home (home_id, coop_id, person_id, street, house, district, lat_micro, lon_micro, made) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.to_string(),
        tx.settings().coop.id.to_string(),
        person.to_string(),
        address.street(),
        address.house(),
        address.district(),
        address.at().lat_micro,
        address.at().lon_micro,
        tx.now().seconds()
    )?;
    Ok(id)
}

/// Whether nobody is known yet.
pub(crate) async fn is_empty(tx: &mut Tx) -> Result<bool, Error> {
    let people: i64 = scalar!(tx, i64, "select count(*) from person")?;
    Ok(people == 0)
}
