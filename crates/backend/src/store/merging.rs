//! One person who was written down twice: what goes over from one row to the other, and how it comes back. Who may be one is
//! in `same`.
//!
//! # A new column that names a person
//! It goes over by a line of [`MOVES`], or is named in `tests/visits/merging.rs` with the reason why it stays; a test fails
//! until one of the two is done.

use domain::{ContactWay, HomeId, Language, Moment, PersonId, PersonName, PhoneNumber, Role};
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    store::{
        outbox,
        people::{self, StoredPerson},
        tx::{Tx, all, execute, optional, scalar},
    },
};

/// What tells somebody apart, as far as a merging may change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) name: PersonName,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) language: Language,
    pub(crate) contact: ContactWay,
    pub(crate) birth_year: Option<i32>,
}

/// What taking it back needs to know, beside the rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// The one who stays, before and after.
    pub(crate) was: Identity,
    pub(crate) became: Identity,
    pub(crate) kept_signed_in: bool,
    pub(crate) gone_signed_in: bool,
    pub(crate) kept_roles: Vec<Role>,
    pub(crate) gone_roles: Vec<Role>,
}

/// A merging as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Merging {
    pub(crate) id: String,
    pub(crate) kept: PersonId,
    pub(crate) gone: PersonId,
    pub(crate) made: Moment,
    pub(crate) until: Moment,
    /// Nothing once it can't be taken back.
    pub(crate) remembered: Option<Remembered>,
}

impl Identity {
    /// That person's.
    pub(crate) fn of(person: &StoredPerson) -> Self {
        Self {
            name: person.name.clone(),
            phone: person.phone.clone(),
            language: person.language,
            contact: person.contact,
            birth_year: person.birth_year,
        }
    }
}

/// One column whose rows go over: writing down which, and carrying them.
struct Move {
    note: &'static str,
    carry: &'static str,
}

/// `note` takes the merging, who goes and who stays; `carry` the merging, from whom and to whom, so that the same statement
/// brings them back. The last part says which rows stay where they are.
macro_rules! carried {
    ($table:literal, $key:literal, $column:literal $(, $unless:literal)?) => {
        Move {
            note: concat!(
                "insert into merging_moved (merging_id, tab, col, row_key) select $1, '", $table, "', '", $column,
                "', cast(", $key, " as text) from ", $table, " where ", $column, " = $2 and $2 <> $3" $(, " and ", $unless)?
            ),
            carry: concat!(
                "update ", $table, " set ", $column, " = $3 where ", $column, " = $2 and cast(", $key,
                " as text) in (select row_key from merging_moved where merging_id = $1 and tab = '", $table,
                "' and col = '", $column, "')"
            ),
        }
    };
}

const MOVES: [Move; 19] = [
    // A home at which the one who stays lives too stays behind: its orders are led to theirs (`lead_home`).
    carried!(
        "home",
        "home_id",
        "person_id",
        "not exists (select 1 from home k where k.person_id = $3 and lower(k.street) = lower(home.street) \
         and lower(k.house) = lower(home.house))"
    ),
    carried!("help_order", "order_id", "resident_id"),
    carried!("help_order", "order_id", "booker_id"),
    carried!("visit", "visit_id", "resident_id"),
    carried!("visit_event", "visit_event_id", "by_person"),
    carried!("feedback", "visit_id", "by_person"),
    // What one of the two has let the other do is over, or there is no merging; nobody gives themselves a mandate.
    carried!("mandate", "mandate_id", "resident_id", "(holder_id is null or holder_id <> $3)"),
    carried!("mandate", "mandate_id", "holder_id", "resident_id <> $3"),
    carried!("mandate", "mandate_id", "recorded_by"),
    carried!("mandate_invitation", "invitation_id", "resident_id"),
    carried!("mandate_invitation", "invitation_id", "made_by"),
    carried!("mandate_request", "request_id", "asker_id"),
    carried!("mandate_request", "request_id", "resident_id"),
    carried!("door_code", "home_id", "made_by"),
    carried!("phone_link", "phone_link_id", "person_id"),
    carried!("phone_link", "phone_link_id", "made_by"),
    carried!("phone_link", "phone_link_id", "ended_by"),
    carried!("outbox", "message_id", "person_id"),
    // Said of both is said: the one that is there is enough, and the other waits for its own to come back.
    carried!(
        "refusal_pair",
        "member_id",
        "resident_id",
        "not exists (select 1 from refusal_pair k where k.resident_id = $3 and k.member_id = refusal_pair.member_id)"
    ),
];

/// Something counted of one person, or of two.
pub(crate) async fn count(tx: &mut Tx, what: Counted, one: PersonId, other: PersonId) -> Result<i64, Error> {
    let sql = match what {
        Counted::DoorCodes => "select count(*) from door_code where person_id = $1 and $1 <> $2",
        Counted::Phones => {
            "select count(*) from phone_link where person_id = $1 and $1 <> $2 and linked_at is not null and ended_at is null"
        }
        Counted::Waiting => "select count(*) from outbox where person_id = $1 and $1 <> $2 and sent_at is null",
        Counted::Refusals => "select count(*) from refusal_pair where resident_id = $1 and $1 <> $2",
        Counted::SignsIn => "select count(*) from person where person_id = $1 and $1 <> $2 and signs_in = 1",
        Counted::Unconfirmed => "select count(*) from person where person_id in ($1, $2) and provisional = 1",
        Counted::Questions => {
            "select (select count(*) from mandate_invitation i join person p on p.phone = i.phone \
             where i.resident_id in ($1, $2) and p.person_id in ($1, $2) and i.answer is null) \
             + (select count(*) from mandate_request where resident_id in ($1, $2) and asker_id in ($1, $2) \
             and answer is null)"
        }
        Counted::RefusedHelpers => {
            "select count(*) from visit v join refusal_pair r on r.member_id = v.member_id \
             where v.resident_id in ($1, $2) and r.resident_id in ($1, $2) and r.resident_id <> v.resident_id \
             and v.state in ('reserved', 'offered', 'agreed', 'under_way')"
        }
    };
    scalar!(tx, i64, sql, one.to_string(), other.to_string())
}

/// What can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// The first one's door codes.
    DoorCodes,
    /// Their linked phones.
    Phones,
    /// What waits to be told to them.
    Waiting,
    /// Members who don't go to them.
    Refusals,
    /// One when they sign in by their number.
    SignsIn,
    /// How many of the two nobody has confirmed.
    Unconfirmed,
    /// Open questions of one of the two to the other.
    Questions,
    /// Coming visits of one by a member whom the other doesn't want, or who doesn't go there.
    RefusedHelpers,
}

/// Writes a merging down, and carries every row over. Answers its id.
pub(crate) async fn carry(
    tx: &mut Tx,
    (kept, gone): (PersonId, PersonId),
    by: PersonId,
    until: Moment,
    remembered: &Remembered,
) -> Result<String, Error> {
    let id = super::hex(&tx.random::<16>());
    execute!(
        tx,
        "insert into merging (merging_id, coop_id, kept_id, gone_id, made, made_by, until, remembered) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.clone(),
        tx.settings().coop.id.to_string(),
        kept.to_string(),
        gone.to_string(),
        tx.now().seconds(),
        by.to_string(),
        until.seconds(),
        serde_json::to_string(remembered)?
    )?;
    for (from, to) in double_homes(tx, gone, kept).await? {
        lead_home(tx, &id, from, to).await?;
    }
    for step in &MOVES {
        execute!(tx, step.note, id.clone(), gone.to_string(), kept.to_string())?;
        execute!(tx, step.carry, id.clone(), gone.to_string(), kept.to_string())?;
    }
    // A no that came after a yes to the same one holds, whichever row it was said on.
    execute!(
        tx,
        "update mandate set revoked_at = $2 where resident_id = $1 and revoked_at is null and exists (\
         select 1 from mandate no where no.resident_id = $1 and no.revoked_at >= mandate.given_at \
         and coalesce(no.holder_id, '') = coalesce(mandate.holder_id, ''))",
        kept.to_string(),
        tx.now().seconds()
    )?;
    Ok(id)
}

/// Brings every row back that is still with the one who stays.
pub(crate) async fn bring_back(tx: &mut Tx, merging: &Merging) -> Result<(), Error> {
    for step in &MOVES {
        execute!(tx, step.carry, merging.id.clone(), merging.kept.to_string(), merging.gone.to_string())?;
    }
    // To the homes to which they went before.
    execute!(
        tx,
        "update help_order set home_id = (select was from merging_moved m where m.merging_id = $1 \
         and m.tab = 'help_order' and m.col = 'home_id' and m.row_key = help_order.order_id) \
         where order_id in (select row_key from merging_moved where merging_id = $1 and tab = 'help_order' \
         and col = 'home_id')",
        merging.id.clone()
    )?;
    Ok(())
}

/// The homes of one at an address at which the other lives too, and the other's there.
pub(crate) async fn double_homes(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<Vec<(HomeId, HomeId)>, Error> {
    let rows: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select g.home_id, min(k.home_id) from home g join home k on k.person_id = $2 \
         and lower(k.street) = lower(g.street) and lower(k.house) = lower(g.house) \
         where g.person_id = $1 group by g.home_id order by g.home_id",
        from.to_string(),
        to.to_string()
    )?;
    homes(rows)
}

/// The orders to a home go to another at the same address from now on.
async fn lead_home(tx: &mut Tx, merging: &str, from: HomeId, to: HomeId) -> Result<(), Error> {
    execute!(
        tx,
        "insert into merging_moved (merging_id, tab, col, row_key, was) \
         select $1, 'help_order', 'home_id', order_id, home_id from help_order where home_id = $2",
        merging,
        from.to_string()
    )?;
    execute!(tx, "update help_order set home_id = $2 where home_id = $1", from.to_string(), to.to_string())?;
    Ok(())
}

/// A code at that home came from another home at the same address.
pub(crate) async fn note_code(tx: &mut Tx, merging: &str, from: HomeId, to: HomeId) -> Result<(), Error> {
    execute!(
        tx,
        "insert into merging_moved (merging_id, tab, col, row_key, was) values ($1, 'door_code', 'home_id', $3, $2)",
        merging,
        from.to_string(),
        to.to_string()
    )?;
    Ok(())
}

/// The homes whose codes went to another home, each with that one.
pub(crate) async fn noted_codes(tx: &mut Tx, merging: &str) -> Result<Vec<(HomeId, HomeId)>, Error> {
    let rows: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select was, row_key from merging_moved where merging_id = $1 and tab = 'door_code' and col = 'home_id'",
        merging
    )?;
    homes(rows)
}

fn homes(rows: Vec<(String, String)>) -> Result<Vec<(HomeId, HomeId)>, Error> {
    let read =
        |(from, to): (String, String)| Ok((from.parse().map_err(Error::stored)?, to.parse().map_err(Error::stored)?));
    rows.into_iter().map(read).collect()
}

/// The homes that have gone over.
pub(crate) async fn moved_homes(tx: &mut Tx, merging: &str) -> Result<Vec<HomeId>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select row_key from merging_moved where merging_id = $1 and tab = 'home' order by row_key",
        merging
    )?;
    rows.into_iter().map(|(home,)| home.parse().map_err(Error::stored)).collect()
}

/// Orders that the person made to that home go to their other one.
pub(crate) async fn lead_orders(tx: &mut Tx, resident: PersonId, from: HomeId, to: HomeId) -> Result<(), Error> {
    execute!(
        tx,
        "update help_order set home_id = $3 where resident_id = $1 and home_id = $2",
        resident.to_string(),
        from.to_string(),
        to.to_string()
    )?;
    Ok(())
}

/// Whether somebody has ordered to that home.
pub(crate) async fn is_ordered_to(tx: &mut Tx, resident: PersonId, home: HomeId) -> Result<bool, Error> {
    let orders: i64 = scalar!(
        tx,
        i64,
        "select count(*) from help_order where resident_id = $1 and home_id = $2",
        resident.to_string(),
        home.to_string()
    )?;
    Ok(orders > 0)
}

/// What waits to be told to a person goes to another number of theirs. Which, and where each was to go, is remembered.
pub(crate) async fn readdress(
    tx: &mut Tx,
    merging: &str,
    person: PersonId,
    to: Option<&PhoneNumber>,
) -> Result<(), Error> {
    let (id, phone) = (person.to_string(), to.map(|phone| phone.e164().to_owned()));
    let (texted, rung) = outbox::reaching(to);
    execute!(
        tx,
        concat!(
            "insert into merging_moved (merging_id, tab, col, row_key, was) \
             select $1, 'outbox', 'phone', message_id, way || ' ' || coalesce(phone, '') from outbox \
             where person_id = $2 and sent_at is null and taken_at is null and coalesce(phone, '') <> coalesce($3, '') \
             and kind not in ",
            outbox::words_of_ways_in!()
        ),
        merging,
        id.clone(),
        phone.clone()
    )?;
    execute!(
        tx,
        "update outbox set phone = $2, way = case way when 'sms' then $3 when 'call' then $4 else way end \
         where message_id in (select row_key from merging_moved where merging_id = $1 and tab = 'outbox' \
         and col = 'phone')",
        merging,
        phone,
        texted.code(),
        rung.code()
    )?;
    Ok(())
}

/// What still waits goes where it was to go.
pub(crate) async fn address_back(tx: &mut Tx, merging: &str) -> Result<(), Error> {
    let rows: Vec<(String, String)> = all!(
        tx,
        (String, String),
        "select row_key, was from merging_moved where merging_id = $1 and tab = 'outbox' and col = 'phone'",
        merging
    )?;
    for (message, was) in rows {
        let (way, phone) = was.split_once(' ').ok_or_else(|| Error::stored("merging_moved"))?;
        let phone = (!phone.is_empty()).then(|| phone.to_owned());
        execute!(
            tx,
            "update outbox set way = $2, phone = $3 where message_id = $1 and sent_at is null and taken_at is null",
            message,
            way,
            phone
        )?;
    }
    Ok(())
}

/// The row of the one who goes: it has stopped, and is part of the other. Their e-mail address signs nobody in; the one who
/// stays shows anew that an address is theirs.
pub(crate) async fn retire(tx: &mut Tx, gone: PersonId, into: PersonId, until: Moment) -> Result<(), Error> {
    execute!(
        tx,
        "update person set stopped = $3, erase_at = $4, merged_into = $2, signs_in = 0, email_signs_in = 0 where person_id = $1",
        gone.to_string(),
        into.to_string(),
        tx.now().seconds(),
        until.seconds()
    )?;
    execute!(tx, "delete from person_role where person_id = $1", gone.to_string())?;
    Ok(())
}

/// The row of the one who went stands for itself again.
pub(crate) async fn revive(tx: &mut Tx, gone: PersonId, roles: &[Role], signs_in: bool) -> Result<(), Error> {
    execute!(
        tx,
        "update person set stopped = null, erase_at = null, merged_into = null where person_id = $1",
        gone.to_string()
    )?;
    people::sign_in_again(tx, gone, signs_in).await?;
    for role in roles {
        people::add_role(tx, gone, *role).await?;
    }
    Ok(())
}

/// A role that came with a merging goes, unless an order of theirs needs it.
pub(crate) async fn take_role(tx: &mut Tx, person: PersonId, role: Role) -> Result<(), Error> {
    execute!(
        tx,
        "delete from person_role where person_id = $1 and role = $2 and not ($2 = 'resident' \
         and exists (select 1 from help_order where resident_id = $1))",
        person.to_string(),
        role.code()
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct MergingRow {
    merging_id: String,
    kept_id: String,
    gone_id: String,
    made: i64,
    until: i64,
    remembered: String,
}

impl TryFrom<MergingRow> for Merging {
    type Error = Error;

    fn try_from(row: MergingRow) -> Result<Self, Error> {
        let remembered = (!row.remembered.is_empty()).then(|| serde_json::from_str(&row.remembered)).transpose()?;
        Ok(Self {
            id: row.merging_id,
            kept: row.kept_id.parse().map_err(Error::stored)?,
            gone: row.gone_id.parse().map_err(Error::stored)?,
            made: Moment::from_seconds(row.made),
            until: Moment::from_seconds(row.until),
            remembered,
        })
    }
}

/// The merging of that id that hasn't been taken back.
pub(crate) async fn by_id(tx: &mut Tx, merging: &str) -> Result<Option<Merging>, Error> {
    let row = optional!(
        tx,
        MergingRow,
        "select merging_id, kept_id, gone_id, made, until, remembered from merging \
         where merging_id = $1 and coop_id = $2 and undone_at is null",
        merging,
        tx.settings().coop.id.to_string()
    )?;
    row.map(Merging::try_from).transpose()
}

/// Those that could still be taken back, the newest first.
pub(crate) async fn open(tx: &mut Tx) -> Result<Vec<Merging>, Error> {
    let rows = all!(
        tx,
        MergingRow,
        "select merging_id, kept_id, gone_id, made, until, remembered from merging \
         where coop_id = $1 and undone_at is null and until > $2 and remembered <> '' order by made desc, merging_id",
        tx.settings().coop.id.to_string(),
        tx.now().seconds()
    )?;
    rows.into_iter().map(Merging::try_from).collect()
}

/// When other rows of theirs were put together with that person's, those apart that were taken back.
pub(crate) async fn times(tx: &mut Tx, person: PersonId) -> Result<Vec<i64>, Error> {
    let rows: Vec<(i64,)> = all!(
        tx,
        (i64,),
        "select made from merging where kept_id = $1 and undone_at is null order by made",
        person.to_string()
    )?;
    Ok(rows.into_iter().map(|(made,)| made).collect())
}

/// It is taken back: what was remembered isn't needed any more.
pub(crate) async fn undone(tx: &mut Tx, merging: &str, by: PersonId) -> Result<(), Error> {
    execute!(tx, "delete from merging_moved where merging_id = $1", merging)?;
    execute!(
        tx,
        "update merging set undone_at = $2, undone_by = $3, remembered = '' where merging_id = $1",
        merging,
        tx.now().seconds(),
        by.to_string()
    )?;
    Ok(())
}

/// Orders of the one who stays since then.
pub(crate) async fn orders_since(tx: &mut Tx, merging: &Merging) -> Result<i64, Error> {
    scalar!(
        tx,
        i64,
        "select count(*) from help_order where resident_id = $1 and order_id not in \
         (select row_key from merging_moved where merging_id = $2 and tab = 'help_order' and col = 'resident_id') \
         and made >= $3",
        merging.kept.to_string(),
        merging.id.clone(),
        merging.made.seconds()
    )
}

/// Whose rows have become that person's, and theirs in turn.
pub(crate) async fn parts(tx: &mut Tx, person: PersonId) -> Result<Vec<PersonId>, Error> {
    let mut parts = Vec::new();
    let mut ask = vec![person];
    while let Some(whole) = ask.pop() {
        let rows: Vec<(String,)> = all!(
            tx,
            (String,),
            "select person_id from person where merged_into = $1 order by person_id",
            whole.to_string()
        )?;
        for (part,) in rows {
            let part: PersonId = part.parse().map_err(Error::stored)?;
            if part != person && !parts.contains(&part) {
                parts.push(part);
                ask.push(part);
            }
        }
    }
    Ok(parts)
}

/// Nothing of their mergings is remembered any more: one of them is erased.
pub(crate) async fn forget(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    let id = person.to_string();
    execute!(
        tx,
        "delete from merging_moved where merging_id in (select merging_id from merging where kept_id = $1 or gone_id = $1)",
        id.clone()
    )?;
    execute!(tx, "update merging set remembered = '' where kept_id = $1 or gone_id = $1", id.clone())?;
    execute!(tx, "delete from not_same where one_id = $1 or other_id = $1", id)?;
    Ok(())
}

/// What only the row of somebody who went holds, once it can't come back: each statement with their id.
const LEFT_BEHIND: [&str; 5] = [
    "delete from door_code where person_id = $1",
    "delete from resident_key where person_id = $1",
    "delete from known_client where person_id = $1",
    "delete from refusal_pair where resident_id = $1",
    "delete from home where person_id = $1 and not exists (select 1 from help_order o where o.home_id = home.home_id)",
];

/// Those whose days are over can't be taken back: the row that went loses its name. How many were.
pub(crate) async fn settle(tx: &mut Tx) -> Result<u64, Error> {
    let due = all!(
        tx,
        MergingRow,
        "select merging_id, kept_id, gone_id, made, until, remembered from merging \
         where coop_id = $1 and undone_at is null and until <= $2 and remembered <> '' order by until, merging_id limit 50",
        tx.settings().coop.id.to_string(),
        tx.now().seconds()
    )?;
    let mut settled = 0;
    for row in due {
        for statement in LEFT_BEHIND {
            execute!(tx, statement, row.gone_id.clone())?;
        }
        execute!(
            tx,
            "update person set given = '', family = '', name_key = '', phone = null, phone_kind = null, signs_in = 0, \
             email = null, email_signs_in = 0, email_first = 0, language = 'fi', contact = 'lounge', birth_year = null, erased = $2 where person_id = $1",
            row.gone_id,
            tx.now().seconds()
        )?;
        execute!(tx, "delete from merging_moved where merging_id = $1", row.merging_id.clone())?;
        execute!(tx, "update merging set remembered = '' where merging_id = $1", row.merging_id)?;
        settled += 1;
    }
    Ok(settled)
}
