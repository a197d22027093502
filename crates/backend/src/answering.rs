//! Members' answers by text message: "1" yes, "2" no.
//!
//! An answer counts when it comes from the number by which the member signs in, names an offer's own number
//! (`Message::NewOffer::answer`) and the offer waits. Numbers of later offers differ for a week, so that a late answer to an
//! old text says nothing to a new one. "Kyllä" alone counts only where a single offer waits, and was the only one for half a
//! day. It then goes through the very
//! use cases of the app: a text message gives nobody more rights, and no limit another way around.
//!
//! Whatever can't be understood gets one helpful reply; a number that nobody signs in by gets none.

use domain::{JobKind, Message, Minutes, Moment, OfferId, PhoneNumber, Role, TextAnswer, VisitState};

use crate::{
    Backend, Caller, Error, Refusal,
    store::{
        attempts::{self, Kind},
        audit,
        offers::{self, Answer, StoredOffer},
        outbox,
        people::{self, StoredPerson},
        sha256_hex,
        tx::Tx,
        visits,
    },
};

/// For so long after an offer a bare word may be meant for it.
const SAME_TALK: Minutes = Minutes(12 * 60);

/// What a text message wants to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Number(u16),
    Yes,
    No,
    SomethingElse,
}

/// What is to be done about it.
enum Decided {
    Accept(OfferId),
    Decline(OfferId),
    Reply(TextAnswer),
}

/// What an answer is about.
#[derive(Clone, Copy, Default)]
struct About {
    job: Option<JobKind>,
    window: Option<Moment>,
}

impl Backend {
    /// Somebody has sent a text message. `text_id` is the gateway's own name of it: a text that is brought twice is one.
    /// Answers what came of it; nothing for a number that isn't a member's, or one that sends far too many.
    pub async fn text_received(&self, from: &str, said: &str, text_id: &str) -> Result<Option<TextAnswer>, Error> {
        let Ok(from) = PhoneNumber::parse(from) else { return Ok(None) };
        let said = Said::read(said);
        let Some((member, decided, about)) =
            self.write((from, said), |tx, (from, said)| Box::pin(decide(tx, from, *said))).await?
        else {
            return Ok(None);
        };
        let caller = Caller {
            person: Some(member.brief()),
            roles: vec![Role::Member],
            language: member.language,
            ..Caller::nobody(self.settings().coop.id)
        };
        let outcome = match decided {
            Decided::Accept(offer) => {
                taken_or_too_late(self.accept_offer(&caller, &offer.to_string()).await.map(|_| TextAnswer::Taken))?
            }
            Decided::Decline(offer) => {
                taken_or_too_late(self.decline_offer(&caller, &offer.to_string()).await.map(|()| TextAnswer::Declined))?
            }
            Decided::Reply(answer) => answer,
        };
        let once = format!("answer {}", sha256_hex(text_id));
        self.write((member, outcome, about, once), |tx, (member, outcome, about, once)| {
            Box::pin(async move {
                let message = Message::Answered { outcome: *outcome, job: about.job, window: about.window };
                if outbox::write_once(tx, member, None, &message, once).await? {
                    audit::write(tx, Some(member.id), None, "text.answered", member.id).await?;
                }
                Ok(())
            })
        })
        .await?;
        Ok(Some(outcome))
    }
}

/// Too late is an answer as well.
fn taken_or_too_late(done: Result<TextAnswer, Error>) -> Result<TextAnswer, Error> {
    match done {
        Err(Error::Refused(Refusal::TryLater)) => Err(Refusal::TryLater.into()),
        Err(Error::Refused(refusal)) => {
            tracing::info!(?refusal, "an answer by text came too late");
            Ok(TextAnswer::TooLate)
        }
        done => done,
    }
}

async fn decide(tx: &mut Tx, from: &PhoneNumber, said: Said) -> Result<Option<(StoredPerson, Decided, About)>, Error> {
    let Some(member) = people::who_signs_in_by(tx, from).await? else { return Ok(None) };
    if !people::roles(tx, member.id).await?.contains(&Role::Member) {
        return Ok(None);
    }
    tx.lock_name(from.e164()).await?;
    if !attempts::allowed(tx, Kind::TextFrom, from.e164()).await? {
        tracing::warn!("too many texts from one number");
        return Ok(None);
    }
    let waiting = offers::pending(tx, member.id).await?;
    let (decided, offer) = match said {
        Said::Number(number) => by_number(tx, &member, number, &waiting).await?,
        Said::Yes | Said::No => match waiting.as_slice() {
            [] => (Decided::Reply(TextAnswer::NothingAsked), None),
            // A word that was meant for an offer of this morning must not answer the one of this noon.
            [only] if offers::answerable_since(tx, member.id, tx.now() - SAME_TALK).await? == 1 => {
                (by_word(said, only.id), Some(only.clone()))
            }
            _ => (Decided::Reply(TextAnswer::WhichOne), None),
        },
        Said::SomethingElse => (Decided::Reply(unclear(&waiting)), None),
    };
    let about = match offer {
        Some(offer) => about(tx, &offer).await?,
        None => About::default(),
    };
    Ok(Some((member, decided, about)))
}

fn by_word(said: Said, offer: OfferId) -> Decided {
    if said == Said::Yes { Decided::Accept(offer) } else { Decided::Decline(offer) }
}

async fn by_number(
    tx: &mut Tx,
    member: &StoredPerson,
    number: u16,
    waiting: &[StoredOffer],
) -> Result<(Decided, Option<StoredOffer>), Error> {
    let says_yes = number % 2 == 1;
    let yes = if says_yes { number } else { number.saturating_sub(1) };
    let Some(offer) = offers::by_answer(tx, member.id, yes).await? else {
        return Ok((Decided::Reply(unclear(waiting)), None));
    };
    let decided = match offer.answer {
        Answer::Pending | Answer::Accepted if says_yes => Decided::Accept(offer.id),
        Answer::Pending | Answer::Declined if !says_yes => Decided::Decline(offer.id),
        // They said the other thing before; what they agreed to is given back in the app or by a call.
        _ => Decided::Reply(TextAnswer::TooLate),
    };
    Ok((decided, Some(offer)))
}

fn unclear(waiting: &[StoredOffer]) -> TextAnswer {
    match waiting {
        [] => TextAnswer::NothingAsked,
        [_] => TextAnswer::Unclear,
        _ => TextAnswer::WhichOne,
    }
}

async fn about(tx: &mut Tx, offer: &StoredOffer) -> Result<About, Error> {
    let visit = visits::by_id(tx, offer.visit).await?;
    let held = |visit: &visits::StoredVisit| !matches!(visit.state, VisitState::Cancelled { .. });
    Ok(visit
        .filter(held)
        .map_or_else(About::default, |visit| About { job: Some(visit.terms.kind), window: Some(visit.window.start) }))
}

impl Said {
    /// The number, or the first word, of what was sent.
    fn read(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        let word: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
        if let Ok(number) = word.parse::<u16>() {
            return if number == 0 { Self::SomethingElse } else { Self::Number(number) };
        }
        // With or without its dots.
        match people::name_key(&word).as_str() {
            "kylla" | "joo" | "juu" | "ok" | "yes" | "ja" | "jo" => Self::Yes,
            "ei" | "en" | "no" | "nej" => Self::No,
            _ => Self::SomethingElse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_word_is_read_and_nothing_is_guessed() {
        for (text, said) in [
            ("1", Said::Number(1)),
            (" 2. ", Said::Number(2)),
            ("13 kiitos", Said::Number(13)),
            ("Kyllä!", Said::Yes),
            ("JOO", Said::Yes),
            ("Nej tack", Said::No),
            ("en pääse", Said::No),
            ("", Said::SomethingElse),
            ("0", Said::SomethingElse),
            ("1a", Said::SomethingElse),
            ("99999999999", Said::SomethingElse),
            ("ehkä 1", Said::SomethingElse),
        ] {
            assert_eq!(Said::read(text), said, "{text}");
        }
    }
}
