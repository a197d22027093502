//! A resident's own phone that stays signed in: the lounge or the co-op makes a link at a visit, the phone opens it once,
//! and from then on it is the resident's, with low rights (`rights::person` is where they end).
//!
//! What such a phone may do: see, order, change and call off its resident's own visits. Nothing of what the same person
//! is besides, no door codes, no mandates. Whoever wants more answers a one-time code on it, which lasts an hour.

use domain::{Hidden, Message, Minutes, Moment, PersonId, PhoneLinkId, Problem, Role, ShortText};

use crate::{
    Backend, Caller, Error, PersonBrief, Refusal, SignedIn, Standing, rights, sessions,
    sessions::session,
    store::{
        attempts::{self, Kind},
        audit, people,
        phone_links::{self, NewPhoneLink, PhoneLink},
        tx::Tx,
    },
    telling,
};

/// How long a link can be opened: while the resident sits there.
pub const LINK_GOOD_FOR: Minutes = Minutes(15);

/// The longest name of a device, in characters.
const LONGEST_NAME: usize = 40;

/// A link that was just made. Its token and its code are in no database: they are shown once.
#[derive(Clone, Debug)]
pub struct MadeLink {
    /// What opens it, as part of an address.
    pub token: Hidden,
    /// What opens it when it is typed: eight digits.
    pub code: Hidden,
    /// Whose phone it will be.
    pub resident: PersonBrief,
    /// What it will be called.
    pub name: String,
    /// Until when it can be opened.
    pub ends: Moment,
}

/// A phone that is linked.
#[derive(Clone, Debug)]
pub struct PhoneView {
    /// Its id.
    pub id: PhoneLinkId,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub linked: Moment,
    /// Who made the link.
    pub made_by: PersonBrief,
    /// When it was used last, to the day.
    pub seen: Moment,
}

impl Backend {
    /// The resident whose phone the caller may link now: the one who is served at the lounge, or, for the coordinator, the
    /// one of that id.
    pub async fn phones_resident(&self, c: &Caller, person: &str) -> Result<PersonBrief, Error> {
        self.read((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move { Ok(in_hand(tx, c, person).await?.1) })
        })
        .await
    }

    /// Makes a link for that resident's phone. What was made before and not opened opens nothing any more.
    ///
    /// # Errors
    /// Field `phone_name`: [`Problem::Missing`], [`Problem::TooLong`]. [`Refusal::NotYours`] for whoever neither serves the
    /// resident nor runs the co-op.
    pub async fn make_phone_link(&self, c: &Caller, person: &str, name: &str) -> Result<MadeLink, Error> {
        self.write((c.clone(), person.to_owned(), name.to_owned()), |tx, (c, person, name)| {
            Box::pin(async move {
                let (by, resident) = in_hand(tx, c, person).await?;
                let name = read_name("phone_name", name)?;
                let id = PhoneLinkId::from_random(tx.random());
                let token = crate::store::hex(&tx.random::<16>());
                let code = unused_code(tx).await?;
                let ends = tx.now() + LINK_GOOD_FOR;
                let new = NewPhoneLink {
                    id,
                    person: resident.id,
                    name: &name,
                    token: &token,
                    code: &code,
                    made_by: by,
                    ends,
                };
                phone_links::insert(tx, new).await?;
                audit::write(tx, Some(by), Some(resident.id), "phone.link_made", id).await?;
                Ok(MadeLink { token: token.into(), code: code.into(), resident, name, ends })
            })
        })
        .await
    }

    /// The first name of whose phone that link would make this one; nothing when it can't be opened (any more). Changes
    /// nothing.
    pub async fn phone_link(&self, token: &str) -> Result<Option<String>, Error> {
        self.read(token.to_owned(), |tx, token| {
            Box::pin(async move {
                match phone_links::open_by_token(tx, token).await? {
                    Some(link) => people::first_name(tx, link.person).await.map(Some),
                    None => Ok(None),
                }
            })
        })
        .await
    }

    /// Opens the link: this phone is the resident's from now on, in a session of its own. What was open in the browser
    /// before is ended and nothing of it goes along.
    ///
    /// # Errors
    /// Field `phone_code`: [`Problem::CodeExpired`] when it was opened already or is too old;
    /// [`Problem::SomebodyElseHere`] when another person is signed in on this device.
    pub async fn link_phone(&self, c: &Caller, token: &str) -> Result<SignedIn, Error> {
        self.write((c.clone(), token.to_owned()), |tx, (c, token)| {
            Box::pin(async move {
                let found = phone_links::open_by_token(tx, token).await?;
                let link = found.ok_or_else(|| problem(Problem::CodeExpired))?;
                join(tx, c, &link).await?.map_err(problem)
            })
        })
        .await
    }

    /// The same by the short code that somebody typed. Every try counts.
    ///
    /// # Errors
    /// Field `phone_code`: [`Problem::Missing`], [`Problem::WrongCode`] for a wrong one and one that is too old alike,
    /// [`Problem::TooMany`], [`Problem::SomebodyElseHere`].
    pub async fn link_phone_by_code(&self, c: &Caller, code: &str, client: &str) -> Result<SignedIn, Error> {
        let digits: String = code.chars().filter(char::is_ascii_digit).take(9).collect();
        if digits.is_empty() {
            return Err(problem(Problem::Missing));
        }
        self.write((c.clone(), digits, client.to_owned()), |tx, (c, digits, client)| {
            Box::pin(async move {
                // The try counts whatever comes of it: so it is an answer, not a refusal, that ends this.
                if !attempts::allowed(tx, Kind::PhoneCode, client).await? {
                    return Ok(Err(Problem::TooMany));
                }
                let found = phone_links::open(tx).await?.into_iter().find(|link| link.has_code(digits));
                let Some(link) = found else { return Ok(Err(Problem::WrongCode)) };
                join(tx, c, &link).await
            })
        })
        .await?
        .map_err(problem)
    }

    /// The phones that are linked to the resident who is served at the lounge, or who is signed in; for the coordinator, to
    /// the resident of that id. On a linked phone: that one alone.
    pub async fn phones(&self, c: &Caller, person: &str) -> Result<Vec<PhoneView>, Error> {
        self.read((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                let (_, resident) = whose(tx, c, person).await?;
                let mut views = Vec::new();
                for (link, made, seen) in phone_links::of_person(tx, resident).await? {
                    let other = matches!(c.standing, Standing::LinkedPhone(own) if own != link.id);
                    let Some(linked) = link.linked.filter(|_| !other) else { continue };
                    if sessions::phone_has_ended(made, seen, tx.now()) {
                        continue;
                    }
                    let unknown = || Error::stored("a link made by nobody");
                    let made_by = people::brief(tx, link.made_by).await?.ok_or_else(unknown)?;
                    views.push(PhoneView { id: link.id, name: link.name, linked, made_by, seen });
                }
                Ok(views)
            })
        })
        .await
    }

    /// Ends a phone's link at once: its session opens nothing from this instant on. The resident may, who serves them at the
    /// lounge, the coordinator, and the phone itself. A double tap ends it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else, and for what isn't a link.
    pub async fn end_phone(&self, c: &Caller, phone: &str) -> Result<PhoneEnded, Error> {
        self.write((c.clone(), phone.to_owned()), |tx, (c, phone)| {
            Box::pin(async move {
                let by = rights::themselves(c)?;
                let link = match phone.parse() {
                    Ok(id) => phone_links::by_id(tx, id).await?.filter(|link| link.linked.is_some()),
                    Err(_) => None,
                };
                let ended = may_end(tx, c, by, link.as_ref()).await?;
                let link = link.ok_or(Refusal::NotYours)?;
                if phone_links::end(tx, link.id, by).await? {
                    audit::write(tx, Some(by), Some(link.person), "phone.ended", link.id).await?;
                }
                Ok(ended)
            })
        })
        .await
    }
}

/// What ended, and for whom the caller did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneEnded {
    /// The very phone on which it was asked: nobody is signed in on it any more.
    ThisOne,
    /// One of the caller's own, or of the resident whom they serve.
    Another,
    /// This resident's, by the coordinator.
    Of(PersonId),
}

fn problem(problem: Problem) -> Error {
    Error::field("phone_code", problem)
}

/// What a device will be called, typed into that field.
pub(crate) fn read_name(field: &str, name: &str) -> Result<String, Error> {
    let name = ShortText::parse(name).map_err(|problem| Error::field(field, problem))?;
    if name.as_str().chars().count() > LONGEST_NAME {
        return Err(Error::field(field, Problem::TooLong));
    }
    Ok(name.as_str().to_owned())
}

/// Who makes a link, and for whom: a helper for the resident whom they serve, the coordinator for any.
async fn in_hand(tx: &mut Tx, c: &Caller, person: &str) -> Result<(PersonId, PersonBrief), Error> {
    let by = rights::lounge(tx, c).await?;
    let (_, resident) = whose(tx, c, person).await?;
    if !people::roles(tx, resident).await?.contains(&Role::Resident) {
        return Err(Refusal::NotYours.into());
    }
    let resident = people::brief(tx, resident).await?.ok_or(Refusal::NotYours)?;
    Ok((by, resident))
}

/// Who asks, and whose phones it is about. Nobody named is the one who is served or, where nobody is, oneself.
async fn whose(tx: &mut Tx, c: &Caller, person: &str) -> Result<(PersonId, PersonId), Error> {
    if person.is_empty() {
        return rights::about_whom(tx, c).await;
    }
    let by = rights::themselves(c)?;
    let roles = rights::roles(tx, c).await?;
    let served = rights::served(tx, c, &roles).await?;
    let wanted: PersonId = person.parse().map_err(|_| Refusal::NotYours)?;
    let theirs = served == Some(wanted) || roles.contains(&Role::Coordinator);
    let known = people::roles(tx, wanted).await?.contains(&Role::Resident);
    if theirs && known { Ok((by, wanted)) } else { Err(Refusal::NotYours.into()) }
}

async fn may_end(tx: &mut Tx, c: &Caller, by: PersonId, link: Option<&PhoneLink>) -> Result<PhoneEnded, Error> {
    if let Standing::LinkedPhone(own) = c.standing {
        // Another one is ended by whoever shows by a code that they are its resident.
        let own = link.is_some_and(|link| link.id == own);
        return if own { Ok(PhoneEnded::ThisOne) } else { Err(Refusal::NeedsCode.into()) };
    }
    let person = link.ok_or(Refusal::NotYours)?.person;
    let roles = rights::roles(tx, c).await?;
    if person == by || rights::served(tx, c, &roles).await? == Some(person) {
        return Ok(PhoneEnded::Another);
    }
    if roles.contains(&Role::Coordinator) { Ok(PhoneEnded::Of(person)) } else { Err(Refusal::NotYours.into()) }
}

/// Eight digits that no link that can be opened now has.
async fn unused_code(tx: &mut Tx) -> Result<String, Error> {
    let open = phone_links::open(tx).await?;
    loop {
        let code = format!("{:08}", tx.random_below(100_000_000));
        if !open.iter().any(|link| link.has_code(&code)) {
            return Ok(code);
        }
    }
}

/// The phone becomes the resident's. Of two at once, one does.
async fn join(tx: &mut Tx, c: &Caller, link: &PhoneLink) -> Result<Result<SignedIn, Problem>, Error> {
    // A helper who opens the link on the lounge's own tablet would make it the resident's.
    if c.person.as_ref().is_some_and(|here| here.id != link.person) {
        return Ok(Err(Problem::SomebodyElseHere));
    }
    let before = session(c)?;
    if !phone_links::link(tx, link.id).await? {
        return Ok(Err(Problem::CodeExpired));
    }
    let signed_in = sessions::phone_linked(tx, before, link).await?;
    telling::of_a_way_in(tx, link.person, &Message::PhoneLinked { name: link.name.clone() }).await?;
    audit::write(tx, Some(link.person), None, "phone.linked", link.id).await?;
    Ok(Ok(signed_in))
}
