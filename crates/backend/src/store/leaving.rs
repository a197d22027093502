//! What is stored about somebody who leaves: that they have stopped, and what goes when they are erased.
//!
//! # A new table, or a new column
//! If it says anything of a person, it goes in [`erase`] or is named in `tests/visits/leaving.rs` with the reason why it
//! stays; a test fails until one of the two is done.

use domain::{Message, MessageId, Moment, PersonId};

use crate::{
    Error,
    store::{
        merging,
        people::{self, StoredPerson},
        tx::{Tx, all, execute, optional},
        visit_changes,
    },
};

/// How far somebody's leaving has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// When they are erased, unless it is taken back before.
    pub(crate) erase_at: Moment,
    pub(crate) erased: bool,
}

/// How far that person's leaving has come; nothing for who hasn't left.
pub(crate) async fn of(tx: &mut Tx, person: PersonId) -> Result<Option<Left>, Error> {
    let row: Option<(Option<i64>, Option<i64>)> = optional!(
        tx,
        (Option<i64>, Option<i64>),
        "select erase_at, erased from person where person_id = $1 and coop_id = $2",
        person.to_string(),
        tx.settings().coop.id.to_string()
    )?;
    let Some((Some(erase_at), erased)) = row else { return Ok(None) };
    Ok(Some(Left { erase_at: Moment::from_seconds(erase_at), erased: erased.is_some() }))
}

/// Nothing is done for them any more. Whether it was this call that said so.
pub(crate) async fn stop(tx: &mut Tx, person: PersonId, erase_at: Moment) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update person set stopped = $2, erase_at = $3, signs_in = 0, email_signs_in = 0 where person_id = $1 and stopped is null",
        person.to_string(),
        tx.now().seconds(),
        erase_at.seconds()
    )?;
    Ok(changed > 0)
}

/// They stay after all, and sign in by their number as before, unless somebody else does by now. Whether it was in time.
pub(crate) async fn resume(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "update person set stopped = null, erase_at = null where person_id = $1 and erased is null and erase_at > $2",
        person.to_string(),
        tx.now().seconds()
    )?;
    if changed > 0 {
        people::sign_in_again(tx, person, true).await?;
    }
    Ok(changed > 0)
}

/// Those whose time to be erased has come, the earliest first. Who has become part of somebody else goes with them (`merging`).
pub(crate) async fn due(tx: &mut Tx, most: i64) -> Result<Vec<PersonId>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select person_id from person where coop_id = $1 and erase_at <= $2 and erased is null \
         and merged_into is null order by erase_at, person_id limit $3",
        tx.settings().coop.id.to_string(),
        tx.now().seconds(),
        most
    )?;
    rows.into_iter().map(|(person,)| person.parse().map_err(Error::stored)).collect()
}

/// Those whose order nobody ever confirmed, the earliest first: nothing of theirs stands any more. Made before that instant.
pub(crate) async fn unconfirmed(tx: &mut Tx, before: Moment, most: i64) -> Result<Vec<StoredPerson>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select person_id from person p where coop_id = $1 and provisional = 1 and stopped is null and made < $2 \
         and not exists (select 1 from visit v where v.resident_id = p.person_id and v.state <> 'cancelled') \
         order by made, person_id limit $3",
        tx.settings().coop.id.to_string(),
        before.seconds(),
        most
    )?;
    people_of(tx, rows).await
}

/// Residents of whom nothing has been heard since that instant: no order, no visit, no session, nobody who may order for them
/// or for whom they may; and nothing is to come.
pub(crate) async fn unheard(tx: &mut Tx, since: Moment, most: i64) -> Result<Vec<StoredPerson>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select person_id from person p where coop_id = $1 and provisional = 0 and stopped is null and made < $2 \
         and exists (select 1 from person_role r where r.person_id = p.person_id and r.role = 'resident') \
         and not exists (select 1 from person_role r where r.person_id = p.person_id \
         and r.role in ('member', 'lounge', 'coordinator')) \
         and not exists (select 1 from help_order o where (o.resident_id = p.person_id or o.booker_id = p.person_id) \
         and o.made >= $2) \
         and not exists (select 1 from visit v where v.resident_id = p.person_id \
         and (v.window_end >= $2 or v.state not in ('done', 'cancelled'))) \
         and not exists (select 1 from session s where s.person_id = p.person_id and s.seen >= $2) \
         and not exists (select 1 from mandate m where (m.resident_id = p.person_id or m.holder_id = p.person_id) \
         and m.revoked_at is null and m.valid_until > $3) \
         order by made, person_id limit $4",
        tx.settings().coop.id.to_string(),
        since.seconds(),
        tx.now().seconds(),
        most
    )?;
    people_of(tx, rows).await
}

async fn people_of(tx: &mut Tx, rows: Vec<(String,)>) -> Result<Vec<StoredPerson>, Error> {
    let mut found = Vec::new();
    for (id,) in rows {
        found.extend(people::by_id(tx, id.parse().map_err(Error::stored)?).await?);
    }
    Ok(found)
}

/// Their sessions, codes and passkeys open nothing, nobody serves them, and what waited to be told to them isn't told, whatever way
/// it was to go.
pub(crate) async fn silence(tx: &mut Tx, person: &StoredPerson) -> Result<(), Error> {
    let id = person.id.to_string();
    let phone = person.phone.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default();
    execute!(tx, "delete from session where person_id = $1", id.clone())?;
    execute!(tx, "delete from passkey where person_id = $1", id.clone())?;
    execute!(tx, "update session set serving_id = null where serving_id = $1", id.clone())?;
    execute!(tx, "delete from sign_in_code where person_id = $1", id.clone())?;
    execute!(tx, "update help_order set session_id = null where resident_id = $1", id.clone())?;
    // A number that was theirs is still told that it isn't: whoever leaves in somebody else's name can't keep it from them.
    execute!(
        tx,
        "delete from outbox where person_id = $1 and sent_at is null and kind <> 'number_changed'",
        id.clone()
    )?;
    // Questions of theirs to residents, and what waits to be told about them.
    execute!(
        tx,
        "delete from outbox where kind = 'mandate_asked' and sent_at is null and once in \
         (select 'mandate_request ' || request_id from mandate_request where asker_id = $1)",
        id.clone()
    )?;
    execute!(
        tx,
        "update mandate_request set answer = 'withdrawn', answered_at = $2 where asker_id = $1 and answer is null",
        id.clone(),
        tx.now().seconds()
    )?;
    // Questions to the number, and questions of theirs to others.
    execute!(
        tx,
        "delete from outbox where person_id is null and kind = 'invited' and sent_at is null and (phone = $2 or phone in \
         (select phone from mandate_invitation where resident_id = $1 and answer is null))",
        id.clone(),
        phone.clone()
    )?;
    execute!(
        tx,
        "update mandate_invitation set answer = 'withdrawn', answered_at = $3 \
         where (resident_id = $1 or phone = $2) and answer is null",
        id,
        phone,
        tx.now().seconds()
    )?;
    Ok(())
}

/// What only the person's own rows say: each statement with their id.
const OWN: [&str; 21] = [
    "delete from session where person_id = $1",
    "delete from passkey where person_id = $1",
    "delete from phone_link where person_id = $1",
    "delete from sign_in_code where person_id = $1",
    "delete from known_client where person_id = $1",
    "delete from outbox where person_id = $1",
    // The key first: whoever has a copy of the sealed codes has nothing.
    "delete from resident_key where person_id = $1",
    "delete from door_code where person_id = $1",
    "delete from refusal_pair where resident_id = $1",
    "delete from person_role where person_id = $1",
    // Who helped them tells who they were: a daughter's name leads to her mother.
    "update help_order set booker_id = null where resident_id = $1 and booker_id in \
     (select holder_id from mandate where resident_id = $1)",
    "update visit_event set by_person = null where visit_id in (select visit_id from visit where resident_id = $1) \
     and by_person in (select holder_id from mandate where resident_id = $1)",
    "update feedback set by_person = null where visit_id in (select visit_id from visit where resident_id = $1) \
     and by_person in (select holder_id from mandate where resident_id = $1)",
    "update help_order set booker_id = null where booker_id = $1 and resident_id <> $1",
    "update visit_event set by_person = null where by_person = $1",
    "update feedback set by_person = null where by_person = $1",
    "delete from mandate where resident_id = $1 or holder_id = $1",
    "delete from mandate_invitation where resident_id = $1",
    "delete from mandate_request where asker_id = $1 or resident_id = $1",
    "update help_order set note = '', credit_used = null, session_id = null where resident_id = $1",
    // The district is enough for statistics; the place is only so near that ways stay ways of this town.
    "update home set street = '', house = '', lat_micro = lat_micro / 100000 * 100000, \
     lon_micro = lon_micro / 100000 * 100000 where person_id = $1",
];

/// Takes everything away that says who they were. Visits stay with time, service, price and what became of them; the trace
/// stays with ids. They have stopped.
pub(crate) async fn erase(tx: &mut Tx, person: &StoredPerson) -> Result<(), Error> {
    let id = person.id.to_string();
    let phone = person.phone.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default();
    forget_typed(tx, person).await?;
    forget_named(tx, person).await?;
    merging::forget(tx, person.id).await?;
    for order in orders(tx, person.id).await? {
        visit_changes::new_slip(tx, &order).await?;
    }
    for statement in OWN {
        execute!(tx, statement, id.clone())?;
    }
    if let Some(email) = &person.email {
        execute!(tx, "delete from sign_in_code where lower(email) = $1", email.key())?;
        execute!(tx, "delete from outbox where lower(email) = $1 and person_id is null", email.key())?;
    }
    if !phone.is_empty() {
        execute!(tx, "delete from sign_in_code where phone = $1", phone.clone())?;
        execute!(tx, "delete from mandate_invitation where phone = $1", phone.clone())?;
        execute!(tx, "delete from mandate_request where resident_phone = $1 or own_phone = $1", phone.clone())?;
        execute!(tx, "delete from outbox where phone = $1 and person_id is null", phone)?;
    }
    execute!(
        tx,
        "update person set given = '', family = '', name_key = '', phone = null, phone_kind = null, signs_in = 0, \
         email = null, email_signs_in = 0, email_first = 0, \
         language = 'fi', contact = 'lounge', birth_year = null, erased = $2 where person_id = $1",
        id,
        tx.now().seconds()
    )?;
    Ok(())
}

/// Drafts and kept forms in others' sessions that name them: what a helper searched for, an order begun for them.
async fn forget_typed(tx: &mut Tx, person: &StoredPerson) -> Result<(), Error> {
    let mut words = vec![person.id.to_string(), person.name.family().to_lowercase()];
    let mut digits = Vec::new();
    if let Some(phone) = &person.phone {
        digits.extend(phone.e164().get(4..).map(str::to_owned));
    }
    words.extend(person.email.as_ref().map(domain::EmailAddress::key));
    for (home, address) in people::homes(tx, person.id).await? {
        words.extend([home.to_string(), address.line().to_lowercase()]);
    }
    let mentions = |text: &str| {
        let text = text.to_lowercase();
        let numbers: String = text.chars().filter(char::is_ascii_digit).collect();
        words.iter().any(|word| !word.is_empty() && text.contains(word)) || digits.iter().any(|d| numbers.contains(d))
    };
    let forms: Vec<(String, String, String)> =
        all!(tx, (String, String, String), "select session_id, form, kept from form_kept")?;
    for (session, form, kept) in forms {
        if mentions(&kept) {
            execute!(tx, "delete from form_kept where session_id = $1 and form = $2", session, form)?;
        }
    }
    let drafts: Vec<(String, String)> = all!(tx, (String, String), "select session_id, draft from draft")?;
    for (session, draft) in drafts {
        if mentions(&draft) {
            execute!(tx, "delete from draft where session_id = $1", session)?;
        }
    }
    Ok(())
}

/// Messages to others that name them, or that somebody added words to about their visits. What still waits to be told goes
/// out without those words.
async fn forget_named(tx: &mut Tx, person: &StoredPerson) -> Result<(), Error> {
    let about: Vec<(String, String, i64)> = all!(
        tx,
        (String, String, i64),
        "select message_id, body, cast(case when sent_at is null then 1 else 0 end as bigint) from outbox \
         where (person_id is null or person_id <> $1) and (visit_id in (select visit_id from visit where resident_id = $1) \
         or kind = 'mandate_asked' and once in \
         (select 'mandate_request ' || request_id from mandate_request where asker_id = $1) \
         or kind in ('invited', 'mandate_given', 'mandate_granted', 'mandate_revoked', 'mandate_ended') and (\
         person_id in (select holder_id from mandate where resident_id = $1) \
         or person_id in (select resident_id from mandate where holder_id = $1) \
         or phone in (select phone from mandate_invitation where resident_id = $1)))",
        person.id.to_string()
    )?;
    for (id, body, waits) in about {
        let id: MessageId = id.parse().map_err(Error::stored)?;
        match serde_json::from_str(&body)? {
            Message::VisitCancelled { visit, job, window, note } if !note.is_empty() => {
                if waits == 1 {
                    let without = Message::VisitCancelled { visit, job, window, note: String::new() };
                    let without = serde_json::to_string(&without)?;
                    execute!(tx, "update outbox set body = $2 where message_id = $1", id.to_string(), without)?;
                } else {
                    execute!(tx, "delete from outbox where message_id = $1", id.to_string())?;
                }
            }
            Message::MandateAsked { .. } => {
                execute!(tx, "delete from outbox where message_id = $1", id.to_string())?;
            }
            Message::Invited { resident: name }
            | Message::MandateGranted { resident: name }
            | Message::MandateRevoked { resident: name }
            | Message::MandateGiven { holder: name }
            | Message::MandateEnded { holder: Some(name) }
                if name == person.name.given() =>
            {
                execute!(tx, "delete from outbox where message_id = $1", id.to_string())?;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn orders(tx: &mut Tx, resident: PersonId) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        all!(tx, (String,), "select order_id from help_order where resident_id = $1", resident.to_string())?;
    Ok(rows.into_iter().map(|(order,)| order).collect())
}
