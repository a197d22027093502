//! The database: one file an aggregate, a private row struct a query, `Ok(None)` for "not there".
//!
//! Nothing outside `store` writes SQL. Nothing in `store` decides who may do what.

mod pools;
mod turns;
pub(crate) mod tx;

pub(crate) mod absences;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod catalogue;
pub(crate) mod codes;
pub(crate) mod deliveries;
pub(crate) mod demo;
pub(crate) mod door_codes;
pub(crate) mod drafts;
pub(crate) mod idempotency;
pub(crate) mod invitations;
pub(crate) mod leaving;
pub(crate) mod mandates;
pub(crate) mod member_changes;
pub(crate) mod merging;
pub(crate) mod offers;
pub(crate) mod outbox;
pub(crate) mod own_data;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod phone_links;
pub(crate) mod plannings;
pub(crate) mod plans;
pub(crate) mod requests;
pub(crate) mod retention;
pub(crate) mod same;
pub(crate) mod sessions;
pub(crate) mod tables;
pub(crate) mod visit_changes;
pub(crate) mod visits;
pub(crate) mod ways_in;

#[cfg(test)]
mod tests;

pub(crate) use pools::Pools;

use sha2::{Digest, Sha256};

/// Bytes as small hexadecimal letters.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
        text
    })
}

/// The SHA-256 of a text, in hexadecimal.
pub(crate) fn sha256_hex(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
