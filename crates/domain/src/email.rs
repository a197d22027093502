//! E-mail addresses: the form that mail servers everywhere take, and nothing that could slip into a message's head.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Problem;

/// An address to which mail can be sent: plain ASCII, its domain in small letters.
///
/// `Debug` shows only the domain: addresses are personal data and logs are read by many.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The longest address that mail servers must take (RFC 5321, 4.5.3.1.3, without the brackets).
    pub const LONGEST: usize = 254;

    /// The longest part before the `@` (RFC 5321, 4.5.3.1.1).
    const LONGEST_LOCAL: usize = 64;

    /// Reads an address as people type it, with spaces around it. Neither quoted local parts nor addresses outside ASCII are
    /// taken: too few servers deliver to them.
    ///
    /// # Errors
    /// [`Problem::Missing`] when empty, [`Problem::NotAnEmail`] when no mail can be sent there.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Missing);
        }
        let (local, host) = text.rsplit_once('@').ok_or(Problem::NotAnEmail)?;
        if text.len() > Self::LONGEST || !is_local(local) || !is_host(host) {
            return Err(Problem::NotAnEmail);
        }
        Ok(Self(format!("{local}@{}", host.to_ascii_lowercase())))
    }

    /// Whether somebody meant an address by what they typed, and not a number.
    pub fn is_meant(typed: &str) -> bool {
        typed.contains('@')
    }

    /// An address that was parsed before and comes back from storage.
    pub fn stored(address: String) -> Self {
        Self(address)
    }

    /// "Aino.Niemi@posti.example".
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By what two are the same: phones begin every word with a capital, and no server that matters tells them apart.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// Words of letters, digits and the marks of RFC 5322's `atext`, with single dots between them.
fn is_local(local: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= EmailAddress::LONGEST_LOCAL
        && local.split('.').all(|word| !word.is_empty() && word.bytes().all(is_plain))
}

/// At least two labels of letters, digits and hyphens; the last one isn't a number, so it is no address of a machine.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut labels = host.split('.');
    let last = labels.next_back().unwrap_or_default();
    host.contains('.') && labels.all(is_label) && is_label(last) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.rsplit('@').next().unwrap_or_default();
        write!(f, "EmailAddress(…@{host})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_typed_and_compared_in_small_letters() {
        let address = EmailAddress::parse(" Aino.Niemi+apu@Posti.Example ").unwrap();
        assert_eq!(address.as_str(), "Aino.Niemi+apu@posti.example");
        assert_eq!(address.key(), "aino.niemi+apu@posti.example");
        assert!(EmailAddress::parse("o'neill@xn--psti-5qa.example").is_ok());
    }

    #[test]
    fn what_is_not_an_address_is_said() {
        assert_eq!(EmailAddress::parse("  "), Err(Problem::Missing));
        let long = format!("{}@posti.example", "a".repeat(65));
        let longer = format!("a@{}example", "posti.".repeat(50));
        for wrong in [
            "aino",
            "aino@",
            "@posti.example",
            "aino@posti",
            "aino@127.0.0.1",
            "aino@[127.0.0.1]",
            "aino..n@posti.example",
            ".aino@posti.example",
            "aino@-posti.example",
            "aino@posti..example",
            "aino@posti.example.",
            "aino niemi@posti.example",
            "\"aino niemi\"@posti.example",
            "<aino@posti.example>",
            "aino@posti.example,leila@posti.example",
            "aino@k\u{e4}rki.example",
            &long,
            &longer,
        ] {
            assert_eq!(EmailAddress::parse(wrong), Err(Problem::NotAnEmail), "{wrong}");
        }
    }

    #[test]
    fn nothing_slips_into_the_head_of_a_message() {
        for wrong in [
            "aino@posti.example\r\nBcc: kaikki@posti.example",
            "aino\r\n@posti.example",
            "aino\0@posti.example",
            "aino@posti.example\u{2028}x",
            "aino\t@posti.example",
            "Aino <aino@posti.example",
        ] {
            assert_eq!(EmailAddress::parse(wrong), Err(Problem::NotAnEmail), "{wrong:?}");
        }
    }

    #[test]
    fn a_log_never_shows_it_whole() {
        assert_eq!(
            format!("{:?}", EmailAddress::parse("aino@posti.example").unwrap()),
            "EmailAddress(…@posti.example)"
        );
    }
}
