//! Free text that people type, cut to what we keep.

use serde::{Deserialize, Serialize};

use crate::Problem;

/// A few sentences: what to know before coming. Never a door code (the page says so).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Note(String);

/// One short line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShortText(String);

/// The text on one line: control characters and direction overrides out, runs of space made one.
pub fn plain_line(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_plain(*c)).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Neither a control character nor one that turns the direction of the text around (U+202A–202E, U+2066–2069).
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}

impl Note {
    /// The longest note, in characters.
    pub const LONGEST: usize = 1_000;

    /// Reads what was typed; line breaks stay, an empty note is fine.
    ///
    /// # Errors
    /// [`Problem::TooLong`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let kept: String = text
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| *c == '\n' || is_plain(*c))
            .collect::<String>()
            .trim()
            .to_owned();
        if kept.chars().count() > Self::LONGEST { Err(Problem::TooLong) } else { Ok(Self(kept)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ShortText {
    /// The longest line, in characters.
    pub const LONGEST: usize = 120;

    /// Reads one line.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::TooLong`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let line = plain_line(text);
        if line.is_empty() {
            Err(Problem::Missing)
        } else if line.chars().count() > Self::LONGEST {
            Err(Problem::TooLong)
        } else {
            Ok(Self(line))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_overrides_and_control_characters_go() {
        assert_eq!(plain_line(" a\u{202E}b\tc\u{0} \n d "), "ab c d");
        assert_eq!(Note::parse("rivi\r\ntoinen\u{0}").unwrap().as_str(), "rivi\ntoinen");
    }

    #[test]
    fn emoji_stay_and_length_is_counted_in_characters() {
        assert_eq!(Note::parse(&"🏠".repeat(1_000)).unwrap().as_str().chars().count(), 1_000);
        assert_eq!(Note::parse(&"🏠".repeat(1_001)), Err(Problem::TooLong));
    }
}
