//! Who may order for whom, as both sides see it; taking a mandate back; and the resident's own log of what others did for
//! them.
//!
//! A mandate is given at the lounge (`lounge`), by asking somebody who says yes (`inviting`), or by saying yes to somebody
//! who asks (`requesting`). It is taken back in one step and from that instant on: every use case that somebody does for
//! somebody else asks for it in its own transaction.

use domain::{ConsentGiven, Mandate, MandateId, Message, Moment, PersonId, Role, Service};

use crate::{
    AskedView, Backend, Caller, Error, InvitationView, PersonBrief, Refusal, RequestView, RequestedView, inviting,
    requesting, rights,
    store::{audit, mandates, outbox, people, tx::Tx},
};

/// How many lines of a log are shown, the newest.
const MOST: i64 = 50;

/// Who may order for a person, for whom they may, and what others did for them.
#[derive(Clone, Debug, Default)]
pub struct ConsentView {
    /// Mandates they have given that hold now, the newest first.
    pub given: Vec<MandateView>,
    /// Mandates they hold now, the newest first.
    pub held: Vec<MandateView>,
    /// Whom they have asked to order for them, and who hasn't answered yet.
    pub invited: Vec<InvitationView>,
    /// Who has asked them to, and waits for their answer.
    pub asked: Vec<AskedView>,
    /// Who asks to be allowed to order for them, and waits for their answer.
    pub requests: Vec<RequestView>,
    /// Whom they have asked to be allowed, and who hasn't said yes.
    pub requested: Vec<RequestedView>,
    /// What others did for them, the newest first.
    pub log: Vec<OnBehalfView>,
}

/// A mandate as its two sides see it.
#[derive(Clone, Debug)]
pub struct MandateView {
    /// Its id.
    pub id: MandateId,
    /// Who gave it.
    pub resident: PersonBrief,
    /// Who holds it; nobody is the lounge.
    pub holder: Option<PersonBrief>,
    /// The services it covers; none named is all of them.
    pub services: Vec<Service>,
    /// How it was given.
    pub given: ConsentGiven,
    /// When.
    pub given_at: Moment,
    /// The first instant when it no longer holds.
    pub until: Moment,
    /// Who wrote it down.
    pub recorded_by: PersonBrief,
}

/// One thing that somebody did for somebody else.
#[derive(Clone, Debug)]
pub struct OnBehalfView {
    /// When.
    pub at: Moment,
    /// Who did it.
    pub by: PersonBrief,
    /// What, by its code in the audit log.
    pub act: String,
}

/// What ended, and for whom the caller did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// A mandate of one's own, or a person's of the resident who is served.
    Ended,
    /// The lounge's, by whoever serves this resident there: they do so no longer.
    Serving,
    /// This resident's, by the coordinator whom they have rung.
    For(PersonId),
}

impl Backend {
    /// The mandates that hold now, and the log, of the one signed in; at the lounge, of the resident who is served.
    pub async fn consents(&self, c: &Caller) -> Result<ConsentView, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let person = rights::person(c)?;
                let roles = people::roles(tx, person).await?;
                if let Some(served) = rights::served(tx, c, &roles).await? {
                    return of(tx, served).await;
                }
                let mut view = of(tx, person).await?;
                let now = tx.now();
                for mandate in mandates::held_by(tx, person).await?.iter().filter(|mandate| mandate.holds(now)) {
                    view.held.push(shown(tx, mandate).await?);
                }
                if let Some(person) = &c.person {
                    view.asked = inviting::asked(tx, person).await?;
                    view.requested = requesting::asked_by(tx, person.id).await?;
                }
                Ok(view)
            })
        })
        .await
    }

    /// The same of any resident, for the coordinator whom they have rung, with their name. What they hold of others isn't
    /// in it.
    pub async fn consents_of(&self, c: &Caller, person: &str) -> Result<(PersonBrief, ConsentView), Error> {
        self.read((c.clone(), person.to_owned()), |tx, (c, person)| {
            Box::pin(async move {
                rights::coordinator(tx, c).await?;
                let id: PersonId = person.parse().map_err(|_| Refusal::NotYours)?;
                let person = people::brief(tx, id).await?.ok_or(Refusal::NotYours)?;
                if !people::roles(tx, id).await?.contains(&Role::Resident) {
                    return Err(Refusal::NotYours.into());
                }
                Ok((person, of(tx, id).await?))
            })
        })
        .await
    }

    /// Ends a mandate at once: its resident may, whoever holds it, who serves the resident at the lounge, and the
    /// coordinator (whom the resident has rung). Whoever of the two sides didn't do it is told. A double tap ends it once.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for anybody else, and for what isn't a mandate.
    pub async fn revoke_mandate(&self, c: &Caller, mandate: &str) -> Result<Revoked, Error> {
        self.write((c.clone(), mandate.to_owned()), |tx, (c, mandate)| {
            Box::pin(async move {
                let by = rights::person(c)?;
                let id: MandateId = mandate.parse().map_err(|_| Refusal::NotYours)?;
                let mandate = mandates::by_id(tx, id).await?.ok_or(Refusal::NotYours)?;
                let revoked = may_revoke(tx, c, by, &mandate).await?;
                if !mandates::revoke(tx, id).await? {
                    return Ok(revoked);
                }
                if let Some(holder) = mandate.holder.filter(|holder| *holder != by) {
                    let resident = people::first_name(tx, mandate.resident).await?;
                    outbox::write(tx, holder, None, None, &Message::MandateRevoked { resident }).await?;
                }
                if mandate.resident != by {
                    let holder = match mandate.holder {
                        Some(holder) => Some(people::first_name(tx, holder).await?),
                        None => None,
                    };
                    outbox::write(tx, mandate.resident, None, None, &Message::MandateEnded { holder }).await?;
                }
                audit::write(tx, Some(by), Some(mandate.resident), "mandate.revoked", id).await?;
                Ok(revoked)
            })
        })
        .await
    }
}

/// What it is to the caller to end that mandate.
///
/// # Errors
/// [`Refusal::NotYours`] when it is none of their business.
async fn may_revoke(tx: &mut Tx, c: &Caller, by: PersonId, mandate: &Mandate) -> Result<Revoked, Error> {
    if mandate.resident == by || mandate.holder == Some(by) {
        return Ok(Revoked::Ended);
    }
    let roles = people::roles(tx, by).await?;
    if rights::served(tx, c, &roles).await? == Some(mandate.resident) {
        return Ok(if mandate.holder.is_none() { Revoked::Serving } else { Revoked::Ended });
    }
    if roles.contains(&Role::Coordinator) {
        return Ok(Revoked::For(mandate.resident));
    }
    Err(Refusal::NotYours.into())
}

/// What a resident has given, and what others did for them.
async fn of(tx: &mut Tx, resident: PersonId) -> Result<ConsentView, Error> {
    let now = tx.now();
    let invited = inviting::waiting(tx, resident).await?;
    let requests = requesting::waiting_for(tx, resident).await?;
    let mut view = ConsentView { invited, requests, ..ConsentView::default() };
    for mandate in mandates::by_resident(tx, resident).await?.iter().filter(|mandate| mandate.holds(now)) {
        view.given.push(shown(tx, mandate).await?);
    }
    for done in audit::on_behalf_of(tx, resident, MOST).await? {
        let by = people::brief(tx, done.by).await?.ok_or_else(|| Error::stored("done by nobody"))?;
        view.log.push(OnBehalfView { at: done.at, by, act: done.act });
    }
    Ok(view)
}

async fn shown(tx: &mut Tx, mandate: &Mandate) -> Result<MandateView, Error> {
    let unknown = || Error::stored("a mandate of nobody");
    Ok(MandateView {
        id: mandate.id,
        resident: people::brief(tx, mandate.resident).await?.ok_or_else(unknown)?,
        holder: match mandate.holder {
            Some(holder) => Some(people::brief(tx, holder).await?.ok_or_else(unknown)?),
            None => None,
        },
        services: mandate.services.clone(),
        given: mandate.given,
        given_at: mandate.given_at,
        until: mandate.until,
        recorded_by: people::brief(tx, mandate.recorded_by).await?.ok_or_else(unknown)?,
    })
}
