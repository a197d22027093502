//! Who may be written down twice: everybody's names, numbers, homes and years to compare, and the pairs that somebody has said
//! to be two. Comparing is `domain::likeness`; putting two together is `merging`.

use domain::{Known, PersonId, PersonName, PhoneNumber};

use crate::{
    Error,
    store::tx::{Tx, all, execute},
};

/// Id, first and family name, year of birth, number.
type KnownRow = (String, String, String, Option<i64>, Option<String>);

/// Everybody who may be somebody else too, the longest known first: residents and relatives who haven't left.
pub(crate) async fn known(tx: &mut Tx) -> Result<Vec<(PersonId, Known)>, Error> {
    let coop = tx.settings().coop.id.to_string();
    let rows: Vec<KnownRow> = all!(
        tx,
        KnownRow,
        "select person_id, given, family, birth_year, phone from person p where coop_id = $1 and stopped is null \
         and provisional = 0 and exists (select 1 from person_role r where r.person_id = p.person_id \
         and r.role in ('resident', 'relative')) order by made, person_id",
        coop.clone()
    )?;
    let homes: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select person_id, street || ' ' || house from home where coop_id = $1 and street <> ''",
        coop
    )?;
    let mut at: std::collections::HashMap<String, Vec<String>> = std::collections::HashMap::new();
    for (person, line) in homes {
        at.entry(person).or_default().push(line);
    }
    let read = |(id, given, family, year, phone): KnownRow| {
        let known = Known {
            name: PersonName::stored(given, family),
            birth_year: year.and_then(|year| i32::try_from(year).ok()),
            phone: phone.map(PhoneNumber::stored),
            homes: at.remove(&id).unwrap_or_default(),
        };
        Ok((id.parse().map_err(Error::stored)?, known))
    };
    rows.into_iter().map(read).collect()
}

fn in_order(one: PersonId, other: PersonId) -> (String, String) {
    let (one, other) = (one.to_string(), other.to_string());
    if one < other { (one, other) } else { (other, one) }
}

/// Somebody has said that the two are two. Saying it twice is saying it once.
pub(crate) async fn not_same(tx: &mut Tx, one: PersonId, other: PersonId, by: PersonId) -> Result<(), Error> {
    let (one, other) = in_order(one, other);
    execute!(
        tx,
        "insert into not_same (one_id, other_id, coop_id, made, made_by) values ($1, $2, $3, $4, $5) \
         on conflict do nothing",
        one,
        other,
        tx.settings().coop.id.to_string(),
        tx.now().seconds(),
        by.to_string()
    )?;
    Ok(())
}

/// The pairs of which somebody has said that they are two, by whoever they have become.
pub(crate) async fn told_apart(tx: &mut Tx) -> Result<Vec<(PersonId, PersonId)>, Error> {
    let rows: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select coalesce(a.merged_into, a.person_id), coalesce(b.merged_into, b.person_id) from not_same n \
         join person a on a.person_id = n.one_id join person b on b.person_id = n.other_id where n.coop_id = $1",
        tx.settings().coop.id.to_string()
    )?;
    let read = |(one, other): (String, String)| {
        Ok((one.parse().map_err(Error::stored)?, other.parse().map_err(Error::stored)?))
    };
    rows.into_iter().map(read).collect()
}

/// Whether somebody has said that these two are two.
pub(crate) async fn are_told_apart(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<bool, Error> {
    Ok(told_apart(tx).await?.into_iter().any(|pair| pair == (one, other) || pair == (other, one)))
}
