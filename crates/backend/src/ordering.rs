//! Writing an order down, inside the transaction that sends it (`sending`): who may, whose time is free, who the resident
//! is, the order and its visit, and everybody's messages.

use assignment::{MemberPlan, Strangers};
use domain::{
    ContactWay, JobTerms, MessageKind, Minutes, OrderId, PersonId, Problem, Role, Service, Span, VisitId, VisitState,
};

use crate::{
    Error, Refusal,
    placing::{self, Place},
    rights,
    sending::{ForWhom, gone, request},
    store::{
        drafts::{StoredDraft, StoredTime},
        mandates,
        people::{self, NewPerson},
        tx::Tx,
        visit_changes::{self, NewOrder},
        visits,
    },
    telling,
    views::Caller,
};

/// A time reserved for somebody whom we ring ends so long before the visit at the latest: a member must still be asked.
const ASKED_BEFORE: Minutes = Minutes(30);

/// Whether the caller may order that service for that resident now.
///
/// # Errors
/// [`Problem::ConsentNeeded`] on field `consent` when the resident's consent isn't recorded or has ended;
/// [`Refusal::NotYours`] for somebody who has nothing to do with them.
pub(crate) async fn may_order(tx: &mut Tx, c: &Caller, resident: PersonId, service: Service) -> Result<(), Error> {
    let person = rights::themselves(c)?;
    if person == resident {
        return Ok(());
    }
    let now = tx.now();
    let held = rights::mandates(tx, c).await?;
    let theirs: Vec<_> = held.iter().filter(|mandate| mandate.resident == resident).collect();
    if theirs.iter().any(|mandate| mandate.allows(service, now)) {
        return Ok(());
    }
    let roles = rights::roles(tx, c).await?;
    let helps = roles.contains(&Role::Lounge) || roles.contains(&Role::Coordinator);
    let serves = helps && c.serving.as_ref().is_some_and(|served| served.id == resident);
    if serves && mandates::of_lounge(tx, resident).await?.is_some_and(|mandate| mandate.allows(service, now)) {
        return Ok(());
    }
    if serves || !theirs.is_empty() {
        return Err(Error::field("consent", Problem::ConsentNeeded));
    }
    Err(Refusal::NotYours.into())
}

/// The member's plan under their lock, when they can still take it; nothing for a request that the desk rings about.
pub(crate) async fn free(
    tx: &mut Tx,
    place: Option<&Place>,
    draft: &StoredDraft,
    whom: &ForWhom,
    terms: &JobTerms,
) -> Result<Option<MemberPlan>, Error> {
    let Some(place) = place else {
        // The draft may ask for a time by now, which the page that was answered didn't show.
        return if draft.time == Some(StoredTime::RingMe) { Ok(None) } else { Err(placing::taken()) };
    };
    tx.lock_member(place.member).await?;
    let mut request = request(draft, terms.clone()).ok_or_else(gone)?;
    // Whom to ask was decided when the places were found; a no between two people is looked at again here.
    request.strangers = Strangers::Welcome;
    if let ForWhom::Mobile(_, phone) = whom {
        request.resident = people::who_signs_in_by(tx, phone).await?.map(|person| person.id);
    }
    let rules = tx.settings().coop.rules();
    let fit = placing::fits(tx, (place.member, place.start), None, &request, &rules).await?;
    fit.map(Some).map_err(|_| placing::taken())
}

/// Writes the order, its visit and everybody's messages.
pub(crate) async fn place_order(
    tx: &mut Tx,
    c: &Caller,
    draft: &StoredDraft,
    whom: &ForWhom,
    (terms, window): (JobTerms, Span),
    held: Option<&(Place, MemberPlan)>,
) -> Result<NewOrder, Error> {
    let (resident, contact) = resident(tx, c, draft, whom).await?;
    let address = draft.home.as_ref().ok_or_else(gone)?;
    let homes = people::homes(tx, resident).await?;
    let home = match draft.home_id.filter(|chosen| homes.iter().any(|(id, _)| id == chosen)) {
        Some(home) => home,
        None => people::home_at(tx, resident, address).await?,
    };
    let order = NewOrder {
        order: OrderId::from_random(tx.random()),
        visit: VisitId::from_random(tx.random()),
        resident,
        booker: c.person.as_ref().map(|person| person.id),
        // At the lounge a session is many people's: it sees what is ordered only while its resident is served.
        session: c.session.clone().filter(|_| c.person.is_none()),
        home,
        terms,
        window,
        note: draft.note.clone(),
        contact,
        strangers_welcome: draft.strangers_welcome.unwrap_or(false),
        credit_used: draft.credit_used,
    };
    visit_changes::insert(tx, &order).await?;
    let by = order.booker;
    visit_changes::happened(tx, order.visit, "ordered", None, by).await?;
    let mut visit = visits::by_id(tx, order.visit).await?.ok_or_else(|| Error::stored("a visit just written"))?;
    let known = !matches!(whom, ForWhom::Unreachable(..));
    match held {
        Some((place, plan)) if known => {
            placing::offer(tx, &mut visit, plan, place).await?;
            telling::resident(tx, &visit, MessageKind::OrderReceived, Some(place.member)).await?;
        }
        Some((place, plan)) => {
            let until = tx.settings().coop.reserved_until(tx.now()).min(place.start - ASKED_BEFORE);
            placing::hold(tx, &mut visit, plan, VisitState::Reserved { held: place.held(), until }).await?;
            visit_changes::set_why(tx, visit.id, place.reasons.as_ref(), None, Some(until)).await?;
            visit_changes::happened(tx, visit.id, "reserved", None, None).await?;
        }
        None => {
            let ring_by = tx.settings().coop.ring_by(tx.now());
            visit_changes::set_why(tx, visit.id, None, None, Some(ring_by)).await?;
            visit.ring_by = Some(ring_by);
            telling::resident(tx, &visit, MessageKind::RequestReceived, None).await?;
        }
    }
    Ok(order)
}

/// The resident, known or written down now, and how they are told.
async fn resident(
    tx: &mut Tx,
    c: &Caller,
    draft: &StoredDraft,
    whom: &ForWhom,
) -> Result<(PersonId, ContactWay), Error> {
    let (name, phone, provisional) = match whom {
        ForWhom::Known(resident) => {
            let person = people::by_id(tx, *resident).await?.ok_or(Refusal::NotYours)?;
            if c.person.as_ref().is_some_and(|caller| caller.id == person.id) && c.language != person.language {
                // They read our pages in another language now: so they do our messages.
                people::set_language(tx, person.id, c.language).await?;
            }
            return Ok((person.id, draft.contact.unwrap_or(person.contact)));
        }
        ForWhom::Mobile(name, phone) => {
            if let Some(person) = people::who_signs_in_by(tx, phone).await? {
                people::add_role(tx, person.id, Role::Resident).await?;
                return Ok((person.id, draft.contact.unwrap_or(person.contact)));
            }
            (name, Some(phone.clone()), false)
        }
        ForWhom::Unreachable(name, phone) => (name, phone.clone(), true),
    };
    let contact = draft.contact.unwrap_or(ContactWay::Lounge);
    if contact == ContactWay::Sms && provisional {
        return Err(Error::field("contact", Problem::NeedsMobile));
    }
    let id = PersonId::from_random(tx.random());
    let new = NewPerson { id, name: name.clone(), phone, language: c.language, contact, birth_year: None, provisional };
    people::insert(tx, &new).await?;
    people::add_role(tx, id, Role::Resident).await?;
    Ok((id, contact))
}
