//! Sealing what not even the database may know: AES-256-GCM, with the place where it belongs beside it.
//!
//! Two layers. A resident's codes are sealed with a key of the resident's own; that key is sealed with a key made from the
//! installation's secret. So a copy of the database opens nothing, a backup of one neither, and forgetting a resident is
//! destroying one row. What is sealed says beside itself whose it is (the *associated data*): put into another row, it
//! doesn't open.
//!
//! # Rotating the secret
//! The file holds several secrets, a line each, the newest first. All of them open; the newest seals. A resident's key that
//! is opened by an older one is sealed anew by the newest at the next start ([`crate::Backend::keep_secrets`]). When no row
//! names it any more, the old line can go; a secret that is still needed and isn't there ends the start in a sentence.

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::store::hex;

/// Bytes of a nonce: random, since a key seals a few dozen texts in its life.
const NONCE: usize = 12;

/// The installation's secrets, as keys; the newest first.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<Secret>);

#[derive(Clone)]
struct Secret {
    id: String,
    key: [u8; 32],
}

/// A key of one resident's own.
pub(crate) struct ResidentKey([u8; 32]);

/// It doesn't open: another key, another place, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed;

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} of them)", self.0.len())
    }
}

impl Secrets {
    /// Those of these texts, the newest first.
    pub(crate) fn new(texts: &[String]) -> Self {
        let derived = |text: &String, of: &[u8]| {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(text.as_bytes()).ok()?;
            mac.update(of);
            <[u8; 32]>::try_from(mac.finalize().into_bytes().as_slice()).ok()
        };
        let secret = |text: &String| {
            let (key, id) = (derived(text, b"naapuriapu door codes")?, derived(text, b"naapuriapu secret's name")?);
            Some(Secret { id: hex(id.get(..8)?), key })
        };
        Self(texts.iter().filter_map(secret).collect())
    }

    /// The name of the newest, which seals; none without any.
    pub(crate) fn newest(&self) -> Option<&str> {
        self.0.first().map(|secret| secret.id.as_str())
    }

    /// Whether a secret of that name is here.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|secret| secret.id == id)
    }

    /// A resident's key as it is stored: which secret it is sealed with, and the text.
    pub(crate) fn seal(&self, key: &ResidentKey, person: &str, nonce: [u8; NONCE]) -> Option<(String, String)> {
        let newest = self.0.first()?;
        Some((newest.id.clone(), seal(&newest.key, &key.0, &whose_key(person), nonce)?))
    }

    /// The key of a stored text.
    ///
    /// # Errors
    /// When it doesn't open.
    pub(crate) fn open(&self, secret_id: &str, sealed: &str, person: &str) -> Result<ResidentKey, Sealed> {
        let secret = self.0.iter().find(|secret| secret.id == secret_id).ok_or(Sealed)?;
        let bytes = open(&secret.key, sealed, &whose_key(person))?;
        Ok(ResidentKey(bytes.try_into().map_err(|_| Sealed)?))
    }
}

impl ResidentKey {
    /// A new one, from random bytes.
    pub(crate) fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A code as it is stored.
    pub(crate) fn seal(&self, code: &str, home: &str, nonce: [u8; NONCE]) -> Option<String> {
        seal(&self.0, code.as_bytes(), &which_door(home), nonce)
    }

    /// The code of a stored text.
    ///
    /// # Errors
    /// When it doesn't open.
    pub(crate) fn open(&self, sealed: &str, home: &str) -> Result<String, Sealed> {
        String::from_utf8(open(&self.0, sealed, &which_door(home))?).map_err(|_| Sealed)
    }
}

fn whose_key(person: &str) -> String {
    format!("resident key {person}")
}

fn which_door(home: &str) -> String {
    format!("door code {home}")
}

fn seal(key: &[u8; 32], text: &[u8], beside: &str, nonce: [u8; NONCE]) -> Option<String> {
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: text, aad: beside.as_bytes() }).ok()?;
    Some(format!("{}{}", hex(&nonce), hex(&sealed)))
}

fn open(key: &[u8; 32], sealed: &str, beside: &str) -> Result<Vec<u8>, Sealed> {
    let bytes = unhex(sealed).ok_or(Sealed)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Sealed)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Sealed)?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    cipher.decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: beside.as_bytes() }).map_err(|_| Sealed)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let two = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (text.len().is_multiple_of(2)).then(|| (0..text.len()).step_by(2).map(two).collect())?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn secrets(texts: &[&str]) -> Secrets {
        Secrets::new(&texts.iter().map(|text| text.repeat(8)).collect::<Vec<_>>())
    }

    #[test]
    fn a_key_opens_with_its_secret_and_for_its_person_alone() {
        let (old, both, other) = (secrets(&["old!"]), secrets(&["new!", "old!"]), secrets(&["new!"]));
        let key = ResidentKey::from_random([7; 32]);
        let (id, sealed) = old.seal(&key, "aino", [1; 12]).unwrap();
        assert!(old.open(&id, &sealed, "aino").is_ok() && both.open(&id, &sealed, "aino").is_ok());
        assert_eq!(both.seal(&key, "aino", [1; 12]).unwrap().0, other.newest().unwrap(), "the newest seals");
        assert!(old.open(&id, &sealed, "veikko").is_err(), "in another's row");
        assert!(other.open(&id, &sealed, "aino").is_err() && !other.has(&id));
        assert!(!format!("{old:?}").contains("old!"));
        assert!(secrets(&[]).seal(&key, "aino", [1; 12]).is_none());
    }

    proptest! {
        #[test]
        fn a_code_opens_unchanged_or_not_at_all(
            code in "[0-9A-Za-zåäö#*]{1,20}",
            bytes in prop::array::uniform32(any::<u8>()),
            nonce in prop::array::uniform12(any::<u8>()),
            at in any::<prop::sample::Index>(),
            change in 1..16_u8,
        ) {
            let key = ResidentKey::from_random(bytes);
            let sealed = key.seal(&code, "home", nonce).unwrap();
            prop_assert!(!sealed.contains(&code) || code.len() < 3);
            prop_assert_eq!(key.open(&sealed, "home").unwrap(), code);
            prop_assert!(key.open(&sealed, "another home").is_err());
            // Any digit changed, anywhere.
            let at = at.index(sealed.len());
            let digit = u8::from_str_radix(&sealed[at..=at], 16).unwrap() ^ change;
            let changed = format!("{}{digit:x}{}", &sealed[..at], &sealed[at + 1..]);
            prop_assert!(key.open(&changed, "home").is_err());
            prop_assert!(key.open(&sealed[..at], "home").is_err());
        }
    }
}
