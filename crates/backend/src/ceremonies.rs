//! The two ceremonies of a passkey, making one and signing in by it: `webauthn-rs`, and what we ask of it.
//!
//! What holds here: the answer is to what was asked, by our own pages (the origin, and the host to which the key belongs),
//! of somebody whom the device has recognised (*user verification*), signed by the key, with a counter that hasn't gone
//! back. What it isn't: it keeps nothing and decides nothing about people (`passkeys` does). The challenge's random bytes
//! are the library's own, and so are the bytes of its signatures: neither is ever asked for by a seed.

use std::{net::IpAddr, sync::Arc};

use domain::{PersonId, PersonName};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{
    Error,
    store::{hex, sha256_hex},
};

/// Whose passkeys these are: this installation, as browsers know it.
#[derive(Clone, Debug)]
pub(crate) struct RelyingParty {
    host: String,
    webauthn: Arc<Webauthn>,
}

/// A ceremony that has begun.
pub(crate) struct Begun {
    /// What the browser is asked to do, as JSON.
    pub(crate) options: String,
    /// What is needed at the end, for our eyes only.
    pub(crate) state: String,
}

/// A key that a device has made.
pub(crate) struct Made {
    /// By which it will be found.
    pub(crate) credential_hash: String,
    /// What is kept of it.
    pub(crate) key: String,
}

/// A device's answer at signing in: who it says it is, and by which key. Nothing of it is true before [`RelyingParty::enter`].
pub(crate) struct Shown {
    credential: PublicKeyCredential,
    owner: [u8; 16],
}

/// What came of signing in.
pub(crate) enum Entered {
    /// It is the key's owner. The key is so from here on.
    Owner(String),
    /// The signature is the key's, and its counter has gone back: there are two of them.
    Copied,
    /// No.
    No,
}

impl RelyingParty {
    /// The one at that address; nothing where browsers make no passkeys: for a bare number, and without TLS but on the
    /// very machine, which is called `localhost`.
    pub(crate) fn at(public_url: &str) -> Option<Self> {
        let mut origin = Url::parse(public_url).ok()?;
        let number = origin.host_str()?.trim_matches(['[', ']']).parse().ok();
        if number.is_some_and(|number: IpAddr| number.is_loopback()) {
            origin.set_host(Some("localhost")).ok()?;
        }
        let host = origin.domain()?.to_owned();
        if origin.scheme() != "https" && host != "localhost" {
            return None;
        }
        let webauthn = WebauthnBuilder::new(&host, &origin).ok()?.rp_name("Naapuriapu").build().ok()?;
        Some(Self { host, webauthn: Arc::new(webauthn) })
    }

    /// The host to which the keys belong: on no other does a browser know them.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Begins to make a passkey. `known` are the keys that the person has: no device makes a second one.
    pub(crate) fn begin_making(&self, person: PersonId, name: &PersonName, known: &[&str]) -> Result<Begun, Error> {
        let known = known.iter().map(|key| Ok(read_key(key)?.cred_id().clone())).collect::<Result<Vec<_>, Error>>()?;
        let name = name.full();
        let owner = Uuid::from_bytes(*person.as_bytes());
        let (mut asked, state) =
            self.webauthn.start_passkey_registration(owner, &name, &name, Some(known)).map_err(Error::stored)?;
        // The library asks for a key that isn't found without a number typed first; ours is found by itself.
        if let Some(device) = &mut asked.public_key.authenticator_selection {
            device.require_resident_key = true;
            device.resident_key = serde_json::from_str("\"required\"")?;
        }
        Ok(Begun { options: serde_json::to_string(&asked.public_key)?, state: serde_json::to_string(&state)? })
    }

    /// Ends it: the key, or nothing when the answer isn't one to what was asked.
    pub(crate) fn make(&self, state: &str, answer: &str) -> Result<Option<Made>, Error> {
        let state: PasskeyRegistration = serde_json::from_str(state)?;
        let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else { return Ok(None) };
        match self.webauthn.finish_passkey_registration(&answer, &state) {
            Ok(passkey) => Ok(Some(Made {
                credential_hash: credential_hash(passkey.cred_id().as_slice()),
                key: serde_json::to_string(&passkey)?,
            })),
            Err(error) => {
                tracing::info!(%error, "a passkey was not made");
                Ok(None)
            }
        }
    }

    /// Begins to sign in by whichever passkey the person chooses.
    pub(crate) fn begin_entering(&self) -> Result<Begun, Error> {
        let (asked, state) = self.webauthn.start_discoverable_authentication().map_err(Error::stored)?;
        // Asked for by a button: without the library's wish for the browser's own list under a field.
        Ok(Begun { options: serde_json::to_string(&asked.public_key)?, state: serde_json::to_string(&state)? })
    }

    /// What a device has answered; nothing when it isn't an answer at all.
    pub(crate) fn shown(&self, answer: &str) -> Option<Shown> {
        let credential: PublicKeyCredential = serde_json::from_str(answer).ok()?;
        let (owner, _) = self.webauthn.identify_discoverable_authentication(&credential).ok()?;
        Some(Shown { owner: *owner.as_bytes(), credential })
    }

    /// Ends it, for the passkey of that credential and owner.
    pub(crate) fn enter(&self, state: &str, shown: &Shown, key: &str) -> Result<Entered, Error> {
        let state: DiscoverableAuthentication = serde_json::from_str(state)?;
        let mut passkey = read_key(key)?;
        match self.webauthn.finish_discoverable_authentication_v2(&shown.credential, state, &passkey) {
            Ok(result) if result.user_verified() => {
                passkey.update_credential(&result);
                Ok(Entered::Owner(serde_json::to_string(&passkey)?))
            }
            Ok(_) => Ok(Entered::No),
            Err(WebauthnError::CredentialPossibleCompromise) => Ok(Entered::Copied),
            Err(error) => {
                tracing::info!(%error, "a passkey was not taken");
                Ok(Entered::No)
            }
        }
    }
}

impl Shown {
    /// By which the key is found.
    pub(crate) fn credential_hash(&self) -> String {
        credential_hash(self.credential.get_credential_id())
    }

    /// Whether the device says that it is that person's.
    pub(crate) fn is_of(&self, person: PersonId) -> bool {
        self.owner == *person.as_bytes()
    }
}

fn credential_hash(credential: &[u8]) -> String {
    sha256_hex(&hex(credential))
}

fn read_key(key: &str) -> Result<Passkey, Error> {
    Ok(serde_json::from_str(key)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn passkeys_are_for_named_hosts_with_tls_and_for_this_machine() {
        let host = |url| RelyingParty::at(url).map(|party| party.host().to_owned());
        assert_eq!(host("https://naapuriapu.example").as_deref(), Some("naapuriapu.example"));
        for here in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"] {
            assert_eq!(host(here).as_deref(), Some("localhost"), "{here}");
            let allowed = RelyingParty::at(here).unwrap().webauthn.get_allowed_origins()[0].to_string();
            assert_eq!(allowed, "http://localhost:3000/", "{here}");
        }
        for nowhere in ["http://naapuriapu.example", "https://192.0.2.1", "https://[2001:db8::1]", "nothing", ""] {
            assert_eq!(host(nowhere), None, "{nowhere}");
        }
    }
}
