//! The people: those whom the contracts name, and a neighbourhood around them.

use std::collections::{BTreeMap, BTreeSet};

use assignment::MemberPlan;
use chrono::Weekday;
use domain::{
    Address, Cents, ConsentGiven, ContactWay, DayHours, EarningsGuard, Effort, HomeId, Hours, Language, Limits,
    MinuteOfDay, Minutes, Moment, PersonId, PersonName, PhoneNumber, Role, Service, TravelMode, streets,
};

use super::names::{FAMILY, OLDER, WORKING};
use crate::{
    Entropy, Error,
    store::{
        demo, mandates, member_changes,
        people::{self, NewPerson},
        tx::Tx,
    },
};

use Service::{Accompaniment, Cleaning, Garden, Shopping, Snow};

/// The numbers of those whom the contracts name, in the order they are shown.
pub(super) const KNOWN_NUMBERS: [&str; 9] = [
    "+358400000101",
    "+35881234568",
    "+358400000103",
    "+358400000201",
    "+358400000202",
    "+358400000203",
    "+358400000204",
    "+358400000301",
    "+358400000401",
];

/// Everybody, as the visits need them.
pub(super) struct Cast {
    /// Aino first, then Veikko, then the others.
    pub(super) residents: Vec<Resident>,
    /// Mikko, Leila, Jari, Amina, then the others.
    pub(super) members: Vec<MemberPlan>,
}

/// A resident with their home.
#[derive(Clone)]
pub(super) struct Resident {
    pub(super) id: PersonId,
    pub(super) home: HomeId,
    pub(super) at: domain::Coordinates,
    pub(super) district: String,
    pub(super) contact: ContactWay,
}

/// How many residents live in the demo, Aino and Veikko included.
const RESIDENTS: usize = 60;

struct Person {
    given: &'static str,
    family: &'static str,
    phone: Option<String>,
    role: Role,
    language: Language,
    contact: ContactWay,
    birth_year: Option<i32>,
}

/// What a member sets for themselves.
struct Own {
    street: &'static str,
    house: u32,
    mode: TravelMode,
    skills: Vec<Service>,
    limits: Limits,
    week: Vec<(Weekday, u16, u16)>,
    wished_hours: Option<i64>,
}

/// Writes everybody down.
pub(super) async fn insert(tx: &mut Tx, random: &Entropy) -> Result<Cast, Error> {
    let pekka = known(tx, "Pekka", "Lehto", "+358400000401", Role::Coordinator).await?;
    let outi = known(tx, "Outi", "Kangas", "+358400000301", Role::Lounge).await?;
    let sanna = known(tx, "Sanna", "Niemelä", "+358400000103", Role::Relative).await?;

    let mut residents = Vec::new();
    for (person, street, house) in resident_list(random) {
        let id = person_in(tx, &person).await?;
        let address = Address::parse(&format!("{street} {house}")).map_err(Error::stored)?;
        let home = people::home_at(tx, id, &address).await?;
        // Whoever has no mobile has been at the lounge and agreed there; Veikko hasn't yet.
        let by_lounge = person.contact != ContactWay::Sms && person.given != "Veikko";
        if by_lounge {
            mandates::insert(tx, id, None, ConsentGiven::InPerson, in_a_year(tx), outi).await?;
        }
        let district = address.district().to_owned();
        residents.push(Resident { id, home, at: address.at(), district, contact: person.contact });
    }
    if let Some(aino) = residents.first() {
        mandates::insert(tx, aino.id, Some(sanna), ConsentGiven::InPerson, in_a_year(tx), pekka).await?;
    }

    let mut members = Vec::new();
    for (person, own) in member_list(random) {
        let id = person_in(tx, &person).await?;
        members.push(member(tx, id, own).await?);
    }
    Ok(Cast { residents, members })
}

fn in_a_year(tx: &Tx) -> Moment {
    tx.now() + Minutes(365 * 24 * 60)
}

async fn known(
    tx: &mut Tx,
    given: &'static str,
    family: &'static str,
    phone: &str,
    role: Role,
) -> Result<PersonId, Error> {
    let person = Person {
        given,
        family,
        phone: Some(phone.to_owned()),
        role,
        language: Language::Finnish,
        contact: ContactWay::Sms,
        birth_year: None,
    };
    person_in(tx, &person).await
}

async fn person_in(tx: &mut Tx, person: &Person) -> Result<PersonId, Error> {
    let id = PersonId::from_random(tx.random());
    // Written as they are stored; the test below reads them the way people write them.
    let phone = person.phone.clone().map(PhoneNumber::stored);
    let new = NewPerson {
        id,
        name: PersonName::parse(person.given, person.family).map_err(Error::stored)?,
        phone,
        language: person.language,
        contact: person.contact,
        birth_year: person.birth_year,
        provisional: false,
    };
    people::insert(tx, &new).await?;
    people::add_role(tx, id, person.role).await?;
    Ok(id)
}

/// A random one of a list.
fn pick<T: Copy>(random: &Entropy, from: &[T], otherwise: T) -> T {
    let at = random.below(u32::try_from(from.len()).unwrap_or(0));
    from.get(at as usize).copied().unwrap_or(otherwise)
}

/// A family name for the `n`th person of a list: no two given names get the same one.
fn family(n: usize) -> &'static str {
    FAMILY.get((n * 5 + 3) % FAMILY.len()).copied().unwrap_or("Kallio")
}

fn resident_list(random: &Entropy) -> Vec<(Person, &'static str, u32)> {
    let resident = |given, family, phone: Option<String>, contact, birth_year| Person {
        given,
        family,
        phone,
        role: Role::Resident,
        language: Language::Finnish,
        contact,
        birth_year: Some(birth_year),
    };
    let mut list = vec![
        (resident("Aino", "Niemelä", Some("+358400000101".into()), ContactWay::Sms, 1944), "Ruiskukkatie", 5),
        (resident("Veikko", "Lahti", Some("+35881234568".into()), ContactWay::Call, 1941), "Tervakukkatie", 12),
    ];
    // Two in three live in Rajakylä itself.
    let in_village: Vec<&str> = streets().iter().filter(|s| s.district == "Rajakylä").map(|s| s.name).collect();
    let near = ["Pateniemi", "Kuivasjärvi", "Linnanmaa", "Ritaharju"];
    let around: Vec<&str> = streets().iter().filter(|s| near.contains(&s.district)).map(|s| s.name).collect();
    for n in 0..RESIDENTS - list.len() {
        let given = OLDER.get(n % OLDER.len()).copied().unwrap_or("Aili");
        let (phone, contact) = match n % 6 {
            0 => (Some(format!("+35881234{:03}", 600 + n)), ContactWay::Call),
            1 if n % 4 == 1 => (None, ContactWay::Lounge),
            2 => (Some(format!("+35840000{:04}", 1000 + n)), ContactWay::Call),
            _ => (Some(format!("+35840000{:04}", 1000 + n)), ContactWay::Sms),
        };
        let street =
            if n % 3 == 2 { pick(random, &around, "Parkettitie") } else { pick(random, &in_village, "Koisotie") };
        let birth_year = 1934 + i32::try_from(random.below(22)).unwrap_or(0);
        let mut person = resident(given, family(n), phone, contact, birth_year);
        person.language = match n {
            9 | 31 => Language::Swedish,
            17 => Language::English,
            5 | 22 | 40 => Language::EasyFinnish,
            _ => Language::Finnish,
        };
        list.push((person, street, 1 + random.below(38)));
    }
    list
}

fn member_person(given: &'static str, family: &'static str, n: usize) -> Person {
    Person {
        given,
        family,
        phone: Some(format!("+358400000{:03}", 201 + n)),
        role: Role::Member,
        language: Language::Finnish,
        contact: ContactWay::Sms,
        birth_year: None,
    }
}

const WEEKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
const WEEKEND: [Weekday; 2] = [Weekday::Sat, Weekday::Sun];

fn days(days: &[Weekday], from: u16, to: u16) -> Vec<(Weekday, u16, u16)> {
    days.iter().map(|day| (*day, from, to)).collect()
}

fn limits(visits_a_day: u16, hours_a_day: i64, hours_a_week: i64) -> Limits {
    Limits {
        visits_a_day: Some(visits_a_day),
        minutes_a_day: Some(Minutes(hours_a_day * 60)),
        minutes_a_week: Some(Minutes(hours_a_week * 60)),
        gap: Minutes(10),
        ..Limits::default()
    }
}

fn member_list(random: &Entropy) -> Vec<(Person, Own)> {
    let mikko = Own {
        street: "Ruiskukkatie",
        house: 14,
        mode: TravelMode::Bike,
        skills: vec![Snow, Garden, Shopping],
        limits: Limits {
            visits_a_week: Some(14),
            heavy_a_week: Some(3),
            furthest_metres: Some(6_000),
            earnings: EarningsGuard::Tell(Cents(500_00)),
            ..limits(4, 4, 18)
        },
        week: [days(&WEEKDAYS, 7 * 60, 15 * 60), days(&WEEKEND, 7 * 60, 13 * 60)].concat(),
        wished_hours: Some(14),
    };
    let leila = Own {
        street: "Koisotie",
        house: 8,
        mode: TravelMode::Walk,
        skills: vec![Cleaning, Shopping, Accompaniment],
        limits: Limits {
            heaviest: Effort::Medium,
            days_in_row: Some(5),
            furthest_metres: Some(3_500),
            ..limits(3, 4, 16)
        },
        week: days(&WEEKDAYS, 8 * 60, 15 * 60),
        wished_hours: Some(12),
    };
    let jari = Own {
        street: "Tervakukkatie",
        house: 31,
        mode: TravelMode::Car,
        skills: vec![Snow, Garden, Cleaning],
        limits: Limits { days_in_row: Some(6), ..limits(5, 6, 25) },
        week: [days(&WEEKDAYS, 7 * 60, 18 * 60), days(&WEEKEND, 8 * 60, 12 * 60)].concat(),
        wished_hours: Some(20),
    };
    let amina = Own {
        street: "Valmutie",
        house: 3,
        mode: TravelMode::Bike,
        skills: vec![Cleaning, Accompaniment],
        limits: Limits { heaviest: Effort::Light, furthest_metres: Some(5_000), ..limits(2, 3, 8) },
        week: days(&[Weekday::Tue, Weekday::Wed, Weekday::Thu], 9 * 60, 14 * 60),
        wished_hours: Some(6),
    };
    let mut list = vec![
        (member_person("Mikko", "Rautio", 0), mikko),
        (member_person("Leila", "Haddad", 1), leila),
        (member_person("Jari", "Kinnunen", 2), jari),
        (member_person("Amina", "Warsame", 3), amina),
    ];
    for (n, given) in WORKING.iter().enumerate() {
        list.push((member_person(given, family(n + 11), n + 4), own(random, n)));
    }
    list
}

/// The `n`th of those without a story of their own: each differs from the one before.
fn own(random: &Entropy, n: usize) -> Own {
    const SKILLS: [&[Service]; 7] = [
        &[Snow, Garden],
        &[Cleaning, Shopping],
        &[Shopping, Accompaniment],
        &[Snow, Garden, Shopping],
        &[Cleaning],
        &[Garden, Cleaning, Accompaniment],
        &[Snow, Accompaniment],
    ];
    const NEAR: [&str; 3] = ["Rajakylä", "Pateniemi", "Kuivasjärvi"];
    let homes: Vec<&'static str> = streets().iter().filter(|s| NEAR.contains(&s.district)).map(|s| s.name).collect();
    let week = match n % 5 {
        0 => days(&WEEKDAYS, 8 * 60, 16 * 60),
        1 => days(&[Weekday::Mon, Weekday::Wed, Weekday::Fri], 9 * 60, 13 * 60),
        2 => [days(&WEEKDAYS, 12 * 60, 19 * 60), days(&WEEKEND, 9 * 60, 14 * 60)].concat(),
        // Two stretches: mornings and evenings.
        3 => [days(&WEEKDAYS, 7 * 60, 10 * 60), days(&WEEKDAYS, 16 * 60, 20 * 60)].concat(),
        _ => [days(&[Weekday::Thu, Weekday::Fri], 8 * 60, 17 * 60), days(&WEEKEND, 8 * 60, 17 * 60)].concat(),
    };
    let own = match n % 4 {
        0 => Limits { heavy_a_week: Some(2), days_in_row: Some(5), ..limits(3, 4, 20) },
        1 => Limits { heaviest: Effort::Medium, visits_a_week: Some(5), ..limits(2, 3, 10) },
        2 => Limits { heaviest: Effort::Light, days_in_row: Some(3), gap: Minutes(30), ..limits(2, 3, 8) },
        _ => Limits { earnings: EarningsGuard::Wall(Cents(500_00)), ..limits(3, 5, 24) },
    };
    Own {
        street: pick(random, &homes, "Ratamotie"),
        house: 1 + random.below(38),
        mode: pick(random, TravelMode::ALL, TravelMode::Bike),
        skills: SKILLS.get(n % SKILLS.len()).copied().unwrap_or(&[Snow]).to_vec(),
        limits: Limits { furthest_metres: (!n.is_multiple_of(3)).then(|| 3_000 + 1_000 * random.below(4)), ..own },
        week,
        wished_hours: (n % 3 != 1).then(|| 6 + i64::from(random.below(10))),
    }
}

async fn member(tx: &mut Tx, id: PersonId, own: Own) -> Result<MemberPlan, Error> {
    let home = Address::parse(&format!("{} {}", own.street, own.house)).map_err(Error::stored)?;
    let minute = |minute: u16| MinuteOfDay::new(minute).ok_or_else(|| Error::stored("demo: hours"));
    let mut hours = Hours::default();
    for (day, from, to) in own.week {
        hours.0.push((day, DayHours::new(minute(from)?, minute(to)?).map_err(Error::stored)?));
    }
    let wished_week = own.wished_hours.map(|hours| Minutes(hours * 60));
    demo::insert_member(tx, id, own.mode, &home, &own.limits).await?;
    member_changes::set_limits(tx, id, &own.limits, wished_week).await?;
    member_changes::set_hours(tx, id, &hours).await?;
    member_changes::set_skills(tx, id, &own.skills).await?;
    Ok(MemberPlan {
        id,
        home: home.at(),
        mode: own.mode,
        skills: own.skills.into_iter().collect(),
        limits: own.limits,
        hours,
        exceptions: Vec::new(),
        strength: BTreeMap::new(),
        blocked: BTreeSet::new(),
        knows: BTreeMap::new(),
        wished_week,
        visits: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use domain::PhoneKind;

    use super::*;

    #[test]
    fn nobody_has_a_namesake_and_everybody_a_real_street() {
        let random = Entropy::from_seed(super::super::SEED);
        let residents = resident_list(&random);
        assert_eq!(residents.len(), RESIDENTS);
        let names: BTreeSet<_> = residents.iter().map(|(person, ..)| (person.given, person.family)).collect();
        assert_eq!(names.len(), RESIDENTS);
        for (person, street, house) in &residents {
            assert!(Address::parse(&format!("{street} {house}")).is_ok(), "{street} {house}");
            let phone = person.phone.as_deref().map(|phone| PhoneNumber::parse(phone).unwrap());
            assert_eq!(phone.as_ref().map(PhoneNumber::e164), person.phone.as_deref());
            let mobile = phone.is_some_and(|phone| phone.kind() == PhoneKind::Mobile);
            assert!(person.contact != ContactWay::Sms || mobile);
        }
        assert_eq!(member_list(&random).len(), 24);
    }
}
