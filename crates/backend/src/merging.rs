//! One person who was written down twice: the pairs worth a look, putting two together after a preview, and taking it back.
//!
//! **Putting together** moves every row of the one who goes to the one who stays (`store::merging`), in one transaction under
//! every member's lock. What was shown must still hold: the preview carries a mark of all that it showed, and where anything
//! has changed since, nothing is done. The row that goes stays as a row that has stopped, without roles; nobody finds it.
//! Who doesn't come to either of the two doesn't come afterwards either, and a coming visit against that is solved first.
//!
//! **Taking back** brings each row to whom it was, for `CoopSettings::merge_days`. What came later stays with the one who
//! stayed. Sessions and linked phones that ended don't come back.
//!
//! Only the coordinator sees any of it: no resident learns that there is somebody like them.

use domain::{ContactWay, Language, Like, Message, Minutes, Moment, PersonId, PhoneNumber, likeness};

use crate::{
    Backend, Caller, Error, PersonBrief, Refusal, door_codes, rights,
    store::{
        audit, mandates,
        merging::{self, Counted, Identity, Merging, Remembered},
        outbox,
        people::{self, StoredPerson},
        phone_links, same, sessions, sha256_hex,
        tx::Tx,
        visits, ways_in,
    },
};

/// How many pairs a page shows.
const MOST: usize = 50;

/// Two who may be one.
#[derive(Clone, Debug)]
pub struct SamePair {
    /// The one who has been known for longer.
    pub one: SameSide,
    /// The other.
    pub other: SameSide,
    /// In what they are alike.
    pub why: Vec<Like>,
}

/// What is shown of one of the two.
#[derive(Clone, Debug)]
pub struct SameSide {
    /// Who.
    pub person: PersonBrief,
    /// Their number.
    pub phone: Option<PhoneNumber>,
    /// How they are told.
    pub contact: ContactWay,
    /// Their language.
    pub language: Language,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Their addresses, each on a line.
    pub homes: Vec<String>,
}

/// What of one of the two there is to move, in counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SameCounts {
    /// Visits to come or under way.
    pub coming: usize,
    /// Visits that are over.
    pub past: usize,
    /// Mandates that hold, given and held.
    pub mandates: usize,
    /// Door codes that are kept.
    pub door_codes: i64,
    /// Messages that wait to be told.
    pub waiting: i64,
    /// Members who don't go there, by either's wish.
    pub refusals: i64,
    /// Linked phones: they end.
    pub phones: i64,
}

/// Why two can't be put together now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeBar {
    /// One of them works for the co-op.
    WorksHere,
    /// One of them has left.
    Stopped,
    /// Nobody has confirmed one of them yet: the desk rings first.
    Unconfirmed,
    /// One of them orders for the other, or there is a question between them: they are two.
    Between,
    /// A member whom one of them doesn't want, or who doesn't go there, is to come to the other.
    RefusedHelper,
    /// A door code doesn't open, so it can't be handed over.
    DoorCode,
}

/// The page before two are put together.
#[derive(Clone, Debug)]
pub struct MergeView {
    /// The one who stays.
    pub kept: SameSide,
    /// The one who goes.
    pub gone: SameSide,
    /// What each has.
    pub counts: (SameCounts, SameCounts),
    /// In what they are alike.
    pub why: Vec<Like>,
    /// What prevents it.
    pub bars: Vec<MergeBar>,
    /// Two visits to come, one of each, are at the same time.
    pub at_once: bool,
    /// It can be taken back for so many days.
    pub days: i64,
    /// The mark of all that is shown.
    pub seen: String,
}

/// What the coordinator has chosen: whose value stays, `gone` or anything else for the one who stays.
#[derive(Clone, Debug, Default)]
pub struct MergeForm {
    /// The one who stays.
    pub kept: String,
    /// The one who goes.
    pub gone: String,
    /// The mark of what was shown.
    pub seen: String,
    /// Whose name.
    pub name: String,
    /// Whose number, and the way in which they are told.
    pub phone: String,
    /// Whose language.
    pub language: String,
    /// Whose year of birth.
    pub birth_year: String,
}

/// A merging that can still be taken back, unless something is against it.
#[derive(Clone, Debug)]
pub struct MergedView {
    /// Its id.
    pub id: String,
    /// The one who stays.
    pub kept: PersonBrief,
    /// The one who went, as they were called.
    pub gone: PersonBrief,
    /// When.
    pub made: Moment,
    /// Until when it can be taken back.
    pub until: Moment,
    /// Orders since, which stay with the one who stayed.
    pub orders_since: i64,
    /// The one who stayed has left.
    pub stopped: bool,
    /// They have become part of somebody else: that is taken back first.
    pub merged_further: bool,
}

/// The desk's page of people who may be one.
#[derive(Clone, Debug)]
pub struct SameView {
    /// The pairs, the likeliest first, at most as many as a page shows.
    pub pairs: Vec<SamePair>,
    /// How many there are in all.
    pub all: usize,
    /// What can be taken back.
    pub merged: Vec<MergedView>,
}

impl Backend {
    /// The pairs that somebody should look at, and what was put together lately.
    pub async fn same_people(&self, c: &Caller) -> Result<SameView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                pairs(tx).await
            })
        })
        .await
    }

    /// They are two, and aren't shown again.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator, and for who isn't there.
    pub async fn are_two(&self, c: &Caller, one: &str, other: &str) -> Result<(), Error> {
        self.write((c.clone(), one.to_owned(), other.to_owned()), |tx, (c, one, other)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let (one, other) = two(tx, one, other).await?;
                if same::are_told_apart(tx, one.id, other.id).await? {
                    return Ok(());
                }
                same::not_same(tx, one.id, other.id, by).await?;
                audit::write(tx, Some(by), None, "people.are_two", format!("{} {}", one.id, other.id)).await
            })
        })
        .await
    }

    /// What putting the two together would do. `kept` stays.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator, and for who isn't there.
    pub async fn merge_preview(&self, c: &Caller, kept: &str, gone: &str) -> Result<MergeView, Error> {
        self.read((c.clone(), kept.to_owned(), gone.to_owned()), |tx, (c, kept, gone)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let (kept, gone) = two(tx, kept, gone).await?;
                preview(tx, &kept, &gone).await
            })
        })
        .await
    }

    /// Puts the two together.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] as for the preview; [`Refusal::Changed`] when anything that it showed has changed, and when
    /// something prevents it.
    pub async fn merge(&self, c: &Caller, form: MergeForm) -> Result<(), Error> {
        self.write((c.clone(), form), |tx, (c, form)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let (kept, gone) = two(tx, &form.kept, &form.gone).await?;
                stand_still(tx, kept.id, gone.id).await?;
                let (kept, gone) = two(tx, &form.kept, &form.gone).await?;
                let view = preview(tx, &kept, &gone).await?;
                if !view.bars.is_empty() || view.seen != form.seen {
                    return Err(Refusal::Changed.into());
                }
                put_together(tx, &kept, &gone, form, by).await
            })
        })
        .await
    }

    /// Takes a merging back. Saying it twice is refused like any that isn't there.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody but the coordinator, and for what isn't there; [`Refusal::Changed`] when it is too
    /// late, or something is against it.
    pub async fn unmerge(&self, c: &Caller, merging: &str) -> Result<(), Error> {
        self.write((c.clone(), merging.to_owned()), |tx, (c, merging)| {
            Box::pin(async move {
                let by = rights::coordinator(tx, c).await?;
                let found = merging::by_id(tx, merging).await?.ok_or(Refusal::NotYours)?;
                stand_still(tx, found.kept, found.gone).await?;
                let merging = merging::by_id(tx, merging).await?.ok_or(Refusal::Changed)?;
                let view = merged(tx, &merging).await?;
                let Some(remembered) = merging.remembered.clone().filter(|_| tx.now() < merging.until) else {
                    return Err(Refusal::Changed.into());
                };
                if view.stopped || view.merged_further {
                    return Err(Refusal::Changed.into());
                }
                take_apart(tx, &merging, &remembered, by).await
            })
        })
        .await
    }
}

/// Nobody orders for either from here on, and every member's time stands still. In order of id, like everybody who locks two.
async fn stand_still(tx: &mut Tx, kept: PersonId, gone: PersonId) -> Result<(), Error> {
    tx.lock_all_members().await?;
    let mut both = [kept, gone];
    both.sort();
    for person in both {
        tx.lock_person(person).await?;
    }
    Ok(())
}

/// Two who are there, and aren't one.
async fn two(tx: &mut Tx, one: &str, other: &str) -> Result<(StoredPerson, StoredPerson), Error> {
    let (one, other) = (person(tx, one).await?, person(tx, other).await?);
    if one.id == other.id { Err(Refusal::NotYours.into()) } else { Ok((one, other)) }
}

/// Somebody who has any part in the co-op: not one who has become part of somebody else, and not one who was erased.
async fn person(tx: &mut Tx, id: &str) -> Result<StoredPerson, Error> {
    let id: PersonId = id.parse().map_err(|_| Refusal::NotYours)?;
    let person = people::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
    if people::roles(tx, id).await?.is_empty() { Err(Refusal::NotYours.into()) } else { Ok(person) }
}

async fn pairs(tx: &mut Tx) -> Result<SameView, Error> {
    let (ids, known): (Vec<PersonId>, Vec<domain::Known>) = same::known(tx).await?.into_iter().unzip();
    let apart = same::told_apart(tx).await?;
    let is_apart = |one, other| apart.contains(&(one, other)) || apart.contains(&(other, one));
    let id = |at: usize| ids.get(at).copied();
    let found: Vec<_> = domain::worth_a_look(&known)
        .into_iter()
        .filter_map(|(one, other, like)| Some((id(one)?, id(other)?, like.why)))
        .filter(|(one, other, _)| !is_apart(*one, *other))
        .collect();
    let all = found.len();
    let mut pairs = Vec::new();
    for (one, other, why) in found.into_iter().take(MOST) {
        pairs.push(SamePair { one: side_of(tx, one).await?, other: side_of(tx, other).await?, why });
    }
    let mut lately = Vec::new();
    for merging in merging::open(tx).await? {
        lately.push(merged(tx, &merging).await?);
    }
    Ok(SameView { pairs, all, merged: lately })
}

async fn merged(tx: &mut Tx, merging: &Merging) -> Result<MergedView, Error> {
    let kept = people::by_id(tx, merging.kept).await?.ok_or_else(|| Error::stored("nobody who stays"))?;
    let gone = people::brief(tx, merging.gone).await?.ok_or_else(|| Error::stored("nobody who went"))?;
    let merged_further = people::roles(tx, kept.id).await?.is_empty();
    Ok(MergedView {
        id: merging.id.clone(),
        kept: kept.brief(),
        gone,
        made: merging.made,
        until: merging.until,
        orders_since: merging::orders_since(tx, merging).await?,
        stopped: kept.stopped && !merged_further,
        merged_further,
    })
}

async fn side_of(tx: &mut Tx, id: PersonId) -> Result<SameSide, Error> {
    let person = people::by_id(tx, id).await?.ok_or_else(|| Error::stored("nobody to look at"))?;
    side(tx, &person).await
}

async fn side(tx: &mut Tx, person: &StoredPerson) -> Result<SameSide, Error> {
    Ok(SameSide {
        person: person.brief(),
        phone: person.phone.clone(),
        contact: person.contact,
        language: person.language,
        birth_year: person.birth_year,
        homes: people::homes(tx, person.id).await?.into_iter().map(|(_, home)| home.line()).collect(),
    })
}

impl SameSide {
    fn known(&self) -> domain::Known {
        domain::Known {
            name: self.person.name.clone(),
            birth_year: self.birth_year,
            phone: self.phone.clone(),
            homes: self.homes.clone(),
        }
    }
}

/// What somebody has, and a mark of each thing in it that may change.
async fn counts(tx: &mut Tx, person: PersonId, other: PersonId) -> Result<(SameCounts, String), Error> {
    let now = tx.now();
    let mut mark = Vec::new();
    let (mut coming, mut past) = (0, 0);
    for visit in visits::of_resident(tx, person).await? {
        *if visit.state.is_over() { &mut past } else { &mut coming } += 1;
        mark.push(format!("{} {}", visit.id, visit.version));
    }
    let mut all = mandates::by_resident(tx, person).await?;
    all.extend(mandates::held_by(tx, person).await?);
    let holding: Vec<_> = all.into_iter().filter(|mandate| mandate.holds(now)).collect();
    for mandate in &holding {
        mark.push(mandate.id.to_string());
    }
    let counts = SameCounts {
        coming,
        past,
        mandates: holding.len(),
        door_codes: merging::count(tx, Counted::DoorCodes, person, other).await?,
        waiting: merging::count(tx, Counted::Waiting, person, other).await?,
        refusals: merging::count(tx, Counted::Refusals, person, other).await?,
        phones: merging::count(tx, Counted::Phones, person, other).await?,
    };
    // What waits goes out by itself while the page is read, and goes over either way.
    mark.push(format!("{:?}", SameCounts { waiting: 0, ..counts }));
    Ok((counts, mark.join(" ")))
}

async fn preview(tx: &mut Tx, kept: &StoredPerson, gone: &StoredPerson) -> Result<MergeView, Error> {
    let (kept_counts, kept_mark) = counts(tx, kept.id, gone.id).await?;
    let (gone_counts, gone_mark) = counts(tx, gone.id, kept.id).await?;
    let (kept_side, gone_side) = (side(tx, kept).await?, side(tx, gone).await?);
    let shown = serde_json::to_string(&(Identity::of(kept), Identity::of(gone)))?;
    let homes = format!("{:?} {:?}", kept_side.homes, gone_side.homes);
    let seen = sha256_hex(&format!("{} {} {shown} {homes} {kept_mark} {gone_mark}", kept.id, gone.id));
    Ok(MergeView {
        why: likeness(&kept_side.known(), &gone_side.known()).why,
        bars: bars(tx, kept, gone).await?,
        at_once: at_once(tx, kept.id, gone.id).await?,
        counts: (kept_counts, gone_counts),
        kept: kept_side,
        gone: gone_side,
        days: tx.settings().coop.merge_days,
        seen,
    })
}

async fn bars(tx: &mut Tx, kept: &StoredPerson, gone: &StoredPerson) -> Result<Vec<MergeBar>, Error> {
    let mut roles = people::roles(tx, kept.id).await?;
    roles.extend(people::roles(tx, gone.id).await?);
    let mut bars = Vec::new();
    let mut bar = |is: bool, bar| bars.extend(is.then_some(bar));
    bar(rights::work_here(&roles), MergeBar::WorksHere);
    bar(kept.stopped || gone.stopped, MergeBar::Stopped);
    bar(merging::count(tx, Counted::Unconfirmed, kept.id, gone.id).await? > 0, MergeBar::Unconfirmed);
    let questions = merging::count(tx, Counted::Questions, kept.id, gone.id).await? > 0;
    bar(questions || have_mandate(tx, kept.id, gone.id).await?, MergeBar::Between);
    bar(merging::count(tx, Counted::RefusedHelpers, kept.id, gone.id).await? > 0, MergeBar::RefusedHelper);
    bar(!(door_codes::all_open(tx, gone.id).await? && door_codes::all_open(tx, kept.id).await?), MergeBar::DoorCode);
    Ok(bars)
}

/// Whether one of them may order for the other now.
async fn have_mandate(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<bool, Error> {
    let now = tx.now();
    let mut all = mandates::by_resident(tx, one).await?;
    all.extend(mandates::by_resident(tx, other).await?);
    let between = |holder| holder == Some(one) || holder == Some(other);
    Ok(all.iter().any(|mandate| mandate.holds(now) && between(mandate.holder)))
}

/// Whether a visit of one comes while a visit of the other does: it may be the same order made twice.
async fn at_once(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<bool, Error> {
    let (ours, theirs) = (visits::of_resident(tx, one).await?, visits::of_resident(tx, other).await?);
    Ok(ours
        .iter()
        .filter(|visit| !visit.state.is_over())
        .any(|ours| theirs.iter().any(|theirs| !theirs.state.is_over() && ours.window.overlaps(theirs.window))))
}

/// What the one who stays is from now on.
fn chosen(kept: &Identity, gone: &Identity, form: &MergeForm) -> Identity {
    let of_gone = |choice: &str| choice == "gone";
    // A number lets its owner in: it goes over when the coordinator says so, and not because there was none. A year that
    // isn't known is no choice.
    let phone = if of_gone(&form.phone) && gone.phone.is_some() { gone } else { kept };
    let year = if of_gone(&form.birth_year) { gone.birth_year.or(kept.birth_year) } else { kept.birth_year };
    Identity {
        name: if of_gone(&form.name) { gone } else { kept }.name.clone(),
        phone: phone.phone.clone(),
        contact: phone.contact,
        language: if of_gone(&form.language) { gone } else { kept }.language,
        birth_year: year.or(gone.birth_year),
    }
}

async fn put_together(
    tx: &mut Tx,
    kept: &StoredPerson,
    gone: &StoredPerson,
    form: &MergeForm,
    by: PersonId,
) -> Result<(), Error> {
    let was = Identity::of(kept);
    let remembered = Remembered {
        became: chosen(&was, &Identity::of(gone), form),
        was,
        kept_signed_in: merging::count(tx, Counted::SignsIn, kept.id, gone.id).await? > 0,
        gone_signed_in: merging::count(tx, Counted::SignsIn, gone.id, kept.id).await? > 0,
        kept_roles: people::roles(tx, kept.id).await?,
        gone_roles: people::roles(tx, gone.id).await?,
    };
    let until = tx.now() + Minutes(tx.settings().coop.merge_days * 24 * 60);
    ways_in::close_doors(tx, gone.id, by).await?;
    let double = merging::double_homes(tx, gone.id, kept.id).await?;
    let id = merging::carry(tx, (kept.id, gone.id), by, until, &remembered).await?;
    for (from, to) in double {
        if door_codes::hand_over(tx, from, (to, kept.id)).await? {
            merging::note_code(tx, &id, from, to).await?;
        }
    }
    for home in merging::moved_homes(tx, &id).await? {
        door_codes::hand_over(tx, home, (home, kept.id)).await?;
    }
    for role in &remembered.gone_roles {
        people::add_role(tx, kept.id, *role).await?;
    }
    merging::retire(tx, gone.id, kept.id, until).await?;
    people::set_identity(tx, kept.id, &remembered.became).await?;
    if remembered.became.phone != remembered.was.phone {
        sessions::end_others(tx, kept.id, None).await?;
        phone_links::end_all(tx, kept.id, by).await?;
    }
    merging::readdress(tx, &id, kept.id, remembered.became.phone.as_ref()).await?;
    // Whoever signed in by a number that isn't the one any more hears of it.
    let lost = [(kept, remembered.kept_signed_in), (gone, remembered.gone_signed_in)];
    for (person, _) in
        lost.into_iter().filter(|(person, signed_in)| *signed_in && person.phone != remembered.became.phone)
    {
        if let Some(phone) = person.mobile() {
            outbox::write_to_number(tx, Some(kept.id), phone, person.language, &Message::NumberChanged).await?;
        }
    }
    audit::write_change(tx, Some(by), Some(kept.id), "person.merged", gone.id, None, Some(&id)).await
}

async fn take_apart(tx: &mut Tx, merging: &Merging, remembered: &Remembered, by: PersonId) -> Result<(), Error> {
    let (kept, gone) = (merging.kept, merging.gone);
    ways_in::close_since(tx, merging, by).await?;
    let homes = merging::moved_homes(tx, &merging.id).await?;
    let codes = merging::noted_codes(tx, &merging.id).await?;
    // Codes first: who gave one is found by the home at which it lies.
    for (from, to) in codes {
        door_codes::hand_over(tx, to, (from, gone)).await?;
    }
    merging::bring_back(tx, merging).await?;
    // What the one who stayed has ordered since stays theirs, and so does a home to order it to.
    for home in &homes {
        if merging::is_ordered_to(tx, kept, *home).await? {
            let all = people::homes(tx, gone).await?;
            if let Some((_, address)) = all.iter().find(|(id, _)| id == home) {
                let own = people::home_at(tx, kept, address).await?;
                merging::lead_orders(tx, kept, *home, own).await?;
            }
        }
        door_codes::hand_over(tx, *home, (*home, gone)).await?;
    }
    for role in remembered.gone_roles.iter().filter(|role| !remembered.kept_roles.contains(role)) {
        merging::take_role(tx, kept, *role).await?;
    }
    let person = people::by_id(tx, kept).await?.ok_or_else(|| Error::stored("nobody who stays"))?;
    let (is, was, became) = (Identity::of(&person), &remembered.was, &remembered.became);
    let back = Identity {
        name: if is.name == became.name { was } else { &is }.name.clone(),
        phone: if is.phone == became.phone { was } else { &is }.phone.clone(),
        contact: if is.phone == became.phone { was } else { &is }.contact,
        language: if is.language == became.language { was } else { &is }.language,
        birth_year: if is.birth_year == became.birth_year { was } else { &is }.birth_year,
    };
    people::set_identity(tx, kept, &back).await?;
    // Of two with one number the one signs in by it who did before.
    if !remembered.kept_signed_in && remembered.gone_signed_in {
        people::stop_signing_in(tx, kept).await?;
    }
    merging::revive(tx, gone, &remembered.gone_roles, remembered.gone_signed_in).await?;
    merging::address_back(tx, &merging.id).await?;
    merging::undone(tx, &merging.id, by).await?;
    audit::write_change(tx, Some(by), Some(kept), "person.unmerged", gone, Some(&merging.id), None).await?;
    audit::write(tx, Some(by), Some(gone), "person.unmerged", kept).await
}
