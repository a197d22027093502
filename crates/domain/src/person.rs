//! Who people are: names, roles, languages, how they are reached.

use serde::{Deserialize, Serialize};

use crate::{Problem, codes::codes, text::plain_line};

/// A person's name, as they gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    given: String,
    family: String,
}

/// What a person may do. One person may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Orders for themselves.
    Resident,
    /// Orders for a resident who agreed to it.
    Relative,
    /// Does the work.
    Member,
    /// Books for the one who sits beside them.
    Lounge,
    /// Runs the co-op.
    Coordinator,
}

codes!(Role {
    Resident = "resident",
    Relative = "relative",
    Member = "member",
    Lounge = "lounge",
    Coordinator = "coordinator",
});

/// The languages of the pages and messages. Easy Finnish is a language of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Suomi.
    #[default]
    #[serde(rename = "fi")]
    Finnish,
    /// Svenska, as in Finland.
    #[serde(rename = "sv")]
    Swedish,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Selkosuomi.
    #[serde(rename = "fi-simple")]
    EasyFinnish,
}

codes!(Language { Finnish = "fi", Swedish = "sv", English = "en", EasyFinnish = "fi-simple" });

impl Language {
    /// The `lang` attribute that screen readers and browsers understand (BCP 47).
    pub const fn html_lang(self) -> &'static str {
        match self {
            Self::Finnish | Self::EasyFinnish => "fi",
            Self::Swedish => "sv-FI",
            Self::English => "en",
        }
    }
}

/// How the co-op tells a person what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactWay {
    /// A text message to their mobile.
    Sms,
    /// Somebody rings them.
    Call,
    /// They ask at the lounge.
    Lounge,
}

codes!(ContactWay { Sms = "sms", Call = "call", Lounge = "lounge" });

/// What a message goes by: what somebody wished for, as far as it reaches them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// Somebody rings them.
    Call,
    /// They ask at the lounge.
    Lounge,
}

codes!(Channel { Sms = "sms", Email = "email", Call = "call", Lounge = "lounge" });

impl PersonName {
    /// The longest given or family name, in characters.
    pub const LONGEST: usize = 60;

    /// A name in two fields.
    ///
    /// # Errors
    /// [`Problem::Missing`] when either is empty, [`Problem::TooLong`], [`Problem::NotAName`] when there isn't a letter.
    pub fn parse(given: &str, family: &str) -> Result<Self, Problem> {
        Ok(Self { given: Self::part(given)?, family: Self::part(family)? })
    }

    /// A name as it is stored. Both parts of somebody's who has been erased are empty.
    pub fn stored(given: String, family: String) -> Self {
        Self { given, family }
    }

    /// Whether this is nobody's name any more: its person has been erased.
    pub fn is_erased(&self) -> bool {
        self.given.is_empty()
    }

    /// A name typed in one field: the last word is the family name.
    ///
    /// # Errors
    /// As [`PersonName::parse`]; one word alone is [`Problem::NameNeedsBoth`].
    pub fn parse_full(full: &str) -> Result<Self, Problem> {
        let line = plain_line(full);
        if line.is_empty() {
            return Err(Problem::Missing);
        }
        let (given, family) = line.rsplit_once(' ').ok_or(Problem::NameNeedsBoth)?;
        Self::parse(given, family)
    }

    fn part(text: &str) -> Result<String, Problem> {
        let part = plain_line(text);
        if part.is_empty() {
            Err(Problem::Missing)
        } else if part.chars().count() > Self::LONGEST {
            Err(Problem::TooLong)
        } else if !part.chars().any(char::is_alphabetic) {
            Err(Problem::NotAName)
        } else {
            Ok(part)
        }
    }

    /// "Aino".
    pub fn given(&self) -> &str {
        &self.given
    }

    /// "Niemelä".
    pub fn family(&self) -> &str {
        &self.family
    }

    /// "Aino Niemelä".
    pub fn full(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// "Aino N.": what a member's list shows.
    pub fn short(&self) -> String {
        match self.family.chars().next() {
            Some(initial) => format!("{} {initial}.", self.given),
            None => self.given.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_given() {
        let name = PersonName::parse_full(" Anna  Maija Niemelä ").unwrap();
        assert_eq!((name.given(), name.family(), name.short().as_str()), ("Anna Maija", "Niemelä", "Anna Maija N."));
        assert_eq!(PersonName::parse_full("Aino"), Err(Problem::NameNeedsBoth));
        assert_eq!(PersonName::parse("Aino", "123"), Err(Problem::NotAName));
        assert_eq!(PersonName::parse_full(&"ä ".repeat(10_000)), Err(Problem::TooLong));
    }
}
