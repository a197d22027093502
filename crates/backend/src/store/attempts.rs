//! Counted attempts, for limits: how often something was tried by or for one subject. Subjects are hashed: a limit needs
//! to know that it is the same number or address, not which.
//!
//! To add a limit: a variant of [`Kind`] with its code and its numbers.

use domain::{Minutes, Moment};

use crate::{
    Error,
    store::{
        sha256_hex,
        tx::{Tx, execute, scalar},
    },
};

/// What is limited, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Slips looked up, by client address.
    Slip,
    /// One-time codes for a number or an address, by it: 10 a day × 5 tries × 10⁻⁶ is a chance of 1 in 20,000.
    CodeForNumber,
    /// One-time codes asked for from where their owner has signed in before, by number or address and client address: what
    /// strangers use up isn't the owner's.
    CodeForOwner,
    /// One-time codes, by client address: a household or a lounge shares one.
    CodeByClient,
    /// One-time codes, by session.
    CodeBySession,
    /// Codes to show that an address is one's own, by who asks: they go to addresses that nobody has confirmed.
    EmailShown,
    /// The same, by address, whoever asks.
    EmailShownTo,
    /// Text messages that somebody sends us, by number: an answering machine mustn't talk with ours for ever.
    TextFrom,
    /// Codes by which a phone is linked, by client address: there are a hundred million, good for a quarter of an hour.
    PhoneCode,
    /// Passkeys shown at signing in, by client address.
    Passkey,
    /// People asked to order for a resident, by resident: each costs a text message to somebody who didn't ask for it.
    Invitation,
    /// Questions for a mandate, by who asks.
    MandateRequest,
    /// Questions for a mandate, by the number they are put to, whoever's it is.
    MandateRequestTo,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Slip => "slip",
            Self::CodeForNumber => "code_for_number",
            Self::CodeForOwner => "code_for_owner",
            Self::CodeByClient => "code_by_client",
            Self::CodeBySession => "code_by_session",
            Self::EmailShown => "email_shown",
            Self::EmailShownTo => "email_shown_to",
            Self::TextFrom => "text_from",
            Self::PhoneCode => "phone_code",
            Self::Passkey => "passkey",
            Self::Invitation => "invitation",
            Self::MandateRequest => "mandate_request",
            Self::MandateRequestTo => "mandate_request_to",
        }
    }

    /// So many in so long.
    const fn limit(self) -> (i64, Minutes) {
        const DAY: Minutes = Minutes(24 * 60);
        match self {
            // There are 57,600 codes, and a slip shows neither name nor address: of a hundred live ones, one address finds
            // one a day at this pace.
            Self::Slip => (20, Minutes(60)),
            Self::CodeForNumber | Self::CodeForOwner => (10, DAY),
            Self::CodeByClient | Self::TextFrom | Self::Passkey => (30, Minutes(60)),
            Self::CodeBySession => (6, Minutes(60)),
            Self::PhoneCode => (10, Minutes(60)),
            Self::Invitation | Self::MandateRequest | Self::EmailShown => (5, DAY),
            Self::MandateRequestTo | Self::EmailShownTo => (3, DAY),
        }
    }
}

/// How long an attempt is remembered: as long as the longest limit looks back.
pub(crate) const REMEMBERED: Minutes = Minutes(24 * 60);

/// Whether one more would be allowed. Nothing is counted: several limits are asked before any of them is used up.
pub(crate) async fn has_room(tx: &mut Tx, kind: Kind, subject: &str) -> Result<bool, Error> {
    let (most, within) = kind.limit();
    let since = tx.now() - within;
    let count: i64 = scalar!(
        tx,
        i64,
        "select count(*) from attempt where kind = $1 and subject = $2 and at > $3",
        kind.code(),
        sha256_hex(subject),
        since.seconds()
    )?;
    Ok(count < most)
}

/// Counts one.
pub(crate) async fn count(tx: &mut Tx, kind: Kind, subject: &str) -> Result<(), Error> {
    execute!(
        tx,
        "insert into attempt (kind, subject, at) values ($1, $2, $3)",
        kind.code(),
        sha256_hex(subject),
        tx.now().seconds()
    )?;
    Ok(())
}

/// Counts one if it is allowed, and says whether it was. The count must be committed even when the rest is refused.
pub(crate) async fn allowed(tx: &mut Tx, kind: Kind, subject: &str) -> Result<bool, Error> {
    if !has_room(tx, kind, subject).await? {
        return Ok(false);
    }
    count(tx, kind, subject).await?;
    Ok(true)
}

/// Forgets what no limit looks back at.
pub(crate) async fn forget(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    execute!(tx, "delete from attempt where at < $1", before.seconds())?;
    Ok(())
}
