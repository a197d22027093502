//! A device that makes passkeys and signs by them, and a browser around it, as far as a server sees the two: with every
//! part that a dishonest one could change.
//!
//! What it isn't: no attestation, no storage, one key, and the key is no secret.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The person is there.
const PRESENT: u8 = 0b0000_0001;
/// The device has recognised them.
const VERIFIED: u8 = 0b0000_0100;
/// A new key comes along.
const WITH_KEY: u8 = 0b0100_0000;

/// A device with one key, and the browser that it sits in.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// With which it signs.
    pub key: SigningKey,
    /// By which the server finds the key.
    pub credential: Vec<u8>,
    /// Whose key it says it is; told by the server when the key is made.
    pub owner: Vec<u8>,
    /// How often it has signed; 0 for one that doesn't count.
    pub counter: u32,
    /// Where the browser is.
    pub origin: String,
    /// To which host the key belongs.
    pub host: String,
    /// Whether it recognises its owner.
    pub verifies: bool,
}

#[expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test whose device is broken can't go on"
)]
impl Authenticator {
    /// A device of its own for each number, in a browser at `http://localhost:3000`.
    pub fn number(number: u8) -> Self {
        let mut secret = [7; 32];
        secret[31] = number;
        Self {
            key: SigningKey::from_slice(&secret).expect("a key"),
            credential: vec![number; 32],
            owner: Vec::new(),
            counter: 1,
            origin: "http://localhost:3000".to_owned(),
            host: "localhost".to_owned(),
            verifies: true,
        }
    }

    /// Makes its key as the server asks, in JSON, and answers in JSON.
    pub fn make(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required", "it is found by itself");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.owner = URL_SAFE_NO_PAD.decode(text(&options["user"]["id"])).expect("an id");
        let mut data = self.data(WITH_KEY);
        // Of no make that anybody knows; the key's id; the key as COSE writes it (ES256 on P-256).
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).expect("a short id").to_be_bytes());
        data.extend(&self.credential);
        let point = self.key.verifying_key().to_sec1_point(false);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().expect("a point").iter());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().expect("a point").iter());
        // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("short data"));
        object.extend(data);
        let client = self.client("webauthn.create", &options);
        self.answer(&json!({ "attestationObject": encode(&object), "clientDataJSON": encode(client.as_bytes()) }))
    }

    /// Signs what the server asks, in JSON, and answers in JSON. A device that counts has counted one more.
    pub fn sign(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options");
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["allowCredentials"], json!([]), "nobody is told whose keys there are");
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(0);
        let client = self.client("webauthn.get", &options);
        let signed = [data.as_slice(), &Sha256::digest(client.as_bytes())].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(&json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(client.as_bytes()),
            "signature": encode(signature.to_der().as_bytes()),
            "userHandle": encode(&self.owner),
        }))
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let flags = PRESENT | more | if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(self.host.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> String {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn answer(&self, response: &Value) -> String {
        let id = encode(&self.credential);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
